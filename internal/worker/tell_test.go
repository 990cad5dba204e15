package worker_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/notices"
	"plumbline/internal/flow"
	"plumbline/internal/link"
	"plumbline/internal/link/mail"
	"plumbline/internal/link/webhook"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
	"plumbline/internal/worker"
)

// receiver is a webhook's other end.
type receiver struct {
	*httptest.Server
	got  chan *http.Request // each with its body in Header "Body"
	hold chan struct{}      // when not nil, answers wait for it
}

func startReceiver(t *testing.T) *receiver {
	r := &receiver{got: make(chan *http.Request, 1000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body)
		in.Header.Set("Body", string(body))
		r.got <- in
		if r.hold != nil {
			<-r.hold
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// next is the next delivery, which must come.
func (r *receiver) next(t *testing.T) *http.Request {
	t.Helper()
	select {
	case in := <-r.got:
		return in
	case <-t.Context().Done():
	case <-time.After(30 * time.Second):
	}
	t.Fatal("no delivery came")
	return nil
}

// post is one server of an installation, in real time; ahead moves its clock.
type post struct {
	*testing.T
	app   *app.App
	db    *store.DB
	ahead *atomic.Int64
	admin plumbline.Actor
}

func newPost(t *testing.T, where string, ahead *atomic.Int64) *post {
	t.Helper()
	book, err := flow.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	p := &post{T: t, db: storetest.Open(t, where), ahead: ahead, admin: plumbline.Actor{Person: "p-admin", Name: "Ada", Role: plumbline.Admin, Via: "web"}}
	now := func() plumbline.Time { return plumbline.At(time.Now().Add(time.Duration(p.ahead.Load()))) }
	p.app = app.New(p.db, book, now, app.Config{BaseURL: "https://plumbline.example", Mail: true, PrivateHooks: true})
	return p
}

func (p *post) ok(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p *post) people() {
	p.Helper()
	p.ok(p.db.Write(p.Context(), func(tx *store.Tx) error {
		return tx.InsertPerson(plumbline.Person{ID: "p-admin", Handle: "ada", Name: "Ada", Email: "ada@example.com", Role: plumbline.Admin})
	}))
}

// run works until stop is called.
func (p *post) run(o worker.Options) (stop func()) {
	p.Helper()
	ctx, cancel := context.WithCancel(p.Context())
	var done sync.WaitGroup
	done.Go(func() { p.ok(worker.New(p.app, o).Run(ctx)) })
	return sync.OnceFunc(func() { cancel(); done.Wait() })
}

func (p *post) file(title string) plumbline.Item {
	p.Helper()
	it, err := p.app.File(p.Context(), p.admin, app.FileInput{Title: title, Body: "x", Source: "test"})
	p.ok(err)
	return it
}

func TestWebhookIsDelivered(t *testing.T) {
	r := startReceiver(t)
	p := newPost(t, storetest.SQLitePath(t), new(atomic.Int64))
	p.people()
	secret, _, err := p.app.MakeWebhook(t.Context(), p.admin, notices.WebhookInput{Name: "bus", URL: r.URL})
	p.ok(err)
	stop := p.run(worker.Options{Poster: webhook.New(webhook.Config{AllowPrivate: true})})
	defer stop()
	it := p.file("Faster restores")
	in := r.next(t)
	key, err := link.SigningKey(secret)
	p.ok(err)
	if err := link.CheckSigned(in.Header, []byte(in.Header.Get("Body")), [][]byte{key}, time.Now()); err != nil {
		t.Error(err)
	}
	if body := in.Header.Get("Body"); !strings.Contains(body, string(it.Key)) || !strings.Contains(body, `"item.filed"`) {
		t.Errorf("the body is %s", body)
	}
}

// A server that is cut off while the receiver has the delivery sends it again,
// after its lease, with the same id.
func TestDeliveryAfterACut(t *testing.T) {
	r := startReceiver(t)
	r.hold = make(chan struct{})
	ahead := new(atomic.Int64)
	p := newPost(t, storetest.SQLitePath(t), ahead)
	p.people()
	_, _, err := p.app.MakeWebhook(t.Context(), p.admin, notices.WebhookInput{Name: "bus", URL: r.URL})
	p.ok(err)
	o := worker.Options{Poster: webhook.New(webhook.Config{AllowPrivate: true}), Grace: time.Millisecond}
	stop := p.run(o)
	p.file("Faster restores")
	first := r.next(t)
	stop()
	close(r.hold)
	ahead.Store(int64(2 * time.Minute))
	defer p.run(o)()
	second := r.next(t)
	if a, b := first.Header.Get("webhook-id"), second.Header.Get("webhook-id"); a != b || a == "" {
		t.Errorf("the ids are %q and %q, want the same", a, b)
	}
}

// Two servers on one PostgreSQL send everything once.
func TestTwoServersSendOnce(t *testing.T) {
	const items = 25
	r := startReceiver(t)
	where := storetest.PostgresURL(t)
	one, two := newPost(t, where, new(atomic.Int64)), newPost(t, where, new(atomic.Int64))
	one.people()
	_, h, err := one.app.MakeWebhook(t.Context(), one.admin, notices.WebhookInput{Name: "bus", URL: r.URL, Types: []string{"item.filed"}})
	one.ok(err)
	o := worker.Options{Poster: webhook.New(webhook.Config{AllowPrivate: true})}
	stopOne, stopTwo := one.run(o), two.run(o)
	for i := range items {
		[]*post{one, two}[i%2].file("Faster restores")
	}
	ids := map[string]bool{}
	for range items {
		ids[r.next(t).Header.Get("webhook-id")] = true
	}
	stopOne()
	stopTwo()
	sent, err := one.app.Deliveries(t.Context(), one.admin, h.ID)
	one.ok(err)
	for _, d := range sent {
		if d.Status != plumbline.ActionDone || d.Attempts != 1 {
			t.Errorf("a delivery is %+v, want it done at once", d)
		}
	}
	if len(ids) != items || len(sent) != items || len(r.got) != 0 {
		t.Errorf("%d ids, %d letters, %d more deliveries; want %d of each and no more", len(ids), len(sent), len(r.got), items)
	}
}

// A digest goes through a real SMTP server, and only once the server is back.
func TestDigestIsMailed(t *testing.T) {
	python := "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		python = "python3"
	}
	cmd := exec.Command(python, "../link/mail/testdata/smtpd.py", "none")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("an SMTP server is needed (run ./do test): %v", err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	lines := bufio.NewScanner(out)
	lines.Scan()
	var hello struct{ Port int }
	if err := json.Unmarshal(lines.Bytes(), &hello); err != nil {
		t.Fatal(err)
	}
	server, err := mail.New(mail.Config{From: "plumb@example.com", Host: "127.0.0.1", Port: hello.Port, TLS: mail.None, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ahead := new(atomic.Int64)
	p := newPost(t, storetest.SQLitePath(t), ahead)
	p.people()
	p.ok(p.app.PutPrefs(t.Context(), p.admin, notices.NoticePrefs{Digest: true, Hour: 8}))
	it := p.file("Faster restores")
	_, err = p.app.Comment(t.Context(), plumbline.SystemActor("test"), it.Key, app.CommentInput{Body: "x"})
	p.ok(err)
	_, err = p.app.Spread(t.Context(), 100)
	p.ok(err)
	ahead.Store(int64(25 * time.Hour))
	defer p.run(worker.Options{Mailer: server})()
	lines.Scan()
	var got struct {
		To   []string
		Data string
	}
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.To) != 1 || got.To[0] != "ada@example.com" || !strings.Contains(got.Data, string(it.Key)) {
		t.Errorf("to %v:\n%s", got.To, got.Data)
	}
}
