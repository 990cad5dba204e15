package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"plumbline/client"
	"plumbline/internal/forecast"
)

func (s *shell) forecastCommand() *cobra.Command {
	var q client.FlowQuery
	var record bool
	c := &cobra.Command{Use: "forecast [FILE]", Short: "Say when work will be done, and how much of it by when", Args: cobra.MaximumNArgs(1),
		Long: `Says when what remains will be done and how many items will be done in 4, 8 and 13
weeks, each with how often such forecasts came true on this history. Without a FILE
it is about what is known here: all work, or that of a process, a team or a product;
with --item about items and all that blocks them; with --record it is how the
forecasts that were kept did when reality came in. A FILE in YAML or JSON stands for itself:

  throughput: [3, 0, 2, null]      # finished in each unit, the oldest first; null: nobody counted
  unit: week                       # or day, month
  remaining: [12, 18]              # items: a number, or an interval of 90 %
  split: [1, 1.5]                  # what remains becomes 1 to 1.5 times as many; else it stays
  start: 2026-11-23                # the day on which the next unit begins; else no dates
  events: [2026-08-26, 2026-12-16] # when the team's calendar begins again: releases, quarters
  by: 2027-02-01                   # the chance of being done by then
  spans: [4, 8, 13]                # how many in so many units
  seed: 1                          # the same seed gives the same bytes
  cycle: [3, 8.5, 21]              # days that finished items took
  open: [{id: A, age: 12}]         # items being worked on, with their age in days
  within: 30                       # days in which items should be finished; else the 85th percentile
  teams:                           # instead of throughput: when are all of them done?
    - {id: T0, throughput: [2, 3, 1, 2, 4, 2, 3, 2], remaining: 10}

All keys but throughput, cycle or teams may be left out. A forecast needs 8 counts.
With --json the same, with each method's score in a back-test.`}
	c.Flags().StringVar(&q.Process, "process", "", "only of this `PROCESS`")
	c.Flags().StringVar(&q.Team, "team", "", "only of this `TEAM`")
	c.Flags().StringVar(&q.Product, "product", "", "only of this `PRODUCT`")
	c.Flags().StringVar(&q.Remaining, "remaining", "", "so many `ITEMS`, 12 or 12-18; all that is open when not said")
	c.Flags().StringVar(&q.By, "by", "", "the chance by this `DAY`")
	c.Flags().StringSliceVar(&q.Items, "item", nil, "when is `KEY` done, with all that blocks it; several: all of them")
	c.Flags().Int64Var(&q.Seed, "seed", 0, "the same `SEED` gives the same answer")
	c.Flags().BoolVar(&record, "record", false, "how the forecasts that were kept did, of all or of --team")
	c.RunE = run(func(ctx context.Context, args []string) error {
		if len(args) == 0 && record {
			return s.forecastRecord(ctx, q.Team)
		}
		if len(args) == 0 {
			return s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
				a, err := d.Forecast(ctx, q)
				if err != nil {
					return err
				}
				return s.show(a, func(w io.Writer) { printAhead(w, a, q.By) })
			})(ctx, args)
		}
		src, err := readJudged(args[0])
		if err != nil {
			return err
		}
		f, err := forecast.Parse(args[0], src)
		if err != nil {
			return err
		}
		a := f.Answer()
		return s.show(a, func(w io.Writer) { printAnswer(w, a, f) })
	})
	return s.reading(c)
}

// forecastRecord shows how kept forecasts did.
func (s *shell) forecastRecord(ctx context.Context, team string) error {
	return s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.ForecastRecord(ctx, team)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printRecord(w, v) })
	})(ctx, nil)
}

func printRecord(w io.Writer, v client.ForecastRecords) {
	fmt.Fprintln(w, oneLine(v.Sentence))
	for _, k := range v.Kinds {
		fmt.Fprintf(w, "%s: %s\n", oneLine(k.Name), oneLine(k.Text))
	}
	rows := [][]string{{"TOLD ON", "OF", "WITH 85 %", "CAME", ""}}
	for _, n := range v.Newest {
		held := map[bool]string{true: "held", false: "missed"}[n.Held]
		if n.Void != "" {
			held = "void"
		}
		rows = append(rows, []string{n.At.Std().Format(time.DateOnly), oneLine(cmp.Or(string(n.Key), n.Name, string(n.Team))), n.Text, cmp.Or(n.Actual, n.Void), held})
	}
	if len(rows) > 1 {
		table(w, rows...)
	}
}

// printAhead writes the forecast of a place, or of items together.
func printAhead(w io.Writer, a client.Ahead, by string) {
	fmt.Fprintf(w, "%s: %s items.\n%s\n", oneLine(a.Name), a.Remaining, oneLine(a.Sentence))
	when := [][]string{{"CHANCE", "BY", "CAME TRUE"}}
	if a.Forecast != nil {
		for _, x := range a.When {
			when = append(when, whenCells(x))
		}
		if a.By != nil {
			fmt.Fprintf(w, "By %s: %s.\n", by, a.By.Words)
		}
	}
	if a.Together != nil {
		for _, x := range a.Together.When {
			when = append(when, whenCells(x))
		}
	}
	if len(when) > 1 {
		table(w, when...)
	}
	for _, t := range a.Teams {
		fmt.Fprintf(w, "%s, %d items: %s\n", oneLine(t.Name), len(t.Keys), oneLine(t.Sentence))
	}
	if a.Forecast != nil {
		rows := [][]string{{"FINISHED BY", "50 %", "70 %", "85 %", "95 %", "CAME TRUE AT 85 %"}}
		for _, n := range a.HowMany {
			row := []string{n.Until}
			for _, l := range n.AtLeast {
				row = append(row, "at least "+strconv.Itoa(l.Items))
			}
			rows = append(rows, append(row, cameTrue(&n.AtLeast[2].Hit)))
		}
		table(w, rows...)
		printNotes(w, a.Notes)
	}
}

func whenCells(x client.ForecastWhen) []string {
	date := x.Date
	if x.Beyond {
		date = "beyond horizon"
	}
	return []string{fmt.Sprintf("%.0f %%", x.P*100), date, cameTrue(x.Hit)}
}

func cameTrue(h *client.HitRate) string {
	if h == nil || h.Of < 8 {
		return "not tested"
	}
	return fmt.Sprintf("%d of %d", h.Hits, h.Of)
}

func printAnswer(w io.Writer, a forecast.Answer, f *forecast.File) {
	by := ""
	if f.By > 0 {
		by = fmt.Sprintf("within %d %ss", f.By, f.Unit)
	}
	if a.Forecast != nil {
		printForecast(w, *a.Forecast, by)
	}
	for _, t := range a.Teams {
		fmt.Fprintf(w, "%s\n", oneLine(t.ID))
		printForecast(w, t.Forecast, by)
		fmt.Fprintln(w)
	}
	if a.Together != nil && (len(a.Together.When) > 0 || len(a.Together.Notes) > 0) {
		fmt.Fprintln(w, "All teams together")
		printWhen(w, a.Together.When, f.Unit)
		printChance(w, a.Together.By, by)
		printNotes(w, a.Together.Notes)
	}
	if a.Cycle != nil {
		printCycle(w, *a.Cycle, a.Ageing)
	}
}

func printForecast(w io.Writer, f forecast.Forecast, by string) {
	if f.Method != "" {
		fmt.Fprintf(w, "Done, by %s over %d %ss:\n", f.Method, f.Observed, f.Unit)
	}
	printWhen(w, f.When, f.Unit)
	printChance(w, f.By, by)
	if len(f.HowMany) > 0 {
		rows := [][]string{{"FINISHED IN", "50 %", "70 %", "85 %", "95 %", "85 % RANGE", "CAME TRUE AT 85 %", "METHOD"}}
		for _, n := range f.HowMany {
			row := []string{fmt.Sprintf("%d %ss", n.Units, f.Unit)}
			for _, l := range n.AtLeast {
				row = append(row, "at least "+strconv.Itoa(l.Items))
			}
			rows = append(rows, append(row, fmt.Sprintf("%d to %d", n.Between[0], n.Between[1]), n.AtLeast[2].Hit.String(), n.Method))
		}
		table(w, rows...)
	}
	printNotes(w, f.Notes)
}

func printWhen(w io.Writer, when []forecast.When, unit forecast.Unit) {
	if len(when) == 0 {
		return
	}
	rows := [][]string{{"CHANCE", "WITHIN", "BY", "CAME TRUE"}}
	for _, d := range when {
		within, hit := fmt.Sprintf("%d %ss", d.Units, unit), ""
		if d.Beyond {
			within = "beyond horizon"
		}
		if d.Hit != nil {
			hit = d.Hit.String()
		}
		rows = append(rows, []string{fmt.Sprintf("%.0f %%", d.P*100), within, d.Date, hit})
	}
	table(w, rows...)
}

func printChance(w io.Writer, c *forecast.Chance, by string) {
	if c != nil {
		fmt.Fprintf(w, "%s: %s\n", by, c)
	}
}

func printNotes(w io.Writer, notes []string) {
	for _, n := range notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
}

func printCycle(w io.Writer, c forecast.CycleTime, ageing []forecast.Ageing) {
	if c.Days != nil {
		fmt.Fprintf(w, "Items took, of %d finished:\n", c.Finished)
		rows := [][]string{{"50 %", "at most " + forecast.Days(c.Days.P50)}, {"85 %", "at most " + forecast.Days(c.Days.P85)}, {"95 %", "at most " + forecast.Days(c.Days.P95)}}
		if c.Median != nil && c.Open > 0 {
			rows = append(rows, []string{fmt.Sprintf("half, %d open ones included", c.Open), "at most " + forecast.Days(*c.Median)})
		}
		table(w, rows...)
	}
	if len(ageing) > 0 {
		rows := [][]string{{"OPEN", "AGE", "FINISHED IN TIME"}}
		for _, a := range ageing {
			rows = append(rows, []string{a.ID, forecast.Days(a.Age), a.Words})
		}
		table(w, rows...)
	}
	printNotes(w, c.Notes)
}
