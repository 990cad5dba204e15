package ranking

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"plumbline"
	"plumbline/internal/app/editions"
	"plumbline/internal/app/rights"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// maxPolicy is how many bytes a policy may have.
const maxPolicy = 200_000

// Policies are the editions of the policy, those that come with the product
// first.
func (r *Ranker) Policies(ctx context.Context, who plumbline.Actor) (out []PolicyView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		all, err := r.order.Editions(tx)
		if err != nil {
			return err
		}
		now, err := r.order.Policy(tx)
		if err != nil {
			return err
		}
		out = nil
		for _, e := range all {
			out = append(out, viewPolicy(e, now.Version))
		}
		return nil
	})
	return out, err
}

// policyName says what an edition is to people who have never seen one.
func policyName(p *rank.Policy) string {
	return editionName("Priorities and clocks", p.Name, p.Version)
}

func editionName(what, name, version string) string {
	return fmt.Sprintf("%s: %s, edition %s", what, cmp.Or(name, "our own"), version)
}

func viewPolicy(e editions.Edition, active string) PolicyView {
	return PolicyView{Version: e.Version, Name: e.Name, Source: e.Source, Active: e.Version == active, Builtin: e.Builtin, At: e.At, ByName: e.By}
}

// PolicyText is an edition as it is written; "" is the one in force.
func (r *Ranker) PolicyText(ctx context.Context, who plumbline.Actor, version string) (out PolicyTextView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		now, err := r.order.Policy(tx)
		if err != nil {
			return err
		}
		if version == "" {
			version = now.Version
		}
		e, err := r.order.Edition(tx, version)
		if err != nil {
			return plumbline.Errorf(plumbline.NotFound, "%s", plumbline.TextOf(err))
		}
		out = PolicyTextView{PolicyView: viewPolicy(e, now.Version), Text: e.Body}
		if e.Builtin {
			text, err := rank.BuiltinText(version)
			out.Text = string(text)
			return err
		}
		return nil
	})
	return out, err
}

// CheckPolicy says whether a text is a policy, and what is wrong with it.
func (r *Ranker) CheckPolicy(_ context.Context, who plumbline.Actor, src string) (PolicyCheck, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return PolicyCheck{}, err
	}
	p, err := read(src)
	if err != nil {
		return PolicyCheck{Problems: []string{plumbline.TextOf(err)}}, nil
	}
	return PolicyCheck{OK: true, Version: p.Version, Problems: []string{}}, nil
}

func read(src string) (*rank.Policy, error) {
	if len(src) > maxPolicy {
		return nil, plumbline.FieldError("text", "The policy has %d bytes; at most %d fit.", len(src), maxPolicy)
	}
	p, err := rank.ParsePolicy("policy", []byte(src))
	if err != nil {
		return nil, plumbline.FieldError("text", "%s", plumbline.TextOf(err))
	}
	return p, nil
}

// SavePolicy keeps an edition of one's own. It is not in force until it is used,
// and it is never changed: another text takes another version.
func (r *Ranker) SavePolicy(ctx context.Context, who plumbline.Actor, src string) (out PolicyView, err error) {
	if err := rights.Need(who, rights.ManagePolicy); err != nil {
		return out, err
	}
	p, err := read(src)
	if err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		all, err := r.order.Editions(tx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(e editions.Edition) bool { return e.Version == p.Version }) {
			return plumbline.Errorf(plumbline.Conflict, "There is a policy %s already, and what was judged under it keeps it. Give this one another version.", p.Version)
		}
		row := store.PolicyRow{Version: p.Version, Name: p.Name, Body: src, By: who.Person, ByName: who.Name, At: r.now()}
		if err := tx.InsertPolicy(row); err != nil {
			return err
		}
		out = viewPolicy(editions.Edition{Policy: p, By: who.Name, At: row.At}, "")
		return r.items.System(tx, who, "policy saved", map[string]string{"detail": p.Version})
	})
	return out, err
}

// UsePolicy puts an edition in force from now on. Clocks that run already keep
// the one that they were born under.
func (r *Ranker) UsePolicy(ctx context.Context, who plumbline.Actor, version string) error {
	if err := rights.Need(who, rights.ManagePolicy); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := r.order.Edition(tx, version); err != nil {
			return err
		}
		now, err := r.order.Policy(tx)
		if err != nil {
			return err
		}
		if now.Version == version {
			return plumbline.Errorf(plumbline.Conflict, "The policy %s is in force already.", version)
		}
		if err := tx.UsePolicy(store.PolicyUse{At: r.now(), Version: version, By: who.Person, ByName: who.Name}); err != nil {
			return err
		}
		return r.items.System(tx, who, "policy used", map[string]string{"detail": version})
	})
}

// ReplayPolicy ranks items by two policies, and says who would win and who would
// lose: what is open and was filed since a time, and what was closed since then, as
// it stood on the day it was closed; zero is a year.
func (r *Ranker) ReplayPolicy(ctx context.Context, who plumbline.Actor, in ReplayInput) (out ReplayView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	if in.Since.IsZero() {
		in.Since = r.now().Add(-aYear)
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		from, to, err := r.editions(tx, in)
		if err != nil {
			return err
		}
		s, release, err := r.look(tx, who, "", 0)
		if err != nil {
			return err
		}
		defer release()
		if s.seen != nil {
			closed, err := tx.Matching(who, plumbline.Filter{Status: "closed"})
			if err != nil {
				return err
			}
			maps.Copy(s.seen, setOf(closed))
		}
		if s.world, err = r.order.Past(tx, s.world, in.Since); err != nil {
			return err
		}
		a, b, err := r.order.Both(s.world, from, to, in.Model)
		if err != nil {
			return err
		}
		out, err = s.replay(a, b)
		return err
	})
	return out, err
}

// editions are the two policies that a replay compares.
func (r *Ranker) editions(tx *store.Tx, in ReplayInput) (from, to *rank.Policy, err error) {
	if from, err = r.order.Policy(tx); err != nil {
		return nil, nil, err
	}
	if in.From != "" {
		e, err := r.order.Edition(tx, in.From)
		if err != nil {
			return nil, nil, err
		}
		from = e.Policy
	}
	if in.Src != "" {
		to, err = read(in.Src)
		return from, to, err
	}
	if in.To == "" {
		return nil, nil, plumbline.FieldError("to", "Say which policy is to be tried, or give its text.")
	}
	e, err := r.order.Edition(tx, in.To)
	return from, e.Policy, err
}

// replay compares two tables of the facts of the sight's world.
func (s *sight) replay(a, b *rank.Table) (ReplayView, error) {
	out := ReplayView{From: a.Policy, To: b.Policy, Winners: []MovedView{}, Losers: []MovedView{}}
	winners, losers, err := rank.Compare(a, b)
	if err != nil {
		return out, err
	}
	for at, f := range s.world.Facts() {
		if !s.sees(at) {
			continue
		}
		out.Of++
		if !f.Item.Open() {
			out.Closed++
		}
	}
	var win, lose int
	out.Winners, win = s.moved(winners)
	out.Losers, lose = s.moved(losers)
	out.Same = out.Of - win - lose
	out.Sentence = fmt.Sprintf("Under %s instead of %s, %d of %d items would stand higher, %d lower, and %d where they are.", out.To, out.From, win, out.Of, lose, out.Same)
	if out.Closed > 0 {
		out.Sentence += fmt.Sprintf(" %d of them were closed since, and are ranked as they stood on the day they were closed.", out.Closed)
	}
	return out, nil
}

// moved are the moves that the reader may see, the first of them, and how many
// there are.
func (s *sight) moved(moves []rank.Move) (out []MovedView, n int) {
	out = []MovedView{}
	for _, m := range moves {
		if !s.sees(m.Subject) {
			continue
		}
		if n++; n <= maxMoved {
			it := s.world.Fact(m.Subject).Item
			out = append(out, MovedView{Key: it.Key, Title: it.Title, From: m.From, To: m.To, In: m.In, Out: m.Out, Why: m.Why, Closed: it.Closed})
		}
	}
	return out, n
}
