package script

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/rank"
)

var (
	order  = regexp.MustCompile(`^order: (.+)$`)
	chance = regexp.MustCompile(`^(\S+) before (\S+): ([\d.]+)$`)
	clocks = regexp.MustCompile(`^(\S+) clock (\S+): (.+)$`)
	figure = regexp.MustCompile(`^(\S+) (score|mean|shrunk|row|place|p_top|evpi): (-?[\d.]+)$`)
	words  = regexp.MustCompile(`^(\S+) (is|says|problem|why|missing|tie|severity): ?(.*)$`)
	calm   = regexp.MustCompile(`^(\S+) has no problems$`)
)

// check compares a line with the ranking.
func (p *player) check(line string) {
	if p.table == nil {
		p.fail("Say first on which day, for example: on 2026-11-02.")
		return
	}
	if m := order.FindStringSubmatch(line); m != nil {
		if got := p.names(); got != m[1] {
			p.fail("The order is %s.", got)
		}
		return
	}
	if m := chance.FindStringSubmatch(line); m != nil {
		a, okA := p.subject(m[1])
		b, okB := p.subject(m[2])
		if okA && okB {
			p.near(m[3], p.table.Above(a, b))
		}
		return
	}
	for _, c := range []struct {
		form *regexp.Regexp
		do   func(e *rank.Entry, m []string)
	}{{clocks, p.checkClock}, {figure, p.checkFigure}, {words, p.checkWords}, {calm, p.checkCalm}} {
		if m := c.form.FindStringSubmatch(line); m != nil {
			if i, ok := p.subject(m[1]); ok {
				c.do(p.table.Entry(i), m)
			}
			return
		}
	}
	p.fail("The line cannot be read: %q.", line)
}

func (p *player) subject(id string) (int, bool) {
	i, ok := p.at[id]
	if !ok {
		p.fail("There is no item %q in the scene.", id)
	}
	return i, ok
}

// near compares a figure to the digits that are told.
func (p *player) near(told string, got float64) {
	want, err := strconv.ParseFloat(told, 64)
	digits := 0
	if _, after, ok := strings.Cut(told, "."); ok {
		digits = len(after)
	}
	if tolerance := 0.5001 * math.Pow(10, -float64(digits)); err != nil || !(math.Abs(got-want) <= tolerance) {
		p.fail("It is %.*f.", digits+2, got)
	}
}

func (p *player) checkFigure(e *rank.Entry, m []string) {
	var got float64
	switch m[2] {
	case "row":
		got = float64(e.Row)
	case "place":
		got = float64(e.Position)
	case "p_top":
		got = e.PTop
	case "evpi":
		for _, s := range p.table.ValidateNext(0) {
			if s.Subject == e.Subject {
				got = s.EVPI
			}
		}
	default:
		if e.Score == nil {
			p.fail("It has no score.")
			return
		}
		got = map[string]float64{"score": e.Score.Median, "mean": e.Score.Mean, "shrunk": e.Score.Shrunk}[m[2]]
	}
	p.near(m[3], got)
}

func (p *player) checkWords(e *rank.Entry, m []string) {
	want := m[3]
	problems := slices.Concat(e.Force.Problems, e.Problems)
	switch m[2] {
	case "is":
		if got := e.Force.Group.String(); !same(got, want) {
			p.fail("It is %s.", strings.ToLower(got))
		}
	case "severity":
		if !same(e.Force.Severity, want) {
			p.fail("It is %s.", e.Force.Severity)
		}
	case "tie":
		if !same(e.Tie, want) {
			p.fail("It is %q.", e.Tie)
		}
	case "missing":
		var got []string
		for _, f := range e.Missing {
			got = append(got, string(f))
		}
		if list := strings.Join(got, ", "); !same(list, want) {
			p.fail("It is %q.", list)
		}
	case "why":
		p.contains([]string{e.Force.Why}, want)
	case "problem":
		p.contains(problems, want)
	case "says":
		p.contains(p.table.Explain(e.Subject).Sentences, want)
	}
}

func (p *player) contains(got []string, want string) {
	if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, want) }) {
		p.fail("It says %q.", got)
	}
}

func (p *player) checkCalm(e *rank.Entry, _ []string) {
	if got := slices.Concat(e.Force.Problems, e.Problems); len(got) > 0 {
		p.fail("It has: %q.", got)
	}
}

// checkClock compares how a clock stands: "due 2026-11-02 17:00", "late", "late
// by 3 d", "in time", "paused", "stopped", "stopped late", "none" (it promises
// nothing here, or is not for the item), "unassessed", and "is the one" that
// orders the item. Several are parted by commas.
func (p *player) checkClock(e *rank.Entry, m []string) {
	i := slices.IndexFunc(e.Force.Clocks, func(s clock.Status) bool { return s.Policy == m[2] })
	for part := range strings.SplitSeq(m[3], ", ") {
		if i < 0 {
			if part != "none" {
				p.fail("The clock %s does not run for it.", m[2])
			}
			continue
		}
		st := e.Force.Clocks[i]
		if part == "is the one" {
			if e.Force.Clock != m[2] {
				p.fail("The one is %s.", e.Force.Clock)
			}
			continue
		}
		p.stands(st, part)
	}
}

func (p *player) stands(st clock.Status, part string) {
	word, rest, _ := strings.Cut(part, " ")
	ok := false
	switch {
	case part == "late":
		ok = st.Breached && st.Phase != clock.Stopped
	case word == "late":
		ok = st.Breached && shortest(-st.Remaining) == strings.TrimPrefix(rest, "by ")
	case part == "in time":
		ok = !st.Breached && st.Due != 0
	case part == "stopped late":
		ok = st.Phase == clock.Stopped && st.Breached
	case word == "stopped", word == "paused", word == "unassessed", word == "waiting":
		ok = st.Phase == word
	case word == "due":
		ok = st.Due.Std().Format("2006-01-02 15:04") == rest || st.Due.Std().Format(time.DateOnly) == rest
	}
	if !ok {
		p.fail("It is %s; due %s, %s left, late: %v.", st.Phase, st.Due.Std().Format("2006-01-02 15:04"), shortest(st.Remaining), st.Breached)
	}
}

// shortest writes a duration as people do: "3 d 2 h".
func shortest(d time.Duration) string {
	var parts []string
	for _, u := range []struct {
		name string
		of   time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}} {
		if n := d / u.of; n != 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			d -= n * u.of
		}
	}
	if len(parts) == 0 {
		return "0 min"
	}
	return strings.Join(parts, " ")
}
