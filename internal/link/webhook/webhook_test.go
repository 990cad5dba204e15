package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// The vector that the Standard Webhooks specification publishes.
func TestSignVector(t *testing.T) {
	got, err := Sign([]string{secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if err != nil {
		t.Fatal(err)
	}
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// verify is what a receiver does, written from the specification and not with
// our own code.
func verify(t *testing.T, secret string, h http.Header, body []byte) bool {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	m := hmac.New(sha256.New, key)
	m.Write([]byte(h.Get("Webhook-Id") + "." + h.Get("Webhook-Timestamp") + "." + string(body)))
	want := "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil))
	for _, s := range strings.Split(h.Get("Webhook-Signature"), " ") {
		if hmac.Equal([]byte(s), []byte(want)) {
			return true
		}
	}
	return false
}

func post(url string) plumbline.Post {
	return plumbline.Post{ID: "msg_1", URL: url, At: plumbline.At(time.Unix(1614265330, 0)), Secrets: []string{secret}, Body: `{"type":"ping"}`}
}

func TestPostIsSigned(t *testing.T) {
	const old = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	var header http.Header
	var body []byte
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		header = r.Header
		body, _ = io.ReadAll(r.Body)
	}))
	defer srv.Close()
	p := post(srv.URL)
	p.Secrets = append(p.Secrets, old)
	if got := New(Config{AllowPrivate: true}).Post(t.Context(), p); !got.OK {
		t.Fatalf("got %+v", got)
	}
	if !verify(t, secret, header, body) || !verify(t, old, header, body) {
		t.Errorf("the signature %q is not good for both secrets", header.Get("webhook-signature"))
	}
	if verify(t, secret, header, append(body, ' ')) {
		t.Error("another body has the same signature")
	}
	if header.Get("Content-Type") != "application/json" || string(body) != p.Body || header.Get("webhook-id") != "msg_1" {
		t.Errorf("got %v %s", header, body)
	}
	if err := link.CheckSigned(header, body, nil, time.Unix(1614265330, 0)); err == nil {
		t.Error("no key, and yet it is good")
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status int
		want   plumbline.Sent
	}{
		{200, plumbline.Sent{OK: true, Text: "It answered 200."}},
		{204, plumbline.Sent{OK: true, Text: "It answered 204."}},
		{302, plumbline.Sent{Text: "It answered 302. Redirects are not followed: correct the address."}},
		{404, plumbline.Sent{Text: "It answered 404."}},
		{410, plumbline.Sent{Gone: true, Text: "It answered 410."}},
		{503, plumbline.Sent{Text: "It answered 503."}},
	} {
		visits := 0
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			visits++
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.status)
		}))
		if got := New(Config{AllowPrivate: true}).Post(t.Context(), post(srv.URL)); got != c.want || visits != 1 {
			t.Errorf("%d: got %+v after %d requests, want %+v after one", c.status, got, visits, c.want)
		}
		srv.Close()
	}
}

// A receiver that never answers costs no more than the time limit.
func TestSlowReceiver(t *testing.T) {
	stop := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer srv.Close()
	defer close(stop)
	got := New(Config{AllowPrivate: true, Timeout: 50 * time.Millisecond}).Post(context.Background(), post(srv.URL))
	if got.OK || got.Text != "It did not answer in time." {
		t.Errorf("got %+v", got)
	}
}

// A name that leads inside is refused when it is connected to, whatever it said
// when the webhook was made; and nothing of the address is told.
func TestGuard(t *testing.T) {
	visits := 0
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits++ }))
	defer srv.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(srv.URL, "http://"), ":")
	s := New(Config{})
	for _, url := range []string{srv.URL, "http://localhost:" + port + "/planted-key", "http://[::ffff:127.0.0.1]:" + port} {
		got := s.Post(t.Context(), post(url))
		if got.OK || !strings.Contains(got.Text, "private network") || strings.Contains(got.Text, "planted") {
			t.Errorf("%s: got %+v", url, got)
		}
	}
	if visits != 0 {
		t.Errorf("%d requests came through", visits)
	}
	if got := s.Post(t.Context(), post("http://127.0.0.1:1/planted-key")); strings.Contains(got.Text, "planted") {
		t.Errorf("the address is told: %s", got.Text)
	}
}

func TestOutside(t *testing.T) {
	for _, a := range []string{
		"127.0.0.1:80", "10.1.2.3:80", "172.16.0.1:443", "192.168.1.1:80", "169.254.169.254:80", "0.0.0.0:80", "100.64.1.1:80", "224.0.0.1:80",
		"255.255.255.255:80", "192.0.2.1:80", "198.18.0.1:80", "[::1]:80", "[::]:80", "[fe80::1]:80", "[fc00::1]:80", "[fd12::1]:80", "[ff02::1]:80",
		"[::ffff:10.0.0.1]:80", "[64:ff9b::7f00:1]:80", "[2002:7f00:1::]:80", "[2001::1]:80", "[::127.0.0.1]:80", "[fe80::1%eth0]:80", "nonsense",
	} {
		if outside(a) == nil {
			t.Errorf("%s is let through", a)
		}
	}
	for _, a := range []string{"93.184.215.14:443", "1.1.1.1:80", "[2606:4700::1111]:443"} {
		if err := outside(a); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
}
