package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store"
)

// finding is one thing that the doctor looked at.
type finding struct {
	What string `json:"what"`
	Good bool   `json:"good"`
	Says string `json:"says"`
}

func (s *shell) doctorCommand() *cobra.Command {
	c := &cobra.Command{Use: "doctor", Short: "Look for what is wrong with an installation", Args: exactly(0),
		Long: "Looks at the configuration, the secrets, the processes, the database and what is stored of the trackers. It changes nothing and sends nothing; \"plumbline sync --dry-run\" asks the trackers."}
	c.RunE = run(func(ctx context.Context, _ []string) error {
		found := s.examine(ctx)
		bad := 0
		for _, f := range found {
			if !f.Good {
				bad++
			}
		}
		err := s.show(map[string]any{"findings": found}, func(w io.Writer) {
			rows := make([][]string, len(found))
			for i, f := range found {
				mark := "good"
				if !f.Good {
					mark = "BAD"
				}
				rows[i] = []string{mark, f.What, f.Says}
			}
			table(w, rows...)
		})
		if err == nil && bad > 0 {
			err = plumbline.Errorf(plumbline.Invalid, "%d of %d checks failed.", bad, len(found))
		}
		return err
	})
	return s.reading(c)
}

// examine makes the checks, each as far as the one before allows.
func (s *shell) examine(ctx context.Context) []finding {
	var found []finding
	note := func(what, good string, err error) bool {
		f := finding{What: what, Good: err == nil, Says: good}
		if err != nil {
			f.Says = plumbline.TextOf(err)
			if plumbline.KindOf(err) == plumbline.Internal {
				f.Says = err.Error()
			}
		}
		found = append(found, f)
		return err == nil
	}
	c, err := s.settings()
	if !note("configuration", "read", err) {
		return found
	}
	links, err := s.wire(c.Links)
	note("trackers", fmt.Sprintf("%d configured, their secrets are there", len(links.states)), err)
	figures, err := s.gauges(c.Sources)
	note("sources of figures", fmt.Sprintf("%d configured, their secrets are there", len(figures.states)), err)
	told, err := s.alarms(c.Alarms)
	note("sources of alarms", fmt.Sprintf("%d configured, their secrets are there", len(told.states)), err)
	book, err := s.book(c.Processes)
	if !note("processes", "read", err) {
		return found
	}
	where, err := s.existing()
	if !note("database", "is there", err) {
		return found
	}
	if !isPostgres(where) {
		note("rights", "only the owner reads the database", private(where))
	}
	db, err := store.Open(ctx, where)
	if !note("tables", "up to date", err) {
		return found
	}
	defer db.Close()
	a := app.New(db, book, s.now, app.Config{BaseURL: c.BaseURL, PrivateHooks: c.Webhooks.AllowPrivate})
	note("answers", "the database answers", a.Ready(ctx))
	needed, err := a.NeedsSetup(ctx)
	if err == nil && needed {
		err = plumbline.Errorf(plumbline.NotFound, "Nobody can sign in yet: start the server and follow the link it prints, or use \"plumbline user add\".")
	}
	note("people", "somebody can sign in", err)
	states, err := a.LinkStates(ctx)
	note("stored trackers", fmt.Sprintf("%d stored", len(states)), err)
	for _, l := range states {
		var sick error
		if l.Paused != "" {
			sick = plumbline.Errorf(plumbline.Unavailable, "It is paused: %s", l.Paused)
		} else if l.Health == "degraded" {
			sick = plumbline.Errorf(plumbline.Unavailable, "%s", l.Detail)
		}
		note("tracker "+string(l.ID), fmt.Sprintf("%s, last read %s", l.Health, minute(l.Polled)), sick)
	}
	return found
}

// private wants that nobody else on the machine reads the database.
func private(path string) error {
	for _, p := range []string{path, filepath.Dir(path)} {
		st, err := os.Stat(p)
		if err != nil {
			return &plumbline.Error{Kind: plumbline.Unavailable, Text: p + " cannot be looked at.", Err: err}
		}
		if !st.IsDir() && st.Mode().Perm()&0o077 != 0 {
			return plumbline.Errorf(plumbline.Invalid, "Others on this machine may read %s; take the right away: chmod 600 %s", p, p)
		}
	}
	return nil
}
