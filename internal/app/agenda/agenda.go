package agenda

import (
	"slices"

	"plumbline"
	"plumbline/internal/app/editions"
	"plumbline/internal/clock"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// The kinds of entry on the agenda: what asks for somebody's attention.
const (
	ToDecide   = "decide" // validated, and waits for a decision
	ToAnswer   = "answer" // the clock of the first answer runs
	AnswerHeld = "paused" // that clock stands still while we wait for an answer
	OnClock    = "clock"  // another clock runs: forced work
	Promised   = "hard"   // a date from a contract or a regulation
	Wished     = "wish"   // a date that somebody wishes for
)

// atOnce is how many items have their agenda worked out together.
const atOnce = 200

// ClockTypes are the events that clocks start, stop and stand still by.
var ClockTypes = [...]string{
	"item accepted", "item decided", "item closed", "item reopened", "item picked up again", "item handed off", "item sent back",
	"item moved", "question asked", "item came back", "verdict taken back", "extension approved",
}

// Digest works out the agenda of items that a transaction changed. It is a part
// of the transaction, so that nobody sees the one without the other.
func (a *Keeper) Digest(tx *store.Tx, items []plumbline.ItemID) error {
	if len(items) == 0 {
		return nil
	}
	reign, err := a.Shelf.Reign(tx)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(items, atOnce) {
		standings, err := tx.Standings(part, ClockTypes[:])
		if err != nil {
			return err
		}
		var entries []store.AgendaEntry
		for _, s := range standings {
			def, err := a.Process(s.Process)
			if err != nil || !s.Open() {
				continue // of a process that is no longer there nothing is known
			}
			entries = append(entries, agendaOf(reign, def, s, a.now())...)
		}
		if err := tx.PutAgenda(part, entries); err != nil {
			return err
		}
	}
	return nil
}

// agendaOf is what an open item asks for.
func agendaOf(reign editions.Reign, def *flow.Definition, s store.Standing, now plumbline.Time) []store.AgendaEntry {
	var out []store.AgendaEntry
	add := func(kind string, at plumbline.Time, what string) {
		out = append(out, store.AgendaEntry{Item: s.ID, Kind: kind, At: at, What: what})
	}
	if s.Remit == plumbline.RemitIn && s.Outcome == "" && s.Kind == plumbline.Request && s.State == def.Start && len(Lacking(s.Item, s.Demands, s.Evidence)) == 0 {
		add(ToDecide, s.Created, "")
	}
	if day, ok := s.NeededBy(); ok {
		kind := Wished
		if why := s.Fields["date_hardness"]; why == "contract" || why == "regulation" {
			kind = Promised
		}
		add(kind, day, s.Fields["date_hardness"])
	}
	var soonest clock.Status
	for _, c := range statuses(reign, def, s.Item, FactsOfTime(s), now) {
		switch {
		case c.answer && c.Phase == clock.Running:
			add(ToAnswer, c.Due, c.Name)
		case c.answer && c.Phase == clock.Paused:
			add(AnswerHeld, c.Due, c.Name)
		case c.Phase == clock.Running && !c.answer && (soonest.Due == 0 || c.Due < soonest.Due):
			soonest = c.Status
		}
	}
	if soonest.Due != 0 {
		add(OnClock, soonest.Due, soonest.Name)
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

// Lacking names what an item still needs before it can be decided.
func Lacking(it plumbline.Item, demands, evidence int) []string {
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
