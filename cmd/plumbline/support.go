package main

import (
	"context"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// supportCommand shows the load of support of a product or a process.
func (s *shell) supportCommand() *cobra.Command {
	c := &cobra.Command{Use: "support PRODUCT", Short: "Show how much of the time interrupts take", Args: exactly(1),
		Long: "Shows for a product or a process, week by week, the hours of its tickets of the hours that there are, how many came and were resolved, and how long they took: the median, and within what time nine of ten were done. Tickets come in by plumbline import tickets FILE."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		v, err := d.Support(ctx, plumbline.ProductRef(args[0]))
		return s.shown(v, err, func(w io.Writer) { printSupport(w, v) })
	}))
	var from, people, hours string
	set := &cobra.Command{Use: "capacity PRODUCT", Short: "Say how many hours there are for support", Args: exactly(1)}
	set.Flags().StringVar(&from, "from", "", "from the week of this `DAY` on")
	set.Flags().StringVar(&people, "people", "", "how many `PEOPLE`")
	set.Flags().StringVar(&hours, "hours", "", "`HOURS` of one of them in a week")
	set.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in, err := capacityOf(from, people, hours)
		if err != nil {
			return err
		}
		return s.told(in, d.PutSupportCapacity(ctx, plumbline.ProductRef(args[0]), in), "from the week of %s: %s people, %s hours each", day(in.From), in.People, in.Hours)
	}))
	c.AddCommand(s.reading(set))
	return s.reading(c)
}

func capacityOf(from, people, hours string) (in plumbline.SupportCapacity, err error) {
	if in.From, err = plumbline.ParseTime(from); err != nil {
		return in, err
	}
	if in.People, err = plumbline.ParseDecimal(people); err != nil {
		return in, err
	}
	in.Hours, err = plumbline.ParseDecimal(hours)
	return in, err
}

func printSupport(w io.Writer, v client.Support) {
	fmt.Fprintf(w, "%s: %d incidents go on; resolved in 90 days: %s\n", oneLine(v.Name), v.Open, lasting(v.Recovery))
	for _, l := range v.Limits {
		if l.Standing != nil {
			fmt.Fprintf(w, "%s: %s. %s\n", oneLine(l.Name), l.Standing.Status, oneLine(l.Standing.Reason))
		}
	}
	if len(v.Weeks) == 0 {
		fmt.Fprintln(w, "No tickets are known.")
		return
	}
	fmt.Fprintf(w, "tickets of 28 days: first response %s; resolution %s\n", lasting(v.Answer), lasting(v.Resolve))
	rows := [][]string{{"WEEK", "SHARE", "HOURS", "OF", "CAME", "RESOLVED", "OPEN"}}
	for _, k := range v.Weeks {
		week := day(k.From)
		if !k.Whole {
			week += " (not whole)"
		}
		rows = append(rows, []string{week, percent(k.Share), known(k.Hours), known(k.Capacity), strconv.FormatInt(k.Arrivals, 10), strconv.FormatInt(k.Closures, 10), strconv.FormatInt(k.Open, 10)})
	}
	table(w, rows...)
}

func known(d plumbline.Decimal) string {
	if !d.Known() {
		return "unknown"
	}
	return string(d)
}

// percent is a share with one digit behind the point.
func percent(d plumbline.Decimal) string {
	x := d.Rat()
	if x == nil {
		return "unknown"
	}
	return new(big.Rat).Mul(x, big.NewRat(100, 1)).FloatString(1) + " %"
}

// lasting is how long something took, with how many there were.
func lasting(t client.LastingTimes) string {
	if t.N == 0 {
		return "none known"
	}
	one := func(d time.Duration, up bool) string {
		if up {
			return "at least " + d.Round(time.Minute).String()
		}
		return d.Round(time.Minute).String()
	}
	return fmt.Sprintf("median %s, nine of ten within %s (of %d)", one(t.Median, t.MedianUp), one(t.P90, t.P90Up), t.N)
}
