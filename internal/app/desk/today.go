package desk

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/rota"
	"plumbline/internal/app/wording"
	"plumbline/internal/store"
)

// todayShown is how many lines a part of Today has, and soon how near the end of
// a clock counts as near.
const (
	todayShown = 6
	soon       = 24 * time.Hour
	changesSee = 100 // events that are looked through for what changed
)

// Part is one part of Today: what asks for attention, the soonest first. Total
// counts all of it, up to plumbline.TotalCap; List is the part's name for
// [Clerk.TodayPart], or "" when Filter lists the same.
type Part struct {
	Name   string           `json:"name"`
	Lines  []TodayLine      `json:"lines"`
	Total  int              `json:"total"`
	List   string           `json:"list,omitempty"`
	Filter plumbline.Filter `json:"filter,omitzero"`
	Next   string           `json:"next,omitempty"` // cursor, of TodayPart
}

// TodayLine is an item with why it is there.
type TodayLine struct {
	plumbline.Row
	At    plumbline.Time    `json:"at"`
	Clock *agenda.ClockView `json:"clock,omitempty"`
	Why   string            `json:"why,omitempty"`
}

// Change is what happened to one item since the reader was here last.
type Change struct {
	Key   plumbline.Key        `json:"key"`
	Title string               `json:"title"`
	Last  wording.HistoryEntry `json:"last"`
	More  int                  `json:"more,omitempty"` // other events of the item
	At    plumbline.Time       `json:"at"`
}

// TodayView is what somebody needs to see in the morning. Which parts there are
// depends on the role.
type TodayView struct {
	Turn    *rota.TurnView `json:"on_triage,omitempty"` // this week's, for those who triage
	Parts   []Part         `json:"parts"`
	Changes []Change       `json:"changes"`
	Since   int64          `json:"since"`         // the event after which changes are told
	Cut     bool           `json:"cut,omitempty"` // there are older changes than those looked through
	Seq     int64          `json:"seq"`
}

// Part finds a part by name; it is empty when the reader has none of that name.
func (v TodayView) Part(name string) Part {
	for _, p := range v.Parts {
		if p.Name == name {
			return p
		}
	}
	return Part{}
}

// Today is what needs the actor now: of product managers decisions, clocks, new
// and escalated items, answers and promises; of contributors what is assigned to
// them and what their team has to triage. Since is the last event that the actor
// has seen.
func (a *Clerk) Today(ctx context.Context, who plumbline.Actor, since int64) (TodayView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return TodayView{}, err
	}
	out := TodayView{Since: since, Parts: []Part{}, Changes: []Change{}}
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		if rights.May(who, rights.Triage) {
			if out.Turn, err = a.rota.Turn(tx); err == nil {
				err = a.forManagers(tx, who, &out)
			}
		} else {
			err = a.forOthers(tx, who, &out)
		}
		if err != nil {
			return err
		}
		return a.changedSince(tx, who, &out)
	})
	return out, err
}

// asks are the parts that come from the agenda.
func (a *Clerk) asks() []store.AgendaAsk {
	return []store.AgendaAsk{{Kind: agenda.ToDecide}, {Kind: agenda.OnClock}, {Kind: agenda.ToAnswer, Until: a.now().Add(soon)}, {Kind: agenda.Promised}, {Kind: agenda.Wished}}
}

func (a *Clerk) forManagers(tx *store.Tx, who plumbline.Actor, out *TodayView) error {
	rows, totals, err := tx.Agenda(who, a.asks(), todayShown)
	if err != nil {
		return err
	}
	for _, ask := range a.asks() {
		p := Part{Name: ask.Kind, List: ask.Kind, Total: totals[ask.Kind], Lines: []TodayLine{}}
		for _, r := range rows {
			if r.Kind == ask.Kind {
				p.Lines = append(p.Lines, a.line(r))
			}
		}
		out.Parts = append(out.Parts, p)
	}
	for _, l := range []Part{
		{Name: "new", Filter: plumbline.Filter{Inbox: true, Sort: "created", Limit: todayShown}},
		{Name: "escalated", Filter: plumbline.Filter{States: a.statesNamed("Escalated"), Sort: "oldest", Limit: todayShown}},
	} {
		if err := addList(tx, who, out, l); err != nil {
			return err
		}
	}
	return a.closings(tx, who, out)
}

// closings are the dates on which customers sign, for those who may know.
func (a *Clerk) closings(tx *store.Tx, who plumbline.Actor, out *TodayView) error {
	if _, cleared := plumbline.Hide(0).Reveal(who.Clearance()); !cleared {
		return nil
	}
	list, err := tx.Closings(who, a.now().Add(-30*24*time.Hour), todayShown)
	p := Part{Name: "closing", Lines: []TodayLine{}}
	for _, c := range list {
		at, _ := c.Demand.Close.Reveal(who.Clearance())
		p.Lines = append(p.Lines, TodayLine{Row: c.Row, At: at, Why: "a customer closes"})
	}
	p.Total = len(p.Lines)
	out.Parts = append(out.Parts, p)
	return err
}

func (a *Clerk) forOthers(tx *store.Tx, who plumbline.Actor, out *TodayView) error {
	if who.Role != plumbline.Contributor {
		return addList(tx, who, out, Part{Name: "mine", Filter: plumbline.Filter{Mine: true, Limit: todayShown}})
	}
	if err := addList(tx, who, out, Part{Name: "assigned", Filter: plumbline.Filter{Assignee: cmp.Or(who.Handle, "-"), Limit: 2 * todayShown}}); err != nil {
		return err
	}
	return addList(tx, who, out, Part{Name: "triage", Filter: plumbline.Filter{Team: who.Team, States: a.handedOff(), Sort: "oldest", Limit: 2 * todayShown}})
}

// addList adds a part that is a list like any other.
func addList(tx *store.Tx, who plumbline.Actor, out *TodayView, p Part) error {
	rows, err := tx.List(who, p.Filter)
	if err != nil {
		return err
	}
	p.Total, p.Lines, p.Filter.Limit = rows.Total, []TodayLine{}, 0
	for _, r := range rows.Rows {
		p.Lines = append(p.Lines, TodayLine{Row: r, At: r.Created})
	}
	out.Parts = append(out.Parts, p)
	return nil
}

// statesNamed are the states of all processes with the name.
func (a *Clerk) statesNamed(name string) []plumbline.State {
	var out []plumbline.State
	for _, def := range a.book.All() {
		for _, l := range def.Lanes {
			for _, s := range l.States {
				if strings.EqualFold(s.State.Name(), name) && !slices.Contains(out, s.State) {
					out = append(out, s.State)
				}
			}
		}
	}
	return out
}

// handedOff are the states in which work arrives at a team.
func (a *Clerk) handedOff() []plumbline.State {
	var out []plumbline.State
	for _, def := range a.book.All() {
		if def.HandOff.To != "" && !slices.Contains(out, def.HandOff.To) {
			out = append(out, def.HandOff.To)
		}
	}
	return out
}

// line puts an entry of the agenda into words.
func (a *Clerk) line(r store.AgendaRow) TodayLine {
	out := TodayLine{Row: r.Row, At: r.At}
	switch r.Kind {
	case agenda.OnClock, agenda.ToAnswer:
		c := agenda.RunningClock(r.What, "", r.At, a.now())
		out.Clock = &c
	case agenda.Promised:
		out.Why = "a " + r.What
	case agenda.Wished:
		out.Why = "a wish"
	}
	return out
}

// TodayPart is a page of one part of the agenda.
func (a *Clerk) TodayPart(ctx context.Context, who plumbline.Actor, name, cursor string) (Part, error) {
	if err := rights.Need(who, rights.Triage); err != nil {
		return Part{}, err
	}
	asks := a.asks()
	i := slices.IndexFunc(asks, func(s store.AgendaAsk) bool { return s.Kind == name })
	if i < 0 {
		return Part{}, plumbline.Errorf(plumbline.NotFound, "Today has no part called %q.", name)
	}
	at, item, err := placeOf(cursor)
	if err != nil {
		return Part{}, err
	}
	out := Part{Name: name, List: name, Lines: []TodayLine{}}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.AgendaPage(who, asks[i], at, item, plumbline.PageSize+1)
		for n, r := range rows {
			if n == plumbline.PageSize {
				last := rows[n-1]
				out.Next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", last.At, last.AgendaEntry.Item))
				break
			}
			out.Lines = append(out.Lines, a.line(r))
		}
		return err
	})
	return out, err
}

// placeOf reads the cursor of a part.
func placeOf(cursor string) (plumbline.Time, plumbline.ItemID, error) {
	if cursor == "" {
		return 0, "", nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	at, item, ok := strings.Cut(string(text), " ")
	n, bad := strconv.ParseInt(at, 10, 64)
	if err != nil || bad != nil || !ok {
		return 0, "", plumbline.FieldError("cursor", "The cursor is not one of this list. Begin again with its first page.")
	}
	return plumbline.Time(n), plumbline.ItemID(item), nil
}

// changedSince gathers the newest events that the actor did not cause, by item.
func (a *Clerk) changedSince(tx *store.Tx, who plumbline.Actor, out *TodayView) error {
	events, err := tx.Audit(who, store.AuditFilter{Limit: changesSee})
	if err != nil {
		return err
	}
	out.Cut = len(events) == changesSee && events[len(events)-1].Seq > out.Since
	at := map[plumbline.Key]int{}
	var keys []plumbline.Key
	for _, h := range wording.Entries(events) {
		if h.Seq <= out.Since || h.Key == "" || h.Actor == who.Person && who.Person != "" || h.Type == "person mentioned" {
			continue
		}
		if i, ok := at[h.Key]; ok {
			out.Changes[i].More++
			continue
		}
		if len(out.Changes) == 2*todayShown {
			out.Cut = true
			break
		}
		at[h.Key] = len(out.Changes)
		keys = append(keys, h.Key)
		out.Changes = append(out.Changes, Change{Key: h.Key, Last: h, At: h.At})
	}
	seen, err := tx.Seen(who, append(keys, "-"))
	for _, it := range seen {
		if i, ok := at[it.Key]; ok {
			out.Changes[i].Title = it.Title
		}
	}
	return err
}
