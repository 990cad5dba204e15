package worker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// What begins the detail of a link that the worker made read-only, and so tells
// it from one that was configured so. The first is lifted when the tracker lets
// us write again, the second when a person has it tested, or at a restart.
const (
	lacksRights = "Read-only: our account may not change issues there. What would be written is held."
	wasRefused  = "Read-only: a write was refused. What would be written is held; mend the rights, test the tracker, then retry."
)

func readOnlyMark(detail string) string {
	for _, mark := range []string{lacksRights, wasRefused} {
		if strings.HasPrefix(detail, mark) {
			return mark
		}
	}
	return ""
}

func sentences(s ...string) string {
	return strings.Join(slices.DeleteFunc(s, func(s string) bool { return s == "" }), " ")
}

// tend reads what is due of one tracker: the container itself hourly, its
// changes every poll, everything once a day.
func (w *Worker) tend(ctx context.Context, p *peer) {
	now, again, st := w.now(), false, plumbline.LinkState{}
	p.locked(func() { again, st = !p.resolved || p.resolve <= now, p.state })
	if again && w.resolve(ctx, p) != nil {
		return
	}
	if st = p.now(); st.Paused != "" {
		return
	}
	err := w.poll(ctx, p)
	w.fill(ctx, p)
	if err == nil {
		w.sweep(ctx, p)
	}
}

// resolve finds out who we are in a tracker and how it is, and stores that.
// Several who need it at once share one look.
func (w *Worker) resolve(ctx context.Context, p *peer) error {
	asked := w.now()
	select {
	case p.resolving <- struct{}{}:
		defer func() { <-p.resolving }()
	case <-ctx.Done():
		return ctx.Err()
	}
	fresh := false
	p.locked(func() { fresh = p.resolved && p.last > asked })
	if fresh {
		return nil
	}
	var c link.Container
	err := w.inTime(ctx, "resolve "+string(p.id), func(ctx context.Context) (err error) {
		c, err = p.Tracker.Resolve(ctx)
		return err
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		w.unresolved(ctx, p, faultOf(err, link.Down))
		return err
	}
	return w.resolved(ctx, p, c)
}

// unresolved notes why a container could not be resolved.
func (w *Worker) unresolved(ctx context.Context, p *peer, f *link.Fault) {
	if why, lost := containerLost(p.now(), f); lost {
		w.stop(ctx, p, why)
		return
	}
	bad := 0
	p.locked(func() { bad = p.pollBad; p.pollBad++ })
	retry := w.failed(ctx, p, listing, f, bad)
	if f.Kind != link.RateLimited {
		w.degrade(ctx, p, listing, f.Text)
	}
	p.locked(func() { p.resolve = retry })
}

// resolved stores what a container is. It lifts a pause that the worker made.
func (w *Worker) resolved(ctx context.Context, p *peer, c link.Container) error {
	now := w.now()
	st := p.now()
	if c.Archived {
		return w.refuse(ctx, p, link.Archived, fmt.Sprintf("%s is archived: nothing can be written there.", c.Path))
	}
	if st.Container != "" && st.Container != c.ID {
		return w.refuse(ctx, p, link.Moved, fmt.Sprintf("%s is another project now (id %s, it was %s). If that is meant, configure it under a new name.", c.Path, c.ID, st.Container))
	}
	w.answers(p, listing)
	forgive, made, trouble := false, "", ""
	p.locked(func() {
		p.path, p.resolved, p.last, p.resolve = c.Path, true, now, now.Add(jitter(time.Hour))
		forgive, p.forgive, made, trouble = p.forgive, false, p.mark, p.trouble[issues]
	})
	resumed, before, mark := false, "", ""
	w.seen(ctx, p, func(st *plumbline.LinkState) {
		before = st.Health + st.Detail
		st.Container, st.Bot, st.Version, st.Expires = c.ID, c.Bot, c.Version, c.Expires
		if resumed = ours(st.Paused); resumed {
			st.Paused = ""
		}
		mark = writable(st, c, cmp.Or(readOnlyMark(st.Detail), made), forgive)
		health, detail := w.health(*st, c, sentences(mark, trouble), now)
		if st.Health, st.Detail = health, detail; st.Paused != "" {
			st.Health = "paused"
		}
	})
	p.locked(func() { st, p.mark = p.state, mark })
	if resumed {
		w.log.Info("link resumed", "link", p.id)
	}
	if after := st.Health + st.Detail; after != before {
		w.log.Info("link resolved", "link", p.id, "health", st.Health, "detail", st.Detail, "project", c.Path, "bot", c.Bot, "version", c.Version)
	}
	w.warnExpiry(p, c.Expires, now)
	return nil
}

// refuse stops a link whose container cannot be worked with.
func (w *Worker) refuse(ctx context.Context, p *peer, kind link.FaultKind, why string) error {
	w.stop(ctx, p, why)
	return &link.Fault{Kind: kind, Text: why}
}

// writable sets a link to read-only when the tracker does not let us write, and
// lifts that again; what the configuration says stays. It returns the mark of a
// read-only that is not the configuration's.
func writable(st *plumbline.LinkState, c link.Container, mark string, forgive bool) string {
	switch {
	case !st.ReadOnly && !c.MayWrite:
		st.ReadOnly = true
		return lacksRights
	case !st.ReadOnly || mark == "":
		return ""
	case !c.MayWrite:
		return lacksRights
	case mark == lacksRights || forgive:
		st.ReadOnly = false
		return ""
	}
	return mark
}

// health puts everything that is wrong with a link into words, beginning with
// what is known to be.
func (w *Worker) health(st plumbline.LinkState, c link.Container, known string, now plumbline.Time) (health, detail string) {
	var bad, notes []string
	if known != "" {
		bad = append(bad, known)
	}
	if missing := w.missingLabels(st, c.Labels); len(missing) > 0 {
		bad = append(bad, fmt.Sprintf("The tracker lacks the labels %s: create them there; until then what needs them fails.", strings.Join(missing, ", ")))
	}
	if text, urgent := expiry(c.Expires, now); urgent {
		bad = append(bad, text)
	} else if text != "" {
		notes = append(notes, text)
	}
	switch {
	case c.HookHealth == "disabled" || c.HookHealth == "drifted" || c.HookHealth == "missing" && !st.Hooked.IsZero():
		bad = append(bad, fmt.Sprintf("The hook is %s%s; polling covers for it.", c.HookHealth, colon(c.HookDetail)))
	case c.HookHealth == "missing":
		notes = append(notes, fmt.Sprintf("There is no hook: changes are found by polling every %s.", w.o.Poll))
	}
	if c.Path != "" && st.Project != c.Path && st.Project != c.ID {
		notes = append(notes, fmt.Sprintf("The project is called %s now; the configuration says %s.", c.Path, st.Project))
	}
	if len(bad) > 0 {
		return "degraded", strings.Join(append(bad, notes...), " ")
	}
	return "healthy", strings.Join(notes, " ")
}

func colon(s string) string {
	if s == "" {
		return ""
	}
	return ": " + strings.TrimSuffix(s, ".")
}

// labels are the names that the processes use in this tracker: what asks for a
// pick-up, and what means an open state. Whether a state in which an item waits
// or ends has a label is not known here.
func (w *Worker) labels(st plumbline.LinkState) (triggers, states []string) {
	for _, def := range w.app.Processes() {
		if def.Trigger == "" {
			continue
		}
		if !slices.Contains(triggers, def.Trigger) {
			triggers = append(triggers, def.Trigger)
		}
		for _, lane := range def.Lanes {
			for _, s := range lane.States {
				name := string(s.State)
				if st.Separator == "/" {
					name = strings.ReplaceAll(name, "::", "/")
				}
				if s.Kind == "open" && !slices.Contains(states, name) {
					states = append(states, name)
				}
			}
		}
	}
	return triggers, states
}

// missingLabels are those that the processes use and the tracker lacks.
func (w *Worker) missingLabels(st plumbline.LinkState, have []plumbline.Label) []string {
	triggers, states := w.labels(st)
	return slices.DeleteFunc(append(triggers, states...), func(name string) bool {
		return slices.ContainsFunc(have, func(l plumbline.Label) bool { return l.Name == name })
	})
}

// expiry says when the token ends, from 30 days before; urgent in the last week.
func expiry(end, now plumbline.Time) (text string, urgent bool) {
	left := end.Sub(now)
	switch {
	case end.IsZero() || left > 30*24*time.Hour:
		return "", false
	case left <= 0:
		return "The token expired on " + end.Std().Format("2006-01-02") + ".", true
	}
	return fmt.Sprintf("The token expires on %s: make a new one.", end.Std().Format("2006-01-02")), left <= 7*24*time.Hour
}

// warnExpiry logs once when 30, 7 and 1 days are left.
func (w *Worker) warnExpiry(p *peer, end, now plumbline.Time) {
	near := 0
	for i, days := range []time.Duration{30, 7, 1} {
		if !end.IsZero() && end.Sub(now) <= days*24*time.Hour {
			near = i + 1
		}
	}
	warn := false
	p.locked(func() { warn, p.warned = near > p.warned, near })
	if warn {
		text, _ := expiry(end, now)
		w.log.Warn("token expires", "link", p.id, "detail", text)
	}
}

// reads says whether the container can be read, by what was seen in the last
// minute or else by looking.
func (w *Worker) reads(ctx context.Context, p *peer) bool {
	recent := false
	p.locked(func() { recent = p.answered.Add(time.Minute) > w.now() })
	return recent || w.resolve(ctx, p) == nil
}
