package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/internal/plan"
)

// planFlags are what the plan command can be asked beside the plan.
type planFlags struct {
	why, cuts int
	seconds   float64
	more      []string
	frontier  bool
}

// planned is what the plan command answers: the plan, and what was asked beside it.
type planned struct {
	*plan.Plan
	More     *plan.Gain   `json:"more,omitempty"`
	Frontier []plan.Point `json:"frontier,omitempty"`
}

func (s *shell) planCommand() *cobra.Command {
	var f planFlags
	var of string
	var again bool
	c := &cobra.Command{Use: "plan [FILE]", Short: "Say what fits, what does not, and why", Args: atMost(1),
		Long: "Without a file, shows the plan of the store: that of the committed scenario, else of the newest, or of --scenario; with --again it is planned anew first. With one, plans the items of a YAML or JSON file over teams and periods: what is done when, what the room of each team is worth, and what would bring in the items that are left out. \"plumbline help planning\" has the form of the file."}
	c.Flags().IntVar(&f.why, "why", 20, "for the first `N` items left out, plan again with each")
	c.Flags().IntVar(&f.cuts, "cuts", 0, "for the first `N` of these, find the cut of effort that would bring them in")
	c.Flags().Float64Var(&f.seconds, "seconds", 60, "stop after so many `SECONDS` with the best plan found; such a plan is not repeated to the byte")
	c.Flags().StringArrayVar(&f.more, "more", nil, "plan again with more capacity: `TEAM=AMOUNT` in each period, or TEAM=AMOUNT@PERIOD")
	c.Flags().BoolVar(&f.frontier, "frontier", false, "plan again for ten probabilities of fitting, 50 % to 95 %")
	c.Flags().StringVar(&of, "scenario", "", "of the store: the `ID` of the scenario")
	c.Flags().BoolVar(&again, "again", false, "of the store: plan anew first")
	c.RunE = run(func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return s.planStored(ctx, of, again)
		}
		out, err := s.planFile(ctx, args[0], f)
		if err != nil {
			return err
		}
		return s.show(out, func(w io.Writer) { printPlan(w, out) })
	})
	return s.reading(c)
}

func (s *shell) planFile(ctx context.Context, name string, f planFlags) (*planned, error) {
	if f.why < 0 || f.cuts < 0 || !(f.seconds > 0) {
		return nil, plumbline.Errorf(plumbline.Invalid, "--why and --cuts are 0 or more, --seconds is above 0.")
	}
	extra, err := extras(f.more)
	if err != nil {
		return nil, err
	}
	src, err := readJudged(name)
	if err != nil {
		return nil, err
	}
	p, err := plan.Parse(name, src)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(min(f.seconds, 1e6)*float64(time.Second)))
	defer cancel()
	work := plan.Work{Explain: f.why, Cuts: f.cuts, Parallel: atOnce, Done: func() bool { return ctx.Err() != nil }}
	if s.terminal() {
		work.Progress = s.planProgress
	}
	out := &planned{}
	if out.Plan, err = plan.Solve(p, work); err != nil {
		return nil, err
	}
	if len(extra) > 0 {
		if out.More, err = out.Plan.More(extra...); err != nil {
			return nil, err
		}
	}
	if f.frontier {
		out.Frontier, err = out.Plan.Frontier([]float64{0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95})
	}
	return out, err
}

func (s *shell) planProgress(p plan.Progress) {
	fmt.Fprintf(s.err, "%s: worth %s, and no plan more than %s\n", p.Step, planFigure(p.Value), planFigure(p.Bound))
}

// extras reads TEAM=AMOUNT and TEAM=AMOUNT@PERIOD.
func extras(texts []string) (out []plan.Extra, err error) {
	for _, t := range texts {
		team, rest, ok := strings.Cut(t, "=")
		amount, period, _ := strings.Cut(rest, "@")
		x, err := strconv.ParseFloat(amount, 64)
		if !ok || err != nil {
			return nil, plumbline.Errorf(plumbline.Invalid, "--more %s: write it as TEAM=AMOUNT or TEAM=AMOUNT@PERIOD, such as T0=9@2027Q1.", t)
		}
		out = append(out, plan.Extra{Team: team, Period: period, Add: x})
	}
	return out, nil
}

// atOnce runs the parts on all processors.
func atOnce(n int, part func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				part(i)
			}
		})
	}
	wait.Wait()
}

func printPlan(w io.Writer, p *planned) {
	fmt.Fprintf(w, "Worth %s; no plan is worth more than %s (%.2f %%).\n", planFigure(p.Value), planFigure(p.Bound), 100*p.Gap)
	if p.Stopped {
		fmt.Fprintln(w, "Stopped early: this is the best plan that was found so far.")
	}
	for _, v := range p.Violated {
		fmt.Fprintf(w, "NOT HELD  %s: %s\n", oneLine(v.ID+v.Mix), oneLine(v.Why))
	}
	rows := [][]string{{"PERIOD", "ITEM"}}
	seen := map[string]bool{}
	for _, l := range p.Loads {
		if seen[l.Period] {
			continue
		}
		seen[l.Period] = true
		for _, k := range p.Picks {
			if k.Period == l.Period {
				rows = append(rows, []string{k.Period, k.ID})
			}
		}
	}
	table(w, rows...)
	printLoads(w, p)
	printLeftOut(w, p)
	printScenarios(w, p)
}

func printLoads(w io.Writer, p *planned) {
	prices := map[plan.Cell]float64{}
	for _, x := range p.Prices {
		prices[plan.Cell{Team: x.Team, Period: x.Period}] = x.Price
	}
	rows := [][]string{{"TEAM", "PERIOD", "CAPACITY", "PLANNED", "KEPT FREE", "FITS", "ONE MORE IS WORTH", "ITEMS, IN THEIR ORDER"}}
	for _, l := range p.Loads {
		rows = append(rows, []string{l.Team, l.Period, planFigure(l.Capacity), planFigure(l.Planned), planFigure(l.Reserve), fmt.Sprintf("%.0f %%", 100*l.Fits), planFigure(prices[l.Cell]), oneLine(strings.Join(l.Order, " "))})
	}
	fmt.Fprintln(w)
	table(w, rows...)
}

func printLeftOut(w io.Writer, p *planned) {
	if len(p.LeftOut) == 0 {
		return
	}
	rows := [][]string{{"LEFT OUT", "NEEDS MORE VALUE", "OR LESS EFFORT", "PUSHES OUT", "WHY"}}
	for _, l := range p.LeftOut {
		raise, cut := "", ""
		if l.Raise != nil {
			raise = planFigure(*l.Raise)
			if !l.Tried {
				raise = "about " + raise
			}
		}
		if l.Cut != nil {
			cut = fmt.Sprintf("%.0f %%", 100**l.Cut)
		}
		rows = append(rows, []string{l.ID, raise, cut, strings.Join(l.PushesOut, ", "), l.Why})
	}
	fmt.Fprintln(w)
	table(w, rows...)
}

func printScenarios(w io.Writer, p *planned) {
	if p.More != nil {
		fmt.Fprintf(w, "\nWith more capacity: worth %s, %s more.\n", planFigure(p.More.Value), planFigure(p.More.Gain))
		for _, k := range p.More.In {
			fmt.Fprintf(w, "  in: %s in %s\n", oneLine(k.ID), oneLine(k.Period))
		}
		for _, k := range p.More.Out {
			fmt.Fprintf(w, "  out: %s\n", oneLine(k.ID))
		}
	}
	if len(p.Frontier) > 0 {
		rows := [][]string{{"FITS WITH", "WORTH", "ITEMS"}}
		for _, x := range p.Frontier {
			rows = append(rows, []string{fmt.Sprintf("%.0f %%", 100*x.Confidence), planFigure(x.Value), strconv.Itoa(x.Picks)})
		}
		fmt.Fprintln(w)
		table(w, rows...)
	}
}

// planFigure writes a value to the cent, without what says nothing.
func planFigure(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
