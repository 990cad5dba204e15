// Package saved is the views that people keep and share: lists, boards and
// tables under a name.
//
// Laws: as in package app. A view holds no item: who opens it sees what they
// may see.
package saved

import (
	"context"
	"encoding/json"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Shelf is the use cases about saved views over one database.
type Shelf struct {
	db  *store.DB
	now func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, now func() plumbline.Time) *Shelf { return &Shelf{db: db, now: now} }

// ViewInput makes or changes a view. A nil pointer leaves what is there; Version
// is the one that the actor saw, 0 takes the newest.
type ViewInput struct {
	Version int64                   `json:"version,omitempty"`
	Name    *string                 `json:"name,omitempty"`
	Shared  *bool                   `json:"shared,omitempty"`
	Layout  *plumbline.Layout       `json:"layout,omitempty"`
	Filter  *string                 `json:"filter,omitempty"` // as in an address: "q=team%3Aa&status=all"
	Columns []string                `json:"columns,omitempty"`
	Limits  map[plumbline.State]int `json:"limits,omitempty"`
	Group   *plumbline.Grouping     `json:"group,omitempty"`   // of a board or a timeline; "" for none
	Scale   *plumbline.Scale        `json:"scale,omitempty"`   // of a timeline
	Default *bool                   `json:"default,omitempty"` // the actor begins with it
}

// Views are the actor's views and the shared ones, by name.
func (s *Shelf) Views(ctx context.Context, who plumbline.Actor) (out []plumbline.View, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.Views(who.Person, 5*plumbline.MaxViews)
		return err
	})
	return out, err
}

// View is one view.
func (s *Shelf) View(ctx context.Context, who plumbline.Actor, id plumbline.ViewID) (v plumbline.View, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		v, err = seen(tx, who, id)
		return err
	})
	return v, err
}

// seen is a view that who may see; somebody else's own is not found.
func seen(tx *store.Tx, who plumbline.Actor, id plumbline.ViewID) (plumbline.View, error) {
	v, err := tx.View(id, who.Person)
	if err == nil && !v.Shared && v.Owner != who.Person {
		v, err = plumbline.View{}, plumbline.Errorf(plumbline.NotFound, "There is no view %q, or it is not shared with you.", id)
	}
	return v, err
}

// owned is a view that who may change: their own, or a shared one when views of
// others are theirs to look after.
func owned(tx *store.Tx, who plumbline.Actor, id plumbline.ViewID) (plumbline.View, error) {
	v, err := seen(tx, who, id)
	if err == nil && v.Owner != who.Person && !rights.May(who, rights.TendViews) {
		err = plumbline.Errorf(plumbline.Denied, "Only the owner of %q, a product manager or an administrator may change it. Save it under another name to have your own.", v.Name)
	}
	return v, err
}

// keeps asks that who may keep views, which only a person does.
func keeps(who plumbline.Actor) error {
	if err := rights.Need(who, rights.KeepViews); err != nil {
		return err
	}
	if who.Person == "" {
		return plumbline.Errorf(plumbline.Denied, "Views belong to people. Sign in, or say with --as who you are.")
	}
	return nil
}

// MakeView keeps a new view.
func (s *Shelf) MakeView(ctx context.Context, who plumbline.Actor, in ViewInput) (v plumbline.View, err error) {
	if err := keeps(who); err != nil {
		return v, err
	}
	now := s.now()
	v = plumbline.View{ID: plumbline.ViewID(store.NewID()), Owner: who.Person, Layout: plumbline.AsList, Created: now, Updated: now, Version: 1}
	if err := merge(who, &v, in); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.CountViews(who.Person)
		if err != nil {
			return err
		}
		if n >= plumbline.MaxViews {
			return plumbline.Errorf(plumbline.Invalid, "You keep %d views, and no more fit. Delete one first.", n)
		}
		if err := tx.InsertView(v); err != nil {
			return err
		}
		return s.finish(tx, who, "view saved", v, in)
	})
	return v, err
}

// ChangeView changes a view.
func (s *Shelf) ChangeView(ctx context.Context, who plumbline.Actor, id plumbline.ViewID, in ViewInput) (v plumbline.View, err error) {
	if err := keeps(who); err != nil {
		return v, err
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		if v, err = owned(tx, who, id); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != v.Version {
			return plumbline.Errorf(plumbline.Conflict, "The view %q was changed meanwhile. Load it again and repeat your change.", v.Name)
		}
		was, shared := v.Version, v.Shared
		if err := merge(who, &v, in); err != nil {
			return err
		}
		v.Version, v.Updated = was+1, s.now()
		if err := tx.UpdateView(v, was); err != nil {
			return err
		}
		if shared && !v.Shared {
			if err := tx.UnshareView(v.ID, v.Owner); err != nil {
				return err
			}
		}
		return s.finish(tx, who, "view changed", v, in)
	})
	return v, err
}

// merge puts the input into the view and checks it.
func merge(who plumbline.Actor, v *plumbline.View, in ViewInput) error {
	if in.Name != nil {
		v.Name = strings.TrimSpace(*in.Name)
	}
	if in.Layout != nil {
		v.Layout = *in.Layout
	}
	if in.Filter != nil {
		v.Filter = *in.Filter
	}
	if in.Columns != nil {
		v.Columns = in.Columns
	}
	if in.Limits != nil {
		v.Limits = in.Limits
	}
	if in.Group != nil {
		v.Group = *in.Group
	}
	if in.Scale != nil {
		v.Scale = *in.Scale
	}
	if in.Shared != nil && *in.Shared != v.Shared {
		if err := rights.Need(who, rights.ShareViews); err != nil {
			return err
		}
		v.Shared = *in.Shared
	}
	if in.Default != nil {
		v.Default = *in.Default
	}
	if err := v.Validate(); err != nil {
		return err
	}
	f, err := v.Asks()
	v.Filter = f.Values().Encode() // one form, whatever was sent
	return err
}

// finish keeps what the person begins with, and the event.
func (s *Shelf) finish(tx *store.Tx, who plumbline.Actor, typ string, v plumbline.View, in ViewInput) error {
	if in.Default != nil {
		if err := s.begin(tx, who, v, *in.Default); err != nil {
			return err
		}
	}
	return s.note(tx, who, typ, v)
}

func (s *Shelf) begin(tx *store.Tx, who plumbline.Actor, v plumbline.View, on bool) error {
	if on {
		return tx.SetDefaultView(who.Person, v.ID)
	}
	now, err := tx.View(v.ID, who.Person)
	if err != nil || !now.Default {
		return err
	}
	return tx.SetDefaultView(who.Person, "")
}

// BeginWith makes a view the one that the actor's list of items begins with, or
// no view when on is false. One need not own it.
func (s *Shelf) BeginWith(ctx context.Context, who plumbline.Actor, id plumbline.ViewID, on bool) error {
	if err := keeps(who); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *store.Tx) error {
		v, err := seen(tx, who, id)
		if err != nil {
			return err
		}
		if err := s.begin(tx, who, v, on); err != nil {
			return err
		}
		return s.note(tx, who, "default view chosen", v)
	})
}

// DeleteView takes a view away; those who begin with it begin with the usual
// list again.
func (s *Shelf) DeleteView(ctx context.Context, who plumbline.Actor, id plumbline.ViewID) error {
	if err := keeps(who); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *store.Tx) error {
		v, err := owned(tx, who, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteView(id); err != nil {
			return err
		}
		return s.note(tx, who, "view deleted", v)
	})
}

// note appends an event about a view. A name that is not shared stays out of it.
func (s *Shelf) note(tx *store.Tx, who plumbline.Actor, typ string, v plumbline.View) error {
	data := map[string]any{"view": v.ID, "shared": v.Shared}
	seen := plumbline.Confidential
	if v.Shared {
		data["name"], seen = v.Name, plumbline.InternalOnly
	}
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{At: s.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: seen, Data: raw})
}
