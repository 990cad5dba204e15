package app

import (
	"context"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/estate"
	"plumbline/internal/app/standing"
	"plumbline/internal/demo"
	"plumbline/internal/store"
)

// loadLimits lets the demo's constraints take their course: what people did and what
// was seen of them comes in in its order, each under the clock of its day, so that
// they have a past. Then they are told what the files say.
func (a *App) loadLimits(ctx context.Context, org demo.Organisation) error {
	c := course{app: a, org: org}
	c.past = standing.New(a.db, estate.Groups, func() plumbline.Time { return c.at })
	tales := demo.Limits(org.AsOf)
	if err := a.db.Write(ctx, func(tx *store.Tx) error { return c.tell(tx, tales) }); err != nil {
		return err
	}
	for _, t := range tales {
		if err := c.settle(ctx, t); err != nil {
			return err
		}
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		for _, kind := range plumbline.ConstraintKinds {
			if err := a.Refresh(tx, c.as("mara"), kind, c.scopes...); err != nil {
				return err
			}
		}
		return nil
	})
}

// course is the telling of the demo's constraints; at is when it is.
type course struct {
	app    *App
	past   *standing.Room
	org    demo.Organisation
	at     plumbline.Time
	scopes []plumbline.Scope
}

// as is one of the demo's people.
func (c *course) as(handle string) plumbline.Actor {
	i := slices.IndexFunc(c.org.People, func(p plumbline.Person) bool { return p.Handle == handle })
	p := c.org.People[i]
	return plumbline.Actor{Person: p.ID, Name: p.Name, Handle: p.Handle, Role: p.Role, Via: "demo"}
}

// followed is for how many observations at the end of a tale people looked each time;
// what was before came in at once.
const followed = 12

// tell tells what was agreed on and what was seen of it, in one transaction.
func (c *course) tell(tx *store.Tx, tales []demo.LimitTale) error {
	for _, t := range tales {
		k := t.Constraint
		k.Owner, k.Approver = c.as("mara").Person, c.as("avery").Person
		c.at, c.scopes = t.Put, append(c.scopes, k.Scope)
		if err := c.past.KeepConstraint(tx, c.as("mara"), k); err != nil {
			return err
		}
		if err := c.follow(tx, k.ID, t.Told); err != nil {
			return err
		}
		for ; t.Ended && c.at < c.org.AsOf; c.at = c.at.Add(24 * time.Hour) {
			if _, err := c.past.JudgeDueIn(tx); err != nil {
				return err
			}
		}
	}
	return nil
}

// follow tells what was observed of a constraint: the oldest at once, the newest each
// on its day.
func (c *course) follow(tx *store.Tx, id plumbline.ConstraintID, told []plumbline.Observation) error {
	for len(told) > 0 {
		n := max(1, len(told)-followed)
		c.at = told[n-1].At
		for n < len(told) && told[n].At == c.at {
			n++
		}
		if _, err := c.past.KeepEvidence(tx, c.as("mara"), id, told[:n]); err != nil {
			return err
		}
		told = told[n:]
	}
	return nil
}

// settle lets people except a constraint, and tie open items of its scope to it.
func (c *course) settle(ctx context.Context, t demo.LimitTale) error {
	if x := t.Exemption; x != nil {
		c.at = x.Asked
		e, err := c.past.AskException(ctx, c.as(x.By), standing.ExceptionInput{Constraint: t.Constraint.ID, Reason: x.Reason, Until: x.Until})
		if err != nil {
			return err
		}
		c.at = x.Approved
		if _, err := c.past.ApproveException(ctx, c.as(x.From), e.ID); err != nil {
			return err
		}
	}
	if t.Mended == 0 {
		return nil
	}
	c.at = c.org.AsOf
	found, err := c.app.Items(ctx, c.as("mara"), plumbline.Filter{Product: plumbline.ProductRef(t.Constraint.Scope.Ref), Status: "open", Limit: t.Mended})
	if err != nil {
		return err
	}
	for _, it := range found.Rows.Rows {
		if err := c.past.TieItem(ctx, c.as("mara"), t.Constraint.ID, it.Key); err != nil {
			return err
		}
	}
	return nil
}
