package controls

import (
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// ControlCounts say how many controls there are of each sort. Applicable leaves out what
// does not apply; Met, Partial and Unsaid are parts of it.
type ControlCounts struct {
	Applicable   int64          `json:"applicable"`
	Met          int64          `json:"met"`
	Evidenced    int64          `json:"evidenced"` // met, and the evidence is younger than its cadence
	Partial      int64          `json:"partial"`
	Unsaid       int64          `json:"unsaid"`  // nobody has said anything
	Overdue      int64          `json:"overdue"` // gaps past their date
	Resting      int64          `json:"exempt"`  // gaps that rest by an exception
	Undated      int64          `json:"undated"` // gaps without a date
	NotApply     int64          `json:"not_applicable"`
	OldestPassed plumbline.Time `json:"oldest_evidence,omitempty"`
}

func countsOf(c store.CoverageRow) ControlCounts {
	return ControlCounts{Applicable: c.Applicable(), Met: c.Met, Evidenced: c.Evidenced, Partial: c.Partial, Unsaid: c.Unsaid, Overdue: c.Overdue, Resting: c.Resting, Undated: c.Undated, NotApply: c.NotApply, OldestPassed: c.OldestPassed}
}

// Gaps is how many apply and are not met.
func (c ControlCounts) Gaps() int64 { return c.Applicable - c.Met }

// FamilyCounts are the controls of one family.
type FamilyCounts struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	ControlCounts
}

// HeldFramework is a framework that a product is held to.
type HeldFramework struct {
	Product  plumbline.ProductRef   `json:"product"`
	Ref      plumbline.FrameworkRef `json:"framework"`
	Title    string                 `json:"title"`
	Version  string                 `json:"version,omitempty"`
	Since    plumbline.Time         `json:"since"`
	Total    ControlCounts          `json:"total"`
	Families []FamilyCounts         `json:"families,omitempty"`
}

// ControlLine is a control of a product in a list.
type ControlLine struct {
	plumbline.ControlRecord
	Label     string         `json:"label"`
	Title     string         `json:"title"`
	Family    string         `json:"family"`
	GoodUntil plumbline.Time `json:"good_until,omitempty"` // of its evidence; 0: there is none
	Ref       string         `json:"ref,omitempty"`        // the file and the line that said it last
	Version   int64          `json:"version"`
	place     int64
}

func lineOf(l store.ControlLine) ControlLine {
	out := ControlLine{ControlRecord: l.Record.ControlRecord, Label: l.Label, Title: l.Title, Family: l.Family, GoodUntil: l.Record.GoodUntil(), Ref: l.Record.Ref, Version: l.Record.Version, place: l.N}
	out.Maps = l.Maps
	return out
}

// Rests says that the gap rests by an exception at a moment.
func (l ControlLine) Rests(now plumbline.Time) bool {
	return l.Exception.Until > now && l.Exception.From <= now
}

// Overdue says that the gap is past its date, and does not rest.
func (l ControlLine) Overdue(now plumbline.Time) bool {
	return l.State.Gap() && l.Due != 0 && l.Due < now && !l.Rests(now)
}

// ProductControls is what a product is held to, with what is to be done.
type ProductControls struct {
	Product    plumbline.Product     `json:"product"`
	At         plumbline.Time        `json:"at"`
	Frameworks []HeldFramework       `json:"frameworks"`
	Gaps       []ControlLine         `json:"gaps"`     // those that are due first, at most MaxShown
	Unproven   []ControlLine         `json:"unproven"` // said to be met without evidence that is young enough, at most MaxShown
	Risks      []plumbline.PlanRisk  `json:"risks"`
	Could      []plumbline.Framework `json:"-"` // that it is not held to
}

// MaxShown is how many gaps of a product are listed beside its counts.
const MaxShown = 15

// ControlsOfProduct is what a product is held to. The number of questions does not depend
// on how many controls there are.
func (r *Room) ControlsOfProduct(ctx context.Context, who plumbline.Actor, product plumbline.ProductRef) (out ProductControls, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out = ProductControls{At: r.now(), Frameworks: []HeldFramework{}, Gaps: []ControlLine{}, Unproven: []ControlLine{}, Risks: []plumbline.PlanRisk{}}
		if out.Product, err = tx.Product(product); err != nil {
			return err
		}
		all, err := tx.Frameworks()
		if err != nil {
			return err
		}
		if out.Frameworks, err = r.held(tx, product, all); err != nil {
			return err
		}
		for _, f := range all {
			if !slices.ContainsFunc(out.Frameworks, func(h HeldFramework) bool { return h.Ref == f.Ref }) {
				out.Could = append(out.Could, f)
			}
		}
		for state, to := range map[string]*[]ControlLine{"gap": &out.Gaps, "unproven": &out.Unproven} {
			lines, err := tx.ControlLines(store.LineFilter{Product: product, State: state, Now: r.now(), ByDue: true, Limit: MaxShown})
			if err != nil {
				return err
			}
			for _, l := range lines {
				*to = append(*to, lineOf(l))
			}
		}
		risks, err := tx.Risks(product)
		for _, x := range risks {
			out.Risks = append(out.Risks, x.PlanRisk)
		}
		return err
	})
	return out, err
}

// held are the frameworks that a product is held to, or that all are, with their counts.
func (r *Room) held(tx *store.Tx, product plumbline.ProductRef, all []plumbline.Framework) ([]HeldFramework, error) {
	held, err := tx.Held(product)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Coverage(product, r.now())
	if err != nil {
		return nil, err
	}
	out := []HeldFramework{}
	for _, h := range held {
		i := slices.IndexFunc(all, func(f plumbline.Framework) bool { return f.Ref == h.Framework })
		if i < 0 {
			continue
		}
		out = append(out, heldOf(h, all[i], rows))
	}
	return out, nil
}

func heldOf(h store.HeldTo, f plumbline.Framework, rows []store.CoverageRow) HeldFramework {
	out := HeldFramework{Product: h.Product, Ref: f.Ref, Title: f.Title, Version: f.Version, Since: h.Since}
	var total store.CoverageRow
	for _, row := range rows {
		if row.Product != h.Product || row.Framework != f.Ref {
			continue
		}
		total.Add(row)
		title := strings.ToUpper(row.Family)
		if i := slices.IndexFunc(f.Families, func(x plumbline.ControlFamily) bool { return x.ID == row.Family }); i >= 0 {
			title = f.Families[i].Title
		}
		out.Families = append(out.Families, FamilyCounts{ID: row.Family, Title: title, ControlCounts: countsOf(row)})
	}
	out.Total = countsOf(total)
	return out
}

// ControlsOverview is what all products are held to.
type ControlsOverview struct {
	At         plumbline.Time        `json:"at"`
	Products   []plumbline.Product   `json:"products"` // that are held to something, or have risks
	Frameworks []plumbline.Framework `json:"frameworks"`
	Held       []HeldFramework       `json:"held"` // without their families
	Risks      []RiskCounts          `json:"risks"`
}

// RiskCounts are the risks of a product's plans of action.
type RiskCounts struct {
	Product plumbline.ProductRef `json:"product"`
	Open    int                  `json:"open"`
	Exempt  int                  `json:"exempt"`
	Overdue int                  `json:"overdue"`
	Closed  int                  `json:"closed"`
}

// AllControls is what all products are held to, in a constant number of questions.
func (r *Room) AllControls(ctx context.Context, who plumbline.Actor) (out ControlsOverview, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out = ControlsOverview{At: r.now(), Products: []plumbline.Product{}, Risks: []RiskCounts{}}
		if out.Frameworks, err = tx.Frameworks(); err != nil {
			return err
		}
		if out.Held, err = r.held(tx, "", out.Frameworks); err != nil {
			return err
		}
		risks, err := tx.Risks("")
		if err != nil {
			return err
		}
		out.Risks = append(out.Risks, countRisks(risks, r.now())...)
		products, err := tx.Products()
		for _, p := range products {
			if slices.ContainsFunc(out.Held, func(h HeldFramework) bool { return h.Product == p.Ref }) || slices.ContainsFunc(out.Risks, func(c RiskCounts) bool { return c.Product == p.Ref }) {
				out.Products = append(out.Products, p)
			}
		}
		for i := range out.Held {
			out.Held[i].Families = nil
		}
		return err
	})
	return out, err
}

func countRisks(risks []store.RiskRow, now plumbline.Time) (out []RiskCounts) {
	for _, x := range risks {
		if len(out) == 0 || out[len(out)-1].Product != x.Product {
			out = append(out, RiskCounts{Product: x.Product})
		}
		c := &out[len(out)-1]
		switch {
		case x.Status == plumbline.RiskClosed:
			c.Closed++
		case x.Exempt(now):
			c.Exempt++
		default:
			c.Open++
			if x.Overdue(now) {
				c.Overdue++
			}
		}
	}
	return out
}
