package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumbline"
	"plumbline/client"
)

// rankStored ranks what is open in the store.
func (s *shell) rankStored(ctx context.Context, q client.RankQuery, tried []string) error {
	for _, t := range tried {
		key, rest, _ := strings.Cut(t, ":")
		factor, text, ok := strings.Cut(rest, ":")
		if !ok {
			return plumbline.FieldError("what-if", "Write what is tried out as REQ-1:effort:2-5, not %q.", t)
		}
		q.WhatIf = append(q.WhatIf, client.Tried{Key: plumbline.Key(key), Factor: plumbline.Factor(factor), Text: text})
	}
	return s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.Ranking(ctx, q)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printRanking(w, v) })
	})(ctx, nil)
}

// rankFlags are the flags of the store's ranking.
func rankFlags(fl *pflag.FlagSet, q *client.RankQuery, states, tried *[]string) {
	filterFlags(fl, &q.Filter, states)
	fl.StringVar(&q.Model, "model", "", "score by this `MODEL`; the policy's first when not said")
	fl.IntVar(&q.Top, "top", 0, "how many are wanted")
	fl.StringVar(&q.Filter.Cursor, "cursor", "", "the next page, as the page before says")
	fl.StringArrayVar(tried, "what-if", nil, "try an estimate out, as `KEY:FACTOR:RANGE`; nobody keeps it; may be repeated")
}

func printRanking(w io.Writer, v client.RankingView) {
	fmt.Fprintln(w, v.Sentence)
	if v.WhatIf != nil {
		fmt.Fprintln(w, oneLine(v.WhatIf.Sentence))
	}
	rows := [][]string{{"", "ITEM", "TITLE", "GROUP", "SCORE", "90 %", "PLACE", "FIRST " + strconv.Itoa(v.Top), "WHY"}}
	for _, list := range [][]client.RankedView{v.Forced, v.Rows, v.Unscoreds} {
		for _, i := range list {
			rows = append(rows, rankedRow(i))
		}
	}
	if len(rows) > 1 {
		table(w, rows...)
	}
	if v.Promised != "" {
		fmt.Fprintf(w, "The first %d promise %s; expect %s.\n", v.Top, v.Promised, v.Shrunk)
	}
	fmt.Fprintf(w, "Policy %s, model %s, seed %d.\n", v.Policy, v.Model.ID, v.Seed)
	if v.Next != "" {
		fmt.Fprintf(w, "More: --cursor %s\n", v.Next)
	}
}

func rankedRow(i client.RankedView) []string {
	row := []string{strconv.Itoa(i.Position), string(i.Key), i.Title, i.GroupName, "", "", "", "", i.Why}
	switch {
	case i.Withheld:
		row[4] = plumbline.Withheld
	case i.HasScore:
		row[4], row[5] = short(i.Score), short(i.ScoreLow)+" to "+short(i.ScoreHigh)
	}
	if i.HasScore && !i.Forced {
		row[6], row[7] = fmt.Sprintf("%.0f to %.0f", i.RankLow, i.RankHigh), fmt.Sprintf("%.0f %%", 100*i.PTop)
	}
	return row
}

func (s *shell) whyCommand() *cobra.Command {
	var model string
	c := &cobra.Command{Use: "why KEY", Short: "Say why an item stands where it does", Args: exactly(1),
		Long: "Says in words why an item stands where it does in the order: the rule or the score, every factor with its source and age, the neighbours, and the smallest change that would pass the item above."}
	c.Flags().StringVar(&model, "model", "", "score by this `MODEL`")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := d.Explain(ctx, plumbline.Key(args[0]), model)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) {
			fmt.Fprintf(w, "%s  %s\n", v.Key, oneLine(v.Title))
			for _, text := range v.Sentences {
				fmt.Fprintf(w, "  %s\n", oneLine(text))
			}
			for _, m := range v.Models {
				fmt.Fprintf(w, "  by %s: %s, %s\n", m.Model.Name, m.Position, m.Score)
			}
		})
	}))
	return s.reading(c)
}

func (s *shell) validateCommand() *cobra.Command {
	var model string
	var n int
	c := &cobra.Command{Use: "validate-next", Short: "List what is most worth finding out", Args: exactly(0),
		Long: "Lists the unknowns whose answer would help the decision most, against what it costs to ask, in engineer-weeks."}
	c.Flags().StringVar(&model, "model", "", "score by this `MODEL`")
	c.Flags().IntVar(&n, "n", 10, "how many")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.ValidateNext(ctx, model, n)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) {
			fmt.Fprintln(w, v.Sentence)
			rows := [][]string{{"ITEM", "FACTOR", "NOW", "NET", "STUDY"}}
			for _, r := range v.Rows {
				rows = append(rows, []string{string(r.Key), r.Name, r.Text, short(r.Net), r.Sentence})
			}
			if len(rows) > 1 {
				table(w, rows...)
			}
		})
	}))
	return s.reading(c)
}

func (s *shell) dutiesCommand() *cobra.Command {
	var f plumbline.Filter
	var states []string
	c := &cobra.Command{Use: "duties", Short: "List forced work with its clocks", Args: exactly(0),
		Long: "Lists forced work: what runs, until when, what lets the clock stand still or gives it more time, and what it displaced."}
	filterFlags(c.Flags(), &f, &states)
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		for _, st := range states {
			f.States = append(f.States, plumbline.State(st))
		}
		v, err := d.Duties(ctx, f)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) {
			fmt.Fprintln(w, v.Sentence)
			rows := [][]string{{"ITEM", "TITLE", "FAMILY", "SEVERITY", "CLOCK", "PAUSES", "EXTENDED", "POLICY"}}
			for _, r := range v.Rows {
				rows = append(rows, []string{string(r.Key), r.Title, r.Family, r.Severity, r.Clock.Sentence, r.Pauses, r.Extended, r.Policy})
			}
			if len(rows) > 1 {
				table(w, rows...)
			}
			printUntended(w, v.Untended)
		})
	}))
	return s.reading(c)
}

func (s *shell) policyListCommand() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List the editions of the policy in the store", Args: exactly(0)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		all, err := d.Policies(ctx)
		if err != nil {
			return err
		}
		return s.show(all, func(w io.Writer) {
			rows := [][]string{{"VERSION", "NAME", "", "BY"}}
			for _, p := range all {
				rows = append(rows, []string{p.Version, p.Name, map[bool]string{true: "in force"}[p.Active], p.ByName})
			}
			table(w, rows...)
		})
	}))
	return s.reading(c)
}

func (s *shell) policyShowCommand() *cobra.Command {
	c := &cobra.Command{Use: "show VERSION", Short: "Print an edition of the policy in the store", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		p, err := d.Policy(ctx, args[0])
		if err != nil {
			return err
		}
		return s.show(p, func(w io.Writer) { fmt.Fprint(w, p.Text) })
	}))
	return s.reading(c)
}

func (s *shell) policySaveCommand() *cobra.Command {
	c := &cobra.Command{Use: "save FILE", Short: "Keep an edition of the policy of one's own in the store", Args: exactly(1),
		Long: "Keeps an edition of the policy. It is not in force until \"policy use\", and is never changed: another text takes another version."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		src, err := readJudged(args[0])
		if err != nil {
			return err
		}
		p, err := d.SavePolicy(ctx, string(src))
		return s.told(p, err, "%s is kept", p.Version)
	}))
	return s.reading(c)
}

func (s *shell) policyUseCommand() *cobra.Command {
	c := &cobra.Command{Use: "use VERSION", Short: "Put an edition of the policy in force", Args: exactly(1),
		Long: "Puts an edition of the policy in force from now on. Clocks that run already keep the one that they were born under."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		if err := d.UsePolicy(ctx, args[0]); err != nil {
			return err
		}
		s.say("%s is in force", args[0])
		return nil
	}))
	return c
}

// replayStored ranks what is open in the store, and what was closed within a year,
// under two policies, each a version
// there; to may be a file.
func (s *shell) replayStored(ctx context.Context, from, to string) error {
	return s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		in := client.ReplayInput{From: from, To: to}
		if src, err := readJudged(to); err == nil {
			in.To, in.Src = "", string(src)
		}
		v, err := d.ReplayPolicy(ctx, in)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) {
			fmt.Fprintln(w, v.Sentence)
			rows := [][]string{{"ITEM", "FROM", "TO", "CLOSED", "WHY"}}
			for _, list := range [][]client.MovedView{v.Winners, v.Losers} {
				for _, m := range list {
					closed := ""
					if m.Closed != 0 {
						closed = m.Closed.Std().Format(time.DateOnly)
					}
					rows = append(rows, []string{string(m.Key), strconv.Itoa(m.From), strconv.Itoa(m.To), closed, m.Why})
				}
			}
			if len(rows) > 1 {
				table(w, rows...)
			}
		})
	})(ctx, nil)
}
