package objectives

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

// Invented is how the figures of a demonstration are marked where they are shown.
const Invented = "Its figures are invented for this demonstration."

// Show takes a file of objectives in for a demonstration, in the transaction that
// loads it, with figures that are made up: the share of bad events on a day so many
// days ago, and the events of an hour. What cannot be measured gets none.
func (r *Room) Show(tx *store.Tx, who plumbline.Actor, in Definitions, made func(id string, daysAgo int) (share, eventsAnHour float64)) error {
	hash := sha256.Sum256(in.Body)
	in.Hash = hex.EncodeToString(hash[:])
	page, err := parse(in.Body, in.Days)
	if err != nil {
		return err
	}
	for i := range page.SLOs {
		if s := &page.SLOs[i]; s.Indicator.Total != "Any" {
			s.Text = Invented + " " + s.Text
		}
	}
	d := definer{Room: r, tx: tx, who: who, in: in}
	if _, err := d.all(page); err != nil {
		return err
	}
	m := measurer{Room: r, tx: tx, who: who, products: d.products, scopes: map[plumbline.Scope]bool{}}
	for _, def := range page.SLOs {
		s, err := tx.SLO(def.ID)
		if err != nil || s.Problem != "" {
			return err
		}
		if err := m.show(s, made); err != nil {
			return err
		}
	}
	return m.refresh()
}

// show writes made-up sums and what they tell, as far as a page needs them.
func (m *measurer) show(s store.SLORow, made func(id string, daysAgo int) (share, eventsAnHour float64)) error {
	to := floor(m.now(), m.step)
	begin := beginOf(s.Window, to)
	var days []store.SLOSum
	sums := map[int64][]store.SLOSum{}
	var told []store.SLOChunk
	for start := begin; start < to; start = start.Add(day) {
		end := min(start.Add(day), to)
		share, perHour := made(s.ID, int(floor(to, day).Sub(start)/day))
		piece := func(from, until plumbline.Time) store.SLOSum {
			hours := until.Sub(from).Hours()
			return store.SLOSum{Start: from, Bad: share * perHour * hours, Total: perHour * hours, Covered: int64(until.Sub(from) / time.Second)}
		}
		days = append(days, piece(start, end))
		for grain, keep := range map[int64]time.Duration{m.grain(): fineFor, store.GrainHour: 4 * day} {
			length := time.Duration(grain) * time.Second
			for at := max(start, floor(to.Add(-keep), length)); at < end; at = at.Add(length) {
				sums[grain] = append(sums[grain], piece(at, min(at.Add(length), end)))
			}
		}
		told = append(told, chunks([]store.SLOSum{days[len(days)-1]}, end.Sub(start), to, false, Invented)...)
	}
	sums[store.GrainDay] = days
	for grain, list := range sums {
		if err := m.tx.AddSLOSums(s.N, grain, list); err != nil {
			return err
		}
	}
	if err := m.tx.InsertSLOChunks(s.N, told); err != nil {
		return err
	}
	s.ReadUntil, s.Cut = to, to
	s.Burning, _ = counts{fine: sums[m.grain()], hours: sums[store.GrainHour], days: days}.state(s.SLO, to)
	m.tell(s)
	_, err := m.tx.PutSLO(s)
	return err
}
