package planning

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/plan"
	"plumbline/internal/sorted"
)

// tried is how much is calculated for each option of a trial: it begins with a plan
// that is good, and has to show what one item changes.
func tried(ctx context.Context, start []plan.Pick) plan.Work {
	return plan.Work{Rounds: 400, Moves: 60_000, Searches: 2, Start: start, Done: func() bool { return ctx.Err() != nil }}
}

// run plans without the item's being forced, and with it by each of the first
// periods.
func (t *trial) run(ctx context.Context) error {
	if t.at < 0 {
		return nil
	}
	if err := t.first(ctx); err != nil {
		return err
	}
	if t.out.Way == PinOut {
		_, err := t.option(ctx, "")
		return err
	}
	for _, by := range t.made.problem.Periods[:min(mostOptions, len(t.made.problem.Periods))] {
		if _, err := t.option(ctx, by); err != nil {
			return err
		}
	}
	return nil
}

// first is the plan as it is without anybody asking for the item.
func (t *trial) first(ctx context.Context) (err error) {
	if t.base, err = plan.Solve(t.made.problem, tried(ctx, t.start)); err != nil {
		return err
	}
	t.out.Here = t.base.Period(t.made.problem.Items[t.at].ID)
	t.out.Item.Period = t.out.Here
	t.out.Delay = t.delay()
	return nil
}

// asks is the problem with the item forced in by a period, or out.
func (t *trial) asks(by string) *plan.Problem {
	p := *t.made.problem
	p.Items = slices.Clone(p.Items)
	it := &p.Items[t.at]
	it.Forced, it.Out = t.out.Way == PinIn, t.out.Way == PinOut
	if it.By == "" || by != "" && slices.Index(p.Periods, by) < slices.Index(p.Periods, it.By) {
		it.By = by
	}
	return &p
}

// option adds what comes of having the item in by a period, or out; one that changes
// the same as an option before is left out.
func (t *trial) option(ctx context.Context, by string) (*plan.Plan, error) {
	p := t.asks(by)
	got, err := plan.Solve(p, tried(ctx, t.base.Picks))
	if err != nil {
		return nil, err
	}
	if err := p.Audit(got); err != nil {
		return nil, err
	}
	o := t.compare(got, by)
	if t.out.Way == PinIn && o.Period == "" || slices.ContainsFunc(t.out.Options, func(x OptionView) bool { return x.Mark == o.Mark }) {
		return got, nil
	}
	t.out.Options = append(t.out.Options, o)
	return got, nil
}

// compare says what a plan with the item changes.
func (t *trial) compare(got *plan.Plan, by string) OptionView {
	o := OptionView{By: by, Drops: []ShiftView{}, Later: []ShiftView{}, Sooner: []ShiftView{}, Broken: []string{}}
	mark := fnv.New64a()
	for i, x := range t.made.tasks {
		id := string(x.Item)
		from, to := t.base.Period(id), got.Period(id)
		if i == t.at {
			o.Period = to
			_, _ = fmt.Fprint(mark, id, to)
		}
		if from == to || i == t.at && t.out.Way == PinIn {
			continue
		}
		_, _ = fmt.Fprint(mark, id, from, to)
		c := t.changed(i, from, to)
		o.Loss += c.Loss
		switch {
		case to == "":
			o.Drops, o.Weeks = append(o.Drops, c), o.Weeks+x.Mean
		case c.Weeks > 0:
			o.Later = append(o.Later, c)
		default:
			o.Sooner = append(o.Sooner, c)
		}
		for _, why := range c.Promises {
			o.Broken = append(o.Broken, c.name()+": "+why)
		}
	}
	o.Mark = hex.EncodeToString(mark.Sum(nil))
	if !t.bare {
		o.Worth = o.Loss
	}
	if t.base.Value > 0 {
		o.Loss /= t.base.Value
	}
	for _, list := range [][]ShiftView{o.Drops, o.Later, o.Sooner} {
		sorted.By(list, func(a, b ShiftView) int { return cmp.Compare(b.Loss, a.Loss) })
	}
	o.Sentence = t.sentence(o)
	return o
}

func (c ShiftView) name() string {
	if c.Seen() {
		return string(c.Key)
	}
	return "An item that you may not see"
}

// changed is what becomes of one other item, and which promises that breaks.
func (t *trial) changed(i int, from, to string) ShiftView {
	p, x := t.made.problem, t.made.tasks[i]
	q, z := slices.Index(p.Periods, from), slices.Index(p.Periods, to)
	c := ShiftView{ItemRef: t.ref(x.Item), From: from, To: to}
	if q >= 0 {
		c.Loss = p.Items[i].Values[q]
	}
	if z >= 0 {
		c.Loss -= p.Items[i].Values[z]
	}
	if q >= 0 && z > q {
		c.Weeks = t.periods()[z].From().Sub(t.periods()[q].From()).Hours() / (24 * 7)
	}
	if z < 0 || q >= 0 && z > q {
		c.Promises = t.broken(x, q, z)
	}
	return c
}

func (t *trial) periods() []plumbline.CalendarPeriod { return t.out.Scenario.Span() }

// broken are the promises about an item that do not hold when it comes in period z,
// -1 for never, and not in q.
func (t *trial) broken(x task, q, z int) (out []string) {
	meets := func(k int) bool { return k >= 0 && t.periods()[k].To() <= x.Date.Add(24*time.Hour) }
	if !x.Date.IsZero() && meets(q) && !meets(z) {
		word := "is wished for by"
		if x.Hard {
			word = "must be done by"
		}
		out = append(out, fmt.Sprintf("it %s %s", word, x.Date.Std().Format(time.DateOnly)))
	}
	if period := t.committed[string(x.Item)]; period != "" {
		if k := slices.Index(t.made.problem.Periods, period); k >= 0 && (z < 0 || z > k) {
			out = append(out, fmt.Sprintf("it was committed for %s on %s", period, t.decided.Std().Format(time.DateOnly)))
		}
	}
	w := wantedBy(t.demands[x.Item])
	var who []string
	for _, ref := range w.teams {
		who = append(who, t.team(ref))
	}
	if w.accounts > 0 {
		who = append(who, count(w.accounts, "customer", "customers"))
	}
	if len(who) > 0 && t.ref(x.Item).Seen() {
		out = append(out, "it was asked for by "+listed(who))
	}
	return out
}

// wanted is who asked for an item.
type wanted struct {
	teams    []plumbline.TeamRef
	accounts int // customers: who they are stays here
}

func wantedBy(all []plumbline.Demand) (w wanted) {
	for _, d := range all {
		if d.Account != "" {
			w.accounts++
		} else if !slices.Contains(w.teams, d.Team) {
			w.teams = append(w.teams, d.Team)
		}
	}
	return w
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// sentence says what an option does.
func (t *trial) sentence(o OptionView) string {
	name := string(t.out.Item.Key)
	text := name + " goes into " + o.Period
	if t.out.Way == PinOut {
		text = "Without " + name
	}
	switch {
	case len(o.Drops) == 0 && len(o.Later) == 0:
		text += ": nothing drops out and nothing comes later"
	case len(o.Later) == 0:
		text += ": " + count(len(o.Drops), "item drops", "items drop") + " out"
	case len(o.Drops) == 0:
		text += ": " + count(len(o.Later), "item comes", "items come") + " later"
	default:
		text += fmt.Sprintf(": %s out and %s later", count(len(o.Drops), "item drops", "items drop"), count(len(o.Later), "comes", "come"))
	}
	if n := len(o.Sooner); n > 0 {
		text += fmt.Sprintf(", %s in or sooner", count(n, "comes", "come"))
	}
	if o.Loss > 0.0005 {
		text += fmt.Sprintf("; what waits loses %.1f %% of what the plan is worth", 100*o.Loss)
	}
	return text + "."
}

// delay says what it costs to leave the item out, or for later.
func (t *trial) delay() string {
	x, p := t.made.tasks[t.at], t.made.problem
	if !x.Scored {
		return "Nobody has said what it is worth, so nobody can say what waiting costs."
	}
	values := p.Items[t.at].Values
	text := "Left out, all that it is worth within this plan is lost"
	if t.base.Value > 0 && !t.bare {
		text += fmt.Sprintf(": %.1f %% of what the plan is worth", 100*values[0]/t.base.Value)
	}
	if len(values) > 1 && values[0] > 0 {
		text += fmt.Sprintf("; each period that it waits takes about %.0f %% of it", 100*(values[0]-values[1])/values[0])
	}
	return text + "."
}
