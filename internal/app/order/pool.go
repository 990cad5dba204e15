package order

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/rank"
)

// Pooled is what several people think of a factor together.
type Pooled struct {
	rank.Factor
	Opinions []plumbline.Estimate // that are in it, oldest first
	Disagree bool                 // they disagree rather than being uncertain
	Farthest int                  // of the opinions; -1: none is apart
	Camps    chance.Camps
}

// Pool pools the estimates of one factor; the unknown are left out. ok is false
// when nobody knows anything.
func Pool(all []plumbline.Estimate) (p Pooled, ok bool) {
	var opinions []chance.Opinion
	for _, e := range all {
		q := e.Value.Keep()
		d, err := Dist(q)
		if err != nil || !q.Known() {
			continue // what is stored was checked: it is unknown
		}
		opinions = append(opinions, chance.Opinion{Estimate: d})
		p.Opinions = append(p.Opinions, e)
	}
	pool, err := chance.PoolOpinions(opinions)
	if err != nil {
		return Pooled{}, false
	}
	best := p.Opinions[0]
	for _, e := range p.Opinions[1:] {
		g, h := gradeOrder(e.Grade), gradeOrder(best.Grade)
		if g > h || g == h && e.Observed > best.Observed {
			best = e
		}
	}
	names := make([]string, len(p.Opinions))
	for i, e := range p.Opinions {
		names[i] = e.ByName
	}
	p.Factor = rank.Factor{
		Value: pool.Together, Grade: best.Grade, Source: best.Source, By: strings.Join(names, ", "), Observed: best.Observed,
		People: len(p.Opinions), Between: pool.Share,
	}
	p.Disagree, p.Farthest, p.Camps = pool.Disagree, pool.Farthest, pool.Camps
	return p, true
}

func gradeOrder(g plumbline.Grade) int { return slices.Index(plumbline.Grades[:], g) }

// Effective are the estimates that count of an item: what people estimated, and
// for factors that nobody did what the item's own fields say, on the scale of the
// policy's bins.
func Effective(p *rank.Policy, it plumbline.Item, given []plumbline.Estimate) map[plumbline.Factor][]plumbline.Estimate {
	out := map[plumbline.Factor][]plumbline.Estimate{}
	for _, e := range given {
		out[e.Factor] = append(out[e.Factor], e)
	}
	for _, m := range p.Models() {
		for _, f := range m.Factors {
			if len(out[f.ID]) > 0 || len(f.Bins) == 0 || it.Fields[string(f.ID)] == "" {
				continue
			}
			if e, ok := ofField(f, it); ok {
				out[f.ID] = []plumbline.Estimate{e}
			}
		}
	}
	return out
}

// InRequest is the name under which an item's own fields estimate.
const InRequest = "the request"

// ofField reads the field of an item that has a factor's name: an opinion of
// whoever filled it in.
func ofField(f rank.FactorInfo, it plumbline.Item) (plumbline.Estimate, bool) {
	q, err := OfBin(f, it.Fields[string(f.ID)])
	return plumbline.Estimate{
		Item: it.ID, Factor: f.ID, Value: plumbline.Hide(q), Grade: plumbline.Opinion, Source: "the request's own field",
		Observed: it.Created, ByName: InRequest, At: it.Created,
	}, err == nil && q.Known()
}

// OfBin reads a text as [Read] does; the name or the number of a bin stands for
// its interval.
func OfBin(f rank.FactorInfo, text string) (plumbline.Quantity, error) {
	text = strings.TrimSpace(text)
	for _, b := range f.Bins {
		if strings.EqualFold(text, b.Label) {
			return binQuantity(b), nil
		}
	}
	q, err := Read(f, text)
	if err != nil || q.Shape != plumbline.Exact {
		return q, err
	}
	for _, b := range f.Bins {
		if q.Low == b.Value {
			return binQuantity(b), nil
		}
	}
	return q, nil
}

func binQuantity(b rank.Bin) plumbline.Quantity {
	if b.Low >= b.High {
		return plumbline.Quantity{Shape: plumbline.Exact, Low: b.Value, High: b.Value}
	}
	return plumbline.Quantity{Shape: plumbline.Lognormal, Low: b.Low, High: b.High}
}
