package linktest

import (
	"context"
	"errors"
	"net/http"
	"sort"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// Adapter is all that the adapter of a tracker can do.
type Adapter interface {
	link.Tracker
	link.Historian
	link.Opener
	link.Hook
}

// Setting is how the suite wants a fake server.
type Setting struct {
	Now    func() time.Time
	Token  string // of the bot
	Secret string // of webhooks
}

// Setup is a fake server that runs, and what the suite may do to it.
type Setup struct {
	Peer
	Wire    *Wire
	Courier *Courier
	Project string // path to configure
	Bot     string // login
	Close   func()

	Inherit func(name string)          // makes a label above the container
	Demote  func()                     // the bot may only read and comment
	Archive func(bool)                 // the container is read-only
	Deaf    func(add string) string    // makes an issue whose next change of labels is answered yes and ignored
	Pull    func(label string) string  // makes a pull request; nil where there are none
	Open    func(ref string) bool      // whether an issue is open
	Body    func(ref string) string    // an issue's text
	Resend  func(Parcel)               // delivers once more, as the tracker would; nil if it never does
	Unread  func(ref string, many int) // adds comments that take up places on pages and are not seen; nil where there are none

	Signed func(body []byte) (http.Header, []byte) // what the server would send with this body
}

// Target is what the suite is run against.
type Target struct {
	Start   func(Setting) Setup
	Connect func(link.Config) (Adapter, error)
}

// Values that must never be seen in a text.
const (
	plantedToken  = "planted-token-4711-never-print-me"
	plantedSecret = "planted-secret-4712-never-print-me"
)

// Run runs the whole suite.
func Run(t *testing.T, target Target) {
	for _, group := range []struct {
		name  string
		tests []test
	}{
		{"reading", reading}, {"polling", polling}, {"labels", labels}, {"comments", comments}, {"opening", opening}, {"turning", turning},
		{"faults", faults}, {"wire", wires}, {"container", containers}, {"hooks", hooks},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, one := range group.tests {
				t.Run(one.name, func(t *testing.T) { one.run(newBench(t, target)) })
			}
		})
	}
}

type test struct {
	name string
	run  func(b *bench)
}

// bench is one test with a fresh server.
type bench struct {
	*testing.T
	Setup
	target Target
	clock  *Clock
	cfg    link.Config
	link   Adapter
}

// dawn is when every test begins. It has no fraction of a second, which Gitea
// would drop.
var dawn = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newBench(t *testing.T, target Target) *bench {
	t.Helper()
	b := &bench{T: t, target: target, clock: NewClock(dawn)}
	b.Setup = target.Start(Setting{Now: b.clock.Now, Token: plantedToken, Secret: plantedSecret})
	t.Cleanup(b.Close)
	b.cfg = link.Config{
		ID: "tracker", URL: b.Wire.URL, Project: b.Project, Token: plantedToken, Secrets: []string{plantedSecret}, Now: b.clock.Now,
	}
	b.link = b.connect(nil)
	for _, l := range []string{"infrapm", "area", "workflow::problem validation", "workflow::ready", "team::reliability"} {
		b.CreateLabel(l)
	}
	return b
}

// connect makes an adapter; change, when not nil, changes its configuration.
func (b *bench) connect(change func(*link.Config)) Adapter {
	b.Helper()
	cfg := b.cfg
	if change != nil {
		change(&cfg)
	}
	a, err := b.target.Connect(cfg)
	if err != nil {
		b.Fatalf("connect: %v", err)
	}
	return a
}

func (b *bench) get(ref string) plumbline.Snapshot {
	b.Helper()
	s, err := b.link.Get(context.Background(), ref)
	if err != nil {
		b.Fatalf("get %s: %v", ref, err)
	}
	return s
}

func (b *bench) apply(ref string, want plumbline.WantedChange) link.Outcome {
	b.Helper()
	out, err := b.link.Apply(context.Background(), ref, want)
	if err != nil {
		b.Fatalf("apply %+v: %v", want, err)
	}
	return out
}

func (b *bench) changed(cursor string, labels ...string) link.Batch {
	b.Helper()
	batch, err := b.link.Changed(context.Background(), cursor, labels)
	if err != nil {
		b.Fatalf("changed since %q: %v", cursor, err)
	}
	return batch
}

// fails checks that an error is a fault of the kind, and shows no secret.
func (b *bench) fails(err error, kind link.FaultKind) *link.Fault {
	b.Helper()
	var f *link.Fault
	if !errors.As(err, &f) {
		b.Fatalf("got %v, want a fault of kind %q", err, kind)
	}
	if f.Kind != kind {
		b.Fatalf("got kind %q (%v), want %q", f.Kind, err, kind)
	}
	if f.Text == "" {
		b.Error("the fault has no text")
	}
	b.noSecret(err.Error() + f.To)
	return f
}

func (b *bench) noSecret(text string) {
	b.Helper()
	if strings.Contains(text, "planted-") {
		b.Errorf("a secret is shown: %s", text)
	}
}

func (b *bench) wantSet(what string, got []string, want ...string) {
	b.Helper()
	got, want = append([]string(nil), got...), append([]string(nil), want...)
	sort.Strings(got)
	sort.Strings(want)
	if strings.Join(got, "|") != strings.Join(want, "|") {
		b.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func (b *bench) wantWrites(n int) {
	b.Helper()
	if got := b.Wire.Writes(); len(got) != n {
		b.Errorf("got %d writing requests, want %d: %+v", len(got), n, got)
	}
}

// ours are the bot's comments on an issue.
func (b *bench) ours(ref string) []Comment {
	var out []Comment
	for _, c := range b.Comments(ref) {
		if c.Author == b.Bot {
			out = append(out, c)
		}
	}
	return out
}
