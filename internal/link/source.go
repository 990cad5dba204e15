package link

import (
	"context"

	"plumbline"
)

// Source answers questions about figures that a system has measured. It reads
// only. Its errors are [Fault]s: Invalid when the question itself cannot be
// answered (asking again does not help), Down when nobody can tell now.
type Source interface {
	// Ask answers one question. No series means that there is no data. Values
	// may be NaN or infinite: what was not measured is not 0.
	Ask(ctx context.Context, q plumbline.FigureQuery) (plumbline.Figures, error)
	// Check says which version answers, and that the token is good.
	Check(ctx context.Context) (version string, err error)
}
