package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"plumbline"
	"plumbline/client"
)

// table prints rows in columns.
func table(w io.Writer, rows ...[]string) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, r := range rows {
		for i := range r {
			r[i] = oneLine(r[i])
		}
		fmt.Fprintln(t, strings.TrimRight(strings.Join(r, "\t"), "\t"))
	}
	t.Flush()
}

// oneLine keeps text from others from breaking the table or moving the cursor.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

// plain keeps line breaks and drops what would steer a terminal.
func plain(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = oneLine(strings.ReplaceAll(l, "\t", "    "))
	}
	return strings.Join(lines, "\n")
}

func printRows(w io.Writer, rows plumbline.Rows, cursorFlag string) {
	out := [][]string{{"KEY", "STATE", "TEAM", "UPDATED", "TITLE"}}
	for _, r := range rows.Rows {
		out = append(out, []string{string(r.Key), string(r.State), string(r.Team), day(r.Updated), r.Title})
	}
	table(w, out...)
	total := strconv.Itoa(rows.Total)
	if rows.Stretch > 0 {
		total = fmt.Sprintf("about %d, sorted %d at a time", max(rows.About, len(rows.Rows)), rows.Stretch)
	}
	switch {
	case rows.Next != "" && cursorFlag != "":
		fmt.Fprintf(w, "%d of %s; the next page: %s %s\n", len(rows.Rows), total, cursorFlag, rows.Next)
	default:
		fmt.Fprintf(w, "%d of %s\n", len(rows.Rows), total)
	}
}

func printDecisions(w io.Writer, d client.Docket) {
	out := [][]string{{"AT", "KEY", "OUTCOME", "BY", "SENTENCE"}}
	for _, e := range d.Entries {
		out = append(out, []string{day(e.At), string(e.Key), string(e.Outcome), e.ByName, string(e.Sentence)})
	}
	table(w, out...)
	if d.Next != "" {
		fmt.Fprintf(w, "the next page: --cursor %s\n", d.Next)
	}
}

func day(t plumbline.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Std().Format("2006-01-02")
}

func minute(t plumbline.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Std().Format("2006-01-02 15:04 UTC")
}

// printItem prints what a person wants to see of an item first.
func printItem(w io.Writer, v client.ItemView) {
	fmt.Fprintf(w, "%s  %s\n", v.Key, oneLine(v.Title))
	if v.Sentence != "" {
		fmt.Fprintf(w, "%s\n", oneLine(v.Sentence))
	}
	fmt.Fprintln(w)
	rows := [][]string{{"state", string(v.State)}}
	for _, l := range v.Lanes {
		if p, ok := v.States[l.ID]; ok && p.State != v.State {
			rows = append(rows, []string{"and", string(p.State)})
		}
	}
	for _, r := range [][2]string{
		{"process", string(v.Item.Process)}, {"class", string(v.Class)}, {"visibility", string(v.Visibility)}, {"team", v.TeamName},
		{"product", v.ProductName}, {"asked by", v.RequesterName}, {"on behalf of", v.OnBehalfOf}, {"assignee", v.Assignee},
		{"priority", v.Priority}, {"severity", v.Severity}, {"issue", v.URL}, {"filed", minute(v.Created)}, {"version", fmt.Sprint(v.Version)},
	} {
		if r[1] != "" {
			rows = append(rows, r[:])
		}
	}
	for _, f := range v.Process.Fields {
		if t := v.Fields[f.Name]; t != "" {
			rows = append(rows, []string{f.Name, t})
		}
	}
	for _, c := range v.Clocks {
		rows = append(rows, []string{"clock", c.Sentence})
	}
	table(w, rows...)
	if strings.TrimSpace(v.Body) != "" {
		fmt.Fprintf(w, "\n%s\n", plain(strings.TrimSpace(v.Body)))
	}
	printSaid(w, v)
	printNext(w, v)
}

func printSaid(w io.Writer, v client.ItemView) {
	if len(v.Decisions) > 0 {
		fmt.Fprintln(w, "\nDecisions")
		for _, d := range v.Decisions {
			fmt.Fprintf(w, "  %s  %s by %s: %s\n", day(d.At), d.Outcome, oneLine(d.ByName), oneLine(string(d.Sentence)))
		}
	}
	if len(v.Wanted) > 0 {
		fmt.Fprintln(w, "\nWanted by")
		for _, d := range v.Wanted {
			fmt.Fprintf(w, "  %s, priority %d %s\n", oneLine(d.Who), d.Points, oneLine(d.Worth))
		}
	}
	if len(v.Proof) > 0 {
		fmt.Fprintln(w, "\nEvidence")
		for _, e := range v.Proof {
			fmt.Fprintf(w, "  %s  %s: %s\n", day(e.Observed), e.Grade, oneLine(e.Text))
		}
	}
	if len(v.Said) > 0 {
		fmt.Fprintln(w, "\nComments")
		for _, c := range v.Said {
			fmt.Fprintf(w, "  %s  %s: %s\n", day(c.At), oneLine(c.ByName), oneLine(c.Body))
		}
	}
}

func printNext(w io.Writer, v client.ItemView) {
	if v.Tracker != nil && len(v.Tracker.Actions) > 0 {
		fmt.Fprintln(w, "\nTracker")
		for _, a := range v.Tracker.Actions {
			fmt.Fprintf(w, "  %s  %s %s\n", a.Status, a.Kind, oneLine(a.Result))
		}
	}
	var can []string
	for _, t := range v.Targets {
		if t.Allowed {
			can = append(can, string(t.State))
		}
	}
	if len(can) > 0 {
		fmt.Fprintf(w, "\nCan move to: %s\n", strings.Join(can, ", "))
	}
}
