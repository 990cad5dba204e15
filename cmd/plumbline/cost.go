package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// costCommand shows what products cost, and whose cost it is.
func (s *shell) costCommand() *cobra.Command {
	var q client.CostQuery
	c := &cobra.Command{Use: "cost [PRODUCT]", Short: "Show what products cost", Args: cobra.MaximumNArgs(1),
		Long: "Shows what a product costs in a month, by its parts and with what is likely to come; without one, what all products cost and what nobody claims. Bills come in by plumbline import focus FILE."}
	c.Flags().StringVar(&q.Month, "month", "", "this `MONTH`, as 2026-11; the latest when not said")
	c.Flags().StringVar(&q.Currency, "currency", "", "in this `CURRENCY`")
	c.Flags().StringVar(&q.Basis, "basis", "", "billed or effective, as `BASIS`")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		if len(args) == 0 {
			v, err := d.AllCosts(ctx, q)
			if err != nil {
				return err
			}
			return s.show(v, func(w io.Writer) { printCosts(w, v) })
		}
		v, err := d.ProductCost(ctx, plumbline.ProductRef(args[0]), q)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printCost(w, v) })
	}))
	c.AddCommand(s.costRulesCommand())
	return s.reading(c)
}

func (s *shell) costRulesCommand() *cobra.Command {
	c := &cobra.Command{Use: "rules [FILE]", Short: "Show the rules that say whose cost a charge is, or put others in force", Args: cobra.MaximumNArgs(1),
		Long: "Shows the rules that say whose cost a charge is. With a FILE, puts its rules in force, for what is known already too; its version must be a new one."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		var v client.CostRules
		var err error
		if len(args) == 0 {
			v, err = d.CostRules(ctx)
		} else {
			var text string
			if text, err = readArgument(args[0]); err == nil {
				v, err = d.PutCostRules(ctx, text)
			}
		}
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { fmt.Fprint(w, v.Text) })
	}))
	return s.reading(c)
}

// readArgument is the text of a file that is named on the command line.
func readArgument(name string) (string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return "", &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The file %s cannot be read.", name), Err: err}
	}
	return string(text), nil
}

func printCosts(w io.Writer, v client.AllCosts) {
	if v.Month == "" {
		fmt.Fprintln(w, "No bill is known.")
		return
	}
	fmt.Fprintf(w, "%s: %s %s (%s), nobody's %s\n", v.Month, v.Total.On(v.Basis), v.Currency, v.Basis, v.Nobody.On(v.Basis))
	rows := [][]string{{"PRODUCT", "AMOUNT", "MONTH BEFORE", "CHARGES"}}
	for _, l := range v.Lines {
		rows = append(rows, []string{string(l.Product), string(l.On(v.Basis)), string(l.Before.On(v.Basis)), strconv.FormatInt(l.Rows, 10)})
	}
	table(w, rows...)
	printRestated(w, v.Restated, v.Basis)
}

func printCost(w io.Writer, v client.ProductCost) {
	if v.Month == "" {
		fmt.Fprintf(w, "%s: no cost is known.\n", v.Name)
		return
	}
	fmt.Fprintf(w, "%s, %s: %s %s (%s)\n", v.Name, v.Month, v.Total.On(v.Basis), v.Currency, v.Basis)
	if v.Outlook.Forecast.Known() {
		fmt.Fprintf(w, "Likely at the end: %s, 9 times of 10 between %s and %s; %d days are complete, %d unusual.\n", v.Outlook.Forecast, v.Outlook.Low, v.Outlook.High, v.Outlook.Complete, v.Outlook.Unusual)
	}
	rows := [][]string{{"BY", "PART", "AMOUNT", "CHARGES"}}
	for _, side := range v.Parts {
		for _, l := range side.Lines {
			rows = append(rows, []string{side.Dim, l.Value, string(l.On(v.Basis)), strconv.FormatInt(l.Rows, 10)})
		}
	}
	table(w, rows...)
	printRestated(w, v.Restated, v.Basis)
}

func printRestated(w io.Writer, list []client.CostRestated, basis string) {
	for _, r := range list {
		fmt.Fprintf(w, "restated: %s %s was %s, is %s %s: %s\n", r.Product, r.Month, r.Was.On(basis), r.Is.On(basis), r.Currency, r.Why)
	}
}
