package app

import (
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// The kinds of entry on the agenda: what asks for somebody's attention.
const (
	toDecide   = "decide" // validated, and waits for a decision
	toAnswer   = "answer" // the clock of the first answer runs
	answerHeld = "paused" // that clock stands still while we wait for an answer
	onClock    = "clock"  // another clock runs: forced work
	promised   = "hard"   // a date from a contract or a regulation
	wished     = "wish"   // a date that somebody wishes for
)

// atOnce is how many items have their agenda worked out together.
const atOnce = 200

// clockTypes are the events that clocks start, stop and stand still by.
var clockTypes = [...]string{
	"item accepted", "item decided", "item closed", "item reopened", "item picked up again", "item handed off", "item sent back",
	"item moved", "question asked", "item came back", "verdict taken back",
}

// digest works out the agenda of items that a transaction changed. It is a part
// of the transaction, so that nobody sees the one without the other.
func (a *App) digest(tx *store.Tx, items []plumbline.ItemID) error {
	for part := range slices.Chunk(items, atOnce) {
		standings, err := tx.Standings(part, clockTypes[:])
		if err != nil {
			return err
		}
		var entries []store.AgendaEntry
		for _, s := range standings {
			def, err := a.process(s.Process)
			if err != nil || !s.Open() {
				continue // of a process that is no longer there nothing is known
			}
			entries = append(entries, agendaOf(def, s, a.now())...)
		}
		if err := tx.PutAgenda(part, entries); err != nil {
			return err
		}
	}
	return nil
}

// agendaOf is what an open item asks for.
func agendaOf(def *flow.Definition, s store.Standing, now plumbline.Time) []store.AgendaEntry {
	var out []store.AgendaEntry
	add := func(kind string, at plumbline.Time, what string) {
		out = append(out, store.AgendaEntry{Item: s.ID, Kind: kind, At: at, What: what})
	}
	if s.Remit == plumbline.RemitIn && s.Outcome == "" && s.Kind == plumbline.Request && s.State == def.Start && len(lacking(s.Item, s.Demands, s.Evidence)) == 0 {
		add(toDecide, s.Created, "")
	}
	if day, err := time.Parse(time.DateOnly, s.Fields["needed_by"]); err == nil {
		kind := wished
		if why := s.Fields["date_hardness"]; why == "contract" || why == "regulation" {
			kind = promised
		}
		add(kind, plumbline.At(day), s.Fields["date_hardness"])
	}
	var soonest clock.Status
	for _, c := range statuses(def, s.Item, factsOfTime(s), now) {
		switch {
		case ofAnswer(def, c) && c.Phase == clock.Running:
			add(toAnswer, c.Due, c.Name)
		case ofAnswer(def, c) && c.Phase == clock.Paused:
			add(answerHeld, c.Due, c.Name)
		case c.Phase == clock.Running && !ofAnswer(def, c) && (soonest.Due == 0 || c.Due < soonest.Due):
			soonest = c
		}
	}
	if soonest.Due != 0 {
		add(onClock, soonest.Due, soonest.Name)
	}
	return dedupe(out)
}

// dedupe keeps the soonest entry of each kind.
func dedupe(list []store.AgendaEntry) []store.AgendaEntry {
	var out []store.AgendaEntry
	for _, e := range list {
		i := slices.IndexFunc(out, func(o store.AgendaEntry) bool { return o.Kind == e.Kind })
		switch {
		case i < 0:
			out = append(out, e)
		case e.At < out[i].At:
			out[i] = e
		}
	}
	return out
}

// ofAnswer says that a clock is about the first answer to whoever asked.
func ofAnswer(def *flow.Definition, s clock.Status) bool {
	p, ok := def.Clock(s.Policy)
	return ok && slices.Contains(p.Stops, "answered")
}

// lacking names what an item still needs before it can be decided.
func lacking(it plumbline.Item, demands, evidence int) []string {
	var out []string
	if demands == 0 {
		out = append(out, "who wants it")
	}
	if evidence == 0 {
		out = append(out, "evidence")
	}
	for _, f := range []string{"statement", "reach", "impact", "confidence"} {
		if it.Fields[f] == "" && it.Kind == plumbline.Request {
			out = append(out, f)
		}
	}
	return out
}
