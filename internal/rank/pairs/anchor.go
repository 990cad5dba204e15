package pairs

import (
	"math"

	"plumbline/internal/chance"
)

// Anchor is an item whose value is known, or estimated.
type Anchor struct {
	Item  int
	Value chance.Dist // above zero
}

// Values are the values of all items, in the unit of the anchors: the logarithm of a
// value is a line over the worth, fitted to three anchors or more by least squares. The
// spread of a value is that of the worth, and that of the line: as the anchors stray
// from it, and more so beyond their ends. It refuses fewer anchors, anchors that were
// judged alike, and judgements that run against the known values.
func (p *Posterior) Values(anchors []Anchor) ([]chance.Dist, error) {
	l, err := p.line(anchors)
	if err != nil {
		return nil, err
	}
	values := make([]chance.Dist, p.n)
	for i := range values {
		m, sd := p.Worth(i)
		off := m - l.middle
		variance := l.slope*l.slope*sd*sd + l.stray*(1/l.count+off*off/l.width)
		if values[i], err = chance.LognormalOf(l.height+l.slope*off, math.Sqrt(variance)); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// line is ln(value) = height + slope·(worth-middle).
type line struct {
	middle, height, slope float64
	width                 float64 // sum of squares of the anchors' worths about their middle
	stray, count          float64 // variance of an anchor about the line; how many anchors
}

func (p *Posterior) line(anchors []Anchor) (l line, err error) {
	logs, stated, err := p.logsOf(anchors)
	if err != nil {
		return line{}, err
	}
	l.count = float64(len(anchors))
	for i, a := range anchors {
		l.middle += p.mean[a.Item] / l.count
		l.height += logs[i] / l.count
	}
	both := 0.0
	for i, a := range anchors {
		off := p.mean[a.Item] - l.middle
		l.width += off * off
		both += off * (logs[i] - l.height)
	}
	if l.width < 1e-12*p.model.Spread*p.model.Spread {
		return line{}, invalid("The items of known value were judged alike, so they say nothing about the scale. Compare them with each other and with others.")
	}
	if l.slope = both / l.width; l.slope <= 0 {
		return line{}, invalid("The judgements run against the known values: what is worth more was judged to matter less. Look at both before they are put together.")
	}
	misses := 0.0
	for i, a := range anchors {
		misses += math.Pow(logs[i]-l.height-l.slope*(p.mean[a.Item]-l.middle), 2)
	}
	l.stray = max(misses/(l.count-2), stated/l.count)
	return l, nil
}

// logsOf is the logarithm of each anchor's value, and the sum of the variances stated.
func (p *Posterior) logsOf(anchors []Anchor) (logs []float64, stated float64, err error) {
	distinct := map[int]bool{}
	logs = make([]float64, len(anchors))
	for i, a := range anchors {
		if a.Item < 0 || a.Item >= p.n {
			return nil, 0, invalid("Anchor %d is item %d, but there are only %d items, numbered from 0.", i+1, a.Item, p.n)
		}
		distinct[a.Item] = true
		mu, sd, err := a.Value.Log()
		if err != nil {
			return nil, 0, invalid("The known value of item %d cannot be used. %s", a.Item, err.Error())
		}
		logs[i] = mu
		stated += sd * sd
	}
	if len(distinct) < 3 {
		return nil, 0, invalid("Judgements become values through items whose value is known; %d of them is too few. Give a value to at least three of the items that were compared.", len(distinct))
	}
	return logs, stated, nil
}
