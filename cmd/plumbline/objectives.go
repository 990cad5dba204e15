package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// objectivesCommand shows service level objectives.
func (s *shell) objectivesCommand() *cobra.Command {
	var cursor string
	c := &cobra.Command{Use: "objectives", Short: "Show service level objectives", Args: exactly(0),
		Long: "Lists the objectives that are known, with how they stand. They come from files (plumbline import openslo, plumbline import sloth) and from the recording rules of Sloth in a Prometheus that the configuration names."}
	c.Flags().StringVar(&cursor, "cursor", "", "the next page, as the page before says")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		page, err := d.Objectives(ctx, cursor)
		if err != nil {
			return err
		}
		return s.show(page, func(w io.Writer) { printObjectives(w, page) })
	}))
	show := &cobra.Command{Use: "show ID", Short: "Show one objective: its budget, its burn rates, and its queries", Args: exactly(1)}
	show.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		o, err := d.Objective(ctx, args[0])
		if err != nil {
			return err
		}
		return s.show(o, func(w io.Writer) { printObjective(w, o) })
	}))
	tie := &cobra.Command{Use: "tie ID [PRODUCT]", Short: "Say which product or process an objective bears on; none unties it", Args: cobra.RangeArgs(1, 2)}
	tie.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		to := ""
		if len(args) > 1 {
			to = args[1]
		}
		return d.TieObjective(ctx, args[0], plumbline.ProductRef(to))
	}))
	sources := &cobra.Command{Use: "sources", Short: "Show where figures are read, and how that goes", Args: exactly(0)}
	sources.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		all, err := d.FigureSources(ctx)
		if err != nil {
			return err
		}
		return s.show(map[string]any{"sources": all}, func(w io.Writer) { printSources(w, all) })
	}))
	c.AddCommand(s.reading(show), tie, s.reading(sources))
	return s.reading(c)
}

func printObjectives(w io.Writer, page client.ObjectivePage) {
	if len(page.Objectives) == 0 {
		fmt.Fprintln(w, "There are no objectives.")
		return
	}
	rows := [][]string{{"OBJECTIVE", "TARGET", "WINDOW", "STANDS", "BEARS ON", "MEASURED UNTIL"}}
	for _, o := range page.Objectives {
		stands := strings.ReplaceAll(string(o.Status), "_", " ")
		if o.Problem != "" {
			stands = "not measured: " + oneLine(o.Problem)
		}
		rows = append(rows, []string{oneLine(o.ID), string(o.Target), windowOf(o.Window), stands, string(o.Product), moment(o.Until)})
	}
	table(w, rows...)
	if page.Next != "" {
		fmt.Fprintf(w, "More: --cursor %s\n", page.Next)
	}
}

func windowOf(v plumbline.Window) string {
	if v.Calendar != "" {
		return v.Calendar
	}
	return strconv.Itoa(v.Days) + " d"
}

func moment(t plumbline.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Std().Format("2006-01-02 15:04 UTC")
}

func printObjective(w io.Writer, o client.ObjectiveDetail) {
	fmt.Fprintf(w, "%s: %s\n", oneLine(o.ID), oneLine(o.Title))
	for _, line := range []string{o.Reason, o.Problem, strings.Join(o.Follows, " ")} {
		if line != "" {
			fmt.Fprintln(w, oneLine(line))
		}
	}
	rows := [][]string{{"WINDOW", "RATE", "FIRES OVER", ""}}
	for _, a := range o.Alarms {
		fires := ""
		if a.Firing {
			fires = "fires"
		}
		rows = append(rows, []string{a.Long.Window.String() + " / " + a.Short.Window.String(), rateOf(a.Long) + " / " + rateOf(a.Short), strconv.FormatFloat(a.Factor, 'g', 4, 64), fires})
	}
	if len(rows) > 1 {
		table(w, rows...)
	}
	fmt.Fprintf(w, "Target %s over %s, measured until %s\n", o.Target, windowOf(o.Window), moment(o.Until))
	for _, q := range o.Queries {
		fmt.Fprintf(w, "%s: %s\n", q.What, oneLine(q.Query))
	}
}

func rateOf(r client.BurnRate) string {
	if !r.Known {
		return "unknown"
	}
	return strconv.FormatFloat(r.Times, 'f', 2, 64)
}

func printSources(w io.Writer, all []plumbline.SourceState) {
	if len(all) == 0 {
		fmt.Fprintln(w, "No source of figures is configured: plumbline help config.")
		return
	}
	rows := [][]string{{"SOURCE", "ADDRESS", "VERSION", "ANSWERED", "PROBLEM"}}
	for _, f := range all {
		rows = append(rows, []string{string(f.ID), f.URL, f.Version, moment(f.Answered), oneLine(f.Problem)})
	}
	table(w, rows...)
}
