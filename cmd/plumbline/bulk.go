package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// bulkCommand changes many items: those named, or those that a query finds.
func (s *shell) bulkCommand() *cobra.Command {
	var in client.BulkInput
	var team, product, assignee, priority, undo string
	var fields []string
	var query string
	var dry bool
	c := &cobra.Command{Use: "bulk [KEY]…", Short: "Change many items alike, or take that back", Args: cobra.ArbitraryArgs,
		Long:    "Changes the items named, or those that --query finds (the first 200), each in a transaction of its own, and prints what became of each. --dry-run only says what would. --undo BATCH takes a change back; what others changed since stays.",
		Example: "  plumbline bulk --query 'team:sig-node no:assignee' --assignee mara --dry-run"}
	fl := c.Flags()
	fl.StringVar(&query, "query", "", "the items that this `QUERY` finds")
	fl.StringVar(&team, "team", "", "ref of the `TEAM`; - for none")
	fl.StringVar(&product, "product", "", "ref of the `PRODUCT`; - for none")
	fl.StringVar(&assignee, "assignee", "", "`HANDLE`; - for nobody")
	fl.StringVar(&priority, "priority", "", "P1 to P4; - for none")
	fl.StringVar((*string)(&in.To), "to", "", "move to this `STATE`")
	fl.StringVar(&in.Note, "note", "", "internal `NOTE` with the move")
	fl.BoolVar(&in.Watch, "watch", false, "follow them")
	fl.BoolVar(&dry, "dry-run", false, "change nothing, say what would happen")
	fl.StringVar(&undo, "undo", "", "take this `BATCH` back")
	fieldFlag(fl, &fields)
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		if undo != "" {
			return s.showBulk(d.UndoBulk(ctx, undo))
		}
		var err error
		if in.Fields, err = fieldMap(fields); err != nil {
			return err
		}
		in.Team, in.Product = unlessEmpty[plumbline.TeamRef](team), unlessEmpty[plumbline.ProductRef](product)
		in.Assignee, in.Priority = unlessEmpty[string](assignee), unlessEmpty[string](priority)
		if in.Keys, err = chosen(ctx, d, query, args); err != nil {
			return err
		}
		if dry {
			return s.showBulk(d.PreviewBulk(ctx, in))
		}
		return s.showBulk(d.Bulk(ctx, in))
	}))
	return s.reading(c)
}

// chosen are the keys named, and those that the query finds.
func chosen(ctx context.Context, d *desk, query string, args []string) (keys []plumbline.Key, err error) {
	for _, a := range args {
		keys = append(keys, plumbline.Key(a))
	}
	if query == "" {
		return keys, nil
	}
	list, err := d.Items(ctx, plumbline.Filter{Text: query, Limit: plumbline.MaxPage})
	for _, r := range list.Rows.Rows {
		keys = append(keys, r.Key)
	}
	return keys, err
}

// unlessEmpty is what a flag sets: nothing when it is empty, the empty text for
// a dash.
func unlessEmpty[T ~string](v string) *T {
	t := T(v)
	switch v {
	case "":
		return nil
	case "-":
		t = ""
	}
	return &t
}

func (s *shell) showBulk(v client.BulkView, err error) error {
	if err != nil {
		return err
	}
	return s.show(v, func(w io.Writer) {
		out := [][]string{{"KEY", "CHANGED", "HOW, OR WHY NOT"}}
		for _, l := range v.Lines {
			text := strings.Join(l.Changes, "; ")
			if l.Why != "" {
				text = strings.TrimPrefix(text+"; "+l.Why, "; ")
			}
			out = append(out, []string{string(l.Key), yes(l.Allowed && len(l.Changes) > 0), text})
		}
		if v.Batch != "" {
			out = append(out, []string{"", "", "plumbline bulk --undo " + v.Batch + " takes it back"})
		}
		table(w, out...)
	})
}
