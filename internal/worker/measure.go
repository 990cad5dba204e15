package worker

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"plumbline"
	"plumbline/internal/app/objectives"
	"plumbline/internal/link"
)

const (
	roundLimit   = 2 * time.Minute  // one round of questions to a source
	roundLease   = 3 * time.Minute  // longer than a round, so that two servers do not ask the same at once
	checkEvery   = time.Hour        // between two looks at the version of a source
	measureFirst = 30 * time.Second // at most between two looks at what is to be asked
)

// measure asks a source of figures, round after round, until ctx ends.
func (w *Worker) measure(ctx context.Context, id plumbline.LinkID, src link.Source) {
	var checked plumbline.Time
	for {
		behind := false
		err := w.safely("asking "+string(id), func() (err error) {
			behind, err = w.oneRound(ctx, id, src, &checked)
			return err
		})
		if err != nil && ctx.Err() == nil {
			w.log.Warn("a source of figures could not be read", "source", id, "err", err)
		}
		if err == nil && behind {
			if ctx.Err() != nil {
				return
			}
			continue
		}
		every := min(w.o.Poll, measureFirst)
		if !pause(ctx, every+rand.N(every/10+1)) {
			return
		}
	}
}

// MeasureOnce asks a source once for everything that there is to ask now, and says
// whether there is more.
func (w *Worker) MeasureOnce(ctx context.Context, id plumbline.LinkID) (behind bool, err error) {
	var checked plumbline.Time
	return w.oneRound(ctx, id, w.o.Sources[id], &checked)
}

func (w *Worker) oneRound(ctx context.Context, id plumbline.LinkID, src link.Source, checked *plumbline.Time) (behind bool, err error) {
	round, err := w.app.FigureQueries(ctx, id)
	if err != nil || len(round.Queries) == 0 {
		return false, err
	}
	mine, err := w.app.LeaseSource(ctx, id, w.o.Holder, roundLease)
	if err != nil || !mine {
		return false, err
	}
	in := objectives.Answers{Round: round}
	limited, cancel := context.WithTimeout(ctx, roundLimit)
	defer cancel()
	if now := w.now(); *checked == 0 || now.Sub(*checked) > checkEvery {
		if in.Version, err = src.Check(limited); err != nil {
			in.Fault = faultText(err)
		} else {
			*checked = now
		}
	}
	for _, q := range round.Queries {
		if in.Fault != "" {
			break
		}
		f, err := src.Ask(limited, q)
		var fault *link.Fault
		switch {
		case err == nil:
		case errors.As(err, &fault) && (fault.Status == http.StatusBadRequest || fault.Status == http.StatusUnprocessableEntity):
			f.FigureQuery, f.Fault, f.Refused = q, faultText(err), true
		default:
			in.Fault = faultText(err)
			continue
		}
		in.Figures = append(in.Figures, f)
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	err = w.app.Measure(ctx, plumbline.SystemActor("worker"), in)
	return round.Behind && in.Fault == "" && err == nil, err
}

// faultText is what a person is told of a failure of a source.
func faultText(err error) string {
	var f *link.Fault
	if errors.As(err, &f) {
		return f.Text
	}
	return "It failed in a way that is not known."
}
