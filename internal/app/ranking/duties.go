package ranking

import (
	"context"
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/rights"
	"plumbline/internal/clock"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// Duties is the forced work that matches and that the reader may see, in its
// order: each with its clock, what lets the clock stand still or gives it more
// time, and what is not among the first because of it.
func (r *Ranker) Duties(ctx context.Context, who plumbline.Actor, f plumbline.Filter) (DutiesView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return DutiesView{}, err
	}
	asked, err := r.read.Asked(who, f)
	if err != nil {
		return DutiesView{}, err
	}
	var out DutiesView
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		var passed map[plumbline.ItemID]bool
		if narrows(f) {
			ids, err := tx.Matching(who, asked)
			if err != nil {
				return err
			}
			passed = setOf(ids)
		}
		s, release, err := r.look(tx, who, "", 0)
		if err != nil {
			return err
		}
		defer release()
		s.passed = passed
		out = s.duties()
		if err := nameLimitPolicies(tx, out.Rows); err != nil {
			return err
		}
		out.Untended, err = untended(tx, f)
		return err
	})
	return out, err
}

func (s *sight) duties() DutiesView {
	out := DutiesView{Rows: []DutyView{}, Top: s.table.Top}
	late, open := 0, 0
	for n := range s.table.Forced {
		e := s.table.At(n)
		if !e.Force.Forced || !s.shows(e.Subject) {
			continue
		}
		v := s.duty(e)
		if e.Force.Overdue > 0 {
			late++
		}
		if e.Force.Unassessed {
			open++
		}
		out.Rows = append(out.Rows, v)
	}
	out.Sentence = dutiesSentence(len(out.Rows), late, open)
	out.Displaced, out.Pushed = s.pushed()
	return out
}

func dutiesSentence(n, late, open int) string {
	switch {
	case n == 0:
		return "Nothing that is open is forced."
	case late == 0 && open == 0:
		return fmt.Sprintf("%s forced, and all are in time.", are(n))
	}
	text := fmt.Sprintf("%s forced", are(n))
	if late > 0 {
		text += fmt.Sprintf("; %s late", lower(are(late)))
	}
	if open > 0 {
		text += fmt.Sprintf("; of %d nobody has said how severe: assess these first", open)
	}
	return text + "."
}

// duty is a forced item.
func (s *sight) duty(e *rank.Entry) DutyView {
	fact := s.world.Fact(e.Subject)
	it, born := fact.Item, s.world.Policy(fact.Item.Created)
	v := DutyView{
		Key: it.Key, Title: it.Title, Position: e.Position, Family: e.Force.FamilyName, Severity: e.Force.Severity, Unassessed: e.Force.Unassessed,
		ClockID: e.Force.Clock, Why: e.Force.Why, Problems: e.Force.Problems, Policy: born.Version, PolicyName: policyName(born), Starts: "not running", Pauses: "never",
		Extensions: judging.ViewExtensions(s.who, fact.Extends), Displaced: s.displaced(e),
	}
	if e.Force.ClockName != "" {
		v.Clock = clockOf(e.Force, s.now)
	}
	v.byLimit(e)
	for _, c := range born.Clocks {
		if c.ID == e.Force.Clock {
			v.Starts, v.Pauses, v.Extends = startsWords(c), pausesWords(c), c.Extends
		}
	}
	for _, st := range e.Force.Clocks {
		if st.Policy == e.Force.Clock && !st.Extended.IsZero() {
			v.Extended = st.Extended.String()
		}
	}
	return v
}

// displaced are the items with a score that would be among the first if this one
// were not there.
func (s *sight) displaced(e *rank.Entry) []plumbline.Key {
	top := s.table.Top
	if e.Position > top || top >= s.table.Len() {
		return nil
	}
	next := s.table.At(top) // it moves up by one place, and so do all after it
	if next.Force.Group != rank.Scored || !s.sees(next.Subject) {
		return nil
	}
	return []plumbline.Key{s.world.Fact(next.Subject).Item.Key}
}

// maxPushed is how many items are named that forced work keeps out.
const maxPushed = 50

// pushed are the items with a score or a hard date that would be among the first if
// nothing were forced: how many there are, and those of them that the reader may see.
func (s *sight) pushed() (n int, keys []plumbline.Key) {
	keys = []plumbline.Key{}
	room := s.table.Top
	for place := range s.table.Forced + s.table.Scored {
		if place < s.table.Forced && s.table.At(place).Force.Forced {
			continue
		}
		if room == 0 {
			break
		}
		if room--; place < s.table.Top {
			continue
		}
		at := s.table.Subject(place)
		if n++; s.sees(at) && len(keys) < maxPushed {
			keys = append(keys, s.world.Fact(at).Item.Key)
		}
	}
	return n, keys
}

// startsWords is what a clock starts with.
func startsWords(c clock.Policy) string {
	if len(c.Starts) == 1 {
		return c.Starts[0]
	}
	return "the later of " + list(c.Starts)
}

// pausesWords is when a clock stands still.
func pausesWords(c clock.Policy) string {
	var out []string
	for _, p := range c.Pauses {
		out = append(out, p.Name())
	}
	switch {
	case len(out) == 0 && c.Extends:
		return "never; an approved extension gives it more time"
	case len(out) == 0:
		return "never"
	}
	return "while in " + strings.Join(out, " or ")
}
