package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumbline"
	"plumbline/client"
)

// workCommands are the daily work.
func (s *shell) workCommands() []*cobra.Command {
	daily := []*cobra.Command{s.todayCommand(), s.itemsCommand(), s.showCommand(), s.inboxCommand(), s.askBackCommand(), s.snoozeCommand(), s.undoCommand(), s.decisionsCommand(), s.fileCommand(), s.editCommand(), s.acceptCommand(),
		s.moveCommand(), s.attachCommand(), s.demandCommand(), s.commentCommand(), s.decideCommand(), s.handOffCommand(), s.linkCommand(), s.viewsCommand(), s.bulkCommand(),
		s.similarCommand(), s.mergeCommand(), s.unmergeCommand(), s.relateCommand(), s.controlsCommand()}
	return slices.Concat(daily, s.ownCommands(), s.intakeCommands(), s.judgingCommands(), s.limitCommands())
}

func (s *shell) itemsCommand() *cobra.Command {
	var f plumbline.Filter
	var states []string
	c := &cobra.Command{Use: "items [QUERY]", Short: "List items", Long: "Lists items, open ones unless the query or --status says otherwise. A query is words, or a filter such as 'team:sig-node -label:x (priority:P1 or updated>7d)'; the flags mean the same as its terms.", Args: cobra.ArbitraryArgs}
	fl := c.Flags()
	filterFlags(fl, &f, &states)
	fl.StringVar(&f.Sort, "sort", "", "updated, created or oldest")
	fl.IntVar(&f.Limit, "limit", 0, "rows on a page")
	fl.StringVar(&f.Cursor, "cursor", "", "`CURSOR` of the page, from the one before")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		f.Text = strings.Join(args, " ")
		for _, st := range states {
			f.States = append(f.States, plumbline.State(st))
		}
		list, err := d.Items(ctx, f)
		if err != nil {
			return err
		}
		return s.show(list, func(w io.Writer) { printRows(w, list.Rows, "--cursor") })
	}))
	return s.reading(c)
}

// filterFlags are the filters that lists and exports have.
func filterFlags(fl *pflag.FlagSet, f *plumbline.Filter, states *[]string) {
	fl.StringVar((*string)(&f.Process), "process", "", "only this `PROCESS`")
	fl.StringVar((*string)(&f.Kind), "kind", "", "only this `KIND`: request, question, incident or change")
	fl.StringArrayVar(states, "state", nil, "only in this leading `STATE`; may be repeated")
	fl.StringVar(&f.Lane, "lane", "", "only in this leading `LANE`")
	fl.StringVar((*string)(&f.Team), "team", "", "only of this `TEAM`")
	fl.StringVar((*string)(&f.Product), "product", "", "only about this `PRODUCT`")
	fl.StringVar((*string)(&f.Class), "class", "", "only of this `CLASS`")
	fl.StringVar(&f.Assignee, "assignee", "", "only assigned to this `HANDLE`")
	fl.StringVar(&f.Label, "label", "", "only with this `LABEL` in the tracker")
	fl.StringVar(&f.Status, "status", "", "open, closed or all")
	fl.BoolVar(&f.Inbox, "inbox", false, "only what waits for a first look")
	fl.BoolVar(&f.Mine, "mine", false, "only what I asked for, am assigned to or watch")
}

func (s *shell) showCommand() *cobra.Command {
	c := &cobra.Command{Use: "show KEY", Short: "Show everything about an item", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := d.Item(ctx, plumbline.Key(args[0]))
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printItem(w, v) })
	}))
	return s.reading(c)
}

func (s *shell) inboxCommand() *cobra.Command {
	c := &cobra.Command{Use: "inbox", Short: "List what waits for a first look", Args: exactly(0)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.Inbox(ctx, "")
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printRows(w, v.Rows, "") })
	}))
	return s.reading(c)
}

func (s *shell) decisionsCommand() *cobra.Command {
	var cursor string
	c := &cobra.Command{Use: "decisions", Short: "List decisions, newest first", Args: exactly(0)}
	c.Flags().StringVar(&cursor, "cursor", "", "`CURSOR` of the page, from the one before")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.Decisions(ctx, cursor)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printDecisions(w, v) })
	}))
	return s.reading(c)
}

func (s *shell) fileCommand() *cobra.Command {
	var in client.FileInput
	var body string
	var fields, links []string
	c := &cobra.Command{Use: "file TITLE", Aliases: []string{"ask"}, Short: "File a new item", Args: exactly(1),
		Long: "Files a new item. What its class is asked with stands in `plumbline template show CLASS`; every field there is a --field here, those of the customer and the opportunity too: they are kept apart, for cleared readers."}
	fl := c.Flags()
	fl.StringVar((*string)(&in.Process), "process", "", "the `PROCESS`; request when not said")
	fl.StringVar(&body, "body", "", "the description in Markdown; - reads it from standard input")
	fl.StringVar((*string)(&in.Class), "class", "", "the `CLASS` of request")
	fl.StringVar((*string)(&in.Visibility), "visibility", "", "public, internal or confidential; public when not said")
	fl.StringVar((*string)(&in.Product), "product", "", "the `PRODUCT` it is about")
	fl.StringVar(&in.OnBehalfOf, "on-behalf-of", "", "whom it is asked for: a name, or a colleague's @handle")
	fl.StringVar((*string)(&in.Mends), "mends", "", "the `CONSTRAINT` that it is the work for")
	linkFlag(fl, &links)
	fl.StringVar(&in.Severity, "severity", "", "S1 to S4")
	fieldFlag(fl, &fields)
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		var err error
		in.Title = args[0]
		if in.Body, err = s.text(body); err != nil {
			return err
		}
		if in.Fields, err = fieldMap(fields); err != nil {
			return err
		}
		in.Links = linkList(links)
		it, err := d.File(ctx, in)
		return s.told(it, err, "%s filed: %s", it.Key, it.Title)
	}))
	return s.reading(c)
}

func (s *shell) editCommand() *cobra.Command {
	var in client.EditInput
	var fields []string
	v := map[string]*string{}
	c := &cobra.Command{Use: "edit KEY", Short: "Change fields of an item", Args: exactly(1)}
	fl := c.Flags()
	for _, f := range [][2]string{{"title", "the title"}, {"body", "the description; - reads it from standard input"}, {"class", "the class of request"},
		{"visibility", "public, internal or confidential"}, {"product", "the product it is about"}, {"assignee", "a handle"}, {"priority", "P1 to P4"},
		{"severity", "S1 to S4"}, {"on-behalf-of", "whom it is asked for"}} {
		v[f[0]] = fl.String(f[0], "", f[1]+"; empty clears it")
	}
	fl.Int64Var(&in.Version, "version", 0, "refuse when the item is not this `VERSION` any more")
	fieldFlag(fl, &fields)
	do := s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		var err error
		if in.Fields, err = fieldMap(fields); err != nil {
			return err
		}
		if fl.Changed("body") {
			text, err := s.text(*v["body"])
			if err != nil {
				return err
			}
			v["body"] = &text
		}
		given := func(name string) *string {
			if fl.Changed(name) {
				return v[name]
			}
			return nil
		}
		in.Title, in.Body, in.Assignee, in.Priority = given("title"), given("body"), given("assignee"), given("priority")
		in.Severity, in.OnBehalfOf = given("severity"), given("on-behalf-of")
		in.Class = (*plumbline.Class)(given("class"))
		in.Visibility = (*plumbline.Visibility)(given("visibility"))
		in.Product = (*plumbline.ProductRef)(given("product"))
		it, err := d.Edit(ctx, plumbline.Key(args[0]), in)
		return s.told(it, err, "%s changed", it.Key)
	})
	c.RunE = run(do)
	return s.reading(c)
}

func (s *shell) acceptCommand() *cobra.Command {
	c := &cobra.Command{Use: "accept KEY", Short: "Note that an item is ours to judge", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		it, err := d.Accept(ctx, plumbline.Key(args[0]))
		return s.told(it, err, "%s accepted: %s", it.Key, it.State)
	}))
	return s.reading(c)
}

// fieldFlag is the flag for what a process defines beyond the columns.
func fieldFlag(fl *pflag.FlagSet, fields *[]string) {
	fl.StringArrayVar(fields, "field", nil, "a field of the process as `NAME=VALUE`; may be repeated")
}

func fieldMap(list []string) (map[string]string, error) {
	var out map[string]string
	for _, kv := range list {
		name, v, ok := strings.Cut(kv, "=")
		if !ok || name == "" {
			return nil, plumbline.FieldError("field", "--field is NAME=VALUE, not %q.", kv)
		}
		if out == nil {
			out = map[string]string{}
		}
		out[name] = v
	}
	return out, nil
}

// text is what a flag says, or standard input for "-".
func (s *shell) text(v string) (string, error) {
	if v != "-" {
		return v, nil
	}
	b, err := io.ReadAll(io.LimitReader(s.in, plumbline.MaxBody+1))
	if err != nil {
		return "", &plumbline.Error{Kind: plumbline.Invalid, Text: "Standard input cannot be read.", Err: err}
	}
	return string(b), nil
}

// told prints what a change made: the value as JSON, or a sentence.
func (s *shell) told(v any, err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return s.show(v, func(w io.Writer) { fmt.Fprintf(w, format+"\n", args...) })
}
