package crew

import (
	_ "embed"
	"math"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/yamlform"
)

// DefaultText is the rules that come with the product.
//
//go:embed rules.yaml
var DefaultText string

// MaxBook is the most that [Parse] reads, in bytes.
const MaxBook = 64 << 10

// The loads that come by themselves.
const (
	LoadSupport   = "support"
	LoadIncidents = "incidents"
	LoadUpkeep    = "upkeep"
	LoadUnplanned = "unplanned"
)

// Loads lists them in the order in which they are taken off.
var Loads = [...]string{LoadSupport, LoadIncidents, LoadUpkeep, LoadUnplanned}

// Book is the rules as data. It does not change.
type Book struct {
	Version   string    `yaml:"version"`
	Name      string    `yaml:"name"`
	Unplanned int       `yaml:"unplanned_days"`
	Reserve   Reserve   `yaml:"reserve"`
	Gap       int       `yaml:"gap_weeks"`
	Effort    Mix       `yaml:"effort"` // person-weeks of an item that nobody estimated
	Mix       Mix       `yaml:"mix"`
	Drift     DriftRule `yaml:"drift"`
}

// Reserve is how much is kept free for what comes by itself.
type Reserve struct {
	Enough float64 `yaml:"enough"` // share of the periods, above 0 and below 1
	Weeks  int     `yaml:"weeks"`  // that are looked at
	Least  int     `yaml:"least"`  // that have to be measured
}

// DriftRule is when work stands away from what was planned.
type DriftRule struct {
	Weeks int     `yaml:"weeks"`
	Least int     `yaml:"least"`
	Alarm float64 `yaml:"alarm"` // difference of shares, 0 to 1
	Clear float64 `yaml:"clear"` // smaller than Alarm
	Sure  float64 `yaml:"sure"`  // 0.5 to below 1
}

// Mix is a number for each of the four kinds of work.
type Mix map[plumbline.WorkShare]float64

// Validate checks the shares of a mix: each from 0 to 1, together 1.
func (m Mix) Validate() error {
	var bad plumbline.Problems
	m.known(&bad)
	sum := 0.0
	for _, s := range plumbline.WorkShares {
		if sum += m[s]; !(m[s] >= 0 && m[s] <= 1) {
			bad.Add(string(s), "A share is from 0 to 1, not %g.", m[s])
		}
	}
	if math.Abs(sum-1) > 0.005 {
		bad.Add("mix", "The shares come to %.4g %%; together they are 100 %%.", 100*sum)
	}
	return bad.Err()
}

func (m Mix) known(bad *plumbline.Problems) {
	for s := range m {
		if !slices.Contains(plumbline.WorkShares[:], s) {
			bad.Add(string(s), "%q is no kind of work; there are features, upkeep, tech debt and support.", string(s))
		}
	}
}

// Default is the rules that come with the product.
func Default() (*Book, error) { return Parse("rules.yaml", []byte(DefaultText)) }

// Parse reads rules as YAML; [DefaultText] is an example. The error is Invalid and has a
// line for everything that is wrong.
func Parse(name string, src []byte) (*Book, error) {
	var b Book
	form, err := yamlform.Read(name, src, MaxBook, &b)
	if err != nil {
		return nil, err
	}
	form.Fields("$", b.validate())
	form.Fields("$.mix", b.Mix.Validate())
	if err := form.Err(); err != nil {
		return nil, err
	}
	return &b, nil
}

func (b *Book) validate() error {
	var bad plumbline.Problems
	if b.Version == "" || len(b.Version) > 40 {
		bad.Add("version", "Say in at most 40 letters which version of the rules this is.")
	}
	if b.Unplanned < 0 || b.Unplanned > 365 {
		bad.Add("unplanned_days", "Say a number of days from 0 to 365.")
	}
	if b.Gap < 1 || b.Gap > MaxWeeks {
		bad.Add("gap_weeks", "Say a number of weeks from 1 to %d.", MaxWeeks)
	}
	r, d := b.Reserve, b.Drift
	if !(r.Enough > 0 && r.Enough < 1) || r.Least < 2 || r.Weeks < r.Least || r.Weeks > MaxWeeks {
		bad.Add("reserve", "Enough is a share between 0 and 1, least is 2 weeks or more, and weeks are at least as many and at most %d.", MaxWeeks)
	}
	if !(d.Clear >= 0 && d.Clear < d.Alarm && d.Alarm <= 1) || !(d.Sure >= 0.5 && d.Sure < 1) || d.Least < 1 || d.Weeks < d.Least || d.Weeks > MaxWeeks {
		bad.Add("drift", "Clear is smaller than alarm, both are shares, sure is from 0.5 to below 1, and weeks are at least as many as least and at most %d.", MaxWeeks)
	}
	b.Effort.known(&bad)
	for _, s := range plumbline.WorkShares {
		if !(b.Effort[s] > 0 && b.Effort[s] <= 1000) {
			bad.Add("effort", "Say for %s how many person-weeks an item takes that nobody estimated: above 0 and up to 1000.", s)
		}
	}
	return bad.Err()
}

// MaxWeeks is how many weeks are looked at at most.
const MaxWeeks = 104

// Done is an item that was finished, as the rules look at it.
type Done struct {
	Kind    plumbline.ItemKind
	Share   plumbline.WorkShare
	Decided bool          // somebody decided to pursue it: it was planned
	Took    time.Duration // from coming in to being finished
}

// ShareOfLoad is the kind of work that a load belongs to; ok is false of one that may be
// of any kind, and of what is no load.
func ShareOfLoad(load string) (share plumbline.WorkShare, ok bool) {
	switch load {
	case LoadSupport:
		return plumbline.ShareSupport, true
	case LoadIncidents, LoadUpkeep:
		return plumbline.ShareUpkeep, true
	}
	return "", false
}

// LoadOf is as which load an item came by itself; "": it was planned.
func (b *Book) LoadOf(it Done) string {
	switch {
	case it.Kind == plumbline.Incident:
		return LoadIncidents
	case it.Share == plumbline.ShareSupport:
		return LoadSupport
	case it.Decided:
		return ""
	case it.Share == plumbline.ShareUpkeep:
		return LoadUpkeep
	case it.Took <= time.Duration(b.Unplanned)*24*time.Hour:
		return LoadUnplanned
	}
	return ""
}
