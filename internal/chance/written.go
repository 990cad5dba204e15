package chance

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// FromWritten is the quantity that stands in a file for a judge, as YAML and JSON are
// decoded: a number is known, [low, high] is as in [FromInterval], {low, high, dist,
// mode, none} names its shape and the chance that it is nothing, a text is as in
// [ParseRange], and nothing is unknown. An interval of a share is a beta where it can be
// one. It refuses anything else.
func FromWritten(v any, share bool) (Dist, error) {
	switch v := v.(type) {
	case nil:
		return Unknown(), nil
	case string:
		if x, err := strconv.ParseFloat(v, 64); err == nil { // 1e6, which YAML takes for a text
			return Known(x)
		}
		r, err := ParseRange(v)
		if err != nil {
			return Dist{}, err
		}
		return r.Dist()
	case []any:
		if len(v) != 2 {
			return Dist{}, invalid("An interval has two numbers, [low, high], not %d.", len(v))
		}
		low, okLow := writtenNumber(v[0])
		high, okHigh := writtenNumber(v[1])
		if !okLow || !okHigh {
			return Dist{}, invalid("An interval has two numbers, [low, high].")
		}
		return fromEnds(low, high, share)
	case map[string]any:
		return fromShape(v, share)
	}
	if x, ok := writtenNumber(v); ok {
		return Known(x)
	}
	return Dist{}, invalid("A quantity is a number, [low, high], or a range such as 2-5, not %q.", clip(fmt.Sprint(v)))
}

func fromEnds(low, high float64, share bool) (Dist, error) {
	if share && low > 0 && low < high && high < 1 {
		return Beta(low, high)
	}
	return FromInterval(low, high)
}

func writtenNumber(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	case string:
		x, err := strconv.ParseFloat(v, 64)
		return x, err == nil
	}
	return 0, false
}

// fromShape reads {low, high, dist, mode, none}.
func fromShape(in map[string]any, share bool) (Dist, error) {
	numbers, dist := map[string]float64{}, ""
	for _, key := range slices.Sorted(maps.Keys(in)) {
		ok := false
		switch key {
		case "low", "high", "mode", "none":
			numbers[key], ok = writtenNumber(in[key])
		case "dist":
			dist, ok = in[key].(string)
		default:
			return Dist{}, invalid("A quantity has low, high, dist, mode and none, and no %q.", clip(key))
		}
		if !ok {
			return Dist{}, invalid("%q is written as %q, which cannot be read.", key, clip(fmt.Sprint(in[key])))
		}
	}
	for _, key := range [...]string{"low", "high"} {
		if _, ok := numbers[key]; !ok {
			return Dist{}, invalid("The quantity has no %q.", key)
		}
	}
	if _, ok := numbers["mode"]; dist == "pert" && !ok {
		return Dist{}, invalid("A pert has a mode, the most likely value.")
	}
	d, err := ofShape(dist, numbers, share)
	if err != nil || numbers["none"] == 0 {
		return d, err
	}
	return d.WithZero(numbers["none"])
}

func ofShape(dist string, numbers map[string]float64, share bool) (Dist, error) {
	low, high := numbers["low"], numbers["high"]
	switch dist {
	case "":
		return fromEnds(low, high, share)
	case "lognormal":
		return Lognormal(low, high)
	case "normal":
		return Normal(low, high)
	case "beta":
		return Beta(low, high)
	case "pert":
		return Pert(low, numbers["mode"], high)
	}
	return Dist{}, invalid("The dist is lognormal, normal, beta or pert, not %q.", clip(dist))
}
