package worker

import (
	"context"
	"fmt"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/link"
)

// maxLines is how many lines of an answer are kept.
const maxLines = 500

// answer takes up what people asked of trackers and leaves the answers.
func (w *Worker) answer(ctx context.Context) error {
	asked, err := w.app.AskedOfLinks(ctx)
	if err != nil {
		return err
	}
	for _, q := range asked {
		lines := w.lines(ctx, q)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := w.app.AnswerLink(ctx, q, lines); err != nil {
			return err
		}
	}
	return nil
}

// lines does what was asked and puts it into words.
func (w *Worker) lines(ctx context.Context, q app.LinkQuestion) []string {
	var lines []string
	more := 0
	keep := func(line string) {
		if len(lines) < maxLines {
			lines = append(lines, line)
		} else {
			more++
		}
	}
	p := w.peers[q.Link]
	if p == nil {
		return []string{fmt.Sprintf("The tracker %q is not configured on the server that was asked.", q.Link)}
	}
	err := w.safely(q.What+" of "+string(q.Link), func() error {
		if q.What == "test" {
			return w.test(ctx, p, keep)
		}
		return w.Sync(ctx, q.Link, q.What == "plan", keep)
	})
	if err != nil && len(lines) == 0 {
		keep(plumbline.TextOf(err))
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more lines.", more))
	}
	return lines
}

// test resolves a tracker and says how it is. It also lifts a read-only that a
// refused write caused, when the tracker says that we may write.
func (w *Worker) test(ctx context.Context, p *peer, say func(string)) error {
	if _, err := w.stored(ctx, p); err != nil {
		return err
	}
	p.locked(func() { p.forgive = true })
	if err := w.resolve(ctx, p); err != nil {
		say("It does not work: " + faultOf(err, link.Down).Text)
		return nil
	}
	st := p.now()
	say("It works: " + introduce(st))
	switch {
	case st.Paused != "":
		say("It is paused: " + st.Paused)
	case st.ReadOnly:
		say("It is read-only: nothing is written to it.")
	}
	switch {
	case st.Hooked.IsZero():
		say(fmt.Sprintf("No hook was received yet; changes are found by polling every %s.", w.o.Poll))
	default:
		say("The last hook was received at " + clockTime(st.Hooked) + ".")
	}
	if !st.Polled.IsZero() {
		say("Its changes were read last at " + clockTime(st.Polled) + ".")
	}
	return nil
}
