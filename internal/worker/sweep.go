package worker

import (
	"context"
	"fmt"
	"slices"
	"time"

	"plumbline"
)

// fill notes that the first look at a tracker is complete: everything that it
// listed was read.
func (w *Worker) fill(ctx context.Context, p *peer) {
	st, now, early := p.now(), w.now(), false
	p.locked(func() { early = p.fill > now })
	if !st.Filled.IsZero() || st.Polled.IsZero() || early {
		return
	}
	p.locked(func() { p.fill = w.later(now.Add(2 * time.Second)) })
	left, err := w.unread(ctx, p.id)
	if err != nil || left > 0 {
		return
	}
	w.seen(ctx, p, func(st *plumbline.LinkState) { st.Filled = now })
	w.log.Info("first look at a tracker is complete", "link", p.id)
}

// unread is how many issues of a link wait to be read.
func (w *Worker) unread(ctx context.Context, id plumbline.LinkID) (int, error) {
	links, err := w.app.Links(ctx, plumbline.SystemActor("worker"))
	for _, l := range links {
		if l.ID == id {
			return l.Queue, err
		}
	}
	return 0, err
}

// sweep asks once a day for everything to be read again: it finds what neither
// hooks nor polls tell, such as deletions and labels that were renamed. The
// lease under a name of its own lets only one server do it in that time.
func (w *Worker) sweep(ctx context.Context, p *peer) {
	now, soon := w.now(), false
	p.locked(func() { soon = p.sweepTry > now })
	if st := p.now(); soon || st.Filled.IsZero() {
		return
	}
	p.locked(func() { p.sweepTry = now.Add(jitter(min(time.Hour, w.o.Sweep))) })
	name := "sweep:" + string(p.id)
	once := fmt.Sprintf("%s at %d", w.o.Holder, now)
	mine, err := w.app.Lease(ctx, name, once, min(time.Hour, w.o.Sweep))
	if err != nil || !mine {
		return
	}
	n, err := w.sweepOnce(ctx, p)
	if err != nil {
		w.pollFailed(ctx, p, err)
		return
	}
	if _, err := w.app.Lease(ctx, name, once, w.o.Sweep); err != nil && ctx.Err() == nil {
		w.log.Error("a sweep could not be noted; it is done again in an hour", "link", p.id, "err", err)
	}
	w.log.Info("sweep queued", "link", p.id, "issues", n)
}

// sweepOnce queues all issues that carry our labels, and those of all items that
// have not ended.
func (w *Worker) sweepOnce(ctx context.Context, p *peer) (int, error) {
	batch, err := w.changed(ctx, p, p.now(), "")
	if err != nil {
		return 0, err
	}
	refs := batch.Refs
	filter := plumbline.Filter{Status: "open", Sort: "oldest", Limit: plumbline.MaxPage}
	for more := true; more; more = filter.Cursor != "" {
		page, err := w.app.Items(ctx, plumbline.SystemActor("worker"), filter)
		if err != nil {
			return 0, err
		}
		for _, row := range page.Rows.Rows {
			if row.Link == p.id && row.Ref != "" {
				refs = append(refs, row.Ref)
			}
		}
		filter.Cursor = page.Next
	}
	slices.Sort(refs)
	refs = slices.Compact(refs)
	return len(refs), w.queue(ctx, p, "sweep", refs)
}
