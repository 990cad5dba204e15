package standing

import (
	"cmp"
	"context"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// sparkDays are how many days of headroom the cockpit shows.
const sparkDays = 30

// CockpitCell is how one kind of constraint stands for one product or process: by
// the worst of its constraints, its own and those that it inherits.
type CockpitCell struct {
	Kind        plumbline.ConstraintKind `json:"kind"`
	Constraint  plumbline.ConstraintID   `json:"constraint"` // the worst one
	Name        string                   `json:"name"`
	Inherited   bool                     `json:"inherited,omitempty"` // it is a group's
	Many        int                      `json:"many"`                // constraints of the kind
	Status      plumbline.Status         `json:"status"`
	Since       plumbline.Time           `json:"since"`
	At          plumbline.Time           `json:"at"` // when it was judged
	Headroom    limit.Number             `json:"headroom"`
	Breach      plumbline.Time           `json:"breach,omitempty"` // when it is likely to break
	Days        *int                     `json:"days_to_breach"`   // whole days until then; nil: not foreseen, 0: it is broken or breaks today
	Due         plumbline.Time           `json:"due,omitempty"`
	Forced      bool                     `json:"forced,omitempty"`
	Reason      string                   `json:"reason"`                // without amounts of money
	Consequence string                   `json:"consequence,omitempty"` // the most forceful one in force
	Spark       []Day                    `json:"spark"`
}

// CockpitRow is a product or a process with its cells, in the order of the kinds; of
// a kind without a constraint there is none.
type CockpitRow struct {
	Scope plumbline.Scope   `json:"scope"`
	Name  string            `json:"name"`
	Team  plumbline.TeamRef `json:"team,omitempty"`
	Cells []CockpitCell     `json:"cells"`
}

// Cell is the row's cell of a kind.
func (c *CockpitRow) Cell(kind plumbline.ConstraintKind) *CockpitCell {
	for i := range c.Cells {
		if c.Cells[i].Kind == kind {
			return &c.Cells[i]
		}
	}
	return nil
}

// CockpitView is how everything stands.
type CockpitView struct {
	At     plumbline.Time           `json:"at"`
	Rows   []CockpitRow             `json:"rows"`   // products first, then processes, by name; those without a constraint last
	Groups []CockpitRow             `json:"groups"` // groups with constraints of their own
	Counts map[plumbline.Status]int `json:"counts"` // of constraints
	Forced int                      `json:"forced"`
}

// Cockpit is how products and processes stand by kind of constraint. The number of
// statements does not depend on how many there are.
func (r *Room) Cockpit(ctx context.Context, who plumbline.Actor) (out CockpitView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.cockpit(tx)
		return err
	})
	return out, err
}

func (r *Room) cockpit(tx *store.Tx) (CockpitView, error) {
	out := CockpitView{At: r.now(), Rows: []CockpitRow{}, Groups: []CockpitRow{}, Counts: map[plumbline.Status]int{}}
	groups, err := r.groupsNow(tx)
	if err != nil {
		return out, err
	}
	products, err := tx.Products()
	if err != nil {
		return out, err
	}
	rows, err := tx.Constraints(store.ConstraintFilter{})
	if err != nil {
		return out, err
	}
	stood, err := tx.ConstraintStandings(store.ConstraintFilter{})
	if err != nil {
		return out, err
	}
	cells, err := r.cells(rows, stood)
	if err != nil {
		return out, err
	}
	for _, c := range cells {
		out.Counts[c.cell.Status]++
		if c.cell.Forced {
			out.Forced++
		}
	}
	by := map[plumbline.Scope][]scoped{}
	for _, c := range cells {
		by[c.scope] = append(by[c.scope], c)
	}
	for _, p := range products {
		row := CockpitRow{Scope: plumbline.Scope{Kind: p.Kind, Ref: string(p.Ref)}, Name: p.Name, Team: p.Owner}
		row.Cells = worst(by, groups.Above(row.Scope))
		out.Rows = append(out.Rows, row)
	}
	slices.SortStableFunc(out.Rows, func(a, b CockpitRow) int {
		return cmp.Or(cmp.Compare(min(1, len(b.Cells)), min(1, len(a.Cells))), cmp.Compare(b.Scope.Kind, a.Scope.Kind), cmp.Compare(a.Name, b.Name)) // "product" is behind "process"
	})
	for _, c := range rows {
		if c.Scope.Kind == plumbline.ScopeGroup && !slices.ContainsFunc(out.Groups, func(g CockpitRow) bool { return g.Scope == c.Scope }) {
			out.Groups = append(out.Groups, CockpitRow{Scope: c.Scope, Name: c.Scope.Ref, Cells: worst(by, []plumbline.Scope{c.Scope})})
		}
	}
	return out, nil
}

// scoped is the cell of one constraint.
type scoped struct {
	scope plumbline.Scope
	cell  CockpitCell
}

// cells are those of all constraints; both lists are by id.
func (r *Room) cells(rows []store.ConstraintRow, stood []store.StandingRow) ([]scoped, error) {
	out := make([]scoped, 0, len(rows))
	at := 0
	for _, c := range rows {
		cell := CockpitCell{Kind: c.Kind, Constraint: c.ID, Name: about(c.Constraint).Text, Many: 1, Status: plumbline.StatusUnknown, Spark: []Day{}}
		for at < len(stood) && stood[at].Constraint < c.ID {
			at++
		}
		if at < len(stood) && stood[at].Constraint == c.ID {
			k, err := restore(stood[at], c.Constraint)
			if err != nil {
				return nil, err
			}
			cell.fill(&k, r.now())
		}
		out = append(out, scoped{c.Scope, cell})
	}
	return out, nil
}

// fill puts how a constraint stands into its cell.
func (c *CockpitCell) fill(k *kept, now plumbline.Time) {
	c.Status, c.Since, c.At, c.Headroom = k.Status, k.row.Since, k.At, k.Headroom
	c.Breach, c.Due, c.Forced, c.Reason, c.Spark = k.Breach, k.Due, k.row.Forced, k.Plainly(), k.days.until(now, sparkDays)
	for _, e := range k.Effects {
		if e.Waived == 0 {
			c.Consequence = e.What
			break
		}
	}
	switch {
	case k.Status == plumbline.StatusBreached:
		c.Days = new(int)
	case k.Breach != 0:
		n := max(0, int(k.Breach.Sub(now)/(24*time.Hour)))
		c.Days = &n
	}
}

// order of statuses, the worst first. What is not known is worse than what is met.
var worstFirst = [...]plumbline.Status{
	plumbline.StatusBreached, plumbline.StatusAtRisk, plumbline.StatusStale, plumbline.StatusUnknown, plumbline.StatusExempt, plumbline.StatusMet,
}

// worse says whether a cell is worse than another one of its kind.
func (c *CockpitCell) worse(d *CockpitCell) bool {
	a, b := slices.Index(worstFirst[:], c.Status), slices.Index(worstFirst[:], d.Status)
	if a != b || !c.Headroom.Known() || !d.Headroom.Known() {
		return a < b
	}
	return c.Headroom.Decimal().Rat().Cmp(d.Headroom.Decimal().Rat()) < 0
}

// worst are the cells of scopes, the worst of each kind, in the order of the kinds.
func worst(by map[plumbline.Scope][]scoped, scopes []plumbline.Scope) []CockpitCell {
	out := []CockpitCell{}
	for _, kind := range plumbline.ConstraintKinds {
		var found *CockpitCell
		many := 0
		for i, s := range scopes {
			for _, c := range by[s] {
				if c.cell.Kind != kind {
					continue
				}
				many++
				cell := c.cell
				cell.Inherited = i > 0
				if found == nil || cell.worse(found) {
					found = &cell
				}
			}
		}
		if found != nil {
			found.Many = many
			out = append(out, *found)
		}
	}
	return out
}
