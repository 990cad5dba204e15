package worker

import (
	"context"
	"time"

	"plumbline"
)

const (
	spreadOf    = 200                    // events taken at once
	tellEvery   = 100 * time.Millisecond // at least between two looks: wake-ups come in bursts
	tellAtLeast = time.Minute            // a look even when nobody woke us
	letterLease = 90 * time.Second       // longer than any attempt: what a dead server left is sent again then
	senders     = 4                      // letters under way at once
)

// teller follows the events and sends letters.
type teller struct {
	*Worker
	tokens chan struct{}
	freed  chan struct{}
	failed bool // the last look
}

// tell spreads events to those who are told of them, writes the digests that are
// due, and sends letters, until ctx ends. Jobs under way live on for the grace
// period.
func (w *Worker) tell(ctx, jobs context.Context) {
	t := &teller{Worker: w, tokens: make(chan struct{}, senders), freed: make(chan struct{}, 1)}
	wake, stop := w.app.Subscribe()
	defer stop()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-t.freed:
		case <-timer.C:
		}
		wait := t.look(ctx, jobs)
		if !pause(ctx, tellEvery) {
			return
		}
		timer.Reset(wait)
	}
}

// look does what is due, and says how long until there is more by itself.
func (t *teller) look(ctx, jobs context.Context) time.Duration {
	next := t.now().Add(tellAtLeast)
	err := t.safely("telling", func() error {
		for more := true; more && ctx.Err() == nil; {
			var err error
			if more, err = t.app.Spread(ctx, spreadOf); err != nil {
				return err
			}
		}
		digest, err := t.app.Digests(ctx)
		if err != nil {
			return err
		}
		letter, err := t.claim(ctx, jobs)
		for _, at := range []plumbline.Time{digest, letter} {
			if at != 0 && at < next {
				next = at
			}
		}
		return err
	})
	if ctx.Err() == nil && (err != nil) != t.failed {
		if t.failed = err != nil; t.failed {
			t.log.Error("cannot look for what is to be told; trying again", "err", err)
		} else {
			t.log.Info("telling again")
		}
	}
	if err != nil {
		return 5 * time.Second
	}
	return max(next.Sub(t.now()), time.Millisecond)
}

// claim starts letters that are due, as many as can be sent now. When all senders
// are at work, the one that ends looks again.
func (t *teller) claim(ctx, jobs context.Context) (next plumbline.Time, err error) {
	free := cap(t.tokens) - len(t.tokens)
	if free == 0 {
		return 0, nil
	}
	letters, next, err := t.app.ClaimLetters(ctx, t.o.Holder, letterLease, free)
	if err != nil {
		return 0, err
	}
	for _, l := range letters {
		t.tokens <- struct{}{}
		t.run.jobs.Go(func() {
			defer func() {
				<-t.tokens
				select {
				case t.freed <- struct{}{}:
				default:
				}
			}()
			t.carry(jobs, l)
		})
	}
	if next <= t.now() { // what is due waits for a letter to the same receiver to end
		next = 0
	}
	return next, nil
}

// carry makes one attempt to send a letter. Cut off after it was sent and before
// that is noted, the letter goes out again, with the same id.
func (t *teller) carry(ctx context.Context, l plumbline.Letter) {
	err := t.safely("letter "+l.ID, func() error {
		p, ok, err := t.app.OpenLetter(ctx, l)
		if err != nil || !ok {
			return err
		}
		sent := plumbline.Sent{Text: "This server has nothing to send it with: see its configuration."}
		switch {
		case p.Mail != nil && t.o.Mailer != nil:
			sent = t.o.Mailer.Send(ctx, *p.Mail)
		case p.Post != nil && t.o.Poster != nil:
			sent = t.o.Poster.Post(ctx, *p.Post)
		}
		if ctx.Err() != nil && !sent.OK {
			return ctx.Err()
		}
		if !sent.OK {
			t.log.Warn("a letter was not delivered", "letter", l.ID, "kind", l.Kind, "attempt", l.Attempts, "why", sent.Text)
		}
		return t.app.CloseLetter(context.WithoutCancel(ctx), l, sent)
	})
	switch kind := plumbline.KindOf(err); {
	case err == nil || ctx.Err() != nil:
	case kind == plumbline.NotFound || kind == plumbline.Conflict: // its receiver was removed, or somebody else has it
		t.log.Info("a letter is not ours any more", "letter", l.ID, "err", err)
	default:
		t.log.Error("a letter failed on our side; it is tried again when its lease ends", "letter", l.ID, "err", err)
	}
}
