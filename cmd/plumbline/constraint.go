package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
	"plumbline/internal/limit"
)

// limitCommands are constraints in the store, and exceptions from them.
func (s *shell) limitCommands() []*cobra.Command {
	return []*cobra.Command{
		group("constraint", "Constraints: write them, tie work to them", s.constraintPutCommand(), s.constraintExportCommand(), s.tieCommand(), s.untieCommand()),
		group("exception", "Exceptions from constraints", s.exceptionListCommand(), s.exceptionAskCommand(), s.exceptionApproveCommand(), s.exceptionEndCommand()),
	}
}

func (s *shell) constraintPutCommand() *cobra.Command {
	var file string
	c := &cobra.Command{Use: "put --file FILE", Short: "Make or change the constraints of a file, and take in its evidence", Args: exactly(0),
		Long: "Reads the form that \"plumbline limit FILE\" judges. Constraints that are the same stay as they are, and so does evidence that is known: doing it again changes nothing. Exceptions and policies of the file are not taken in."}
	c.Flags().StringVarP(&file, "file", "f", "", "the `FILE`, YAML or JSON")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		if file == "" {
			return plumbline.Errorf(plumbline.Invalid, "Name the file: plumbline constraint put --file FILE.")
		}
		src, err := readJudged(file)
		if err != nil {
			return err
		}
		f, err := limit.Parse(file, src, time.LoadLocation)
		if err != nil {
			return err
		}
		for _, one := range f.Cases {
			if err := s.putCase(ctx, d, file, one); err != nil {
				return err
			}
		}
		return nil
	}))
	return c
}

// putCase writes a constraint of a file, and its evidence.
func (s *shell) putCase(ctx context.Context, d *desk, file string, one limit.Case) error {
	k := one.Constraint
	before, err := d.Constraint(ctx, k.ID)
	isNew := plumbline.KindOf(err) == plumbline.NotFound
	if err != nil && !isNew {
		return err
	}
	after, err := d.PutConstraint(ctx, k)
	if err != nil {
		return err
	}
	what := "changed"
	switch {
	case isNew:
		what = "new"
	case before.Version == after.Version:
		what = "the same"
	}
	told := client.Told{View: after}
	if list := one.Evidence.Observations(); len(list) > 0 {
		for i := range list {
			if list[i].External == "" {
				list[i].External = list[i].ID
			}
			if list[i].Source == "" {
				list[i].Source = "file " + file
			}
		}
		if told, err = d.GiveEvidence(ctx, k.ID, list); err != nil {
			return err
		}
	}
	s.say("%s: %s; evidence: %d new, %d changed, %d the same; %s", k.ID, what, told.New, told.Changed, told.Same, statusOf(told.View.Standing))
	return nil
}

func statusOf(st *client.Standing) string {
	if st == nil {
		return "not judged"
	}
	return strings.ReplaceAll(string(st.Status), "_", " ")
}

func (s *shell) constraintExportCommand() *cobra.Command {
	c := &cobra.Command{Use: "export", Short: "Write all constraints in the form that \"constraint put\" reads", Args: exactly(0)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		all, err := allConstraints(ctx, d, client.ConstraintQuery{})
		if err != nil {
			return err
		}
		plain := make([]plumbline.Constraint, len(all))
		for i, c := range all {
			if c.Withheld {
				return plumbline.Errorf(plumbline.Denied, "The amount of %s is not for you, so it cannot be written down.", c.ID)
			}
			plain[i] = c.Constraint
		}
		_, err = s.out.Write(limit.Text(plain))
		return err
	}))
	return c
}

// allConstraints are all pages of a list.
func allConstraints(ctx context.Context, d *desk, q client.ConstraintQuery) ([]client.Constraint, error) {
	all := []client.Constraint{}
	for {
		page, err := d.Constraints(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Constraints...)
		if q.Cursor = page.Next; q.Cursor == "" {
			return all, nil
		}
	}
}

func (s *shell) tieCommand() *cobra.Command {
	c := &cobra.Command{Use: "tie ID KEY", Short: "Say that an item mends a constraint", Args: exactly(2), Long: "While the constraint forces work, the item is forced."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		err := d.TieItem(ctx, plumbline.ConstraintID(args[0]), plumbline.Key(args[1]))
		if err == nil {
			s.say("%s mends %s", args[1], args[0])
		}
		return err
	}))
	return c
}

func (s *shell) untieCommand() *cobra.Command {
	c := &cobra.Command{Use: "untie ID KEY", Short: "Say that an item does not mend a constraint", Args: exactly(2)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		err := d.UntieItem(ctx, plumbline.ConstraintID(args[0]), plumbline.Key(args[1]))
		if err == nil {
			s.say("%s does not mend %s", args[1], args[0])
		}
		return err
	}))
	return c
}

func (s *shell) exceptionListCommand() *cobra.Command {
	c := &cobra.Command{Use: "list [CONSTRAINT]", Short: "List exceptions", Args: atMost(1), Long: "Lists the exceptions that have not ended, or all from one constraint."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		var of plumbline.ConstraintID
		if len(args) > 0 {
			of = plumbline.ConstraintID(args[0])
		}
		all, err := d.Exceptions(ctx, of)
		if err != nil {
			return err
		}
		return s.show(all, func(w io.Writer) {
			rows := [][]string{{"ID", "CONSTRAINT", "ABOUT", "STATE", "UNTIL", "APPROVED", "ASKED BY", "REASON"}}
			for _, e := range all {
				about := strings.TrimSpace(e.Subject + " " + e.Policy)
				rows = append(rows, []string{e.ID, string(e.Constraint), about, e.State, day(e.Until), fmt.Sprintf("%d of %d", len(e.Approved), e.Needs), e.AskedBy, e.Reason})
			}
			table(w, rows...)
		})
	}))
	return s.reading(c)
}

func (s *shell) exceptionAskCommand() *cobra.Command {
	var in client.ExceptionInput
	var until string
	c := &cobra.Command{Use: "ask CONSTRAINT --reason TEXT --until DAY", Short: "Ask for an exception from a constraint", Args: exactly(1),
		Long: "Asks for an exception. It holds once enough others have approved it, for at most 90 days, and ends by itself."}
	fl := c.Flags()
	fl.StringVar(&in.Reason, "reason", "", "why, `TEXT`")
	fl.StringVar(&until, "until", "", "the `DAY` on which it ends, 2026-12-24")
	fl.StringVar(&in.Policy, "policy", "", "only from this `POLICY`")
	fl.StringVar(&in.Subject, "subject", "", "only for this control or `FINDING`")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		end, err := time.Parse(time.DateOnly, until)
		if err != nil {
			return plumbline.FieldError("until", "Write the day on which it ends as 2026-12-24.")
		}
		in.Until = plumbline.At(end)
		e, err := d.AskException(ctx, plumbline.ConstraintID(args[0]), in)
		return s.told(e, err, "asked for %s until %s; %d have to approve it", e.ID, day(e.Until), e.Needs)
	}))
	return s.reading(c)
}

func (s *shell) exceptionApproveCommand() *cobra.Command {
	c := &cobra.Command{Use: "approve ID", Short: "Approve an exception that somebody else asked for", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		e, err := d.ApproveException(ctx, args[0])
		return s.told(e, err, "%s is %s: %d of %d approved it", e.ID, e.State, len(e.Approved), e.Needs)
	}))
	return s.reading(c)
}

func (s *shell) exceptionEndCommand() *cobra.Command {
	c := &cobra.Command{Use: "end ID", Short: "Refuse an exception, or take it back", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		e, err := d.EndException(ctx, args[0])
		return s.told(e, err, "%s is %s", e.ID, e.State)
	}))
	return s.reading(c)
}
