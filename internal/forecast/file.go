package forecast

import (
	"fmt"
	"math"
	"time"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/yamlform"
)

// Limits on what [Parse] reads.
const (
	MaxFile  = 1 << 20 // bytes
	maxTeams = 50
	maxAll   = 20_000 // counts of all teams: a few seconds of work
	maxSpans = 10
	maxItems = 100_000 // lifetimes, and open items
)

// File is what is asked for in a file: one history or several teams, and items with
// their ages.
type File struct {
	Unit  Unit
	Start time.Time // zero: the file does not say, and the answer has no dates
	By    int       // units; 0 when it is not asked
	Seed  uint64
	Spans []int
	Teams []Team // one without an id when the file has one history

	Finished []Lifetime
	Open     []OpenItem
	Limit    float64 // days in which items should be finished; 0: the 85th percentile
}

// Team is one history and what remains to be finished.
type Team struct {
	ID      string
	History *History
	Demand  *Demand // nil: nobody asks when
}

// OpenItem is an item that is being worked on.
type OpenItem struct {
	ID  string
	Age float64 // days
}

// Parse reads a forecast from YAML or JSON:
//
//	throughput: [3, 0, 2, null]      # finished in each unit, the oldest first; null: not counted
//	unit: week                       # or day, month
//	remaining: [12, 18]              # items: a number, or an interval of 90 %
//	split: [1, 1.5]                  # what remains splits into 1 to 1.5 times as many; else it does not
//	start: 2026-11-23                # the day on which the next unit begins
//	events: [2026-08-26, 2026-12-16] # when the team's calendar begins again: releases, quarters, freezes
//	by: 2027-02-01                   # what is the chance by then?
//	spans: [4, 8, 13]                # how many in so many units?
//	seed: 1
//	cycle: [3, 8.5, 21]              # days that finished items took
//	open: [{id: A, age: 12}]         # items being worked on, and their age in days
//	within: 30                       # days; else the 85th percentile of cycle
//	teams:                           # instead of throughput: all have to finish
//	  - {id: T0, throughput: [2, 3], remaining: 10}
//
// The error is Invalid; it lists what is wrong, a line each, with name, line and
// column. A wrong key or a wrong shape stops the reading at the first.
func Parse(name string, src []byte) (*File, error) {
	var in fileForm
	form, err := yamlform.Read(name, src, MaxFile, &in)
	if err != nil {
		return nil, err
	}
	r := &reader{Form: form}
	f := r.file(in)
	if err := form.Err(); err != nil {
		return nil, err
	}
	return f, nil
}

// The forms are the file as it is written.
type fileForm struct {
	Throughput []*int     `yaml:"throughput"`
	Unit       string     `yaml:"unit"`
	Remaining  any        `yaml:"remaining"`
	Split      any        `yaml:"split"`
	Start      string     `yaml:"start"`
	Events     []string   `yaml:"events"`
	By         string     `yaml:"by"`
	Spans      []int      `yaml:"spans"`
	Seed       uint64     `yaml:"seed"`
	Cycle      []float64  `yaml:"cycle"`
	Open       []openForm `yaml:"open"`
	Within     float64    `yaml:"within"`
	Teams      []teamForm `yaml:"teams"`
}

type teamForm struct {
	ID         string   `yaml:"id"`
	Throughput []*int   `yaml:"throughput"`
	Remaining  any      `yaml:"remaining"`
	Split      any      `yaml:"split"`
	Events     []string `yaml:"events"`
}

type openForm struct {
	ID  string  `yaml:"id"`
	Age float64 `yaml:"age"`
}

// reader turns the forms into a file, and collects what is wrong.
type reader struct {
	*yamlform.Form
	events []time.Time // of the whole file
}

func (r *reader) file(in fileForm) *File {
	f := &File{Seed: in.Seed, Spans: in.Spans, Limit: in.Within}
	var err error
	if f.Unit, err = ParseUnit(in.Unit); err != nil {
		r.Bad("$.unit", "%s", plumbline.TextOf(err))
		f.Unit = Week
	}
	f.Start = r.date("$.start", in.Start)
	r.events = r.dates("$.events", in.Events)
	r.spans(f)
	r.by(f, in.By)
	switch {
	case len(in.Teams) > 0 && in.Throughput != nil:
		r.Bad("$.teams", "Write throughput for one history, or teams for several, not both.")
	case len(in.Teams) > maxTeams:
		r.Bad("$.teams", "There are %d teams; at most %d are read.", len(in.Teams), maxTeams)
	case len(in.Teams) > 0:
		r.teams(f, in.Teams)
	case in.Throughput != nil:
		one := teamForm{Throughput: in.Throughput, Remaining: in.Remaining, Split: in.Split}
		f.Teams = []Team{r.team("$", one, f)}
	case in.Cycle == nil:
		r.Bad("$", "There is nothing to forecast from: write throughput, the items finished in each week, the oldest first, or cycle, the days that items took.")
	}
	r.items(f, in)
	return f
}

func (r *reader) spans(f *File) {
	if len(f.Spans) > maxSpans {
		r.Bad("$.spans", "There are %d spans; at most %d are answered.", len(f.Spans), maxSpans)
	}
	for i, s := range f.Spans {
		if s < 1 || s > f.Unit.Horizon() {
			r.Bad(fmt.Sprintf("$.spans[%d]", i), "A span is 1 to %s, not %d.", plural(f.Unit.Horizon(), string(f.Unit)), s)
		}
	}
}

func (r *reader) by(f *File, text string) {
	by := r.date("$.by", text)
	if by.IsZero() {
		return
	}
	if f.Start.IsZero() {
		r.Bad("$.by", "A date needs a start: write on which day the next %s begins.", f.Unit)
		return
	}
	if f.By = f.Unit.Between(f.Start, by); f.By < 1 || f.By > f.Unit.Horizon() {
		r.Bad("$.by", "The date must lie at least one %s after the start and at most %d.", f.Unit, f.Unit.Horizon())
	}
}

func (r *reader) teams(f *File, teams []teamForm) {
	counts := 0
	for _, in := range teams {
		counts += len(in.Throughput)
	}
	if counts > maxAll {
		r.Bad("$.teams", "The teams have %d counts together; at most %d are read.", counts, maxAll)
		return
	}
	seen := map[string]bool{}
	for i, in := range teams {
		path := fmt.Sprintf("$.teams[%d]", i)
		if in.ID == "" || seen[in.ID] {
			r.Bad(path+".id", "Every team has an id of its own.")
		}
		seen[in.ID] = true
		f.Teams = append(f.Teams, r.team(path, in, f))
	}
}

func (r *reader) team(path string, in teamForm, f *File) Team {
	counts := make([]int, len(in.Throughput))
	for i, c := range in.Throughput {
		switch {
		case c == nil:
			counts[i] = Missing
		case *c < 0 || *c > Huge:
			r.Bad(fmt.Sprintf("%s.throughput[%d]", path, i), "A count of finished items is 0 to %d, or null where nobody counted, not %d.", Huge, *c)
		default:
			counts[i] = *c
		}
	}
	events := append(r.dates(path+".events", in.Events), r.events...)
	if len(events) > 0 && f.Start.IsZero() {
		r.Bad("$.events", "Events need a start: write on which day the next %s begins.", f.Unit)
	}
	h, err := NewHistory(in.ID, f.Unit, counts, f.Start, events)
	if err != nil {
		r.Bad(path+".throughput", "%s", plumbline.TextOf(err))
	}
	t := Team{ID: in.ID, History: h}
	if in.Remaining != nil {
		t.Demand = r.demand(path, in, f.Seed)
	} else if in.Split != nil {
		r.Bad(path+".split", "Only what remains can split: write remaining.")
	}
	return t
}

func (r *reader) demand(path string, in teamForm, seed uint64) *Demand {
	remaining, err := chance.FromWritten(in.Remaining, false)
	if err != nil {
		r.Bad(path+".remaining", "%s", plumbline.TextOf(err))
		return nil
	}
	d, err := NewDemand(remaining, r.split(path+".split", in.Split), seed)
	r.Fields(path, err)
	return &d
}

// split reads a factor, or [low, high]: unlike an interval of a quantity, its ends are
// the least and the most.
func (r *reader) split(path string, v any) Split {
	if v == nil {
		return Split{1, 1}
	}
	if list, ok := v.([]any); ok && len(list) == 2 {
		low, errLow := chance.FromWritten(list[0], false)
		high, errHigh := chance.FromWritten(list[1], false)
		if errLow == nil && errHigh == nil && low.Kind() == chance.KindKnown && high.Kind() == chance.KindKnown {
			return Split{low.Mean(), high.Mean()}
		}
	} else if d, err := chance.FromWritten(v, false); err == nil && d.Kind() == chance.KindKnown {
		return Split{d.Mean(), d.Mean()}
	}
	r.Bad(path, "Write by how much items split as one number or as the least and the most, [1, 1.5].")
	return Split{1, 1}
}

func (r *reader) items(f *File, in fileForm) {
	if len(in.Cycle) > maxItems || len(in.Open) > maxItems {
		r.Bad("$.cycle", "There are more than %d items.", maxItems)
		return
	}
	if math.IsNaN(f.Limit) || f.Limit < 0 || math.IsInf(f.Limit, 0) {
		r.Bad("$.within", "Within is a number of days above 0.")
	}
	days := func(path string, x float64) {
		if !(x >= 0) || math.IsInf(x, 1) {
			r.Bad(path, "An item takes 0 days or more.")
		}
	}
	for i, c := range in.Cycle {
		days(fmt.Sprintf("$.cycle[%d]", i), c)
		f.Finished = append(f.Finished, Lifetime{Days: c})
	}
	for i, o := range in.Open {
		days(fmt.Sprintf("$.open[%d].age", i), o.Age)
		f.Open = append(f.Open, OpenItem(o))
	}
	if len(in.Open) > 0 && len(in.Cycle) == 0 {
		r.Bad("$.open", "What becomes of open items is told from finished ones: write cycle, the days that those took.")
	}
}

func (r *reader) date(path, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, text)
	if err != nil || d.Year() < 1900 || d.Year() > 2200 {
		r.Bad(path, "%q is not a date: write it as 2026-11-23.", text)
		return time.Time{}
	}
	return d
}

func (r *reader) dates(path string, texts []string) (out []time.Time) {
	if len(texts) > Most {
		r.Bad(path, "There are %d dates; at most %d are read.", len(texts), Most)
		return nil
	}
	for i, text := range texts {
		if d := r.date(fmt.Sprintf("%s[%d]", path, i), text); !d.IsZero() {
			out = append(out, d)
		}
	}
	return out
}
