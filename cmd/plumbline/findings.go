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

// findingsCommand lists vulnerabilities of products, or shows one.
func (s *shell) findingsCommand() *cobra.Command {
	var q client.FindingQuery
	c := &cobra.Command{Use: "findings [ID]", Short: "List vulnerabilities of products, or show one", Args: cobra.MaximumNArgs(1),
		Long:    "Lists findings, those that are due first at the beginning, with their figures. With an ID it shows that one: its dates, names, evidence and verdicts. They come in with \"plumbline import cyclonedx\", \"sarif\", \"kev\" and \"osv\".",
		Example: "  plumbline findings --product docs --state overdue"}
	fl := c.Flags()
	fl.StringVar((*string)(&q.Product), "product", "", "only those of the `PRODUCT`")
	fl.StringVar(&q.Class, "class", "", "critical, high, medium, low, unknown or none")
	fl.StringVar(&q.State, "state", "", "open (when not said), overdue, gone, closed, suppressed or all")
	fl.StringVar(&q.Name, "name", "", "only the vulnerability with this `NAME`: CVE-2021-44228")
	fl.BoolVar(&q.Exploited, "exploited", false, "only those that are known to be exploited")
	fl.StringVar(&q.Cursor, "cursor", "", "the next of the page before")
	fl.IntVar(&q.Limit, "limit", 0, "how many a page has, 50 when not said")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		if len(args) == 1 {
			v, err := d.Finding(ctx, plumbline.FindingID(args[0]))
			if err != nil {
				return err
			}
			return s.show(v, func(w io.Writer) { printFinding(w, v) })
		}
		page, err := d.Findings(ctx, q)
		if err != nil {
			return err
		}
		return s.show(page, func(w io.Writer) { printFindings(w, page) })
	}))
	return s.reading(c)
}

func printFindings(w io.Writer, page client.FindingPage) {
	out := [][]string{{"ID", "VULNERABILITY", "PACKAGE", "PRODUCT", "CLASS", "STATE", "DUE", "CLOCK"}}
	for _, f := range page.Findings {
		class := f.Class
		if f.KEVAdded != 0 {
			class += ", exploited"
		}
		out = append(out, []string{string(f.ID), f.Vuln, strings.TrimSpace(f.Package + " " + f.Version), string(f.Product), class, f.State, day(f.Due), f.Clock})
	}
	table(w, out...)
	fmt.Fprintf(w, "%d of %d; %d open, %d overdue, %d of %d mended in time\n", len(page.Findings), page.Total, page.Figures.Open, page.Figures.Overdue, page.Figures.InTime, page.Figures.Closed+page.Figures.Overdue)
	if page.Next != "" {
		fmt.Fprintf(w, "the next page: --cursor %s\n", page.Next)
	}
}

func printFinding(w io.Writer, v client.FindingView) {
	out := [][]string{{"Finding", v.Name}, {"State", v.State}, {"Class", v.Class + " " + string(v.Score) + " " + v.ScoreBy}, {"Version", v.Version}, {"Where", v.Path}, {"Also called", strings.Join(v.Aliases, ", ")},
		{"First found", day(v.Detected) + " " + v.First}, {"Last found", day(v.Seen) + " " + v.Ref}, {"Verdict", string(v.Judgement.State) + " " + v.Judgement.Detail}}
	for i, c := range v.Clocks {
		name := "Due"
		if i > 0 {
			name = "Later"
		}
		out = append(out, []string{name, strings.TrimSpace(fmt.Sprintf("%s to %s, by %s %s", day(c.Due), c.What, c.Preset, c.Note))})
	}
	table(w, out...)
}

// findingCommand says something about findings.
func (s *shell) findingCommand() *cobra.Command {
	c := &cobra.Command{Use: "finding", Short: "Judge findings, and say what their dates follow from"}
	var j plumbline.Judgement
	judge := &cobra.Command{Use: "judge ID VERDICT", Short: "Say what was found out about a finding", Args: exactly(2),
		Long:    "The verdict is in_triage, exploitable, resolved, resolved_with_pedigree, false_positive or not_affected. Only the last four stop the clocks.",
		Example: "  plumbline finding judge 0193… not_affected --justification code_not_reachable"}
	judge.Flags().StringVar(&j.Justification, "justification", "", "why it is not affected, as in CycloneDX")
	judge.Flags().StringArrayVar(&j.Response, "response", nil, "what is done, as in CycloneDX: update, will_not_fix")
	judge.Flags().StringVar(&j.Detail, "detail", "", "what was found out")
	judge.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		j.State = plumbline.Verdict(args[1])
		return d.JudgeFinding(ctx, plumbline.FindingID(args[0]), j)
	}))
	mended := &cobra.Command{Use: "mended PRODUCT", Short: "Say that what the newest scan tells of no more is mended", Args: exactly(1)}
	mended.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		n, err := d.MendGone(ctx, plumbline.ProductRef(args[0]))
		if err == nil {
			fmt.Fprintf(s.out, "%d mended\n", n)
		}
		return err
	}))
	deadlines := &cobra.Command{Use: "deadlines [PRESET]…", Short: "Choose by what findings are due", Args: cobra.ArbitraryArgs,
		Long: "The presets are severity-30-90-180, bod-26-04, kev-due-date and fedramp-vdr-class-c. Of all dates by those that are chosen the earliest counts. Without any findings have no dates."}
	deadlines.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error { return d.ChooseDeadlines(ctx, args) }))
	c.AddCommand(judge, mended, deadlines, s.riskCommand())
	return c
}

// riskCommand says what the dates of a product's findings, or of one, follow from.
func (s *shell) riskCommand() *cobra.Command {
	var in client.FactsInput
	var of, evaluated, mitigated string
	c := &cobra.Command{Use: "risk [PRODUCT]", Short: "Say what the dates of findings follow from", Args: cobra.MaximumNArgs(1),
		Long: "Of a product, or with --finding of one finding. What is not given is not known; of a finding it is then as its product says."}
	fl := c.Flags()
	fl.StringVar(&of, "finding", "", "of the finding with this `ID`")
	fl.StringVar(&in.Risk.Exposed, "exposed", "", "yes or no: reachable from the internet")
	fl.StringVar(&in.Risk.Automated, "automated", "", "yes or no: an attack can be automated")
	fl.StringVar(&in.Risk.Impact, "impact", "", "total or partial")
	fl.IntVar(&in.Risk.Level, "level", 0, "of FedRAMP VDR, 2 to 5")
	fl.StringVar(&in.Risk.Reach, "reach", "", "of FedRAMP VDR: reachable, likely or unlikely")
	fl.StringVar(&evaluated, "evaluated", "", "of a finding: the `DAY` on which it was evaluated")
	fl.StringVar(&mitigated, "mitigated", "", "of a finding: the `DAY` since which it is mitigated")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		if (of == "") == (len(args) == 0) {
			return plumbline.Errorf(plumbline.Invalid, "Name a product, or a finding with --finding.")
		}
		if of == "" {
			return d.SayOfProduct(ctx, plumbline.ProductRef(args[0]), in.Risk)
		}
		var err error
		if in.Evaluated, err = plumbline.ParseTime(evaluated); err != nil {
			return err
		}
		if in.Mitigated, err = plumbline.ParseTime(mitigated); err != nil {
			return err
		}
		return d.SayOfFinding(ctx, plumbline.FindingID(of), in)
	}))
	return c
}
