package web

import (
	"fmt"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/capacity"
	"plumbline/internal/web/ui"
)

// capacityParts are the parts of a bar in their order: what is left, then what is taken
// off. Each has a hue, and its word beside it in the key.
var capacityParts = [...]struct{ What, Word, Class string }{
	{"", "left for planned work", "hue-8"},
	{"support", "support", "hue-2"},
	{"incidents", "incidents", "hue-0"},
	{"upkeep", "upkeep", "hue-5"},
	{"unplanned", "unplanned", "hue-10"},
	{capacity.Margin, "margin, so that it is enough in most periods", "hue-11"},
	{capacity.Limit, "kept by limits", "hue-9"},
}

// barPart is a part of a bar, in percent of the scale.
type barPart struct{ Class, X, Width string }

// longest is the end of the scale that all bars of a page have in common.
func longest(v capacity.CapacityView) (most float64) {
	for _, t := range v.Teams {
		for _, n := range t.Nets {
			most = max(most, n.Gross, n.Gross+n.Short)
		}
	}
	return most
}

// capacityBarParts lays the parts of a capacity side by side.
func capacityBarParts(n capacity.Net, most float64) (out []barPart) {
	at := 0.0
	for _, p := range capacityParts {
		size := n.Net
		if p.What != "" {
			size = 0
			for _, t := range n.Takes {
				if t.What == p.What {
					size += t.Weeks
				}
			}
		}
		if size > 0 && most > 0 {
			out = append(out, barPart{p.Class, fmt.Sprintf("%.2f%%", 100*at/most), fmt.Sprintf("%.2f%%", 100*size/most)})
			at += size
		}
	}
	return out
}

// personWeeks is a capacity with as many digits as say something.
func personWeeks(x float64) string {
	if x >= 99.95 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}

// netWords is a capacity as a sentence, for who does not see the bar.
func netWords(n capacity.Net) string {
	if !n.Known() {
		return n.Period.String() + ": " + n.Source
	}
	parts := []string{personWeeks(n.Gross) + " person-weeks"}
	for _, t := range n.Takes {
		parts = append(parts, personWeeks(t.Weeks)+" off for "+takeWord(t))
	}
	return fmt.Sprintf("%s: %s; %s left", n.Period, strings.Join(parts, ", "), personWeeks(n.Net))
}

func takeWord(t capacity.Take) string {
	if t.What == capacity.Limit {
		return t.Work + " (a limit)"
	}
	return t.What
}

// noteWords is what else there is to say of a capacity in a few words.
func noteWords(n capacity.Net) string {
	var out []string
	if words := n.LeftWords(); words != "" {
		out = append(out, words)
	}
	if n.Invented {
		out = append(out, "invented")
	}
	return strings.Join(out, ", ")
}

// staffWords is what a capacity is made of.
func staffWords(n capacity.Net) string {
	if n.People == 0 {
		return ""
	}
	return fmt.Sprintf("%.3g people × %.3g weeks × %s focus", n.People, n.Weeks, percentOf(n.Focus))
}

// basisLook says how a capacity is known.
func basisLook(n capacity.Net) (word string, tone ui.Tone, icon ui.IconName) {
	switch n.Basis {
	case capacity.Entered:
		return "entered", ui.OK, ui.IconCircleCheck
	case capacity.Carried:
		return "carried on", ui.Neutral, ui.IconHistory
	case capacity.Learned:
		return "learned", ui.Info, ui.IconChartLine
	}
	return "unknown", ui.Neutral, ui.IconCircleQuestionMark
}

// capacityTitle says what the page found, as a sentence: of what is still to come, or
// was when all of it is over.
func capacityTitle(v capacity.CapacityView, now plumbline.Time) string {
	last := v.Periods[len(v.Periods)-1]
	gross, net, known := 0.0, 0.0, 0
	for _, t := range v.Teams {
		for _, n := range t.Nets {
			if n.Known() && (n.Period.To() > now || last.To() <= now) {
				gross, net, known = gross+n.Gross, net+n.Net, known+1
			}
		}
	}
	if known == 0 || gross == 0 {
		return "Nobody said yet what teams can do"
	}
	of := "From today on there are %s person-weeks, and %s are left for planned work: %s go into"
	if last.To() <= now {
		of = "There were %s person-weeks, and %s were left for planned work: %s went into"
	}
	return fmt.Sprintf(of+" what comes by itself or is kept by limits", personWeeks(gross), personWeeks(net), percentOf(1-net/gross))
}

// ledgerTitle says where the work of a team went.
func ledgerTitle(rows []capacity.LedgerRow) string {
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].Spent > 0 {
			p := rows[i].Parts[0]
			return fmt.Sprintf("In %s features took %s of the work, %s were planned", rows[i].Period, percentOf(p.SpentShare), percentOf(p.PlannedShare))
		}
	}
	return "Nothing was finished in these periods"
}

// ledgerWords is a share of the work, planned and real.
func ledgerWords(row capacity.LedgerRow, p capacity.LedgerPart) string {
	if row.Spent == 0 {
		return "nothing finished; " + percentOf(p.PlannedShare) + " planned"
	}
	text := fmt.Sprintf("%s of %s planned", percentOf(p.SpentShare), percentOf(p.PlannedShare))
	if p.Itself > 0 {
		text += fmt.Sprintf("; %s of %s weeks came by itself", personWeeks(p.Itself), personWeeks(p.Spent))
	}
	return text
}

// meantFacts are what the mix means in each period that is known.
func meantFacts(nets []capacity.Net) (out []ui.Fact) {
	for _, n := range nets {
		if n.Known() {
			out = append(out, ui.Fact{Name: n.Period.String(), Text: meantWords(n)})
		}
	}
	return out
}

// meantWords says what the mix means in a period, and what of it is off already.
func meantWords(n capacity.Net) string {
	var out []string
	for _, m := range n.Meant {
		text := string(m.Share) + " " + personWeeks(m.Weeks)
		switch {
		case m.Off > m.Weeks:
			text += ", but " + personWeeks(m.Off) + " come by themselves"
		case m.Off > 0 && m.Off == m.Weeks:
			text += ", all of it off above"
		case m.Off > 0:
			text += ", " + personWeeks(m.Off) + " of it off above"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// focusWords is the focus that was entered beside what was measured.
func focusWords(f capacity.FocusView) string {
	said := "Nobody entered a focus"
	if f.Entered > 0 {
		said = "A focus of " + percentOf(f.Entered) + " was entered last"
	}
	if f.Measured == 0 {
		return fmt.Sprintf("%s. Not enough data to measure it: %s of %d with an entry.", said, plural(f.Weeks, "measured week", "measured weeks"), f.Least)
	}
	return fmt.Sprintf("%s; measured over %s, %s of people's time went into items that were finished.", said, plural(f.Weeks, "week", "weeks"), percentOf(f.Measured))
}

// mixWords is a planned mix in a line.
func mixWords(mix []capacity.MixView) string {
	var out []string
	for _, m := range mix {
		out = append(out, string(m.Share)+" "+percentOf(m.Part))
	}
	return strings.Join(out, ", ")
}

// periodLink is the page with other periods.
func periodLink(path string, v capacityView, by int) string {
	from := v.Periods[0].Add(by * len(v.Periods))
	return path + "?from=" + escape(from.String()) + "&by=" + escape(string(from.Unit)) + "&periods=" + strconv.Itoa(len(v.Periods))
}

// unitChoices are the units that periods can be shown in.
func unitChoices() []ui.Choice {
	return []ui.Choice{{Value: string(plumbline.InQuarters), Text: "quarters"}, {Value: string(plumbline.InMonths), Text: "months"}, {Value: string(plumbline.InWeeks), Text: "weeks"}}
}
