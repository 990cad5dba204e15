package forecast

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Answer is all that a file asks for. Its JSON is a promise to programs.
type Answer struct {
	Start string `json:"start,omitempty"`
	Seed  uint64 `json:"seed"`
	*Forecast
	Teams    []TeamForecast `json:"teams,omitempty"`
	Together *Together      `json:"together,omitempty"`
	Cycle    *CycleTime     `json:"cycle,omitempty"`
	Ageing   []Ageing       `json:"ageing,omitempty"`
}

// TeamForecast is the forecast of one of several teams.
type TeamForecast struct {
	ID string `json:"id"`
	Forecast
}

// CycleTime is how long items took, in days.
type CycleTime struct {
	Finished int          `json:"finished"`
	Open     int          `json:"open"`
	Days     *Percentiles `json:"days"` // of finished items; null when there are too few
	// Median counts open items as far as they have come (Kaplan and Meier); null when
	// more than half of the items are open for longer than any took.
	Median *float64 `json:"median_with_open"`
	Within float64  `json:"within"` // the age by which items should be finished, 0 if nothing says
	Notes  []string `json:"notes"`
}

// Percentiles are days within which shares of the finished items were finished, by
// nearest rank.
type Percentiles struct {
	P50 float64 `json:"p50"`
	P85 float64 `json:"p85"`
	P95 float64 `json:"p95"`
}

// Ageing is what becomes of an open item.
type Ageing struct {
	ID     string  `json:"id"`
	Age    float64 `json:"age"`
	InTime *Chance `json:"in_time"` // finished by the age of Within; null when too few took so long
	Words  string  `json:"words"`
}

// Answer works out what the file asks for.
func (f *File) Answer() Answer {
	a := Answer{Seed: f.Seed}
	if !f.Start.IsZero() {
		a.Start = f.Start.Format(time.DateOnly)
	}
	forecasts := make([]Forecast, len(f.Teams))
	for i, t := range f.Teams {
		forecasts[i] = t.History.Forecast(Query{Demand: t.Demand, Spans: f.Spans, By: f.By, Seed: f.Seed})
		forecasts[i].Date(f.Start)
	}
	switch {
	case len(f.Teams) == 1 && f.Teams[0].ID == "":
		a.Forecast = &forecasts[0]
	case len(f.Teams) > 0:
		for i, t := range f.Teams {
			a.Teams = append(a.Teams, TeamForecast{t.ID, forecasts[i]})
		}
		all := f.together(forecasts)
		a.Together = &all
	}
	if f.Finished != nil {
		a.Cycle, a.Ageing = f.ages()
	}
	return a
}

// together is when all teams that have something to finish are done.
func (f *File) together(forecasts []Forecast) Together {
	var asked []Forecast
	for i, t := range f.Teams {
		if t.Demand != nil {
			asked = append(asked, forecasts[i])
		}
	}
	t := All(asked, f.By)
	t.Date(f.Unit, f.Start)
	return t
}

// Date adds dates, of forecasts whose units begin at start.
func (t *Together) Date(unit Unit, start time.Time) { dateAll(t.When, unit, start) }

// Date adds dates to a forecast whose units begin at start; none when that is zero.
func (f *Forecast) Date(start time.Time) {
	dateAll(f.When, f.Unit, start)
	for i := range f.HowMany {
		if !start.IsZero() {
			f.HowMany[i].Until = f.Unit.After(start, f.HowMany[i].Units).Format(time.DateOnly)
		}
	}
}

func dateAll(when []When, unit Unit, start time.Time) {
	for i := range when {
		if !start.IsZero() && !when[i].Beyond {
			when[i].Date = unit.After(start, when[i].Units).Format(time.DateOnly)
		}
	}
}

func (f *File) ages() (*CycleTime, []Ageing) {
	all := slices.Clone(f.Finished)
	for _, o := range f.Open {
		all = append(all, Lifetime{Days: o.Age, Open: true})
	}
	l, err := NewLifetimes(all)
	if err != nil || l.Finished() < Least {
		return &CycleTime{Finished: len(f.Finished), Open: len(f.Open), Within: f.Limit, Notes: []string{
			fmt.Sprintf("Not enough data: %s finished, and percentiles need at least %d.", plural(len(f.Finished), "item"), Least)}}, nil
	}
	c := &CycleTime{Finished: l.Finished(), Open: len(f.Open), Days: &Percentiles{l.Percentile(0.5), l.Percentile(0.85), l.Percentile(0.95)}, Within: f.Limit, Notes: []string{}}
	if c.Within == 0 {
		c.Within = c.Days.P85
	}
	if m, ok := l.Until(0.5); ok {
		c.Median = &m
	}
	var ageing []Ageing
	for _, o := range f.Open {
		ageing = append(ageing, l.ageing(o, c.Within))
	}
	return c, ageing
}

func (l Lifetimes) ageing(o OpenItem, limit float64) Ageing {
	a := Ageing{ID: o.ID, Age: o.Age}
	p, known := l.Within(o.Age, limit)
	switch {
	case o.Age >= limit:
		a.Words = fmt.Sprintf("late: older than %s", Days(limit))
	case !known:
		a.Words = fmt.Sprintf("not enough data: fewer than %d finished items were ever so old", elders)
	default:
		a.Words = fmt.Sprintf("%s within %s", p, Days(limit))
	}
	if known {
		a.InTime = &p
	}
	return a
}

// Days is a time in words: "12 days", "8.5 days".
func Days(x float64) string {
	if x == 1 {
		return "1 day"
	}
	if x == math.Trunc(x) {
		return fmt.Sprintf("%.0f days", x)
	}
	return fmt.Sprintf("%.1f days", x)
}
