package main

import (
	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/mail"
	"plumbline/internal/link/webhook"
)

// mailConfig is the SMTP server.
type mailConfig struct {
	From         string `json:"from,omitempty" jsonschema:"Sender of the digests, for example Plumbline <plumbline@example.com>."`
	Host         string `json:"host,omitempty" jsonschema:"Name of the SMTP server."`
	Port         int    `json:"port,omitempty" jsonschema:"Its port: 587 with starttls, 465 with tls, 25 with none, when not said."`
	User         string `json:"user,omitempty" jsonschema:"Who signs in there, if anybody must."`
	PasswordFile string `json:"password_file,omitempty" jsonschema:"File that holds the password."`
	PasswordEnv  string `json:"password_env,omitempty" jsonschema:"Environment variable that holds the password."`
	TLS          string `json:"tls,omitempty" jsonschema:"starttls, tls (from the first byte) or none; starttls when not said."`
}

// hookConfig says what webhooks may do.
type hookConfig struct {
	AllowPrivate bool `json:"allow_private,omitempty" jsonschema:"Webhooks may lead into private networks, and without TLS."`
}

// check looks at the mail server's settings. What the adapter can judge it judges
// itself.
func (m mailConfig) check(say func(path, format string, args ...any)) {
	if m == (mailConfig{}) {
		return
	}
	if m.PasswordFile != "" && m.PasswordEnv != "" {
		say("mail.password_file", "give password_file or password_env, not both")
	}
	secret := ""
	if m.PasswordFile != "" || m.PasswordEnv != "" {
		secret = "is read later"
	}
	_, err := mail.New(m.settings(secret))
	fields := plumbline.FieldsOf(err)
	for _, field := range []string{"from", "host", "port", "tls", "user"} {
		if text, bad := fields[field]; bad {
			say("mail."+field, "%s", text)
		}
	}
}

func (m mailConfig) settings(password string) mail.Config {
	return mail.Config{From: m.From, Host: m.Host, Port: m.Port, User: m.User, Password: password, TLS: mail.TLS(m.TLS)}
}

// outgoing is what letters are sent with.
type outgoing struct {
	mailer link.Mailer // nil: no mail server is configured
	poster link.Poster
}

// outgoing makes the adapters. Nothing is sent yet.
func (s *shell) outgoing(conf config) (outgoing, error) {
	out := outgoing{poster: webhook.New(webhook.Config{AllowPrivate: conf.Webhooks.AllowPrivate, Version: s.version})}
	if conf.Mail == (mailConfig{}) {
		return out, nil
	}
	password, err := s.secret("mail.password", conf.Mail.PasswordFile, conf.Mail.PasswordEnv)
	if err != nil {
		return out, err
	}
	settings := conf.Mail.settings(password)
	settings.Now = s.clock
	server, err := mail.New(settings)
	if err != nil {
		return out, err
	}
	out.mailer = server
	return out, nil
}
