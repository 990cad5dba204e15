package reading

import (
	"context"
	"slices"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Processes are the processes, with request first.
func (a *Reader) Processes() []ProcessView {
	var out []ProcessView
	for _, def := range a.book.All() {
		v := ViewProcess(def)
		if def.ID == "request" {
			out = slices.Insert(out, 0, v)
			continue
		}
		out = append(out, v)
	}
	return out
}

// ViewProcess is a process as pages and the API show it.
func ViewProcess(def *flow.Definition) ProcessView {
	v := ProcessView{
		ID: def.ID, Name: def.Name, Kind: def.Kind, Prefix: def.Prefix, Version: def.Version,
		Trigger: def.Trigger, Fields: def.Fields, HandOff: def.HandOff.To,
	}
	for _, l := range def.Lanes {
		lane := LaneView{ID: l.ID, Name: l.Name}
		for _, s := range l.States {
			lane.States = append(lane.States, StateView{State: s.State, Name: s.State.Name(), Help: s.Help, Kind: s.Kind})
		}
		v.Lanes = append(v.Lanes, lane)
	}
	return v
}

// Items is a page of the items that match.
func (a *Reader) Items(ctx context.Context, who plumbline.Actor, f plumbline.Filter) (ListView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return ListView{}, err
	}
	asked, err := a.Asked(who, f)
	if err != nil {
		return ListView{}, err
	}
	out := ListView{Filter: f}
	err = a.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Rows, err = tx.List(who, asked); err != nil {
			return err
		}
		if err := markVoted(tx, who, out.Rows.Rows); err != nil {
			return err
		}
		out.Seq, err = tx.LastSeq()
		return err
	})
	return out, err
}

// markVoted notes on rows which have the reader's vote.
func markVoted(tx *store.Tx, who plumbline.Actor, rows []plumbline.Row) error {
	ids := make([]plumbline.ItemID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	voted, err := tx.Voted(ids, who.Person)
	for i := range rows {
		rows[i].Voted = voted[rows[i].ID]
	}
	return err
}

// cardTargets judges every card from what the card itself holds.
func (a *Reader) cardTargets(def *flow.Definition, who plumbline.Actor, columns []plumbline.Column, out map[plumbline.Key][]Target) {
	for _, c := range columns {
		for _, r := range c.Rows {
			f := ledger.FactsOf(r.Item, a.now())
			f.Demands, f.Evidence = r.Demands, r.Evidence
			out[r.Key] = targets(def, f, who)
		}
	}
}

// targets is where an item may go, by the flow and by the actor's role.
func targets(def *flow.Definition, f flow.Facts, who plumbline.Actor) []Target {
	var out []Target
	for _, t := range def.Targets(f, who.Role) {
		if !rights.May(who, ledger.LaneVerb(def, t.State)) {
			continue
		}
		out = append(out, Target{State: t.State, Lane: t.State.Lane(), Name: t.State.Name(), Reasons: t.Reasons, Allowed: t.Allowed})
	}
	return out
}

// Return is where a move just made can be taken back to: the state before in
// that lane, when the flow leads there by what the item itself holds; else "".
func (a *Reader) Return(who plumbline.Actor, it plumbline.Item, lane string) plumbline.State {
	from := it.States[lane].From
	def, err := a.Process(it.Process)
	if err != nil || from == "" {
		return ""
	}
	for _, t := range targets(def, ledger.FactsOf(it, a.now()), who) {
		if t.State == from && t.Allowed {
			return from
		}
	}
	return ""
}

// Decisions is a page of the docket.
func (a *Reader) Decisions(ctx context.Context, who plumbline.Actor, cursor string) (Docket, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return Docket{}, err
	}
	var out Docket
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		rows, next, err := tx.ListDecisions(who, plumbline.PageSize, cursor)
		if err != nil {
			return err
		}
		out.Next = next
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		names, err := ledger.TeamNames(tx)
		if err != nil {
			return err
		}
		out.Entries = make([]DecisionEntry, 0, len(rows))
		for _, r := range rows {
			e := DecisionEntry{Decision: Readable(who, r.Decision), Key: r.Key, Title: r.Title, State: r.State, Team: names[r.Decision.Team]}
			out.Entries = append(out.Entries, e)
		}
		return nil
	})
	return out, err
}

// Readable leaves the internal reason out for those who may not read it.
func Readable(who plumbline.Actor, d plumbline.Decision) plumbline.Decision {
	if !rights.May(who, rights.ReadInternal) {
		d.Reason = ""
	}
	return d
}

// Events are the changes after seq that who may see, oldest first, at most limit.
func (a *Reader) Events(ctx context.Context, who plumbline.Actor, after int64, limit int) (out []plumbline.Event, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	if limit < 1 || limit > 1000 {
		limit = 1000
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.Events(who, after, limit, "")
		return err
	})
	return out, err
}

// LastSeq is the sequence number of the newest event.
func (a *Reader) LastSeq(ctx context.Context) (seq int64, err error) {
	err = a.db.Look(ctx, func(tx *store.Tx) error {
		seq, err = tx.LastSeq()
		return err
	})
	return seq, err
}
