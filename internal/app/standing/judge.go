package standing

import (
	"encoding/json"
	"time"

	"plumbline"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// horizon is how far back evidence counts: a window of a year and the month
// around its ends.
const horizon = 430 * 24 * time.Hour

// kept is a standing as it was kept, with the row that holds it.
type kept struct {
	limit.Standing
	row  store.StandingRow
	days days
}

// restore reads a standing of a constraint.
func restore(row store.StandingRow, k plumbline.Constraint) (kept, error) {
	out := kept{row: row, days: parseDays(row.Days)}
	if err := json.Unmarshal([]byte(row.Body), &out.Standing); err != nil {
		return out, err
	}
	out.Restore(k)
	return out, nil
}

// watch reads what is known about constraints. The number of statements does not
// depend on how many there are, up to some hundred.
func (r *Room) watch(tx *store.Tx, rows []store.ConstraintRow) ([]*watched, error) {
	ids := make([]plumbline.ConstraintID, len(rows))
	for i, c := range rows {
		ids[i] = c.ID
	}
	counting, err := tx.Counting(ids, r.now().Add(-horizon))
	if err != nil {
		return nil, err
	}
	stood, err := tx.StandingsOf(ids)
	if err != nil {
		return nil, err
	}
	exceptions, err := tx.ApprovedExceptions(ids)
	if err != nil {
		return nil, err
	}
	out := make([]*watched, len(rows))
	for i, c := range rows {
		out[i] = &watched{row: c, counting: counting[c.ID], exceptions: exceptions[c.ID]}
		if row, ok := stood[c.ID]; ok {
			if out[i].was, err = restore(row, c.Constraint); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// judge judges constraints again and writes how they stand now, with what changed.
func (r *Room) judge(tx *store.Tx, who plumbline.Actor, all []*watched) error {
	if len(all) == 0 {
		return nil
	}
	book, err := r.book(tx)
	if err != nil {
		return err
	}
	rows := make([]store.StandingRow, 0, len(all))
	var changes []store.StandingChange
	for _, w := range all {
		s := w.judge(book, r.now())
		row, err := w.keeping(book, &s)
		if err != nil {
			return err
		}
		rows = append(rows, row)
		if err := r.tellTied(tx, who, w, &s); err != nil {
			return err
		}
		c, changed := w.changed(&s)
		if !changed {
			continue
		}
		changes = append(changes, c)
		if err := r.tellChange(tx, who, w, book, c, &s); err != nil {
			return err
		}
	}
	if err := tx.PutStandings(rows); err != nil {
		return err
	}
	return tx.InsertStandingChanges(changes)
}

// judge says how it stands at a moment. What was observed since the last judgement
// is gone through in its order; when something is told of the time before it, or the
// constraint was never judged, all of it is.
func (w *watched) judge(book *limit.Book, now plumbline.Time) limit.Standing {
	c := w.standingCase()
	if !w.judged() || w.late() {
		return book.Replay(c, now)
	}
	c.Trail = w.was.Trail
	return book.ReplayFrom(c, w.was.At, now)
}

func (w *watched) standingCase() limit.Case {
	return limit.Case{Constraint: w.row.Constraint, Evidence: limit.Order(w.counting), Exceptions: w.exceptions}
}

// late says whether what was told is about the time that was judged already.
func (w *watched) late() bool {
	for _, o := range w.fresh {
		if o.At <= w.was.At {
			return true
		}
	}
	return false
}

// keeping is the row of a standing.
func (w *watched) keeping(book *limit.Book, s *limit.Standing) (store.StandingRow, error) {
	since := w.was.row.Since
	if !w.judged() || w.was.Status != s.Status {
		since = s.At
	}
	body, err := json.Marshal(s)
	_, forced := s.Duty()
	next := book.Next(w.standingCase(), s)
	return store.StandingRow{
		Constraint: w.row.ID, Status: s.Status, Since: since, Forced: forced, At: s.At, Next: next, Policies: book.Version,
		Days: w.daysUntil(book, s).String(), Body: string(body),
	}, err
}

// mostLooked is how many days times pieces of evidence are judged again at most.
const mostLooked = 100_000

// daysUntil are the days with the one of the standing. When something was told of days
// before, they are judged again: the past of a limit is known as soon as its evidence is.
func (w *watched) daysUntil(book *limit.Book, s *limit.Standing) days {
	out := w.was.days
	told, from := w.fresh, dayNumber(s.At)
	if !w.judged() {
		told = w.counting
	}
	for _, o := range told {
		from = min(from, dayNumber(o.At-1))
	}
	most := min(keptDays-1, mostLooked/max(1, len(w.counting)))
	if from = max(from, dayNumber(s.At)-int64(most)); from < dayNumber(s.At) {
		c := w.standingCase()
		out = out.anew(from, s.At, func(end plumbline.Time) limit.Number {
			then := book.Judge(c, end)
			return then.Headroom
		})
	}
	return out.with(s.At, s.Headroom)
}

// changed is what is different from how it stood before, if anything is.
func (w *watched) changed(s *limit.Standing) (store.StandingChange, bool) {
	fired, lifted := limit.Changed(w.was.Trail, s.Trail)
	c := store.StandingChange{
		ID: store.NewID(), Constraint: w.row.ID, At: s.At, Was: w.was.Status, Status: s.Status, Headroom: s.Headroom.Rounded(daysDigits), Reason: s.Reason,
		Fired: fired, Lifted: lifted,
	}
	return c, c.Was != c.Status || len(fired)+len(lifted) > 0
}
