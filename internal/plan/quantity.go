package plan

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"plumbline"
	"plumbline/internal/chance"
)

// quantity is a number as a file has it; see [chance.FromWritten].
type quantity struct{ chance.Dist }

// UnmarshalYAML reads a quantity. One that nobody knows cannot be planned with.
func (q *quantity) UnmarshalYAML(n ast.Node) error {
	var written any
	err := yaml.NodeToValue(n, &written)
	if err == nil {
		q.Dist, err = chance.FromWritten(written, false)
	}
	if err == nil && q.IsUnknown() {
		err = plumbline.Errorf(plumbline.Invalid, "A plan needs a number here, [low, high], or {low, high, dist, mode}: nobody has said one.")
	}
	if err != nil {
		return &yaml.SyntaxError{Message: plumbline.TextOf(err), Token: n.GetToken()} // it knows the line
	}
	return nil
}
