package limit

import (
	"cmp"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/sorted"
)

// The presets of deadlines for vulnerabilities.
const (
	BySeverity = "severity-30-90-180"  // FedRAMP Rev 5, GitLab: from detection
	ByBOD      = "bod-26-04"           // CISA: by exposure and effect, 16 rows
	ByKEV      = "kev-due-date"        // the date in the KEV catalog, never worked out
	ByVDR      = "fedramp-vdr-class-c" // FedRAMP: from evaluation
)

// Presets lists them.
var Presets = [...]string{BySeverity, ByBOD, ByKEV, ByVDR}

// Finding is what the deadlines of a vulnerability follow from. A time that is 0
// and an empty text are not known.
type Finding struct {
	Detected  plumbline.Time    // on this asset, for the first time
	Evaluated plumbline.Time    // of fedramp-vdr
	Mitigated plumbline.Time    // stops the clock of mitigation
	CVSS      plumbline.Decimal // the first of CVSS v3, v2 and the scanner's score
	KEVAdded  plumbline.Time
	KEVDue    plumbline.Time
	Exposed   bool
	Automated string // "yes" or "no"; not known counts as no
	Impact    string // "total" or "partial"; not known counts as total
	Level     int    // of fedramp-vdr: 2 to 5
	Reach     string // of fedramp-vdr: "reachable", "likely" (but not reachable) or "unlikely"
}

// Deadline is a date by one clock of one preset.
type Deadline struct {
	Preset string         `json:"preset"`
	What   string         `json:"what"` // "fix", "mitigate"
	Start  plumbline.Time `json:"start"`
	Due    plumbline.Time `json:"due"`
	Check  bool           `json:"forensic_check,omitempty"`
	Note   string         `json:"note,omitempty"`
}

// Deadlines are the dates by the presets that are enabled, the earliest first:
// that is the one that counts. None may come out, when nothing is known or the
// fix may wait for the next upgrade.
func (f Finding) Deadlines(enabled ...string) []Deadline {
	var out []Deadline
	for _, preset := range Presets {
		if !slices.Contains(enabled, preset) {
			continue
		}
		switch preset {
		case BySeverity:
			out = append(out, f.bySeverity()...)
		case ByBOD:
			out = append(out, f.byBOD()...)
		case ByKEV:
			out = append(out, f.byKEV()...)
		case ByVDR:
			out = append(out, f.byVDR()...)
		}
	}
	sorted.By(out, func(a, b Deadline) int { return cmp.Compare(a.Due, b.Due) })
	return out
}

func (f Finding) bySeverity() []Deadline {
	score := exact(f.CVSS)
	if !score.Known() || f.Detected == 0 {
		return nil // a severity that is missing is not low
	}
	by := func(what string, d time.Duration) Deadline {
		return Deadline{Preset: BySeverity, What: what, Start: f.Detected, Due: f.Detected.Add(d)}
	}
	switch {
	case score.Cmp(whole(9)) >= 0 && f.Mitigated == 0:
		return []Deadline{by("mitigate", day), by("fix", 30*day)}
	case score.Cmp(whole(7)) >= 0:
		return []Deadline{by("fix", 30*day)}
	case score.Cmp(whole(4)) >= 0:
		return []Deadline{by("fix", 90*day)}
	case score.Sign() > 0:
		return []Deadline{by("fix", 180*day)}
	}
	return nil
}

// byBOD follows the table of the directive. Its clock begins with the earlier of
// the listing and the detection.
func (f Finding) byBOD() []Deadline {
	start := f.Detected
	kev := f.KEVAdded != 0
	if kev && (start == 0 || f.KEVAdded < start) {
		start = f.KEVAdded
	}
	days, check := bodDays(kev, f.Exposed, f.Automated == "yes", f.Impact != "partial")
	if start == 0 || days == 0 {
		return nil
	}
	return []Deadline{{Preset: ByBOD, What: "fix", Start: start, Due: start.Add(time.Duration(days) * day), Check: check}}
}

// bodDays is the table; 0 days is the next upgrade.
func bodDays(kev, exposed, automated, total bool) (days int, check bool) {
	effects := 0
	for _, yes := range [...]bool{exposed, automated, total} {
		if yes {
			effects++
		}
	}
	switch {
	case kev && total && effects >= 2:
		return 3, true
	case kev && exposed && automated, exposed && automated && total:
		return 3, false
	case kev, exposed && effects == 2:
		return 14, false
	case exposed, automated:
		return 60, false
	}
	return 0, false
}

// byKEV takes the date of the catalog as it is, even when it lies before the
// listing: then the finding is overdue on arrival.
func (f Finding) byKEV() []Deadline {
	if f.KEVDue == 0 {
		return nil
	}
	d := Deadline{Preset: ByKEV, What: "fix", Start: f.KEVAdded, Due: f.KEVDue}
	if f.KEVDue < f.KEVAdded {
		d.Note = "The clock is in the past: it was due before it was listed."
	}
	return []Deadline{d}
}

func (f Finding) byVDR() []Deadline {
	if f.Evaluated == 0 {
		if f.Detected == 0 {
			return nil
		}
		return []Deadline{{Preset: ByVDR, What: "evaluate", Start: f.Detected, Due: f.Detected.Add(5 * day)}}
	}
	table := map[int][3]int{5: {2, 4, 16}, 4: {4, 8, 64}, 3: {16, 32, 128}, 2: {48, 128, 192}}
	row, ok := table[f.Level]
	column := slices.Index([]string{"reachable", "likely", "unlikely"}, f.Reach)
	if !ok || column < 0 {
		return nil
	}
	return []Deadline{{Preset: ByVDR, What: "fix", Start: f.Evaluated, Due: f.Evaluated.Add(time.Duration(row[column]) * day)}}
}
