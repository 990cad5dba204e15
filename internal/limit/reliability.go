package limit

import (
	"fmt"
	"strings"
	"time"

	"plumbline"
)

// judges are the judges of the kinds.
var judges = map[plumbline.ConstraintKind]func(Case, plumbline.Time) outcome{
	plumbline.Reliability: reliability, plumbline.Cost: cost, plumbline.Compliance: compliance, plumbline.Security: security,
	plumbline.Support: support, plumbline.Capacity: capacity, plumbline.Commitment: commitment,
}

// longBurns are the windows that the pace is read from: the longest that the
// evidence fills by half.
var longBurns = [...]time.Duration{3 * day, day, 6 * time.Hour, time.Hour}

// budgetOf is a reliability budget while it is judged.
type budgetOf struct {
	Case
	now     plumbline.Time
	window  period
	failing Number // what may fail, 1 - target
	allowed Number // events that may fail in the window
}

// reliability judges an error budget: h = 1 - bad / ((1 - T) * total). In a period
// of the calendar, total is what the period will have at the rate so far. The
// budget in minutes and its spending follow GitLab's error budgets, burn rates
// Google's workbook on alerting.
func reliability(c Case, now plumbline.Time) (o outcome) {
	k := c.Constraint
	b := &budgetOf{Case: c, now: now, window: windowAt(k.Window, now, c.Zone)}
	target := exact(k.Objective)
	b.failing = sub(whole(1), target)
	list := c.Evidence.in(b.window, now)
	bad, total, covered := tally(list)
	o.ids = names(list)
	all := total.number()
	if all.Sign() == 0 {
		o.unknown = "Nothing was counted in this window: no traffic is neither good nor bad."
		return o
	}
	if need := quo(whole(10), b.failing); k.Method != plumbline.Timeslices && all.Cmp(need) < 0 {
		o.unknown = fmt.Sprintf("Low traffic: %s events in the window, and %s need %s.", all.Text(), target.targetText(), need.Text())
		return o
	}
	share := quo(bad.number(), all)
	if k.Window.Calendar != "" && covered > 0 && int64(covered) < int64(b.window.to-b.window.from) {
		all = quo(mul(all, span(b.window.from, b.window.to)), whole(int64(covered)))
	}
	b.allowed = mul(b.failing, all)
	o.headroom = sub(whole(1), quo(bad.number(), b.allowed))
	b.figures(&o, share, covered)
	b.pace(&o)
	b.incidents(&o)
	o.more = b.burnShare
	o.reason = fmt.Sprintf("%s of the error budget is left: %s of %s minutes are spent in %s.",
		o.headroom.Percent(), o.figures[1].Value.Text(), o.figures[0].Value.Text(), windowName(k.Window))
	if o.headroom.Sign() < 0 {
		o.due = now
		o.reason = fmt.Sprintf("The error budget is overspent by %s: %s of %s minutes are spent in %s.",
			neg(o.headroom).Percent(), o.figures[1].Value.Text(), o.figures[0].Value.Text(), windowName(k.Window))
	}
	return o
}

// figures notes the numbers that the judgement rests on; the first two are the
// minutes that there are and those that are spent.
func (b *budgetOf) figures(o *outcome, share Number, covered plumbline.Time) {
	length := b.window.length()
	minutes := quo(micros(length), micros(time.Minute))
	o.figure("budget_minutes", mul(b.failing, minutes), "min")
	o.figure("spent_minutes", mul(share, minutes), "min")
	o.figure("availability", sub(whole(1), share), "")
	o.figure("remaining", o.headroom, "")
	so := min(b.now, b.window.to) - b.window.from
	if filled := quo(whole(int64(covered)), whole(int64(max(so, 1)))); filled.Cmp(ratio(9, 10)) < 0 {
		o.figure("coverage", filled, "")
		o.note("The evidence covers %s of the window; the rest is not taken for good.", filled.Percent())
	}
	o.figure("months_over", whole(int64(b.monthsOver())), "months")
}

// monthsOver is how many of the last months in a row were over their budget, up
// to a year.
func (b *budgetOf) monthsOver() int {
	for i := range 12 {
		m := month(b.now, i+1, b.Zone)
		bad, total, _ := tally(b.Evidence.in(m, b.now))
		if bad.number().Cmp(mul(b.failing, total.number())) <= 0 {
			return i
		}
	}
	return 12
}

// burn is how many times faster than allowed the budget is spent in the last
// stretch of time, or not known when the evidence does not fill half of it.
func (b *budgetOf) burn(length time.Duration) Number {
	bad, total, covered := tally(b.Evidence.in(rolling(b.now, length), b.now))
	if 2*time.Duration(covered)*time.Microsecond < length {
		return Number{}
	}
	all := total.number()
	if all.Sign() == 0 {
		return Number{}
	}
	return quo(quo(bad.number(), all), b.failing)
}

// pace is the burn rate over the longest window that has one, and with it when
// the budget is used up: h * period / burn.
func (b *budgetOf) pace(o *outcome) {
	for _, length := range longBurns {
		if o.pace = b.burn(length); !o.pace.Known() {
			continue
		}
		if o.pace.Sign() > 0 && o.headroom.Sign() > 0 {
			in := quo(mul(o.headroom, micros(b.window.length())), o.pace)
			o.figure("exhausted_in_days", quo(in, micros(day)), "days")
			o.breach = b.now.Add(durationOf(in))
		}
		return
	}
}

// burnShare answers "burn 1h/5m": the share of the whole budget that goes in the
// long window at the slower of both rates. A factor of 14.4 over 30 days is 2 %
// in an hour; as a share the rule is the same for every period.
func (b *budgetOf) burnShare(name string) Number {
	windows, ok := strings.CutPrefix(name, "burn ")
	long, short, both := strings.Cut(windows, "/")
	if !ok || !both {
		return Number{}
	}
	l, errLong := parseWindow(long)
	s, errShort := parseWindow(short)
	if errLong != nil || errShort != nil {
		return Number{}
	}
	fast := b.burn(s)
	if !fast.Known() {
		return Number{}
	}
	slow := b.burn(l)
	if !slow.Known() {
		return Number{}
	}
	if fast.Cmp(slow) < 0 {
		slow = fast
	}
	return quo(mul(slow, micros(l)), micros(b.window.length()))
}

// incidents notes the share of the budget that the worst open incident took, and
// how severe the most severe open one is (1 to 4).
func (b *budgetOf) incidents(o *outcome) {
	var worst Number
	severity := int64(0)
	for _, name := range b.Evidence.names {
		i, ok := last(b.Evidence.subjects[name], b.now)
		if !ok || i.State == plumbline.StateClosed {
			continue
		}
		if i.bad.known {
			if s := quo(i.bad.number(), b.allowed); !worst.Known() || s.Cmp(worst) > 0 {
				worst = s
			}
		}
		if n := int64(strings.Index("1234", strings.TrimPrefix(i.Severity, "S"))) + 1; i.Severity != "" && n > 0 && (severity == 0 || n < severity) {
			severity = n
		}
	}
	o.figure("worst_incident", worst, "")
	if severity > 0 {
		o.figure("incident_severity", whole(severity), "")
	}
}

func windowName(w plumbline.Window) string {
	if w.Calendar != "" {
		return "this " + w.Calendar
	}
	return plural(w.Days, "day")
}
