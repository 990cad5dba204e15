package order

import (
	"cmp"
	"math"
	"strings"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/rank"
)

// Read turns what a person typed for a factor into a quantity: "2-5", "~3", "3",
// "20-40%", "?". A share may be written in per cent without saying so; of other
// factors the policy says what 100 % stands for.
func Read(f rank.FactorInfo, text string) (plumbline.Quantity, error) {
	r, err := chance.ParseRange(text)
	if err == nil && f.Share && !r.Percent && r.High > 1 {
		r, err = chance.ParseRange(strings.TrimSpace(text) + "%")
	}
	if err == nil && r.Percent && !f.Share && f.Hundred == 0 {
		err = plumbline.Errorf(plumbline.Invalid, "Per cent mean nothing for %s: write it in %s.", f.Name, cmp.Or(f.Unit, "its unit"))
	}
	if err != nil {
		return plumbline.Quantity{}, plumbline.FieldError(string(f.ID), "%s", plumbline.TextOf(err))
	}
	if r.Percent && !f.Share {
		r.Low, r.High, r.Percent = r.Low*f.Hundred, r.High*f.Hundred, false
	}
	r.Percent = r.Percent || f.Share && r.Low >= 0 && r.High <= 1
	d, err := r.Dist()
	if err != nil {
		return plumbline.Quantity{}, plumbline.FieldError(string(f.ID), "%s", plumbline.TextOf(err))
	}
	return quantity(r, d), nil
}

func quantity(r chance.Range, d chance.Dist) plumbline.Quantity {
	q := plumbline.Quantity{Low: r.Low, High: r.High}
	switch r.Form {
	case chance.FormUnknown:
		return plumbline.Quantity{}
	case chance.FormExact:
		q.Shape = plumbline.Exact
		return q
	case chance.FormAbout:
		q.Low, q.High = d.Quantile(0.05), d.Quantile(0.95)
	}
	switch d.Kind() {
	case chance.KindLognormal:
		q.Shape = plumbline.Lognormal
	case chance.KindBeta:
		q.Shape = plumbline.Beta
	default:
		q.Shape = plumbline.Normal
	}
	return q
}

// Dist is a quantity as a distribution.
func Dist(q plumbline.Quantity) (d chance.Dist, err error) {
	switch q.Shape {
	case plumbline.Unknown:
		return chance.Unknown(), nil
	case plumbline.Exact:
		d, err = chance.Known(q.Low)
	case plumbline.Lognormal:
		d, err = chance.Lognormal(q.Low, q.High)
	case plumbline.Beta:
		d, err = chance.Beta(q.Low, q.High)
	case plumbline.Pert:
		d, err = chance.Pert(q.Low, q.Mode, q.High)
	default:
		d, err = chance.Normal(q.Low, q.High)
	}
	if err != nil || q.None == 0 {
		return d, err
	}
	return d.WithZero(q.None)
}

// Text writes a quantity as a person would; share says that it is one, written in
// per cent.
func Text(q plumbline.Quantity, share bool) string {
	r := chance.Range{Form: chance.FormBetween, Low: q.Low, High: q.High, Percent: share}
	switch {
	case q.Shape == plumbline.Unknown:
		return "?"
	case q.Shape == plumbline.Exact:
		r.Form = chance.FormExact
	case q.Shape == plumbline.Lognormal && math.Abs(q.High/q.Low/(chance.AboutFactor*chance.AboutFactor)-1) < 1e-9:
		r.Form, r.Low = chance.FormAbout, tidy(math.Sqrt(q.Low*q.High))
		r.High = r.Low
	}
	return r.String()
}

// DistText is a distribution as an interval of two or three figures.
func DistText(d chance.Dist, share bool) string {
	if d.IsUnknown() {
		return "?"
	}
	r := chance.Range{Form: chance.FormBetween, Low: chance.Figures(d.Quantile(0.05)), High: chance.Figures(d.Quantile(0.95)), Percent: share}
	if d.Kind() == chance.KindKnown || r.Low == r.High {
		r.Form, r.High = chance.FormExact, r.Low
	}
	return r.String()
}

// tidy takes the last bits away that a calculation has left.
func tidy(x float64) float64 { return chance.RoundTo(x, 12-math.Floor(math.Log10(math.Abs(x)))) }

// NumberText is a number with two or three figures.
func NumberText(x float64) string {
	return Text(plumbline.Quantity{Shape: plumbline.Exact, Low: chance.Figures(x), High: chance.Figures(x)}, false)
}
