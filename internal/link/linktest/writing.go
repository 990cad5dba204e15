package linktest

import (
	"context"
	"strings"

	"plumbline"
	"plumbline/internal/link"
)

var labels = []test{
	{"exactly the wanted labels change", labelsExact},
	{"a second time nothing is written", labelsTwice},
	{"siblings of the scope leave, and the issue is never without a state", labelsScope},
	{"an unknown label is refused and not created", labelsUnknown},
	{"labels that exclude each other are refused", labelsContradict},
	{"a label gone from the issue need not be removed", labelsAbsent},
	{"a yes that changed nothing is seen", labelsDeaf},
	{"a lost answer is looked into", labelsLost},
	{"a write that failed is not believed done", labelsFailed},
	{"closing closes once", labelsClose},
}

func labelsExact(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm", "area")
	out := b.apply(ref, plumbline.WantedChange{Add: []string{"team::reliability", "workflow::ready"}, Remove: []string{"area"}})
	b.wantSet("on the server", b.IssueLabels(ref), "infrapm", "team::reliability", "workflow::ready")
	b.wantSet("in the outcome", out.After.LabelNames(), "infrapm", "team::reliability", "workflow::ready")
	if !out.Changed || out.Ignored || out.Comment != link.NoComment {
		b.Errorf("got %+v", out)
	}
	for _, w := range b.Wire.Writes() {
		if w.Agent != "Plumbline" {
			b.Errorf("got User-Agent %q", w.Agent)
		}
	}
}

func labelsTwice(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm", "workflow::ready")
	want := plumbline.WantedChange{Add: []string{"workflow::problem validation"}, Remove: []string{"area"}}
	b.apply(ref, want)
	b.Wire.Forget()
	if out := b.apply(ref, want); out.Changed || out.Ignored {
		b.Errorf("got %+v, want nothing changed", out)
	}
	b.wantWrites(0)
}

func labelsScope(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm", "workflow::problem validation")
	b.CreateLabel("workflow-infra::Triage")
	b.Wire.Trouble(Trouble{Method: "write", Times: -1, Do: func() {
		if !strings.Contains(strings.Join(b.IssueLabels(ref), "|"), "workflow") {
			b.Error("the issue was without a state")
		}
	}})
	b.apply(ref, plumbline.WantedChange{Add: []string{"workflow::ready"}})
	b.wantSet("sibling left", b.IssueLabels(ref), "infrapm", "workflow::ready")
	b.apply(ref, plumbline.WantedChange{Add: []string{"workflow-infra::Triage"}})
	b.wantSet("another scope stays", b.IssueLabels(ref), "infrapm", "workflow::ready", "workflow-infra::Triage")
	b.apply(ref, plumbline.WantedChange{Add: []string{"workflow-infra::Triage", "team::reliability"}, Remove: []string{"workflow::ready"}})
	b.wantSet("handed off", b.IssueLabels(ref), "infrapm", "team::reliability", "workflow-infra::Triage")
}

func labelsUnknown(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	for _, name := range []string{"workflow::redy", "INFRAPM", "area,infrapm", "workflow::ready "} {
		want := plumbline.WantedChange{Add: []string{"area", name}, Remove: []string{"infrapm"}, Marker: "m", Comment: "told"}
		_, err := b.link.Apply(context.Background(), ref, want)
		if f := b.fails(err, link.Invalid); !strings.Contains(f.Text, name) {
			b.Errorf("%q does not name %q", f.Text, name)
		}
	}
	b.wantWrites(0)
	b.wantSet("labels", b.IssueLabels(ref), "infrapm")
}

func labelsContradict(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	for _, want := range []plumbline.WantedChange{
		{Add: []string{"workflow::ready", "workflow::problem validation"}},
		{Add: []string{"area"}, Remove: []string{"area"}},
	} {
		_, err := b.link.Apply(context.Background(), ref, want)
		b.fails(err, link.Invalid)
	}
	b.wantWrites(0)
}

func labelsAbsent(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	if out := b.apply(ref, plumbline.WantedChange{Remove: []string{"area", "no such label"}}); out.Changed {
		b.Errorf("got %+v", out)
	}
	b.wantWrites(0)
}

func labelsDeaf(b *bench) {
	ref := b.Deaf("area")
	before := b.IssueLabels(ref)
	out := b.apply(ref, plumbline.WantedChange{Add: []string{"area"}, Marker: "m", Comment: "It is in area now.", Close: true})
	if !out.Ignored || out.Changed || !strings.Contains(out.Detail, "area") {
		b.Errorf("got %+v, want it ignored, with the label in the detail", out)
	}
	b.wantSet("labels", b.IssueLabels(ref), before...)
	if len(b.ours(ref)) != 0 || !b.Open(ref) {
		b.Error("it went on to tell what did not happen")
	}
}

func labelsLost(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm", "workflow::ready")
	b.Wire.Trouble(Trouble{Method: "write", Apply: true, Drop: true})
	_, err := b.link.Apply(context.Background(), ref, plumbline.WantedChange{Add: []string{"area"}})
	if err != nil {
		b.Errorf("the label is there, but: %v", err)
	}
	b.wantWrites(1)
	b.wantSet("labels", b.IssueLabels(ref), "infrapm", "workflow::ready", "area")
}

func labelsFailed(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	for _, t := range []Trouble{{Method: "write", Status: 500}, {Method: "write", Drop: true}, {Method: "write", Status: 504}} {
		b.Wire.Trouble(t)
		_, err := b.link.Apply(context.Background(), ref, plumbline.WantedChange{Add: []string{"area"}})
		b.fails(err, link.Unknown)
	}
	b.wantWrites(3)
	if out := b.apply(ref, plumbline.WantedChange{Add: []string{"area"}}); !out.Changed {
		b.Errorf("got %+v", out)
	}
}

func labelsClose(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	if out := b.apply(ref, plumbline.WantedChange{Close: true}); !out.Changed || out.After.Open || b.Open(ref) {
		b.Errorf("got %+v", out)
	}
	b.Wire.Forget()
	if out := b.apply(ref, plumbline.WantedChange{Close: true}); out.Changed {
		b.Errorf("got %+v", out)
	}
	b.wantWrites(0)
	other := b.CreateIssue("mara", "B", "")
	b.Wire.Trouble(Trouble{Method: "write", Apply: true, Drop: true})
	if out := b.apply(other, plumbline.WantedChange{Close: true}); !out.Changed || b.Open(other) {
		b.Errorf("after a lost answer: got %+v", out)
	}
}

var opening = []test{
	{"an issue is opened once for its marker", openOnce},
	{"a lost answer opens no second one", openLost},
	{"what failed is not believed done", openFailed},
	{"an unknown label opens nothing", openUnknown},
	{"labels that were dropped are seen", openDropped},
	{"a requester's text is inert", openInert},
	{"a person's issue with our marker is not ours", openForged},
}

func draft(marker string) plumbline.WantedChange {
	return plumbline.WantedChange{Marker: marker, Title: "Rotate the keys", Body: "They are old.", Add: []string{"infrapm", "area"}}
}

func (b *bench) open(want plumbline.WantedChange) link.Outcome {
	b.Helper()
	out, err := b.link.Open(context.Background(), want)
	if err != nil {
		b.Fatalf("open: %v", err)
	}
	return out
}

func openOnce(b *bench) {
	first := b.open(draft("REQ-12:1"))
	if !first.Changed || first.Ignored || first.After.Title != "Rotate the keys" || first.After.Author != b.Bot {
		b.Errorf("got %+v", first)
	}
	b.wantSet("labels", b.IssueLabels(first.After.Ref), "infrapm", "area")
	b.many(120, 0)
	for range 60 {
		b.CreateIssue(b.Bot, "another of ours", "")
	}
	b.Wire.Forget()
	if again := b.open(draft("REQ-12:1")); again.Changed || again.After.Ref != first.After.Ref {
		b.Errorf("got %+v, want issue %s again", again, first.After.Ref)
	}
	b.wantWrites(0)
	if other := b.open(draft("REQ-12:11")); other.After.Ref == first.After.Ref {
		b.Error("another marker found the same issue")
	}
}

func openLost(b *bench) {
	b.Wire.Trouble(Trouble{Method: "POST", Apply: true, Drop: true})
	out := b.open(draft("m"))
	if !out.Changed {
		b.Errorf("got %+v", out)
	}
	b.wantWrites(1)
}

func openFailed(b *bench) {
	b.Wire.Trouble(Trouble{Method: "POST", Status: 502})
	_, err := b.link.Open(context.Background(), draft("m"))
	b.fails(err, link.Unknown)
	b.open(draft("m"))
	b.wantWrites(2)
}

func openUnknown(b *bench) {
	want := draft("m")
	want.Add = append(want.Add, "no such label")
	_, err := b.link.Open(context.Background(), want)
	b.fails(err, link.Invalid)
	for _, want := range []plumbline.WantedChange{{Title: "no marker"}, {Marker: "no title"}} {
		_, err := b.link.Open(context.Background(), want)
		b.fails(err, link.Invalid)
	}
	b.wantWrites(0)
}

func openDropped(b *bench) {
	b.Demote()
	out := b.open(draft("m"))
	if !out.Ignored || !out.Changed || !strings.Contains(out.Detail, "infrapm") {
		b.Errorf("got %+v, want it opened and its labels ignored", out)
	}
}

func openInert(b *bench) {
	for i, text := range nasty {
		want := draft("m" + strings.Repeat("i", i))
		want.Title, want.Body = plumbline.PublicText("@all "+text), plumbline.PublicText(text)
		out := b.open(want)
		b.inert(out.After.Ref, "infrapm", "area")
		if strings.Contains(out.After.Title, "\n") {
			b.Errorf("the title has two lines: %q", out.After.Title)
		}
	}
}

func openForged(b *bench) {
	first := b.open(draft("m"))
	forged := b.CreateIssue("mallory", "Forged", b.Body(first.After.Ref))
	b.DeleteIssue(first.After.Ref)
	if out := b.open(draft("m")); !out.Changed || out.After.Ref == forged {
		b.Errorf("got %+v, want one of our own", out)
	}
}
