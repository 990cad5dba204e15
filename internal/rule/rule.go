// Package rule judges expressions: short conditions, written in a process file
// by the people who run the process, over the facts of one item. The language is
// CEL (cel.dev), which infrastructure people know from Kubernetes.
//
// It owns three nouns. An [Env] is the set of names that an expression may use,
// each with a type. An [Expr] is one expression that was checked against them.
// [Facts] are the values when it is evaluated.
//
// Laws: pure. An expression has no side effect, no clock and no loop without
// end: its length, its depth and what one evaluation may cost are limited. A
// wrong expression is refused when it is loaded, with line and column, not when
// it is needed.
package rule

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"

	"plumbline"
)

// Limits. A guard is a line, not a program.
const (
	maxLength = 2_000   // characters of an expression
	maxDepth  = 40      // nested parentheses and calls
	maxCost   = 100_000 // CEL cost units of one evaluation, about a few milliseconds
)

// Type is the type of a fact.
type Type int

// The types of fact, with the Go type that [Facts] gives for each.
const (
	String  Type = iota // string
	Bool                // bool
	Int                 // int64 or int: a count
	Number              // float64
	Moment              // time.Time
	Strings             // []string
	Map                 // map[string]string
)

func (t Type) cel() *cel.Type {
	switch t {
	case Bool:
		return cel.BoolType
	case Int:
		return cel.IntType
	case Number:
		return cel.DoubleType
	case Moment:
		return cel.TimestampType
	case Strings:
		return cel.ListType(cel.StringType)
	case Map:
		return cel.MapType(cel.StringType, cel.StringType)
	}
	return cel.StringType
}

// Var is a name that an expression may use. A name may have dots:
// "decision.outcome".
type Var struct {
	Name string
	Type Type
}

// Facts gives the value of a declared name. A name that it does not have is an
// error of the evaluation, so give every declared name a value, empty if need be.
type Facts interface {
	Fact(name string) (value any, ok bool)
}

// MapFacts are facts in a map.
type MapFacts map[string]any

// Fact implements [Facts].
func (m MapFacts) Fact(name string) (any, bool) { v, ok := m[name]; return v, ok }

// Env is the set of names that expressions may use. It is safe for use by many
// goroutines.
type Env struct {
	env   *cel.Env
	names []string
}

// base is what every Env has: the standard functions and the limits. It is
// built once, at the first use, since it is the dear part.
var base = sync.OnceValues(func() (*cel.Env, error) {
	return cel.NewEnv(
		cel.CrossTypeNumericComparisons(true),
		cel.ParserExpressionSizeLimit(maxLength),
		cel.ParserRecursionLimit(maxDepth),
		cel.ASTValidators(
			cel.ValidateRegexLiterals(), cel.ValidateTimestampLiterals(),
			cel.ValidateDurationLiterals(), cel.ValidateComprehensionNestingLimit(2),
		),
	)
})

// NewEnv makes an Env of the given names.
func NewEnv(vars ...Var) (*Env, error) {
	b, err := base()
	if err != nil {
		return nil, &plumbline.Error{Kind: plumbline.Internal, Text: "cannot make the expression language", Err: err}
	}
	e := &Env{}
	opts := make([]cel.EnvOption, 0, len(vars))
	seen := map[string]bool{}
	for _, v := range vars {
		if seen[v.Name] {
			return nil, plumbline.FieldError(v.Name, "The name %q is declared twice.", v.Name)
		}
		seen[v.Name] = true
		opts = append(opts, cel.Variable(v.Name, v.Type.cel()))
		e.names = append(e.names, v.Name)
	}
	if e.env, err = b.Extend(opts...); err != nil {
		return nil, &plumbline.Error{Kind: plumbline.Invalid, Text: "These names cannot be used in expressions.", Err: err}
	}
	return e, nil
}

// Expr is a checked expression that is true or false. It is safe for use by
// many goroutines.
type Expr struct {
	src     string
	program cel.Program
}

// Compile checks an expression. The error is Invalid; its cause is [Mistakes].
func (e *Env) Compile(src string) (*Expr, error) {
	p, err := e.program(src, "true or false", cel.BoolType)
	if err != nil {
		return nil, err
	}
	return &Expr{src, p}, nil
}

// program checks an expression whose result must be of one of some types, which
// must says in words.
func (e *Env) program(src, must string, types ...*cel.Type) (cel.Program, error) {
	ast, issues := e.env.Compile(src)
	if issues.Err() != nil {
		return nil, e.explain(src, issues.Errors())
	}
	if !slices.Contains(types, ast.OutputType()) {
		return nil, whole(src, fmt.Sprintf("the expression is a %s, but must be %s", typeName(ast.OutputType()), must))
	}
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if est, err := e.env.EstimateCost(ast, anySize{}); err != nil || est.Max > maxCost {
		options = append(options, cel.CostLimit(maxCost))
	}
	p, err := e.env.Program(ast, options...)
	if err != nil {
		return nil, whole(src, plain(err.Error()))
	}
	return p, nil
}

// anySize is asked how large the facts can be: any size. An expression that
// cannot cost too much even so need not be watched while it is evaluated, which
// takes most of the time of a short one.
type anySize struct{}

// EstimateSize implements cost.Estimator.
func (anySize) EstimateSize(cost.AstNode) *cost.SizeEstimate { return nil }

// EstimateCallCost implements cost.Estimator.
func (anySize) EstimateCallCost(_, _ string, _ *cost.AstNode, _ []cost.AstNode) *cost.CallEstimate {
	return nil
}

// String is the expression as it was written.
func (x *Expr) String() string { return x.src }

// Eval says whether the expression holds for the facts. An error means that it
// could not be judged: a fact is missing, it divides by zero, or it costs more
// than one evaluation may.
func (x *Expr) Eval(f Facts) (bool, error) {
	out, _, err := x.program.Eval(activation{f})
	if err != nil {
		return false, &plumbline.Error{Kind: plumbline.Invalid, Text: fmt.Sprintf("The expression %q cannot be judged: %s.", x.src, plain(err.Error())), Err: err}
	}
	b, ok := out.(types.Bool)
	if !ok {
		return false, plumbline.Errorf(plumbline.Invalid, "The expression %q is neither true nor false.", x.src)
	}
	return bool(b), nil
}

// activation gives CEL our facts.
type activation struct{ f Facts }

// ResolveName implements cel.Activation.
func (a activation) ResolveName(name string) (any, bool) {
	v, ok := a.f.Fact(name)
	switch v := v.(type) {
	case plumbline.Time:
		return v.Std(), ok
	case time.Time, string, bool, int64, float64, []string, map[string]string:
		return v, ok
	case int:
		return int64(v), ok
	}
	return v, ok
}

// Parent implements cel.Activation.
func (a activation) Parent() cel.Activation { return nil }
