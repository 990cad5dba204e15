package demo

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/sorted"
)

// Judgement is what the organisation is made to think of its items. The numbers
// of what came are those of the proposals; everything else is invented.
type Judgement struct {
	Estimates   []plumbline.Estimate // in the order of their times
	Rounds      []JudgedRound
	Comparisons []JudgedPair
	Realities   []plumbline.Reality
	From        plumbline.Time // when the policy changed from Before to the present one
	Before      string
	After       string
	Reaches     map[plumbline.ProductRef]Reach
}

// JudgedRound is a blind round with its answers.
type JudgedRound struct {
	plumbline.Round
	Items   []plumbline.ItemID
	Answers []plumbline.Estimate
}

// JudgedPair is a comparison of two items; no Winner: as good as each other.
type JudgedPair struct {
	A, B, Winner plumbline.ItemID
	By           plumbline.PersonID
	At           plumbline.Time
}

// Reach is what the reach of a product is counted in.
type Reach struct {
	Unit string
	Many int64
}

// effort is what people are made to think that a proposal takes, in person-months
// of everybody, as the bounds of 90 %; 0: they said nothing.
type effort struct {
	kep               int
	mara, ines, avery [2]float64
}

var efforts = []effort{
	{4781, [2]float64{2, 5}, [2]float64{3, 8}, [2]float64{}},
	{4322, [2]float64{1, 4}, [2]float64{1.5, 5}, [2]float64{2, 4}},
	{4595, [2]float64{0.3, 1}, [2]float64{0.5, 2}, [2]float64{}},
	{5343, [2]float64{4, 9}, [2]float64{5, 12}, [2]float64{4, 10}},
	{5975, [2]float64{3, 8}, [2]float64{}, [2]float64{2, 7}},
	{6080, [2]float64{1, 3}, [2]float64{6, 14}, [2]float64{}},
	{2021, [2]float64{2, 6}, [2]float64{3, 7}, [2]float64{}},
	{2535, [2]float64{2, 4}, [2]float64{2, 5}, [2]float64{1.5, 4}},
	{4671, [2]float64{6, 15}, [2]float64{9, 24}, [2]float64{}},
	{5075, [2]float64{4, 10}, [2]float64{5, 12}, [2]float64{}},
	{3314, [2]float64{5, 14}, [2]float64{}, [2]float64{4, 9}},
	{5541, [2]float64{0.5, 1.5}, [2]float64{0.5, 2}, [2]float64{}},
	{961, [2]float64{1.5, 4}, [2]float64{2, 4}, [2]float64{}},
	{2570, [2]float64{3, 8}, [2]float64{4, 12}, [2]float64{1, 2}},
	{5679, [2]float64{0.7, 2}, [2]float64{}, [2]float64{1, 3}},
	{5707, [2]float64{0.5, 1.5}, [2]float64{0.6, 1.8}, [2]float64{}},
	{6060, [2]float64{2, 5}, [2]float64{2, 6}, [2]float64{}},
	{6063, [2]float64{0.8, 2}, [2]float64{1, 3}, [2]float64{}},
	{5866, [2]float64{2, 6}, [2]float64{3, 9}, [2]float64{}},
	{3157, [2]float64{3, 7}, [2]float64{4, 8}, [2]float64{3, 9}},
}

// forced are the proposals that are made to be forced work. The days are before
// the end of the data.
var forced = []struct {
	kep           int
	severity      string
	label         string
	detected, fix int
}{
	{2535, "S2", "bug::vulnerability", 12, 9},
	{6063, "S4", "bug::vulnerability", 200, 0},
	{5707, "S3", "bug::vulnerability", 60, 40},
	{6060, "", "bug::vulnerability", 6, 0},
}

// forcedWork makes some proposals forced work.
func (b *builder) forcedWork() error {
	for _, f := range forced {
		it, err := b.open(f.kep)
		if err != nil {
			return err
		}
		it.Item.Labels = append(slices.Clone(it.Item.Labels), f.label)
		it.Item.Severity = f.severity
		it.mark("label " + f.label)
		if f.severity != "" {
			it.mark("severity")
		}
		for _, on := range []struct {
			name string
			days int
		}{{"detected", f.detected}, {"fix_available", f.fix}} {
			if on.days > 0 {
				it.Item.Fields[on.name] = b.org.AsOf.Add(-time.Duration(on.days) * day).Std().Format(time.DateOnly)
				it.mark(on.name)
			}
		}
	}
	return nil
}

// judgement makes what people think of the items.
func (b *builder) judgement() error {
	j := &b.org.Judgement
	j.From, j.Before, j.After = b.org.AsOf.Add(-30*day), "gitlab-2022", "gitlab-2026"
	j.Reaches = map[plumbline.ProductRef]Reach{}
	for i, e := range efforts {
		it, err := b.open(e.kep)
		if err != nil {
			return err
		}
		if it.Item.Product != "" {
			j.Reaches[it.Item.Product] = Reach{"teams", 24}
		}
		for k, said := range []struct {
			handle string
			bounds [2]float64
		}{{"mara", e.mara}, {"ines", e.ines}, {"avery", e.avery}} {
			if said.bounds[0] == 0 {
				continue
			}
			at := b.org.AsOf.Add(-time.Duration(70-3*i)*day + time.Duration(k)*time.Hour)
			est := b.estimate(it.Item.ID, "effort", said.handle, at, said.bounds)
			if k == 1 {
				est.Grade, est.Source = plumbline.Anecdote, invented("Compared with what the team built last.")
			}
			j.Estimates = append(j.Estimates, est)
		}
	}
	if err := b.rounds(); err != nil {
		return err
	}
	if err := b.pairs(); err != nil {
		return err
	}
	b.durations()
	return nil
}

// inTime puts estimates in the order of their times.
func (b *builder) inTime() {
	sorted.By(b.org.Judgement.Estimates, func(x, y plumbline.Estimate) int { return cmp.Compare(x.At, y.At) })
}

// estimate is what somebody is made to have said.
func (b *builder) estimate(item plumbline.ItemID, f plumbline.Factor, handle string, at plumbline.Time, bounds [2]float64) plumbline.Estimate {
	p := b.who(handle)
	return plumbline.Estimate{
		ID: identity(at, "estimate", string(item), string(f), handle), Item: item, Factor: f, Grade: plumbline.Opinion, Source: invented("A guess."),
		Value:    plumbline.Hide(plumbline.Quantity{Shape: plumbline.Lognormal, Low: bounds[0], High: bounds[1]}),
		Observed: at, By: p.ID, ByName: p.Name, At: at, Invented: true,
	}
}

// rounds makes a blind round that is closed, and one that is open.
func (b *builder) rounds() error {
	for _, r := range []struct {
		title  string
		keps   []int
		opened int // days before the end of the data
		closed int // 0: open
		said   map[string][][2]float64
	}{
		{"How large is the next release", []int{5343, 5975, 6080}, 20, 13, map[string][][2]float64{
			"mara": {{3, 8}, {2, 6}, {1, 2}}, "ines": {{5, 12}, {3, 8}, {8, 16}}, "avery": {{4, 10}, {2, 7}, {6, 12}}}},
		{"Before the planning meeting", []int{4781, 4322, 4595}, 3, 0, map[string][][2]float64{"ines": {{4, 9}, {2, 6}}, "avery": {{2, 6}}}},
	} {
		at := b.org.AsOf.Add(-time.Duration(r.opened) * day)
		mara := b.who("mara")
		round := JudgedRound{Round: plumbline.Round{
			ID: identity(at, "round", r.title), Title: r.title, Factors: []plumbline.Factor{"effort"}, By: mara.ID, ByName: mara.Name, At: at,
			People: []plumbline.PersonID{mara.ID, b.who("ines").ID, b.who("avery").ID},
		}}
		if r.closed > 0 {
			round.Closed = b.org.AsOf.Add(-time.Duration(r.closed) * day)
		}
		for _, kep := range r.keps {
			it, err := b.open(kep)
			if err != nil {
				return err
			}
			round.Items = append(round.Items, it.Item.ID)
		}
		for _, handle := range []string{"mara", "ines", "avery"} {
			for i, bounds := range r.said[handle] {
				e := b.estimate(round.Items[i], "effort", handle, at.Add(day+time.Duration(i)*time.Minute), bounds)
				e.Round = round.ID
				round.Answers = append(round.Answers, e)
			}
		}
		b.org.Judgement.Rounds = append(b.org.Judgement.Rounds, round)
	}
	return nil
}

// better are pairs of proposals, of which the first is said to be worth more.
var better = [][2]int{
	{4671, 5541}, {2021, 5707}, {3157, 5866}, {3314, 961}, {5343, 4595}, {2535, 5541}, {4781, 4322}, {2570, 5679}, {5343, 5975}, {3157, 2021}, {4671, 5866}, {2021, 5541},
}

// pairs makes comparisons: two people answer in turn, and one of them answers two
// pairs again, one of them the other way.
func (b *builder) pairs() error {
	add := func(pair [2]int, handle string, at plumbline.Time) error {
		x, err := b.open(pair[0])
		if err != nil {
			return err
		}
		y, err := b.open(pair[1])
		if err != nil {
			return err
		}
		b.org.Judgement.Comparisons = append(b.org.Judgement.Comparisons, JudgedPair{A: x.Item.ID, B: y.Item.ID, Winner: x.Item.ID, By: b.who(handle).ID, At: at})
		return nil
	}
	start := b.org.AsOf.Add(-9 * day)
	for i, pair := range better {
		if err := add(pair, []string{"mara", "ines"}[i%2], start.Add(time.Duration(i)*time.Minute)); err != nil {
			return err
		}
	}
	if err := add(better[0], "mara", start.Add(day)); err != nil {
		return err
	}
	return add([2]int{better[2][1], better[2][0]}, "mara", start.Add(day+time.Minute))
}

// howMany proposals that ended have their real duration kept.
const howMany = 16

// durations keeps how long the proposals that ended last were with their team,
// which is in the data, beside intervals that people are made to have said at the
// hand-off: two of three hold, as is usual.
func (b *builder) durations() {
	j, n := &b.org.Judgement, 0
	ended := slices.Clone(b.org.Items)
	sorted.By(ended, func(x, y Item) int {
		return cmp.Or(cmp.Compare(y.Item.Closed, x.Item.Closed), cmp.Compare(x.Item.ID, y.Item.ID))
	})
	for _, it := range ended {
		from, weeks := withTeam(it)
		if weeks < 4 || n == howMany {
			continue
		}
		handle := []string{"ines", "mara"}[n%2]
		mid := weeks * math.Exp(chanceOf(it.Item.ID, "middle")*1.1-0.75) // said too low, mostly
		e := b.estimate(it.Item.ID, "duration", handle, from, [2]float64{round2(mid / 1.35), round2(mid * 1.35)})
		j.Estimates = append(j.Estimates, e)
		mara := b.who("mara")
		j.Realities = append(j.Realities, plumbline.Reality{
			ID: identity(it.Item.Closed, "reality", string(it.Item.ID)), Item: it.Item.ID, Factor: "duration", Value: plumbline.Hide(round2(weeks)),
			Source: "the proposal's history, from the hand-off to its end", By: mara.ID, ByName: mara.Name, At: it.Item.Closed,
		})
		n++
	}
}

// withTeam is when a proposal that ended came to its team, and for how many weeks
// it was there.
func withTeam(it Item) (from plumbline.Time, weeks float64) {
	if it.Item.Open() || it.Item.State.Lane() != plumbline.State(triage).Lane() {
		return 0, 0
	}
	for _, s := range it.History {
		if s.What == Moved && plumbline.State(s.To).Lane() == it.Item.State.Lane() {
			return s.At, it.Item.Closed.Sub(s.At).Hours() / 168
		}
	}
	return 0, 0
}

// chanceOf is a number between 0 and 1 that follows from what it names.
func chanceOf(item plumbline.ItemID, what string) float64 {
	h := fnv.New32a()
	fmt.Fprint(h, item, what)
	return float64(h.Sum32()%1000) / 1000
}

// round2 keeps two figures, or one place after the point.
func round2(x float64) float64 {
	if x >= 10 {
		return math.Round(x)
	}
	return math.Round(x*10) / 10
}
