// Package rota is who is on triage: the order in which product managers take a
// week each, and the weeks that they swapped.
//
// Laws: as in package app. Who is disabled, or no longer judges requests, is
// skipped; the others keep their weeks.
package rota

import (
	"context"
	"encoding/json"
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// setting is the name under which the rotation is kept.
const setting = "triage rotation"

// ahead is how many weeks are shown in advance.
const ahead = 8

// Rota is the use cases about the rotation over one database.
type Rota struct {
	db  *store.DB
	now func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, now func() plumbline.Time) *Rota { return &Rota{db: db, now: now} }

// Member is somebody who can take a turn.
type Member struct {
	ID     plumbline.PersonID `json:"-"`
	Handle string             `json:"handle"`
	Name   string             `json:"name"`
	Able   bool               `json:"able"` // may judge requests and can sign in
}

// TurnView is one week of the rotation.
type TurnView struct {
	Week    int64          `json:"week"` // 0 is the first week of the rotation
	From    plumbline.Time `json:"from"` // the Monday
	Handle  string         `json:"handle"`
	Name    string         `json:"name"`
	Swapped bool           `json:"swapped,omitempty"`
	Skipped string         `json:"skipped,omitempty"` // the name of whose turn it would be
}

// RotationView is the rotation with the weeks to come, this one first.
type RotationView struct {
	Start plumbline.Time `json:"start,omitempty"`
	Order []Member       `json:"order"`
	Weeks []TurnView     `json:"weeks"`
	Could []Member       `json:"could"` // who could be in the order, by name
}

// RotationInput changes the rotation. Order is by handle; Start is any moment of the
// first week, and stays when it is zero. Swaps adds weeks that somebody else
// takes, by the week's Monday as 2026-11-23; an empty handle gives one back.
type RotationInput struct {
	Order []string          `json:"order"`
	Start plumbline.Time    `json:"start,omitempty"`
	Swaps map[string]string `json:"swaps,omitempty"`
}

// Rotation is who is on triage, this week and in those to come.
func (r *Rota) Rotation(ctx context.Context, who plumbline.Actor) (out RotationView, err error) {
	if err := rights.Need(who, rights.Triage); err != nil {
		return RotationView{}, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.view(tx)
		return err
	})
	return out, err
}

// PutRotation changes who is on triage, and when.
func (r *Rota) PutRotation(ctx context.Context, who plumbline.Actor, in RotationInput) (out RotationView, err error) {
	if err := rights.Need(who, rights.ManageRotation); err != nil {
		return RotationView{}, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		rot, err := read(tx)
		if err != nil {
			return err
		}
		if err := r.apply(tx, &rot, in); err != nil {
			return err
		}
		if err := Keep(tx, rot); err != nil {
			return err
		}
		data, err := json.Marshal(map[string]any{"order": in.Order, "swaps": in.Swaps})
		if err != nil {
			return err
		}
		if err := tx.Append(plumbline.Event{At: r.now(), Type: "rotation changed", Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.Confidential, Data: data}); err != nil {
			return err
		}
		out, err = r.view(tx)
		return err
	})
	return out, err
}

// apply checks an input and puts it into the rotation.
func (r *Rota) apply(tx *store.Tx, rot *plumbline.Rotation, in RotationInput) error {
	people, err := tx.ByRole(plumbline.PM, plumbline.Admin)
	if err != nil {
		return err
	}
	idOf := func(handle, field string) (plumbline.PersonID, error) {
		i := slices.IndexFunc(people, func(p plumbline.Person) bool { return p.Handle == handle })
		if i < 0 {
			return "", plumbline.FieldError(field, "Nobody with the handle %q judges requests: only product managers and administrators take turns.", handle)
		}
		return people[i].ID, nil
	}
	rot.Order = nil
	for _, h := range in.Order {
		id, err := idOf(h, "order")
		if err != nil {
			return err
		}
		rot.Order = append(rot.Order, id)
	}
	if !in.Start.IsZero() {
		rot.Start = plumbline.Monday(in.Start)
	}
	if rot.Start.IsZero() {
		rot.Start = plumbline.Monday(r.now())
	}
	for day, handle := range in.Swaps {
		week, err := weekOf(*rot, day)
		if err != nil {
			return err
		}
		delete(rot.Swaps, week)
		if handle == "" {
			continue
		}
		id, err := idOf(handle, "swaps")
		if err != nil {
			return err
		}
		if rot.Swaps == nil {
			rot.Swaps = map[int64]plumbline.PersonID{}
		}
		rot.Swaps[week] = id
	}
	return rot.Validate()
}

func weekOf(rot plumbline.Rotation, day string) (int64, error) {
	var t plumbline.Time
	if err := t.UnmarshalJSON([]byte(`"` + day + `T00:00:00Z"`)); err != nil || day == "" {
		return 0, plumbline.FieldError("swaps", "Write the week as the date of its Monday, for example 2026-11-23, not %q.", day)
	}
	return rot.Week(t), nil
}

// Keep writes a rotation, for those who also write the event that tells of it.
func Keep(tx *store.Tx, rot plumbline.Rotation) error {
	text, err := json.Marshal(rot)
	if err != nil {
		return err
	}
	return tx.PutSetting(setting, string(text))
}

func read(tx *store.Tx) (rot plumbline.Rotation, err error) {
	text, ok, err := tx.Setting(setting)
	if err != nil || !ok {
		return rot, err
	}
	return rot, json.Unmarshal([]byte(text), &rot)
}

// view is the rotation in names, in two statements.
func (r *Rota) view(tx *store.Tx) (RotationView, error) {
	rot, err := read(tx)
	if err != nil {
		return RotationView{}, err
	}
	people, err := tx.ByRole(plumbline.PM, plumbline.Admin)
	if err != nil {
		return RotationView{}, err
	}
	out := RotationView{Start: rot.Start, Order: []Member{}, Weeks: []TurnView{}, Could: []Member{}}
	known := map[plumbline.PersonID]Member{}
	for _, p := range people {
		m := Member{ID: p.ID, Handle: p.Handle, Name: p.Name, Able: !p.Disabled}
		known[p.ID] = m
		if m.Able && !slices.Contains(rot.Order, p.ID) {
			out.Could = append(out.Could, m)
		}
	}
	for _, id := range rot.Order {
		if m, ok := known[id]; ok {
			out.Order = append(out.Order, m)
		}
	}
	able := func(p plumbline.PersonID) bool { return known[p].Able }
	for n := range int64(ahead) {
		t, ok := rot.On(rot.Week(r.now())+n, able)
		if !ok {
			break
		}
		out.Weeks = append(out.Weeks, TurnView{
			Week: t.Week, From: t.From, Handle: known[t.Person].Handle, Name: known[t.Person].Name, Swapped: t.Swapped, Skipped: known[t.Skipped].Name,
		})
	}
	return out, nil
}

// Turn is who is on triage now, in two statements; nil when nobody is.
func (r *Rota) Turn(tx *store.Tx) (*TurnView, error) {
	v, err := r.view(tx)
	if err != nil || len(v.Weeks) == 0 {
		return nil, err
	}
	return &v.Weeks[0], nil
}
