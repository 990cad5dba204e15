package reading

import (
	"cmp"
	"context"
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// BoardView is a board: the columns that the filter's process (and lane) has.
type BoardView struct {
	Process ProcessView        `json:"process"`
	Filter  plumbline.Filter   `json:"filter"`
	Columns []plumbline.Column `json:"columns"`
	Seq     int64              `json:"seq"` // the last event it shows

	Limits []plumbline.ColumnLimit `json:"limits,omitempty"` // of the process; a view may warn earlier

	// Put together by something, the cards are in the lanes and not in Columns,
	// whose numbers are still those of all. More is how many lanes with fewer
	// items were left out.
	Group plumbline.Grouping   `json:"group,omitempty"`
	Lanes []plumbline.Swimlane `json:"lanes,omitempty"`
	More  int                  `json:"more_lanes,omitempty"`

	// Targets is where each card may go, or what stands in the way as far as the
	// card itself shows; a decision is looked up when the move is made.
	Targets map[plumbline.Key][]Target `json:"-"`
}

// Board is the board of the filter's process; perColumn cards a column. Columns
// of optional states without cards are left out.
func (a *Reader) Board(ctx context.Context, who plumbline.Actor, f plumbline.Filter, perColumn int) (BoardView, error) {
	return a.BoardBy(ctx, who, f, "", perColumn)
}

// BoardBy is the board put together by team, product, assignee or priority;
// perColumn cards a column of each.
func (a *Reader) BoardBy(ctx context.Context, who plumbline.Actor, f plumbline.Filter, by plumbline.Grouping, perColumn int) (BoardView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return BoardView{}, err
	}
	if _, err := plumbline.ParseGrouping(plumbline.AsBoard, string(by)); err != nil {
		return BoardView{}, err
	}
	asked, err := a.Asked(who, f)
	if err != nil {
		return BoardView{}, err
	}
	def, err := a.Process(f.Process)
	if err != nil {
		return BoardView{}, err
	}
	f.Process, asked.Process = def.ID, def.ID
	states := boardStates(def, f.Lane)
	out := BoardView{Process: ViewProcess(def), Filter: f, Group: by, Targets: map[plumbline.Key][]Target{}}
	err = a.db.Read(ctx, func(tx *store.Tx) (err error) {
		if by == "" {
			out.Columns, err = tx.Board(who, asked, states, perColumn)
		} else {
			err = a.lanes(tx, who, asked, states, perColumn, &out)
		}
		if err != nil {
			return err
		}
		if out.Limits, err = tx.ColumnLimits(def.ID); err != nil {
			return err
		}
		out.Seq, err = tx.LastSeq()
		return err
	})
	a.trim(def, who, &out)
	return out, err
}

func boardStates(def *flow.Definition, lane string) (out []plumbline.State) {
	for _, l := range def.Lanes {
		for _, s := range l.States {
			if lane == "" || lane == l.ID {
				out = append(out, s.State)
			}
		}
	}
	return out
}

// lanes fills in the lanes of a board with their names, and the numbers of its
// columns.
func (a *Reader) lanes(tx *store.Tx, who plumbline.Actor, f plumbline.Filter, states []plumbline.State, perColumn int, out *BoardView) (err error) {
	if out.Columns, err = tx.Board(who, f, states, 0); err != nil {
		return err
	}
	for i := range out.Columns {
		out.Columns[i].Rows = nil
	}
	if out.Lanes, out.More, err = tx.Lanes(who, f, out.Group, states, perColumn); err != nil {
		return err
	}
	names, err := groupNames(tx, out.Group)
	if err != nil {
		return err
	}
	for i := range out.Lanes {
		l := &out.Lanes[i]
		if l.Name = cmp.Or(names[l.Ref], l.Ref); l.Ref == "" {
			l.Name = out.Group.Without()
		}
	}
	sorted.By(out.Lanes, func(x, y plumbline.Swimlane) int { return plumbline.CompareGroups(x.Ref, x.Name, y.Ref, y.Name) })
	return nil
}

// groupNames are the names of what boards are put together by, for those that
// have others than their refs.
func groupNames(tx *store.Tx, by plumbline.Grouping) (map[string]string, error) {
	out := map[string]string{}
	switch by {
	case plumbline.ByTeam:
		teams, err := tx.Teams()
		for _, t := range teams {
			out[string(t.Ref)] = t.Name
		}
		return out, err
	case plumbline.ByProduct:
		products, err := tx.Products()
		for _, p := range products {
			out[string(p.Ref)] = p.Name
		}
		return out, err
	}
	return out, nil
}

// trim leaves out the columns of optional states without cards, and says where
// each card may go.
func (a *Reader) trim(def *flow.Definition, who plumbline.Actor, out *BoardView) {
	var bare []plumbline.State
	for _, c := range out.Columns {
		if sd, ok := def.State(c.State); ok && sd.Optional && c.Total == 0 {
			bare = append(bare, c.State)
		}
	}
	isBare := func(c plumbline.Column) bool { return slices.Contains(bare, c.State) }
	out.Columns = slices.DeleteFunc(out.Columns, isBare)
	a.cardTargets(def, who, out.Columns, out.Targets)
	for i := range out.Lanes {
		out.Lanes[i].Columns = slices.DeleteFunc(out.Lanes[i].Columns, isBare)
		a.cardTargets(def, who, out.Lanes[i].Columns, out.Targets)
	}
}
