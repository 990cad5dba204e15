package rank

import (
	"strconv"

	"plumbline"
	"plumbline/internal/chance"
)

// written reads a quantity from a file: a number, [low, high], {low, high, dist,
// mode, none}, text as people type it, or nothing for unknown.
func written(v any, share bool) (chance.Dist, error) {
	switch v := v.(type) {
	case nil:
		return chance.Unknown(), nil
	case string:
		r, err := chance.ParseRange(v)
		if err != nil {
			return chance.Dist{}, err
		}
		return r.Dist()
	case []any:
		if len(v) != 2 {
			return chance.Dist{}, plumbline.Errorf(plumbline.Invalid, "An interval has two numbers, [low, high], not %d.", len(v))
		}
		low, okLow := number(v[0])
		high, okHigh := number(v[1])
		if !okLow || !okHigh {
			return chance.Dist{}, plumbline.Errorf(plumbline.Invalid, "An interval has two numbers, [low, high].")
		}
		return spread(low, high, share)
	case map[string]any:
		return described(v, share)
	}
	if x, ok := number(v); ok {
		return chance.Known(x)
	}
	return chance.Dist{}, plumbline.Errorf(plumbline.Invalid, "A quantity is a number, [low, high], or a range such as 2-5; %v is none of them.", v)
}

// spread is an interval of a factor: of a share a beta where it can be one.
func spread(low, high float64, share bool) (chance.Dist, error) {
	if share && low > 0 && low < high && high < 1 {
		return chance.Beta(low, high)
	}
	return chance.FromInterval(low, high)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	case string: // 1e6, which the YAML library takes for a text
		x, err := strconv.ParseFloat(v, 64)
		return x, err == nil
	}
	return 0, false
}

// described reads {low, high, dist, mode, none}.
func described(in map[string]any, share bool) (d chance.Dist, err error) {
	var low, high, mode, none float64
	dist := ""
	for key, v := range in {
		ok := true
		switch key {
		case "low":
			low, ok = number(v)
		case "high":
			high, ok = number(v)
		case "mode":
			mode, ok = number(v)
		case "none":
			none, ok = number(v)
		case "dist":
			dist, ok = v.(string)
		default:
			return d, plumbline.Errorf(plumbline.Invalid, "A quantity has low, high, dist, mode and none, and no %q.", key)
		}
		if !ok {
			return d, plumbline.Errorf(plumbline.Invalid, "%q is written as %v, which cannot be read.", key, v)
		}
	}
	for _, key := range [...]string{"low", "high"} {
		if _, ok := in[key]; !ok {
			return d, plumbline.Errorf(plumbline.Invalid, "The quantity has no %q.", key)
		}
	}
	switch dist {
	case "":
		d, err = spread(low, high, share)
	case "lognormal":
		d, err = chance.Lognormal(low, high)
	case "normal":
		d, err = chance.Normal(low, high)
	case "beta":
		d, err = chance.Beta(low, high)
	case "pert":
		if _, ok := in["mode"]; !ok {
			return d, plumbline.Errorf(plumbline.Invalid, "A pert has a mode, the most likely value.")
		}
		d, err = chance.Pert(low, mode, high)
	default:
		return d, plumbline.Errorf(plumbline.Invalid, "The dist is lognormal, normal, beta or pert, not %q.", dist)
	}
	if err != nil || none == 0 {
		return d, err
	}
	return d.WithZero(none)
}

// checkFactor says what of a quantity no model can use: a share that is none, a
// size that may be nothing. The error is Invalid.
func (p *Policy) checkFactor(m *model, info *FactorInfo, d chance.Dist) error {
	if info.Share && (d.Quantile(0.05) < 0 || d.Quantile(0.95) > 1) {
		return plumbline.Errorf(plumbline.Invalid, "A share lies between 0 and 1; %s does not. Write 0.8 or \"80%%\" for eighty per cent.", figures(d))
	}
	for _, size := range m.over {
		if size == info.ID && d.Quantile(0.05) <= 0 {
			return plumbline.Errorf(plumbline.Invalid, "It divides the score, so it must be above zero; %s is not.", figures(d))
		}
	}
	if m.multiplies(info.ID) && d.Mean() < 0 {
		return plumbline.Errorf(plumbline.Invalid, "It is multiplied, so it cannot be below zero; %s is.", figures(d))
	}
	return nil
}

// CheckFactor says what of a quantity the models of the policy cannot use, as the
// file form does: the error is Invalid.
func (p *Policy) CheckFactor(model string, factor plumbline.Factor, d chance.Dist) error {
	m, err := p.model(model)
	if err != nil {
		return err
	}
	info := p.anyFactor(m, factor)
	if info == nil {
		return plumbline.FieldError("factor", "The model %s has no factor %q; it has %s.", m.Name, factor, both(m.ids()))
	}
	if d.IsUnknown() {
		return nil
	}
	return p.checkFactor(m, info, d)
}

func (m *model) multiplies(id plumbline.Factor) bool {
	if id == m.whole {
		return true
	}
	for _, t := range m.terms {
		for _, f := range t.factors {
			if f == id {
				return true
			}
		}
	}
	return false
}

// ids are the ids of a model's factors.
func (m *model) ids() []string {
	out := make([]string, len(m.Factors))
	for i, f := range m.Factors {
		out[i] = string(f.ID)
	}
	return out
}

// anyFactor is what the model says of a factor, else what the first other model
// that knows it says: one file may hold what several models read.
func (p *Policy) anyFactor(m *model, id plumbline.Factor) *FactorInfo {
	if info := m.factor(id); info != nil {
		return info
	}
	for _, other := range p.models {
		if info := other.factor(id); info != nil {
			return &FactorInfo{ID: id, Name: info.Name, Unit: info.Unit, Share: info.Share}
		}
	}
	return nil
}

// Read turns what a person chose on a factor's scale into a quantity: the label
// or the number of a bin stands for its interval. ok is false when it is no bin.
func (f FactorInfo) Read(text string) (d chance.Dist, ok bool) {
	for _, b := range f.Bins {
		if text != b.Label && text != short(b.Value) && !(f.Hundred == 1 && text == short(100*b.Value)) {
			continue
		}
		if b.Low == b.High {
			d, err := chance.Known(b.Value)
			return d, err == nil
		}
		d, err := spread(b.Low, b.High, f.Share)
		return d, err == nil
	}
	return chance.Dist{}, false
}
