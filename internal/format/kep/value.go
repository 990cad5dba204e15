package kep

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"plumbline"
)

// ParseStatus understands a status as people write it. The remark says what was
// done to understand it, or that it was not; it is empty for a plain status.
// A remark in parentheses is left off ("implemented (alpha)"), "superseded" is
// replaced, and a word one or two slips away from exactly one status is that one.
func ParseStatus(s string) (Status, string) {
	plain, _, extra := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "(")
	plain = strings.TrimSpace(plain)
	for _, k := range statuses {
		if string(k) == plain {
			if extra {
				return k, fmt.Sprintf("%q is read as %q", clip(s), k)
			}
			return k, ""
		}
	}
	switch plain {
	case "":
		return Unknown, "it is missing"
	case "superseded":
		return Replaced, fmt.Sprintf("%q is read as %q", clip(s), Replaced)
	}
	if k, ok := nearest(plain); ok {
		return k, fmt.Sprintf("%q is read as %q", clip(s), k)
	}
	return Unknown, fmt.Sprintf("%q is not a status", clip(s))
}

// nearest is the one status at most two slips away.
func nearest(s string) (best Status, ok bool) {
	if len(s) > 30 {
		return Unknown, false
	}
	const most = 2
	bestAt := most + 1
	for _, k := range statuses {
		switch d := slips(s, string(k)); {
		case d < bestAt:
			best, bestAt, ok = k, d, true
		case d == bestAt:
			ok = false
		}
	}
	return best, ok && bestAt <= most
}

// slips counts the letters left out, added, changed or swapped with their
// neighbour between a and b (optimal string alignment).
func slips(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}

// ParseStage understands a stage as people write it: "GA" is stable, and
// "beta (deprecated)" is deprecated.
func ParseStage(s string) (stage, remark string) {
	plain := strings.ToLower(strings.TrimSpace(s))
	if before, inside, ok := strings.Cut(plain, "("); ok {
		if strings.HasPrefix(inside, "deprecated") {
			before = "deprecated"
		}
		plain = strings.TrimSpace(before)
		remark = fmt.Sprintf("%q is read as %q", clip(s), plain)
	}
	switch plain {
	case "alpha", "beta", "stable", "deprecated", "disabled", "removed":
		return plain, remark
	case "ga":
		return "stable", fmt.Sprintf("%q is read as \"stable\"", clip(s))
	case "":
		return "", ""
	}
	return "", fmt.Sprintf("%q is not a stage", clip(s))
}

var milestonePattern = regexp.MustCompile(`^v?(\d{1,2})\.(\d{1,3})$`)

// ParseMilestone understands a milestone as people write it and returns it as
// "v1.36". "0.0" means none. Of several, the last one written counts.
func ParseMilestone(s string) (milestone, remark string) {
	s = strings.TrimSpace(s)
	switch strings.ToLower(s) {
	case "", "0.0", "v0.0", "null", "none":
		return "", ""
	}
	last := s
	if i := strings.LastIndexByte(s, ','); i >= 0 {
		last = strings.TrimSpace(s[i+1:])
		remark = fmt.Sprintf("of %q the last one counts", clip(s))
	}
	m := milestonePattern.FindStringSubmatch(strings.ToLower(last))
	if m == nil {
		return "", fmt.Sprintf("%q is not a milestone such as v1.36", clip(s))
	}
	return "v" + m[1] + "." + m[2], remark
}

// CompareMilestones orders milestones as written by [ParseMilestone], oldest
// first; an empty one comes before all.
func CompareMilestones(a, b string) int {
	a1, a2 := milestoneParts(a)
	b1, b2 := milestoneParts(b)
	return cmp.Or(cmp.Compare(a1, b1), cmp.Compare(a2, b2))
}

func milestoneParts(s string) (major, minor int) {
	m := milestonePattern.FindStringSubmatch(s)
	if m == nil {
		return -1, -1
	}
	major, _ = strconv.Atoi(m[1])
	minor, _ = strconv.Atoi(m[2])
	return major, minor
}

var datePattern = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)

// date reads a day; an impossible one is noted and not known.
func (r *reader) date(field string) plumbline.Time {
	n := r.root.Get(field)
	s := n.Str()
	if s == "" {
		return 0
	}
	m := datePattern.FindStringSubmatch(s)
	if m == nil {
		r.note(n, field, "%q is not a date such as 2025-01-30", clip(s))
		return 0
	}
	y, _ := strconv.Atoi(m[1])
	mo, _ := strconv.Atoi(m[2])
	d, _ := strconv.Atoi(m[3])
	day := time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC)
	switch {
	case int(day.Month()) == mo && day.Day() == d && y >= 2014:
		return plumbline.At(day)
	case mo > 12 && mo <= 31 && d >= 1 && d <= 12:
		r.note(n, field, "there is no month %d in %s; day and month may be swapped", mo, s)
	case y < 2014:
		r.note(n, field, "%s is before there were proposals", s)
	default:
		r.note(n, field, "there is no day %s", s)
	}
	return 0
}

var (
	atHandle    = regexp.MustCompile(`@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))`)
	plainHandle = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$`)
)

// handles reads a list of people: "@name", "name", "“@name”", "@name - for the
// API part", "with input from @a, @b". Teams, placeholders and addresses of other
// kinds are noted and left out.
func (r *reader) handles(field string) []string {
	var out []string
	seen := map[string]bool{}
	for _, n := range r.root.Get(field).Scalars() {
		found, remark := parseHandles(n.Str())
		if remark != "" {
			r.note(n, field, "%s", remark)
		}
		for _, h := range found {
			if key := strings.ToLower(h); !seen[key] {
				seen[key] = true
				out = append(out, h)
			}
		}
	}
	return out
}

func parseHandles(s string) (found []string, remark string) {
	s = strings.Trim(s, "“”\"' ")
	low := strings.ToLower(s)
	switch {
	case s == "":
		return nil, ""
	case low == "tbd":
		return nil, "still to be decided; left out"
	case strings.HasPrefix(low, "sig-") || strings.HasPrefix(low, "@sig-") || strings.HasPrefix(low, "@kubernetes/"):
		return nil, fmt.Sprintf("%q is a team, not a person; left out", clip(s))
	case plainHandle.MatchString(s):
		return []string{s}, ""
	}
	for _, m := range atHandle.FindAllStringSubmatchIndex(s, -1) {
		before, after := byte(' '), byte(' ')
		if m[0] > 0 {
			before = s[m[0]-1]
		}
		if m[1] < len(s) {
			after = s[m[1]]
		}
		// An "@" inside a word is an e-mail address; a handle has no dot,
		// underscore or slash.
		if before == ' ' || before == '(' || before == ',' {
			if after != '.' && after != '_' && after != '/' && after != '@' {
				found = append(found, strings.TrimRight(s[m[2]:m[3]], "-"))
			}
		}
	}
	if len(found) == 0 {
		return nil, "no GitHub handle; left out"
	}
	if len(found) > 1 || "@"+found[0] != s {
		remark = "read as " + strings.Join(found, ", ")
	}
	return found, remark
}
