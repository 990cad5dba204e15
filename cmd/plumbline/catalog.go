package main

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// catalogCommand is about what there is: its entries, and how mature it is.
func (s *shell) catalogCommand() *cobra.Command {
	c := &cobra.Command{Use: "catalog", Short: "Show and change what is known of products and processes",
		Long: "The catalog is products, processes and teams with what describes them. \"plumbline import backstage FILE\" reads catalog files, \"plumbline export backstage\" writes them."}
	c.AddCommand(s.catalogListCommand(), s.catalogShowCommand(), s.catalogSetCommand(), s.catalogAssessCommand())
	return c
}

func (s *shell) catalogListCommand() *cobra.Command {
	var kind, cursor string
	var orphans bool
	c := &cobra.Command{Use: "list", Short: "List the entities of catalog files", Args: exactly(0),
		Long: "Lists the entities of catalog files by ref, those of unknown kinds too, with the file and line that describe them."}
	fl := c.Flags()
	fl.StringVar(&kind, "kind", "", "only of this `KIND`: component, system, group, …")
	fl.BoolVar(&orphans, "orphans", false, "only those that their file has no longer")
	fl.StringVar(&cursor, "cursor", "", "the next page, as the page before says")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		page, err := d.Catalog(ctx, kind, orphans, cursor)
		if err != nil {
			return err
		}
		return s.show(page, func(w io.Writer) {
			for _, e := range page.Entities {
				orphan := ""
				if e.OrphanSince != 0 {
					orphan = "\torphan"
				}
				fmt.Fprintf(w, "%s\t%s:%d%s\n", e.Ref, e.File, e.Line, orphan)
			}
			if page.Next != "" {
				fmt.Fprintf(w, "more: --cursor %s\n", page.Next)
			}
		})
	}))
	return s.reading(c)
}

func (s *shell) catalogShowCommand() *cobra.Command {
	c := &cobra.Command{Use: "show PRODUCT", Short: "Show what is known of a product or a process", Args: exactly(1), Long: "Shows the record of a product or a process, who runs and uses it, what it stands on, and how mature people say it is."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		p, err := d.Product(ctx, plumbline.ProductRef(args[0]))
		if err != nil {
			return err
		}
		return s.show(p, func(w io.Writer) { printEntry(w, p) })
	}))
	return s.reading(c)
}

func printEntry(w io.Writer, p client.ProductEntry) {
	cat := p.Catalog
	for _, f := range [][2]string{{"name", p.Name}, {"kind", p.Kind}, {"owner", p.OwnerName}, {"lifecycle", p.Lifecycle}, {"product manager", cat.ManagerName},
		{"tier", cat.Tier}, {"class of data", cat.DataClass}, {"entity", cat.Entity}} {
		if f[1] != "" {
			fmt.Fprintf(w, "%s: %s\n", f[0], oneLine(f[1]))
		}
	}
	if e := cat.Descriptor; e != nil {
		orphan := ""
		if e.OrphanSince != 0 {
			orphan = ", an orphan: the file has it no longer"
		}
		fmt.Fprintf(w, "described in: %s:%d%s\n", e.File, e.Line, orphan)
	}
	for _, n := range cat.PartOf {
		fmt.Fprintf(w, "part of: %s\n", n.Name)
	}
	for _, u := range append(cat.Users, cat.Customers...) {
		fmt.Fprintf(w, "used by: %s\n", oneLine(u.Name))
	}
	for _, n := range cat.Map.Nodes {
		word := map[int]string{-2: "stands on, by way of another", -1: "stands on", 1: "stood on by", 2: "stood on by, by way of another"}[n.Step]
		fmt.Fprintf(w, "%s: %s (%s, %s)\n", word, oneLine(n.Name), n.How, n.From)
	}
	printMaturity(w, cat.Maturity)
}

func printMaturity(w io.Writer, m client.Maturity) {
	for _, a := range m.Aspects {
		if a.Level > 0 {
			fmt.Fprintf(w, "%s: %d of %d, %s (%s)\n", a.ID, a.Level, len(m.Levels), m.Levels[a.Level-1], oneLine(a.By+": "+a.Evidence))
		}
	}
}

func (s *shell) catalogSetCommand() *cobra.Command {
	var in client.EntryInput
	var customers []string
	c := &cobra.Command{Use: "set PRODUCT", Short: "Say what a product is to those who run it", Args: exactly(1),
		Long: "Sets what is given and leaves the rest. What a catalog file says stands there: of what the product stands on and is part of, only what was said here is replaced. An empty value takes away."}
	fl := c.Flags()
	fl.StringVar(&in.Manager, "manager", "", "`HANDLE` of the product manager")
	fl.StringVar(&in.Tier, "tier", "", "how much hangs on it, in your own `WORD`")
	fl.StringVar(&in.DataClass, "data-class", "", "what it holds, in your own `WORD`")
	fl.StringSliceVar(&in.Users, "users", nil, "`REFS` of teams that use it")
	fl.StringSliceVar(&customers, "customers", nil, "`REFS` of accounts that use it; for cleared people")
	fl.StringSliceVar(&in.DependsOn, "depends-on", nil, "`REFS` of products that it stands on, or entities as kind:namespace/name")
	fl.StringSliceVar(&in.PartOf, "part-of", nil, "`REFS` of systems and domains that it is part of")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		ref := plumbline.ProductRef(args[0])
		p, err := d.Product(ctx, ref)
		if err != nil {
			return err
		}
		if fl.Changed("customers") {
			in.Customers = &customers
		}
		keep(fl.Changed, p, &in)
		if err := d.PutFacts(ctx, ref, in); err != nil {
			return err
		}
		return s.told(map[string]any{"product": ref}, nil, "%s saved", ref)
	}))
	return s.reading(c)
}

// keep fills in what was not given.
func keep(given func(string) bool, p client.ProductEntry, in *client.EntryInput) {
	cat := p.Catalog
	for _, f := range []struct {
		flag string
		to   *string
		was  string
	}{{"manager", &in.Manager, cat.Manager}, {"tier", &in.Tier, cat.Tier}, {"data-class", &in.DataClass, cat.DataClass}} {
		if !given(f.flag) {
			*f.to = f.was
		}
	}
	if !given("users") {
		for _, u := range cat.Users {
			in.Users = append(in.Users, u.Ref)
		}
	}
	if !given("depends-on") {
		in.DependsOn = cat.SaidHere.DependsOn
	}
	if !given("part-of") {
		in.PartOf = cat.SaidHere.PartOf
	}
}

func (s *shell) catalogAssessCommand() *cobra.Command {
	var evidence string
	c := &cobra.Command{Use: "assess PRODUCT [ASPECT LEVEL]", Short: "Say how mature a product is, or show the questions", Args: atLeast(1),
		Long: "Without ASPECT it shows the questions with what was said last. ASPECT is investment, adoption, interfaces, operations or measurement, LEVEL 1 to 4. What was said before stays in the history."}
	c.Flags().StringVar(&evidence, "evidence", "", "what shows it, as `TEXT`")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		ref := plumbline.ProductRef(args[0])
		if len(args) == 1 {
			m, err := d.Maturity(ctx, ref)
			if err != nil {
				return err
			}
			return s.show(m, func(w io.Writer) { printQuestions(w, m) })
		}
		if len(args) != 3 {
			return plumbline.Errorf(plumbline.Invalid, "Use it as: %s.", c.UseLine())
		}
		level, err := strconv.Atoi(args[2])
		if err != nil {
			return plumbline.FieldError("level", "A level is 1 to 4, not %q.", args[2])
		}
		err = d.Assess(ctx, ref, client.MaturityInput{Aspect: args[1], Level: level, Evidence: evidence})
		return s.told(map[string]any{"product": ref, "aspect": args[1], "level": level}, err, "%s: %s is %d", ref, args[1], level)
	}))
	return s.reading(c)
}

func printQuestions(w io.Writer, m client.Maturity) {
	for _, a := range m.Aspects {
		fmt.Fprintf(w, "%s: %s\n", a.ID, a.Question)
		for i, text := range a.Levels {
			mark := " "
			if a.Level == i+1 {
				mark = "*"
			}
			fmt.Fprintf(w, "%s %d %s: %s\n", mark, i+1, m.Levels[i], text)
		}
	}
}
