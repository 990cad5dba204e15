package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumbline"
	"plumbline/client"
)

// constraintFlags narrow a list of constraints.
func constraintFlags(fl *pflag.FlagSet, q *client.ConstraintQuery) {
	fl.StringVar(&q.Kind, "kind", "", "only this `KIND`: reliability, cost, compliance, security, support, capacity or commitment")
	fl.StringVar(&q.Scope, "scope", "", "only those that bear on a `SCOPE`, for example product:ci")
	fl.StringVar(&q.Status, "status", "", "only this `STATUS`: met, at_risk, breached, unknown, stale or exempt")
	fl.BoolVar(&q.Forced, "forced", false, "only those that force work")
}

// listLimits prints how the constraints of the store stand.
func (s *shell) listLimits(q *client.ConstraintQuery) func(ctx context.Context, d *desk, _ []string) error {
	return func(ctx context.Context, d *desk, _ []string) error {
		all, err := allConstraints(ctx, d, *q)
		if err != nil {
			return err
		}
		return s.show(all, func(w io.Writer) {
			rows := [][]string{{"CONSTRAINT", "KIND", "SCOPE", "STATUS", "HEADROOM", "LIKELY TO BREAK", "DUE", "SINCE", "FORCED"}}
			for _, c := range all {
				row := []string{string(c.ID), string(c.Kind), c.Scope.String(), statusOf(c.Standing), "", "", "", "", ""}
				if st := c.Standing; st != nil {
					copy(row[4:], []string{string(st.Headroom), day(st.Breach), day(st.Due), day(c.Since), map[bool]string{true: "yes"}[st.Forced]})
				}
				rows = append(rows, row)
			}
			table(w, rows...)
		})
	}
}

func (s *shell) limitShowCommand() *cobra.Command {
	c := &cobra.Command{Use: "show ID", Short: "Say how a constraint stands, from which evidence, and what follows", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := d.Constraint(ctx, plumbline.ConstraintID(args[0]))
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printConstraint(w, v) })
	}))
	return s.reading(c)
}

func printConstraint(w io.Writer, v client.ConstraintPage) {
	fmt.Fprintf(w, "%s  %s (%s, %s)\n", v.ID, oneLine(v.Name), v.Kind, v.Scope)
	if st := v.Standing; st != nil {
		fmt.Fprintf(w, "%s since %s, judged at %s by policies %s: %s\n", statusOf(st), minute(v.Since), minute(st.At), v.Policies, oneLine(st.Reason))
		for _, n := range st.Notes {
			fmt.Fprintf(w, "  %s\n", oneLine(n))
		}
		for _, f := range st.Figures {
			fmt.Fprintf(w, "  %s: %s %s\n", strings.ReplaceAll(f.Name, "_", " "), f.Value, f.Unit)
		}
		for _, e := range st.Effects {
			fmt.Fprintf(w, "  %s (%s, since %s)%s\n", oneLine(e.What), strings.ReplaceAll(e.Force.String(), "_", " "), day(e.Since), endsOf(e.Due, e.Until, e.Waived))
		}
	}
	if v.Duty != nil {
		fmt.Fprintf(w, "Forced since %s: %s\n", day(v.Duty.Since), oneLine(v.Duty.Rule))
	}
	for _, it := range v.Items {
		fmt.Fprintf(w, "Mended by %s  %s (%s)\n", it.Key, oneLine(it.Title), it.State.Name())
	}
	rows := [][]string{{"OBSERVED", "ABOUT", "FROM", "UNTIL", "BAD", "TOTAL", "AMOUNT", "STATE", "DUE", "SOURCE", "WHERE"}}
	for _, o := range v.Evidence.Evidence {
		rows = append(rows, []string{minute(o.At), o.Subject, day(o.From), day(o.To), string(o.Bad), string(o.Total), string(o.Amount), o.State, day(o.Due), o.Source, o.Ref})
	}
	if len(rows) > 1 {
		table(w, rows...)
	}
}

func (s *shell) limitGatesCommand() *cobra.Command {
	c := &cobra.Command{Use: "gates SCOPE [WORK]", Short: "Say whether types of work may go on in a scope", Args: cobra.RangeArgs(1, 2)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		all, err := d.Gates(ctx, args[0], strings.Join(args[1:], ""))
		if err != nil {
			return err
		}
		return s.show(all, func(w io.Writer) {
			rows := [][]string{{"WORK", "RESULT", "BY", "WHY"}}
			for _, g := range all {
				row := []string{g.Work, strings.ReplaceAll(g.Result, "_", " "), "", ""}
				if len(g.By) > 0 {
					row[2], row[3] = string(g.By[0].Constraint), g.By[0].Effect.Why
				}
				rows = append(rows, row)
			}
			table(w, rows...)
		})
	}))
	return s.reading(c)
}

func (s *shell) limitPolicyCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List the editions of the policies about constraints", Args: exactly(0)}
	list.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		all, err := d.LimitPolicies(ctx)
		if err != nil {
			return err
		}
		return s.show(all, func(w io.Writer) {
			rows := [][]string{{"VERSION", "NAME", "", "BY"}}
			for _, p := range all {
				rows = append(rows, []string{p.Version, p.Name, map[bool]string{true: "in force"}[p.Active], p.By})
			}
			table(w, rows...)
		})
	}))
	save := &cobra.Command{Use: "save FILE", Short: "Keep an edition of one's own in the store", Args: exactly(1)}
	save.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		src, err := readJudged(args[0])
		if err != nil {
			return err
		}
		p, err := d.SaveLimitPolicy(ctx, string(src))
		return s.told(p, err, "saved %s, %d policies", p.Version, p.Policies)
	}))
	use := &cobra.Command{Use: "use VERSION", Short: "Put an edition in force from now on", Args: exactly(1)}
	use.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		err := d.UseLimitPolicy(ctx, args[0])
		if err == nil {
			s.say("%s is in force", args[0])
		}
		return err
	}))
	return group("policy", "The policies about constraints in the store", s.reading(list), s.limitPolicyShowCommand(), s.limitPolicyPreviewCommand(), s.reading(save), use)
}

func (s *shell) limitPolicyShowCommand() *cobra.Command {
	c := &cobra.Command{Use: "show [VERSION]", Short: "Print an edition, or the one in force", Args: atMost(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		p, err := d.LimitPolicy(ctx, strings.Join(args, ""))
		return s.told(p, err, "%s", strings.TrimSuffix(p.Text, "\n"))
	}))
	return s.reading(c)
}

func (s *shell) limitPolicyPreviewCommand() *cobra.Command {
	c := &cobra.Command{Use: "preview FILE", Short: "Say for which constraints a file of policies would have other consequences", Args: exactly(1),
		Long: "Judges all constraints of the store under the policies of FILE and under those in force, and says where another policy would begin or end to have an effect. It changes nothing. What is wrong with FILE is said with its lines."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		src, err := readJudged(args[0])
		if err != nil {
			return err
		}
		p, err := d.PreviewLimitPolicy(ctx, string(src))
		if err != nil {
			return err
		}
		return s.show(p, func(w io.Writer) {
			fmt.Fprintf(w, "%d of %d constraints would have other consequences under %s\n", p.Changes, p.Judged, p.Version)
			var rows [][]string
			for _, c := range p.Changed {
				rows = append(rows, []string{string(c.Constraint), c.Scope.String(), strings.Join(c.Begin, "; "), strings.Join(c.End, "; ")})
			}
			if len(rows) > 0 {
				table(w, append([][]string{{"CONSTRAINT", "SCOPE", "WOULD BEGIN", "WOULD END"}}, rows...)...)
			}
			if more := p.Changes - len(rows); more > 0 {
				fmt.Fprintf(w, "and %d more\n", more)
			}
		})
	}))
	return s.reading(c)
}

// printUntended are the limits that force work nobody has begun.
func printUntended(w io.Writer, all []client.Untended) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(w, "\nForced by a limit, and nobody works on it:")
	rows := [][]string{{"LIMIT", "NAME", "SCOPE", "DUE", "RULE", "WHY"}}
	for _, u := range all {
		rows = append(rows, []string{string(u.Constraint), u.Name, u.Scope.String(), day(u.Due), u.Rule, u.Why})
	}
	table(w, rows...)
}
