package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// viewsCommand lists, makes and deletes saved views.
func (s *shell) viewsCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List saved views, your own and the shared ones", Args: exactly(0)}
	list.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		views, err := d.Views(ctx)
		if err != nil {
			return err
		}
		return s.show(map[string]any{"views": views}, func(w io.Writer) {
			out := [][]string{{"NAME", "LAYOUT", "SHARED", "DEFAULT", "FILTER", "ID"}}
			for _, v := range views {
				out = append(out, []string{v.Name, string(v.Layout), yes(v.Shared), yes(v.Default), v.Filter, string(v.ID)})
			}
			table(w, out...)
		})
	}))
	return group("views", "Saved views", s.reading(list), s.viewAdd(), s.viewShow(), s.viewChange(), s.viewBegin(), s.viewDelete())
}

func (s *shell) viewAdd() *cobra.Command {
	var f plumbline.Filter
	var layout, group, scale string
	var shared, first bool
	c := &cobra.Command{Use: "add NAME QUERY", Short: "Save a view", Args: exactly(2), Example: `  plumbline views add "Blocked" 'label:kubernetes state:Blocked' --layout board --shared`}
	fl := c.Flags()
	fl.StringVar(&layout, "layout", "list", "`LAYOUT`: list, board, table or timeline")
	fl.StringVar(&group, "group", "", "of a board or a timeline: `WHAT` it is put together by: team, product, assignee, priority; a timeline by process too")
	fl.StringVar(&scale, "scale", "", "of a timeline: `UNIT` of its axis: week, month or quarter")
	fl.StringVar((*string)(&f.Process), "process", "", "of a board: the `PROCESS`")
	fl.BoolVar(&shared, "shared", false, "everybody who can sign in sees it")
	fl.BoolVar(&first, "default", false, "your list of items begins with it")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		f.Text = args[1]
		filter, as := f.Values().Encode(), plumbline.Layout(layout)
		v, err := d.MakeView(ctx, client.ViewInput{Name: &args[0], Filter: &filter, Layout: &as, Group: (*plumbline.Grouping)(&group), Scale: (*plumbline.Scale)(&scale), Shared: &shared, Default: &first})
		return s.told(v, err, "%s saved as %s", v.Name, v.ID)
	}))
	return s.reading(c)
}

func (s *shell) viewShow() *cobra.Command {
	c := &cobra.Command{Use: "show NAME", Short: "List the items of a view", Args: exactly(1), Long: "Lists the items of a view, by its name or its id."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := viewNamed(ctx, d, args[0])
		if err != nil {
			return err
		}
		f, err := v.Asks()
		if err != nil {
			return err
		}
		list, err := d.Items(ctx, f)
		if err != nil {
			return err
		}
		return s.show(list, func(w io.Writer) { printRows(w, list.Rows, "") })
	}))
	return s.reading(c)
}

func (s *shell) viewChange() *cobra.Command {
	var name, query, layout string
	var shared bool
	c := &cobra.Command{Use: "change NAME", Short: "Change what a view is called, shows, or who sees it", Args: exactly(1)}
	fl := c.Flags()
	fl.StringVar(&name, "name", "", "what it is called from now on")
	fl.StringVar(&query, "query", "", "what it shows, in the language of the search box")
	fl.StringVar(&layout, "layout", "", "`LAYOUT`: list, board or table")
	fl.BoolVar(&shared, "shared", false, "everybody who can sign in sees it; --shared=false: only you")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := viewNamed(ctx, d, args[0])
		if err != nil {
			return err
		}
		in := client.ViewInput{Version: v.Version}
		if fl.Changed("name") {
			in.Name = &name
		}
		if fl.Changed("layout") {
			in.Layout = (*plumbline.Layout)(&layout)
		}
		if fl.Changed("shared") {
			in.Shared = &shared
		}
		if fl.Changed("query") {
			f, err := v.Asks()
			if err != nil {
				return err
			}
			f.Text = query
			filter := f.Values().Encode()
			in.Filter = &filter
		}
		v, err = d.ChangeView(ctx, v.ID, in)
		return s.told(v, err, "%s changed", v.Name)
	}))
	return s.reading(c)
}

func (s *shell) viewBegin() *cobra.Command {
	var off bool
	c := &cobra.Command{Use: "default NAME", Short: "Begin your list of items with a view", Args: exactly(1)}
	c.Flags().BoolVar(&off, "off", false, "begin as usual again")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := viewNamed(ctx, d, args[0])
		if err != nil {
			return err
		}
		text := "your list begins with %s"
		if off {
			text = "your list no longer begins with %s"
		}
		return s.told(v, d.BeginWithView(ctx, v.ID, !off), text, v.Name)
	}))
	return s.reading(c)
}

func (s *shell) viewDelete() *cobra.Command {
	c := &cobra.Command{Use: "delete NAME", Short: "Delete a view", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := viewNamed(ctx, d, args[0])
		if err != nil {
			return err
		}
		return s.told(v, d.DeleteView(ctx, v.ID), "%s deleted", v.Name)
	}))
	return s.reading(c)
}

// viewNamed is the only view of a name, or the one with the id.
func viewNamed(ctx context.Context, d *desk, name string) (plumbline.View, error) {
	views, err := d.Views(ctx)
	if err != nil {
		return plumbline.View{}, err
	}
	var found []plumbline.View
	for _, v := range views {
		if v.Name == name || string(v.ID) == name {
			found = append(found, v)
		}
	}
	switch len(found) {
	case 0:
		return plumbline.View{}, plumbline.Errorf(plumbline.NotFound, "There is no view %q. \"plumbline views list\" lists them.", name)
	case 1:
		return found[0], nil
	}
	return plumbline.View{}, plumbline.Errorf(plumbline.Conflict, "%d views are called %q. Name one by its id.", len(found), name)
}
