package flowmetrics

import (
	"fmt"
	"slices"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Stock is the cumulative flow: how much stood where at the end of each stretch of days.
type Stock struct {
	Finding string   `json:"finding"`
	Days    []string `json:"days"`  // the last day of each stretch; the first is the day before From
	Bands   []Band   `json:"bands"` // in the order of the process, what is done last
	Open    int      `json:"open"`
	Before  int      `json:"open_before"` // at the first of the days
	Came    int      `json:"came"`        // items that came and were not there before
	Ended   int      `json:"ended"`
}

// Band is a state, or of several processes a group of them.
type Band struct {
	Name   string            `json:"name"`
	Lane   string            `json:"lane"`
	Kind   string            `json:"kind"`             // open, waiting, done, dropped
	States []plumbline.State `json:"states,omitempty"` // that it has together
	// Points are the items that stood there at the end of each of the days; of ends, those
	// that came there since the first one, which opening again takes back.
	Points []int `json:"points"`
}

// daily is up to how many weeks a diagram has a point for each day; longer ones have
// one for each week.
const daily = 13

// stock reads the cumulative flow backwards from what stands there now.
func (r *Room) stock(tx *store.Tx, who plumbline.Actor, q Query, first int64) (out Stock, err error) {
	step := 1
	if q.Weeks > daily {
		step = 7
	}
	now, err := tx.FlowStock(who, q.rows())
	if err != nil {
		return out, err
	}
	changes, err := tx.FlowChanges(who, q.rows(), first, step)
	if err != nil {
		return out, err
	}
	today := store.DayOf(r.now())
	spans := int(today-first)/step + 1
	bands := r.bands(q.Process)
	for i := range bands.list {
		bands.list[i].Points = make([]int, spans+1)
	}
	for _, s := range now {
		if b := bands.of(s.Process, s.State); b != nil {
			b.Points[spans] += s.N
		}
	}
	moved := make([]map[*Band]int, spans)
	for _, c := range changes {
		b, at := bands.of(c.Process, c.State), min(c.At, spans-1)
		if b == nil {
			continue
		}
		if moved[at] == nil {
			moved[at] = map[*Band]int{}
		}
		moved[at][b] += c.Came - c.Went
	}
	for at := spans - 1; at >= 0; at-- {
		for i := range bands.list {
			b := &bands.list[i]
			b.Points[at] = b.Points[at+1] - moved[at][b]
		}
	}
	out.Days = []string{isoDay(first - 1)}
	for at := range spans {
		out.Days = append(out.Days, isoDay(min(first+int64((at+1)*step)-1, today)))
	}
	out.close(bands.list)
	return out, nil
}

// close takes what ended before off, leaves out what nothing stood in, and counts.
func (s *Stock) close(bands []Band) {
	s.Bands = []Band{}
	for _, b := range bands {
		last := len(b.Points) - 1
		if base := b.Points[0]; b.Kind == flow.Done || b.Kind == flow.Dropped {
			for i := range b.Points {
				b.Points[i] -= base
			}
			s.Ended += b.Points[last]
		} else {
			s.Before += base
			s.Open += b.Points[last]
		}
		if slices.ContainsFunc(b.Points, func(n int) bool { return n != 0 }) {
			s.Bands = append(s.Bands, b)
		}
	}
	s.Came = s.Open - s.Before + s.Ended
	switch d := s.Open - s.Before; {
	case len(s.Bands) == 0:
		s.Finding = "Nothing was open in this time"
	case d > 0:
		s.Finding = fmt.Sprintf("%d items are open, %d more than at the beginning: %d came, %d ended", s.Open, d, s.Came, s.Ended)
	case d < 0:
		s.Finding = fmt.Sprintf("%d items are open, %d fewer than at the beginning: %d came, %d ended", s.Open, -d, s.Came, s.Ended)
	default:
		s.Finding = fmt.Sprintf("%d items are open, as many as at the beginning: %d came, %d ended", s.Open, s.Came, s.Ended)
	}
}

// bandList is the bands of a diagram and where each state belongs.
type bandList struct {
	list []Band
	at   map[plumbline.ProcessID]map[plumbline.State]int
}

// of is the band of a state; of one that its process does not know any more, or of a
// process that is not there, there is none.
func (b *bandList) of(process plumbline.ProcessID, state plumbline.State) *Band {
	i, ok := b.at[process][state]
	if !ok {
		return nil
	}
	return &b.list[i]
}

// bands are the states of one process, or, of all processes together, what they are
// called by lane and kind; what ends stands last.
func (r *Room) bands(only plumbline.ProcessID) bandList {
	out := bandList{at: map[plumbline.ProcessID]map[plumbline.State]int{}}
	for _, kinds := range [][]string{{flow.Open, flow.Waiting, ""}, {flow.Dropped}, {flow.Done}} {
		for _, def := range r.book.All() {
			if only != "" && def.ID != only {
				continue
			}
			if out.at[def.ID] == nil {
				out.at[def.ID] = map[plumbline.State]int{}
			}
			for _, l := range def.Lanes {
				for _, s := range l.States {
					if slices.Contains(kinds, s.Kind) {
						out.at[def.ID][s.State] = out.add(l, s, only == "")
					}
				}
			}
		}
	}
	return out
}

// add is the place of a state's band, which is made where there is none.
func (b *bandList) add(l flow.Lane, s flow.StateDef, together bool) int {
	band := Band{Name: s.State.Name(), Lane: l.Name, Kind: s.Kind}
	if together {
		switch s.Kind {
		case flow.Done:
			band.Name, band.Lane = "done", ""
		case flow.Dropped:
			band.Name, band.Lane = "dropped", ""
		case flow.Waiting:
			band.Name = l.Name + ", waiting"
		default:
			band.Name = l.Name
		}
	}
	i := slices.IndexFunc(b.list, func(o Band) bool { return o.Name == band.Name && o.Lane == band.Lane && o.Kind == band.Kind })
	if i < 0 {
		i = len(b.list)
		b.list = append(b.list, band)
	}
	b.list[i].States = append(b.list[i].States, s.State)
	return i
}
