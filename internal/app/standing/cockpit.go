package standing

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/sorted"
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
	Scope       plumbline.Scope          `json:"scope"`               // what the constraint is of
	Inherited   bool                     `json:"inherited,omitempty"` // it is a group's
	Many        int                      `json:"many"`                // constraints of the kind
	Status      plumbline.Status         `json:"status"`
	Since       plumbline.Time           `json:"since"`
	At          plumbline.Time           `json:"at"` // when it was judged
	Headroom    limit.Number             `json:"headroom"`
	Breach      plumbline.Time           `json:"breach,omitempty"` // when it is likely to break
	Days        *int                     `json:"days_to_breach"`   // whole days until then; nil: not foreseen, 0: it is broken or breaks today
	Due         plumbline.Time           `json:"due,omitempty"`
	Until       plumbline.Time           `json:"until,omitempty"` // of an exemption
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

// CockpitQuery narrows the cockpit; what is empty narrows nothing.
type CockpitQuery struct {
	Group  string                   // only what is in the group, directly or through others
	Kind   plumbline.ConstraintKind // only constraints of the kind
	Status plumbline.Status         // only constraints that stand so; the counts are of all
}

// CockpitView is how everything stands.
type CockpitView struct {
	At       plumbline.Time           `json:"at"`
	Rows     []CockpitRow             `json:"rows"`   // products first, then processes, by name; those without a constraint last
	Groups   []CockpitRow             `json:"groups"` // groups with constraints of their own
	Counts   map[plumbline.Status]int `json:"counts"` // of constraints
	Forced   int                      `json:"forced"`
	Needs    []CockpitNeed            `json:"needs"`          // what needs somebody, the most urgent first
	Next     *CockpitNeed             `json:"next,omitempty"` // of the limits that are not broken, the one that is likely to break first
	InGroups []string                 `json:"-"`              // the groups that the cockpit can be narrowed to
	Seq      int64                    `json:"-"`              // of the last event that it knows
}

// Cockpit is how products and processes stand by kind of constraint. The number of
// statements does not depend on how many there are.
func (r *Room) Cockpit(ctx context.Context, who plumbline.Actor, q CockpitQuery) (out CockpitView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	if err := q.validate(); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.cockpit(tx, q)
		return err
	})
	return out, err
}

func (q CockpitQuery) validate() error {
	var bad plumbline.Problems
	if q.Kind != "" && !q.Kind.Valid() {
		bad.Add("kind", "The kind is reliability, cost, compliance, security, support, capacity or commitment, not %q.", q.Kind)
	}
	if q.Status != "" && !slices.Contains(WorstFirst[:], q.Status) {
		bad.Add("status", "The status is breached, at_risk, stale, unknown, exempt or met, not %q.", q.Status)
	}
	return bad.Err()
}

func (r *Room) cockpit(tx *store.Tx, q CockpitQuery) (CockpitView, error) {
	out := CockpitView{At: r.now(), Rows: []CockpitRow{}, Groups: []CockpitRow{}, Counts: map[plumbline.Status]int{}}
	groups, err := r.groupsNow(tx)
	if err != nil {
		return out, err
	}
	products, err := tx.Products()
	if err != nil {
		return out, err
	}
	f := store.ConstraintFilter{Kind: q.Kind}
	if f.Scopes, products, err = narrow(groups, products, q.Group); err != nil {
		return out, err
	}
	cells, err := r.found(tx, f)
	if err != nil {
		return out, err
	}
	out.InGroups = groupNames(groups)
	out.count(cells)
	if q.Status != "" {
		cells = slices.DeleteFunc(cells, func(c CockpitCell) bool { return c.Status != q.Status })
	}
	out.arrange(groups, products, cells)
	if _, err := r.needs(tx, &out, products, cells); err != nil {
		return out, err
	}
	out.Seq, err = tx.LastSeq()
	return out, err
}

// narrow keeps the products and processes of a group, and says which scopes bear on
// them; nil: all do.
func narrow(groups limit.Groups, products []plumbline.Product, group string) ([]plumbline.Scope, []plumbline.Product, error) {
	if group == "" {
		return nil, products, nil
	}
	scope := plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: group}
	if len(groups[scope]) == 0 {
		return nil, nil, plumbline.FieldError("group", "There is no group %q with products or processes in it.", group)
	}
	below := groups.Below(scope)
	bear := map[plumbline.Scope]bool{scope: true}
	for _, s := range below {
		for _, up := range groups.Above(s) {
			bear[up] = true
		}
	}
	products = slices.DeleteFunc(products, func(p plumbline.Product) bool { return !slices.Contains(below, scopeOf(p)) })
	return sorted.Of(maps.Keys(bear), compareScopes), products, nil
}

func compareScopes(a, b plumbline.Scope) int { return cmp.Compare(a.String(), b.String()) }

func scopeOf(p plumbline.Product) plumbline.Scope {
	return plumbline.Scope{Kind: p.Kind, Ref: string(p.Ref)}
}

func groupNames(groups limit.Groups) (out []string) {
	for g := range groups {
		out = append(out, g.Ref)
	}
	slices.Sort(out)
	return out
}

func (v *CockpitView) count(cells []CockpitCell) {
	for i := range cells {
		v.Counts[cells[i].Status]++
		if cells[i].Forced {
			v.Forced++
		}
	}
}

// arrange puts the cells into rows.
func (v *CockpitView) arrange(groups limit.Groups, products []plumbline.Product, cells []CockpitCell) {
	by := map[plumbline.Scope][]CockpitCell{}
	for _, c := range cells {
		by[c.Scope] = append(by[c.Scope], c)
	}
	for _, p := range products {
		row := CockpitRow{Scope: scopeOf(p), Name: p.Name, Team: p.Owner}
		row.Cells = worst(by, groups.Above(row.Scope))
		v.Rows = append(v.Rows, row)
	}
	sorted.By(v.Rows, func(a, b CockpitRow) int {
		return cmp.Or(cmp.Compare(min(1, len(b.Cells)), min(1, len(a.Cells))), cmp.Compare(b.Scope.Kind, a.Scope.Kind), cmp.Compare(a.Name, b.Name)) // "product" is behind "process"
	})
	for s := range by {
		if s.Kind == plumbline.ScopeGroup {
			v.Groups = append(v.Groups, CockpitRow{Scope: s, Name: s.Ref, Cells: worst(by, []plumbline.Scope{s})})
		}
	}
	sorted.By(v.Groups, func(a, b CockpitRow) int { return cmp.Compare(a.Name, b.Name) })
}

// found are the cells of the constraints that match, by id. It takes two statements.
func (r *Room) found(tx *store.Tx, f store.ConstraintFilter) ([]CockpitCell, error) {
	rows, err := tx.Constraints(f)
	if err != nil {
		return nil, err
	}
	stood, err := tx.ConstraintStandings(f)
	if err != nil {
		return nil, err
	}
	return r.cells(rows, stood)
}

// cells are those of all constraints; both lists are by id.
func (r *Room) cells(rows []store.ConstraintRow, stood []store.StandingRow) ([]CockpitCell, error) {
	out := make([]CockpitCell, 0, len(rows))
	at := 0
	for _, c := range rows {
		if c.To != 0 && c.To <= r.now() {
			continue // it has ended and counts no more
		}
		cell := CockpitCell{Kind: c.Kind, Constraint: c.ID, Name: about(c.Constraint).Text, Scope: c.Scope, Many: 1, Status: plumbline.StatusUnknown, Spark: []Day{}}
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
		out = append(out, cell)
	}
	return out, nil
}

// fill puts how a constraint stands into its cell.
func (c *CockpitCell) fill(k *kept, now plumbline.Time) {
	c.Status, c.Since, c.At, c.Headroom = k.Status, k.row.Since, k.At, k.Headroom
	c.Breach, c.Due, c.Until, c.Forced, c.Reason, c.Spark = k.Breach, k.Due, k.Until, k.row.Forced, k.Plainly(), k.days.until(now, sparkDays)
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

// WorstFirst is the order of statuses. What is not known is worse than what is met.
var WorstFirst = [...]plumbline.Status{
	plumbline.StatusBreached, plumbline.StatusAtRisk, plumbline.StatusStale, plumbline.StatusUnknown, plumbline.StatusExempt, plumbline.StatusMet,
}

// Worst compares how two constraints stand, the worse one first: by status, then by
// what is left. A headroom that nobody knows stands behind those that are known.
func Worst(a plumbline.Status, left limit.Number, b plumbline.Status, right limit.Number) int {
	if n := cmp.Compare(slices.Index(WorstFirst[:], a), slices.Index(WorstFirst[:], b)); n != 0 {
		return n
	}
	switch {
	case left.Known() && right.Known():
		return left.Cmp(right)
	case left.Known():
		return -1
	case right.Known():
		return 1
	}
	return 0
}

// compare puts the worse one of two cells first.
func (c *CockpitCell) compare(d *CockpitCell) int {
	return Worst(c.Status, c.Headroom, d.Status, d.Headroom)
}

// worst are the cells of scopes, the worst of each kind, in the order of the kinds.
func worst(by map[plumbline.Scope][]CockpitCell, scopes []plumbline.Scope) []CockpitCell {
	out := []CockpitCell{}
	for _, kind := range plumbline.ConstraintKinds {
		var found *CockpitCell
		many := 0
		for i, s := range scopes {
			for _, cell := range by[s] {
				if cell.Kind != kind {
					continue
				}
				many++
				cell.Inherited = i > 0
				if found == nil || cell.compare(found) < 0 {
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
