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

// controlsCommand shows what products are held to, and says how controls stand.
func (s *shell) controlsCommand() *cobra.Command {
	var f client.ControlFilter
	c := &cobra.Command{Use: "controls [PRODUCT [FRAMEWORK [CONTROL]]]", Short: "Show what products are held to by frameworks of controls", Args: atMost(3),
		Long: "Without PRODUCT it shows the coverage of all products; with PRODUCT its frameworks, the gaps that are due first, and its risks; with FRAMEWORK the controls; with CONTROL, in any spelling, its text, how it stands and what was changed. " +
			"Coverage is met by applicable: what is met in part is not met, and what does not apply is in neither. Catalogs, profiles, control files, tables and plans of action come in by \"import\": see \"evidence --formats\"."}
	fl := c.Flags()
	fl.StringVar(&f.Family, "family", "", "only controls of this `FAMILY`")
	fl.StringVar(&f.State, "state", "", "only those in this `STATE`: implemented, alternative, partial, planned, missing, not_applicable, unsaid, gap, unproven or overdue")
	fl.StringVar(&f.Cursor, "cursor", "", "the next page, as the page before says")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		switch len(args) {
		case 0:
			v, err := d.Controls(ctx)
			return s.shown(v, err, func(w io.Writer) { printOverview(w, v) })
		case 1:
			v, err := d.ProductControls(ctx, plumbline.ProductRef(args[0]))
			return s.shown(v, err, func(w io.Writer) { printProductControls(w, v) })
		case 2:
			v, err := d.ListControls(ctx, plumbline.ProductRef(args[0]), plumbline.FrameworkRef(args[1]), f)
			return s.shown(v, err, func(w io.Writer) {
				printControls(w, v.Controls)
				if v.Next != "" {
					fmt.Fprintf(w, "more: --cursor %s\n", v.Next)
				}
			})
		}
		v, err := d.Control(ctx, plumbline.ProductRef(args[0]), plumbline.FrameworkRef(args[1]), args[2])
		return s.shown(v, err, func(w io.Writer) { printControl(w, v) })
	}))
	c.AddCommand(s.controlSetCommand(), s.controlHoldCommand(), s.controlExportCommand())
	return s.reading(c)
}

// shown is show for a value that came with an error.
func (s *shell) shown(v any, err error, text func(w io.Writer)) error {
	if err != nil {
		return err
	}
	return s.show(v, text)
}

func (s *shell) controlSetCommand() *cobra.Command {
	var state, passed, due, until string
	var in client.ControlInput
	c := &cobra.Command{Use: "set PRODUCT FRAMEWORK CONTROL", Short: "Say how a control stands for a product", Args: exactly(3),
		Long: "Says how a control stands for a product. What no flag says stays as it is; an empty value takes it away. An exception is approved by who gives it, was asked for by somebody else, and holds for 90 days at most."}
	fl := c.Flags()
	fl.StringVar(&state, "state", "", "implemented, alternative, partial, planned, missing or not_applicable")
	fl.StringVar(&in.Owner, "owner", "", "who sees to it")
	fl.StringVar(&in.Cadence, "cadence", "", "how often evidence is expected, as `P90D`")
	fl.StringVar(&passed, "passed", "", "the `DAY` on which evidence last showed that it is met")
	fl.StringVar(&in.Evidence, "evidence", "", "where that is: an address or a sentence")
	fl.StringVar(&due, "due", "", "the `DAY` by which the gap is to be closed")
	fl.StringVar(&in.Note, "note", "", "anything else")
	fl.StringVar(&in.Reason, "reason", "", "of an exception")
	fl.StringVar(&in.Requester, "requester", "", "`HANDLE` of who asked for the exception")
	fl.StringVar(&until, "until", "", "the `DAY` on which the exception ends")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
			product, ref := plumbline.ProductRef(args[0]), plumbline.FrameworkRef(args[1])
			have, err := d.Control(ctx, product, ref, args[2])
			if err != nil {
				return err
			}
			said := cmd.Flags().Changed
			out := kept(have.Record, in, said)
			if said("state") {
				if out.State, _, err = plumbline.ParseControlState(state); err != nil {
					return err
				}
			}
			for _, t := range []struct {
				flag, text string
				to         *plumbline.Time
			}{{"passed", passed, &out.Passed}, {"due", due, &out.Due}, {"until", until, &out.Until}} {
				if said(t.flag) {
					if *t.to, err = plumbline.ParseTime(t.text); err != nil {
						return err
					}
				}
			}
			err = d.PutControl(ctx, product, ref, args[2], out, have.Record.Version)
			return s.told(out, err, "%s of %s is %s for %s", have.Control.Label, ref, stateWord(out.State), product)
		}))(cmd, args)
	}
	return s.reading(c)
}

// kept is a record as input, with what the flags say in its place.
func kept(have client.ControlLine, in client.ControlInput, said func(flag string) bool) client.ControlInput {
	out := client.ControlInput{State: have.State, Owner: have.Owner, Cadence: have.Cadence, Passed: have.Passed, Evidence: have.Evidence, Due: have.Due, Note: have.Note,
		Reason: have.Exception.Reason, Requester: have.Exception.Requester, Until: have.Exception.Until}
	for _, f := range []struct {
		flag string
		to   *string
		from string
	}{
		{"owner", &out.Owner, in.Owner}, {"cadence", &out.Cadence, in.Cadence}, {"evidence", &out.Evidence, in.Evidence}, {"note", &out.Note, in.Note},
		{"reason", &out.Reason, in.Reason}, {"requester", &out.Requester, in.Requester},
	} {
		if said(f.flag) {
			*f.to = f.from
		}
	}
	return out
}

func (s *shell) controlHoldCommand() *cobra.Command {
	var off bool
	c := &cobra.Command{Use: "hold PRODUCT FRAMEWORK", Short: "Hold a product to a framework", Args: exactly(2)}
	c.Flags().BoolVar(&off, "off", false, "end it; what is known of its controls is kept")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		product, ref := plumbline.ProductRef(args[0]), plumbline.FrameworkRef(args[1])
		said := map[string]any{"product": product, "framework": ref, "held": !off}
		if off {
			return s.told(said, d.LetGoOfFramework(ctx, product, ref), "%s is no longer held to %s", product, ref)
		}
		return s.told(said, d.HoldToFramework(ctx, product, ref), "%s is held to %s", product, ref)
	}))
	return s.reading(c)
}

func (s *shell) controlExportCommand() *cobra.Command {
	c := &cobra.Command{Use: "export [PRODUCT]", Short: "Write how controls stand as CSV that import takes back", Args: atMost(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		return d.ExportControls(ctx, plumbline.ProductRef(strings.Join(args, "")), s.out)
	}))
	return c
}

// coverage is met by applicable, in words and as a share.
func coverage(c client.ControlCounts) string {
	if c.Applicable == 0 {
		return "none applies"
	}
	return fmt.Sprintf("%d of %d (%.1f %%)", c.Met, c.Applicable, 100*float64(c.Met)/float64(c.Applicable))
}

// stateWord is a state as it is read; nobody said one when it is empty.
func stateWord(st plumbline.ControlState) string {
	if st == "" {
		return "not said"
	}
	return strings.ReplaceAll(string(st), "_", " ")
}

func printOverview(w io.Writer, v client.ControlsOverview) {
	rows := [][]string{{"PRODUCT", "FRAMEWORK", "MET", "EVIDENCED", "OVERDUE", "EXEMPT"}}
	for _, h := range v.Held {
		rows = append(rows, heldRow(string(h.Product), h))
	}
	table(w, rows...)
	for _, r := range v.Risks {
		fmt.Fprintf(w, "%s: %d risks open, %d overdue, %d exempt, %d closed\n", r.Product, r.Open, r.Overdue, r.Exempt, r.Closed)
	}
}

func heldRow(first string, h client.HeldFramework) []string {
	return []string{first, string(h.Ref), coverage(h.Total), strconv.FormatInt(h.Total.Evidenced, 10), strconv.FormatInt(h.Total.Overdue, 10), strconv.FormatInt(h.Total.Exempt, 10)}
}

func printProductControls(w io.Writer, v client.ProductControls) {
	for _, h := range v.Frameworks {
		fmt.Fprintf(w, "%s: %s\n", oneLine(h.Title), h.Ref)
		rows := [][]string{{"FAMILY", "FRAMEWORK", "MET", "EVIDENCED", "OVERDUE", "EXEMPT"}}
		for _, f := range h.Families {
			rows = append(rows, heldRow(f.Title, client.HeldFramework{Ref: h.Ref, Total: f.ControlCounts}))
		}
		table(w, append(rows, heldRow("all", h))...)
	}
	if len(v.Gaps) > 0 {
		fmt.Fprintln(w, "Gaps, those that are due first:")
		printControls(w, v.Gaps)
	}
	for _, r := range v.Risks {
		word := string(r.Status)
		switch {
		case r.Exempt(v.At):
			word += ", exempt until " + day(r.Deadline)
		case r.Overdue(v.At):
			word += ", overdue since " + day(r.Deadline)
		}
		fmt.Fprintf(w, "risk: %s (%s)\n", oneLine(r.Title), word)
		for _, m := range r.Remarks {
			fmt.Fprintf(w, "      %s\n", oneLine(m))
		}
	}
}

func printControls(w io.Writer, list []client.ControlLine) {
	rows := [][]string{{"CONTROL", "FRAMEWORK", "STATE", "PASSED", "GOOD UNTIL", "DUE", "OWNER", "TITLE"}}
	for _, l := range list {
		rows = append(rows, []string{l.Label, string(l.Framework), stateWord(l.State), day(l.Passed), day(l.GoodUntil), day(l.Due), l.Owner, l.Title})
	}
	table(w, rows...)
}

func printControl(w io.Writer, v client.ControlView) {
	fmt.Fprintf(w, "%s %s\n", oneLine(v.Control.Label), oneLine(v.Control.Title))
	printControls(w, []client.ControlLine{v.Record})
	e := v.Record.Exception
	if e != (plumbline.ControlException{}) {
		fmt.Fprintf(w, "exception until %s: %s (asked for by %s, approved by %s)\n", day(e.Until), oneLine(e.Reason), oneLine(e.Requester), oneLine(e.Approver))
	}
	for _, text := range []string{v.Record.Evidence, v.Record.Note, v.Control.Text} {
		if text != "" {
			fmt.Fprintf(w, "\n%s\n", plain(text))
		}
	}
	for _, h := range v.History {
		for _, c := range h.Changes {
			fmt.Fprintf(w, "%s %s: %s %q -> %q %s\n", minute(h.At), oneLine(h.By), c.Field, oneLine(c.Was), oneLine(c.Is), h.Ref)
		}
	}
}
