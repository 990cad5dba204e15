package rank

import (
	"cmp"
	"fmt"

	"plumbline"
	"plumbline/internal/sorted"
)

// Move is what another policy does to one item.
type Move struct {
	Subject  int
	From, To int  // positions
	In, Out  bool // it comes among the first Top, or leaves them
	Why      string
}

// Compare says what the second table does differently from the first, both of the
// same subjects: winners, which come earlier, and losers, each the farthest first.
func Compare(before, after *Table) (winners, losers []Move, err error) {
	if before.Len() != after.Len() {
		return nil, nil, plumbline.Errorf(plumbline.Invalid, "Two rankings of different items cannot be compared.")
	}
	for i := range before.Len() {
		if before.subject(i).ID != after.subject(i).ID {
			return nil, nil, plumbline.Errorf(plumbline.Invalid, "Two rankings of different items cannot be compared.")
		}
		a, b := before.Entry(i), after.Entry(i)
		m := Move{Subject: i, From: a.Position, To: b.Position, Why: because(a, b)}
		m.In = a.Position > before.Top && b.Position <= after.Top
		m.Out = a.Position <= before.Top && b.Position > after.Top
		switch {
		case m.To < m.From:
			winners = append(winners, m)
		case m.To > m.From:
			losers = append(losers, m)
		}
	}
	sorted.By(winners, func(a, b Move) int { return cmp.Compare(b.From-b.To, a.From-a.To) })
	sorted.By(losers, func(a, b Move) int { return cmp.Compare(b.To-b.From, a.To-a.From) })
	return winners, losers, nil
}

// because is what differs for an item between two policies, in words.
func because(a, b *Entry) string {
	switch {
	case a.Force.Group != b.Force.Group:
		return fmt.Sprintf("It was %q and is %q. %s", a.Force.Group, b.Force.Group, b.Force.Why)
	case a.Force.Due != b.Force.Due:
		return fmt.Sprintf("%q was due on %s and is due on %s.", b.Force.ClockName, date(a.Force.Due), date(b.Force.Due))
	case a.RowName != b.RowName:
		return fmt.Sprintf("It was in the row %q and is in %q.", a.RowName, b.RowName)
	case a.Score != nil && b.Score != nil && short(a.Score.Median) != short(b.Score.Median):
		return fmt.Sprintf("Its score was %s and is %s.", short(a.Score.Median), short(b.Score.Median))
	case a.Position == b.Position:
		return "Nothing changes for it."
	}
	return "Others changed their places around it."
}
