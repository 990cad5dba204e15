// Package mail sends mail through one SMTP server. It owns the server's
// settings and what an answer of the server means.
//
// Laws: as in package link. A mail has the same Message-ID at every attempt, so
// that one that was sent and could not be noted is known as a repeat. No
// password goes over a connection that is not encrypted.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"plumbline"
)

// TLS is how the connection to the server is encrypted.
type TLS string

// The ways. StartTLS is the default and is never left out when the server does
// not offer it.
const (
	StartTLS TLS = "starttls"
	Implicit TLS = "tls"
	None     TLS = "none"
)

// timeout is how long one mail may take.
const timeout = 30 * time.Second

// Config is one SMTP server.
type Config struct {
	From     string // "Plumbline <plumbline@example.com>", or the address alone
	Host     string
	Port     int // 0: 587, or 465 with TLS from the first byte, or 25 without any
	User     string
	Password string // secret
	TLS      TLS
	Helo     string           // our name, for the greeting; "": of the From address
	Now      func() time.Time // for the Date
}

// Server sends mail. It is safe for use by many goroutines.
type Server struct {
	conf  Config
	from  *netmail.Address
	roots *x509.CertPool // nil: those of the system
}

// New checks the settings; it does not connect.
func New(c Config) (*Server, error) {
	var bad plumbline.Problems
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		bad.Add("from", "Write the sender as plumbline@example.com or Plumbline <plumbline@example.com>, not %q.", c.From)
	}
	if c.Host == "" || strings.ContainsAny(c.Host, " /@:") {
		bad.Add("host", "Name the SMTP server, for example smtp.example.com.")
	}
	if c.TLS == "" {
		c.TLS = StartTLS
	}
	if c.TLS != StartTLS && c.TLS != Implicit && c.TLS != None {
		bad.Add("tls", "It must be starttls, tls or none, not %q.", c.TLS)
	}
	if c.Port == 0 {
		c.Port = map[TLS]int{StartTLS: 587, Implicit: 465, None: 25}[c.TLS]
	}
	if c.Port < 1 || c.Port > 65535 {
		bad.Add("port", "A port is a number from 1 to 65535.")
	}
	if (c.User == "") != (c.Password == "") {
		bad.Add("user", "Give a user and a password, or neither.")
	}
	if c.User != "" && c.TLS == None {
		bad.Add("tls", "A password is not sent over a connection without TLS.")
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	if c.Helo == "" {
		c.Helo = domain(from.Address)
	}
	return &Server{conf: c, from: from}, nil
}

func domain(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}

// Send sends one mail.
func (s *Server) Send(ctx context.Context, m plumbline.Mail) plumbline.Sent {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	msg, err := s.message(m)
	if err != nil {
		return plumbline.Sent{Final: true, Text: "The address cannot be written to. Correct it under Settings, People."}
	}
	client, err := s.client(ctx)
	if err != nil {
		return plumbline.Sent{Text: "The mail server's settings do not work: " + s.redact(err)}
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return s.failed(ctx, err)
	}
	return plumbline.Sent{OK: true, Text: "Taken by " + s.conf.Host + "."}
}

// client is one conversation with the server. Its time limit is that of ctx: the
// library minds ctx while it connects, and the limit afterwards.
func (s *Server) client(ctx context.Context) (*mail.Client, error) {
	limit := timeout
	if end, ok := ctx.Deadline(); ok {
		limit = max(time.Until(end), time.Millisecond)
	}
	encrypted := &tls.Config{ServerName: s.conf.Host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
	options := []mail.Option{mail.WithPort(s.conf.Port), mail.WithTimeout(limit), mail.WithHELO(s.conf.Helo), mail.WithTLSConfig(encrypted)}
	switch s.conf.TLS {
	case Implicit:
		options = append(options, mail.WithSSL())
	case StartTLS:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case None:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if s.conf.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.conf.User), mail.WithPassword(s.conf.Password))
	}
	return mail.NewClient(s.conf.Host, options...)
}

// message writes the mail. Everything that people wrote goes through the
// library's encoding, so that no header can be smuggled in.
func (s *Server) message(m plumbline.Mail) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.FromFormat(s.from.Name, s.from.Address); err != nil {
		return nil, err
	}
	if err := msg.AddToFormat(line(m.Name), m.To); err != nil {
		return nil, err
	}
	msg.Subject(line(m.Subject))
	msg.SetMessageIDWithValue(m.ID + "@" + domain(s.from.Address))
	msg.SetDateWithValue(s.conf.Now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Unsubscribe != "" {
		msg.SetGenHeaderPreformatted("List-Unsubscribe", "<"+line(m.Unsubscribe)+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

// line is one line of text.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// failed says what an error means. A server that refuses the recipient for good
// is not asked again; everything else is tried again.
func (s *Server) failed(ctx context.Context, err error) plumbline.Sent {
	var refused *mail.SendError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return plumbline.Sent{Text: fmt.Sprintf("%s did not answer within %s.", s.conf.Host, timeout)}
	case errors.As(err, &refused) && refused.ErrorCode() >= 500 && (refused.Reason == mail.ErrSMTPRcptTo || refused.Reason == mail.ErrSMTPData || refused.Reason == mail.ErrSMTPDataClose):
		return plumbline.Sent{Final: true, Text: fmt.Sprintf("%s refuses it for good (%d): %s", s.conf.Host, refused.ErrorCode(), s.redact(err))}
	}
	return plumbline.Sent{Text: fmt.Sprintf("%s did not take it: %s", s.conf.Host, s.redact(err))}
}

// redact blots the password out, and keeps the text short.
func (s *Server) redact(err error) string {
	text := line(err.Error())
	if s.conf.Password != "" {
		text = strings.ReplaceAll(text, s.conf.Password, "[secret]")
	}
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300])
	}
	return strings.ToValidUTF8(text, "?")
}
