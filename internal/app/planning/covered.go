package planning

import (
	"cmp"
	"math"
	"time"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/crew"
	"plumbline/internal/plan"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// cover takes off tasks what is kept for them already. An incident, a question and
// upkeep that nobody decided on come by themselves, by the same rules by which the
// reserve was measured: their work is part of it, and must not come off a team's
// capacity twice. What the first period keeps for such work covers what is open of it
// now, what is due first before the others; the rest is planned. What later periods
// keep is for what has not come yet. Nothing was kept, nothing is covered.
func (m *maker) cover(tx *store.Tx) error {
	decided, err := tx.OpenPursued()
	if err != nil {
		return err
	}
	kept := m.keptFirst()
	order := make([]int, len(m.tasks))
	for i := range order {
		order[i] = i
	}
	sorted.By(order, func(i, j int) int {
		a, b := m.tasks[i], m.tasks[j]
		return cmp.Or(cmp.Compare(first(a.Due != ""), first(b.Due != "")), cmp.Compare(m.problem.Items[i].By, m.problem.Items[j].By), cmp.Compare(first(a.Forced != ""), first(b.Forced != "")), cmp.Compare(i, j))
	})
	for _, i := range order {
		t, item := &m.tasks[i], &m.problem.Items[i]
		at, _ := m.world.At(t.Item)
		it := m.world.Fact(at).Item
		load := m.loads.LoadOf(crew.Done{Kind: it.Kind, Share: plumbline.WorkShare(t.Share), Decided: decided[t.Item], Took: math.MaxInt64 * time.Nanosecond})
		pot := string(t.Team) + " " + load
		covers := math.Min(kept[pot], t.Mean)
		if covers <= 0 || item.Out {
			continue
		}
		if err := m.uncover(t, item, covers); err != nil {
			return err
		}
		kept[pot] -= covers
	}
	return nil
}

// keptFirst are the person-weeks that each team keeps free in the first period in which
// it has any time, by the team and, after a space, the load.
func (m *maker) keptFirst() map[string]float64 {
	out, done := map[string]float64{}, map[plumbline.TeamRef]bool{}
	for _, n := range m.nets {
		if done[n.Team] || n.Gross == 0 {
			continue
		}
		done[n.Team] = true
		for _, t := range n.Takes {
			out[string(n.Team)+" "+t.What] += t.Weeks
		}
	}
	return out
}

// uncover leaves of an item's work what is not covered: its mean and its spread shrink
// alike.
func (m *maker) uncover(t *task, item *plan.Item, covers float64) (err error) {
	part := 1 - covers/t.Mean
	size, sd := &item.Effort[0].Size, item.Effort[0].Size.SD()
	t.Covered = covers
	t.Need = part * (t.Mean + chance.Probit(m.problem.Confidence)*sd)
	if sd == 0 || part == 0 {
		*size, err = chance.Known(part * t.Mean)
		return err
	}
	*size, err = chance.NormalOf(part*t.Mean, part*sd)
	return err
}
