package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
	"plumbline/internal/rank"
)

func (s *shell) rankCommand() *cobra.Command {
	var q client.RankQuery
	var states, tried []string
	c := &cobra.Command{Use: "rank [FILE]", Short: "Say what comes first, and why", Args: atMost(1),
		Long: "Without a file, ranks what is open in the store. With one, ranks the items of a YAML or JSON file: forced work first, by the rules of a policy, then by score, with the chance of every place. \"plumbline help ranking\" has the form of the file."}
	rankFlags(c.Flags(), &q, &states, &tried)
	c.RunE = run(func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			for _, st := range states {
				q.Filter.States = append(q.Filter.States, plumbline.State(st))
			}
			return s.rankStored(ctx, q, tried)
		}
		t, _, err := s.rankFile(args[0], "")
		if err != nil {
			return err
		}
		r := t.Result()
		return s.show(r, func(w io.Writer) { printRank(w, r) })
	})
	return s.reading(c)
}

// rankFile ranks the items of a file, under the policy that it names unless one is
// given.
func (s *shell) rankFile(name, policy string) (*rank.Table, *rank.File, error) {
	src, err := readJudged(name)
	if err != nil {
		return nil, nil, err
	}
	f, err := rank.ParseFile(name, src, rank.Found{Policy: editionOrFile, Zone: time.LoadLocation, Now: s.now()})
	if err != nil {
		return nil, nil, err
	}
	if policy != "" {
		if f.Policy, err = editionOrFile(policy); err != nil {
			return nil, nil, err
		}
	}
	t, err := f.Policy.Rank(f.Subjects, f.Options)
	return t, f, err
}

func printRank(w io.Writer, r rank.Result) {
	rows := [][]string{{"", "ITEM", "GROUP", "SCORE", "90 %", "PLACE", "FIRST " + strconv.Itoa(r.Top), "WHY"}}
	for _, i := range r.Items {
		row := []string{strconv.Itoa(i.Position), i.ID, i.Group, "", "", "", "", i.Why}
		if sc := i.Score; sc != nil {
			row[3], row[4] = short(sc.Median), short(sc.P05)+" to "+short(sc.P95)
		}
		if i.Rank != nil {
			row[5] = fmt.Sprintf("%.0f to %.0f", i.Rank.P05, i.Rank.P95)
			row[6] = fmt.Sprintf("%.0f %%", 100*i.PTop)
		}
		if len(i.Missing) > 0 && i.Rank == nil {
			row[7] = fmt.Sprintf("Nobody has said: %s.", strings.Trim(fmt.Sprint(i.Missing), "[]"))
		}
		rows = append(rows, row)
	}
	table(w, rows...)
	fmt.Fprintf(w, "Policy %s, model %s, seed %d.\n", r.Policy, r.Model, r.Seed)
	for _, i := range r.Items {
		for _, p := range i.Problems {
			fmt.Fprintf(w, "%s: %s\n", oneLine(i.ID), oneLine(p))
		}
	}
	if len(r.ValidateNext) > 0 {
		fmt.Fprintln(w, "\nTo find out next:")
	}
	for _, n := range r.ValidateNext[:min(len(r.ValidateNext), 5)] {
		fmt.Fprintf(w, "  %s\n", oneLine(n.Sentence))
	}
}

// short writes a score with three digits that count.
func short(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }
