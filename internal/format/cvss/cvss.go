// Package cvss works out the base score of a CVSS vector, for advisories that
// give nothing else.
//
// Laws: pure. Versions 2 and 3 only: the score of version 4 comes from a table of
// comparisons by experts, and scanners give it beside the vector. A vector that
// lacks a metric of the base has no score.
package cvss

import (
	"math"
	"strconv"
	"strings"

	"plumbline"
)

// The versions, as a score says where it comes from.
const (
	V3 = "CVSS v3"
	V2 = "CVSS v2"
)

// Score is the base score of a vector, 0 to 10 with one digit, and its version; ok
// says whether there is one.
func Score(vector string) (score plumbline.Decimal, version string, ok bool) {
	rest, v3 := strings.CutPrefix(strings.TrimSpace(vector), "CVSS:3.")
	parts := map[string]string{}
	for _, p := range strings.Split(strings.Trim(rest, "()"), "/") {
		name, value, _ := strings.Cut(p, ":")
		parts[name] = value
	}
	var x float64
	switch {
	case v3 || parts["PR"] != "" && !strings.HasPrefix(rest, "CVSS:"):
		x, ok = base3(parts)
		version = V3
	case parts["Au"] != "":
		x, ok = base2(parts)
		version = V2
	}
	if !ok {
		return "", "", false
	}
	score, err := plumbline.ParseDecimal(strconv.FormatFloat(x, 'f', 1, 64))
	return score, version, err == nil
}

// weigh looks the metrics of a vector up; it fails when one is missing.
type weigh struct {
	parts  map[string]string
	failed bool
}

func (w *weigh) of(metric string, weights map[string]float64) float64 {
	x, ok := weights[w.parts[metric]]
	w.failed = w.failed || !ok
	return x
}

// base3 is the base score of version 3.1, section 7.1 of its specification.
func base3(parts map[string]string) (float64, bool) {
	w := weigh{parts: parts}
	effect := map[string]float64{"H": 0.56, "L": 0.22, "N": 0}
	privileges := map[string]float64{"N": 0.85, "L": 0.62, "H": 0.27}
	changed := w.of("S", map[string]float64{"U": 0, "C": 1}) == 1
	if changed {
		privileges = map[string]float64{"N": 0.85, "L": 0.68, "H": 0.5}
	}
	iss := 1 - (1-w.of("C", effect))*(1-w.of("I", effect))*(1-w.of("A", effect))
	impact := 6.42 * iss
	if changed {
		impact = 7.52*(iss-0.029) - 3.25*math.Pow(iss-0.02, 15)
	}
	exploit := 8.22 * w.of("AV", map[string]float64{"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}) * w.of("AC", map[string]float64{"L": 0.77, "H": 0.44}) *
		w.of("PR", privileges) * w.of("UI", map[string]float64{"N": 0.85, "R": 0.62})
	switch {
	case w.failed:
		return 0, false
	case impact <= 0:
		return 0, true
	case changed:
		return roundUp(min(1.08*(impact+exploit), 10)), true
	}
	return roundUp(min(impact+exploit, 10)), true
}

// roundUp rounds up to one digit as appendix A of the specification does it, so
// that noise of floats does not count.
func roundUp(x float64) float64 {
	n := int(math.Round(x * 100000))
	if n%10000 == 0 {
		return float64(n) / 100000
	}
	return float64(n/10000+1) / 10
}

// base2 is the base score of version 2, section 3.2.1 of its guide.
func base2(parts map[string]string) (float64, bool) {
	w := weigh{parts: parts}
	effect := map[string]float64{"N": 0, "P": 0.275, "C": 0.66}
	impact := 10.41 * (1 - (1-w.of("C", effect))*(1-w.of("I", effect))*(1-w.of("A", effect)))
	exploit := 20 * w.of("AV", map[string]float64{"L": 0.395, "A": 0.646, "N": 1}) * w.of("AC", map[string]float64{"H": 0.35, "M": 0.61, "L": 0.71}) *
		w.of("Au", map[string]float64{"M": 0.45, "S": 0.56, "N": 0.704})
	if w.failed {
		return 0, false
	}
	factor := 1.176
	if impact == 0 {
		factor = 0
	}
	return math.Round((0.6*impact+0.4*exploit-1.5)*factor*10) / 10, true
}
