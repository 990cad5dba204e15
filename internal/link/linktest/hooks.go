package linktest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

var hooks = []test{
	{"a delivery says which issue to look at", hookGood},
	{"one changed bit is refused", hookBits},
	{"without a configured secret all are refused", hookNoSecret},
	{"old and new secret are accepted during a rotation", hookRotation},
	{"another project's issue is none of ours", hookOther},
	{"one that is repeated keeps its id", hookRepeated},
	{"what is malformed is invalid", hookMalformed},
}

// inbox receives deliveries as they come.
type inbox struct {
	mu  sync.Mutex
	got []received
	url string
}

type received struct {
	header http.Header
	body   []byte
}

// receive hooks an inbox to the server.
func (b *bench) receive() *inbox {
	in := &inbox{}
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		in.mu.Lock()
		defer in.mu.Unlock()
		in.got = append(in.got, received{r.Header.Clone(), body})
	}))
	b.Cleanup(srv.Close)
	in.url = srv.URL
	b.AddHook(srv.URL + "/hooks/tracker")
	return in
}

// await returns what has come so far, once nothing is on its way.
func (b *bench) await(in *inbox) []received {
	b.Helper()
	if !b.Courier.Wait(time.Minute) {
		b.Fatal("deliveries take too long")
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]received(nil), in.got...)
}

func (b *bench) parse(r received) plumbline.Delivery {
	b.Helper()
	d, err := b.link.Parse(r.header, r.body)
	if err != nil {
		b.Fatalf("parse: %v", err)
	}
	return d
}

func (b *bench) refused(a Adapter, h http.Header, body []byte) {
	b.Helper()
	d, err := a.Parse(h, body)
	if plumbline.KindOf(err) != plumbline.Unauthenticated || d != (plumbline.Delivery{}) {
		b.Errorf("got %+v, %v, want it refused", d, err)
	}
	if err != nil {
		b.noSecret(err.Error())
	}
}

func hookGood(b *bench) {
	in := b.receive()
	ref := b.CreateIssue("mara", "ünïcødé\r\n✓", "body\n")
	b.clock.Advance(time.Minute)
	b.AddLabels("jon", ref, "infrapm")
	b.CloseIssue("ida", ref)
	got := b.await(in)
	if len(got) != 3 {
		b.Fatalf("got %d deliveries, want 3", len(got))
	}
	seen := map[string]bool{}
	for i, who := range []string{"mara", "jon", "ida"} {
		d := b.parse(got[i])
		if d.Link != "tracker" || d.Ref != ref || d.Actor != who || d.ID == "" || seen[d.ID] || d.Event == "" {
			b.Errorf("delivery %d: got %+v", i, d)
		}
		seen[d.ID] = true
		if want := plumbline.At(dawn.Add(time.Minute)); i > 0 && d.At != want {
			b.Errorf("delivery %d: got time %v, want %v", i, d.At.Std(), want.Std())
		}
	}
}

func hookBits(b *bench) {
	in := b.receive()
	b.CreateIssue("mara", "A", "")
	r := b.await(in)[0]
	b.parse(r)
	signed := false
	for name, values := range r.header {
		for i := 0; i < len(values[0]); i++ {
			h := r.header.Clone()
			text := []byte(values[0])
			text[i] ^= 1
			h.Set(name, string(text))
			if _, err := b.link.Parse(h, r.body); err != nil {
				signed = true
				b.refused(b.link, h, r.body)
			}
		}
		h := r.header.Clone()
		h.Del(name)
		if d, err := b.link.Parse(h, r.body); err != nil {
			b.refused(b.link, h, r.body)
		} else if d.ID == "" {
			b.Errorf("without %s the delivery has no id", name)
		}
	}
	if !signed {
		b.Error("no header proves anything")
	}
}

func hookNoSecret(b *bench) {
	in := b.receive()
	b.CreateIssue("mara", "A", "")
	r := b.await(in)[0]
	for _, secrets := range [][]string{nil, {}, {""}, {"", "another"}} {
		b.refused(b.connect(func(c *link.Config) { c.Secrets = secrets }), r.header, r.body)
	}
	b.refused(b.link, http.Header{}, r.body)
	b.refused(b.link, http.Header{}, nil)
}

func hookRotation(b *bench) {
	in := b.receive()
	b.CreateIssue("mara", "A", "")
	r := b.await(in)[0]
	both := b.connect(func(c *link.Config) { c.Secrets = []string{"the-new-one", plantedSecret} })
	if _, err := both.Parse(r.header, r.body); err != nil {
		b.Errorf("the old secret is refused too soon: %v", err)
	}
	b.refused(b.connect(func(c *link.Config) { c.Secrets = []string{"the-new-one"} }), r.header, r.body)
}

func hookOther(b *bench) {
	in := b.receive()
	b.CreateIssue("mara", "A", "")
	r := b.await(in)[0]
	other := b.connect(func(c *link.Config) { c.Project = "org/other" })
	if d, err := other.Parse(r.header, r.body); err != nil || d.Ref != "" {
		b.Errorf("got %+v, %v, want no ref", d, err)
	}
	// Once the number is known, the path does not matter any more.
	if _, err := b.link.Resolve(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.RenameContainer("org/renamed")
	ref := b.CreateIssue("mara", "B", "")
	if d := b.parse(b.await(in)[1]); d.Ref != ref {
		b.Errorf("after a rename: got %+v, want ref %s", d, ref)
	}
}

func hookRepeated(b *bench) {
	if b.Resend == nil {
		return // this tracker never repeats a delivery
	}
	in := b.receive()
	b.CreateIssue("mara", "A", "")
	b.await(in)
	b.clock.Advance(time.Minute)
	b.Resend(b.Courier.Sent()[0])
	got := b.await(in)
	if len(got) != 2 || b.parse(got[0]).ID != b.parse(got[1]).ID {
		b.Errorf("got %d deliveries with different ids", len(got))
	}
}

func hookMalformed(b *bench) {
	in := b.receive()
	b.CreateIssue("mara", "A", "")
	b.await(in)
	for _, body := range []string{"", "null", "[]", "x", `"issue"`, `{"object_kind":`, "{}x"} {
		// Signed by the tracker itself, so that only the body is wrong.
		h, raw := b.Signed([]byte(body))
		if _, err := b.link.Parse(h, raw); plumbline.KindOf(err) != plumbline.Invalid {
			b.Errorf("%s: got %v, want it invalid", body, err)
		}
	}
	for _, body := range []string{"{}", `{"object_kind":"push","action":7}`, `{"issue":null}`, `{"issue":{"number":-1}}`, `{"object_attributes":[]}`} {
		h, raw := b.Signed([]byte(body))
		if d, err := b.link.Parse(h, raw); err != nil || d.Ref != "" || d.ID == "" {
			b.Errorf("%s: got %+v, %v, want an id and no ref", body, d, err)
		}
	}
}
