package reading

import (
	"context"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/wording"
	"plumbline/internal/store"
)

// HistoryPage is a page of what happened to an item, newest first. Older is the
// before of the next page; 0: this is the last.
type HistoryPage struct {
	Key     plumbline.Key          `json:"key"`
	Title   string                 `json:"title"`
	Entries []wording.HistoryEntry `json:"entries"`
	Older   int64                  `json:"older,omitempty"`
}

// History is a page of what happened to an item, before an event; 0 is from the
// newest.
func (a *Reader) History(ctx context.Context, who plumbline.Actor, key plumbline.Key, before int64) (out HistoryPage, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		it, err := a.Seeing(tx, who, key)
		if err != nil {
			return err
		}
		events, err := tx.History(it.ID, historyShown, before)
		out = HistoryPage{Key: it.Key, Title: it.Title, Entries: readableHistory(who, it, events)}
		if len(events) == historyShown {
			out.Older = events[historyShown-1].Seq
		}
		return err
	})
	return out, err
}

// readableHistory puts events into words, without those that the reader may not
// see.
func readableHistory(who plumbline.Actor, it plumbline.Item, events []plumbline.Event) []wording.HistoryEntry {
	out := []wording.HistoryEntry{}
	for _, e := range wording.Entries(events) {
		aside := ledger.Narrower(it.Visibility, e.Seen) != it.Visibility
		if aside && (!who.Sees(e.Seen, false) || !rights.May(who, rights.ReadInternal)) {
			continue
		}
		out = append(out, e)
	}
	return out
}
