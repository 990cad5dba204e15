package linktest

import (
	"context"

	"plumbline"
	"plumbline/internal/link"
)

var turning = []test{
	{"an issue is closed and opened again, once each", turnOnce},
	{"a lost answer is looked for", turnLost},
	{"what failed is not believed done", turnFailed},
}

func turnOnce(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	for _, c := range []struct {
		want    plumbline.WantedChange
		changed bool
		open    bool
	}{
		{plumbline.WantedChange{Reopen: true}, false, true}, {plumbline.WantedChange{Close: true}, true, false}, {plumbline.WantedChange{Close: true}, false, false},
		{plumbline.WantedChange{Reopen: true}, true, true}, {plumbline.WantedChange{Reopen: true}, false, true},
	} {
		out := b.apply(ref, c.want)
		if out.Changed != c.changed || out.Ignored || out.After.Open != c.open || b.Open(ref) != c.open {
			b.Errorf("%+v: got %+v; the issue is open: %v", c.want, out, b.Open(ref))
		}
	}
	b.wantWrites(2)
	b.wantSet("labels", b.IssueLabels(ref), "infrapm")
}

func turnLost(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	for _, want := range []plumbline.WantedChange{{Close: true}, {Reopen: true}} {
		b.Wire.Trouble(Trouble{Method: "write", Apply: true, Drop: true})
		if out := b.apply(ref, want); !out.Changed || out.After.Open != want.Reopen {
			b.Errorf("%+v: got %+v", want, out)
		}
	}
	b.wantWrites(2)
}

func turnFailed(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.apply(ref, plumbline.WantedChange{Close: true})
	for _, t := range []Trouble{{Method: "write", Status: 500}, {Method: "write", Drop: true}} {
		b.Wire.Trouble(t)
		_, err := b.link.Apply(context.Background(), ref, plumbline.WantedChange{Reopen: true})
		b.fails(err, link.Unknown)
	}
	if b.Open(ref) {
		b.Error("the issue is open")
	}
}
