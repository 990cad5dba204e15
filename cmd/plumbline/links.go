package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
	"plumbline/internal/app"
	"plumbline/internal/worker"
)

// answerWait is how long a server's worker is waited for.
const answerWait = 10 * time.Minute

// syncCommand makes one pass over the trackers.
func (s *shell) syncCommand() *cobra.Command {
	var dry bool
	c := &cobra.Command{Use: "sync [LINK]", Short: "Make one pass over the trackers", Args: atMost(1),
		Long: "Reads what changed in a tracker, or in all of them, takes it in, and carries out what is to be written. With --dry-run it prints the plan and sends no request that writes. " +
			"On the store itself the trackers are those of the configuration; through a server its worker does it."}
	c.Flags().BoolVar(&dry, "dry-run", false, "print the plan; change nothing")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		id := plumbline.LinkID("")
		if len(args) > 0 {
			id = plumbline.LinkID(args[0])
		}
		if d.app != nil {
			return s.syncHere(ctx, d, id, dry)
		}
		what := "sync"
		if dry {
			what = "plan"
		}
		return s.syncThere(ctx, d, id, what)
	}))
	return c
}

// syncHere makes the pass in this process.
func (s *shell) syncHere(ctx context.Context, d *desk, id plumbline.LinkID, dry bool) error {
	c, err := s.settings()
	if err != nil {
		return err
	}
	w, err := s.wire(c.Links)
	if err != nil {
		return err
	}
	if len(w.states) == 0 {
		return plumbline.Errorf(plumbline.Invalid, "No tracker is configured: give the server's configuration with --config, or the server with --server.")
	}
	if err := introduce(ctx, d.app, w.states); err != nil {
		return err
	}
	one := worker.New(d.app, worker.Options{Adapters: w.adapters, Log: s.quiet(), Holder: holder("sync")})
	return one.Sync(ctx, id, dry, func(line string) { s.say("%s", oneLine(line)) })
}

// introduce makes trackers known that were not yet, and leaves the others as
// they are: what a server is configured for is not for one pass to change.
func introduce(ctx context.Context, a *app.App, configured []plumbline.LinkState) error {
	stored, err := a.LinkStates(ctx)
	if err != nil {
		return err
	}
	all, fresh := slices.Clone(stored), false
	for _, l := range configured {
		if !slices.ContainsFunc(stored, func(o plumbline.LinkState) bool { return o.ID == l.ID }) {
			all, fresh = append(all, l), true
		}
	}
	if !fresh {
		return nil
	}
	return a.ConfigureLinks(ctx, all)
}

// syncThere asks the server's worker and waits for the answer.
func (s *shell) syncThere(ctx context.Context, d *desk, id plumbline.LinkID, what string) error {
	links, err := d.Links(ctx)
	if err != nil {
		return err
	}
	found := false
	for _, l := range links {
		if id != "" && l.ID != id {
			continue
		}
		found = true
		lines, err := s.ask(ctx, d, l.ID, what)
		if err != nil {
			return err
		}
		for _, line := range lines {
			s.say("%s", oneLine(line))
		}
	}
	if !found && id != "" {
		return plumbline.Errorf(plumbline.NotFound, "There is no tracker called %q.", id)
	}
	return nil
}

// ask puts a question to the server's worker and waits for a newer answer than
// the one that is there.
func (s *shell) ask(ctx context.Context, d *desk, id plumbline.LinkID, what string) ([]string, error) {
	before, err := d.Link(ctx, id)
	if err != nil {
		return nil, err
	}
	last := plumbline.Time(0)
	if before.Answer != nil {
		last = before.Answer.Answered
	}
	if err := d.AskLink(ctx, id, what); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, &plumbline.Error{Kind: plumbline.Unavailable, Text: "The server's worker has not answered. Does it run, with this tracker configured?", Err: ctx.Err()}
		case <-tick.C:
		}
		now, err := d.Link(ctx, id)
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
		if now.Answer != nil && now.Answer.Answered > last && now.Answer.What == what {
			return now.Answer.Lines, nil
		}
	}
}

// linkCommand shows and steers the trackers.
func (s *shell) linkCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List the trackers and how they are", Args: exactly(0)}
	list.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		links, err := d.Links(ctx)
		if err != nil {
			return err
		}
		return s.show(map[string]any{"links": links}, func(w io.Writer) { printLinks(w, links) })
	}))
	var reason string
	pause := s.linkVerb("pause", "Stop reading and writing a tracker", func(ctx context.Context, d *desk, id plumbline.LinkID) (string, error) {
		return "paused", d.PauseLink(ctx, id, reason)
	})
	pause.Flags().StringVar(&reason, "reason", "paused from the command line", "why")
	test := s.linkVerb("test", "Ask a tracker who we are there", func(ctx context.Context, d *desk, id plumbline.LinkID) (string, error) {
		if d.app != nil {
			return "", plumbline.Errorf(plumbline.Invalid, "A test is made by a server's worker: give --server. On the store itself, \"plumbline sync --dry-run\" reads the tracker.")
		}
		lines, err := s.ask(ctx, d, id, "test")
		for _, l := range lines {
			s.say("%s", oneLine(l))
		}
		return "", err
	})
	return group("link", "Show and steer the trackers", s.reading(list), test, pause,
		s.linkVerb("resume", "Go on with a paused tracker", func(ctx context.Context, d *desk, id plumbline.LinkID) (string, error) {
			return "resumed", d.ResumeLink(ctx, id)
		}),
		s.linkVerb("release", "Let a tracker's backfill be acted on", func(ctx context.Context, d *desk, id plumbline.LinkID) (string, error) {
			return "released: what was planned is picked up, and the tracker is written to", d.ReleaseLink(ctx, id)
		}),
		s.linkVerb("retry", "Try held and failed actions again", func(ctx context.Context, d *desk, id plumbline.LinkID) (string, error) {
			n, err := d.RetryLink(ctx, id)
			return fmt.Sprintf("%d actions wait again", n), err
		}))
}

func (s *shell) linkVerb(name, short string, do func(ctx context.Context, d *desk, id plumbline.LinkID) (string, error)) *cobra.Command {
	return &cobra.Command{Use: name + " LINK", Short: short, Args: exactly(1),
		RunE: run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
			said, err := do(ctx, d, plumbline.LinkID(args[0]))
			if err == nil && said != "" {
				s.say("%s: %s", args[0], said)
			}
			return err
		}))}
}

func printLinks(w io.Writer, links []client.Link) {
	out := [][]string{{"ID", "KIND", "PROJECT", "HEALTH", "ISSUES", "QUEUE", "PLANNED", "LAST READ"}}
	for _, l := range links {
		health := l.Health
		if l.Paused != "" {
			health = "paused: " + l.Paused
		}
		out = append(out, []string{string(l.ID), l.Kind, l.Project, health, fmt.Sprint(l.Mirrors), fmt.Sprint(l.Queue), fmt.Sprint(len(l.Waiting)), minute(l.Polled)})
	}
	table(w, out...)
}
