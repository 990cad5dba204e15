package findings

import (
	"context"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// FindingQuery narrows the list of findings; what is empty narrows nothing.
type FindingQuery struct {
	Product   plumbline.ProductRef
	Class     string
	State     string // "open", "overdue", "gone", "closed", "suppressed", or "all"; empty: open
	Vuln      string // any name of it
	Exploited bool
	Cursor    string
	Limit     int
}

// FindingStates are what a list of findings can be narrowed to.
var FindingStates = [...]string{store.FindingOpen, "overdue", "gone", store.FindingClosed, store.FindingSuppressed, "all"}

// FindingRow is a finding in a list.
type FindingRow struct {
	plumbline.Finding
	State       string `json:"state"` // "open", "overdue", "closed", "suppressed", "merged"
	ProductName string `json:"product_name"`
}

// FindingPage is a page of findings, those that are due first at the beginning.
type FindingPage struct {
	Findings []FindingRow        `json:"findings"`
	Total    int64               `json:"total"`
	Next     string              `json:"next,omitempty"` // cursor; empty on the last page
	Now      plumbline.Time      `json:"-"`
	Products []plumbline.Product `json:"-"`       // all there are, by ref
	Figures  FindingFigures      `json:"figures"` // of the product, or of all
	Presets  []string            `json:"presets"`
	Seq      int64               `json:"-"`
}

// ageLimits are the bounds of age, in days: what is not younger than the last
// stands behind it.
var ageLimits = [...]int{7, 30, 90, 180}

// AgeNames name the bands of age.
var AgeNames = [...]string{"under 7 days", "7 to 30 days", "30 to 90 days", "90 to 180 days", "180 days or more"}

// ClassFigures are how many findings of a class are open.
type ClassFigures struct {
	Class   string               `json:"class"`
	Open    int64                `json:"open"`
	Overdue int64                `json:"overdue"`
	Ages    [len(AgeNames)]int64 `json:"ages"` // by AgeNames
}

// FindingFigures are the figures about findings. InTime by Closed and Overdue is
// the share that was mended in time: the closed ones alone would hide those that
// stay open.
type FindingFigures struct {
	Open       int64          `json:"open"`
	Overdue    int64          `json:"overdue"`
	Exploited  int64          `json:"exploited"` // open ones that the KEV catalog lists
	Gone       int64          `json:"gone"`      // open ones that the newest scan tells of no more
	Closed     int64          `json:"closed"`
	InTime     int64          `json:"in_time"` // of the closed ones
	Suppressed int64          `json:"suppressed"`
	Oldest     plumbline.Time `json:"oldest,omitempty"` // detection of the oldest open one; 0: none is open
	Classes    []ClassFigures `json:"classes"`          // in the order of plumbline.FindingClasses
}

// figures adds up what was counted.
func figures(tallies []store.FindingTally) FindingFigures {
	out := FindingFigures{Classes: make([]ClassFigures, len(plumbline.FindingClasses))}
	for i, c := range plumbline.FindingClasses {
		out.Classes[i].Class = c
	}
	for _, t := range tallies {
		switch t.State {
		case store.FindingClosed:
			out.Closed += t.Many
			if t.InTime {
				out.InTime += t.Many
			}
		case store.FindingSuppressed:
			out.Suppressed += t.Many
		case store.FindingOpen:
			out.open(t)
		}
	}
	return out
}

func (f *FindingFigures) open(t store.FindingTally) {
	c := &f.Classes[max(0, slices.Index(plumbline.FindingClasses[:], t.Class))]
	f.Open, c.Open, c.Ages[t.Age] = f.Open+t.Many, c.Open+t.Many, c.Ages[t.Age]+t.Many
	if t.Overdue {
		f.Overdue, c.Overdue = f.Overdue+t.Many, c.Overdue+t.Many
	}
	if t.Exploited {
		f.Exploited += t.Many
	}
	if t.Gone {
		f.Gone += t.Many
	}
	if f.Oldest == 0 || t.Oldest < f.Oldest {
		f.Oldest = t.Oldest
	}
}

func agesBefore(now plumbline.Time) (out []plumbline.Time) {
	for _, days := range ageLimits {
		out = append(out, now.Add(-time.Duration(days)*24*time.Hour))
	}
	return out
}

// Findings is a page of findings with the figures of the product, or of all.
func (w *Warden) Findings(ctx context.Context, who plumbline.Actor, q FindingQuery) (out FindingPage, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	if q.State == "" {
		q.State = store.FindingOpen
	}
	if !slices.Contains(FindingStates[:], q.State) {
		return out, plumbline.FieldError("state", "The state is open, overdue, gone, closed, suppressed or all.")
	}
	if q.Class != "" && !slices.Contains(plumbline.FindingClasses[:], q.Class) {
		return out, plumbline.FieldError("class", "The class is critical, high, medium, low, unknown or none.")
	}
	out.Now = w.now()
	err = w.db.Read(ctx, func(tx *store.Tx) error { return w.page(tx, q, &out) })
	return out, err
}

func (w *Warden) page(tx *store.Tx, q FindingQuery, out *FindingPage) (err error) {
	f := store.FindingFilter{Product: q.Product, Class: q.Class, State: q.State, Exploited: q.Exploited, Now: out.Now, Cursor: q.Cursor, Limit: q.Limit}
	if f.State == "all" {
		f.State = ""
	}
	if q.Vuln != "" {
		names, err := tx.VulnNames([]string{q.Vuln})
		if err != nil {
			return err
		}
		f.Vuln = learned{now: names}.of(q.Vuln)
	}
	if out.Products, err = tx.Products(); err != nil {
		return err
	}
	found, total, next, err := tx.ListFindings(f)
	if err != nil {
		return err
	}
	out.Total, out.Next = total, next
	for _, one := range found {
		out.Findings = append(out.Findings, rowOf(one, out.Products, out.Now))
	}
	tallies, err := tx.TallyFindings(q.Product, out.Now, agesBefore(out.Now))
	if err != nil {
		return err
	}
	out.Figures = figures(tallies)
	if out.Presets, err = presets(tx); err != nil {
		return err
	}
	out.Seq, err = tx.LastSeq()
	return err
}

func rowOf(f plumbline.Finding, products []plumbline.Product, now plumbline.Time) FindingRow {
	r := FindingRow{Finding: f, State: store.FindingOpen, ProductName: string(f.Product)}
	switch {
	case f.Merged != "":
		r.State = store.FindingMerged
	case f.Suppressed:
		r.State = store.FindingSuppressed
	case f.Closed != 0:
		r.State = store.FindingClosed
	case f.Overdue(now):
		r.State = "overdue"
	}
	for _, p := range products {
		if p.Ref == f.Product {
			r.ProductName = p.Name
		}
	}
	return r
}

// FindingView is a finding with all that is known about it.
type FindingView struct {
	FindingRow
	Clocks      []Clock               `json:"clocks"` // the earliest first: that is the one that counts
	Presets     []string              `json:"presets"`
	ProductRisk plumbline.Risk        `json:"product_risk"`
	Advisory    *plumbline.Advisory   `json:"advisory,omitempty"`
	Exploited   *plumbline.Exploited  `json:"exploited_entry,omitempty"`
	History     []plumbline.Judgement `json:"history,omitempty"` // what was found out, newest first
	Now         plumbline.Time        `json:"-"`
	Seq         int64                 `json:"-"`
}

// FindingByID is one finding.
func (w *Warden) FindingByID(ctx context.Context, who plumbline.Actor, id plumbline.FindingID) (v FindingView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return v, err
	}
	v.Now = w.now()
	err = w.db.Read(ctx, func(tx *store.Tx) error {
		f, err := tx.Finding(id)
		if err != nil {
			return err
		}
		products, err := tx.Products()
		if err != nil {
			return err
		}
		around, err := around(tx, []string{f.Vuln})
		if err != nil {
			return err
		}
		v.FindingRow, v.Clocks, v.Presets, v.ProductRisk = rowOf(f, products, v.Now), around.clocks(f), around.presets, around.risks[f.Product]
		if a, ok := around.advisories[f.Vuln]; ok {
			v.Advisory = &a
		}
		if e, ok := around.exploited[f.Vuln]; ok {
			v.Exploited = &e
		}
		if v.History, err = tx.Judgements(id); err != nil {
			return err
		}
		names, err := tx.OtherNames([]string{f.Vuln})
		for _, n := range names[f.Vuln] {
			v.Aliases = withName(v.Aliases, n)
		}
		if err == nil {
			v.Seq, err = tx.LastSeq()
		}
		return err
	})
	return v, err
}

// ProductFindingsView is what is wrong with one product.
type ProductFindingsView struct {
	FindingPage
	Product    plumbline.Product
	Risk       plumbline.Risk
	Components int64 // parts that are listed now
}

// ProductFindings is a page of a product's findings, with its figures.
func (w *Warden) ProductFindings(ctx context.Context, who plumbline.Actor, q FindingQuery) (v ProductFindingsView, err error) {
	if v.FindingPage, err = w.Findings(ctx, who, q); err != nil {
		return v, err
	}
	err = w.db.Read(ctx, func(tx *store.Tx) error {
		if v.Product, err = tx.Product(q.Product); err != nil {
			return err
		}
		risks, err := tx.ProductRisks()
		if err != nil {
			return err
		}
		v.Risk = risks[q.Product]
		v.Components, err = tx.CountComponents(q.Product)
		return err
	})
	return v, err
}
