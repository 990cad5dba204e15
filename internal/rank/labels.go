package rank

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/clock"
)

// severity finds the severity that counts: the worst that anything says.
func (a *assessment) severity() {
	said := meanings(a.labels, a.p.labels.severity)
	if a.s.Severity != "" {
		if a.p.worst(a.s.Severity) == "" {
			a.problem("The severity %q is none of %s: it does not count.", a.s.Severity, either(a.p.severities))
		} else {
			said = append(said, a.s.Severity)
		}
	}
	if len(said) == 0 {
		for _, e := range slices.Backward(a.s.Events) {
			if e.Type == clock.Severity && e.At <= a.now {
				said = append(said, e.Severity)
				break
			}
		}
	}
	a.f.Severity = a.p.worst(said...)
	if different(said) {
		slices.Sort(said)
		a.problem("It has the severities %s: the higher one counts, %s. Take the other away.", both(slices.Compact(said)), a.f.Severity)
	}
}

// priority checks the priorities that anything says against each other.
func (a *assessment) priority() {
	said := meanings(a.labels, a.p.labels.priority)
	if a.s.Priority != "" {
		said = append(said, a.s.Priority)
	}
	if different(said) {
		slices.Sort(said)
		a.problem("It has the priorities %s: leave one.", both(slices.Compact(said)))
	}
	for _, prio := range slices.Compact(said) {
		if err := a.p.CheckPriority(a.labels, a.s.Class, a.f.Severity, prio); err != nil {
			a.problem("%s", plumbline.TextOf(err))
		}
	}
}

func different(list []string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return x != list[0] })
}

// meanings are what labels mean in one of the policy's books.
func meanings(labels []string, book map[string]string) []string {
	var out []string
	for _, l := range labels {
		if v := book[clock.PlainLabel(l)]; v != "" {
			out = append(out, v)
		}
	}
	return out
}

// strange notes labels that look as if they meant something and do not: of a
// scope that the policy reads, with a value that it does not know, or written a
// little differently from one that forces.
func (a *assessment) strange() {
	for _, l := range a.labels {
		plain := clock.PlainLabel(l)
		if a.p.labels.severity[plain] != "" || a.p.labels.priority[plain] != "" || a.p.reads(plain) {
			continue
		}
		if i := strings.LastIndex(plain, "/"); i > 0 {
			if values, ok := a.p.labels.scopes[plain[:i]]; ok && !slices.Contains(values, plain[i+1:]) {
				a.problem("The policy knows no label %q: it does not count. %s:: goes with %s.", l, plain[:i], either(values))
				continue
			}
		}
		if near := a.p.looksLike(plain); near != "" {
			a.problem("The label %q looks like %q, but is not it: it does not count.", l, near)
		}
	}
}

// reads says whether a label stands somewhere in the policy.
func (p *Policy) reads(plain string) bool {
	one := []string{plain}
	for _, f := range p.families {
		if anyLabel(one, f.Labels) || anyLabel(one, f.Unless) {
			return true
		}
	}
	for _, r := range p.rows {
		if anyLabel(one, r.Labels) {
			return true
		}
	}
	return slices.ContainsFunc(p.Clocks, func(c clock.Policy) bool { return len(c.Labels) > 0 && c.Applies(one) })
}

// looksLike is the label that forces, of the same letters and digits.
func (p *Policy) looksLike(plain string) string {
	letters := onlyLetters(plain)
	for _, f := range p.families {
		for _, l := range f.Labels {
			if onlyLetters(clock.PlainLabel(l)) == letters {
				return l
			}
		}
	}
	return ""
}

func onlyLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
