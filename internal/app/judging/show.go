package judging

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/chance"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// looked is what a reader may be told of the estimates of some items.
type looked struct {
	who    plumbline.Actor
	now    plumbline.Time
	policy *rank.Policy
	counts map[plumbline.ItemID]map[plumbline.Factor][]plumbline.Estimate // what counts
	held   map[plumbline.ItemID][]plumbline.Estimate                      // the reader's own, in open rounds
	rounds map[plumbline.ItemID][]plumbline.Round                         // open
	ended  map[plumbline.ItemID][]plumbline.Estimate                      // that no longer count, newest first
	units  []plumbline.ReachUnit                                          // what reach is counted in, by product
}

// look reads the estimates of items, which have their fields. It takes four
// statements for some hundred of them.
func (j *Judge) look(tx *store.Tx, who plumbline.Actor, p *rank.Policy, items []plumbline.Item) (looked, error) {
	l := looked{who: who, now: j.now(), policy: p, counts: map[plumbline.ItemID]map[plumbline.Factor][]plumbline.Estimate{}}
	ids := make([]plumbline.ItemID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	given, err := tx.Estimates(ids)
	if err != nil {
		return l, err
	}
	for _, it := range items {
		l.counts[it.ID] = order.Effective(p, it, given[it.ID])
	}
	if l.held, err = tx.HeldBy(who.Person, ids); err != nil {
		return l, err
	}
	if l.rounds, err = tx.OpenRounds(ids); err != nil {
		return l, err
	}
	l.units, err = tx.ReachUnits()
	return l, err
}

// blind is the open round that keeps a factor's estimates from the reader.
func (l looked) blind(it plumbline.ItemID, f plumbline.Factor) string {
	for _, r := range l.rounds[it] {
		if slices.Contains(r.Factors, f) {
			return r.ID
		}
	}
	return ""
}

// mine is what the reader said last.
func (l looked) mine(it plumbline.ItemID, f plumbline.Factor) (plumbline.Estimate, bool) {
	is := func(e plumbline.Estimate) bool { return e.Factor == f && e.By == l.who.Person && e.By != "" }
	if i := slices.IndexFunc(l.held[it], is); i >= 0 {
		return l.held[it][i], true
	}
	all := l.counts[it][f]
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	return plumbline.Estimate{}, false
}

// factor is a factor of an item as the reader may see it. While a round is open
// about it that is what they said themselves, and who reads no estimates of others
// is told what all think together.
func (l looked) factor(it plumbline.Item, f rank.FactorInfo) FactorView {
	v := l.plainly(it, f)
	CountIn(&v, f, l.units, it.Product)
	return v
}

// plainly is factor without what its shares are shares of.
func (l looked) plainly(it plumbline.Item, f rank.FactorInfo) FactorView {
	v := Head(f)
	v.Text = "?"
	if !mayRead(l.who, f.Private) {
		v.Text, v.Withheld = plumbline.Withheld, true
		return v
	}
	if e, ok := l.mine(it.ID, f.ID); ok {
		v.Mine = order.Text(e.Value.Keep(), f.Share)
	}
	if v.Blind = l.blind(it.ID, f.ID); v.Blind != "" {
		if v.Mine != "" {
			v.Text = v.Mine
		}
		return v
	}
	all := l.counts[it.ID][f.ID]
	pool, ok := order.Pool(all)
	if ok {
		l.fill(&v, f, pool)
	}
	if rights.May(l.who, rights.ReadEstimates) {
		v.Opinions = l.opinions(f, all, len(pool.Opinions))
		for _, e := range l.ended[it.ID] {
			if e.Factor == f.ID {
				v.Opinions = append(v.Opinions, l.opinion(f, e, 0))
			}
		}
	} else {
		v.Disagree = ""
	}
	return v
}

// Pooled is a factor as all think of it together, without who said what.
func Pooled(who plumbline.Actor, p *rank.Policy, f rank.FactorInfo, all []plumbline.Estimate, now plumbline.Time) FactorView {
	l, v := looked{who: who, policy: p, now: now}, Head(f)
	v.Text = "?"
	if !mayRead(who, f.Private) {
		v.Text, v.Withheld = plumbline.Withheld, true
		return v
	}
	if pool, ok := order.Pool(all); ok {
		l.fill(&v, f, pool)
	}
	if !rights.May(who, rights.ReadEstimates) {
		v.Disagree = ""
	}
	return v
}

// fill puts what all think together into a view.
func (l looked) fill(v *FactorView, f rank.FactorInfo, pool order.Pooled) {
	d := pool.Value
	v.Known, v.Text = true, order.DistText(d, f.Share)
	if len(pool.Opinions) == 1 {
		v.Text = order.Text(pool.Opinions[0].Value.Keep(), f.Share)
	}
	v.Low, v.High, v.Median = d.Quantile(0.05), d.Quantile(0.95), d.Median()
	v.Grade, v.People, v.Between = pool.Grade, pool.People, pool.Between
	v.Age = age(l.now.Sub(pool.Observed))
	v.Stale = l.now.Sub(pool.Observed) > l.policy.Fresh(pool.Grade)
	if pool.Disagree && pool.People > 1 {
		v.Disagree = disagreement(f, pool)
	}
}

// disagreement says who differs, so that they talk instead of being averaged.
func disagreement(f rank.FactorInfo, pool order.Pooled) string {
	if c := pool.Camps; c.Two {
		return fmt.Sprintf("You disagree about %s, you are not uncertain: %s say about %s, %s about %s.", lower(f.Name),
			names(pool, c.Lower), middle(pool, c.Lower, f), names(pool, c.Upper), middle(pool, c.Upper, f))
	}
	if pool.Farthest < 0 {
		return fmt.Sprintf("You disagree about %s, you are not uncertain.", lower(f.Name))
	}
	e := pool.Opinions[pool.Farthest]
	return fmt.Sprintf("You disagree about %s, you are not uncertain: %s says %s and is farthest from the others. Talk about it before it is averaged.",
		lower(f.Name), e.ByName, order.Text(e.Value.Keep(), f.Share))
}

func names(pool order.Pooled, of []int) string {
	var out []string
	for _, i := range of {
		out = append(out, pool.Opinions[i].ByName)
	}
	return strings.Join(out, " and ")
}

// middle is the mean of the medians of a camp.
func middle(pool order.Pooled, of []int, f rank.FactorInfo) string {
	var sum float64
	for _, i := range of {
		if d, err := order.Dist(pool.Opinions[i].Value.Keep()); err == nil {
			sum += d.Median() / float64(len(of))
		}
	}
	known, err := chance.Known(sum)
	if err != nil {
		return "?"
	}
	return order.DistText(known, f.Share)
}

func lower(s string) string { return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):] }

func (l looked) opinions(f rank.FactorInfo, all []plumbline.Estimate, known int) []OpinionView {
	var out []OpinionView
	for _, e := range slices.Backward(all) {
		weight := 0.0
		if e.Value.Keep().Known() {
			weight = 1 / float64(max(1, known))
		}
		out = append(out, l.opinion(f, e, weight))
	}
	return out
}

func (l looked) opinion(f rank.FactorInfo, e plumbline.Estimate, weight float64) OpinionView {
	q := e.Value.Keep()
	return OpinionView{
		By: e.By, ByName: e.ByName, Text: order.Text(q, f.Share), Low: q.Low, High: q.High, Grade: e.Grade, Source: e.Source, At: e.At,
		Observed: e.Observed, Round: e.Round, Ended: e.Ended, Weight: weight, Invented: e.Invented, OfItem: e.By == "" && e.ByName == order.InRequest,
	}
}

// Head is a factor without what anybody thinks of it.
func Head(f rank.FactorInfo) FactorView {
	v := FactorView{Factor: f.ID, Name: cmp.Or(f.Name, string(f.ID)), Unit: f.Unit, Help: f.Help}
	for _, b := range f.Bins {
		text := order.Text(plumbline.Quantity{Shape: plumbline.Exact, Low: b.Value, High: b.Value}, f.Share)
		v.Bins = append(v.Bins, Bin{Label: cmp.Or(b.Label, text), Text: text})
	}
	return v
}

// Model is a model with the heads of its factors.
func Model(m rank.ModelInfo) ModelView {
	v := ModelView{ID: m.ID, Name: m.Name, Unit: m.Unit, Sentence: m.Sentence}
	for _, f := range m.Factors {
		v.Factors = append(v.Factors, Head(f))
	}
	return v
}

// Models are the models of a policy, without their factors.
func Models(p *rank.Policy) []ModelView {
	var out []ModelView
	for _, m := range p.Models() {
		v := Model(m)
		v.Factors = nil
		out = append(out, v)
	}
	return out
}

// age is a duration in one or two words.
func age(d time.Duration) string {
	days := int(d.Hours() / 24)
	switch {
	case days < 1:
		return "today"
	case days < 14:
		return several(days, "day")
	case days < 70:
		return several(days/7, "week")
	case days < 730:
		return several(days/30, "month")
	}
	return several(days/365, "year")
}

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Estimates is what is thought of an item, under a model: "" is the policy's
// first.
func (j *Judge) Estimates(ctx context.Context, who plumbline.Actor, key plumbline.Key, model string) (EstimatesView, error) {
	var out EstimatesView
	err := j.db.Read(ctx, func(tx *store.Tx) error {
		it, err := j.items.Seeing(tx, who, key)
		if err != nil {
			return err
		}
		p, err := j.order.Policy(tx)
		if err != nil {
			return err
		}
		m, err := p.Model(model)
		if err != nil {
			return err
		}
		l, err := j.look(tx, who, p, []plumbline.Item{it})
		if err != nil {
			return err
		}
		if l.ended, err = j.ended(tx, it.ID); err != nil {
			return err
		}
		out = EstimatesView{Key: it.Key, Title: it.Title, Model: m.ID}
		for _, f := range m.Factors {
			out.Factors = append(out.Factors, l.factor(it, f))
		}
		if out.Reality, err = j.realities(tx, who, p, it.ID); err != nil {
			return err
		}
		out.Extends, err = j.extensions(tx, who, it.ID)
		return err
	})
	return out, err
}

// ended are the estimates of an item that no longer count.
func (j *Judge) ended(tx *store.Tx, id plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Estimate, error) {
	all, err := tx.EstimateHistory(id)
	all = slices.DeleteFunc(all, func(e plumbline.Estimate) bool { return e.Ended.IsZero() })
	return map[plumbline.ItemID][]plumbline.Estimate{id: all}, err
}
