package worker

import (
	"context"
	"math/rand/v2"
	"time"

	"plumbline"
)

// hearEvery is the time between two looks at what sources of alarms have delivered.
const hearEvery = 2 * time.Second

// hear takes in what sources of alarms delivered, until ctx ends.
func (w *Worker) hear(ctx context.Context) {
	for {
		more := false
		err := w.safely("taking alarms in", func() (err error) {
			more, err = w.HearOnce(ctx)
			return err
		})
		if err != nil && ctx.Err() == nil {
			w.log.Warn("alarms could not be taken in", "err", err)
		}
		if err == nil && more && ctx.Err() == nil {
			continue
		}
		if !pause(ctx, hearEvery+rand.N(hearEvery/10)) {
			return
		}
	}
}

// HearOnce reads the deliveries that wait, some of them, and says whether there were
// any. One of a source that is not configured any more is kept, with why.
func (w *Worker) HearOnce(ctx context.Context) (some bool, err error) {
	waiting, err := w.app.WaitingAlarms(ctx)
	for _, d := range waiting {
		read := plumbline.AlarmReading{Fault: "Its source is not in the configuration."}
		if from, ok := w.o.Watchers[d.Source]; ok {
			read = from.Read(d.Body)
		}
		if err := w.app.TakeAlarms(ctx, d, read); err != nil {
			return false, err
		}
	}
	return len(waiting) > 0, err
}
