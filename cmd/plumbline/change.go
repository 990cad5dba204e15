package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

func (s *shell) moveCommand() *cobra.Command {
	var in client.MoveInput
	var assignee, priority, team string
	var fields []string
	c := &cobra.Command{Use: "move KEY STATE", Short: "Move an item to a state", Args: exactly(2),
		Long: "Moves an item to a state, or says every reason why not. The state is written in full, \"workflow-infra::Ready\", or by its name alone when only one lane has it."}
	fl := c.Flags()
	fl.StringVar(&in.Note, "note", "", "why; internal")
	fl.StringVar((*string)(&in.Message), "message", "", "what the requester is told; public")
	despite(c, &in.Despite)
	fl.StringVar(&assignee, "assignee", "", "`HANDLE` to assign on the way")
	fl.StringVar(&priority, "priority", "", "priority to set on the way: P1 to P4")
	fl.StringVar(&team, "team", "", "`TEAM` to give it to on the way")
	fl.Int64Var(&in.Version, "version", 0, "refuse when the item is not this `VERSION` any more")
	fieldFlag(fl, &fields)
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		var err error
		if in.Fields, err = fieldMap(fields); err != nil {
			return err
		}
		if fl.Changed("assignee") {
			in.Assignee = &assignee
		}
		if fl.Changed("priority") {
			in.Priority = &priority
		}
		if fl.Changed("team") {
			in.Team = (*plumbline.TeamRef)(&team)
		}
		key := plumbline.Key(args[0])
		if in.To, err = findState(ctx, d, key, args[1]); err != nil {
			return err
		}
		it, err := d.Move(ctx, key, in)
		return s.told(it, err, "%s moved to %s", it.Key, it.State)
	}))
	return s.reading(c)
}

// findState is the state that a person means: written in full, or the only one
// of the item's process with that name.
func findState(ctx context.Context, d *desk, key plumbline.Key, text string) (plumbline.State, error) {
	v, err := d.Item(ctx, key)
	if err != nil {
		return "", err
	}
	return matchState(v.Process, text)
}

func matchState(p client.Process, text string) (plumbline.State, error) {
	var all, named []string
	for _, lane := range p.Lanes {
		for _, st := range lane.States {
			all = append(all, string(st.State))
			if strings.EqualFold(string(st.State), text) {
				return st.State, nil
			}
			if strings.EqualFold(st.Name, text) || strings.EqualFold(st.State.Name(), text) {
				named = append(named, string(st.State))
			}
		}
	}
	named = slices.Compact(named)
	switch len(named) {
	case 1:
		return plumbline.State(named[0]), nil
	case 0:
		return "", plumbline.FieldError("to", "The process %s has no state %q; it has %s.", p.ID, text, strings.Join(all, ", "))
	}
	return "", plumbline.FieldError("to", "Several states are called %q; say which: %s.", text, strings.Join(named, ", "))
}

func (s *shell) attachCommand() *cobra.Command {
	var in client.EvidenceInput
	var observed string
	c := &cobra.Command{Use: "attach KEY TEXT", Short: "Attach evidence to an item", Args: exactly(2), Long: "Attaches evidence to an item. TEXT - reads it from standard input."}
	fl := c.Flags()
	fl.StringVar((*string)(&in.Grade), "grade", "", "how good it is: opinion, anecdote, sampled or measured")
	fl.StringVar(&in.Source, "source", "", "where it comes from: a link, or words")
	fl.StringVar(&observed, "observed", "", "when it was true: a date or RFC 3339 `TIME`; now when not said")
	fl.BoolVar(&in.Internal, "internal", false, "only contributors and up may read it")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		var err error
		if in.Text, err = s.text(args[1]); err != nil {
			return err
		}
		if in.Observed, err = parseTime("observed", observed); err != nil {
			return err
		}
		e, err := d.Attach(ctx, plumbline.Key(args[0]), in)
		return s.told(e, err, "evidence attached to %s: %s", args[0], e.Grade)
	}))
	return s.reading(c)
}

func (s *shell) demandCommand() *cobra.Command {
	var in client.DemandInput
	var closing string
	var probability float64
	c := &cobra.Command{Use: "demand KEY", Short: "Record that a team or an account wants an item", Args: exactly(1)}
	fl := c.Flags()
	fl.StringVar((*string)(&in.Team), "team", "", "the `TEAM` of ours that wants it")
	fl.StringVar((*string)(&in.Account), "account", "", "the `ACCOUNT` that wants it")
	fl.StringVar(&in.Strength, "strength", "", "blocker, retention or fast follow")
	fl.IntVar(&in.Points, "points", 0, "priority from 1 (quality of life) to 10 (blocker)")
	fl.Int64Var(&in.Users, "users", 0, "people affected")
	fl.StringVar(&in.Worth, "worth", "", "size of the opportunity in whole units")
	fl.StringVar(&in.Currency, "currency", "", "of --worth: three letters")
	fl.Int64Var(&in.Seats, "seats", 0, "seats at stake")
	fl.StringVar(&in.Stage, "stage", "", "of the opportunity")
	fl.Float64Var(&probability, "probability", 0, "of winning, 0 to 1")
	fl.StringVar(&closing, "close", "", "when the deal closes: a date or RFC 3339 `TIME`")
	fl.StringVar(&in.Note, "note", "", "what else is known")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		var err error
		if in.Close, err = parseTime("close", closing); err != nil {
			return err
		}
		if fl.Changed("probability") {
			in.Probability = &probability
		}
		v, err := d.Demand(ctx, plumbline.Key(args[0]), in)
		return s.told(v, err, "%s wants %s", v.Who, args[0])
	}))
	return s.reading(c)
}

func (s *shell) commentCommand() *cobra.Command {
	var in client.CommentInput
	c := &cobra.Command{Use: "comment KEY TEXT", Short: "Comment on an item", Args: exactly(2), Long: "Comments on an item, in Markdown. TEXT - reads it from standard input."}
	c.Flags().BoolVar(&in.Internal, "internal", false, "only contributors and up may read it; it never leaves")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		var err error
		if in.Body, err = s.text(args[1]); err != nil {
			return err
		}
		v, err := d.Comment(ctx, plumbline.Key(args[0]), in)
		return s.told(v, err, "commented on %s", args[0])
	}))
	return s.reading(c)
}

func (s *shell) decideCommand() *cobra.Command {
	var in client.DecisionInput
	c := &cobra.Command{Use: "decide KEY OUTCOME", Short: "Settle an item: pursue, decline, later or redirect", Args: exactly(2)}
	fl := c.Flags()
	fl.StringVar((*string)(&in.Sentence), "sentence", "", "what the requester will read; public")
	fl.StringVar(&in.Reason, "reason", "", "why; for ourselves")
	fl.StringVar(&in.Reopen, "reopen", "", "what would make us look again; public")
	fl.StringVar(&in.Code, "code", "", "a short reason such as duplicate or out of scope")
	fl.StringVar((*string)(&in.Team), "team", "", "hand it off to this `TEAM` in the same step; of redirect: whose it is")
	fl.StringVar(&in.Place, "place", "", "of redirect: whose it is, when it is no team here")
	fl.StringVar(&in.PlaceURL, "place-url", "", "of redirect: where they take requests")
	fl.Int64Var(&in.Version, "version", 0, "refuse when the item is not this `VERSION` any more")
	despite(c, &in.Despite)
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in.Outcome = plumbline.Outcome(args[1])
		v, err := d.Decide(ctx, plumbline.Key(args[0]), in)
		return s.told(v, err, "%s decided: %s", args[0], v.Outcome)
	}))
	return s.reading(c)
}

func (s *shell) handOffCommand() *cobra.Command {
	var in client.HandOffInput
	c := &cobra.Command{Use: "handoff KEY TEAM", Short: "Hand a pursued item to a team", Args: exactly(2)}
	despite(c, &in.Despite)
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in.Team = plumbline.TeamRef(args[1])
		it, err := d.HandOff(ctx, plumbline.Key(args[0]), in)
		return s.told(it, err, "%s handed off to %s: %s", it.Key, it.Team, it.State)
	}))
	return s.reading(c)
}

// despite is the flag of what may go into a column that is full.
func despite(c *cobra.Command, reason *string) {
	c.Flags().StringVar(reason, "despite", "", "`REASON` why a column that is full takes it all the same; kept in the history")
}

// parseTime reads a date or a time as RFC 3339 writes it; empty is no time.
func parseTime(field, text string) (plumbline.Time, error) {
	if text == "" {
		return 0, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return plumbline.At(t), nil
		}
	}
	return 0, plumbline.FieldError(field, "A time is written as 2026-11-22 or 2026-11-22T13:00:00Z, not %q.", text)
}
