// Package webhook delivers to the addresses that others registered, as the
// Standard Webhooks specification says: signed, without following redirects,
// with a time limit. It owns the guard against addresses inside our own network.
//
// Laws: as in package link. Where a delivery goes is decided at the moment of
// connecting, by the address that a name resolved to: a name that first led
// elsewhere cannot lead inside.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// Timeout is how long one delivery may take, from connecting to the answer.
const Timeout = 20 * time.Second

// maxAnswer is how much of an answer is read; none of it is kept.
const maxAnswer = 64 << 10

// errInside is the refusal to connect to an address inside.
var errInside = errors.New("the address is inside a private network")

// Sender delivers to webhooks. It is safe for use by many goroutines.
type Sender struct {
	client  *http.Client
	version string
}

// Config says how deliveries are made.
type Config struct {
	AllowPrivate bool          // private networks may be reached
	Version      string        // of the program, for User-Agent
	Timeout      time.Duration // 0: [Timeout]
}

// New makes a sender.
func New(c Config) *Sender {
	if c.Timeout <= 0 {
		c.Timeout = Timeout
	}
	dialer := &net.Dialer{Timeout: c.Timeout, Control: func(_, address string, _ syscall.RawConn) error {
		if c.AllowPrivate {
			return nil
		}
		return outside(address)
	}}
	return &Sender{version: c.Version, client: &http.Client{
		Timeout: c.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would connect for us, unguarded
			DialContext:            dialer.DialContext,
			DisableKeepAlives:      true,
			TLSHandshakeTimeout:    c.Timeout,
			ResponseHeaderTimeout:  c.Timeout,
			MaxResponseHeaderBytes: maxAnswer,
		},
	}}
}

// special are the networks that are nobody's on the internet, beside those that
// [netip.Addr] knows: IANA's special-purpose registries.
var special = [...]string{
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
	"2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
}

// outside refuses an address, host and port, that is not on the internet.
func outside(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errInside
	}
	ip := at.Addr().Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsInterfaceLocalMulticast() {
		return errInside
	}
	for _, s := range special {
		if netip.MustParsePrefix(s).Contains(ip) {
			return errInside
		}
	}
	return nil
}

// Sign is the header webhook-signature: for each secret "v1," and the base64 of
// HMAC-SHA256 over "{id}.{timestamp}.{body}".
func Sign(secrets []string, id string, at time.Time, body []byte) (string, error) {
	var out []string
	for _, s := range secrets {
		key, err := link.SigningKey(s)
		if err != nil {
			return "", err
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(out, " "), nil
}

// Post makes one attempt to deliver.
func (s *Sender) Post(ctx context.Context, p plumbline.Post) plumbline.Sent {
	body := []byte(p.Body)
	signature, err := Sign(p.Secrets, p.ID, p.At.Std(), body)
	if err != nil {
		return plumbline.Sent{Final: true, Text: "The webhook's secret cannot be used. Make a new one."}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, strings.NewReader(p.Body))
	if err != nil {
		return plumbline.Sent{Final: true, Text: "The webhook's address cannot be used. Correct it."}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", strings.TrimSpace("Plumbline/"+s.version))
	req.Header.Set("webhook-id", p.ID)
	req.Header.Set("webhook-timestamp", strconv.FormatInt(p.At.Std().Unix(), 10))
	req.Header.Set("webhook-signature", signature)
	res, err := s.client.Do(req)
	if err != nil {
		return lost(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // what it says is not for us
	return heard(res.StatusCode)
}

// lost says why there was no answer. The address is not told: it may hold a key.
func lost(err error) plumbline.Sent {
	var timeout net.Error
	switch {
	case errors.Is(err, errInside):
		return plumbline.Sent{Text: "Not sent: the address leads into a private network, which the configuration does not allow (webhooks.allow_private)."}
	case errors.As(err, &timeout) && timeout.Timeout():
		return plumbline.Sent{Text: "It did not answer in time."}
	}
	var name *net.DNSError
	if errors.As(err, &name) {
		return plumbline.Sent{Text: "Its name is not known."}
	}
	var cert interface{ Unwrap() error }
	text := err.Error()
	if errors.As(err, &cert) && cert.Unwrap() != nil {
		text = cert.Unwrap().Error() // without the method and the address in front
	}
	if strings.Contains(text, "tls:") || strings.Contains(text, "x509:") {
		return plumbline.Sent{Text: "The encrypted connection failed: check its certificate."}
	}
	return plumbline.Sent{Text: "It cannot be reached."}
}

// heard says what an answer means.
func heard(status int) plumbline.Sent {
	text := fmt.Sprintf("It answered %d.", status)
	switch {
	case status >= 200 && status < 300:
		return plumbline.Sent{OK: true, Text: text}
	case status == http.StatusGone:
		return plumbline.Sent{Gone: true, Text: text}
	case status >= 300 && status < 400:
		return plumbline.Sent{Text: text + " Redirects are not followed: correct the address."}
	}
	return plumbline.Sent{Text: text}
}
