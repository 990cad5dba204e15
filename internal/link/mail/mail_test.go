package mail

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline"
)

// arrived is a message as the server got it.
type arrived struct {
	From  string
	To    []string
	Data  string
	Helo  string
	TLS   bool
	Login bool
}

// smtpd is a real SMTP server that runs beside the test.
type smtpd struct {
	t     *testing.T
	port  int
	roots *x509.CertPool
	lines *bufio.Scanner
}

func startServer(t *testing.T, mode TLS) *smtpd {
	t.Helper()
	args := []string{"testdata/smtpd.py", string(mode)}
	s := &smtpd{t: t}
	if mode != None {
		cert, key := s.certificate()
		args = append(args, cert, key)
	}
	cmd := exec.Command(python(), args...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("an SMTP server is needed (run ./do test): %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Log(said.String())
		}
	})
	s.lines = bufio.NewScanner(out)
	s.lines.Buffer(nil, 1<<20)
	var hello struct{ Port int }
	s.read(&hello)
	s.port = hello.Port
	return s
}

// python is the distribution's, which has the server's package; another one may
// come first in the path.
func python() string {
	if _, err := os.Stat("/usr/bin/python3"); err == nil {
		return "/usr/bin/python3"
	}
	return "python3"
}

func (s *smtpd) read(v any) {
	s.t.Helper()
	if !s.lines.Scan() {
		s.t.Fatal("the SMTP server ended; is python3-aiosmtpd installed? ./do test installs it")
	}
	if err := json.Unmarshal(s.lines.Bytes(), v); err != nil {
		s.t.Fatal(err)
	}
}

// certificate makes one for 127.0.0.1 and trusts it.
func (s *smtpd) certificate() (cert, key string) {
	s.t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.ok(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	s.ok(err)
	raw, err := x509.MarshalECPrivateKey(private)
	s.ok(err)
	dir := s.t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.ok(os.WriteFile(cert, text, 0o600))
	s.ok(os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw}), 0o600))
	s.roots = x509.NewCertPool()
	s.roots.AppendCertsFromPEM(text)
	return cert, key
}

func (s *smtpd) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// sender is our side, configured for the server.
func (s *smtpd) sender(mode TLS, password string) *Server {
	s.t.Helper()
	c := Config{From: "Plumb Line <plumb@example.com>", Host: "127.0.0.1", Port: s.port, TLS: mode,
		Now: func() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) }}
	if password != "" {
		c.User, c.Password = "plumbline", password
	}
	out, err := New(c)
	s.ok(err)
	out.roots = s.roots
	return out
}

var digest = plumbline.Mail{
	ID: "0191-abc", To: "jonas@example.com", Name: "Jonas Ø", Subject: "Plumbline: news\r\nBcc: all@example.com of 2 items – ü",
	Text: "Hello Jonas Ø,\n\n.\nREQ-1 " + "long words " + "https://plumb.example/items/REQ-1\n", HTML: "<p>Hello Jonas Ø</p>",
	Unsubscribe: "https://plumb.example/unsubscribe?for=p1.abcdefghijklmnopqrstuvwxyz0123456789-_abcdefghijklmnopqrstuvwxyz0123456789",
}

func TestMailArrives(t *testing.T) {
	for _, c := range []struct {
		mode     TLS
		password string
	}{{None, ""}, {StartTLS, "planted-password"}, {Implicit, "planted-password"}} {
		t.Run(string(c.mode), func(t *testing.T) {
			srv := startServer(t, c.mode)
			if got := srv.sender(c.mode, c.password).Send(t.Context(), digest); !got.OK {
				t.Fatalf("got %+v", got)
			}
			var m arrived
			srv.read(&m)
			if m.From != "plumb@example.com" || len(m.To) != 1 || m.To[0] != "jonas@example.com" || m.Helo != "example.com" {
				t.Errorf("the envelope is %s → %v, greeted as %s", m.From, m.To, m.Helo)
			}
			if encrypted := c.mode != None; m.TLS != encrypted || m.Login != encrypted {
				t.Errorf("TLS %v, login %v; want %v", m.TLS, m.Login, encrypted)
			}
			checkMail(t, m.Data)
		})
	}
}

func checkMail(t *testing.T, data string) {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != "Plumbline: news Bcc: all@example.com of 2 items – ü" || msg.Header.Get("Bcc") != "" {
		t.Errorf("the subject is %q (%v); no header may come out of it", subject, err)
	}
	for name, want := range map[string]string{
		"Message-Id": "<0191-abc@example.com>", "List-Unsubscribe": "<" + digest.Unsubscribe + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Auto-Submitted": "auto-generated", "Date": "Mon, 23 Nov 2026 08:00:00 +0000",
	} {
		if got := msg.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("the content is %q (%v)", kind, err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for _, want := range []struct{ kind, text string }{{"text/plain", digest.Text}, {"text/html", digest.HTML}} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.TrimRight(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n")
		if !strings.HasPrefix(p.Header.Get("Content-Type"), want.kind) || got != strings.TrimRight(want.text, "\n") {
			t.Errorf("%s: got %s %q, want %q", want.kind, p.Header.Get("Content-Type"), got, want.text)
		}
	}
}

func TestWhatTheServerRefuses(t *testing.T) {
	srv := startServer(t, None)
	s := srv.sender(None, "")
	for _, c := range []struct {
		to    string
		final bool
		words string
	}{{"no@example.com", true, "550"}, {"later@example.com", false, "451"}, {"not an address", true, "Correct it"}} {
		m := digest
		m.To = c.to
		if got := s.Send(t.Context(), m); got.OK || got.Final != c.final || !strings.Contains(got.Text, c.words) {
			t.Errorf("%s: got %+v, want final %v and %q", c.to, got, c.final, c.words)
		}
	}
	if got := s.Send(t.Context(), digest); !got.OK {
		t.Errorf("after refusals: %+v", got)
	}
}

// The password is never told, and is not sent to a server without TLS or with a
// certificate that nobody vouches for.
func TestPasswordStaysSecret(t *testing.T) {
	srv, open := startServer(t, StartTLS), startServer(t, None)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second) // a server that a handshake failed with may say nothing more
	defer cancel()
	if got := srv.sender(StartTLS, "planted-wrong").Send(ctx, digest); got.OK || got.Final || strings.Contains(got.Text, "planted") {
		t.Errorf("a wrong password: got %+v", got)
	}
	strange := srv.sender(StartTLS, "planted-password")
	strange.roots = x509.NewCertPool()
	if got := strange.Send(ctx, digest); got.OK || got.Final || strings.Contains(got.Text, "planted") {
		t.Errorf("a strange certificate: got %+v", got)
	}
	if got := open.sender(StartTLS, "planted-password").Send(ctx, digest); got.OK || got.Final {
		t.Errorf("a server without TLS: got %+v", got)
	}
}

func TestServerIsDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpd{t: t, port: l.Addr().(*net.TCPAddr).Port}
	silent := s.sender(None, "")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if got := silent.Send(ctx, digest); got.OK || got.Final { // it listens and says nothing
		t.Errorf("a silent server: got %+v", got)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := silent.Send(t.Context(), digest); got.OK || got.Final {
		t.Errorf("no server: got %+v", got)
	}
}

func TestSettings(t *testing.T) {
	good := Config{From: "plumb@example.com", Host: "smtp.example.com"}
	for _, c := range []struct {
		field  string
		change func(*Config)
	}{
		{"", func(*Config) {}}, {"from", func(c *Config) { c.From = "plumb" }}, {"host", func(c *Config) { c.Host = "" }}, {"host", func(c *Config) { c.Host = "a:25" }},
		{"port", func(c *Config) { c.Port = 70000 }}, {"tls", func(c *Config) { c.TLS = "ssl" }}, {"user", func(c *Config) { c.User = "x" }},
		{"tls", func(c *Config) { c.TLS, c.User, c.Password = None, "x", "y" }},
	} {
		conf := good
		c.change(&conf)
		_, err := New(conf)
		if fields := plumbline.FieldsOf(err); (c.field == "") != (err == nil) || c.field != "" && fields[c.field] == "" {
			t.Errorf("%+v: got %v, want a complaint about %q", conf, err, c.field)
		}
	}
}
