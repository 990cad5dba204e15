package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// reportCommand tells of a month.
func (s *shell) reportCommand() *cobra.Command {
	c := &cobra.Command{Use: "report [MONTH]", Short: "Say what a month was like: limits, cost, what broke, what was decided", Args: cobra.MaximumNArgs(1),
		Long: "Says how limits stood when a MONTH ended, as 2026-10: error budgets, cost against budget, controls, findings by age, support load; what broke and was mended in it, and what was decided. Without one, of the last month that is over."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := d.MonthlyReport(ctx, strings.Join(args, ""))
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printReport(w, v) })
	}))
	return s.reading(c)
}

func printReport(w io.Writer, v client.MonthReport) {
	fmt.Fprintf(w, "%s: %s\n", v.Month, v.Sentence)
	for _, p := range v.Spending {
		fmt.Fprintf(w, "Billed: %s %s (the month before: %s)\n", p.Billed, p.Currency, p.BeforeBilled)
	}
	rows := [][]string{{"LIMIT", "KIND", "SCOPE", "STATUS", "HEADROOM", "AT THE START", "WHY"}}
	for _, k := range v.Kinds {
		for _, l := range k.Lines {
			rows = append(rows, []string{string(l.Constraint), string(l.Kind), l.Scope.String(), strings.ReplaceAll(string(l.Status), "_", " "), rounded(l.Headroom), rounded(l.Before), oneLine(l.Reason)})
		}
	}
	table(w, rows...)
	for _, a := range v.Ages {
		fmt.Fprintf(w, "open findings of %s: %d up to 30 days old, %d up to 90, %d up to 180, %d older; %d overdue\n", a.Constraint, a.Counts[0], a.Counts[1], a.Counts[2], a.Counts[3], a.Overdue)
	}
	for _, c := range v.Broke {
		fmt.Fprintf(w, "broke: %s on %s %s\n", c.Constraint, day(c.At), oneLine(c.Reason))
	}
	for _, c := range v.Mended {
		fmt.Fprintf(w, "mended: %s on %s\n", c.Constraint, day(c.At))
	}
	for _, e := range v.Exceptions {
		fmt.Fprintf(w, "exception: %s until %s: %s\n", e.Constraint, day(e.Until), oneLine(e.Reason))
	}
	for _, d := range v.Decisions {
		fmt.Fprintf(w, "decided: %s %s on %s: %s\n", d.Key, d.Outcome, day(d.At), oneLine(d.Sentence))
	}
}

// rounded is a share with four digits behind the point.
func rounded(d plumbline.Decimal) string {
	if x := d.Rat(); x != nil {
		return x.FloatString(4)
	}
	return ""
}
