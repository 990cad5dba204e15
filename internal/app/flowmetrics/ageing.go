package flowmetrics

import (
	"fmt"

	"plumbline"
	"plumbline/internal/forecast"
	"plumbline/internal/store"
)

// Limits of the open items that are looked at: more are counted, and told no chances.
const (
	openMost  = 1000
	openShown = 20
)

// Ageing is how old the open items are, beside how long finished ones took.
type Ageing struct {
	Finding string     `json:"finding"`
	Open    int        `json:"open"`
	More    bool       `json:"more,omitempty"` // there are more open than that
	Late    int        `json:"late"`           // past the date that they were due by, of those shown
	Older   [4]Older   `json:"older"`          // than 50, 70, 85 and 95 % of the finished ones
	Oldest  []AgedItem `json:"oldest"`         // the oldest first, at most 20
	Notes   []string   `json:"notes"`
}

// Odds is a chance as it may be told: {"p": 0.62, "words": "62 %"}.
type Odds = forecast.Chance

// Older is how many open items are older than a share P of the finished ones took.
type Older struct {
	P     float64 `json:"p"`
	Days  float64 `json:"days"`
	Items int     `json:"items"`
}

// AgedItem is an open item with what becomes of it.
type AgedItem struct {
	Key   plumbline.Key   `json:"key"`
	Title string          `json:"title"`
	State plumbline.State `json:"state"`
	Since plumbline.Time  `json:"since"` // in that state
	Age   float64         `json:"age"`   // days since it was asked for
	Due   plumbline.Time  `json:"due,omitempty"`
	Why   string          `json:"why,omitempty"` // of the date: clock, hard, wish
	Late  bool            `json:"late,omitempty"`
	// InTime is the chance to be finished by the date, or without one by the age that 85 %
	// of the finished items had; null when too few were ever so old.
	InTime *Odds  `json:"in_time,omitempty"`
	Words  string `json:"words"`
}

// ageing reads the open items. Chances are those of a table of life of the time in
// which the sample was finished: each item counts from the age on that it had then.
func (r *Room) ageing(tx *store.Tx, who plumbline.Actor, p Place, sample []store.Standing) (out Ageing, err error) {
	out.Oldest, out.Notes = []AgedItem{}, []string{}
	open, err := tx.FlowOpen(who, p.rows(), openMost+1)
	if err != nil {
		return out, err
	}
	if out.More = len(open) > openMost; out.More {
		open = open[:openMost]
	}
	out.Open = len(open)
	shown := open[:min(openShown, len(open))]
	due, err := r.dueOf(tx, shown)
	if err != nil {
		return out, err
	}
	lives, err := r.lives(sample, open)
	if err != nil {
		return out, err
	}
	limit := 0.0
	if lives.Finished() >= forecast.Least {
		limit = lives.Percentile(0.85)
		for i, share := range []float64{0.5, 0.7, 0.85, 0.95} {
			out.Older[i] = Older{P: share, Days: lives.Percentile(share)}
			for _, it := range open {
				if r.age(it) > out.Older[i].Days {
					out.Older[i].Items++
				}
			}
		}
	}
	for _, it := range shown {
		a := AgedItem{Key: it.Key, Title: it.Title, State: it.State, Since: it.Since, Age: r.age(it)}
		a.Due, a.Why = whenDue(due[it.ID])
		out.chance(&a, r.now(), lives, limit)
		out.Oldest = append(out.Oldest, a)
	}
	out.say(limit)
	return out, nil
}

// age is how long an item has been open, in days.
func (r *Room) age(it plumbline.Item) float64 { return days(r.now().Sub(it.Created)) }

func (r *Room) dueOf(tx *store.Tx, items []plumbline.Item) (map[plumbline.ItemID][]store.AgendaEntry, error) {
	ids := make([]plumbline.ItemID, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	entries, err := tx.AgendaOf(ids)
	out := map[plumbline.ItemID][]store.AgendaEntry{}
	for _, e := range entries {
		out[e.Item] = append(out[e.Item], e)
	}
	return out, err
}

// DueBy is the soonest date that each of the items is due by; those without one are left
// out.
func (r *Room) DueBy(tx *store.Tx, ids []plumbline.ItemID) (map[plumbline.ItemID]plumbline.Time, error) {
	out := map[plumbline.ItemID]plumbline.Time{}
	for len(ids) > 0 {
		n := min(duePage, len(ids))
		entries, err := tx.AgendaOf(ids[:n])
		if err != nil {
			return nil, err
		}
		byItem := map[plumbline.ItemID][]store.AgendaEntry{}
		for _, e := range entries {
			byItem[e.Item] = append(byItem[e.Item], e)
		}
		for id, list := range byItem {
			if due, _ := whenDue(list); due > 0 {
				out[id] = due
			}
		}
		ids = ids[n:]
	}
	return out, nil
}

// duePage is of how many items dates are read at once.
const duePage = 500

// lives are the lifetimes of the sample and of what is open, each looked at from the day
// on that the sample begins with; a sample that has everything begins with everything.
func (r *Room) lives(sample []store.Standing, open []plumbline.Item) (forecast.Lifetimes, error) {
	begin := plumbline.Time(0)
	if len(sample) == sampled {
		begin = sample[len(sample)-1].Closed
	}
	from := func(created plumbline.Time) float64 {
		if begin == 0 {
			return 0
		}
		return days(begin.Sub(created))
	}
	var all []forecast.Lifetime
	for _, s := range sample {
		all = append(all, forecast.Lifetime{Days: days(s.Closed.Sub(s.Created)), From: from(s.Created)})
	}
	for _, it := range open {
		all = append(all, forecast.Lifetime{Days: r.age(it), Open: true, From: from(it.Created)})
	}
	return forecast.NewLifetimes(all)
}

// chance says what becomes of an item: by its date, or by the age of limit.
func (g *Ageing) chance(a *AgedItem, now plumbline.Time, lives forecast.Lifetimes, limit float64) {
	if a.Late = a.Due > 0 && a.Due <= now; a.Late {
		g.Late++
		a.Words = "late"
		return
	}
	by := "within " + roundDays(limit)
	if a.Due > 0 {
		limit, by = a.Age+days(a.Due.Sub(now)), "by "+isoDay(store.DayOf(a.Due))
	}
	switch p, known := lives.Within(a.Age, limit); {
	case limit == 0 || g.More:
		a.Words = "no chance is told"
	case a.Due == 0 && a.Age >= limit:
		a.Words = "older than " + roundDays(limit)
	case !known:
		a.Words = "not enough data: too few were ever so old"
	default:
		a.InTime, a.Words = &p, p.String()+" "+by
	}
}

func (g *Ageing) say(limit float64) {
	many := fmt.Sprint(g.Open)
	if g.More {
		many = "more than " + many
		g.Notes = append(g.Notes, fmt.Sprintf("More than %d items are open: no chances are told of so many. Choose a team, a product or a process.", openMost))
	}
	switch {
	case g.Open == 0:
		g.Finding = "Nothing is open"
	case limit == 0:
		g.Finding = many + " items are open; too few were finished to say which are old"
	default:
		g.Finding = fmt.Sprintf("%d of %s open items are older than 85 %% of the finished ones were", g.Older[2].Items, many)
	}
}
