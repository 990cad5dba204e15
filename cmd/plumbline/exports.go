package main

import (
	"bufio"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
)

// exportCommand writes items, or the audit log, to standard output.
func (s *shell) exportCommand() *cobra.Command {
	var f plumbline.Filter
	var states []string
	var mine bool
	audit := map[string]*string{}
	c := &cobra.Command{Use: "export FORMAT [WORDS]", Short: "Write items, the catalog or the audit log as a file",
		Long: "Formats: csv (items, one a row; import takes it back), json (items, one object a line, with comments, demands, evidence, decisions, votes, followers, connections and history; import plumbline takes it in elsewhere), backstage (the catalog as Backstage descriptors, with what was changed here; import takes it back), audit (the audit log as CSV); and for each way to score a CSV table of what is thought, with a column for each factor: " + strings.Join(frameworks[:], ", ") + " (import takes it back).\n\n" +
			"It writes to standard output. csv and json have what the filters show, open items unless --status says otherwise: --status all is everything. What the actor may not see is not in it. " +
			"The audit log is narrowed by --item, --person, --type, --from and --until.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return plumbline.Errorf(plumbline.Invalid, "Use it as: %s.", cmd.UseLine())
			}
			return nil
		}}
	fl := c.Flags()
	filterFlags(fl, &f, &states)
	fl.BoolVar(&mine, "own", false, "of a way to score: what the actor said, not what all think together")
	for _, a := range [][2]string{{"item", "of the audit log: only this item's, by `KEY`"}, {"person", "of the audit log: only what the person with this `HANDLE` did"},
		{"type", "of the audit log: only events of this `TYPE`"}, {"from", "of the audit log: only from this `TIME` or day on"}, {"until", "of the audit log: only until this `TIME` or day"}} {
		audit[a[0]] = fl.String(a[0], "", a[1])
	}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		f.Text = strings.Join(args[1:], " ")
		for _, st := range states {
			f.States = append(f.States, plumbline.State(st))
		}
		out := bufio.NewWriter(s.out)
		var err error
		switch {
		case slices.Contains(frameworks[:], args[0]):
			err = s.exportFramework(ctx, d, f, args[0], mine, out)
		case args[0] == "backstage":
			err = d.ExportCatalog(ctx, out)
		case args[0] == "audit":
			q := url.Values{}
			for name, v := range audit {
				if *v != "" {
					q.Set(name, *v)
				}
			}
			err = d.ExportAudit(ctx, q, out)
		default:
			err = d.Export(ctx, f, args[0], out)
		}
		if err != nil {
			return err
		}
		return out.Flush()
	}))
	return c
}
