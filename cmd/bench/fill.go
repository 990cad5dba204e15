package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// world says what a generated installation holds. The same seed gives the same
// rows.
type world struct {
	items int
	open  float64 // the share of items that are not closed
	seed  uint64
}

// The sizes of what the items refer to.
const (
	teams    = 30
	products = 40
	people   = 300
	labels   = 200
	perItem  = 5    // comments, and people who watch
	chunk    = 1000 // items in a transaction
)

// makers are the words that titles and texts are made of, the common ones first.
var makers = strings.Fields(`cluster upgrade latency deploy pipeline node storage network alert backup quota access token
	database migration runner cache release rollback config certificate dns ingress proxy region zone failover incident
	capacity memory disk cpu scheduler autoscaling namespace pod container image registry artifact build test flaky timeout
	retry queue worker batch stream topic consumer producer schema index replica shard snapshot restore archive audit policy
	permission role secret rotation vault login session gateway balancer firewall subnet peering tunnel endpoint health probe
	dashboard metric trace log sampling retention budget cost forecast invoice tenant customer migration compliance report
	evidence control encryption key signature scanner vulnerability patch kernel driver firmware hardware rack power cooling
	vendor contract renewal support ticket escalation oncall pager runbook postmortem template documentation search portal
	catalog ownership team product service interface version deprecation compatibility client library plugin operator webhook
	event scheduler cron job workflow approval review merge branch tag mirror clone checkout artifact cleanup garbage limit
	throttle burst spike load stress benchmark profile leak crash panic restart drain cordon evict taint label annotation`)

// distinct is how many words there are. A word of the trade is in a tenth of all
// items; most words are in one of a thousand.
const distinct = 8000

// lexicon draws words, the first ones most often, as in real text.
type lexicon struct {
	zipf  *rand.Zipf
	words []string
}

func newLexicon(r *rand.Rand) lexicon {
	return lexicon{rand.NewZipf(r, 1.1, 20, distinct-1), vocabulary()}
}

func (l lexicon) word() string { return l.words[l.zipf.Uint64()] }

// vocabulary is the words of the trade, then invented ones.
func vocabulary() []string {
	r := rand.New(rand.NewPCG(7, 7))
	heads := strings.Fields("ba cre do fli gra ho in ju kel lo mar ne or pra qui ro sto tra un ver wi xan yo zel")
	tails := strings.Fields("bin dor fane gil hum kin lor mont nex pole rix sur ted vane wick yard")
	out := slices.Clone(makers)
	for len(out) < distinct {
		out = append(out, heads[r.IntN(len(heads))]+heads[r.IntN(len(heads))]+tails[r.IntN(len(tails))]+[]string{"", "a", "o", "ic"}[r.IntN(4)])
	}
	return out
}

// generator makes the rows of a world.
type generator struct {
	world
	r     *rand.Rand
	words lexicon
	tags  *rand.Zipf
	defs  []*flow.Definition
	from  plumbline.Time
}

func newGenerator(w world, book *flow.Book) *generator {
	r := rand.New(rand.NewPCG(w.seed, 1))
	g := &generator{world: w, r: r, words: newLexicon(r), tags: rand.NewZipf(r, 1.1, 4, labels-1),
		from: plumbline.At(time.Date(2022, 1, 3, 9, 0, 0, 0, time.UTC))}
	for _, id := range []plumbline.ProcessID{"request", "incident", "question", "change"} {
		if def, ok := book.Get(id); ok {
			g.defs = append(g.defs, def)
		}
	}
	return g
}

// fill writes the world into an empty database: people and the catalog, then the
// items in chunks, each a transaction.
func fill(ctx context.Context, db *store.DB, w world) error {
	book, err := flow.Embedded()
	if err != nil {
		return err
	}
	g := newGenerator(w, book)
	if err := db.Write(ctx, g.catalog); err != nil {
		return err
	}
	defer db.Bulk()()
	for from := 0; from < w.items; from += chunk {
		var batch []store.NewItem
		for i := from; i < min(from+chunk, w.items); i++ {
			batch = append(batch, g.item(i))
		}
		err := db.Write(ctx, func(tx *store.Tx) error {
			for _, l := range batch {
				e := plumbline.Event{At: l.Item.Created, Type: "item filed", Item: l.Item.ID, Key: l.Item.Key, Actor: l.Item.Requester, Via: "web", Seen: l.Item.Visibility}
				if err := tx.Append(e); err != nil {
					return err
				}
			}
			return tx.InsertItems(batch)
		})
		if err != nil {
			return err
		}
	}
	return db.Write(ctx, func(tx *store.Tx) error {
		for _, def := range g.defs {
			if _, err := tx.Reserve(def.Prefix, max(w.items, 1)); err != nil {
				return err
			}
		}
		return nil
	})
}

// catalog writes who and what the items refer to; mara, jonas and ines can sign in.
func (g *generator) catalog(tx *store.Tx) error {
	roles := map[string]plumbline.Role{"mara": plumbline.PM, "jonas": plumbline.Requester, "ines": plumbline.Contributor}
	for handle, role := range roles {
		p := plumbline.Person{ID: plumbline.PersonID(handle), Handle: handle, Name: strings.ToUpper(handle[:1]) + handle[1:], Role: role, Created: g.from}
		if err := tx.InsertPerson(p); err != nil {
			return err
		}
	}
	for i := range people {
		name := fmt.Sprintf("person-%03d", i)
		p := plumbline.Person{ID: person(i), Handle: name, Name: "Person " + name[7:], Role: plumbline.Requester, Created: g.from}
		if err := tx.InsertPerson(p); err != nil {
			return err
		}
	}
	for i := range teams {
		if _, err := tx.PutTeam(plumbline.Team{Ref: team(i), Name: "Team " + makers[i], Label: "team::" + makers[i]}); err != nil {
			return err
		}
	}
	for i := range products {
		if _, err := tx.PutProduct(plumbline.Product{Ref: product(i), Name: "Product " + makers[i+teams], Kind: "product"}); err != nil {
			return err
		}
	}
	return nil
}

func person(i int) plumbline.PersonID    { return plumbline.PersonID(fmt.Sprintf("person-%03d", i)) }
func team(i int) plumbline.TeamRef       { return plumbline.TeamRef(fmt.Sprintf("team-%02d", i)) }
func product(i int) plumbline.ProductRef { return plumbline.ProductRef(fmt.Sprintf("product-%02d", i)) }
func label(i int) string                 { return fmt.Sprintf("area::%s-%d", makers[i%100], i) }

// item is the item number i with its comments and followers.
func (g *generator) item(i int) store.NewItem {
	def := g.defs[0]
	if n := g.r.IntN(100); n >= 85 {
		def = g.defs[1+(n-85)%(len(g.defs)-1)]
	}
	at := g.from.Add(time.Duration(i) * time.Minute)
	it := plumbline.Item{
		ID: plumbline.ItemID(fmt.Sprintf("bench-%07d", i)), Key: plumbline.Key(fmt.Sprintf("%s-%d", def.Prefix, i+1)),
		Kind: def.Kind, Process: def.ID, Title: g.title(), Body: g.text(300), Visibility: g.visibility(), Remit: plumbline.RemitIn,
		Product: product(g.r.IntN(products)), Requester: person(g.r.IntN(people)), Source: "form",
		Created: at, Updated: at.Add(time.Duration(g.r.IntN(3600)) * time.Second), Version: 1,
	}
	for range 1 + g.r.IntN(3) {
		it.Labels = append(it.Labels, label(int(g.tags.Uint64())))
	}
	if g.r.IntN(3) > 0 {
		it.Team = team(g.r.IntN(teams))
	}
	if g.r.IntN(4) == 0 {
		it.Assignee = string(person(g.r.IntN(people)))
	}
	g.place(&it, def)
	l := store.NewItem{Item: it}
	first := g.r.IntN(people)
	for j := range perItem {
		who := person((first + 7*j) % people)
		l.Watchers = append(l.Watchers, who)
		l.Comments = append(l.Comments, plumbline.Comment{ID: fmt.Sprintf("%s-%d", it.ID, j), By: who, ByName: "Person " + string(who[7:]),
			Body: g.text(80), Internal: j == 3, At: it.Created.Add(time.Duration(j) * time.Hour)})
	}
	return l
}

// place puts an item into a state of its process's first lane: an end, if it is
// closed.
func (g *generator) place(it *plumbline.Item, def *flow.Definition) {
	closed := g.r.Float64() >= g.world.open
	var choices []plumbline.State
	for _, s := range def.Lanes[0].States {
		if s.End() == closed {
			choices = append(choices, s.State)
		}
	}
	it.State, it.Since = choices[g.r.IntN(len(choices))], it.Created
	if i := g.r.IntN(100); !closed && i < 25 {
		it.State = def.Start
		if i < 2 {
			it.Remit = plumbline.RemitUnchecked
		}
	}
	it.States = map[string]plumbline.Position{it.State.Lane(): {State: it.State, Since: it.Since}}
	if closed {
		it.Closed = it.Updated
	}
}

func (g *generator) visibility() plumbline.Visibility {
	switch n := g.r.IntN(100); {
	case n < 80:
		return plumbline.Public
	case n < 95:
		return plumbline.InternalOnly
	}
	return plumbline.Confidential
}

func (g *generator) title() string {
	n := 4 + g.r.IntN(5)
	out := make([]string, n)
	for i := range out {
		out[i] = g.words.word()
	}
	return strings.ToUpper(out[0][:1]) + out[0][1:] + " " + strings.Join(out[1:], " ")
}

// text is about so many characters, in sentences.
func (g *generator) text(size int) string {
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(g.title())
		b.WriteString(". ")
	}
	return strings.TrimSpace(b.String())
}
