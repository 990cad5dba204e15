package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// incidentsCommand shows incidents, and says what is known of them.
func (s *shell) incidentsCommand() *cobra.Command {
	var f client.IncidentFilter
	var product string
	c := &cobra.Command{Use: "incidents", Short: "Show incidents, and say what is known of them", Args: exactly(0),
		Long: "Lists incidents, the newest first. Alertmanager, Grafana and PagerDuty tell of them by /hooks/ID (see \"help config\"), or somebody declares one. What names no product that the catalog has is unassigned until somebody says what it is about."}
	fl := c.Flags()
	fl.BoolVar(&f.Open, "open", false, "only those that go on")
	fl.BoolVar(&f.Unassigned, "unassigned", false, "only those that are about no product")
	fl.StringVar(&product, "product", "", "only those that are about this `PRODUCT` or process")
	fl.StringVar(&f.Cursor, "cursor", "", "the next page, as the page before says")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		f.Product = plumbline.ProductRef(product)
		list, err := d.Incidents(ctx, f)
		return s.shown(list, err, func(w io.Writer) { printIncidents(w, list) })
	}))
	show := &cobra.Command{Use: "show N", Short: "Show one incident: its clocks and what told of it", Args: exactly(1)}
	show.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		n, err := incidentNumber(args[0])
		if err != nil {
			return err
		}
		i, err := d.Incident(ctx, n)
		return s.shown(i, err, func(w io.Writer) { printIncident(w, i) })
	}))
	c.AddCommand(s.reading(show), s.incidentDeclareCommand(), s.incidentSetCommand(), s.incidentFileCommand(), s.incidentTieCommand(), s.incidentRulesCommand(), s.alarmSourcesCommand())
	return s.reading(c)
}

func incidentNumber(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, plumbline.Errorf(plumbline.Invalid, "%q is no number of an incident.", text)
	}
	return n, nil
}

func (s *shell) incidentDeclareCommand() *cobra.Command {
	c := &cobra.Command{Use: "declare TITLE", Short: "Declare an incident that no alarm told of", Args: exactly(1)}
	read := incidentFlags(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
			in, err := read()
			if err != nil {
				return err
			}
			in.Title = &args[0]
			i, err := d.DeclareIncident(ctx, in)
			return s.told(i, err, "incident %d: %s", i.N, i.Title)
		}))(cmd, args)
	}
	return s.reading(c)
}

func (s *shell) incidentSetCommand() *cobra.Command {
	var title string
	c := &cobra.Command{Use: "set N", Short: "Change what is said of an incident; no alarm changes it any more", Args: exactly(1)}
	c.Flags().StringVar(&title, "title", "", "what does not work")
	read := incidentFlags(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
			n, err := incidentNumber(args[0])
			if err != nil {
				return err
			}
			in, err := read()
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("title") {
				in.Title = &title
			}
			i, err := d.ChangeIncident(ctx, n, in)
			return s.told(i, err, "incident %d is %s", i.N, i.State())
		}))(cmd, args)
	}
	return s.reading(c)
}

// incidentFlags are the flags that say something of an incident. What it returns
// reads those that were given.
func incidentFlags(c *cobra.Command) func() (client.IncidentInput, error) {
	fl := c.Flags()
	products := fl.StringSlice("product", nil, "what it is about: refs of products or processes; none: no one knows")
	texts := map[string]*string{}
	for _, f := range [...][2]string{{"severity", "S1 to S4"}, {"cause", strings.Join(plumbline.Causes[:], ", ")}, {"deployment", "the release or change that it came with"},
		{"post-mortem", "its `ADDRESS`"}, {"dismissed", "`WHY` it was no incident"}, {"budget-share", "the `SHARE` of the error budget that it burnt: 0.25 is a quarter"},
		{"started", "the `TIME` when it began"}, {"detected", "the `TIME` when it was seen"}, {"mitigated", "the `TIME` since which it does not hurt"}, {"resolved", "the `TIME` when it was over"}} {
		texts[f[0]] = fl.String(f[0], "", f[1])
	}
	return func() (in client.IncidentInput, err error) {
		for name, to := range map[string]**string{"severity": &in.Severity, "cause": &in.Cause, "deployment": &in.Deployment, "post-mortem": &in.PostMortem, "dismissed": &in.Dismissed} {
			if fl.Changed(name) {
				*to = texts[name]
			}
		}
		for name, to := range map[string]**plumbline.Time{"started": &in.Started, "detected": &in.Detected, "mitigated": &in.Mitigated, "resolved": &in.Resolved} {
			if !fl.Changed(name) {
				continue
			}
			t, err := plumbline.ParseTime(*texts[name])
			if err != nil {
				return in, err
			}
			*to = &t
		}
		if fl.Changed("budget-share") {
			share, err := plumbline.ParseDecimal(*texts["budget-share"])
			if err != nil {
				return in, err
			}
			in.Share = &share
		}
		if fl.Changed("product") {
			refs := []plumbline.ProductRef{}
			for _, p := range *products {
				refs = append(refs, plumbline.ProductRef(p))
			}
			in.Products = &refs
		}
		return in, nil
	}
}

func (s *shell) incidentFileCommand() *cobra.Command {
	c := &cobra.Command{Use: "file N", Short: "Make an item of an incident", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		n, err := incidentNumber(args[0])
		if err != nil {
			return err
		}
		key, err := d.FileIncident(ctx, n)
		return s.told(map[string]any{"key": key}, err, "incident %d is %s", n, key)
	}))
	return s.reading(c)
}

func (s *shell) incidentTieCommand() *cobra.Command {
	c := &cobra.Command{Use: "tie N [KEY]", Short: "Say which item an incident is; none unties it", Args: cobra.RangeArgs(1, 2)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		n, err := incidentNumber(args[0])
		if err != nil {
			return err
		}
		key := plumbline.Key(strings.Join(args[1:], ""))
		return d.TieIncident(ctx, n, key)
	}))
	return c
}

func (s *shell) incidentRulesCommand() *cobra.Command {
	c := &cobra.Command{Use: "rules [FILE]", Short: "Show the rules by which alarms become incidents, or put others in force", Args: atMost(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		if len(args) > 0 {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The file %s cannot be read.", args[0]), Err: err}
			}
			if err := d.PutIncidentRules(ctx, string(text)); err != nil {
				return err
			}
		}
		v, err := d.IncidentRules(ctx)
		return s.shown(v, err, func(w io.Writer) { fmt.Fprint(w, v.Text) })
	}))
	return s.reading(c)
}

func (s *shell) alarmSourcesCommand() *cobra.Command {
	c := &cobra.Command{Use: "sources", Short: "Show who tells of alarms, and how that goes", Args: exactly(0)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		all, err := d.AlarmSources(ctx)
		return s.shown(map[string]any{"sources": all}, err, func(w io.Writer) {
			if len(all) == 0 {
				fmt.Fprintln(w, "No source of alarms is configured: plumbline help config.")
				return
			}
			rows := [][]string{{"SOURCE", "KIND", "PRODUCT", "HEARD", "REFUSED", "PROBLEM"}}
			for _, a := range all {
				rows = append(rows, []string{string(a.ID), a.Kind, string(a.Product), moment(a.Heard), strconv.FormatInt(a.Rejected, 10), a.Problem})
			}
			table(w, rows...)
		})
	}))
	return s.reading(c)
}

func printIncidents(w io.Writer, list client.IncidentList) {
	fmt.Fprintf(w, "%d going on, %d about no product\n", list.Open, list.Unassigned)
	rows := [][]string{{"INCIDENT", "STATE", "SEVERITY", "ABOUT", "BEGAN", "TITLE"}}
	for _, i := range list.Incidents {
		rows = append(rows, []string{strconv.FormatInt(i.N, 10), i.State, cmp.Or(i.Severity, "unknown"), cmp.Or(joinRefs(i.Products), "unassigned"), moment(i.Began()), i.Title})
	}
	if len(rows) > 1 {
		table(w, rows...)
	}
	if list.Next != "" {
		fmt.Fprintf(w, "more: --cursor %s\n", list.Next)
	}
}

func joinRefs(refs []plumbline.ProductRef) string {
	var out []string
	for _, r := range refs {
		out = append(out, string(r))
	}
	return strings.Join(out, ", ")
}

func printIncident(w io.Writer, i client.IncidentDetail) {
	fmt.Fprintf(w, "incident %d: %s\n", i.N, oneLine(i.Title))
	fmt.Fprintf(w, "%s, severity %s, about %s, began %s\n", i.State, cmp.Or(i.Severity, "unknown"), cmp.Or(joinRefs(i.Products), "no product"), moment(i.Began()))
	if i.Key != "" {
		fmt.Fprintf(w, "it is the item %s\n", i.Key)
	}
	for _, c := range i.Clocks {
		fmt.Fprintf(w, "%s by %s: %s\n", c.Name, moment(c.Due), c.State)
	}
	for _, a := range i.Actions {
		done := "open"
		if !a.Done.IsZero() {
			done = "done"
		}
		fmt.Fprintf(w, "action: %s (%s, due %s)\n", oneLine(a.Text), done, cmp.Or(day(a.Due), "never"))
	}
	rows := [][]string{{"ALARM FROM", "SEVERITY THERE", "BEGAN", "ENDED", "TITLE"}}
	for _, a := range i.Told {
		ended := "goes on"
		if !a.Ended.IsZero() {
			ended = moment(a.Ended)
		}
		rows = append(rows, []string{string(a.Source), a.Severity, moment(a.Started), ended, a.Title})
	}
	if len(rows) > 1 {
		table(w, rows...)
	}
}
