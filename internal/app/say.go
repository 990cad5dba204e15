package app

import (
	"context"
	"math/big"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Watch makes who follow the item, or stop. Doing it twice changes nothing.
func (a *App) Watch(ctx context.Context, who plumbline.Actor, key plumbline.Key, on bool) error {
	return a.AddTo(ctx, who, key, rights.WatchItem, func(tx *store.Tx, it plumbline.Item) error {
		if who.Person == "" {
			return plumbline.Errorf(plumbline.Denied, "Only a person can watch an item.")
		}
		set, typ := tx.Unwatch, "watching ended"
		if on {
			set, typ = tx.Watch, "watching began"
		}
		changed, err := set(it.ID, who.Person)
		if err != nil || !changed {
			return err
		}
		return a.Note(tx, who, it, typ, "user", nil)
	})
}

// Attach adds evidence. It is never changed afterwards: what is known better is
// added as newer evidence.
func (a *App) Attach(ctx context.Context, who plumbline.Actor, key plumbline.Key, in EvidenceInput) (plumbline.Evidence, error) {
	now := a.now()
	e := plumbline.Evidence{
		ID: store.NewID(), Grade: in.Grade, Text: in.Text, Source: in.Source, Observed: in.Observed,
		Internal: in.Internal, By: who.Person, At: now,
	}
	if e.Observed.IsZero() {
		e.Observed = now
	}
	if err := e.Validate(); err != nil {
		return plumbline.Evidence{}, err
	}
	if e.Observed > now {
		return plumbline.Evidence{}, plumbline.FieldError("observed", "Evidence cannot be observed in the future.")
	}
	if e.Internal {
		if err := rights.Need(who, rights.SayInternally); err != nil {
			return plumbline.Evidence{}, err
		}
	}
	err := a.AddTo(ctx, who, key, rights.AddEvidence, func(tx *store.Tx, it plumbline.Item) error {
		e.Item = it.ID
		if err := tx.InsertEvidence(e); err != nil {
			return err
		}
		seen := it.Visibility
		if e.Internal {
			seen = ledger.Narrower(seen, plumbline.InternalOnly)
		}
		return a.NoteFor(tx, who, it, "evidence attached", "user", seen, map[string]any{"evidence": e.ID, "grade": e.Grade})
	})
	return e, err
}

// Demand records that a team or an account wants the item. Which account it is
// may be written by anybody who knows it; reading it back takes a clearance.
func (a *App) Demand(ctx context.Context, who plumbline.Actor, key plumbline.Key, in DemandInput) (reading.DemandView, error) {
	d, err := demandOf(in)
	if err != nil {
		return reading.DemandView{}, err
	}
	d.ID, d.By, d.At = store.NewID(), who.Person, a.now()
	var out reading.DemandView
	err = a.AddTo(ctx, who, key, rights.AddDemand, func(tx *store.Tx, it plumbline.Item) error {
		d.Item = it.ID
		team, account, err := demander(tx, d)
		if err != nil {
			return err
		}
		if err := tx.InsertDemand(d); err != nil {
			return err
		}
		out = reading.ViewDemand(who.Clearance(), d, team, account, who.Name)
		what := map[string]any{"demand": d.ID, "points": d.Points}
		if d.Team != "" {
			what["team"] = d.Team
		}
		return a.Note(tx, who, it, "demand recorded", "user", what)
	})
	return out, err
}

// demander checks that the team or account exists.
func demander(tx *store.Tx, d plumbline.Demand) (team plumbline.Team, account plumbline.Account, err error) {
	if d.Team != "" {
		if team, err = tx.Team(d.Team); plumbline.KindOf(err) == plumbline.NotFound && err != nil {
			err = plumbline.FieldError("team", "There is no team %q. Teams are listed under Settings.", d.Team)
		}
		return team, account, err
	}
	if account, err = tx.Account(d.Account); err != nil && plumbline.KindOf(err) == plumbline.NotFound {
		err = plumbline.FieldError("account", "There is no account with this ref. Accounts are listed under Settings.")
	}
	return team, account, err
}

func demandOf(in DemandInput) (plumbline.Demand, error) {
	var bad plumbline.Problems
	worth, err := money(in.Worth, in.Currency)
	if err != nil {
		bad.Add("worth", "%s", plumbline.TextOf(err))
	}
	points := in.Points
	if points == 0 {
		points = 1
	}
	probability := -1.0
	if in.Probability != nil {
		if probability = *in.Probability; probability < 0 {
			bad.Add("probability", "The probability of winning is between 0 and 100 %%.")
		}
	}
	d := plumbline.Demand{
		Team: in.Team, Account: in.Account, Strength: in.Strength, Points: points, Users: in.Users,
		Worth: plumbline.Hide(worth), Seats: plumbline.Hide(in.Seats), Stage: plumbline.Hide(in.Stage),
		Probability: plumbline.Hide(probability), Close: plumbline.Hide(in.Close), Note: plumbline.Hide(in.Note),
	}
	bad.Merge(d.Validate())
	return d, bad.Err()
}

// money reads a decimal number of whole units exactly; "" is unknown.
func money(amount, currency string) (plumbline.Money, error) {
	amount = strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(amount), " ", ""), "_", "")
	if amount == "" {
		return plumbline.Money{}, nil
	}
	r, ok := new(big.Rat).SetString(amount)
	if !ok || strings.ContainsAny(amount, "/eExX") {
		return plumbline.Money{}, plumbline.FieldError("worth", "%q is not an amount; write it like 120000 or 120000.50.", amount)
	}
	r.Mul(r, big.NewRat(1_000_000, 1))
	if !r.IsInt() || !r.Num().IsInt64() || r.Sign() < 0 {
		return plumbline.Money{}, plumbline.FieldError("worth", "%q is not an amount we can keep: at most six decimals, not negative, below nine trillion.", amount)
	}
	currency = strings.ToUpper(strings.TrimSpace(currency))
	if len(currency) != 3 {
		return plumbline.Money{}, plumbline.FieldError("currency", "Say the currency as its three-letter code, for example EUR.")
	}
	return plumbline.Money{Micros: r.Num().Int64(), Currency: currency}, nil
}
