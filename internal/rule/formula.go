package rule

import (
	"fmt"
	"math"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"plumbline"
)

// Formula is a checked expression that is a number. It is safe for use by many
// goroutines.
type Formula struct {
	src     string
	program cel.Program
}

// CompileFormula checks an expression whose result is a number. The error is
// Invalid; its cause is [Mistakes].
func (e *Env) CompileFormula(src string) (*Formula, error) {
	p, err := e.program(src, "a number", cel.DoubleType, cel.IntType)
	if err != nil {
		return nil, err
	}
	return &Formula{src, p}, nil
}

// String is the formula as it was written.
func (x *Formula) String() string { return x.src }

// Eval is the number for the facts. An error means that there is none: a fact is
// missing, the result is not finite, as after a division by zero, or it costs
// more than one evaluation may.
func (x *Formula) Eval(f Facts) (float64, error) {
	out, _, err := x.program.Eval(activation{f})
	if err != nil {
		return 0, &plumbline.Error{Kind: plumbline.Invalid, Text: fmt.Sprintf("The formula %q cannot be worked out: %s.", x.src, plain(err.Error())), Err: err}
	}
	var y float64
	switch v := out.(type) {
	case types.Double:
		y = float64(v)
	case types.Int:
		y = float64(v)
	default:
		return 0, plumbline.Errorf(plumbline.Invalid, "The formula %q is not a number.", x.src)
	}
	if math.IsNaN(y) || math.IsInf(y, 0) {
		return 0, plumbline.Errorf(plumbline.Invalid, "The formula %q has no finite result here: it divides by zero, or its numbers are too large.", x.src)
	}
	return y, nil
}
