package planning

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/chance"
	"plumbline/internal/plan"
	"plumbline/internal/store"
)

// AskedFor is an item that somebody wants in a plan, or out of it, to see what that
// does. Nothing of it is kept.
type AskedFor struct {
	Scenario string            `json:"scenario,omitempty"` // the committed one, else the newest, when empty
	Item     plumbline.Key     `json:"item"`
	Way      string            `json:"way,omitempty"`    // "in" when empty, or "out"
	Keep     []plumbline.Key   `json:"keep,omitempty"`   // items that must not drop out for it
	Effort   string            `json:"effort,omitempty"` // of one that nobody estimated: person-weeks, "4" or "2-6"
	Team     plumbline.TeamRef `json:"team,omitempty"`   // of one that no team is said to do
}

// DisplaceView says what an item would do to a plan.
type DisplaceView struct {
	Scenario plumbline.Scenario `json:"scenario"`
	Item     Pick               `json:"item"`
	Way      string             `json:"way"`
	Here     string             `json:"here,omitempty"` // the period in which the plan has it now
	Lacks    string             `json:"lacks,omitempty"`
	Delay    string             `json:"delay"` // what it costs to leave it out
	Keeps    []ItemRef          `json:"keeps"`
	Options  []OptionView       `json:"options"`
	Withheld bool               `json:"withheld,omitempty"`
	Unit     string             `json:"unit"`
	Before   []DecisionView     `json:"before"` // what was decided about it
	May      bool               `json:"may"`
	Seq      int64              `json:"-"`
}

// OptionView is one way to have an item in a plan, or out of it, and what that does.
// Loss is what the other items lose, as a part of what the plan is worth.
type OptionView struct {
	By       string      `json:"by,omitempty"` // the last period allowed
	Period   string      `json:"period,omitempty"`
	Drops    []ShiftView `json:"drops"`
	Later    []ShiftView `json:"later"`
	Sooner   []ShiftView `json:"sooner"` // what comes in, or sooner
	Broken   []string    `json:"broken"` // promises, in sentences
	Weeks    float64     `json:"weeks"`  // person-weeks that drop out
	Loss     float64     `json:"loss"`
	Worth    float64     `json:"worth,omitempty"` // of what is lost, in the unit; withheld as values are
	Sentence string      `json:"sentence"`
	Mark     string      `json:"mark"` // tells these changes from others
}

// ShiftView is an item that is done at another time, or not at all.
type ShiftView struct {
	ItemRef
	From     string   `json:"from,omitempty"`
	To       string   `json:"to,omitempty"`
	Weeks    float64  `json:"weeks"` // of delay; 0: it drops out, or comes in
	Promises []string `json:"promises,omitempty"`
	Loss     float64  `json:"-"`
}

// mostOptions is in how many periods, from the first on, an item is tried.
const mostOptions = 4

// Displace says what drops out of a plan, or comes later, when an item goes in, in
// each of the first periods: whose promises break, and what the delay costs.
func (r *Room) Displace(ctx context.Context, who plumbline.Actor, in AskedFor) (out DisplaceView, err error) {
	if err := rights.Need(who, rights.ReadPlans); err != nil {
		return out, err
	}
	t, err := r.trial(ctx, who, in)
	if err != nil {
		return out, err
	}
	err = t.run(ctx)
	if err == nil && ctx.Err() != nil {
		err = plumbline.Errorf(plumbline.Unavailable, "It was cancelled before it was worked out.")
	}
	return t.out, err
}

// trial is an item being tried out in a plan.
type trial struct {
	*sight
	out       DisplaceView
	made      *made
	base      *plan.Plan
	at        int // the item's place in the problem; -1: it cannot be planned
	start     []plan.Pick
	committed map[string]string // in which period the plan in force has each item
	decided   plumbline.Time    // when that was decided
	inForce   bool              // the scenario is the one that is committed
	demands   map[plumbline.ItemID][]plumbline.Demand
}

// trial reads everything that a trial needs, in one transaction.
func (r *Room) trial(ctx context.Context, who plumbline.Actor, in AskedFor) (*trial, error) {
	size, err := sizeOf(in.Effort)
	if err != nil {
		return nil, err
	}
	in.Way = cmp.Or(in.Way, PinIn)
	if in.Way != PinIn && in.Way != PinOut {
		return nil, plumbline.FieldError("way", "An item is tried in or out, not %q.", in.Way)
	}
	t := &trial{}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		*t = trial{at: -1, out: DisplaceView{Way: in.Way, Keeps: []ItemRef{}, Options: []OptionView{}, May: rights.May(who, rights.MakePlans)}}
		it, asks, err := r.asks(tx, who, in, size)
		if err != nil {
			return err
		}
		if t.out.Scenario, err = r.scenario(tx, in.Scenario); err != nil {
			return err
		}
		if t.made, err = r.make(tx, who, t.out.Scenario, asks...); err != nil {
			return err
		}
		row, ok, err := tx.LastPlan(t.out.Scenario.ID)
		if err == nil && ok {
			t.start, err = picksOf(row)
		}
		if err != nil {
			return err
		}
		return r.prepare(tx, who, t, it, asks)
	})
	return t, err
}

// asks are the item that is tried and those that must not drop out for it.
func (r *Room) asks(tx *store.Tx, who plumbline.Actor, in AskedFor, size chance.Dist) (it plumbline.Item, out []asked, err error) {
	if it, err = r.itemByKey(tx, who, in.Item); err != nil {
		return it, nil, err
	}
	if !it.Closed.IsZero() {
		return it, nil, plumbline.Errorf(plumbline.Conflict, "%s is closed: there is nothing left to plan.", it.Key)
	}
	out = append(out, asked{item: it.ID, size: size, team: in.Team})
	for _, key := range in.Keep {
		kept, err := r.itemByKey(tx, who, key)
		if err != nil {
			return it, nil, err
		}
		if kept.ID != it.ID {
			out = append(out, asked{item: kept.ID, in: true})
		}
	}
	return it, out, nil
}

// prepare reads what stands around a trial: who sees what, and what was promised.
func (r *Room) prepare(tx *store.Tx, who plumbline.Actor, t *trial, it plumbline.Item, asks []asked) error {
	ids := []plumbline.ItemID{it.ID}
	for _, x := range t.made.tasks {
		ids = append(ids, x.Item)
	}
	before, err := tx.PlanDecisions(it.ID, recorded)
	if err != nil {
		return err
	}
	for _, d := range before {
		ids = append(ids, decided(d.PlanDecision)...)
	}
	s, err := r.look(tx, who, ids)
	if err != nil {
		return err
	}
	t.out.Before = s.decisions(before)
	s.bare = t.made.private && !who.Cleared
	t.sight, t.out.Withheld, t.out.Unit = &s, s.bare, t.made.unit
	for _, a := range asks[1:] {
		t.out.Keeps = append(t.out.Keeps, s.ref(a.item))
	}
	t.out.Item = Pick{ItemRef: s.ref(it.ID)}
	c, ok, err := r.commitment(tx)
	if err != nil {
		return err
	}
	if ok {
		t.committed, t.decided, t.inForce = map[string]string{}, c.At, c.Scenario == t.out.Scenario.ID
		for _, k := range c.body.Plan.Picks {
			t.committed[k.ID] = k.Period
		}
	}
	if t.demands, err = tx.DemandsOf(ids); err != nil {
		return err
	}
	t.place(it.ID)
	t.out.Seq, err = tx.LastSeq()
	return err
}

// place finds the item in the problem, or says what it lacks to be planned.
func (t *trial) place(id plumbline.ItemID) {
	t.at = slices.IndexFunc(t.made.tasks, func(x task) bool { return x.Item == id })
	if t.at >= 0 {
		t.out.Item = t.pick(t.made.tasks[t.at], "")
		return
	}
	if i := slices.IndexFunc(t.made.unready, func(u unready) bool { return u.Item == id }); i >= 0 {
		t.out.Lacks = t.made.unready[i].Why
		return
	}
	t.out.Lacks = "The scenario is about another team."
}

// sizeOf reads an amount of work in person-weeks, "4" or "2-6"; no text is unknown.
func sizeOf(text string) (chance.Dist, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return chance.Unknown(), nil
	}
	low, high, ranged := strings.Cut(strings.ReplaceAll(text, "\u2013", "-"), "-")
	if !ranged {
		high = low
	}
	a, err1 := strconv.ParseFloat(strings.TrimSpace(low), 64)
	b, err2 := strconv.ParseFloat(strings.TrimSpace(high), 64)
	if err1 != nil || err2 != nil || !(a > 0) || !(b >= a) || b > 10_000 {
		return chance.Unknown(), plumbline.FieldError("effort", "Write the work in person-weeks as 4 or 2-6, not %q.", text)
	}
	if a == b {
		return chance.Known(a)
	}
	return chance.Lognormal(a, b)
}
