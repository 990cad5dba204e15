package rank

import (
	"plumbline"
	"plumbline/internal/chance"
)

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
		d, err := chance.FromWritten([]any{b.Low, b.High}, f.Share)
		return d, err == nil
	}
	return chance.Dist{}, false
}
