package linktest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

var faults = []test{
	{"each status of a read has its kind", faultReads},
	{"each status of a write has its kind", faultWrites},
	{"a missing issue is not found", faultMissing},
	{"a limit says until when", faultLimits},
	{"a revoked token is an auth fault", faultRevoked},
	{"a bot without rights is told so, and nothing is half done", faultForbidden},
	{"no answer at all", faultSilence},
	{"what is no tracker's answer is not believed", faultStrange},
}

func faultReads(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.get(ref)
	for status, want := range map[int]link.FaultKind{
		400: link.Invalid, 401: link.Auth, 403: link.Forbidden, 404: link.NotFound, 410: link.Gone, 422: link.Invalid, 423: link.Archived,
		429: link.RateLimited, 500: link.Down, 502: link.Down, 503: link.Down, 504: link.Down,
	} {
		b.Wire.Trouble(Trouble{Path: "/issues/" + ref, Times: 2, Status: status, Body: `{"message":"no ` + plantedToken + ` and ` + plantedSecret + ` here"}`})
		_, err := b.link.Get(context.Background(), ref)
		if f := b.fails(err, want); f.Status != status || status == 400 && !strings.Contains(f.Text, "[secret]") {
			b.Errorf("%d: got %+v", status, f)
		}
		b.Wire.Calm()
	}
}

func faultWrites(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	for status, want := range map[int]link.FaultKind{
		400: link.Invalid, 401: link.Auth, 403: link.Forbidden, 404: link.NotFound, 410: link.Gone, 423: link.Archived,
		429: link.RateLimited, 500: link.Unknown, 502: link.Unknown, 504: link.Unknown,
	} {
		b.Wire.Trouble(Trouble{Method: "write", Times: -1, Status: status, Body: `{"error":"` + plantedToken + `"}`})
		for _, change := range []plumbline.WantedChange{{Add: []string{"area"}}, told("x"), {Close: true}} {
			_, err := b.link.Apply(context.Background(), ref, change)
			b.fails(err, want)
		}
		_, err := b.link.Open(context.Background(), draft("m"))
		b.fails(err, want)
		b.Wire.Calm()
	}
	b.wantSet("labels", b.IssueLabels(ref))
}

func faultMissing(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.DeleteIssue(ref)
	_, err := b.link.Get(context.Background(), ref)
	b.fails(err, link.NotFound)
	_, err = b.link.History(context.Background(), ref)
	b.fails(err, link.NotFound)
	_, err = b.link.Apply(context.Background(), ref, told("x"))
	b.fails(err, link.NotFound)
	b.wantWrites(0)
	other := b.connect(func(c *link.Config) { c.Project = "org/nothing" })
	_, err = other.Resolve(context.Background())
	b.fails(err, link.NotFound)
}

func faultLimits(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.get(ref)
	now := b.clock.Now()
	limited := func(header map[string]string) time.Duration {
		b.Helper()
		b.Wire.Trouble(Trouble{Status: 429, Header: header})
		_, err := b.link.Get(context.Background(), ref)
		return b.fails(err, link.RateLimited).Until.Sub(now)
	}
	for _, c := range []struct {
		header map[string]string
		want   time.Duration
	}{
		{map[string]string{"Retry-After": "37"}, 37 * time.Second},
		{map[string]string{"Retry-After": now.Add(90 * time.Second).Format(http.TimeFormat)}, 90 * time.Second},
		{map[string]string{"RateLimit-Reset": strconv.FormatInt(now.Unix()+45, 10)}, 45 * time.Second},
		{map[string]string{"Retry-After": "5", "RateLimit-Reset": strconv.FormatInt(now.Unix()+45, 10)}, 5 * time.Second},
		{nil, time.Minute}, {map[string]string{"Retry-After": "soon"}, 2 * time.Minute}, {nil, 4 * time.Minute},
		{nil, 8 * time.Minute}, {nil, 16 * time.Minute}, {nil, 16 * time.Minute},
	} {
		if got := limited(c.header); got != c.want {
			b.Errorf("%v: got %v, want %v", c.header, got, c.want)
		}
	}
	b.get(ref)
	if got := limited(nil); got != time.Minute {
		b.Errorf("after a good answer: got %v, want a minute", got)
	}
}

func faultRevoked(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.get(ref)
	b.RevokeToken()
	_, err := b.link.Get(context.Background(), ref)
	b.fails(err, link.Auth)
	_, err = b.link.Resolve(context.Background())
	b.fails(err, link.Auth)
	_, err = b.link.Apply(context.Background(), ref, plumbline.WantedChange{Add: []string{"area"}})
	b.fails(err, link.Auth)
	none := b.connect(func(c *link.Config) { c.Token = "" })
	_, err = none.Resolve(context.Background())
	b.fails(err, link.Auth)
}

func faultForbidden(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm", "workflow::ready")
	b.Demote()
	c, err := b.link.Resolve(context.Background())
	if err != nil || c.MayWrite {
		b.Errorf("got %+v, %v, want that it may not write", c, err)
	}
	want := plumbline.WantedChange{Add: []string{"workflow::problem validation"}, Marker: "m", Comment: "Problem validation begins."}
	_, err = b.link.Apply(context.Background(), ref, want)
	b.fails(err, link.Forbidden)
	b.wantSet("labels", b.IssueLabels(ref), "infrapm", "workflow::ready")
	if len(b.ours(ref)) != 0 {
		b.Error("it told what did not happen")
	}
}

func faultSilence(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.get(ref)
	b.Wire.Trouble(Trouble{Drop: true, Times: -1, Method: "GET"})
	_, err := b.link.Get(context.Background(), ref)
	b.fails(err, link.Down)
	b.Wire.Calm()

	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	b.Wire.Trouble(Trouble{Delay: time.Minute})
	_, err = b.link.Get(ctx, ref)
	if f := b.fails(err, link.Down); !errors.Is(f, context.DeadlineExceeded) {
		b.Errorf("got %v, want that the deadline can be told", err)
	}
	b.Wire.Calm()

	ctx, cancel = context.WithCancel(context.Background())
	b.Wire.Trouble(Trouble{Method: "write", Do: cancel, Delay: time.Minute})
	_, err = b.link.Apply(ctx, ref, told("x"))
	b.fails(err, link.Unknown)

	b.Wire.Close()
	_, err = b.link.Get(context.Background(), ref)
	b.fails(err, link.Down)
	_, err = b.link.Apply(context.Background(), ref, told("x"))
	b.fails(err, link.Down)
}

func faultStrange(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	b.get(ref)
	for _, body := range []string{"<html>Sign in</html>", "", "[]", "null", `{}`, `"x"`, `{"id":1,"iid":99,"number":99}`, `{"labels":"x"}`,
		`{"id":7,"iid":` + ref + `,"number":` + ref + `,"labels":[7]}`, `{"id":7,"iid":` + ref + `,"number":` + ref + `,"labels":{"a":1}}`} {
		b.Wire.Trouble(Trouble{Path: "/issues/" + ref, Status: 200, Body: body})
		s, err := b.link.Get(context.Background(), ref)
		if err == nil {
			b.Errorf("%s: got %+v", body, s)
			continue
		}
		b.fails(err, link.Invalid)
		b.Wire.Calm()
	}
}

var wires = []test{
	{"read-only sends nothing but GET", wireReadOnly},
	{"a token goes to no other host", wireElsewhere},
	{"a read follows one redirect, a write none", wireRedirects},
	{"no configuration that hides a mistake is accepted", wireConfig},
}

func wireReadOnly(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	a := b.connect(func(c *link.Config) { c.ReadOnly = true })
	ctx := context.Background()
	if _, err := a.Resolve(ctx); err != nil {
		b.Error(err)
	}
	if _, err := a.Changed(ctx, "", []string{"infrapm"}); err != nil {
		b.Error(err)
	}
	if _, err := a.History(ctx, ref); err != nil {
		b.Error(err)
	}
	for _, want := range []plumbline.WantedChange{{Add: []string{"area"}}, {Remove: []string{"infrapm"}}, told("x"), {Close: true}} {
		_, err := a.Apply(ctx, ref, want)
		b.fails(err, link.Forbidden)
	}
	_, err := a.Open(ctx, draft("m"))
	b.fails(err, link.Forbidden)
	b.wantWrites(0)
	if len(b.Wire.Requests()) == 0 {
		b.Error("nothing was sent at all")
	}
}

func wireElsewhere(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.get(ref)
	reached := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	b.Cleanup(other.Close)
	for _, to := range []string{other.URL + "/api/v1/x?t=" + plantedToken, "//" + strings.TrimPrefix(other.URL, "http://") + "/api/v4/x", "/users/sign_in", "ftp://x/y", ""} {
		for _, method := range []string{"GET", "write"} {
			b.Wire.Trouble(Trouble{Method: method, Path: "/issues/" + ref, Status: 302, Header: map[string]string{"Location": to}})
			_, err := b.link.Apply(context.Background(), ref, told("x"))
			want := link.Moved
			if to == "" {
				want = link.Invalid
			}
			b.fails(err, want)
			b.Wire.Calm()
		}
	}
	if reached != 0 {
		b.Errorf("%d requests went elsewhere", reached)
	}
	if len(b.ours(ref)) != 0 {
		b.Error("something was written")
	}
}

func wireRedirects(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.get(ref)
	b.Wire.Forget()
	b.get(ref)
	at := b.Wire.Requests()[0].Path
	b.Wire.Trouble(Trouble{Method: "GET", Path: at, Status: 301, Header: map[string]string{"Location": at}})
	b.get(ref)
	b.Wire.Trouble(Trouble{Method: "GET", Path: at, Times: -1, Status: 301, Header: map[string]string{"Location": at}})
	_, err := b.link.Get(context.Background(), ref)
	b.fails(err, link.Moved)
	b.Wire.Calm()
	b.Wire.Forget()
	for _, status := range []int{301, 302, 303, 307, 308} {
		b.Wire.Trouble(Trouble{Method: "write", Times: -1, Status: status, Header: map[string]string{"Location": at}})
		_, err = b.link.Apply(context.Background(), ref, plumbline.WantedChange{Close: true})
		b.fails(err, link.Moved)
		b.Wire.Calm()
	}
	b.wantWrites(5)
}

func wireConfig(b *bench) {
	insecure := http.DefaultTransport.(*http.Transport).Clone()
	insecure.TLSClientConfig.InsecureSkipVerify = true
	for name, change := range map[string]func(*link.Config){
		"no address":        func(c *link.Config) { c.URL = "" },
		"no scheme":         func(c *link.Config) { c.URL = "gitlab.example.com" },
		"password in it":    func(c *link.Config) { c.URL = "https://me:" + plantedToken + "@x.example.com" },
		"no project":        func(c *link.Config) { c.Project = " / " },
		"separator":         func(c *link.Config) { c.Separator = ":" },
		"line break":        func(c *link.Config) { c.Token = plantedToken + "\nX: y" },
		"without certainty": func(c *link.Config) { c.Client = &http.Client{Transport: insecure} },
	} {
		cfg := b.cfg
		change(&cfg)
		_, err := b.target.Connect(cfg)
		if plumbline.KindOf(err) != plumbline.Invalid || len(plumbline.FieldsOf(err)) == 0 {
			b.Errorf("%s: got %v, want it refused with the field", name, err)
			continue
		}
		b.noSecret(err.Error())
	}
}
