package demo

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"plumbline"
)

// tale is an item that is made up from beginning to end.
type tale struct {
	slug       string
	kind       plumbline.ItemKind
	title      string
	text       string
	class      plumbline.Class
	visibility plumbline.Visibility // empty: public
	team       plumbline.TeamRef
	product    plumbline.ProductRef
	by         string // requester
	behalf     string
	assignee   string
	priority   string
	severity   string
	unseen     bool // still in the inbox
	labels     []string
	fields     map[string]string
	starts     int    // days after the end of the data when a change begins; 0: not said
	stops      []stop // the first is the filing
	says       []saying
	wants      []wish
	effort     [2]float64 // in person-months, as the bounds of 90 %; 0: nobody said
	pursued    string     // the public sentence of the decision, for those handed off
}

// stop is a state that a tale's item came to; by is who moved it.
type stop struct {
	ago   int // days before the end of the data
	by    string
	state plumbline.State
}

// saying is a comment in a tale.
type saying struct {
	ago      int
	by       string
	internal bool
	text     string
}

// made tells the tales.
func (b *builder) made() error {
	for n, t := range tales() {
		item, err := b.tell(t, n)
		if err != nil {
			return fmt.Errorf("%s: %w", t.slug, err)
		}
		b.org.Items = append(b.org.Items, item)
	}
	return nil
}

func (b *builder) tell(t tale, n int) (Item, error) {
	if len(t.stops) == 0 {
		return Item{}, fmt.Errorf("it was never filed")
	}
	start := n * 13 % 120 // minutes into each day of this tale
	created := b.ago(t.stops[0].ago, start)
	requester := b.who(t.by)
	it := plumbline.Item{
		ID: plumbline.ItemID(identity(created, "made", t.slug)), Kind: t.kind, Process: plumbline.ProcessID(t.kind),
		Title: t.title, Body: invented(t.text), Class: t.class, Visibility: cmp.Or(t.visibility, plumbline.Public),
		States: map[string]plumbline.Position{}, Remit: plumbline.RemitIn, Team: t.team, Product: t.product, Requester: requester.ID,
		OnBehalfOf: t.behalf, Assignee: t.assignee, Priority: t.priority, Severity: t.severity,
		Labels: append([]string{"invented"}, t.labels...), Fields: map[string]string{}, Source: inventedSource,
		Created: created, Updated: created,
	}
	for name, v := range t.fields {
		it.Fields[name] = v
	}
	if t.starts != 0 {
		it.Fields["planned_start"] = b.org.AsOf.Add(time.Duration(t.starts) * day).Std().Format(time.DateOnly)
	}
	if t.unseen {
		it.Remit = plumbline.RemitUnchecked
	}
	item := Item{Item: it, Invented: []string{"all"}, Watchers: []plumbline.PersonID{requester.ID}}
	for i, s := range t.stops {
		b.stop(&item, s, start+20*i, i == 0)
	}
	b.settle(&item, t)
	for i, s := range t.says {
		at, by := b.ago(s.ago, start+200+15*i), b.who(s.by)
		item.Comments = append(item.Comments, plumbline.Comment{
			ID: identity(at, "said", t.slug, fmt.Sprint(i)), Item: it.ID, By: by.ID, ByName: by.Name, Body: invented(s.text), Internal: s.internal, At: at,
		})
	}
	if t.effort[0] > 0 {
		b.org.Judgement.Estimates = append(b.org.Judgement.Estimates, b.estimate(it.ID, "effort", "ines", b.ago(t.stops[len(t.stops)-1].ago+1, start), t.effort))
	}
	for i, w := range t.wants {
		if err := b.want(&item, w, t.slug+" "+strconv.Itoa(i), i); err != nil {
			return Item{}, err
		}
	}
	return item, nil
}

// stop moves the item on. Entering the engineers' lane is the hand-off, which
// ends the product manager's.
func (b *builder) stop(item *Item, s stop, minutes int, first bool) {
	if s.state == triage {
		b.put(item, stop{s.ago, s.by, handedOff}, minutes, Moved)
	}
	what := Moved
	if first {
		what = Filed
	}
	b.put(item, s, minutes, what)
	item.Item.State, item.Item.Since = s.state, item.Item.States[s.state.Lane()].Since
}

func (b *builder) put(item *Item, s stop, minutes int, what What) {
	at, by := b.ago(s.ago, minutes), b.who(s.by)
	from := item.Item.States[s.state.Lane()].State
	item.History = append(item.History, Step{At: at, What: what, Actor: by.ID, By: by.Name, From: string(from), To: string(s.state)})
	item.Item.States[s.state.Lane()] = plumbline.Position{State: s.state, Since: at, From: from}
}

// settle closes what has ended and adds the decision that a hand-off needs.
func (b *builder) settle(item *Item, t tale) {
	if ended(item.Item.State) {
		item.Item.Closed = item.Item.Since
	}
	pos, handed := item.Item.States[handedOff.Lane()]
	if !handed || pos.State != handedOff {
		return
	}
	mara := b.who("mara")
	item.Item.Labels = append(item.Item.Labels, "team::"+string(t.team))
	item.Decision = &plumbline.Decision{
		ID: identity(pos.Since, "made decision", t.slug), Item: item.Item.ID, Outcome: plumbline.Pursue, Sentence: plumbline.PublicText(invented(t.pursued)),
		Team: t.team, By: mara.ID, ByName: mara.Name, At: pos.Since,
	}
}
