package findings

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/cvss"
	"plumbline/internal/limit"
)

// rating is a severity as somebody gives it.
type rating struct {
	method string            // "CVSSv31", "CVSS_V3", …; empty: a scanner's own
	score  plumbline.Decimal // "" when there is none
	word   string            // "high"
	vector string
}

// whose says which score a rating has, and of which kind.
func (r rating) whose() (score plumbline.Decimal, by string) {
	worked, version, ok := cvss.Score(r.vector)
	method := strings.ToUpper(strings.ReplaceAll(r.method, "_", ""))
	switch {
	case strings.HasPrefix(method, "CVSSV3"):
		by = cvss.V3
	case strings.HasPrefix(method, "CVSSV2"):
		by = cvss.V2
	case r.method == "" && ok:
		by = version
	default:
		by = "scanner"
	}
	if score = r.score; !scorable(score) {
		score = ""
		if ok && version == by {
			score = worked
		}
	}
	return score, by
}

// words are the scores at which the bands of CVSS begin: what a word alone says
// at least.
var words = map[string]plumbline.Decimal{"critical": "9", "high": "7", "medium": "4", "moderate": "4", "low": "0.1", "none": "0"}

// scoreOf is the severity that counts: the first of CVSS v3, CVSS v2 and a
// scanner's score (GitLab's rule), else what a word says. Nothing at all is
// unknown, and never low.
func scoreOf(list []rating) (score plumbline.Decimal, by string) {
	for _, want := range [...]string{cvss.V3, cvss.V2, "scanner"} {
		for _, r := range list {
			if score, by := r.whose(); by == want && score.Known() {
				return score, by
			}
		}
	}
	for _, r := range list {
		if score, ok := words[strings.ToLower(r.word)]; ok {
			return score, "a scanner's word"
		}
	}
	return "", ""
}

// scorable says whether a number is a score: 0 to 10.
func scorable(score plumbline.Decimal) bool {
	x := score.Rat()
	if x == nil {
		return false
	}
	f, _ := x.Float64()
	return f >= 0 && f <= 10
}

// classOf is the class of a score.
func classOf(score plumbline.Decimal) string {
	x := score.Rat()
	if x == nil {
		return plumbline.ClassUnknown
	}
	f, _ := x.Float64()
	switch {
	case f >= 9:
		return plumbline.ClassCritical
	case f >= 7:
		return plumbline.ClassHigh
	case f >= 4:
		return plumbline.ClassMedium
	case f > 0:
		return plumbline.ClassLow
	}
	return plumbline.ClassNone
}

// world is what clocks follow from beside the finding itself.
type world struct {
	presets    []string
	risks      map[plumbline.ProductRef]plumbline.Risk
	exploited  map[string]plumbline.Exploited // by CVE
	advisories map[string]plumbline.Advisory  // by canonical name
}

// fromAdvisory ends the name of a score that no scan gave.
const fromAdvisory = ", by the advisory"

// settle works out what follows from what is known about a finding: its class,
// its clocks, and whether they run.
func (w world) settle(f *plumbline.Finding) {
	if a, ok := w.advisories[f.Vuln]; ok && a.Score.Known() && (!f.Score.Known() || strings.HasSuffix(f.ScoreBy, fromAdvisory)) {
		f.Score, f.ScoreBy = a.Score, a.ScoreBy+fromAdvisory
	}
	f.Class = classOf(f.Score)
	if e, ok := w.exploited[f.Vuln]; ok {
		f.KEVAdded, f.KEVDue, f.Ransomware = e.Added, e.Due, e.Ransomware
	}
	switch {
	case !f.Judgement.State.Stops():
		f.Closed = 0
	case f.Closed == 0:
		f.Closed = max(f.Judgement.At, f.Detected)
	}
	f.Start, f.Due, f.Clock = 0, 0, ""
	if clocks := w.clocks(*f); len(clocks) > 0 {
		f.Start, f.Due, f.Clock = clocks[0].Start, clocks[0].Due, clocks[0].Preset
	}
}

// clocks are the dates of a finding, the earliest first.
func (w world) clocks(f plumbline.Finding) []limit.Deadline {
	risk := f.Risk.Or(w.risks[f.Product])
	x := limit.Finding{Detected: f.Detected, Evaluated: f.Evaluated, Mitigated: f.Mitigated, CVSS: f.Score, KEVAdded: f.KEVAdded, KEVDue: f.KEVDue,
		Exposed: risk.Exposed == "yes", Automated: risk.Automated, Impact: risk.Impact, Level: risk.Level, Reach: risk.Reach}
	return x.Deadlines(w.presets...)
}

// canonical is the name of a vulnerability that a group of names has: its first
// CVE, else its first GHSA, else the first of all.
func canonical(names []string) string {
	sorted := slices.Sorted(slices.Values(names))
	for _, prefix := range [...]string{"CVE-", "GHSA-", ""} {
		for _, n := range sorted {
			if strings.HasPrefix(n, prefix) {
				return n
			}
		}
	}
	return ""
}

// isCVE says whether a name is a CVE. Two of them are never one vulnerability,
// also when an advisory names both.
func isCVE(name string) bool { return strings.HasPrefix(name, "CVE-") }

// Clock is a date of a finding by one preset.
type Clock = limit.Deadline

// Preset is a way to say by when findings are to be mended.
type Preset struct {
	ID   string `json:"id"`
	Says string `json:"says"`
}

// DeadlinePresets are all presets.
func DeadlinePresets() []Preset {
	return []Preset{
		{limit.BySeverity, "By severity: 30, 90, 180 days"}, {limit.ByBOD, "CISA BOD 26-04: by exposure and effect"},
		{limit.ByKEV, "The date in the KEV catalog"}, {limit.ByVDR, "FedRAMP VDR, class C"},
	}
}
