package app

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Teams lists the teams by name.
func (a *App) Teams(ctx context.Context, who plumbline.Actor) (out []plumbline.Team, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = a.db.Look(ctx, func(tx *store.Tx) error {
		out, err = tx.Teams()
		return err
	})
	return out, err
}

// PutTeam makes or changes a team. A label belongs to one team only: a hand-off
// must mean one thing in the tracker.
func (a *App) PutTeam(ctx context.Context, who plumbline.Actor, t plumbline.Team) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	if err := t.Validate(); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		teams, err := tx.Teams()
		if err != nil {
			return err
		}
		for _, other := range teams {
			if t.Label != "" && other.Label == t.Label && other.Ref != t.Ref {
				return plumbline.FieldError("label", "The label %q belongs to the team %s already.", t.Label, other.Name)
			}
		}
		changed, err := tx.PutTeam(t)
		if err != nil || !changed {
			return err
		}
		return a.System(tx, who, "team changed", map[string]string{"team": string(t.Ref)})
	})
}

// Products lists the products and processes by name.
func (a *App) Products(ctx context.Context, who plumbline.Actor) (out []plumbline.Product, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = a.db.Look(ctx, func(tx *store.Tx) error {
		out, err = tx.Products()
		return err
	})
	return out, err
}

// PutProduct makes or changes a product.
func (a *App) PutProduct(ctx context.Context, who plumbline.Actor, p plumbline.Product) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	if err := p.Validate(); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		changed, err := tx.PutProduct(p)
		if err != nil || !changed {
			return err
		}
		return a.System(tx, who, "product changed", map[string]string{"product": string(p.Ref)})
	})
}

// Accounts lists the accounts, with names and amounts for cleared readers. For
// others there is nothing to choose from: which customers there are is private.
func (a *App) Accounts(ctx context.Context, who plumbline.Actor) ([]AccountView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	if !who.Cleared {
		return nil, nil
	}
	var out []AccountView
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		accounts, err := tx.Accounts()
		for _, acc := range accounts {
			out = append(out, viewAccount(who.Clearance(), acc))
		}
		return err
	})
	return out, err
}

func viewAccount(c plumbline.Clearance, acc plumbline.Account) AccountView {
	v := AccountView{Ref: acc.Ref, Invented: acc.Invented}
	v.Name, _ = acc.Name.Reveal(c)
	v.Seats, _ = acc.Seats.Reveal(c)
	v.Renewal, _ = acc.Renewal.Reveal(c)
	if m, ok := acc.ARR.Reveal(c); ok && m.Currency != "" {
		v.ARR = m.String()
	}
	return v
}

// PutAccount makes or changes an account; the actor must be cleared.
func (a *App) PutAccount(ctx context.Context, who plumbline.Actor, in AccountInput) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	if !who.Cleared {
		return plumbline.Errorf(plumbline.Denied, "Accounts are for people cleared to read customer names and amounts. Ask an administrator to clear you.")
	}
	arr, err := money(in.ARR, in.Currency)
	if err != nil {
		return plumbline.FieldError("arr", "%s", plumbline.TextOf(err))
	}
	acc := plumbline.Account{
		Ref: in.Ref, Name: plumbline.Hide(in.Name), ARR: plumbline.Hide(arr),
		Seats: plumbline.Hide(in.Seats), Renewal: plumbline.Hide(in.Renewal),
	}
	if err := acc.Validate(); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		changed, err := tx.PutAccount(acc)
		if err != nil || !changed {
			return err
		}
		// Even the ref may give a customer away: the event says only that one changed.
		return a.System(tx, who, "account changed", nil)
	})
}
