package linktest

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

var reading = []test{
	{"an issue is read as it is", readIssue},
	{"what is no issue number is refused unsent", readBadRef},
	{"history says who and when", readHistory},
	{"many goroutines may read", readTogether},
}

func readIssue(b *bench) {
	id := b.CreateLabel("scope::a thing")
	ref := b.CreateIssue("mara", "Publish ingress addresses", "We need **stable** ones.\n\nünïcødé ✓ <b>x</b>", "infrapm", "scope::a thing")
	s := b.get(ref)
	b.wantSet("labels", s.LabelNames(), "infrapm", "scope::a thing")
	for _, l := range s.Labels {
		if l.Name == "scope::a thing" && l.ID != id || l.ID == "" {
			b.Errorf("label %q has id %q, want %q", l.Name, l.ID, id)
		}
	}
	if s.Ref != ref || s.GlobalID == "" || s.Author != "mara" || !s.Open || s.PullRequest || s.URL == "" {
		b.Errorf("got %+v", s)
	}
	if s.Title != "Publish ingress addresses" || s.Body != "We need **stable** ones.\n\nünïcødé ✓ <b>x</b>" {
		b.Errorf("got title %q, body %q", s.Title, s.Body)
	}
	if want := plumbline.At(dawn); s.Updated != want || s.Created != want {
		b.Errorf("got times %v and %v, want %v", s.Created.Std(), s.Updated.Std(), dawn)
	}
	if !json.Valid(s.Raw) {
		b.Errorf("raw is not JSON: %s", s.Raw)
	}
	b.CloseIssue("mara", ref)
	if b.get(ref).Open {
		b.Error("a closed issue is read as open")
	}
}

func readBadRef(b *bench) {
	for _, ref := range []string{"", "0", "-1", "x", "1/notes", "../../user", "01", "1?x=1", "99999999999999999999"} {
		_, err := b.link.Get(context.Background(), ref)
		b.fails(err, link.Invalid)
		_, err = b.link.History(context.Background(), ref)
		b.fails(err, link.Invalid)
	}
	if n := len(b.Wire.Requests()); n != 0 {
		b.Errorf("%d requests were sent", n)
	}
}

func readHistory(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "area")
	b.clock.Advance(time.Minute)
	b.AddLabels("jon", ref, "infrapm")
	b.clock.Advance(time.Hour)
	b.RemoveLabels("ida", ref, "area")
	b.DeleteLabel("infrapm")
	got, err := b.link.History(context.Background(), ref)
	if err != nil {
		b.Fatal(err)
	}
	want := []plumbline.LabelChange{
		{Label: "area", Added: true, Actor: "mara", At: plumbline.At(dawn)},
		{Label: "", Added: true, Actor: "jon", At: plumbline.At(dawn.Add(time.Minute))}, // deleted since
		{Label: "area", Added: false, Actor: "ida", At: plumbline.At(dawn.Add(61 * time.Minute))},
	}
	if len(got) != len(want) {
		b.Fatalf("got %d changes, want %d: %+v", len(got), len(want), got)
	}
	for i, w := range want {
		g := got[i]
		if g.ID == "" || g.Label != "" && g.LabelID == "" {
			b.Errorf("change %d has no id: %+v", i, g)
		}
		g.ID, g.LabelID = "", ""
		if g != w {
			b.Errorf("change %d: got %+v, want %+v", i, g, w)
		}
	}
}

func readTogether(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	done := make(chan error)
	for range 8 {
		go func() {
			_, err := b.link.Get(context.Background(), ref)
			if err == nil {
				_, err = b.link.Resolve(context.Background())
			}
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
}

var polling = []test{
	{"it begins with open issues that carry the label", pollStart},
	{"an unknown label begins with nothing", pollUnknown},
	{"a label from above the container is found", pollInherited},
	{"pull requests are passed over", pollPulls},
	{"every change since the cursor is found", pollSince},
	{"a host's wrong clock changes nothing", pollWrongClock},
	{"an issue that changes between two pages is not missed", pollBetween},
	{"an issue that is deleted between two pages hides no other", pollDeleted},
	{"more issues than a page holds may share one moment", pollTies},
	{"a failing page fails the pass", pollFails},
	{"a broken cursor is refused", pollBroken},
}

func pollStart(b *bench) {
	want := b.CreateIssue("mara", "open and labelled", "", "infrapm", "area")
	b.CreateIssue("mara", "open", "", "area")
	b.CloseIssue("mara", b.CreateIssue("mara", "closed", "", "infrapm"))
	other := b.CreateIssue("mara", "other label", "", "team::reliability")
	b.wantSet("one label", b.changed("", "infrapm").Refs, want)
	b.wantSet("any of two", b.changed("", "infrapm", "team::reliability", "infrapm").Refs, want, other)
	none := b.changed("")
	b.wantSet("no label", none.Refs)
	if none.Cursor == "" {
		b.Error("a pass without labels has no cursor")
	}
}

func pollUnknown(b *bench) {
	for range 3 {
		b.CreateIssue("mara", "A", "", "area")
	}
	ref := b.CreateIssue("mara", "B", "", "infrapm")
	for _, name := range []string{"infra-pm", "INFRAPM", "infrapm ", "None", "Any", "area,infrapm"} {
		b.wantSet(name, b.changed("", name).Refs)
	}
	b.wantSet("unknown and known", b.changed("", "infra-pm", "infrapm").Refs, ref)
}

func pollInherited(b *bench) {
	b.Inherit("from above")
	ref := b.CreateIssue("mara", "A", "", "from above")
	b.CreateIssue("mara", "B", "", "area")
	b.wantSet("inherited", b.changed("", "from above").Refs, ref)
}

func pollPulls(b *bench) {
	if b.Pull == nil {
		return // this tracker keeps them apart from issues
	}
	pull := b.Pull("infrapm")
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	first := b.changed("", "infrapm")
	b.wantSet("at first", first.Refs, ref)
	b.wantSet("since", b.changed(first.Cursor).Refs, ref)
	if !b.get(pull).PullRequest {
		b.Error("a pull request is not told apart")
	}
	_, err := b.link.Apply(context.Background(), pull, plumbline.WantedChange{Add: []string{"area"}})
	b.fails(err, link.Invalid)
	b.wantWrites(0)
}

func pollSince(b *bench) {
	old := b.CreateIssue("mara", "old", "", "infrapm")
	relabeled := b.CreateIssue("mara", "relabelled", "", "infrapm")
	closed := b.CreateIssue("mara", "closed", "")
	b.clock.Advance(time.Hour)
	first := b.changed("", "infrapm")
	b.wantSet("at first", first.Refs, old, relabeled)
	b.clock.Advance(time.Minute)
	b.RemoveLabels("jon", relabeled, "infrapm")
	b.clock.Advance(time.Minute)
	b.CloseIssue("jon", closed)
	b.clock.Advance(time.Minute)
	created := b.CreateIssue("jon", "new", "")
	next := b.changed(first.Cursor, "infrapm")
	b.wantSet("since", next.Refs, relabeled, closed, created)
	if len(next.Refs) == 3 && (next.Refs[0] != relabeled || next.Refs[2] != created) {
		b.Errorf("got order %q, want the oldest change first", next.Refs)
	}
	b.clock.Advance(time.Hour)
	again := b.changed(next.Cursor, "infrapm")
	b.clock.Advance(time.Hour)
	b.wantSet("long after", b.changed(again.Cursor).Refs)
}

func pollWrongClock(b *bench) {
	for _, off := range []time.Duration{10 * time.Minute, -10 * time.Minute, 48 * time.Hour} {
		a := b.connect(func(c *link.Config) { c.Now = func() time.Time { return b.clock.Now().Add(off) } })
		first, err := a.Changed(context.Background(), "", []string{"infrapm"})
		if err != nil {
			b.Fatal(err)
		}
		b.clock.Advance(time.Hour)
		ref := b.CreateIssue("mara", "A", "")
		next, err := a.Changed(context.Background(), first.Cursor, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.wantSet(off.String(), next.Refs, ref)
		b.clock.Advance(time.Hour)
	}
}

// many makes n issues, the clock moving on by the step before each.
func (b *bench) many(n int, step time.Duration) []string {
	var refs []string
	for i := range n {
		b.clock.Advance(step)
		refs = append(refs, b.CreateIssue("mara", "issue "+strconv.Itoa(i), "", "area"))
	}
	return refs
}

func pollBetween(b *bench) {
	first := b.changed("", "infrapm")
	refs := b.many(230, time.Second)
	for _, page := range []int{1, 2} {
		b.Wire.Trouble(Trouble{Method: "GET", Path: "/issues?", Skip: page, Do: func() {
			b.clock.Advance(time.Second)
			for _, i := range []int{0, 7, 60, 101, 150} {
				b.AddLabels("jon", refs[i+page], "infrapm")
			}
		}})
	}
	b.wantSet("all", b.changed(first.Cursor).Refs, refs...)
	b.Wire.Calm()
	b.wantSet("all that carry the label", b.changed("", "area").Refs, refs...)
}

func pollDeleted(b *bench) {
	first := b.changed("", "infrapm")
	refs := b.many(130, time.Second)
	b.Wire.Trouble(Trouble{Method: "GET", Path: "/issues?", Skip: 1, Do: func() {
		b.DeleteIssue(refs[0])
		b.DeleteIssue(refs[129])
	}})
	got := map[string]bool{}
	for _, ref := range b.changed(first.Cursor).Refs {
		got[ref] = true
	}
	for _, ref := range refs[1:129] {
		if !got[ref] {
			b.Errorf("issue %s was missed", ref)
		}
	}
}

func pollTies(b *bench) {
	first := b.changed("", "infrapm")
	refs := b.many(230, 0)
	b.wantSet("all", b.changed(first.Cursor).Refs, refs...)
	b.wantSet("all that carry the label", b.changed("", "area").Refs, refs...)
	b.clock.Advance(time.Second)
	b.Wire.Trouble(Trouble{Method: "GET", Path: "/issues?", Skip: 2, Do: func() {
		for _, ref := range refs[:40] {
			b.AddLabels("jon", ref, "infrapm")
		}
	}})
	batch := b.changed(first.Cursor)
	b.wantSet("all, with some that move on", batch.Refs, refs...)
	b.clock.Advance(time.Hour)
	batch = b.changed(batch.Cursor)
	b.clock.Advance(time.Hour)
	late := b.CreateIssue("mara", "late", "")
	b.wantSet("afterwards", b.changed(batch.Cursor).Refs, late)
}

func pollFails(b *bench) {
	first := b.changed("", "infrapm")
	b.many(120, time.Second)
	b.Wire.Trouble(Trouble{Method: "GET", Path: "/issues?", Skip: 1, Status: 502})
	_, err := b.link.Changed(context.Background(), first.Cursor, nil)
	b.fails(err, link.Down)
}

func pollBroken(b *bench) {
	for _, cursor := range []string{"x", "12", "2026-13-01T00:00:00Z"} {
		_, err := b.link.Changed(context.Background(), cursor, nil)
		b.fails(err, link.Invalid)
	}
}
