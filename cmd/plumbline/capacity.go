package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// capacityCommand shows what teams can do, and says who is there.
func (s *shell) capacityCommand() *cobra.Command {
	var q client.CapacityQuery
	c := &cobra.Command{Use: "capacity [TEAM]", Short: "Show what teams can do by period, and say who is there", Args: cobra.MaximumNArgs(1),
		Long: "Shows the person-weeks of teams by period: people × weeks × focus, less what comes by itself and what limits keep. With a TEAM, each part with its source, and where the team's work went against what it planned. A CSV file comes in by plumbline import capacity FILE."}
	f := c.Flags()
	f.StringVar(&q.By, "by", "", "periods are a week, a month or a quarter, as `UNIT`")
	f.StringVar(&q.From, "from", "", "the first `PERIOD`, as 2027Q1; the one before this one when not said")
	f.IntVar(&q.Periods, "periods", 0, "so many periods; four when not said")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		var team plumbline.TeamRef
		if len(args) > 0 {
			team = plumbline.TeamRef(args[0])
		}
		v, err := d.Capacity(ctx, team, q)
		return s.shown(v, err, func(w io.Writer) { printCapacity(w, v, team != "") })
	}))
	c.AddCommand(s.capacitySetCommand(), s.capacityDropCommand(), s.capacityMixCommand(), s.capacityRulesCommand())
	return s.reading(c)
}

func (s *shell) capacitySetCommand() *cobra.Command {
	var in client.StaffingInput
	var weeks float64
	c := &cobra.Command{Use: "set TEAM PERIOD", Short: "Say who is there in a team for a period", Args: exactly(2)}
	f := c.Flags()
	f.Float64Var(&in.People, "people", 0, "so many `PEOPLE`, in whole positions")
	f.Float64Var(&weeks, "weeks", 0, "so many `WEEKS` that each works; the whole period when not said")
	f.Float64Var(&in.Focus, "focus", 0, "share of their time for work on items, 0 to 1, as `SHARE`")
	f.StringVar(&in.Source, "source", "", "where it comes from, in `WORDS`")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("weeks") {
			in.Weeks = &weeks
		}
		return run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
			v, err := d.PutCapacity(ctx, plumbline.TeamRef(args[0]), args[1], in)
			return s.shown(v, err, func(w io.Writer) {
				fmt.Fprintf(w, "%s, %s: %g people × %.3g weeks × %g focus are %.1f person-weeks.\n", v.Team, v.Period, v.People, v.Weeks, v.Focus, v.PersonWeeks())
			})
		}))(cmd, args)
	}
	return s.reading(c)
}

func (s *shell) capacityDropCommand() *cobra.Command {
	c := &cobra.Command{Use: "drop TEAM PERIOD", Short: "Take back what was said of a team and a period", Args: exactly(2)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		return d.DropCapacity(ctx, plumbline.TeamRef(args[0]), args[1])
	}))
	return c
}

func (s *shell) capacityMixCommand() *cobra.Command {
	c := &cobra.Command{Use: "mix TEAM [SHARE=PERCENT]...", Short: "Say how a team means to divide its work", Args: cobra.MinimumNArgs(1),
		Long: "Says how a team means to divide its work, for example: plumbline capacity mix ci features=60 upkeep=25 \"tech debt=10\" support=5. Without shares, the team goes back to the mix of the rules."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		mix := map[plumbline.WorkShare]float64{}
		for _, arg := range args[1:] {
			share, part, _ := strings.Cut(arg, "=")
			p, err := strconv.ParseFloat(strings.TrimSuffix(part, "%"), 64)
			if err != nil || !slices.Contains(plumbline.WorkShares[:], plumbline.WorkShare(share)) {
				return plumbline.Errorf(plumbline.Invalid, "Write shares as features=60; there are features, upkeep, tech debt and support, and %q is none of that.", arg)
			}
			mix[plumbline.WorkShare(share)] = p / 100
		}
		return d.PutCapacityMix(ctx, plumbline.TeamRef(args[0]), mix)
	}))
	return c
}

func (s *shell) capacityRulesCommand() *cobra.Command {
	c := &cobra.Command{Use: "rules [FILE]", Short: "Show the rules of capacity, or put others in force", Args: cobra.MaximumNArgs(1),
		Long: "Shows the rules of capacity: how much is kept free, the planned mix, and when leaving it is told. With a FILE, puts its rules in force; its version must be a new one."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		if len(args) == 0 {
			v, err := d.CapacityRules(ctx)
			return s.shown(v, err, func(w io.Writer) { fmt.Fprint(w, v.Text) })
		}
		text, err := readArgument(args[0])
		if err != nil {
			return err
		}
		v, err := d.PutCapacityRules(ctx, text)
		return s.shown(v, err, func(w io.Writer) { fmt.Fprintf(w, "The rules %s are in force.\n", v.Version) })
	}))
	return s.reading(c)
}

func printCapacity(w io.Writer, v client.Capacity, whole bool) {
	rows := [][]string{{"TEAM", "PERIOD", "LEFT", "OF", "TAKEN OFF", "HOW KNOWN"}}
	for _, t := range v.Teams {
		for _, n := range t.Nets {
			row := []string{string(t.Team), n.Period.String(), "unknown", "", "", n.Source}
			if n.Basis != "" {
				row = []string{string(t.Team), n.Period.String(), weeksText(n.Net), weeksText(n.Gross), takesText(n), n.Basis}
			}
			if n.Left > 0 {
				row[5] += ", " + weeksText(n.Left) + " weeks left"
			}
			rows = append(rows, row)
		}
	}
	table(w, rows...)
	for _, t := range v.Teams {
		for _, d := range t.Drifts {
			fmt.Fprintf(w, "%s: %s\n", t.Team, d.Why)
		}
		if whole {
			printLedger(w, t)
		}
	}
	if len(v.Others) > 0 && !whole {
		fmt.Fprintf(w, "Nothing is known of %d other teams.\n", len(v.Others))
	}
}

func takesText(n client.NetCapacity) string {
	var out []string
	for _, t := range n.Takes {
		out = append(out, t.What+" "+weeksText(t.Weeks))
	}
	return strings.Join(out, ", ")
}

func weeksText(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// printLedger prints why each part is taken off, and where the work of a team went.
func printLedger(w io.Writer, t client.TeamCapacity) {
	for _, n := range t.Nets {
		for _, take := range n.Takes {
			fmt.Fprintf(w, "%s, %s %s: %s\n", n.Period, take.What, weeksText(take.Weeks), take.Why)
		}
	}
	rows := [][]string{{"PERIOD", "WORK", "PLANNED", "REAL", "PERSON-WEEKS", "BY ITSELF", "ITEMS"}}
	for _, l := range t.Ledger {
		for _, p := range l.Parts {
			rows = append(rows, []string{l.Period.String(), string(p.Share), fmt.Sprintf("%.0f %%", 100*p.PlannedShare), fmt.Sprintf("%.0f %%", 100*p.SpentShare), weeksText(p.Spent), weeksText(p.Itself), strconv.FormatInt(p.Items, 10)})
		}
	}
	table(w, rows...)
}
