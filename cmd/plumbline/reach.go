package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

func (s *shell) reachCommand() *cobra.Command {
	var source string
	var none bool
	c := &cobra.Command{Use: "reach [PRODUCT [MANY UNIT]]", Short: "Say what the reach of a product is counted in, or see it", Args: atMost(3),
		Long: "A share of reach is a share of something: of 24 teams, of 310 clusters. This says of what, for a product, and from what it is known. With the product alone it shows what was said, the newest first; without arguments, what stands for each product. --none takes it away."}
	c.Flags().StringVar(&source, "source", "", "where the number comes from, a `LINK` or words")
	c.Flags().BoolVar(&none, "none", false, "it is counted in nothing any more")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		switch {
		case len(args) == 0 && !none:
			all, err := d.Reaches(ctx)
			if err != nil {
				return err
			}
			return s.show(all, func(w io.Writer) { printReach(w, all) })
		case len(args) == 1 && !none:
			v, err := d.Reach(ctx, plumbline.ProductRef(args[0]))
			if err != nil {
				return err
			}
			return s.show(v, func(w io.Writer) { printReach(w, v.History) })
		case len(args) == 1:
			err := d.PutReach(ctx, plumbline.ProductRef(args[0]), client.ReachInput{})
			return s.told(map[string]any{"product": args[0]}, err, "The reach of %s is not counted any more", args[0])
		case len(args) == 3 && !none:
			many, err := strconv.ParseInt(args[1], 10, 64)
			if err != nil {
				return plumbline.FieldError("many", "Write how many there are as a whole number, not %q.", args[1])
			}
			err = d.PutReach(ctx, plumbline.ProductRef(args[0]), client.ReachInput{Unit: args[2], Many: many, Source: source})
			return s.told(map[string]any{"product": args[0], "many": many, "unit": args[2]}, err, "The reach of %s is counted in %d %s", args[0], many, args[2])
		}
		return plumbline.Errorf(plumbline.Invalid, "Use it as: %s.", c.UseLine())
	}))
	return s.reading(c)
}

func printReach(w io.Writer, all []plumbline.ReachUnit) {
	rows := [][]string{{"PRODUCT", "OF", "SAID BY", "ON", "SOURCE"}}
	for _, u := range all {
		of, on := "not counted", ""
		if u.Unit != "" {
			of = fmt.Sprintf("%d %s", u.Many, u.Unit)
		}
		if !u.At.IsZero() {
			on = u.At.Std().Format(time.DateOnly)
		}
		rows = append(rows, []string{string(u.Product), of, cmp.Or(u.ByName, "?"), on, strings.TrimSpace(u.Source)})
	}
	table(w, rows...)
}
