package plumbline

import (
	"math/big"
	"strconv"
	"strings"
	"time"
)

// SLO is a service level objective as a definition says it, of OpenSLO, of Sloth
// or of the recording rules that Sloth writes. One definition with several
// objectives is several of these.
type SLO struct {
	ID        string              `json:"id"` // "service/name", or "service/name/objective"; [SLOName] makes it
	Service   string              `json:"service"`
	Name      string              `json:"name"`
	Title     string              `json:"title,omitempty"`
	Text      string              `json:"text,omitempty"`
	Target    Decimal             `json:"target"` // share of what is good, between 0 and 1
	Window    Window              `json:"window"`
	Method    string              `json:"method"`                 // Occurrences or Timeslices
	Slice     time.Duration       `json:"slice_ns,omitempty"`     // of Timeslices: how long one is
	SliceGood Decimal             `json:"slice_target,omitempty"` // of Timeslices: the share that makes a slice good; empty: each counts by its own share
	Indicator Indicator           `json:"indicator"`              // how it is measured
	Labels    map[string][]string `json:"labels,omitempty"`       // as written; one label may have several values
	Product   string              `json:"product,omitempty"`      // that the definition names by the annotation ipm/slo
	Plugins   []string            `json:"plugins,omitempty"`      // of Sloth, each with its settings on one line
	Format    string              `json:"format"`                 // "openslo/v1", "prometheus/v1", …
	Line      int                 `json:"line,omitempty"`         // of the file
	RuleID    string              `json:"rule_id,omitempty"`      // the label sloth_id of its recording rules
	Period    int                 `json:"period_days,omitempty"`  // that the rules say
	Said      string              `json:"window_said,omitempty"`  // the window as it was written
}

// The ways in which an objective is measured.
const (
	ByRatio     = "ratio"     // good or bad events of all events
	ByThreshold = "threshold" // values compared with a limit
	ByErrorRate = "raw"       // a query that answers with the share of bad
	ByRules     = "rules"     // recording rules of Sloth
	ByPlugin    = "plugin"    // a plugin of Sloth, whose rules can be read
)

// Indicator says how an objective is measured. Queries may hold {{.window}}.
type Indicator struct {
	Kind    string  `json:"kind"`
	Bad     string  `json:"bad,omitempty"`     // of ByRatio: this or Good
	Good    string  `json:"good,omitempty"`    // of ByRatio
	Total   string  `json:"total,omitempty"`   // of ByRatio
	Raw     string  `json:"raw,omitempty"`     // of ByThreshold: the value; of ByErrorRate: the share of bad
	Counter bool    `json:"counter,omitempty"` // the metrics only grow
	Op      string  `json:"op,omitempty"`      // of ByThreshold: what is good: lt, lte, gt or gte …
	Value   Decimal `json:"value,omitempty"`   // … than this
	System  string  `json:"system,omitempty"`  // where the queries are asked, as written
}

// MaxSLOName is how long the id of an objective is at most, in bytes.
const MaxSLOName = 240

// SLOName is the id of an objective from its parts, of which empty ones are left
// out. A slash inside of a part becomes a dash.
func SLOName(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.ReplaceAll(strings.TrimSpace(p), "/", "-"); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "/")
}

// Validate checks what an objective must have.
func (s SLO) Validate() error {
	var bad Problems
	checkText(&bad, "id", s.ID, 1, MaxSLOName)
	checkText(&bad, "service", s.Service, 1, 200)
	checkText(&bad, "name", s.Name, 1, 200)
	checkText(&bad, "title", s.Title, 0, 500)
	checkText(&bad, "text", s.Text, 0, 5000)
	bad.Merge(s.Target.Validate("target"))
	if !ShareBetween(s.Target) {
		bad.Add("target", "The target is between 0 and 100 %% and reaches neither: 99.95 %%, or 0.9995.")
	}
	if w := s.Window; !(w.Days >= 1 && w.Days <= MaxWindowDays && w.Calendar == "") && !(w.Days == 0 && oneOf(w.Calendar, WindowMonth, WindowQuarter, WindowYear)) {
		bad.Add("window", "The window is a number of days up to %d, or month, quarter or year.", MaxWindowDays)
	}
	if !oneOf(s.Method, Occurrences, Timeslices) {
		bad.Add("method", "Budgets are counted by occurrences or by timeslices, not by %q.", clipped(s.Method))
	}
	for _, q := range [...]struct{ field, text string }{{"bad", s.Indicator.Bad}, {"good", s.Indicator.Good}, {"total", s.Indicator.Total}, {"raw", s.Indicator.Raw}} {
		checkText(&bad, q.field, q.text, 0, 10000)
	}
	return bad.Err()
}

// ShareBetween says whether a number is between 0 and 1 and neither.
func ShareBetween(d Decimal) bool {
	x := d.Rat()
	return x != nil && x.Sign() > 0 && x.Cmp(big.NewRat(1, 1)) < 0
}

// RoundedShare is a share from a number that may be the noise of a float:
// 0.9990000000000001 is 0.999. Nine digits behind the point are kept.
func RoundedShare(d Decimal) Decimal {
	x := d.Rat()
	if x == nil {
		return d
	}
	out, err := ParseDecimal(x.FloatString(9))
	if err != nil {
		return d
	}
	return out
}

// DecimalOf is a measured number as a decimal with at most six digits behind the
// point; what is no number, or infinite, is not known.
func DecimalOf(x float64) Decimal {
	if x != x || x > 1e30 || x < -1e30 {
		return ""
	}
	d, err := ParseDecimal(strconv.FormatFloat(x, 'f', 6, 64))
	if err != nil {
		return ""
	}
	return d
}

// BurnWindow is a pair of windows that is watched for a budget that burns: it
// burns when the share Percent of the whole budget would go in the long window,
// at the rate of the long and of the short one.
type BurnWindow struct {
	Urgent  bool          `json:"urgent"`  // somebody is paged; else a work item
	Percent Decimal       `json:"percent"` // of the budget, 0 to 100
	Short   time.Duration `json:"short_ns"`
	Long    time.Duration `json:"long_ns"`
}

// Factor is how many times faster than allowed the budget burns then:
// percent/100 · period / long. 2 % in an hour of 30 days are 14.4. It is nil when
// the percent is not known.
func (b BurnWindow) Factor(period time.Duration) *big.Rat {
	p := b.Percent.Rat()
	if p == nil || b.Long <= 0 {
		return nil
	}
	p.Mul(p, big.NewRat(int64(period), 100))
	return p.Quo(p, new(big.Rat).SetInt64(int64(b.Long)))
}

// BurnWindows are those that the page of an objective shows: the pairs of the
// chapter on alerting of Google's SRE workbook, which the policies burn-page and
// burn-ticket judge by.
var BurnWindows = [...]BurnWindow{
	{Urgent: true, Percent: "2", Short: 5 * time.Minute, Long: time.Hour},
	{Urgent: true, Percent: "5", Short: 30 * time.Minute, Long: 6 * time.Hour},
	{Percent: "10", Short: 2 * time.Hour, Long: 24 * time.Hour},
	{Percent: "10", Short: 6 * time.Hour, Long: 72 * time.Hour},
}
