package linktest

import (
	"context"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

var containers = []test{
	{"it says who and where we are", containerResolve},
	{"renamed, reads and writes go on", containerRenamed},
	{"renamed between reading and writing, each write happens once", containerRenamedMeanwhile},
	{"archived, nothing is written and it says so", containerArchived},
	{"a label that was renamed keeps its id", containerRelabeled},
	{"a label that was deleted is gone from the shelf", containerUnlabeled},
}

func containerResolve(b *bench) {
	b.Inherit("from above")
	c, err := b.link.Resolve(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	if c.ID == "" || c.Path != b.Project || c.Bot != b.Bot || c.Version == "" || !c.MayWrite || c.Archived || c.Exclusive == "" || c.HookHealth == "" {
		b.Errorf("got %+v", c)
	}
	var names []string
	for _, l := range c.Labels {
		names = append(names, l.Name)
		if l.ID == "" {
			b.Errorf("label %q has no id", l.Name)
		}
	}
	b.wantSet("labels", names, "infrapm", "area", "workflow::problem validation", "workflow::ready", "team::reliability", "from above")
	for range 130 {
		b.CreateLabel("l" + time.Now().Format("150405.000000000"))
	}
	if c, err = b.link.Resolve(context.Background()); err != nil || len(c.Labels) != 136 {
		b.Errorf("got %d labels, %v, want 136", len(c.Labels), err)
	}
	byNumber := b.connect(func(cfg *link.Config) { cfg.Project = c.ID })
	if n, err := byNumber.Resolve(context.Background()); err != nil || n.Path != b.Project || n.ID != c.ID {
		b.Errorf("by number: got %+v, %v", n, err)
	}
}

func containerRenamed(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	first := b.changed("", "infrapm")
	b.RenameContainer("org/renamed")
	b.Wire.Forget()
	b.get(ref)
	b.apply(ref, plumbline.WantedChange{Add: []string{"area"}, Marker: "m", Comment: "x", Close: true})
	b.RenameContainer("org/renamed-again")
	b.open(draft("m2"))
	b.RenameContainer("org/and-again")
	b.wantSet("changed", b.changed(first.Cursor).Refs, b.changed(first.Cursor).Refs...)
	if got := b.changed(first.Cursor).Refs; len(got) != 2 {
		b.Errorf("got %q, want both issues", got)
	}
	b.wantSet("labels", b.IssueLabels(ref), "infrapm", "area")
	if len(b.ours(ref)) != 1 || b.Open(ref) {
		b.Errorf("got %d comments, open: %v", len(b.ours(ref)), b.Open(ref))
	}
	for _, r := range b.Wire.Writes() {
		if r.Status == 405 || r.Status == 404 {
			b.Errorf("a write went astray: %+v", r)
		}
	}
	late := b.connect(nil) // still configured with the first path
	if c, err := late.Resolve(context.Background()); err != nil || c.Path != "org/and-again" {
		b.Errorf("got %q, %v", c.Path, err)
	}
}

func containerRenamedMeanwhile(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm", "workflow::ready")
	for i, want := range []plumbline.WantedChange{{Add: []string{"area"}}, {Remove: []string{"infrapm"}}, told("one"), told("two"), {Close: true}} {
		b.get(ref)
		b.Wire.Trouble(Trouble{Method: "write", Do: func() { b.RenameContainer("org/place-" + string(rune('a'+i))) }})
		if out := b.apply(ref, want); !out.Changed {
			b.Errorf("%+v: got %+v", want, out)
		}
	}
	b.Wire.Trouble(Trouble{Method: "write", Do: func() { b.RenameContainer("org/place-z") }})
	b.open(draft("m"))
	b.wantSet("labels", b.IssueLabels(ref), "area", "workflow::ready")
	if n := len(b.ours(ref)); n != 1 || b.Open(ref) {
		b.Errorf("got %d comments, open: %v", n, b.Open(ref))
	}
	done := 0
	for _, r := range b.Wire.Writes() {
		if r.Status >= 200 && r.Status < 300 {
			done++
		} else if r.Status != 301 && r.Status != 307 {
			b.Errorf("a write went astray: %+v", r)
		}
	}
	if done != 6 {
		b.Errorf("%d writes were done, want 6", done)
	}
}

func containerArchived(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	b.Archive(true)
	b.get(ref)
	for _, want := range []plumbline.WantedChange{{Add: []string{"area"}}, told("x"), {Close: true}} {
		_, err := b.link.Apply(context.Background(), ref, want)
		b.fails(err, link.Archived)
	}
	_, err := b.link.Open(context.Background(), draft("m"))
	b.fails(err, link.Archived)
	if c, err := b.link.Resolve(context.Background()); err != nil || !c.Archived || c.MayWrite {
		b.Errorf("got %+v, %v", c, err)
	}
	b.Archive(false)
	b.apply(ref, plumbline.WantedChange{Add: []string{"area"}})
}

// shelf are the ids of the container's labels by name.
func (b *bench) shelf() map[string]string {
	b.Helper()
	c, err := b.link.Resolve(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	out := map[string]string{}
	for _, l := range c.Labels {
		out[l.Name] = l.ID
	}
	return out
}

func containerRelabeled(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "workflow::ready")
	b.get(ref)
	id := b.shelf()["workflow::ready"]
	b.RenameLabel("workflow::ready", "workflow::prepared")
	if got := b.shelf()["workflow::prepared"]; got != id {
		b.Errorf("got id %q, want %q", got, id)
	}
	s := b.get(ref)
	if len(s.Labels) != 1 || s.Labels[0] != (plumbline.Label{ID: id, Name: "workflow::prepared"}) {
		b.Errorf("got %+v", s.Labels)
	}
	_, err := b.link.Apply(context.Background(), ref, plumbline.WantedChange{Add: []string{"workflow::ready"}})
	b.fails(err, link.Invalid)
	b.apply(ref, plumbline.WantedChange{Add: []string{"workflow::problem validation"}})
	b.wantSet("labels", b.IssueLabels(ref), "workflow::problem validation")
}

func containerUnlabeled(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "workflow::ready", "infrapm")
	b.get(ref)
	b.DeleteLabel("workflow::ready")
	if _, there := b.shelf()["workflow::ready"]; there {
		b.Error("it is still there")
	}
	b.wantSet("labels", b.get(ref).LabelNames(), "infrapm")
	_, err := b.link.Apply(context.Background(), ref, plumbline.WantedChange{Add: []string{"workflow::ready"}})
	b.fails(err, link.Invalid)
	b.wantWrites(0)
}
