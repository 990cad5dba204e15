package incidents

import (
	"context"
	"encoding/json"
	"math/big"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// SupportView is the load of support of a product or a process, and its incidents.
type SupportView struct {
	Ref        plumbline.ProductRef        `json:"ref"`
	Name       string                      `json:"name"`
	Kind       string                      `json:"kind"` // "product" or "process"
	At         plumbline.Time              `json:"at"`
	Weeks      []Week                      `json:"weeks"` // the oldest first
	Limits     []SupportLimit              `json:"limits"`
	Capacity   []plumbline.SupportCapacity `json:"capacity"`
	Answer     Times                       `json:"first_response"` // of tickets of the last 28 days
	Resolve    Times                       `json:"resolution"`     // likewise
	Categories []Category                  `json:"categories"`     // likewise
	Mitigation Times                       `json:"mitigation"`     // of incidents of the last 90 days
	Recovery   Times                       `json:"recovery"`       // likewise, until they were resolved
	Incidents  []IncidentView              `json:"incidents"`      // the newest
	Open       int64                       `json:"open_incidents"`
	Seq        int64                       `json:"-"`
}

// SupportLimit is a constraint about support that bears on it, as it stands.
type SupportLimit struct {
	plumbline.Constraint
	Standing *limit.Standing `json:"standing"` // nil: never judged
}

// How far back the figures of a page reach.
const (
	ticketsBack   = 28 * day
	incidentsBack = 90 * day
)

// Support is the load of support of a product or a process. The number of statements
// does not depend on how much there is.
func (r *Room) Support(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef) (out SupportView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		p, err := tx.Product(ref)
		if err != nil {
			return err
		}
		out = SupportView{Ref: ref, Name: p.Name, Kind: p.Kind, At: r.now(), Weeks: []Week{}, Limits: []SupportLimit{}, Capacity: []plumbline.SupportCapacity{}}
		if err := r.tickets(tx, &out); err != nil {
			return err
		}
		if err := r.limits(tx, catalog{ref: p}.scope(ref), &out); err != nil {
			return err
		}
		if err := r.incidents(tx, &out); err != nil {
			return err
		}
		out.Seq, err = tx.LastSeq()
		return err
	})
	return out, err
}

// tickets fills in what tickets say.
func (r *Room) tickets(tx *store.Tx, v *SupportView) error {
	weeks, facts, err := r.weeks(tx, []plumbline.ProductRef{v.Ref}, shownWeeks)
	if err != nil {
		return err
	}
	v.Weeks = append(v.Weeks, weeks...)
	since := v.At.Add(-ticketsBack)
	v.Categories = categories(facts, since, v.At)
	var answered, waiting, done, open []time.Duration
	for _, t := range facts {
		if t.Created < since {
			continue
		}
		switch {
		case t.Answered != 0:
			answered = append(answered, t.Answered.Sub(t.Created))
		case t.Resolved == 0:
			waiting = append(waiting, v.At.Sub(t.Created))
		}
		if t.Resolved != 0 {
			done = append(done, t.Resolved.Sub(t.Created))
		} else {
			open = append(open, v.At.Sub(t.Created))
		}
	}
	v.Answer, v.Resolve = timesOf(answered, waiting), timesOf(done, open)
	capacity, err := tx.SupportCapacities([]plumbline.ProductRef{v.Ref})
	v.Capacity = append(v.Capacity, capacity[v.Ref]...)
	return err
}

// limits fills in the constraints about support that bear on it.
func (r *Room) limits(tx *store.Tx, s plumbline.Scope, v *SupportView) error {
	list, err := r.limit.Bearing(tx, plumbline.Support, s)
	if err != nil {
		return err
	}
	ids := make([]plumbline.ConstraintID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	stood, err := tx.StandingsOf(ids)
	for _, c := range list {
		l := SupportLimit{Constraint: c}
		if row, ok := stood[c.ID]; ok {
			l.Standing = &limit.Standing{}
			if err := json.Unmarshal([]byte(row.Body), l.Standing); err != nil {
				return err
			}
		}
		v.Limits = append(v.Limits, l)
	}
	return err
}

// incidents fills in its incidents.
func (r *Room) incidents(tx *store.Tx, v *SupportView) error {
	touching, err := tx.IncidentsTouching([]plumbline.ProductRef{v.Ref}, v.At.Add(-incidentsBack))
	if err != nil {
		return err
	}
	var recent, newest []plumbline.IncidentRecord
	for _, i := range touching {
		if !i.Is {
			continue
		}
		if i.Open() {
			v.Open++
		}
		if i.Open() || i.Began() >= v.At.Add(-incidentsBack) {
			recent = append(recent, i.IncidentRecord)
		}
	}
	v.Mitigation, v.Recovery = timesOfIncidents(recent, v.At)
	for n := len(recent) - 1; n >= 0 && len(newest) < plumbline.PageSize; n-- {
		newest = append(newest, recent[n])
	}
	v.Incidents, err = r.views(tx, newest)
	return err
}

// TicketView is a ticket in a list.
type TicketView struct {
	ID       string               `json:"id"`
	Desk     string               `json:"desk"`
	Product  plumbline.ProductRef `json:"product,omitempty"`
	Says     string               `json:"product_there,omitempty"` // in the words of the desk
	Process  plumbline.ProductRef `json:"process,omitempty"`
	Created  plumbline.Time       `json:"created"`
	Answered plumbline.Time       `json:"first_response"`
	Resolved plumbline.Time       `json:"resolved"`
	Status   string               `json:"status,omitempty"`
	Priority string               `json:"priority,omitempty"`
	Channel  string               `json:"channel,omitempty"`
	Category string               `json:"category,omitempty"`
	Minutes  plumbline.Decimal    `json:"minutes"`
	Reopened int64                `json:"reopened,omitempty"`
	Party    string               `json:"requester,omitempty"` // for cleared people
	Ref      string               `json:"ref"`                 // file and line
}

// TicketPage is a page of tickets, the newest first.
type TicketPage struct {
	Tickets []TicketView `json:"tickets"`
	Next    string       `json:"next,omitempty"`
}

// Tickets are those of a product or a process that were made in a week, which is given
// by any moment of it. after is the next of the page before.
func (r *Room) Tickets(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef, in plumbline.Time, after string) (out TicketPage, err error) {
	out.Tickets = []TicketView{}
	if err := rights.Need(who, rights.ReadEvidence); err != nil {
		return out, err
	}
	var place store.TicketPlace
	if after != "" {
		if err := json.Unmarshal([]byte(after), &place); err != nil {
			return out, plumbline.FieldError("cursor", "The cursor is not one of ours: begin with the first page.")
		}
	}
	from := monday(in)
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := tx.Product(ref); err != nil {
			return err
		}
		rows, err := tx.Tickets(ref, from, from.Add(week), place, plumbline.PageSize)
		for _, t := range rows {
			v := TicketView{t.ID, t.Desk, t.Of, t.Product, t.Process, t.Created, t.Answered, t.Resolved, t.Status, t.Priority, t.Channel, t.Category, t.Minutes, t.Reopened, "", t.Ref}
			v.Party, _ = t.Party.Reveal(who.Clearance())
			out.Tickets = append(out.Tickets, v)
		}
		if n := len(rows); n == plumbline.PageSize {
			next, err := json.Marshal(store.TicketPlace{Created: rows[n-1].Created, ID: rows[n-1].ID})
			if err != nil {
				return err
			}
			out.Next = string(next)
		}
		return err
	})
	return out, err
}

// PutSupportCapacity says how many hours there are for a product or a process in each
// week from a day on: people times the hours of one of them in a week.
func (r *Room) PutSupportCapacity(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef, c plumbline.SupportCapacity) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	var bad plumbline.Problems
	for _, f := range [...]struct {
		name  string
		value plumbline.Decimal
		most  int64
	}{{"people", c.People, 10_000}, {"hours", c.Hours, 168}} {
		bad.Merge(f.value.Validate(f.name))
		if x := f.value.Rat(); x == nil || x.Sign() < 0 || x.Cmp(big.NewRat(f.most, 1)) > 0 {
			bad.Add(f.name, "Say a number from 0 to %d.", f.most)
		}
	}
	if c.From == 0 {
		bad.Add("from", "Say from which day on.")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	c.From, c.By, c.At = monday(c.From), who.Name, r.now()
	return r.db.Write(ctx, func(tx *store.Tx) error {
		p, err := tx.Product(ref)
		if err != nil {
			return err
		}
		have, err := tx.SupportCapacities([]plumbline.ProductRef{ref})
		if err != nil {
			return err
		}
		for _, h := range have[ref] {
			if h.From == c.From && h.People == c.People && h.Hours == c.Hours {
				return nil
			}
		}
		if err := tx.PutSupportCapacity(ref, c); err != nil {
			return err
		}
		if err := r.note(tx, who, plumbline.Public, "support capacity set", told{Text: p.Name, Detail: string(c.People) + " people, " + string(c.Hours) + " hours each"}); err != nil {
			return err
		}
		return r.refresh(tx, who, plumbline.Support, catalog{ref: p}, []plumbline.ProductRef{ref})
	})
}
