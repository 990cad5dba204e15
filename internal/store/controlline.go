package store

import (
	"strings"

	"plumbline"
)

// ControlLine is a control of a framework that a product is held to, with what is
// known about it. Since is since when it is held to it.
type ControlLine struct {
	ControlRow
	Product   plumbline.ProductRef
	Framework plumbline.FrameworkRef
	Since     plumbline.Time
	Out       bool // of every count: it is withdrawn or gone, or the product is not held to it any more
	Record    RecordRow
}

// LineFilter says which lines are wanted. Empty fields do not matter; Limit 0 is
// all of them.
type LineFilter struct {
	Product   plumbline.ProductRef
	Framework plumbline.FrameworkRef
	Family    string
	State     string // a state; "unsaid", "gap", "unproven": met without good evidence by Now, or "overdue"
	Now       plumbline.Time
	After     int64 // the place of the last control of the page before; of one framework only
	Limit     int
	ByDue     bool // gaps that are due first come first
	AndOut    bool // with those that are out of every count
}

// stateTerms are what filters of states mean that are no state; ? is the time.
var stateTerms = map[string]string{
	"unsaid":   `coalesce(r.state, '') = ''`,
	"gap":      `coalesce(r.state, '') in ('', 'partial', 'planned', 'missing')`,
	"unproven": `r.state in ('implemented', 'alternative') and r.good <= ?`,
	"overdue":  `r.state in ('partial', 'planned', 'missing') and r.due > 0 and r.due < ? and r.rests <= ?`,
}

// state asks for the lines in a state.
func (w *where) state(f LineFilter) {
	term, ok := stateTerms[f.State]
	switch {
	case ok && strings.Contains(term, "?"):
		w.and(strings.ReplaceAll(term, "?", w.arg(f.Now)))
	case ok:
		w.and(term)
	default:
		w.equal("r.state", f.State)
	}
}

// lineColumns are recordColumns where there may be no record.
const lineColumns = `coalesce(r.state, ''), coalesce(r.need, ''), coalesce(r.owner, ''), coalesce(r.cadence, ''), coalesce(r.passed, 0), coalesce(r.evidence, ''),
	coalesce(r.assessed, 0), coalesce(r.opened, 0), coalesce(r.due, 0), coalesce(r.note, ''), coalesce(r.exception, ''), coalesce(r.ref, ''), coalesce(r.version, 0)`

// inCounts asks for the controls that are in a count.
const inCounts = `not c.withdrawn and not c.gone and p.ended = 0`

// joinLines are the tables of the lines.
const joinLines = ` from product_frameworks p join framework_controls c on c.framework = p.framework
	left join control_records r on r.product = p.product and r.framework = p.framework and r.control = c.id `

func scanLine(r row) (l ControlLine, err error) {
	x := &l.Record
	var ended plumbline.Time
	to := append([]any{&l.Product, &l.Framework, &l.Since, &ended}, l.ControlRow.parts()...)
	err = r.Scan(append(to, &x.State, &x.Need, &x.Owner, &x.Cadence, &x.Passed, &x.Evidence, &x.Assessed, &x.Opened, &x.Due, &x.Note, exceptionJSON{&x.Exception}, &x.Ref, &x.Version)...)
	l.Maps, l.Out = orNil(l.Maps), l.Withdrawn || l.Gone || ended != 0
	x.Product, x.Framework, x.Control = l.Product, l.Framework, l.ID
	return l, err
}

// ControlLines are the controls of the frameworks that products are held to, in
// the order of the catalogs.
func (tx *Tx) ControlLines(f LineFilter) ([]ControlLine, error) {
	var w where
	if !f.AndOut {
		w.and(inCounts)
	}
	w.equal("p.product", string(f.Product))
	w.equal("p.framework", string(f.Framework))
	w.equal("c.family", f.Family)
	if f.After != 0 {
		w.and(`c.n > ` + w.arg(f.After))
	}
	w.state(f)
	order := ` order by p.product, p.framework, c.n, c.id `
	if f.ByDue {
		order = ` order by case when coalesce(r.due, 0) = 0 then 1 else 0 end, r.due, p.product, p.framework, c.n, c.id `
	}
	if f.Limit > 0 {
		order += atMost(f.Limit)
	}
	return list(tx, scanLine, `select p.product, p.framework, p.since, p.ended, `+controlColumns+`, `+lineColumns+joinLines+w.text()+order, w.args...)
}

// CoverageRow counts the controls of a family that a product is held to.
type CoverageRow struct {
	Product      plumbline.ProductRef
	Framework    plumbline.FrameworkRef
	Family       string
	All          int64 // of them, those that do not apply too
	NotApply     int64
	Met          int64
	Evidenced    int64 // met, and the evidence is good at the time
	Partial      int64
	Unsaid       int64          // nobody has said anything
	Overdue      int64          // gaps, but those that rest by an exception
	Resting      int64          // gaps that rest by an exception
	Undated      int64          // gaps without a date, those that were never looked at left out
	OldestPassed plumbline.Time // of those that are met; 0: none has evidence
}

// Applicable is how many apply.
func (c CoverageRow) Applicable() int64 { return c.All - c.NotApply }

// Add adds the counts of another row.
func (c *CoverageRow) Add(o CoverageRow) {
	c.All, c.NotApply, c.Met, c.Evidenced = c.All+o.All, c.NotApply+o.NotApply, c.Met+o.Met, c.Evidenced+o.Evidenced
	c.Partial, c.Unsaid, c.Overdue, c.Resting, c.Undated = c.Partial+o.Partial, c.Unsaid+o.Unsaid, c.Overdue+o.Overdue, c.Resting+o.Resting, c.Undated+o.Undated
	if c.OldestPassed == 0 || o.OldestPassed != 0 && o.OldestPassed < c.OldestPassed {
		c.OldestPassed = o.OldestPassed
	}
}

// Coverage counts controls by product, framework and family, at a time. It takes one
// statement.
func (tx *Tx) Coverage(product plumbline.ProductRef, now plumbline.Time) ([]CoverageRow, error) {
	var w where
	at := w.arg(now)
	w.and(inCounts)
	w.equal("p.product", string(product))
	count := func(cond string) string {
		return `, sum(case when ` + strings.ReplaceAll(cond, "?", at) + ` then 1 else 0 end)`
	}
	const met, gap = `coalesce(r.state, '') in ('implemented', 'alternative')`, `coalesce(r.state, '') in ('partial', 'planned', 'missing')`
	query := `select p.product, p.framework, c.family, count(*)` + count(`r.state = 'not_applicable'`) + count(met) + count(met+` and r.good > ?`) + count(`r.state = 'partial'`) +
		count(stateTerms["unsaid"]) + count(stateTerms["overdue"]) + count(gap+` and r.rests > ?`) + count(gap+` and r.due = 0`) +
		`, coalesce(min(case when ` + met + ` and r.passed > 0 then r.passed end), 0)` + joinLines + w.text() + ` group by p.product, p.framework, c.family order by p.product, p.framework, min(c.n)`
	return list(tx, func(r row) (c CoverageRow, err error) {
		err = r.Scan(&c.Product, &c.Framework, &c.Family, &c.All, &c.NotApply, &c.Met, &c.Evidenced, &c.Partial, &c.Unsaid, &c.Overdue, &c.Resting, &c.Undated, &c.OldestPassed)
		return c, err
	}, query, w.args...)
}
