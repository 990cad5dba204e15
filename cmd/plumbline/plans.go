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

// planStored shows the plan of a scenario of the store.
func (s *shell) planStored(ctx context.Context, scenario string, again bool) error {
	return s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		show := d.PlanOf
		if again {
			show = d.planNow
		}
		v, err := show(ctx, scenario)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printStoredPlan(w, v) })
	})(ctx, nil)
}

// planNow plans a scenario. Who interrupts it gets the best plan found until then,
// which is kept with its bound.
func (d *desk) planNow(ctx context.Context, scenario string) (client.PlanOf, error) {
	lasting := context.WithoutCancel(ctx)
	end := context.AfterFunc(ctx, func() { _ = d.StopPlan(lasting, scenario) }) // else it ends with its time
	defer end()
	return d.MakePlan(lasting, scenario)
}

// plansCommand is the scenarios of the store, and what is decided about their plans.
func (s *shell) plansCommand() *cobra.Command {
	c := &cobra.Command{Use: "plans", Short: "Scenarios side by side, pins, commitments, and what an escalation displaces", Args: exactly(0),
		Long: "Lists the scenarios of the store with their newest plans. \"plumbline plan\" shows one of them."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.ComparePlans(ctx)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printScenarioList(w, v) })
	}))
	c.AddCommand(s.planMakeCommand(), s.planPinCommand(), s.planCommitCommand(), s.reading(s.planDisplaceCommand()), s.planEscalateCommand())
	return s.reading(c)
}

func (s *shell) planMakeCommand() *cobra.Command {
	var first string
	var periods int
	var confidence float64
	c := &cobra.Command{Use: "make NAME", Short: "Make a scenario and plan it", Args: exactly(1)}
	c.Flags().StringVar(&first, "first", "", "the first `PERIOD`: 2027Q1, 2027-01 or 2027-W05; this quarter when not said")
	c.Flags().IntVar(&periods, "periods", 4, "how many periods")
	c.Flags().Float64Var(&confidence, "confidence", 0.85, "the chance with which a team's period fits")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in := client.ScenarioInput{Name: &args[0], Periods: &periods, Confidence: &confidence}
		if first != "" {
			p, err := plumbline.ParseCalendarPeriod(first)
			if err != nil {
				return err
			}
			in.First = &p
		}
		made, err := d.MakeScenario(ctx, in)
		if err != nil {
			return err
		}
		v, err := d.planNow(ctx, made.ID)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printStoredPlan(w, v) })
	}))
	return c
}

func (s *shell) planPinCommand() *cobra.Command {
	var scenario, by string
	var in client.PinInput
	c := &cobra.Command{Use: "pin KEY in|out|free", Short: "Force an item into a scenario's plans, or out of them, or set it free", Args: exactly(2)}
	c.Flags().StringVar(&scenario, "scenario", "", "the `ID` of the scenario; the committed one, else the newest, when not said")
	c.Flags().StringVar(&by, "by", "", "of in: the last `PERIOD` allowed")
	c.Flags().StringVar(&in.Reason, "reason", "", "why; needed but to set free")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in.Key, in.Way = plumbline.Key(args[0]), args[1]
		if by != "" {
			p, err := plumbline.ParseCalendarPeriod(by)
			if err != nil {
				return err
			}
			in.By = p
		}
		err := d.PinItem(ctx, scenario, in)
		return s.told(in, err, "%s is pinned %s; plan the scenario again to see what that does", in.Key, in.Way)
	}))
	return c
}

func (s *shell) planCommitCommand() *cobra.Command {
	var in client.CommitInput
	c := &cobra.Command{Use: "commit [SCENARIO]", Short: "Take the newest plan of a scenario as what we will do", Args: atMost(1)}
	c.Flags().StringVar(&in.Reason, "reason", "", "why; it is kept with the decision")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		out, err := d.CommitPlan(ctx, strings.Join(args, ""), in)
		return s.told(out, err, "committed to the plan of %s", out.ScenarioName)
	}))
	return c
}

func displaceFlags(c *cobra.Command, in *client.AskedFor, keep *[]string) {
	c.Flags().StringVar(&in.Scenario, "scenario", "", "the `ID` of the scenario; the committed one, else the newest, when not said")
	c.Flags().StringVar(&in.Way, "way", "in", "in, or out for what is done without it")
	c.Flags().StringArrayVar(keep, "keep", nil, "an item that must not drop out, by its `KEY`; may be repeated")
}

func keysIn(texts []string) (out []plumbline.Key) {
	for _, t := range texts {
		out = append(out, plumbline.Key(t))
	}
	return out
}

func (s *shell) planDisplaceCommand() *cobra.Command {
	var in client.AskedFor
	var keep []string
	c := &cobra.Command{Use: "displace KEY", Short: "Say what drops out when an item goes in, and whose promise breaks", Args: exactly(1)}
	displaceFlags(c, &in, &keep)
	c.Flags().StringVar(&in.Effort, "effort", "", "of an item that nobody estimated: `WEEKS` of one person, as 4 or 2-6")
	c.Flags().StringVar((*string)(&in.Team), "team", "", "of an item that no team is said to do: its `REF`")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in.Item, in.Keep = plumbline.Key(args[0]), keysIn(keep)
		v, err := d.Displace(ctx, in)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printDisplacement(w, v) })
	}))
	return c
}

func (s *shell) planEscalateCommand() *cobra.Command {
	var in client.EscalateInput
	var keep []string
	c := &cobra.Command{Use: "escalate KEY", Short: "Write down what was picked when an item was escalated", Args: exactly(1)}
	displaceFlags(c, &in.AskedFor, &keep)
	c.Flags().StringVar(&in.By, "by", "", "the last `PERIOD` allowed, as displace says")
	c.Flags().StringVar(&in.Mark, "mark", "", "the `MARK` of what displace showed; refused when it is not the same any more")
	c.Flags().BoolVar(&in.Stay, "stay", false, "the plan stays as it is")
	c.Flags().StringVar(&in.Asked, "asked", "", "who escalates, by `NAME`")
	c.Flags().StringVar(&in.Reason, "reason", "", "why; it is kept with the decision")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in.Item, in.Keep = plumbline.Key(args[0]), keysIn(keep)
		out, err := d.Escalate(ctx, in)
		return s.told(out, err, "written down: %d items drop out, %d come later", len(out.Drops), len(out.Later))
	}))
	return c
}

func printScenarioList(w io.Writer, v client.PlansCompared) {
	if len(v.Columns) == 0 {
		fmt.Fprintln(w, "There are no scenarios. Make one: plumbline plans make NAME")
		return
	}
	rows := [][]string{{"SCENARIO", "NAME", "PERIODS", "FITS WITH", "OF THE BEST", "ITEMS", "LEFT OUT", "NOT HELD", ""}}
	for _, c := range v.Columns {
		note := ""
		switch {
		case c.Committed:
			note = "committed"
		case !c.Planned:
			note = "not planned"
		case c.Behind:
			note = "changed since"
		}
		rows = append(rows, []string{c.ID, oneLine(c.Name), c.First.String() + " +" + strconv.Itoa(c.Periods-1), fmt.Sprintf("%.0f %%", 100*c.Confidence),
			fmt.Sprintf("%.0f %%", 100*c.Part), strconv.Itoa(c.Many), strconv.Itoa(c.Left), strconv.Itoa(c.Broken), note})
	}
	table(w, rows...)
}

func printStoredPlan(w io.Writer, v client.PlanOf) {
	fmt.Fprintf(w, "%s (%s)\n", oneLine(v.Scenario.Name), v.Scenario.ID)
	p := v.Plan
	if p == nil {
		fmt.Fprintln(w, "It was not planned yet: plumbline plan --again")
		return
	}
	fmt.Fprintln(w, p.Sentence)
	if p.Stopped {
		fmt.Fprintf(w, "Stopped early: this is the best plan found until then, at most %.1f %% below the best there can be.\n", 100*p.Gap)
	}
	for _, b := range p.Broken {
		fmt.Fprintf(w, "NOT HELD  %s %s\n", b.Key, oneLine(b.Why))
	}
	rows := [][]string{{"TEAM", "PERIOD", "CAPACITY", "PLANNED", "KEPT FREE", "FITS", "ITEMS"}}
	for _, t := range p.Teams {
		for _, c := range t.Cells {
			var keys []string
			for _, k := range c.Picks {
				keys = append(keys, nameOfItem(k.Key))
			}
			rows = append(rows, []string{oneLine(t.Name), c.Period, planFigure(c.Capacity), planFigure(c.Planned), planFigure(c.Kept), fmt.Sprintf("%.0f %%", 100*c.Fits), strings.Join(keys, " ")})
		}
	}
	table(w, rows...)
	if len(p.Left) > 0 {
		fmt.Fprintln(w)
		rows = [][]string{{"LEFT OUT", "TITLE", "WHY"}}
		for _, l := range p.Left {
			rows = append(rows, []string{nameOfItem(l.Key), oneLine(l.Title), oneLine(l.Why)})
		}
		table(w, rows...)
	}
	if p.UnreadyAll > 0 {
		fmt.Fprintf(w, "\n%d items cannot be planned yet.\n", p.UnreadyAll)
	}
}

// nameOfItem is the key of an item, or what stands for one that one may not see.
func nameOfItem(key plumbline.Key) string {
	if key == "" {
		return "(not shown)"
	}
	return string(key)
}

func printDisplacement(w io.Writer, v client.Displacement) {
	fmt.Fprintf(w, "%s  %s\n", v.Item.Key, oneLine(v.Item.Title))
	if v.Lacks != "" {
		fmt.Fprintf(w, "%s Try it with --effort and --team.\n", v.Lacks)
		return
	}
	fmt.Fprintln(w, v.Delay)
	if len(v.Options) == 0 {
		fmt.Fprintln(w, "It has no place in the first periods, whatever drops out.")
	}
	for _, o := range v.Options {
		fmt.Fprintf(w, "\n%s  (--by %s --mark %s)\n", o.Sentence, o.By, o.Mark)
		for _, part := range []struct {
			head string
			list []client.PlanChange
		}{{"drops out", o.Drops}, {"comes later", o.Later}, {"comes in or sooner", o.Sooner}} {
			for _, c := range part.list {
				fmt.Fprintf(w, "  %s: %s %s\n", part.head, nameOfItem(c.Key), oneLine(c.Title))
			}
		}
		for _, b := range o.Broken {
			fmt.Fprintf(w, "  broken: %s\n", oneLine(b))
		}
	}
}
