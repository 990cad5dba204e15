package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// judgingCommands are what people think of items.
func (s *shell) judgingCommands() []*cobra.Command {
	return []*cobra.Command{s.estimateCommand(), s.reachCommand(), s.whyCommand(), s.validateCommand(), s.dutiesCommand(), s.extendCommand(), s.roundCommand(),
		s.pairCommand(), s.compareCommand(), s.resolveCommand(), s.calibrationCommand()}
}

func (s *shell) estimateCommand() *cobra.Command {
	var in client.EstimateInput
	var file string
	c := &cobra.Command{Use: "estimate KEY [FACTOR RANGE]", Short: "Say what you think of a factor, or see what is thought", Args: atMost(3),
		Long: "Says what you think of a factor of an item: 2-5 (between, nine times in ten), ~3 (about), 3 (known), ? (takes back what you said). With the key alone it shows what is thought. " +
			"With --file it reads many from a CSV file with the columns key, factor and range, and grade and source if they are there."}
	fl := c.Flags()
	fl.StringVar((*string)(&in.Grade), "grade", "", "`GRADE`: opinion, anecdote, sampled or measured")
	fl.StringVar(&in.Source, "source", "", "where it comes from, a `LINK` or words")
	fl.StringVar(&file, "file", "", "read many from a CSV `FILE`")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		switch {
		case file != "" && len(args) == 0:
			return s.estimateFile(ctx, d, file)
		case file == "" && len(args) == 1:
			v, err := d.Estimates(ctx, plumbline.Key(args[0]), "")
			if err != nil {
				return err
			}
			return s.show(v, func(w io.Writer) { printEstimates(w, v) })
		case file == "" && len(args) == 3:
			in.Factor, in.Text = plumbline.Factor(args[1]), args[2]
			f, err := d.Estimate(ctx, plumbline.Key(args[0]), in)
			return s.told(f, err, "%s of %s is %s", f.Name, args[0], f.Text)
		}
		return plumbline.Errorf(plumbline.Invalid, "Use it as: %s, or with --file alone.", c.UseLine())
	}))
	return s.reading(c)
}

func printEstimates(w io.Writer, v client.EstimatesView) {
	fmt.Fprintf(w, "%s  %s\n", v.Key, oneLine(v.Title))
	rows := [][]string{{"FACTOR", "POOLED", "UNIT", "YOURS", "PEOPLE", "GRADE", "AGE", ""}}
	for _, f := range v.Factors {
		rows = append(rows, []string{string(f.Factor), f.Text, f.Unit, f.Mine, strconv.Itoa(f.People), string(f.Grade), f.Age, f.Disagree})
	}
	table(w, rows...)
}

// estimateFile gives the estimates of a CSV file.
func (s *shell) estimateFile(ctx context.Context, d *desk, name string) error {
	src, err := readJudged(name)
	if err != nil {
		return err
	}
	cells, err := readCells(src)
	if err != nil {
		return err
	}
	results, err := d.EstimateMany(ctx, cells)
	if err != nil {
		return err
	}
	bad := 0
	for _, r := range results {
		if r.Error != "" {
			bad++
		}
	}
	err = s.show(results, func(w io.Writer) {
		for i, r := range results {
			if r.Error != "" {
				fmt.Fprintf(w, "row %d, %s %s: %s\n", i+2, r.Key, r.Factor, oneLine(r.Error))
			}
		}
		fmt.Fprintf(w, "%d kept, %d not\n", len(results)-bad, bad)
	})
	if err == nil && bad > 0 {
		return plumbline.Errorf(plumbline.Invalid, "%d of %d estimates were not kept.", bad, len(results))
	}
	return err
}

// readCells reads estimates from CSV with a row of heads.
func readCells(src []byte) ([]client.CellInput, error) {
	r := csv.NewReader(bytes.NewReader(src))
	rows, err := r.ReadAll()
	if err != nil {
		return nil, plumbline.Errorf(plumbline.Invalid, "The file is no CSV: %s.", err)
	}
	if len(rows) == 0 {
		return nil, plumbline.Errorf(plumbline.Invalid, "The file is empty. Its first row names the columns: key, factor, range.")
	}
	column := map[string]int{}
	for i, h := range rows[0] {
		column[strings.ToLower(strings.TrimSpace(h))] = i
	}
	for _, name := range []string{"key", "factor", "range"} {
		if _, ok := column[name]; !ok {
			return nil, plumbline.Errorf(plumbline.Invalid, "The file has no column %q. Its first row names the columns: key, factor, range.", name)
		}
	}
	field := func(row []string, name string) string {
		if i, ok := column[name]; ok && i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	var out []client.CellInput
	for _, row := range rows[1:] {
		out = append(out, client.CellInput{Key: plumbline.Key(field(row, "key")), EstimateInput: client.EstimateInput{
			Factor: plumbline.Factor(field(row, "factor")), Text: field(row, "range"), Grade: plumbline.Grade(field(row, "grade")), Source: field(row, "source"),
		}})
	}
	return out, nil
}

func (s *shell) extendCommand() *cobra.Command {
	var in client.ExtensionInput
	var approve bool
	c := &cobra.Command{Use: "extend KEY CLOCK", Short: "Ask for more time on a clock, or approve it", Args: exactly(2),
		Long: "Asks for more time on a clock that takes extensions. It counts once somebody else approves it, with --approve."}
	c.Flags().IntVar(&in.Days, "days", 0, "how many calendar days; when approving, as many as were asked for unless said")
	c.Flags().StringVar(&in.Reason, "reason", "", "what the time is needed for")
	c.Flags().BoolVar(&approve, "approve", false, "approve what somebody else asked for")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in.Clock = args[1]
		if approve {
			if err := d.ApproveExtension(ctx, plumbline.Key(args[0]), in); err != nil {
				return err
			}
			s.say("The extension counts")
			return nil
		}
		if err := d.AskExtension(ctx, plumbline.Key(args[0]), in); err != nil {
			return err
		}
		s.say("The extension waits for somebody else to approve it")
		return nil
	}))
	return c
}

func (s *shell) roundCommand() *cobra.Command {
	return group("round", "Blind rounds: several people estimate without seeing each other", s.roundOpenCommand(), s.roundListCommand(), s.roundShowCommand(), s.roundCloseCommand())
}

func (s *shell) roundOpenCommand() *cobra.Command {
	var in client.RoundInput
	var factors []string
	var until string
	c := &cobra.Command{Use: "open TITLE KEY…", Short: "Open a blind round about items", Args: atLeast(2)}
	c.Flags().StringSliceVar(&factors, "factors", []string{"effort"}, "the `FACTORS` asked for")
	c.Flags().StringSliceVar(&in.People, "people", nil, "`HANDLES` of who is asked; whoever may estimate when not said")
	c.Flags().StringVar(&until, "until", "", "the `DAY` until which answers are wanted, as 2026-12-24")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in.Title = args[0]
		for _, k := range args[1:] {
			in.Items = append(in.Items, plumbline.Key(k))
		}
		for _, f := range factors {
			in.Factors = append(in.Factors, plumbline.Factor(f))
		}
		if until != "" {
			day, err := time.Parse(time.DateOnly, until)
			if err != nil {
				return plumbline.FieldError("until", "Write the day as 2026-12-24, not %q.", until)
			}
			in.Until = plumbline.At(day)
		}
		v, err := d.OpenRound(ctx, in)
		return s.told(v, err, "The round %s is open", v.ID)
	}))
	return s.reading(c)
}

func (s *shell) roundListCommand() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List blind rounds", Args: exactly(0)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		all, err := d.Rounds(ctx)
		if err != nil {
			return err
		}
		return s.show(all, func(w io.Writer) {
			rows := [][]string{{"ROUND", "TITLE", "ITEMS", "STATE"}}
			for _, r := range all {
				rows = append(rows, []string{r.ID, r.Title, strconv.Itoa(len(r.Items)), r.Sentence})
			}
			table(w, rows...)
		})
	}))
	return s.reading(c)
}

func (s *shell) roundShowCommand() *cobra.Command {
	c := &cobra.Command{Use: "show ROUND", Short: "Show a blind round; last is the newest", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := d.Round(ctx, args[0])
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printRound(w, v) })
	}))
	return s.reading(c)
}

func (s *shell) roundCloseCommand() *cobra.Command {
	c := &cobra.Command{Use: "close ROUND", Short: "Close a blind round: its answers are shown, and count", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := d.CloseRound(ctx, args[0])
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printRound(w, v) })
	}))
	return s.reading(c)
}

func printRound(w io.Writer, v client.RoundView) {
	fmt.Fprintf(w, "%s: %s\n", oneLine(v.Title), v.Sentence)
	for _, a := range v.Answers {
		fmt.Fprintf(w, "  %s: %d of %d\n", oneLine(a.Person), a.Given, a.Of)
	}
	rows := [][]string{{"ITEM", "FACTOR", "POOLED", "YOURS", ""}}
	for _, r := range v.Rows {
		for _, f := range r.Cells {
			rows = append(rows, []string{string(r.Key), string(f.Factor), f.Text, f.Mine, f.Disagree})
		}
	}
	if len(rows) > 1 {
		table(w, rows...)
	}
}

func (s *shell) pairCommand() *cobra.Command {
	var top int
	var few bool
	var f plumbline.Filter
	var states []string
	c := &cobra.Command{Use: "pair", Short: "Show the pair of items to compare next", Args: exactly(0)}
	filterFlags(c.Flags(), &f, &states)
	c.Flags().IntVar(&top, "top", 10, "how many items will be above the cut")
	c.Flags().BoolVar(&few, "set", false, "show up to five, for \"compare KEY… --best KEY --worst KEY\"")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.NextPair(ctx, f, top)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) {
			cards := v.Set
			if !few {
				cards = []client.ItemCard{v.A, v.B}
			}
			for _, c := range cards {
				fmt.Fprintf(w, "%s  %s\n", c.Key, oneLine(c.Title))
			}
			if !few {
				fmt.Fprintln(w, v.Why)
			}
			for _, j := range v.Judges {
				fmt.Fprintf(w, "  %s, %d pairs: %s\n", oneLine(j.Name), j.Pairs, j.Consistency)
			}
		})
	}))
	return s.reading(c)
}

func (s *shell) compareCommand() *cobra.Command {
	var best, worst string
	c := &cobra.Command{Use: "compare KEY KEY [WINNER]", Short: "Say which of two items is worth more", Args: atLeast(2),
		Long: "Says which of two items is worth more; without a winner they are as good as each other. With --best and --worst, the keys are a set of which these two are."}
	c.Flags().StringVar(&best, "best", "", "the `KEY` that is worth most of the set")
	c.Flags().StringVar(&worst, "worst", "", "the `KEY` that is worth least of the set")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in := client.CompareInput{Best: plumbline.Key(best), Worst: plumbline.Key(worst)}
		switch {
		case best != "" || worst != "":
			for _, k := range args {
				in.Set = append(in.Set, plumbline.Key(k))
			}
		case len(args) <= 3:
			in.A, in.B = plumbline.Key(args[0]), plumbline.Key(args[1])
			in.Winner = plumbline.Key(strings.Join(slices.Clone(args[2:]), ""))
		default:
			return plumbline.Errorf(plumbline.Invalid, "Use it as: %s.", c.UseLine())
		}
		if err := d.Compare(ctx, in); err != nil {
			return err
		}
		s.say("Kept")
		return nil
	}))
	return c
}

func (s *shell) resolveCommand() *cobra.Command {
	var in client.RealityInput
	c := &cobra.Command{Use: "resolve KEY FACTOR VALUE", Short: "Say what a factor turned out to be", Args: exactly(3),
		Long: "Says what a factor turned out to be. The intervals that people gave before are scored by it; see \"calibration\"."}
	c.Flags().StringVar(&in.Source, "source", "", "where the number comes from, a `LINK` or words")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		x, err := strconv.ParseFloat(args[2], 64)
		if err != nil {
			return plumbline.FieldError("value", "Write the value as a number, not %q.", args[2])
		}
		in.Factor, in.Value = plumbline.Factor(args[1]), x
		if err := d.Resolve(ctx, plumbline.Key(args[0]), in); err != nil {
			return err
		}
		s.say("%s of %s was %s", args[1], args[0], args[2])
		return nil
	}))
	return c
}

func (s *shell) calibrationCommand() *cobra.Command {
	c := &cobra.Command{Use: "calibration", Short: "Show how well intervals held", Args: exactly(0)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.Calibration(ctx)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) {
			fmt.Fprintln(w, v.Sentence)
			for _, g := range v.Groups {
				fmt.Fprintf(w, "  %s %s: %s\n", g.Kind, oneLine(g.Name), g.Sentence)
			}
		})
	}))
	return s.reading(c)
}
