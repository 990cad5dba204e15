package app_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store/storetest"
)

// model is what merges, votes, comments and relations mean, as sets.
type model struct {
	into   []int // -1: not merged
	votes  []map[string]bool
	follow []map[string]bool
	wants  []map[string]bool
	said   []int
	proof  []int
	blocks map[[2]int]bool
}

func newModel(n int) *model {
	m := &model{blocks: map[[2]int]bool{}}
	for range n {
		m.into = append(m.into, -1)
		m.votes, m.follow, m.wants = append(m.votes, map[string]bool{}), append(m.follow, map[string]bool{"jonas": true}), append(m.wants, map[string]bool{})
		m.said, m.proof = append(m.said, 0), append(m.proof, 0)
	}
	return m
}

// with are the items that count at i.
func (m *model) with(i int) []int {
	out := []int{i}
	for j, into := range m.into {
		if into == i {
			out = append(out, m.with(j)...)
		}
	}
	return out
}

func (m *model) union(i int, sets []map[string]bool) map[string]bool {
	out := map[string]bool{}
	for _, j := range m.with(i) {
		for x := range sets[j] {
			out[x] = true
		}
	}
	return out
}

// circle says that an item leads to another by merges.
func (m *model) leads(from, to int) bool {
	for ; from >= 0; from = m.into[from] {
		if from == to {
			return true
		}
	}
	return false
}

// held says that an item is kept from beginning by another, directly or not.
func (m *model) held(by, item int) bool {
	if by == item {
		return true
	}
	for edge := range m.blocks {
		if edge[0] == by && m.held(edge[1], item) {
			return true
		}
	}
	return false
}

// counts is what each item is to show: votes, followers, demands, comments,
// pieces of evidence.
func (m *model) counts() string {
	var b strings.Builder
	for i := range m.into {
		said, proof := 0, 0
		for _, j := range m.with(i) {
			said, proof = said+m.said[j], proof+m.proof[j]
		}
		fmt.Fprintf(&b, "%d %d %d %d %d; ", len(m.union(i, m.votes)), len(m.union(i, m.follow)), len(m.union(i, m.wants)), said, proof)
	}
	return b.String()
}

// bench is five items under test, their model, and the rows behind them.
type bench struct {
	*world
	raw   *sql.DB
	keys  []plumbline.Key
	model *model
	undo  []func()
}

// rows is every row that merges could touch, as text, in a fixed order. Left out
// are an item's version and its counts of what is never taken back.
func (b *bench) rows() string {
	ids := "(select id from items where key in ('" + strings.Join(keysText(b.keys), "', '") + "'))"
	numbers := "(select n from items where key in ('" + strings.Join(keysText(b.keys), "', '") + "'))"
	return b.dump("select id, key, title, state, states, remit, since, closed, done, updated, merged, n_merged, n_votes, n_watchers, team, visibility from items where id in "+ids+" order by n") +
		b.dump("select item, person, at from votes where item in "+numbers+" order by 1, 2") +
		b.dump("select item, person from watchers where item in "+numbers+" order by 1, 2") +
		b.dump("select item, target, state, closed, person, at from merges where item in "+ids+" order by 1") +
		b.dump("select item, kind, other, person, at from relations where item in "+ids+" order by 1, 2, 3")
}

// hung is what hangs on the items and is never taken away, as text.
func (b *bench) hung() string {
	ids := "(select id from items where key in ('" + strings.Join(keysText(b.keys), "', '") + "'))"
	return b.dump("select id, item, person, body, at, edited, deleted from comments where item in "+ids+" order by 1") +
		b.dump("select id, item, grade, words, person, at from evidence where item in "+ids+" order by 1") +
		b.dump("select id, item, team, person, at from demands where item in "+ids+" order by 1")
}

func keysText(keys []plumbline.Key) []string {
	var out []string
	for _, k := range keys {
		out = append(out, string(k))
	}
	return out
}

func (b *bench) dump(query string) string {
	rows, err := b.raw.QueryContext(b.ctx(), query)
	b.ok(err)
	defer rows.Close()
	columns, err := rows.Columns()
	b.ok(err)
	var out strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(sql.RawBytes)
		}
		b.ok(rows.Scan(values...))
		for _, v := range values {
			fmt.Fprintf(&out, "%s|", *v.(*sql.RawBytes))
		}
		out.WriteString("\n")
	}
	b.ok(rows.Err())
	return out.String()
}

// counted is what the items show, in the model's form.
func (b *bench) counted() string {
	text := b.dump("select n_votes, n_watchers, n_demands, n_comments, n_evidence from items where key in ('" + strings.Join(keysText(b.keys), "', '") + "') order by n")
	return strings.NewReplacer("|\n", "; ", "|", " ").Replace(text)
}

// Any sequence of merges, ends of merges, votes, followers, relations, comments,
// evidence and demands, each of them added and taken back between merges, undone
// from the end, gives back the same bytes; what was said, shown and wanted
// meanwhile is all there to the byte; and after every step each item counts the
// union of what was merged into it.
func TestMergeUndone(t *testing.T) {
	storetest.EachWhere(t, func(t *testing.T, where string) {
		w := newWorld(t, storetest.Open(t, where))
		driver := "sqlite"
		if strings.HasPrefix(where, "postgres") {
			driver = "pgx"
		}
		raw, err := sql.Open(driver, where)
		w.ok(err)
		defer raw.Close()
		rapid.Check(t, func(t *rapid.T) {
			b := &bench{world: w, raw: raw, model: newModel(5)}
			for i := range b.model.into {
				b.keys = append(b.keys, w.file(fmt.Sprint("Item ", i)).Key)
			}
			before := b.rows()
			for range rapid.IntRange(1, 30).Draw(t, "steps") {
				b.step(t)
				if got, want := b.counted(), b.model.counts(); got != want {
					t.Fatalf("the items count %s\nwant             %s", got, want)
				}
			}
			hung := b.hung()
			for _, back := range slices.Backward(b.undo) {
				back()
			}
			if got := b.hung(); got != hung {
				t.Fatalf("hung on the items:\n%s\nafter all was undone:\n%s", hung, got)
			}
			if after := b.rows(); after != before {
				t.Fatalf("before:\n%s\nafter all was undone:\n%s", before, after)
			}
			if got, want := b.counted(), b.model.counts(); got != want {
				t.Fatalf("undone, the items count %s\nwant                     %s", got, want)
			}
		})
	})
}

// step does one thing that is drawn, to the items and to the model, and keeps how
// it is undone.
func (b *bench) step(t *rapid.T) {
	i, j := rapid.IntRange(0, 4).Draw(t, "item"), rapid.IntRange(0, 4).Draw(t, "other")
	people := map[string]plumbline.Actor{"ines": b.contributor, "mara": b.pm, "avery": b.admin}
	name := rapid.SampledFrom([]string{"ines", "mara", "avery"}).Draw(t, "who")
	what := rapid.SampledFrom([]string{"merge", "merge", "merge", "unmerge", "vote", "vote", "unvote", "follow", "unfollow", "relate", "unrelate", "comment", "delete", "demand", "evidence"}).Draw(t, "what")
	switch what {
	case "merge":
		_, err := b.app.Merge(b.ctx(), b.pm, b.keys[i], app.MergeInput{Into: b.keys[j]})
		if refuse := b.model.into[i] >= 0 || b.model.leads(j, i); refuse != (err != nil) {
			t.Fatalf("merging %s into %s: %v; the model refuses: %v", b.keys[i], b.keys[j], err, refuse)
		}
		if err == nil {
			b.joined(i, j, true)
			b.undo = append(b.undo, func() { b.unmerge(i) })
		}
	case "unmerge":
		if j = b.model.into[i]; j >= 0 {
			b.unmerge(i)
			b.undo = append(b.undo, func() { b.merge(b.keys[i], b.keys[j]); b.joined(i, j, true) })
		}
	case "vote":
		b.vote(i, name, people[name])
	case "unvote":
		b.unvote(i, name, people[name])
	case "follow", "unfollow":
		b.follow(i, name, people[name], what == "follow")
	case "relate", "unrelate":
		b.relate(t, i, j, what == "relate")
	case "comment":
		b.say(people[name], b.keys[i], "said", false)
		b.model.said[i]++
	case "delete":
		err := b.app.DeleteComment(b.ctx(), people[name], b.keys[i], app.LastComment)
		if err == nil {
			b.model.said[i]--
		} else if plumbline.KindOf(err) != plumbline.NotFound {
			t.Fatal(err)
		}
	case "evidence":
		_, err := b.app.Attach(b.ctx(), people[name], b.keys[i], app.EvidenceInput{Grade: plumbline.Anecdote, Text: "Seen."})
		b.ok(err)
		b.model.proof[i]++
	case "demand":
		team := rapid.SampledFrom([]plumbline.TeamRef{"reliability", "delivery"}).Draw(t, "team")
		_, err := b.app.Demand(b.ctx(), people[name], b.keys[i], app.DemandInput{Team: team})
		b.ok(err)
		b.model.wants[i][string(team)] = true
	}
}

func (b *bench) unmerge(i int) {
	_, err := b.app.Unmerge(b.ctx(), b.pm, b.keys[i], 0)
	b.ok(err)
	b.joined(i, -1, false)
}

func (b *bench) joined(i, j int, on bool) {
	b.model.into[i] = -1
	if on {
		b.model.into[i] = j
	}
}

// vote adds a vote where the person is not counted yet; whoever votes follows.
func (b *bench) vote(i int, name string, who plumbline.Actor) {
	counted := b.model.union(i, b.model.votes)[name]
	b.ok(b.app.Vote(b.ctx(), who, b.keys[i], true))
	if !counted {
		b.model.votes[i][name] = true
		b.undo = append(b.undo, func() {
			b.ok(b.app.Vote(b.ctx(), who, b.keys[i], false))
			delete(b.model.votes[i], name)
		})
	}
	if !b.model.follow[i][name] {
		b.model.follow[i][name] = true
		b.undo = append(b.undo, func() {
			b.ok(b.app.Watch(b.ctx(), who, b.keys[i], false))
			delete(b.model.follow[i], name)
		})
	}
}

// unvote takes a person's votes back, from an item and all that was merged into
// it. They are given again from the top: a vote below is none above.
func (b *bench) unvote(i int, name string, who plumbline.Actor) {
	b.ok(b.app.Vote(b.ctx(), who, b.keys[i], false))
	var taken []int
	for _, j := range b.model.with(i) {
		if b.model.votes[j][name] {
			delete(b.model.votes[j], name)
			taken = append(taken, j)
		}
	}
	b.undo = append(b.undo, func() {
		for _, j := range taken {
			b.ok(b.app.Vote(b.ctx(), who, b.keys[j], true))
			b.model.votes[j][name] = true
			if !b.model.follow[j][name] { // whoever votes follows, and did not before
				b.ok(b.app.Watch(b.ctx(), who, b.keys[j], false))
			}
		}
	})
}

func (b *bench) follow(i int, name string, who plumbline.Actor, on bool) {
	if b.model.follow[i][name] == on {
		return
	}
	set := func(on bool) {
		b.ok(b.app.Watch(b.ctx(), who, b.keys[i], on))
		if on {
			b.model.follow[i][name] = true
		} else {
			delete(b.model.follow[i], name)
		}
	}
	set(on)
	b.undo = append(b.undo, func() { set(!on) })
}

// relate says that an item blocks another, or does not, unless that goes round in
// a circle.
func (b *bench) relate(t *rapid.T, i, j int, on bool) {
	edge := [2]int{i, j}
	set := func(on bool) error {
		err := b.app.Relate(b.ctx(), b.pm, b.keys[i], app.RelationInput{Kind: "blocks", Other: b.keys[j]}, on)
		if err == nil && on {
			b.model.blocks[edge] = true
		} else if err == nil {
			delete(b.model.blocks, edge)
		}
		return err
	}
	was, refuse := b.model.blocks[edge], on && b.model.held(j, i)
	if err := set(on); refuse != (err != nil) {
		t.Fatalf("%s blocks %s, %v: %v; the model refuses: %v", b.keys[i], b.keys[j], on, err, refuse)
	}
	if !refuse && was != on {
		b.undo = append(b.undo, func() { b.ok(set(was)) })
	}
}
