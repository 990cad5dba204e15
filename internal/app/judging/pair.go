package judging

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/chance"
	"plumbline/internal/rank/odds"
	"plumbline/internal/rank/pairs"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// maxCompared is how many items are compared at a time: those that stand first.
const maxCompared = 60

// bench is what is compared: items, and what was said of pairs of them.
type bench struct {
	items   []plumbline.Item
	at      map[plumbline.ItemID]int
	answers []pairs.Comparison
	asked   [][2]int // what the reader was asked, the newest last
	names   map[string]string
	anchors []pairs.Anchor
	top     int
}

// NextPair is the pair of open items that match whose comparison tells the reader
// most about which of them are among the first.
func (j *Judge) NextPair(ctx context.Context, who plumbline.Actor, f plumbline.Filter, top int) (out PairView, err error) {
	if err := rights.Need(who, rights.CompareItems); err != nil {
		return out, err
	}
	asked, err := j.read.Asked(who, f)
	if err != nil {
		return out, err
	}
	asked.Status = "open"
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		ids, err := tx.Matching(who, asked)
		if err != nil {
			return err
		}
		b, err := j.bench(tx, who, ids, top)
		if err != nil {
			return err
		}
		out, err = b.next()
		if err != nil {
			return err
		}
		return j.cards(tx, &out)
	})
	return out, err
}

// bench gathers what is compared: of what matches and is not forced, what stands
// first.
func (j *Judge) bench(tx *store.Tx, who plumbline.Actor, ids []plumbline.ItemID, top int) (*bench, error) {
	b := &bench{at: map[plumbline.ItemID]int{}, names: map[string]string{}}
	if err := j.choose(tx, who, ids, b); err != nil {
		return nil, err
	}
	if len(b.items) < 2 {
		return nil, plumbline.Errorf(plumbline.NotFound, "Fewer than two open items match that are not forced: there is nothing to compare.")
	}
	b.top = min(cmp.Or(max(top, 0), order.DefaultTop), len(b.items)-1)
	all, err := tx.Comparisons()
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		x, known := b.at[c.AID]
		y, both := b.at[c.BID]
		if !known || !both {
			continue
		}
		a := pairs.Comparison{A: x, B: y, Judge: string(c.By), Outcome: pairs.Tie}
		switch c.WinnerID {
		case c.AID:
			a.Outcome = pairs.First
		case c.BID:
			a.Outcome = pairs.Second
		}
		b.answers = append(b.answers, a)
		b.names[a.Judge] = cmp.Or(c.ByName, a.Judge)
		if c.By == who.Person {
			b.asked = append(b.asked, [2]int{x, y})
		}
	}
	return b, nil
}

// choose puts the items on the bench, and what their scores say they are worth.
func (j *Judge) choose(tx *store.Tx, who plumbline.Actor, ids []plumbline.ItemID, b *bench) error {
	wanted := map[plumbline.ItemID]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	w, release, err := j.order.World(tx)
	if err != nil {
		return err
	}
	defer release()
	t, err := j.order.Table(w, "", 0)
	if err != nil {
		return err
	}
	m, err := w.Policy(j.now()).Model(t.Model)
	if err != nil {
		return err
	}
	for n := t.Forced; n < t.Len(); n++ {
		it := w.Fact(t.Subject(n)).Item
		if !wanted[it.ID] || len(b.items) == maxCompared {
			continue
		}
		if e := t.At(n); e.Score != nil && e.Score.Log && ReadsScore(who, m) {
			if d, err := chance.LognormalOf(e.Score.Mu, max(e.Score.SD, 1e-6)); err == nil {
				b.anchors = append(b.anchors, pairs.Anchor{Item: len(b.items), Value: d})
			}
		}
		b.at[it.ID] = len(b.items)
		b.items = append(b.items, it)
	}
	return nil
}

// next is the pair, with what is known so far.
func (b *bench) next() (PairView, error) {
	p, judges, err := pairs.FitJudges(len(b.items), b.answers, pairs.Standardised())
	if err != nil {
		return PairView{}, err
	}
	x, y, err := p.Next(pairs.Question{Top: b.top, Asked: b.asked, Seed: order.Seed})
	if err != nil {
		return PairView{}, err
	}
	out := PairView{
		A: card(b.items[x]), B: card(b.items[y]), Asked: len(b.answers),
		Repeat: slices.ContainsFunc(b.asked, func(o [2]int) bool { return o == [2]int{x, y} || o == [2]int{y, x} }),
	}
	out.Why = fmt.Sprintf("Both stand near the line below the first %d, and which of them is worth more is open: this answer tells most.", b.top)
	if out.Repeat {
		out.Why = "You were asked this before. Answering some pairs again shows how sure the answers are."
	}
	out.Worths, out.Anchors, err = b.worths(p)
	out.Set = b.set(x, y, out.Worths)
	out.Judges = b.judges(judges)
	return out, err
}

// setSize is how many items the best and the worst are chosen of.
const setSize = 5

// set are the two of the pair, and of the others those nearest to the line below
// the first: what is said of them tells most too.
func (b *bench) set(x, y int, worths []WorthView) []ItemCard {
	far := map[plumbline.Key]float64{}
	for _, w := range worths {
		far[w.Key] = math.Abs(w.PTop - 0.5)
	}
	var rest []int
	for i := range b.items {
		if i != x && i != y {
			rest = append(rest, i)
		}
	}
	slices.SortStableFunc(rest, func(i, j int) int { return cmp.Compare(far[b.items[i].Key], far[b.items[j].Key]) })
	out := []ItemCard{card(b.items[x]), card(b.items[y])}
	for _, i := range rest[:min(len(rest), setSize-2)] {
		out = append(out, card(b.items[i]))
	}
	return out
}

func card(it plumbline.Item) ItemCard {
	return ItemCard{Key: it.Key, Title: it.Title, Statement: it.Fields["statement"], Team: string(it.Team), Product: string(it.Product)}
}

// worths are what the answers say the items are worth, the most first: in the
// unit of the scores when three items or more have one and the answers do not run
// against them.
func (b *bench) worths(p *pairs.Posterior) ([]WorthView, int, error) {
	scores, order := make([]odds.Score, len(b.items)), make([]int, len(b.items))
	for i := range b.items {
		mean, sd := p.Worth(i)
		scores[i], order[i] = odds.Score{Mu: mean, SD: sd}, i
	}
	field, err := odds.NewField(scores, b.top)
	if err != nil {
		return nil, 0, err
	}
	var values []chance.Dist
	if len(b.answers) > 0 {
		if v, err := p.Values(b.anchors); err == nil {
			values = v
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(scores[j].Mu, scores[i].Mu) })
	var out []WorthView
	for _, i := range order {
		s := scores[i]
		v := WorthView{Key: b.items[i].Key, Title: b.items[i].Title, Median: s.Mu, Low: s.Mu - chance.Z90*s.SD, High: s.Mu + chance.Z90*s.SD, PTop: field.Top(i)}
		if values != nil {
			v.Median, v.Low, v.High = values[i].Median(), values[i].Quantile(0.05), values[i].Quantile(0.95)
		}
		out = append(out, v)
	}
	if values == nil {
		return out, 0, nil
	}
	return out, len(b.anchors), nil
}

// judges say how consistent everybody's answers are, by name.
func (b *bench) judges(all map[string]pairs.Judge) []JudgeView {
	var out []JudgeView
	for id, j := range all {
		out = append(out, JudgeView{Name: b.names[id], Pairs: j.Answers, Consistency: consistency(j)})
	}
	sorted.By(out, func(x, y JudgeView) int { return cmp.Or(cmp.Compare(y.Pairs, x.Pairs), cmp.Compare(x.Name, y.Name)) })
	return out
}

func consistency(j pairs.Judge) string {
	text := "Too few answers to tell yet."
	if j.Repeated > 0 {
		text = fmt.Sprintf("%d of %d repeated answers were the same.", j.Same, j.Repeated)
	}
	if j.Triples > 0 {
		circles := fmt.Sprintf(" %d of %d triples go round in a circle.", j.Cycles, j.Triples)
		if j.Cycles == 0 {
			circles = " No three answers contradict each other."
		}
		if j.Repeated == 0 {
			return circles[1:]
		}
		text += circles
	}
	return text
}

// cards puts the names of teams and products on the pair.
func (j *Judge) cards(tx *store.Tx, v *PairView) error {
	teams, err := ledger.TeamNames(tx)
	if err != nil {
		return err
	}
	products, err := tx.Products()
	all := []*ItemCard{&v.A, &v.B}
	for i := range v.Set {
		all = append(all, &v.Set[i])
	}
	for _, c := range all {
		c.Team = cmp.Or(teams[plumbline.TeamRef(c.Team)], c.Team)
		for _, p := range products {
			if string(p.Ref) == c.Product {
				c.Product = p.Name
			}
		}
	}
	return err
}
