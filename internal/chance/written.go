package chance

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// FromWritten is the quantity that stands in a file for a judge, as YAML and JSON are
// decoded: a number is known, [low, high] is as in [FromInterval], {low, high, dist,
// mode} names its shape, a text is as in [ParseRange], and nothing is unknown. It
// refuses anything else.
func FromWritten(v any) (Dist, error) {
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
		return FromInterval(low, high)
	case map[string]any:
		return fromShape(v)
	}
	if x, ok := writtenNumber(v); ok {
		return Known(x)
	}
	return Dist{}, invalid("A quantity is a number, [low, high], or a range such as 2-5, not %q.", clip(fmt.Sprint(v)))
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

// fromShape reads {low, high, dist, mode}.
func fromShape(in map[string]any) (Dist, error) {
	numbers := map[string]float64{}
	dist := ""
	for _, key := range slices.Sorted(maps.Keys(in)) {
		x, isNumber := writtenNumber(in[key])
		text, isText := in[key].(string)
		switch {
		case (key == "low" || key == "high" || key == "mode") && isNumber:
			numbers[key] = x
		case key == "dist" && isText:
			dist = text
		case key == "low" || key == "high" || key == "mode" || key == "dist":
			return Dist{}, invalid("%q is written as %q, which cannot be read.", key, clip(fmt.Sprint(in[key])))
		default:
			return Dist{}, invalid("A quantity has low, high, dist and mode, and no %q.", clip(key))
		}
	}
	low, hasLow := numbers["low"]
	high, hasHigh := numbers["high"]
	mode, hasMode := numbers["mode"]
	switch {
	case !hasLow || !hasHigh:
		return Dist{}, invalid("A quantity with a shape has low and high.")
	case hasMode != (dist == "pert"):
		return Dist{}, invalid("A pert has a mode, the likeliest value, and nothing else has one.")
	}
	switch dist {
	case "":
		return FromInterval(low, high)
	case "lognormal":
		return Lognormal(low, high)
	case "normal":
		return Normal(low, high)
	case "beta":
		return Beta(low, high)
	case "pert":
		return Pert(low, mode, high)
	}
	return Dist{}, invalid("The dist is lognormal, normal, beta or pert, not %q.", clip(dist))
}
