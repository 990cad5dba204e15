package ranking

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/rank"
)

// maxChanges is how many changes are tried out at once.
const maxChanges = 20

// ParseChange reads a change as addresses and command lines write it:
// REQ-1:effort:2-5.
func ParseChange(text string) (Change, error) {
	key, rest, ok := strings.Cut(text, ":")
	factor, value, ok2 := strings.Cut(rest, ":")
	if !ok || !ok2 || key == "" || factor == "" || value == "" {
		return Change{}, plumbline.FieldError("what_if", "Write what is tried out as REQ-1:effort:2-5, not %q.", text)
	}
	return Change{Key: plumbline.Key(key), Factor: plumbline.Factor(factor), Text: value}, nil
}

// tryOut is the table after changes that nobody keeps. Who may not read a model's
// scores may not try it out either: the places that come of it would tell them.
func (s *sight) tryOut(changes []Change) (*rank.Table, error) {
	if len(changes) > maxChanges {
		return nil, plumbline.FieldError("what_if", "At most %d changes are tried out at once.", maxChanges)
	}
	if !rights.May(s.who, rights.ReadEstimates) || !s.scores {
		return nil, plumbline.Errorf(plumbline.Denied, "Trying out other estimates takes somebody who may read the scores of %s.", s.model.Name)
	}
	t := s.table
	for _, c := range changes {
		_, at, ok := s.world.Find(c.Key)
		if !ok || !s.sees(at) {
			return nil, plumbline.FieldError("what_if", "There is no open item %s, or you may not see it.", c.Key)
		}
		i := slices.IndexFunc(s.model.Factors, func(f rank.FactorInfo) bool { return f.ID == c.Factor })
		if i < 0 {
			return nil, plumbline.FieldError("what_if", "The model %s has no factor %q.", s.model.Name, c.Factor)
		}
		q, err := order.OfBin(s.model.Factors[i], c.Text)
		if err != nil {
			return nil, err
		}
		d, err := order.Dist(q)
		if err != nil {
			return nil, err
		}
		if t, err = t.WhatIf(at, c.Factor, d); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// compare says what changed between a table and the one that is shown.
func (s *sight) compare(before *rank.Table, changes []Change) *WhatIfView {
	out := &WhatIfView{Changes: changes, Moved: []MovedView{}}
	var about []string
	for _, c := range changes {
		if !slices.Contains(about, string(c.Key)) {
			about = append(about, string(c.Key))
		}
	}
	places := before.Inverse()
	for place := range s.table.Len() {
		at := s.table.Subject(place)
		was, it := int(places[at]), &s.world.Fact(at).Item
		from, to := before.PTop(was), s.table.PTop(place)
		mine := slices.Contains(about, string(it.Key))
		if !s.sees(at) || !mine && was == place && math.Abs(from-to) < 0.005 {
			continue
		}
		m := MovedView{Key: it.Key, Title: it.Title, From: was + 1, To: place + 1, PTopFrom: from, PTopTo: to}
		if mine {
			out.Sentence += movedSentence(m, s.table.Top) + " "
			out.Moved = slices.Insert(out.Moved, 0, m)
			continue
		}
		out.Moved = append(out.Moved, m)
	}
	if n := len(out.Moved); n > maxMoved {
		out.Moved = out.Moved[:maxMoved]
	}
	return out
}

// maxMoved is how many items are listed that a change would move.
const maxMoved = 50

func movedSentence(m MovedView, top int) string {
	chance := fmt.Sprintf("its chance to be among the first %d goes from %.0f %% to %.0f %%", top, 100*m.PTopFrom, 100*m.PTopTo)
	switch {
	case m.To < m.From:
		return fmt.Sprintf("%s would rise from place %d to %d; %s.", m.Key, m.From, m.To, chance)
	case m.To > m.From:
		return fmt.Sprintf("%s would fall from place %d to %d; %s.", m.Key, m.From, m.To, chance)
	}
	return fmt.Sprintf("%s would stay at place %d; %s.", m.Key, m.From, chance)
}
