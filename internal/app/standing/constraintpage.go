package standing

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// pageDays are how many days of headroom the page of a constraint shows.
const pageDays = 90

// ChangeView is one change of a standing, in its trail.
type ChangeView struct {
	At       plumbline.Time    `json:"at"`
	Was      plumbline.Status  `json:"was,omitempty"`
	Status   plumbline.Status  `json:"status"`
	Headroom plumbline.Decimal `json:"headroom"`
	Reason   string            `json:"reason,omitempty"`
	Fired    []string          `json:"fired"`  // policies that began to have an effect
	Lifted   []string          `json:"lifted"` // that ended
}

// TrailPage is a page of the trail, newest first.
type TrailPage struct {
	Changes []ChangeView `json:"changes"`
	Next    string       `json:"next,omitempty"`
}

// MendingItem is an item that mends a constraint.
type MendingItem struct {
	Key    plumbline.Key   `json:"key"`
	Title  string          `json:"title"`
	State  plumbline.State `json:"state"`
	Open   bool            `json:"open"`
	ByName string          `json:"tied_by"`
	At     plumbline.Time  `json:"tied_at"`
}

// ConstraintPageView is all that a constraint's page shows. Of the lists it has the
// first pages.
type ConstraintPageView struct {
	ConstraintView
	OwnerName    string            `json:"owner_name,omitempty"`
	ApproverName string            `json:"approver_name,omitempty"`
	Duty         *limit.Duty       `json:"duty,omitempty"` // what it forces; nil: nothing
	Days         []Day             `json:"days"`
	Evidence     EvidencePage      `json:"evidence_page"`
	Trail        TrailPage         `json:"trail_page"`
	Exceptions   []ExceptionView   `json:"exceptions"`
	Items        []MendingItem     `json:"items"`   // those that the reader may see
	Members      []plumbline.Scope `json:"members"` // the products and processes that it holds for
	Earlier      []ConstraintText  `json:"earlier"` // versions of the constraint, newest first
	Seq          int64             `json:"-"`       // of the last event that it knows

	OwnerHandle    string `json:"-"`
	ApproverHandle string `json:"-"`
}

// ConstraintText is a version of a constraint that was replaced.
type ConstraintText struct {
	plumbline.Constraint
	Version int64          `json:"version"`
	By      string         `json:"by"`
	At      plumbline.Time `json:"changed"`
}

// ConstraintPage is all that a constraint's page shows. The number of statements does
// not depend on how much there is.
func (r *Room) ConstraintPage(ctx context.Context, who plumbline.Actor, id plumbline.ConstraintID) (out ConstraintPageView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.page(tx, who, id)
		return err
	})
	return out, err
}

func (r *Room) page(tx *store.Tx, who plumbline.Actor, id plumbline.ConstraintID) (out ConstraintPageView, err error) {
	row, err := tx.Constraint(id)
	if err != nil {
		return out, err
	}
	stood, err := tx.StandingsOf([]plumbline.ConstraintID{id})
	if err != nil {
		return out, err
	}
	if out.ConstraintView, err = view(who, row, stood[id]); err != nil {
		return out, err
	}
	out.Days = parseDays(stood[id].Days).until(r.now(), pageDays)
	if out.Standing != nil {
		if d, ok := out.Standing.Duty(); ok {
			out.Duty = &d
		}
	}
	for _, part := range []func(*store.Tx, plumbline.Actor, store.ConstraintRow, *ConstraintPageView) error{r.pageLists, r.pagePeople, r.pageItems, r.pageEarlier} {
		if err := part(tx, who, row, &out); err != nil {
			return out, err
		}
	}
	out.Seq, err = tx.LastSeq()
	return out, err
}

func (r *Room) pageLists(tx *store.Tx, who plumbline.Actor, row store.ConstraintRow, out *ConstraintPageView) (err error) {
	if out.Evidence, err = r.evidencePage(tx, who, row.ID, EvidenceQuery{}); err != nil {
		return err
	}
	if out.Trail, err = r.trail(tx, who, row.Kind, row.ID, ""); err != nil {
		return err
	}
	out.Members, err = r.Members(tx, row.Scope)
	return err
}

func (r *Room) pagePeople(tx *store.Tx, who plumbline.Actor, row store.ConstraintRow, out *ConstraintPageView) error {
	people, err := tx.PeopleByID([]plumbline.PersonID{row.Owner, row.Approver})
	if err != nil {
		return err
	}
	owner, approver := people[row.Owner], people[row.Approver]
	out.OwnerName, out.OwnerHandle, out.ApproverName, out.ApproverHandle = owner.Name, owner.Handle, approver.Name, approver.Handle
	all, err := tx.ExceptionsOf([]plumbline.ConstraintID{row.ID}, false)
	out.Exceptions = []ExceptionView{}
	for _, e := range all[row.ID] {
		out.Exceptions = append(out.Exceptions, viewException(who, e, r.now()))
	}
	return err
}

func (r *Room) pageItems(tx *store.Tx, who plumbline.Actor, row store.ConstraintRow, out *ConstraintPageView) error {
	out.Items = []MendingItem{}
	ties, err := tx.TiesOf([]plumbline.ConstraintID{row.ID})
	if err != nil {
		return err
	}
	ids := make([]plumbline.ItemID, len(ties[row.ID]))
	for i, t := range ties[row.ID] {
		ids[i] = t.Item
	}
	items, err := tx.HeadsByID(ids)
	if err != nil {
		return err
	}
	for _, t := range ties[row.ID] {
		if it, ok := items[t.Item]; ok && who.Sees(it.Visibility, it.Requester == who.Person) {
			out.Items = append(out.Items, MendingItem{Key: it.Key, Title: it.Title, State: it.State, Open: it.Open(), ByName: t.ByName, At: t.At})
		}
	}
	return nil
}

func (r *Room) pageEarlier(tx *store.Tx, who plumbline.Actor, row store.ConstraintRow, out *ConstraintPageView) error {
	texts, err := tx.ConstraintTexts(row.ID)
	out.Earlier = []ConstraintText{}
	for _, t := range texts {
		e := ConstraintText{Constraint: t.Constraint, Version: t.Version, By: t.ByName, At: t.At}
		if out.Withheld {
			e.Objective = ""
		}
		out.Earlier = append(out.Earlier, e)
	}
	return err
}

// ConstraintTrail is a page of how a constraint stood before, newest first; cursor is
// that of the page before.
func (r *Room) ConstraintTrail(ctx context.Context, who plumbline.Actor, id plumbline.ConstraintID, cursor string) (out TrailPage, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		row, err := tx.Constraint(id)
		if err != nil {
			return err
		}
		out, err = r.trail(tx, who, row.Kind, id, cursor)
		return err
	})
	return out, err
}

func (r *Room) trail(tx *store.Tx, who plumbline.Actor, kind plumbline.ConstraintKind, id plumbline.ConstraintID, cursor string) (TrailPage, error) {
	out := TrailPage{Changes: []ChangeView{}}
	at, after, err := readPlace(cursor)
	if err != nil {
		return out, err
	}
	rows, err := tx.StandingChanges(id, at, after, plumbline.PageSize)
	for _, c := range rows {
		v := ChangeView{At: c.At, Was: c.Was, Status: c.Status, Headroom: c.Headroom, Reason: c.Reason, Fired: c.Fired, Lifted: c.Lifted}
		if kind == plumbline.Cost && !rights.May(who, rights.ReadCosts) {
			v.Reason = ""
		}
		out.Changes = append(out.Changes, v)
	}
	if n := len(rows); n == plumbline.PageSize {
		out.Next = writePlace(rows[n-1].At, rows[n-1].ID)
	}
	return out, err
}
