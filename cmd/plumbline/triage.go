package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

func (s *shell) todayCommand() *cobra.Command {
	c := &cobra.Command{Use: "today", Short: "List what needs you now", Args: exactly(0),
		Long: "Lists what needs you now: decisions, clocks, answers owed, new and escalated items, promised dates; for engineers what is assigned to them and what their team has to triage."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.Today(ctx, 0)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printToday(w, v) })
	}))
	return s.reading(c)
}

func printToday(w io.Writer, v client.Today) {
	if v.Turn != nil {
		fmt.Fprintf(w, "on triage this week: %s\n", v.Turn.Name)
	}
	for _, p := range v.Parts {
		fmt.Fprintf(w, "%s: %d\n", p.Name, p.Total)
		for _, l := range p.Lines {
			why := l.Why
			if l.Clock != nil {
				why = l.Clock.Sentence
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\n", l.Key, l.Title, why)
		}
	}
}

func (s *shell) askBackCommand() *cobra.Command {
	c := &cobra.Command{Use: "ask KEY QUESTION", Short: "Ask the requester of an item in the inbox something", Args: exactly(2),
		Long: "Asks the requester something. The item waits outside the inbox, and the clock of its first answer stands still, until somebody answers."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		it, err := d.AskBack(ctx, plumbline.Key(args[0]), args[1])
		return s.told(it, err, "%s waits for an answer", it.Key)
	}))
	return s.reading(c)
}

func (s *shell) snoozeCommand() *cobra.Command {
	var until string
	var in client.SnoozeInput
	c := &cobra.Command{Use: "snooze KEY", Short: "Put an item of the inbox off", Args: exactly(1), Long: "Puts an item of the inbox off. It comes back by itself: on a day, when somebody comments, or whichever is first."}
	c.Flags().StringVar(&until, "until", "", "the `DAY` on which it comes back, as 2026-12-24")
	c.Flags().BoolVar(&in.OnComment, "on-comment", false, "it comes back when somebody comments")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		if until != "" {
			day, err := time.Parse(time.DateOnly, until)
			if err != nil {
				return plumbline.FieldError("until", "Write the day as 2026-12-24, not %q.", until)
			}
			in.Until = plumbline.At(day)
		}
		it, err := d.Snooze(ctx, plumbline.Key(args[0]), in)
		return s.told(it, err, "%s is put off", it.Key)
	}))
	return s.reading(c)
}

func (s *shell) undoCommand() *cobra.Command {
	c := &cobra.Command{Use: "undo KEY", Short: "Take the last verdict on an item back", Args: exactly(1),
		Long: "Takes the last verdict of the inbox on an item back. It is refused when the item changed since, or when what was written to the tracker cannot be taken back."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		it, err := d.Undo(ctx, plumbline.Key(args[0]))
		return s.told(it, err, "%s is what it was", it.Key)
	}))
	return s.reading(c)
}
