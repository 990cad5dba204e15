package limit

import (
	"fmt"

	"plumbline"
)

// horizon is how many days ahead capacity is looked at when the constraint does
// not say (GitLab's capacity planning).
const horizon = 90

// support judges interrupts: h = 1 - share / cap, where share is the hours that
// they take of the hours there are (Google's cap on toil). The pace is arrivals
// by closures over four weeks: above 1 the backlog grows.
func support(c Case, now plumbline.Time) (o outcome) {
	list := c.Evidence.in(windowAt(c.Constraint.Window, now, c.Zone), now)
	bad, total, _ := tally(list)
	o.ids = names(list)
	hours := total.number()
	if hours.Sign() == 0 {
		o.unknown = "No hours were recorded in this window."
		return o
	}
	limit := exact(c.Constraint.Objective)
	share := quo(bad.number(), hours)
	o.headroom = sub(whole(1), quo(share, limit))
	o.figure("share", share, "")
	o.figure("interrupt_hours", bad.number(), "h")
	o.figure("capacity_hours", hours, "h")
	in, out := sum{}, sum{}
	for _, en := range c.Evidence.subjects[plumbline.SubjectQueue] {
		if en.At <= now && en.To > now.Add(-4*week) && en.To <= now && en.bad.known && en.total.known {
			in.add(en.bad)
			out.add(en.total)
		}
	}
	if closures := out.number(); closures.Sign() > 0 {
		o.pace = quo(in.number(), closures)
	} else if in != (sum{}) {
		o.note("Nothing was closed in four weeks.")
	}
	o.reason = fmt.Sprintf("Interrupts take %s of the time; the cap is %s.", share.Percent(), limit.Percent())
	return o
}

// capacity judges the days until something is full: h = days / horizon - 1, from
// -1 to 1. The date that is as likely as not counts; the early one is a warning.
func capacity(c Case, now plumbline.Time) (o outcome) {
	newest, ok := last(c.Evidence.whole, now)
	ahead := exact(c.Constraint.Objective)
	if !ahead.Known() {
		ahead = whole(horizon)
	}
	switch {
	case ok && newest.State == plumbline.StateMet:
		o.ids, o.headroom = []string{newest.ID}, whole(1)
		o.reason = "It is not expected to fill up."
		return o
	case !ok || newest.Forecast == 0:
		o.unknown = "Nobody has said when it will be full."
		return o
	}
	o.ids = []string{newest.ID}
	left := quo(span(now, newest.Forecast), micros(day))
	o.headroom = clamp(sub(quo(left, ahead), whole(1)), whole(-1), whole(1))
	o.due, o.breach = newest.Forecast, newest.Forecast
	o.figure("days_left", left, "days")
	o.reason = fmt.Sprintf("It is likely to be full on %s, in %s.", date(newest.Forecast), daysText(left))
	if newest.Early != 0 {
		early := quo(span(now, newest.Early), micros(day))
		o.figure("days_left_early", early, "days")
		if early.Cmp(ahead) <= 0 && left.Cmp(ahead) > 0 {
			o.risk = fmt.Sprintf("It may be full on %s already, in %s, though %s is as likely as not.", date(newest.Early), daysText(early), date(newest.Forecast))
		}
	}
	return o
}

func daysText(days Number) string { return days.Text() + " days" }

// commitment judges a promise: h = (due - finish) / (due - start), where finish
// is the date by which it is done with a chance of 85 %. One whose day has passed and
// that nothing says was kept is broken, whatever was foretold.
func commitment(c Case, now plumbline.Time) (o outcome) {
	k := c.Constraint
	newest, ok := last(c.Evidence.whole, now)
	o.due = k.Due
	switch {
	case ok && newest.State == plumbline.StateMet:
		o.ids, o.headroom, o.due, o.lasting = []string{newest.ID}, whole(1), 0, true
		o.reason = fmt.Sprintf("The promise was kept on %s.", date(newest.At))
		if newest.At > k.Due {
			o.reason = fmt.Sprintf("The promise was kept on %s, after its date of %s.", date(newest.At), date(k.Due))
		}
		return o
	case k.Due != 0 && now > k.Due && (!ok || newest.Forecast <= k.Due):
		o.lasting, o.headroom, o.breach = true, quo(span(now, k.Due), span(k.Opened, k.Due)), k.Due
		o.reason = fmt.Sprintf("%s was promised; that day has passed, and nothing says that it was kept.", date(k.Due))
		return o
	case !ok || newest.Forecast == 0:
		o.unknown = "There is no forecast of when it is done."
		return o
	}
	o.ids = []string{newest.ID}
	finish := max(newest.Forecast, now)
	o.lasting = now > k.Due
	o.headroom = quo(span(finish, k.Due), span(k.Opened, k.Due))
	o.figure("days_spare", quo(span(finish, k.Due), micros(day)), "days")
	if finish > k.Due {
		o.breach = k.Due
	}
	o.reason = fmt.Sprintf("It is done by %s with a chance of 85 %%; %s was promised.", date(finish), date(k.Due))
	return o
}
