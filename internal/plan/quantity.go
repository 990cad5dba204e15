package plan

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"plumbline"
	"plumbline/internal/chance"
)

// quantity is a number as a file has it: 5, [2, 8], {low, high, dist, mode}, or text
// as people type it, such as 2-5.
type quantity struct{ chance.Dist }

// UnmarshalYAML reads a quantity.
func (q *quantity) UnmarshalYAML(n ast.Node) (err error) {
	q.Dist, err = quantityOf(n)
	if err != nil {
		return &yaml.SyntaxError{Message: plumbline.TextOf(err), Token: n.GetToken()} // it knows the line
	}
	return nil
}

func quantityOf(n ast.Node) (chance.Dist, error) {
	switch n := n.(type) {
	case *ast.SequenceNode:
		if len(n.Values) != 2 {
			return chance.Dist{}, plumbline.Errorf(plumbline.Invalid, "An interval has two numbers, [low, high]; here are %d.", len(n.Values))
		}
		low, err := numberOf(n.Values[0])
		if err != nil {
			return chance.Dist{}, err
		}
		high, err := numberOf(n.Values[1])
		if err != nil {
			return chance.Dist{}, err
		}
		return chance.FromInterval(low, high)
	case ast.MapNode:
		return described(n)
	case *ast.StringNode:
		if r, err := chance.ParseRange(n.Value); err == nil {
			return r.Dist()
		}
	}
	x, err := numberOf(n)
	if err != nil {
		return chance.Dist{}, err
	}
	return chance.Known(x)
}

// numberOf reads a number. YAML has words for what is none.
func numberOf(n ast.Node) (float64, error) {
	text := strings.TrimSpace(n.String())
	x, err := strconv.ParseFloat(strings.Trim(text, `"'`), 64)
	if err != nil || x-x != 0 {
		return 0, plumbline.Errorf(plumbline.Invalid, "%s is not a number that can be calculated with. Write a number, [low, high], or {low, high, dist, mode}.", text)
	}
	return x, nil
}

// described reads {low, high, dist, mode}.
func described(n ast.MapNode) (d chance.Dist, err error) {
	dist, have := "", map[string]float64{}
	for it := n.MapRange(); it.Next(); {
		switch key := strings.TrimSpace(it.Key().String()); key {
		case "dist":
			dist = strings.Trim(strings.TrimSpace(it.Value().String()), `"'`)
		case "low", "high", "mode":
			if have[key], err = numberOf(it.Value()); err != nil {
				return d, err
			}
		default:
			return d, plumbline.Errorf(plumbline.Invalid, "A quantity has low, high, dist and mode, and no %s.", key)
		}
	}
	if _, ok := have["low"]; !ok {
		return d, plumbline.Errorf(plumbline.Invalid, "The quantity has no low.")
	}
	if _, ok := have["high"]; !ok {
		return d, plumbline.Errorf(plumbline.Invalid, "The quantity has no high.")
	}
	switch dist {
	case "":
		return chance.FromInterval(have["low"], have["high"])
	case "lognormal":
		return chance.Lognormal(have["low"], have["high"])
	case "normal":
		return chance.Normal(have["low"], have["high"])
	case "beta":
		return chance.Beta(have["low"], have["high"])
	case "pert":
		if _, ok := have["mode"]; !ok {
			return d, plumbline.Errorf(plumbline.Invalid, "A pert has a mode, the likeliest value.")
		}
		return chance.Pert(have["low"], have["mode"], have["high"])
	}
	return d, plumbline.Errorf(plumbline.Invalid, "The dist is lognormal, normal, beta or pert, not %q.", dist)
}
