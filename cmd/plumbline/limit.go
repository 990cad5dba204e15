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

func (s *shell) limitCommand() *cobra.Command {
	var q client.ConstraintQuery
	c := &cobra.Command{Use: "limit [FILE]", Short: "Say how constraints stand, and what follows", Args: cobra.MaximumNArgs(1),
		Long: "Without a FILE, lists how the constraints of the store stand.\n\nWith one, judges the constraints of a YAML or JSON file from their evidence: status, headroom, pace, when they are likely to break, what is due, and what follows under the policies. \"now\" in the file says when to look; without it, it is now. \"plumbline help limits\" has the form of the file.\n\nWith --policies, prints the policies that hold when the file has none of its own."}
	policies := c.Flags().Bool("policies", false, "print the policies that come with the program")
	constraintFlags(c.Flags(), &q)
	c.AddCommand(s.limitShowCommand(), s.limitGatesCommand(), s.limitPolicyCommand())
	c.RunE = run(func(ctx context.Context, args []string) error {
		switch {
		case *policies:
			_, err := s.out.Write(limit.DefaultsText())
			return err
		case len(args) == 0:
			return s.withDesk(s.listLimits(&q))(ctx, args)
		}
		src, err := readJudged(args[0])
		if err != nil {
			return err
		}
		f, err := limit.Parse(args[0], src, time.LoadLocation)
		if err != nil {
			return err
		}
		at := f.Now
		if at.IsZero() {
			at = s.now()
		}
		r := f.Judge(at)
		return s.show(r, func(w io.Writer) { printLimits(w, r) })
	})
	return s.reading(c)
}

func printLimits(w io.Writer, r limit.Result) {
	rows := [][]string{{"CONSTRAINT", "SCOPE", "STATUS", "HEADROOM", "PACE", "LIKELY TO BREAK", "DUE", "FORCED"}}
	for _, c := range r.Constraints {
		forced := ""
		if c.Forced {
			forced = "yes"
		}
		pace := c.Pace.Text()
		rows = append(rows, []string{string(c.Constraint), c.Scope.String(), strings.ReplaceAll(string(c.Status), "_", " "), c.Headroom.Percent(), pace, day(c.Breach), day(c.Due), forced})
	}
	table(w, rows...)
	for _, c := range r.Constraints {
		fmt.Fprintf(w, "\n%s: %s\n", c.Constraint, oneLine(c.Reason))
		for _, n := range c.Notes {
			fmt.Fprintf(w, "  %s\n", oneLine(n))
		}
		for _, e := range c.Effects {
			fmt.Fprintf(w, "  %s (%s, since %s)%s\n", oneLine(e.What), strings.ReplaceAll(e.Force.String(), "_", " "), day(e.Since), endsOf(e.Due, e.Until, e.Waived))
		}
	}
	if len(r.Gates) > 0 {
		fmt.Fprintln(w)
	}
	for _, g := range r.Gates {
		line := fmt.Sprintf("%s, %s: %s", g.Scope, g.Work, strings.ReplaceAll(g.Result, "_", " "))
		if len(g.By) > 0 {
			line += " by " + string(g.By[0].Constraint)
		}
		fmt.Fprintln(w, oneLine(line))
	}
	fmt.Fprintf(w, "\nAt %s, policies %s.\n", minute(r.At), r.Policies)
}

// endsOf says by when a consequence is due, and what ends it.
func endsOf(due, until, waived plumbline.Time) string {
	var parts []string
	if !due.IsZero() {
		parts = append(parts, "due "+day(due))
	}
	if !until.IsZero() {
		parts = append(parts, "until "+day(until))
	}
	if !waived.IsZero() {
		parts = append(parts, "waived until "+day(waived))
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}
