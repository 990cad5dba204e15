package store_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

var boardStates = []plumbline.State{"workflow::inbox", "workflow::problem validation", "workflow-infra::Doing"}

// world is a set of items and who watches them, in memory: what lists are
// compared with.
type world struct {
	items    []plumbline.Item
	watchers map[plumbline.ItemID][]plumbline.PersonID
	stretch  int // how many items that match words are gone through at once
}

// drawWorld is some items that differ in all that a filter asks for; several
// have the same times.
func drawWorld(t *rapid.T) world {
	w := world{watchers: map[plumbline.ItemID][]plumbline.PersonID{}, stretch: rapid.SampledFrom([]int{1, 2, 5, 3000}).Draw(t, "stretch")}
	pick := func(name string, choices ...string) string { return rapid.SampledFrom(choices).Draw(t, name) }
	for i := range rapid.IntRange(0, 25).Draw(t, "items") {
		it := item(i)
		it.ID = plumbline.ItemID(store.NewID())
		it.Key = plumbline.Key("REQ-" + strings.Map(onlyDigits, string(it.ID))) // no word that is searched for
		it.Kind = plumbline.ItemKind(pick("kind", "request", "incident"))
		it.Process = plumbline.ProcessID(pick("process", "request", "incident"))
		it.Title = pick("title", "Cluster upgrade", "cl\u00fcster", "api.example.com down", "the the")
		it.Class = plumbline.Class(pick("class", "", "security-compliance"))
		it.Visibility = plumbline.Visibility(pick("visibility", "public", "internal", "confidential"))
		it.State = rapid.SampledFrom(boardStates).Draw(t, "state")
		it.Remit = plumbline.Remit(pick("remit", "", "in"))
		it.Team, it.Product = plumbline.TeamRef(pick("team", "", "a", "b")), plumbline.ProductRef(pick("product", "", "p"))
		it.Requester, it.Assignee = plumbline.PersonID(pick("requester", "mara", "oana")), pick("assignee", "", "mara", "oana")
		it.Labels = rapid.SliceOfDistinct(rapid.SampledFrom([]string{"x", "y", "z"}), rapid.ID).Draw(t, "labels")
		it.Created, it.Updated = plumbline.Time(rapid.IntRange(1, 6).Draw(t, "created")), plumbline.Time(rapid.IntRange(1, 6).Draw(t, "updated"))
		it.Closed = plumbline.Time(rapid.IntRange(0, 1).Draw(t, "closed"))
		w.items = append(w.items, it)
		w.watchers[it.ID] = rapid.SliceOfDistinct(rapid.SampledFrom([]plumbline.PersonID{"mara", "oana"}), rapid.ID).Draw(t, "watchers")
	}
	return w
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

func drawFilter(t *rapid.T) plumbline.Filter {
	pick := func(name string, choices ...string) string {
		return rapid.SampledFrom(append([]string{"", "", ""}, choices...)).Draw(t, name)
	}
	return plumbline.Filter{
		Process: plumbline.ProcessID(pick("process", "request")), Kind: plumbline.ItemKind(pick("kind", "incident")),
		States: rapid.SliceOfDistinct(rapid.SampledFrom(boardStates), rapid.ID).Draw(t, "states"),
		Lane:   pick("lane", "workflow"), Team: plumbline.TeamRef(pick("team", "a")), Product: plumbline.ProductRef(pick("product", "p")),
		Class: plumbline.Class(pick("class", "security-compliance")), Assignee: pick("assignee", "mara"), Label: pick("label", "x"),
		Text:   pick("text", "upgrading clust", "API", "the", "example down", "cl"),
		Status: pick("status", "open", "closed", "all"), Inbox: pick("inbox", "1") != "", Mine: pick("mine", "1") != "",
		Sort: pick("sort", "updated", "created", "oldest"), Limit: rapid.IntRange(1, 5).Draw(t, "limit"),
	}
}

func drawActor(t *rapid.T) plumbline.Actor {
	role := rapid.SampledFrom(plumbline.Roles[:]).Draw(t, "role")
	if role == plumbline.Visitor {
		return plumbline.Nobody()
	}
	name := rapid.SampledFrom([]string{"mara", "oana", "iva"}).Draw(t, "who")
	return plumbline.Actor{Person: plumbline.PersonID(name), Name: name, Role: role}
}

// found says whether the item is on the list of the filter for the actor, as
// the words say it.
func (w world) found(it plumbline.Item, f plumbline.Filter, who plumbline.Actor) bool {
	part := w.part(it, who)
	return w.matches(it, f, who) &&
		(f.Process == "" || it.Process == f.Process) && (f.Kind == "" || it.Kind == f.Kind) &&
		(len(f.States) == 0 || slices.Contains(f.States, it.State)) && (f.Lane == "" || it.State.Lane() == f.Lane) &&
		(f.Team == "" || it.Team == f.Team) && (f.Product == "" || it.Product == f.Product) && (f.Class == "" || it.Class == f.Class) &&
		(f.Assignee == "" || it.Assignee == f.Assignee) && (f.Label == "" || slices.Contains(it.Labels, f.Label)) &&
		(!f.Mine || part) &&
		(!f.Inbox || it.Remit == "" && it.Open()) &&
		(f.Status == "all" || it.Open() == (f.Status != "closed") || f.Inbox)
}

func (w world) part(it plumbline.Item, who plumbline.Actor) bool {
	return who.Person != "" && (it.Requester == who.Person || it.Assignee == string(who.Person) || slices.Contains(w.watchers[it.ID], who.Person))
}

// matches says whether the actor sees the item and it has the filter's words.
func (w world) matches(it plumbline.Item, f plumbline.Filter, who plumbline.Actor) bool {
	texts := map[string][]string{ // the titles that have the words, the last one begun
		"upgrading clust": {"Cluster upgrade"}, "API": {"api.example.com down"}, "the": {"the the"},
		"example down": {"api.example.com down"}, "cl": {"Cluster upgrade", "cl\u00fcster"},
	}
	return who.Sees(it.Visibility, w.part(it, who)) && (f.Text == "" || slices.Contains(texts[f.Text], it.Title))
}

// stretches are the items as a list goes through them: all at once, or if it is
// of words so many that have them at a time, in the order they were filed.
func (w world) stretches(f plumbline.Filter, who plumbline.Actor) (out [][]plumbline.Item) {
	if f.Text == "" || f.Mine {
		return [][]plumbline.Item{w.items}
	}
	var match []plumbline.Item
	for _, it := range w.items {
		if w.matches(it, f, who) {
			match = append(match, it)
		}
	}
	if f.Sort != "oldest" {
		slices.Reverse(match)
	}
	for part := range slices.Chunk(match, w.stretch) {
		if f.Sort != "oldest" {
			slices.Reverse(part)
		}
		out = append(out, part)
	}
	return out
}

// list is what is listed of some items; of those with the same time the one filed
// later is the newer one.
func (w world) list(items []plumbline.Item, f plumbline.Filter, who plumbline.Actor) (ids []plumbline.ItemID) {
	var out []plumbline.Item
	for _, it := range items {
		if w.found(it, f, who) {
			out = append(out, it)
		}
	}
	slices.SortStableFunc(out, func(a, b plumbline.Item) int {
		if f.Sort == "created" || f.Sort == "oldest" {
			return cmp.Compare(a.Created, b.Created)
		}
		return cmp.Compare(a.Updated, b.Updated)
	})
	if f.Sort != "oldest" {
		slices.Reverse(out)
	}
	for _, it := range out {
		ids = append(ids, it.ID)
	}
	return ids
}

// Lists, boards and counts are what the words say, for any filter and anybody,
// page by page.
func TestListsAgainstTheWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, name := range []string{"mara", "oana", "iva"} {
			person(t, db, name, plumbline.Requester)
		}
		rapid.Check(t, func(r *rapid.T) {
			w := drawWorld(r)
			write(t, db, w.put)
			db.SetStretch(w.stretch)
			defer write(t, db, wipe)
			for range 6 {
				checkList(r, db, w, drawFilter(r), drawActor(r))
			}
		})
	})
}

func (w world) put(tx *store.Tx) error {
	for _, it := range w.items {
		if err := tx.InsertItem(it); err != nil {
			return err
		}
		for _, p := range w.watchers[it.ID] {
			if _, err := tx.Watch(it.ID, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// wipe takes all items away.
func wipe(tx *store.Tx) error {
	for _, table := range []string{"watchers", "item_labels", "item_bodies", "item_text", "items", "item_counts", "flow_days", "flow_weeks"} {
		if err := tx.Exec("delete from " + table); err != nil {
			return err
		}
	}
	return nil
}

func checkList(r *rapid.T, db *store.DB, w world, f plumbline.Filter, who plumbline.Actor) {
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		page := f
		stretches := w.stretches(f, who)
		if len(stretches) == 0 {
			stretches = [][]plumbline.Item{nil}
		}
		for i, items := range stretches {
			last := i == len(stretches)-1
			next, err := checkStretch(r, tx, w.list(items, f, who), page, who, len(stretches) > 1, last)
			if err != nil {
				return err
			}
			if page.Cursor = next; (next == "") != last {
				r.Fatalf("%+v for %+v: after stretch %d of %d the cursor is %q", f, who, i+1, len(stretches), next)
			}
		}
		inbox, err := tx.CountInbox(who)
		if want := len(w.list(w.items, plumbline.Filter{Inbox: true}, who)); inbox != want {
			r.Fatalf("%+v: %d in the inbox, want %d", who, inbox, want)
		}
		if err != nil {
			return err
		}
		return checkBoard(r, tx, w, f, who)
	})
	if err != nil {
		r.Fatal(err)
	}
}

// checkStretch goes through the pages of a stretch and returns the cursor of the
// next one.
func checkStretch(r *rapid.T, tx *store.Tx, want []plumbline.ItemID, page plumbline.Filter, who plumbline.Actor, one, last bool) (next string, err error) {
	var got []plumbline.ItemID
	for {
		rows, err := tx.List(who, page)
		if err != nil {
			return "", err
		}
		if len(rows.Rows) > page.Limit || rows.Total != len(want) || rows.AtLeast != one || (rows.Stretch > 0) == last {
			r.Fatalf("%+v for %+v: a page of %d with total %d, %+v, want %d", page, who, len(rows.Rows), rows.Total, rows, len(want))
		}
		for _, row := range rows.Rows {
			got = append(got, row.ID)
		}
		if page.Cursor = rows.Next; page.Cursor == "" || len(got) >= len(want) {
			break
		}
	}
	if !slices.Equal(got, want) {
		r.Fatalf("%+v for %+v:\ngot  %v\nwant %v", page, who, got, want)
	}
	return page.Cursor, nil
}

func checkBoard(r *rapid.T, tx *store.Tx, w world, f plumbline.Filter, who plumbline.Actor) error {
	f.Cursor = ""
	var items []plumbline.Item
	stretches := w.stretches(f, who)
	if len(stretches) > 0 {
		items = stretches[0]
	}
	columns, err := tx.Board(who, f, boardStates, 2)
	if err != nil {
		return err
	}
	for i, c := range columns {
		one := f
		one.States = boardStates[i : i+1]
		want := w.list(items, one, who)
		var got []plumbline.ItemID
		for _, row := range c.Rows {
			got = append(got, row.ID)
		}
		if c.AtLeast != (len(stretches) > 1 && len(want) > 0) || c.State != boardStates[i] || c.Total != len(want) || !slices.Equal(got, want[:min(2, len(want))]) {
			r.Fatalf("%+v for %+v: column %q has %v of %d, want %v of %d", f, who, c.State, got, c.Total, want[:min(2, len(want))], len(want))
		}
	}
	return nil
}
