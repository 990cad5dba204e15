package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// userCommand makes, changes and lists those who can sign in.
func (s *shell) userCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List those who can sign in", Args: exactly(0)}
	list.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		people, err := d.People(ctx)
		if err != nil {
			return err
		}
		return s.show(map[string]any{"people": people}, func(w io.Writer) {
			out := [][]string{{"HANDLE", "NAME", "ROLE", "CLEARED", "TEAM", "DISABLED"}}
			for _, p := range people {
				out = append(out, []string{p.Handle, p.Name, string(p.Role), yes(p.Cleared), string(p.Team), yes(p.Disabled)})
			}
			table(w, out...)
		})
	}))
	return group("user", "Those who can sign in", s.userAdd(), s.reading(list), s.userSet())
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// personFlags are what is said of a person.
type personFlags struct {
	in       client.PersonInput
	password string
}

func (p *personFlags) register(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&p.in.Name, "name", "", "full `NAME`")
	fl.StringVar(&p.in.Email, "email", "", "e-mail `ADDRESS`")
	fl.StringVar((*string)(&p.in.Role), "role", "", "requester, contributor, pm or admin")
	fl.StringVar((*string)(&p.in.Team), "team", "", "ref of the `TEAM`")
	fl.BoolVar(&p.in.Cleared, "cleared", false, "may read amounts and customer names")
	fl.StringVar(&p.password, "password-file", "", "`FILE` with the password; - reads a line of standard input")
}

// userAdd works on a store where nobody can sign in yet, too: that is how the
// first administrator is made without a browser.
func (s *shell) userAdd() *cobra.Command {
	var p personFlags
	c := &cobra.Command{Use: "add HANDLE", Short: "Add somebody who can sign in", Args: exactly(1)}
	p.register(c)
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		people, err := d.People(ctx)
		if err != nil {
			return err
		}
		for _, q := range people {
			if q.Handle == args[0] {
				return plumbline.Errorf(plumbline.Conflict, "%s is there already; \"plumbline user set\" changes somebody.", q.Handle)
			}
		}
		if p.in.Name == "" {
			p.in.Name = args[0]
		}
		if p.in.Role == "" {
			p.in.Role = plumbline.Requester
		}
		if p.in.Password, err = s.password(p.password); err != nil {
			return err
		}
		q, err := d.PutPerson(ctx, args[0], p.in)
		return s.told(q, err, "%s added as %s", q.Handle, q.Role)
	}))
	return s.reading(c)
}

func (s *shell) userSet() *cobra.Command {
	var p personFlags
	var disable bool
	c := &cobra.Command{Use: "set HANDLE", Short: "Change somebody who can sign in", Args: exactly(1), Long: "Changes what the flags name; the rest stays."}
	p.register(c)
	c.Flags().BoolVar(&disable, "disabled", false, "may not sign in any more; =false lets them in again")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		people, err := d.People(ctx)
		if err != nil {
			return err
		}
		for _, q := range people {
			if q.Handle != args[0] {
				continue
			}
			in := client.PersonInput{Name: q.Name, Email: q.Email, Role: q.Role, Cleared: q.Cleared, Team: q.Team, Disabled: q.Disabled}
			set := func(flag string, do func()) {
				if c.Flags().Changed(flag) {
					do()
				}
			}
			set("name", func() { in.Name = p.in.Name })
			set("email", func() { in.Email = p.in.Email })
			set("role", func() { in.Role = p.in.Role })
			set("team", func() { in.Team = p.in.Team })
			set("cleared", func() { in.Cleared = p.in.Cleared })
			set("disabled", func() { in.Disabled = disable })
			if in.Password, err = s.password(p.password); err != nil {
				return err
			}
			out, err := d.PutPerson(ctx, q.Handle, in)
			return s.told(out, err, "%s changed", out.Handle)
		}
		return plumbline.Errorf(plumbline.NotFound, "Nobody with the handle %q can sign in.", args[0])
	}))
	return s.reading(c)
}

// password is what a file holds, or the first line of standard input.
func (s *shell) password(file string) (string, error) {
	if file != "-" {
		return s.secret("password", file, "")
	}
	line, err := bufio.NewReader(io.LimitReader(s.in, maxSecret)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", &plumbline.Error{Kind: plumbline.Invalid, Text: "Standard input cannot be read.", Err: err}
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// tokenCommand makes, lists and ends API tokens.
func (s *shell) tokenCommand() *cobra.Command {
	var scopes []string
	var days int
	create := &cobra.Command{Use: "create NAME", Short: "Make an API token; the secret is printed this once", Args: exactly(1)}
	create.Flags().StringSliceVar(&scopes, "scope", []string{"read", "write"}, "read, write or admin")
	create.Flags().IntVar(&days, "days", 90, "how long it is good for")
	create.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		if err := d.somebody(ctx); err != nil {
			return err
		}
		t, err := d.MakeToken(ctx, args[0], scopes, days)
		return s.told(t, err, "%s", t.Secret)
	}))
	list := &cobra.Command{Use: "list", Short: "List one's API tokens", Args: exactly(0)}
	list.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		tokens, err := d.Tokens(ctx)
		if err != nil {
			return err
		}
		return s.show(map[string]any{"tokens": tokens}, func(w io.Writer) {
			out := [][]string{{"ID", "NAME", "SCOPES", "EXPIRES", "LAST USED"}}
			for _, t := range tokens {
				out = append(out, []string{t.ID, t.Name, strings.Join(t.Scopes, ","), day(t.Expires), day(t.Used)})
			}
			table(w, out...)
		})
	}))
	revoke := &cobra.Command{Use: "revoke ID", Short: "End an API token", Args: exactly(1),
		RunE: run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
			err := d.RevokeToken(ctx, args[0])
			if err == nil {
				s.say("%s revoked", args[0])
			}
			return err
		}))}
	return group("token", "API tokens", s.reading(create), s.reading(list), revoke)
}

// somebody wants the actor to be a person: a token belongs to one.
func (d *desk) somebody(ctx context.Context) error {
	me, err := d.Me(ctx)
	if err == nil && me.Person == "" {
		err = plumbline.Errorf(plumbline.NotFound, "A token belongs to somebody who can sign in, and there is nobody yet: \"plumbline user add HANDLE --role admin\" makes the first.")
	}
	if err != nil {
		return fmt.Errorf("token: %w", err)
	}
	return nil
}
