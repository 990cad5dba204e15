package app

import (
	"context"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/likeness"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/rota"
	"plumbline/internal/store"
)

// InboxView is what waits for the product manager's first look: the list, and
// the item in front.
type InboxView struct {
	Rows    plumbline.Rows                     `json:"items"`
	Clocks  map[plumbline.Key]agenda.ClockView `json:"clocks,omitempty"`  // of the first answer, by item
	Waiting []WaitingItem                      `json:"waiting,omitempty"` // out of the inbox for a while, the first back first
	Last    *VerdictView                       `json:"last,omitempty"`    // the actor's newest verdict, while it can be taken back
	Turn    *rota.TurnView                     `json:"on_triage,omitempty"`
	Front   *reading.ItemView                  `json:"front,omitempty"`
	Similar []likeness.Like                    `json:"similar,omitempty"` // to the item in front
	Seq     int64                              `json:"seq"`
}

// WaitingItem is an item that is out of the inbox for a while.
type WaitingItem struct {
	plumbline.Wait
	Key   plumbline.Key `json:"key"`
	Title string        `json:"title"`
}

// inboxShown is how many items the inbox lists, and waitingShown how many of
// those that wait.
const (
	inboxShown   = 100
	waitingShown = 50
)

// Inbox is what waits for a first look, oldest first; front is the key of the
// item to show beside it, "" for the oldest.
func (a *App) Inbox(ctx context.Context, who plumbline.Actor, front plumbline.Key) (InboxView, error) {
	if err := rights.Need(who, rights.Triage); err != nil {
		return InboxView{}, err
	}
	var out InboxView
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Rows, err = tx.List(who, plumbline.Filter{Inbox: true, Sort: "oldest", Limit: inboxShown}); err != nil {
			return err
		}
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		if err := a.besideInbox(tx, who, &out); err != nil {
			return err
		}
		if front == "" && len(out.Rows.Rows) > 0 {
			front = out.Rows.Rows[0].Key
		}
		if front == "" {
			return nil
		}
		it, err := a.SeeingWhole(tx, who, front)
		if err != nil {
			return err
		}
		v, err := a.ItemFor(tx, who, it)
		if err != nil {
			return err
		}
		out.Front = &v
		out.Similar, err = a.similarTo(tx, who, it.Row.Item)
		return err
	})
	return out, err
}

// similarTo is what stands beside an item in the inbox. Everybody on triage has
// the same one in front, and asks for it again after each change.
func (a *App) similarTo(tx *store.Tx, who plumbline.Actor, it plumbline.Item) ([]likeness.Like, error) {
	name := "similar " + string(it.ID) + " " + string(who.Person) + " " + string(who.Role)
	return store.Remember(tx, name, func() ([]likeness.Like, error) {
		return a.In(tx, who, likeness.Question{Title: it.Title, Body: it.Body, Except: it.ID, Limit: 3})
	})
}

// besideInbox reads what stands beside the list: clocks, what waits, the last
// verdict, and who is on triage.
func (a *App) besideInbox(tx *store.Tx, who plumbline.Actor, out *InboxView) (err error) {
	if out.Clocks, err = a.firstAnswers(tx, out.Rows.Rows); err != nil {
		return err
	}
	waiting, err := tx.Waiting(who, waitingShown)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		out.Waiting = append(out.Waiting, WaitingItem{Wait: w.Wait, Key: w.Key, Title: w.Title})
	}
	if out.Last, err = a.lastVerdict(tx, who); err != nil {
		return err
	}
	out.Turn, err = a.Turn(tx)
	return err
}

// firstAnswers are the clocks of the first answer of some items, in one
// statement.
func (a *App) firstAnswers(tx *store.Tx, rows []plumbline.Row) (map[plumbline.Key]agenda.ClockView, error) {
	ids := make([]plumbline.ItemID, 0, len(rows))
	keys := map[plumbline.ItemID]plumbline.Key{}
	for _, r := range rows {
		ids = append(ids, r.ID)
		keys[r.ID] = r.Key
	}
	entries, err := tx.AgendaOf(ids)
	out := map[plumbline.Key]agenda.ClockView{}
	for _, e := range entries {
		switch e.Kind {
		case agenda.ToAnswer:
			out[keys[e.Item]] = agenda.RunningClock(e.What, "", e.At, a.now())
		case agenda.AnswerHeld:
			out[keys[e.Item]] = agenda.ClockView{Name: e.What, Due: e.At, State: "paused", Sentence: e.What + " stands still while we wait"}
		}
	}
	return out, err
}

// CountInbox is how many items wait for a first look; 0 for those who do not look.
func (a *App) CountInbox(ctx context.Context, who plumbline.Actor) (n int, err error) {
	if !rights.May(who, rights.Triage) {
		return 0, nil
	}
	err = a.db.Look(ctx, func(tx *store.Tx) error {
		n, err = tx.CountInbox(who)
		return err
	})
	return n, err
}
