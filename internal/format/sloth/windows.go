package sloth

import (
	"fmt"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/format/slodoc"
	"plumbline/internal/format/yamldoc"
)

// Windows are burn windows for objectives of one period.
type Windows struct {
	Period time.Duration
	Pairs  []plumbline.BurnWindow // page quick, page slow, ticket quick, ticket slow
}

// ReadWindows reads the spec of an AlertWindows document.
func ReadWindows(spec *yamldoc.Node) (Windows, error) {
	var w Windows
	span, err := slodoc.ParseSpan(spec.Get("sloPeriod").Str())
	if err != nil {
		return w, plumbline.Errorf(plumbline.Invalid, "sloPeriod: %s", plumbline.TextOf(err))
	}
	if w.Period = span.Length(); w.Period == 0 {
		return w, plumbline.Errorf(plumbline.Invalid, "sloPeriod is a number of days or weeks")
	}
	for _, kind := range []string{"page", "ticket"} {
		for _, pace := range []string{"quick", "slow"} {
			n := spec.Get(kind, pace)
			b := plumbline.BurnWindow{Urgent: kind == "page"}
			if b.Percent, err = plumbline.ParseDecimal(n.Get("errorBudgetPercent").Str()); err != nil || !b.Percent.Known() {
				return w, plumbline.Errorf(plumbline.Invalid, "%s.%s: errorBudgetPercent is no number", kind, pace)
			}
			short, errShort := slodoc.ParseSpan(n.Get("shortWindow").Str())
			long, errLong := slodoc.ParseSpan(n.Get("longWindow").Str())
			if b.Short, b.Long = short.Length(), long.Length(); errShort != nil || errLong != nil || b.Short == 0 || b.Short >= b.Long {
				return w, plumbline.Errorf(plumbline.Invalid, "%s.%s: shortWindow is a duration shorter than longWindow", kind, pace)
			}
			w.Pairs = append(w.Pairs, b)
		}
	}
	return w, nil
}

// windows reports burn windows. They are no objective: the policies say when a
// budget burns, so the row says what to write there.
func windows(p *slodoc.Page, at slodoc.Spot, spec *yamldoc.Node) {
	at.Ref = "AlertWindows"
	w, err := ReadWindows(spec)
	if err != nil {
		p.Skip(at, "%s", plumbline.TextOf(err))
		return
	}
	var rules []string
	for _, b := range w.Pairs {
		factor, _ := b.Factor(w.Period).Float64()
		rules = append(rules, fmt.Sprintf("burn %s/%s > %s %% (%.4g times)", short(b.Long), short(b.Short), b.Percent, factor))
	}
	p.Skip(at, "burn windows belong into the policies about constraints, as rules: %s", strings.Join(rules, ", "))
}

// short writes a duration as policies do.
func short(d time.Duration) string {
	switch {
	case d%(24*time.Hour) == 0:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}
