package capacity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/crew"
	"plumbline/internal/store"
)

// Basis is how the capacity of a team in a period is known.
type Basis string

// The bases, the surest first.
const (
	Entered Basis = "entered" // people said it for this period
	Carried Basis = "carried" // an entry for an earlier period goes on
	Learned Basis = "learned" // nobody said anything: as much as the team finished by the week
	Over    Basis = "over"    // the period had ended when the look began: nothing of it is left
	Unknown Basis = ""        // nobody said anything, and there is not enough to learn from; Net is 0 then
)

// Net is what a team can do in a period, in person-weeks: Gross less everything that
// is taken off, never below zero.
type Net struct {
	Team     plumbline.TeamRef        `json:"team"`
	TeamName string                   `json:"team_name"`
	Period   plumbline.CalendarPeriod `json:"period"`
	Basis    Basis                    `json:"basis"`
	Left     float64                  `json:"weeks_left,omitempty"` // of a period that is running, its weeks from today on: Gross is of those; 0: it counts whole
	People   float64                  `json:"people,omitempty"`     // 0 when it was learned
	Weeks    float64                  `json:"weeks,omitempty"`
	Focus    float64                  `json:"focus,omitempty"`
	Gross    float64                  `json:"gross"`
	Takes    []Take                   `json:"takes"` // what is taken off, in this order
	Net      float64                  `json:"net"`
	Meant    []Meant                  `json:"meant,omitempty"` // what the mix means of Gross, in the order of the four kinds
	Short    float64                  `json:"short,omitempty"` // what there was not enough for: by how much the takes exceed Gross
	Covered  float64                  `json:"covered"`         // share of the period's days that something is known of, 0 to 1
	Load     Load                     `json:"load"`            // what comes by itself, as a spread: part of Takes already
	Source   string                   `json:"source"`          // where Gross comes from, in words
	At       plumbline.Time           `json:"at,omitempty"`    // when the oldest part of Gross was said
	Invented bool                     `json:"invented,omitempty"`
}

// Known says that there is something to plan with.
func (n Net) Known() bool { return n.Basis != Unknown }

// Span is how many weeks of the calendar it is about.
func (n Net) Span() float64 {
	switch {
	case n.Basis == Over:
		return 0
	case n.Left > 0:
		return n.Left
	}
	return n.Period.Weeks()
}

// LeftWords says how much of a period is left that is running; else it is empty.
func (n Net) LeftWords() string {
	if n.Left == 0 {
		return ""
	}
	return fmt.Sprintf("%.2g of its %.2g weeks are left", n.Left, n.Period.Weeks())
}

// Take is one thing that is taken off the capacity of a team in a period.
type Take struct {
	What       string                 `json:"what"`           // one of [crew.Loads], Margin or Limit
	Work       string                 `json:"work,omitempty"` // of a limit: the type of work that it is kept for
	Weeks      float64                `json:"weeks"`          // person-weeks, 0 or more
	Share      float64                `json:"share"`          // of Gross
	Why        string                 `json:"why"`            // a sentence with the source
	Constraint plumbline.ConstraintID `json:"constraint,omitempty"`
	Assumed    bool                   `json:"assumed,omitempty"` // too little was measured: the planned mix stands in
	At         plumbline.Time         `json:"at,omitempty"`      // how old it is: when it was last measured, or began to hold
}

// Meant is what the planned mix means for one kind of work in a period, in person-weeks:
// its share of Gross, and what is taken off for it already because it comes by itself,
// which may be more. The rest of it is planned item by item, out of what is left.
type Meant struct {
	Share plumbline.WorkShare `json:"share"`
	Weeks float64             `json:"weeks"`
	Off   float64             `json:"off"`
}

// Load is what comes by itself in a period, in person-weeks.
type Load struct {
	Mean     float64 `json:"mean"`
	SD       float64 `json:"sd"`
	Reserve  float64 `json:"reserve"`         // what is taken off for it: enough in Chance of the periods
	Chance   float64 `json:"chance"`          // 0 to 1
	Measured int     `json:"measured"`        // weeks that it was measured over; 0: not measured
	Shape    string  `json:"shape,omitempty"` // "negative binomial" or "poisson"
}

// Limit is what a limit holds back for the work that mends it.
const Limit = "limit"

// limitsAhead is how many weeks ahead a limit that holds capacity back now is counted:
// this quarter's and the next one's work. Whether it still does later nobody knows.
const limitsAhead = 13

// NetCapacity is what teams can still do in each of the periods from today on; without
// teams, of those that something is known of. In the order of the teams, then as the
// periods are given.
func (r *Room) NetCapacity(ctx context.Context, who plumbline.Actor, periods []plumbline.CalendarPeriod, teams ...plumbline.TeamRef) (out []Net, err error) {
	if err := rights.Need(who, rights.ReadCapacity); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		o, err := r.OutlookIn(tx, who, r.now(), periods, teams...)
		out = o.Nets
		return err
	})
	return out, err
}

// Outlook is what teams can do, with the rules that say what comes by itself.
type Outlook struct {
	Nets  []Net
	Rules *crew.Book
}

// OutlookIn is NetCapacity for another room, which has checked the right, from the day
// of a moment on: what is left of the period that it lies in, and nothing of those that
// were over then. It takes the same few statements however many teams and periods there
// are.
func (r *Room) OutlookIn(tx *store.Tx, who plumbline.Actor, since plumbline.Time, periods []plumbline.CalendarPeriod, teams ...plumbline.TeamRef) (Outlook, error) {
	f, err := r.facts(tx, who)
	if err != nil {
		return Outlook{}, err
	}
	nets, err := f.nets(since, periods, teams)
	return Outlook{nets, f.book}, err
}

// nets are those of some teams; of none named, of all that something is known of.
func (f facts) nets(since plumbline.Time, periods []plumbline.CalendarPeriod, teams []plumbline.TeamRef) ([]Net, error) {
	for _, t := range teams {
		if !slices.ContainsFunc(f.teams, func(have plumbline.Team) bool { return have.Ref == t }) {
			return nil, plumbline.FieldError("team", "There is no team %q.", t)
		}
	}
	out := []Net{}
	for _, t := range f.teams {
		if len(teams) > 0 && !slices.Contains(teams, t.Ref) || len(teams) == 0 && !f.tells(t.Ref) {
			continue
		}
		for _, p := range periods {
			n, err := f.net(t, p, since)
			if err != nil {
				return nil, err
			}
			out = append(out, n)
		}
	}
	return out, nil
}

// net is the capacity of a team in what is left of a period from the day of a moment on.
func (f facts) net(t plumbline.Team, p plumbline.CalendarPeriod, since plumbline.Time) (Net, error) {
	from := max(p.From(), plumbline.At(since.Std().UTC().Truncate(24*time.Hour)))
	n := Net{Team: t.Ref, TeamName: t.Name, Period: p, Takes: []Take{}}
	if from >= p.To() {
		n.Basis, n.Source = Over, "The period is over: nothing of it is left."
		return n, nil
	}
	g := crew.GrossOf(f.said[t.Ref], from, p.To())
	n.People, n.Weeks, n.Focus, n.Gross, n.Covered = g.People, g.Weeks, g.Focus, g.PersonWeeks, g.Covered
	if from > p.From() {
		n.Left = p.To().Sub(from).Hours() / week.Hours()
	}
	if n.said(g); !n.Known() {
		f.learned(t.Ref, &n)
	}
	if !n.Known() {
		return n, nil
	}
	own, err := f.reserve(t.Ref, &n)
	if err != nil {
		return n, err
	}
	n.Takes = append(append(n.Takes, own...), f.held(t.Ref, p, n.Gross)...)
	weeks := make([]float64, len(n.Takes))
	for i := range n.Takes {
		weeks[i] = n.Takes[i].Weeks
		if n.Gross > 0 {
			n.Takes[i].Share = weeks[i] / n.Gross
		}
	}
	if words := n.LeftWords(); words != "" {
		n.Source += "; " + words
	}
	n.Net, n.Short = crew.Deduct(n.Gross, weeks...)
	n.Meant = f.meant(n)
	return n, nil
}

// said says in words where the capacity comes from.
func (n *Net) said(g crew.Gross) {
	if len(g.Of) == 0 {
		n.Source = "Nobody said how many people there are."
		return
	}
	first, last := g.Of[0], g.Of[len(g.Of)-1]
	n.At = first.At
	for _, s := range g.Of {
		n.At = min(n.At, s.At)
		n.Invented = n.Invented || s.Invented
	}
	n.Basis, n.Source = Entered, "Entered for "+n.Period.String()
	switch {
	case g.Carried:
		n.Basis, n.Source = Carried, "Carried on from "+last.Period.String()+", entered"
	case first.Period != n.Period:
		n.Source = "Entered for " + first.Period.String()
		if len(g.Of) > 1 {
			n.Source += " to " + last.Period.String()
		}
	}
	if last.ByName != "" {
		n.Source += " by " + last.ByName
	}
	if last.Source != "" {
		n.Source += ": " + last.Source
	}
}

// held is what limits hold back for the work that mends them, the largest share for
// each type of work, of periods that have begun or begin soon.
func (f facts) held(t plumbline.TeamRef, p plumbline.CalendarPeriod, gross float64) []Take {
	if p.To() <= f.now || p.From() > f.now.Add(limitsAhead*week) {
		return nil
	}
	var out []Take
	for _, v := range f.reserves {
		if v.Team != t || v.Share.Rat() == nil {
			continue
		}
		share, _ := v.Share.Rat().Float64()
		take := Take{What: Limit, Work: v.Work, Weeks: share * gross, Constraint: v.Constraint, At: v.Since,
			Why: "Kept for " + v.Work + " by " + string(v.Constraint) + " (" + v.Policy + "); it ends: " + v.Lifts}
		i := slices.IndexFunc(out, func(have Take) bool { return have.Work == v.Work })
		switch {
		case i < 0:
			out = append(out, take)
		case take.Weeks > out[i].Weeks:
			out[i] = take
		}
	}
	return out
}
