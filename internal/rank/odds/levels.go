package odds

import (
	"math"

	"plumbline/internal/chance"
)

// roughly is Q on a grid: what is above x at the grid's place just below it, so a
// little too much and never too little.
type roughly []float64

// The grid of roughly, and how far out it goes; beyond, nothing passes.
const (
	grain = 128
	out   = 9
)

func newRoughly() roughly {
	r := make(roughly, 2*out*grain+1)
	for m := range r {
		r[m] = chance.Q(float64(m)/grain-out) * (1 + 1e-9)
	}
	return r
}

func (r roughly) above(x float64) float64 {
	switch {
	case x >= out:
		return 0
	case !(x > -out):
		return 1
	}
	return r[int((x+out)*grain)]
}

// passes is the chance that the item is above t when its cause is drawn as z.
func (r roughly) passes(s *source, t, z float64) float64 {
	return r.above((t - s.mu - s.a*z) / max(s.b, sharpest))
}

// levels guesses, for each sample, a level that a few more than k scores pass.
type levels struct {
	tails  roughly
	first  float64 // without causes in common
	second float64
	expect float64   // scores above the first level, in each sample
	groups []surface // what passes, of each group, by place and by the draw of its cause
	places []float64 // of all surfaces, falling
	lone   []float64 // what passes of items in no group, at each place
}

// surface is the logarithm of the number of a group's scores expected above each
// place, at each draw of the group's cause.
type surface [causes][]float64

// The grid of a surface.
const (
	causes  = 9
	causeTo = 3.6 // the cause is drawn from -3.6 to 3.6, mostly
	heights = 17
	sparse  = 8 // of items that hardly count every 8th is taken, for 8
)

func guessLevels(scores []Score, k int, all []source, groups int) levels {
	want := enough(k)
	l := levels{tails: newRoughly(), expect: min(want, float64(len(scores)))}
	crowd := new(Desk).crowd(scores)
	l.first, l.second = crowd.where(want), crowd.where(2*want+64)
	if groups == 0 || math.IsInf(l.first, -1) {
		return l
	}
	l.survey(all, groups)
	return l
}

// enough is a number of scores so large that, when so many are expected above a
// level, more than k are there in all but one of some 30,000 samples: by Chernoff's
// bound for sums of yes and no.
func enough(k int) float64 {
	x := float64(k + 1)
	return x + 4.5*math.Sqrt(x) + 8
}

// survey fills the surfaces.
func (l *levels) survey(all []source, groups int) {
	spread, weight := 0.0, 1e-300
	for i := range all {
		p := l.tails.passes(&all[i], l.first, 0)
		spread, weight = spread+p*all[i].a, weight+p
	}
	half := 4*spread/weight + 0.2
	l.places, l.lone = make([]float64, heights), make([]float64, heights)
	for h := range l.places {
		l.places[h] = l.first + half*(1-2*float64(h)/(heights-1))
	}
	l.groups = make([]surface, groups)
	for g := range l.groups {
		for z := range l.groups[g] {
			l.groups[g][z] = make([]float64, heights)
		}
	}
	least := 0.01 * l.expect / float64(len(all))
	for i := range all {
		s, count := &all[i], 1.0
		if l.tails.passes(s, l.places[heights-1], causeTo) < least {
			if i%sparse != 0 {
				continue
			}
			count = sparse
		}
		l.add(s, count)
	}
	for g := range l.groups {
		for z := range l.groups[g] {
			for h, n := range l.groups[g][z] {
				l.groups[g][z][h] = math.Log(max(n, vanished))
			}
		}
	}
}

func (l *levels) add(s *source, count float64) {
	for h, t := range l.places {
		if s.group < 0 {
			l.lone[h] += count * l.tails.passes(s, t, 0)
			continue
		}
		for z := range causes {
			l.groups[s.group][z][h] += count * l.tails.passes(s, t, causeTo*(2*float64(z)/(causes-1)-1))
		}
	}
}

// of is the level for a sample at its first, second … try; the fourth has none.
func (l *levels) of(common [][block]float64, at, try int) float64 {
	switch {
	case try == 3:
		return math.Inf(-1)
	case l.groups == nil && try == 0:
		return l.first
	case l.groups == nil && try == 1:
		return l.second
	}
	if l.groups == nil {
		return math.Inf(-1)
	}
	want := l.expect * float64(int(1)<<(2*try)) // four times as many at each try
	low, high := 0, heights-1                   // places fall, numbers rise
	if l.passing(common, at, 0) >= want {
		return l.places[0]
	}
	if l.passing(common, at, high) < want {
		return l.places[high]
	}
	for high-low > 1 {
		if mid := (low + high) / 2; l.passing(common, at, mid) < want {
			low = mid
		} else {
			high = mid
		}
	}
	a, b := math.Log(max(l.passing(common, at, low), vanished)), math.Log(l.passing(common, at, high))
	part := (math.Log(want) - a) / (b - a)
	return l.places[low] + part*(l.places[high]-l.places[low])
}

// passing is the number of scores expected above place h in one sample.
func (l *levels) passing(common [][block]float64, at, h int) float64 {
	sum := l.lone[h]
	for g := range l.groups {
		z := between(0, (common[g][at]/causeTo+1)*(causes-1)/2, causes-1)
		m := min(int(z), causes-2)
		part := z - float64(m)
		sum += math.Exp(l.groups[g][m][h]*(1-part) + l.groups[g][m+1][h]*part)
	}
	return sum
}

// slopes knows, for each group, the least own part that an item needs to pass the
// level of any sample asked for: the least of level-a·Z over the samples, as a
// function of the item's loading a. It is concave, being the least of straight
// lines, so the chord between two loadings lies below it and is safe to use.
type slopes struct {
	least, most []float64 // loadings in each group
	at          [][chords + 1]float64
	floor       float64 // for items in no group
}

const chords = 8

func newSlopes(r *run) slopes {
	n := len(r.common)
	p := slopes{least: make([]float64, n), most: make([]float64, n), at: make([][chords + 1]float64, n)}
	for g := range n {
		p.least[g] = math.Inf(1)
	}
	for i := range r.sources {
		if s := &r.sources[i]; s.group >= 0 {
			p.least[s.group], p.most[s.group] = min(p.least[s.group], s.a), max(p.most[s.group], s.a)
		}
	}
	return p
}

// fit takes the levels of the samples, +Inf where a sample is not asked for.
func (p *slopes) fit(level *[block]float64, common [][block]float64) {
	p.floor = math.Inf(1)
	for _, t := range level {
		p.floor = min(p.floor, t)
	}
	for g := range common {
		for c := range p.at[g] {
			a, low := p.least[g]+(p.most[g]-p.least[g])*float64(c)/chords, math.Inf(1)
			for at, t := range level {
				low = min(low, t-a*common[g][at])
			}
			p.at[g][c] = low
		}
	}
}

// low is the least that the item's mean and own part must sum to.
func (p *slopes) low(s *source) float64 {
	if s.group < 0 || math.IsInf(p.floor, -1) {
		return p.floor
	}
	g := s.group
	x := between(0, (s.a-p.least[g])/max(p.most[g]-p.least[g], vanished)*chords, chords)
	m := min(int(x), chords-1)
	part := x - float64(m)
	chord := p.at[g][m]*(1-part) + p.at[g][m+1]*part
	return chord - 1e-9*(1+math.Abs(chord))
}
