package cyclonedx

import (
	"cmp"
	"strconv"
	"strings"

	"plumbline/internal/sorted"
)

// Says is the status that a vulnerability gives a version of what it affects:
// "affected", "unaffected" or another word of the file. It is empty when the
// version is not known or not listed; with no list, all versions are affected.
func (a Affected) Says(version string) string {
	if len(a.Versions) == 0 {
		return "affected"
	}
	if version == "" {
		return ""
	}
	for _, v := range a.Versions {
		if v.Version == version || v.Range != "" && within(version, v.Range) {
			return cmp.Or(v.Status, "affected")
		}
	}
	return ""
}

// bound is one end of a range.
type bound struct {
	sign    string
	version string
}

// within says whether a version lies in a range as "vers:npm/>=1.0|<2.0|4.1". What
// is no such range holds nothing.
func within(version, text string) bool {
	_, list, ok := strings.Cut(text, "/")
	if !ok || !strings.HasPrefix(text, "vers:") {
		return false
	}
	if list == "*" {
		return true
	}
	var bounds []bound
	for _, p := range strings.Split(list, "|") {
		p = strings.TrimSpace(p)
		rest := strings.TrimLeft(p, "<>=!")
		b := bound{p[:len(p)-len(rest)], rest}
		switch order := compare(version, b.version); {
		case b.sign == "!=" && order == 0:
			return false
		case (b.sign == "" || b.sign == "=" || b.sign == ">=" || b.sign == "<=") && order == 0:
			return true
		case b.sign == "<" || b.sign == "<=" || b.sign == ">" || b.sign == ">=":
			bounds = append(bounds, b)
		}
	}
	sorted.By(bounds, func(a, b bound) int { return compare(a.version, b.version) })
	return between(version, bounds)
}

// between says whether a version lies inside ranges whose ends are in order and
// are none of them the version itself, but for open ends.
func between(version string, bounds []bound) bool {
	for i, b := range bounds {
		order := compare(version, b.version)
		low := i > 0 && bounds[i-1].sign[0] == '>'
		switch {
		case b.sign[0] == '<' && order < 0 && (i == 0 || low && compare(version, bounds[i-1].version) > 0):
			return true
		case b.sign[0] == '>' && order > 0 && i == len(bounds)-1:
			return true
		}
	}
	return false
}

// compare orders versions by the numbers in them: 2.10 is after 2.9, and 1.0-rc1
// before 1.0.
func compare(a, b string) int {
	a, b = strings.TrimPrefix(a, "v"), strings.TrimPrefix(b, "v")
	a, _, _ = strings.Cut(a, "+")
	b, _, _ = strings.Cut(b, "+")
	mainA, preA, isPreA := strings.Cut(a, "-")
	mainB, preB, isPreB := strings.Cut(b, "-")
	if order := comparePoints(mainA, mainB); order != 0 {
		return order
	}
	switch {
	case isPreA && !isPreB:
		return -1
	case isPreB && !isPreA:
		return 1
	}
	return comparePoints(preA, preB)
}

func comparePoints(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		x, y := "0", "0"
		if i < len(as) {
			x = as[i]
		}
		if i < len(bs) {
			y = bs[i]
		}
		n, err1 := strconv.Atoi(x)
		m, err2 := strconv.Atoi(y)
		order := cmp.Compare(n, m)
		if err1 != nil || err2 != nil {
			order = strings.Compare(x, y)
		}
		if order != 0 {
			return order
		}
	}
	return 0
}
