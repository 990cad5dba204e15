// Package slodoc is what the definitions of service level objectives have in
// common, whoever's form they are in: durations, windows, shares, labels, and
// the report by line.
//
// Nouns: a [Page] is what a file gave: objectives, and a row for each thing that
// was found, with its line. A [Spot] is the place in it that is being read.
//
// Laws: pure. Everything that is found has a row: taken, or skipped with the
// reason. What was taken and not wholly understood says so in its row.
package slodoc

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// MaxSLOs is how many objectives a file has at most.
const MaxSLOs = 5000

// Page is what a file gave.
type Page struct {
	SLOs []plumbline.SLO
	Rows []plumbline.RowReport // of what is no objective, or could not be one: always skipped
	// Notes are remarks on objectives that were taken, by id.
	Notes map[string][]string
	seen  map[string]int // line by id
}

// Spot is a place in a file, and what is remarked there on the way.
type Spot struct {
	Line  int
	Ref   string
	notes []string
}

// Note remarks on what is read here.
func (s *Spot) Note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// Skip reports something that is not taken.
func (p *Page) Skip(s Spot, format string, args ...any) {
	p.Rows = append(p.Rows, plumbline.RowReport{Line: s.Line, Ref: Clip(s.Ref), Outcome: plumbline.RowSkipped, Reason: fmt.Sprintf(format, args...)})
}

// Take adds an objective, or reports why it cannot be one: it is not valid, its
// name is taken, or there are too many.
func (p *Page) Take(s Spot, slo plumbline.SLO) {
	slo.Line = s.Line
	if s.Ref = slo.ID; s.Ref == "" {
		s.Ref = slo.Name
	}
	if first, again := p.seen[slo.ID]; again {
		p.Skip(s, "%q is defined in line %d already; the first definition stays", Clip(slo.ID), first)
		return
	}
	if err := slo.Validate(); err != nil {
		p.Skip(s, "%s", plumbline.TextOf(err))
		return
	}
	if len(p.SLOs) == MaxSLOs {
		p.Skip(s, "there are more than %d objectives; split the file", MaxSLOs)
		return
	}
	if p.seen == nil {
		p.seen, p.Notes = map[string]int{}, map[string][]string{}
	}
	p.seen[slo.ID] = s.Line
	p.SLOs = append(p.SLOs, slo)
	if len(s.notes) > 0 {
		p.Notes[slo.ID] = s.notes
	}
}

// Clip keeps a stranger's text short in a report.
func Clip(s string) string {
	const most = 120
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// written is a whole number and a unit. Units are case-sensitive: m is a minute
// and M a month.
var written = regexp.MustCompile(`^([0-9]{1,6})([smhdwMQY])$`)

// Span is a duration as it was written: so many of a unit.
type Span struct {
	N    int
	Unit byte // s, m, h, d, w, M, Q or Y
}

// ParseSpan reads a duration such as 28d, 1M or 5m.
func ParseSpan(text string) (Span, error) {
	m := written.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return Span{}, plumbline.Errorf(plumbline.Invalid, "%q is no duration: write a whole number and one of m (minute), h, d, w, M (month), Q or Y", Clip(text))
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n == 0 {
		return Span{}, plumbline.Errorf(plumbline.Invalid, "%q is no duration: it is nothing", Clip(text))
	}
	return Span{N: n, Unit: m[2][0]}, nil
}

// Length is the duration of a span that is no number of months; 0 of one that is.
func (s Span) Length() time.Duration {
	unit := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[s.Unit]
	return time.Duration(s.N) * unit
}

// months is how many months a span is; 0 when it is counted otherwise.
func (s Span) months() int { return s.N * map[byte]int{'M': 1, 'Q': 3, 'Y': 12}[s.Unit] }

// Window is the window of an objective from a duration. What a constraint cannot
// be judged by becomes what is nearest, and is remarked on.
func (s *Spot) Window(text string, rolling bool) (plumbline.Window, error) {
	span, err := ParseSpan(text)
	if err != nil {
		return plumbline.Window{}, err
	}
	if n := span.months(); n > 0 {
		return s.months(text, n, rolling)
	}
	length := span.Length()
	const day = 24 * time.Hour
	if length < day {
		hint := ""
		if span.Unit == 'm' {
			hint = fmt.Sprintf(": m is a minute, and %dM would be %d month(s)", span.N, span.N)
		}
		return plumbline.Window{}, plumbline.Errorf(plumbline.Invalid, "the window %s is shorter than a day%s", Clip(text), hint)
	}
	if length%day != 0 || length > plumbline.MaxWindowDays*day {
		return plumbline.Window{}, plumbline.Errorf(plumbline.Invalid, "the window %s is no number of days up to %d", Clip(text), plumbline.MaxWindowDays)
	}
	if !rolling {
		s.Note("a period of %s by the calendar is judged as the last %d days, which roll along", Clip(text), int(length/day))
	}
	return plumbline.Window{Days: int(length / day)}, nil
}

func (s *Spot) months(text string, n int, rolling bool) (plumbline.Window, error) {
	calendar := map[int]string{1: plumbline.WindowMonth, 3: plumbline.WindowQuarter, 12: plumbline.WindowYear}[n]
	days := map[int]int{1: 30, 3: 90, 12: 365}[n]
	if days == 0 {
		return plumbline.Window{}, plumbline.Errorf(plumbline.Invalid, "the window %s is neither a month nor a quarter nor a year", Clip(text))
	}
	if rolling {
		s.Note("a rolling window of %s is judged as %d days", Clip(text), days)
		return plumbline.Window{Days: days}, nil
	}
	return plumbline.Window{Calendar: calendar}, nil
}

// Share is a target from a ratio (0.999) or from percents (99.9), of which one is
// said. What looks like the other of the two is refused, not guessed.
func Share(ratio, percent *yamldoc.Node) (plumbline.Decimal, error) {
	has := func(n *yamldoc.Node) bool { return n.Str() != "" }
	switch {
	case !has(ratio) && !has(percent):
		return "", plumbline.Errorf(plumbline.Invalid, "it has no target")
	case has(ratio) && has(percent):
		a, errA := number(ratio)
		b, errB := percentOf(percent)
		if errA != nil || errB != nil || a != b {
			return "", plumbline.Errorf(plumbline.Invalid, "its target %s and its percentage %s are not the same", Clip(ratio.Str()), Clip(percent.Str()))
		}
		return a, nil
	case has(percent):
		return percentOf(percent)
	}
	d, err := number(ratio)
	if err == nil && !plumbline.ShareBetween(d) {
		return "", plumbline.Errorf(plumbline.Invalid, "the target %s is no ratio between 0 and 1; if it is meant in percent, it is a percentage and not a ratio", Clip(ratio.Str()))
	}
	return d, err
}

// Percent is a target that is said in percents.
func Percent(n *yamldoc.Node) (plumbline.Decimal, error) {
	if n.Str() == "" {
		return "", plumbline.Errorf(plumbline.Invalid, "it has no objective")
	}
	return percentOf(n)
}

func percentOf(n *yamldoc.Node) (plumbline.Decimal, error) {
	d, err := plumbline.ParseDecimal(n.Str())
	if err != nil {
		return "", err
	}
	x := d.Rat()
	if f, _ := x.Float64(); f <= 1 || f >= 100 {
		return "", plumbline.Errorf(plumbline.Invalid, "the target %s is no percentage between 1 and 100; if a ratio is meant, it is written in percent here: 99.9", Clip(n.Str()))
	}
	d, err = plumbline.ParseDecimal(n.Str() + "e-2")
	if err != nil {
		return "", plumbline.Errorf(plumbline.Invalid, "the target %s cannot be read as a percentage", Clip(n.Str()))
	}
	return plumbline.RoundedShare(d), nil
}

func number(n *yamldoc.Node) (plumbline.Decimal, error) {
	d, err := plumbline.ParseDecimal(n.Str())
	return plumbline.RoundedShare(d), err
}

// maxLabels is how many labels, and values of one, are kept.
const maxLabels = 50

// Labels are the labels of a mapping. The value of one may be a text or a list
// of them.
func Labels(nodes ...*yamldoc.Node) map[string][]string {
	out := map[string][]string{}
	for _, n := range nodes {
		if n == nil || n.Kind != yamldoc.Mapping {
			continue
		}
		for i, key := range n.Keys {
			if len(out) == maxLabels {
				break
			}
			for _, v := range n.Items[i].Scalars() {
				if text := v.Str(); len(out[key]) < maxLabels && !slices.Contains(out[key], text) {
					out[Clip(key)] = append(out[Clip(key)], Clip(text))
				}
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Product is the product that an annotation or a label names: ipm/slo.
func Product(nodes ...*yamldoc.Node) string {
	for _, n := range nodes {
		if ref := strings.ToLower(n.Get("ipm/slo").Str()); ref != "" {
			return Clip(ref)
		}
	}
	return ""
}

// OneLine is a node as one line of text, as YAML writes it in flow: what is kept
// of settings that only others understand.
func OneLine(n *yamldoc.Node) string {
	var b strings.Builder
	flow(&b, n)
	return Clip(b.String())
}

func flow(b *strings.Builder, n *yamldoc.Node) {
	switch {
	case n == nil || n.Null:
		b.WriteString("null")
	case b.Len() > 1000:
		b.WriteString("…")
	case n.Kind == yamldoc.Scalar:
		b.WriteString(strings.Join(strings.Fields(n.Text), " "))
	case n.Kind == yamldoc.List:
		b.WriteString("[")
		for i, it := range n.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			flow(b, it)
		}
		b.WriteString("]")
	default:
		b.WriteString("{")
		for i, it := range n.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(n.Keys[i] + ": ")
			flow(b, it)
		}
		b.WriteString("}")
	}
}
