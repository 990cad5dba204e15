package capacity

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/order"
	"plumbline/internal/crew"
	"plumbline/internal/flow"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// effortFactor is the factor that says how much work an item is.
const effortFactor plumbline.Factor = "effort"

// learnPage is how many items are read at once.
const learnPage = 1000

const week = 7 * 24 * time.Hour

// LearnCapacity works out anew what teams finished by the week, over the last weeks that
// are kept, and where that leaves what they planned. The worker calls it every hour.
// What it found is written only when something changed.
func (r *Room) LearnCapacity(ctx context.Context) error {
	var found learned
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		found, err = r.learn(tx)
		return err
	})
	if err != nil {
		return err
	}
	who := plumbline.SystemActor("worker")
	return r.db.Write(ctx, func(tx *store.Tx) error {
		was, err := tx.CapacityWeeks("", 0)
		if err != nil {
			return err
		}
		weeks := found.weeks()
		if !reflect.DeepEqual(was, weeks) {
			if err := tx.PutCapacityWeeks(weeks); err != nil {
				return err
			}
			if err := r.note(tx, who, "capacity learned", map[string]any{"items": len(found.done), "weeks": len(weeks)}); err != nil {
				return err
			}
		}
		return r.drift(tx, who)
	})
}

// learned is what was read of finished items.
type learned struct {
	book *crew.Book
	done []finished
}

// finished is one item that a team finished.
type finished struct {
	team   plumbline.TeamRef
	week   plumbline.Time // its Monday
	share  plumbline.WorkShare
	load   string
	effort float64 // person-weeks; 0: nobody said
}

func (r *Room) learn(tx *store.Tx) (out learned, err error) {
	if out.book, err = r.book(tx); err != nil {
		return out, err
	}
	policy, err := r.editions.Policy(tx)
	if err != nil {
		return out, err
	}
	unit := 0.0 // person-weeks; 0: efforts are private, or in a unit that is no time
	if f, err := order.FactorOf(policy, effortFactor); err == nil && !f.Private {
		unit, _ = crew.PersonWeeks(f.Unit)
	}
	from, last := plumbline.Monday(r.now()).Add(-crew.MaxWeeks*week), int64(-1)
	for {
		page, err := tx.ClosedAfter(from, last, effortFactor, learnPage)
		if err != nil {
			return out, err
		}
		ids := make([]plumbline.ItemID, len(page))
		for i, c := range page {
			ids[i] = c.Item.ID
		}
		said, err := tx.Estimates(ids)
		if err != nil {
			return out, err
		}
		for _, c := range page {
			from, last = c.Item.Closed, c.N
			if it, ok := r.finished(out.book, c); ok {
				it.effort = unit * effortOf(c, said[c.Item.ID])
				out.done = append(out.done, it)
			}
		}
		if len(page) < learnPage {
			return out, nil
		}
	}
}

// finished sorts an item; ok is false of one that ended without being done.
func (r *Room) finished(b *crew.Book, c store.ClosedWork) (f finished, ok bool) {
	def, ok := r.processes.Get(c.Item.Process)
	if !ok {
		return f, false
	}
	state, ok := def.State(c.Item.State)
	if !ok || state.Kind != flow.Done {
		return f, false
	}
	f = finished{team: c.Item.Team, week: plumbline.Monday(c.Item.Closed), share: plumbline.ShareOf(c.Item)}
	f.load = b.LoadOf(crew.Done{Kind: c.Item.Kind, Share: f.share, Decided: c.Decided, Took: c.Item.Closed.Sub(c.Item.Created)})
	return f, true
}

// effortOf is what an item took, in the unit of the factor: what it turned out to be,
// else the mean of what people thought; 0 when nobody said.
func effortOf(c store.ClosedWork, said []plumbline.Estimate) float64 {
	if actual := c.Actual.Keep(); actual > 0 {
		return actual
	}
	said = slices.DeleteFunc(slices.Clone(said), func(e plumbline.Estimate) bool { return e.Factor != effortFactor })
	if pooled, ok := order.Pool(said); ok {
		return max(0, pooled.Value.Mean())
	}
	return 0
}

// weeks adds up items by team and week. One whose effort nobody said is taken as the
// mean of those of its team and kind, else of its kind, else as the rules say.
func (l learned) weeks() []store.CapacityWeek {
	type kind struct {
		team  plumbline.TeamRef
		share plumbline.WorkShare
	}
	sums, counts := map[kind]float64{}, map[kind]float64{}
	for _, it := range l.done {
		if it.effort > 0 {
			for _, k := range [...]kind{{it.team, it.share}, {"", it.share}} {
				sums[k] += it.effort
				counts[k]++
			}
		}
	}
	usual := func(it finished) float64 {
		for _, k := range [...]kind{{it.team, it.share}, {"", it.share}} {
			if counts[k] > 0 {
				return sums[k] / counts[k]
			}
		}
		return l.book.Effort[it.share]
	}
	type cell struct {
		team  plumbline.TeamRef
		week  plumbline.Time
		share plumbline.WorkShare
		load  string
	}
	cells := map[cell]store.CapacityWeek{}
	for _, it := range l.done {
		at := cell{it.team, it.week, it.share, it.load}
		w := cells[at]
		w.Team, w.Week, w.Share, w.Load = it.team, it.week, it.share, it.load
		effort := it.effort
		if effort == 0 {
			effort = usual(it)
			w.Unsaid++
		}
		w.Items++
		w.Effort += effort
		w.Squares += effort * effort
		cells[at] = w
	}
	return sorted.Of(maps.Values(cells), byWeek)
}
