package ranking

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// Explain says why an item stands where it does, and what would change it.
func (r *Ranker) Explain(ctx context.Context, who plumbline.Actor, key plumbline.Key, model string) (ExplainView, error) {
	var out ExplainView
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		it, err := r.items.Seeing(tx, who, key)
		if err != nil {
			return err
		}
		s, release, err := r.look(tx, who, model, 0)
		if err != nil {
			return err
		}
		defer release()
		_, at, ok := s.world.Find(key)
		if !ok {
			return plumbline.Errorf(plumbline.NotFound, "%s", noPlace(it))
		}
		if s.units, err = tx.ReachUnits(); err != nil {
			return err
		}
		if s.rounds, err = tx.OpenRounds([]plumbline.ItemID{it.ID}); err != nil {
			return err
		}
		out = s.explain(at)
		out.Models, err = r.inModels(&s, at)
		return err
	})
	return out, err
}

func noPlace(it plumbline.Item) string {
	if !it.Open() {
		return string(it.Key) + " is closed: only what is open has a place in the order."
	}
	return string(it.Key) + " is a " + string(it.Kind) + ": only requests and incidents have a place in the order."
}

// explain puts an explanation together from what the reader may read of it.
func (s *sight) explain(at int) ExplainView {
	x := s.table.Explain(at)
	out := ExplainView{
		RankedView: s.view(s.table.Entry(at)), Model: s.model.ID, Top: s.table.Top, Of: s.table.Len(), Policy: s.table.Policy, PolicyName: policyName(s.world.Policy(s.now)),
		Above: s.neighbour(x.Above), Below: s.neighbour(x.Below),
	}
	if out.Above != nil && out.Above.Key != "" && s.scores {
		for _, p := range x.Passes {
			if s.blind(at, p.Factor) == "" {
				out.Pass = append(out.Pass, p.Sentence)
			}
		}
	}
	out.Factors = s.factors(at, x)
	out.Sentences = s.sentences(x, out)
	return out
}

// neighbour is the item above or below; of one that the reader may not see there
// is nothing but that it is there.
func (s *sight) neighbour(n *rank.Neighbour) *Neighbour {
	if n == nil {
		return nil
	}
	if !s.sees(n.Subject) {
		return &Neighbour{Sentence: "Next to it is an item that you may not see."}
	}
	it := s.world.Fact(n.Subject).Item
	out := &Neighbour{Key: it.Key, Title: it.Title, PAbove: 1 - n.PAbove, Sentence: n.Sentence}
	if !s.scores {
		out.PAbove, out.Sentence = 0, fmt.Sprintf("Next to it is %s.", it.Key)
	}
	return out
}

// sentences are those of the explanation that the reader may read. Who reads no
// scores is told the place, the rule and what is missing; who reads no estimates of
// others is told what is known, not who said it; and an item that they may not see
// is not named.
func (s *sight) sentences(x rank.Explanation, v ExplainView) []string {
	var hide []string
	for _, n := range []*rank.Neighbour{x.Above, x.Below} {
		if n != nil && (!s.sees(n.Subject) || !s.scores) {
			hide = append(hide, n.Sentence)
			if n == x.Above && len(x.Passes) > 0 {
				hide = append(hide, x.Passes[0].Sentence)
			}
		}
	}
	for _, p := range x.Passes {
		if !s.scores || !slices.Contains(v.Pass, p.Sentence) {
			hide = append(hide, p.Sentence)
		}
	}
	reads := rights.May(s.who, rights.ReadEstimates)
	var out []string
	for i, text := range x.Sentences {
		about := slices.IndexFunc(v.Factors, func(f FactorShare) bool { return strings.HasPrefix(text, f.Name+": ") })
		factor := about >= 0
		score := i == 2 && v.HasScore
		switch {
		case slices.Contains(hide, text), factor && (!reads || !s.scores), score && !s.scores:
		case factor && v.Factors[about].Blind != "":
			out = append(out, v.Factors[about].Name+": a blind round is open about it, so what was said before is shown when it is closed.")
		default:
			out = append(out, text)
			if factor {
				out = append(out, comesTo(text, v.Factors)...)
			}
		}
	}
	if factors := s.known(x); !reads && s.scores && factors != "" {
		out = append(out, factors)
	}
	if !s.scores && v.HasScore {
		out = append(out, "Its score rests on amounts that are shown to cleared people only.")
	}
	for _, n := range []*Neighbour{v.Above, v.Below} {
		if n != nil && n.Key == "" {
			out = append(out, n.Sentence)
		}
	}
	return out
}

// comesTo says what the share that a factor's sentence tells of comes to, of how many,
// and who counted them.
func comesTo(text string, factors []FactorShare) []string {
	for _, f := range factors {
		if f.Amounts != "" && strings.HasPrefix(text, f.Name+": ") {
			return []string{fmt.Sprintf("That is %s. Who counted them: %s.", f.Amounts, strings.TrimSuffix(f.CountedFrom, "."))}
		}
	}
	return nil
}

// known names the factors that are estimated.
func (s *sight) known(x rank.Explanation) string {
	var names []string
	for _, f := range x.Factors {
		names = append(names, lower(f.Name))
	}
	if len(names) == 0 {
		return ""
	}
	return "Estimated so far: " + list(names) + "."
}

// blind is the open round that keeps what was said of a factor from its readers, so that
// those who answer are not led; empty: none.
func (s *sight) blind(at int, f plumbline.Factor) string {
	for _, r := range s.rounds[s.world.Fact(at).Item.ID] {
		if slices.Contains(r.Factors, f) {
			return r.ID
		}
	}
	return ""
}

// factors are the parts of the score with their share of its doubt.
func (s *sight) factors(at int, x rank.Explanation) []FactorShare {
	var out []FactorShare
	f := s.world.Fact(at)
	effective := order.Effective(s.world.Policy(s.now), f.Item, f.Estimates)
	for _, info := range s.model.Factors {
		if round := s.blind(at, info.ID); round != "" {
			v := FactorShare{FactorView: judging.Head(info)}
			v.Text, v.Blind = "?", round
			out = append(out, v)
			continue
		}
		v := FactorShare{FactorView: judging.Pooled(s.who, s.world.Policy(s.now), info, effective[info.ID], s.now)}
		judging.CountIn(&v.FactorView, info, s.units, f.Item.Product)
		for _, p := range x.Factors {
			if p.Factor == info.ID {
				v.Share = p.Share
				if v.Known && !v.Withheld {
					v.Text, v.Counts = p.Said, p.Counts
				}
			}
		}
		out = append(out, v)
	}
	return out
}

// inModels is where the item stands under each of the other models.
func (r *Ranker) inModels(s *sight, at int) ([]InModel, error) {
	p := s.world.Policy(r.now())
	var out []InModel
	for _, m := range p.Models() {
		t, err := r.order.Table(s.world, m.ID, 0)
		if err != nil {
			return nil, err
		}
		e := t.Entry(at)
		v := InModel{Model: judging.Model(m), Position: fmt.Sprintf("%d of %d", e.Position, t.Len()), Score: "no score yet"}
		v.Model.Factors = nil
		switch {
		case e.Score == nil:
		case judging.ReadsScore(s.who, m):
			v.Score = order.NumberText(e.Score.Median) + " " + m.Unit
		default:
			v.Score = plumbline.Withheld
		}
		out = append(out, v)
	}
	return out, nil
}
