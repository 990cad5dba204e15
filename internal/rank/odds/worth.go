package odds

import (
	"cmp"
	"math"
	"slices"

	"plumbline"
	"plumbline/internal/chance"
)

// ForNormal is what it is worth to know, before deciding, a value that is normal
// with this mean and standard deviation and costs price: sd·L(|mean-price|/sd)
// (Raiffa and Schlaifer, Applied Statistical Decision Theory, 1961). Below 0 never,
// and 0 when nothing is unknown.
func ForNormal(mean, sd, price float64) float64 {
	if sd <= 0 {
		return 0
	}
	return sd * chance.Loss(math.Abs(mean-price)/sd)
}

// ForFactor is what it is worth to know one lognormal factor of what is gained, or
// one of what is paid: value and price are the means of both, sd is the standard
// deviation of the factor's logarithm. All other factors keep their means, as they
// may when they are independent of it.
//
// With low and high the lesser and the greater of value and price, and
// a = ln(low/high)/sd + sd/2, it is low·Phi(a) - high·Phi(a-sd). A factor of the
// value is a call on it and a factor of the price a put, and both come to this one
// form, in which nothing large cancels. It is 0 when either is not above 0: then
// no answer changes what is done.
func ForFactor(value, price, sd float64) float64 {
	if !(sd > 0 && value > 0 && price > 0) {
		return 0
	}
	low, high := min(value, price), max(value, price)
	a := math.Log(low/high)/sd + sd/2
	return max(0, low*chance.Phi(a)-high*chance.Phi(a-sd))
}

// ForLognormal is what it is worth to know all of a lognormal value against a price.
func ForLognormal(value Score, price float64) float64 {
	return ForFactor(value.MeanOfLog(), price, value.SD)
}

// ForYesNo is what it is worth to know the answer to a question that is yes with
// the chance p, when the value is ifYes or ifNo.
func ForYesNo(p, ifYes, ifNo, price float64) float64 {
	now := p*ifYes + (1-p)*ifNo - price
	return max(0, p*max(ifYes-price, 0)+(1-p)*max(ifNo-price, 0)-max(now, 0))
}

// Learnable is the standard deviation that so many observations, each with the
// standard deviation noise, are expected to move the mean of an unknown by, whose
// own standard deviation is sd: sd·sqrt(n/(n+noise²/sd²)). In place of sd it makes
// ForNormal the worth of an imperfect study, and, in logarithms, ForFactor: the
// mean after the study is then lognormal with just this spread.
func Learnable(sd, noise, observations float64) float64 {
	if sd <= 0 || observations <= 0 {
		return 0
	}
	return sd * math.Sqrt(observations/(observations+noise*noise/(sd*sd)))
}

// ForSampled is what it is worth to know x, whatever its part in the benefit
// (value less price): samples of both are sorted by x and cut into bins, and it is
// the mean of the better choice of each bin less the better choice of all
// (one-level regression; Strong, Oakley and Brennan, Medical Decision Making 34,
// 2014). Use some 200 bins with at least 20 samples each: fewer samples in a bin
// find worth in noise.
func ForSampled(x, benefit []float64, bins int) float64 {
	n := len(x)
	if n == 0 || n != len(benefit) || bins < 1 {
		return 0
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(x[a], x[b]), a-b) })
	all, better := 0.0, 0.0
	for b := range bins {
		sum := 0.0
		for _, i := range order[b*n/bins : (b+1)*n/bins] {
			sum += benefit[i]
		}
		all += sum
		better += max(sum, 0)
	}
	return max(0, better-max(all, 0)) / float64(n)
}

// Unknown is one factor that could be asked about: the means of what is gained and
// of what is paid with everything known today, the standard deviation of the
// factor's logarithm, and the study that would tell: so many observations, the
// standard deviation of the logarithm of each, and what they cost, in the unit of
// Value and Price.
type Unknown struct {
	Value, Price, SD          float64
	Observations, Noise, Cost float64
}

// Worth is what asking is worth: Perfect if the answer were certain (EVPPI), Study
// for the study as it is (EVSI), Net of its cost. At is the index of the unknown.
type Worth struct {
	At                  int
	Perfect, Study, Net float64
}

// worth works out one unknown, which stands at this index. Study is left at 0
// where no study could pay.
func (u Unknown) worth(at int) Worth {
	w := Worth{At: at, Perfect: ForFactor(u.Value, u.Price, u.SD)}
	if w.Perfect > u.Cost { // no study is worth more than the answer
		w.Study = ForFactor(u.Value, u.Price, Learnable(u.SD, u.Noise, u.Observations))
	}
	w.Net = w.Study - u.Cost
	return w
}

// Validate lists what is worth more than it costs to ask, the most first; what is
// not in the list is better decided now. It refuses an unknown with a number that
// is none, or below 0.
func Validate(unknowns []Unknown) ([]Worth, error) {
	var list []Worth
	for i, u := range unknowns {
		for _, x := range [...]float64{u.Value, u.Price, u.SD, u.Observations, u.Noise, u.Cost} {
			if !(x >= 0) || math.IsInf(x, 1) {
				return nil, plumbline.Errorf(plumbline.Invalid, "Unknown %d has a number that cannot be used: %g.", i, x)
			}
		}
		if w := u.worth(i); w.Net > 0 {
			list = append(list, w)
		}
	}
	slices.SortFunc(list, func(a, b Worth) int { return cmp.Or(cmp.Compare(b.Net, a.Net), a.At-b.At) })
	return list, nil
}
