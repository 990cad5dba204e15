package incidents

import (
	"context"
	"strconv"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// IncidentView is an incident with its clocks.
type IncidentView struct {
	plumbline.IncidentRecord
	State  string  `json:"state"` // "open", "mitigated", "resolved", "dismissed"
	Alarms int64   `json:"alarms"`
	Clocks []Clock `json:"clocks"`
}

// Clock is a time by which something has to be done.
type Clock struct {
	Name  string         `json:"name"` // "mitigate", "resolve"
	Due   plumbline.Time `json:"due"`
	Done  plumbline.Time `json:"done,omitempty"` // 0: not yet
	State string         `json:"state"`          // "runs", "late", "kept", "missed"
}

// IncidentQuery says which incidents are wanted.
type IncidentQuery struct {
	Open       bool
	Unassigned bool
	Product    plumbline.ProductRef // "": all
	Cursor     string               // of the page before
	Limit      int
}

// IncidentPage is a page of incidents, the newest first.
type IncidentPage struct {
	Incidents  []IncidentView `json:"incidents"`
	Open       int64          `json:"open"`       // of all
	Unassigned int64          `json:"unassigned"` // of all: about no product
	Next       string         `json:"next,omitempty"`
	At         plumbline.Time `json:"at"`
	Seq        int64          `json:"-"`
}

// Incidents is a page of incidents.
func (r *Room) Incidents(ctx context.Context, who plumbline.Actor, q IncidentQuery) (out IncidentPage, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	if q.Limit <= 0 || q.Limit > plumbline.MaxPage {
		q.Limit = plumbline.PageSize
	}
	f := store.IncidentFilter{Open: q.Open, Unassigned: q.Unassigned, Limit: q.Limit + 1}
	if q.Product != "" {
		f.Product = &q.Product
	}
	if q.Cursor != "" {
		if f.Before, err = strconv.ParseInt(q.Cursor, 10, 64); err != nil || f.Before < 1 {
			return out, plumbline.FieldError("cursor", "The cursor is not one of ours: begin with the first page.")
		}
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.Incidents(f)
		if err != nil {
			return err
		}
		out = IncidentPage{At: r.now()}
		if len(list) > q.Limit {
			list = list[:q.Limit]
			out.Next = strconv.FormatInt(list[q.Limit-1].N, 10)
		}
		if out.Incidents, err = r.views(tx, list); err != nil {
			return err
		}
		if out.Open, err = tx.CountIncidents(store.IncidentFilter{Open: true}); err != nil {
			return err
		}
		if out.Unassigned, err = tx.CountIncidents(store.IncidentFilter{Unassigned: true}); err != nil {
			return err
		}
		out.Seq, err = tx.LastSeq()
		return err
	})
	return out, err
}

// views adds to incidents what they are shown with. It takes two statements.
func (r *Room) views(tx *store.Tx, list []plumbline.IncidentRecord) ([]IncidentView, error) {
	out := make([]IncidentView, 0, len(list))
	rules, err := r.rules(tx)
	if err != nil {
		return out, err
	}
	ids := make([]int64, len(list))
	for i, in := range list {
		ids[i] = in.N
	}
	alarms, err := tx.AlarmCounts(ids)
	if err != nil {
		return out, err
	}
	for _, i := range list {
		v := IncidentView{IncidentRecord: i, State: i.State(), Alarms: alarms[i.N]}
		v.Clocks = rules.clocks(i, r.now())
		if v.Products == nil {
			v.Products = []plumbline.ProductRef{}
		}
		out = append(out, v)
	}
	return out, nil
}

// clocks are those of an incident, by its severity, from when it was seen. What was no
// incident has none.
func (r Rules) clocks(i plumbline.IncidentRecord, now plumbline.Time) []Clock {
	out := []Clock{}
	from := i.Detected
	if from == 0 {
		from = i.Started
	}
	for _, c := range [...]struct {
		name string
		done plumbline.Time
	}{{Mitigate, first(i.Mitigated, i.Resolved)}, {Resolve, i.Resolved}} {
		hours := r.hours(c.name, i.Severity)
		if hours == 0 || from == 0 || i.Dismissed != "" {
			continue
		}
		k := Clock{Name: c.name, Due: from.Add(hours), Done: c.done}
		switch {
		case k.Done == 0 && now <= k.Due:
			k.State = "runs"
		case k.Done == 0:
			k.State = "late"
		case k.Done <= k.Due:
			k.State = "kept"
		default:
			k.State = "missed"
		}
		out = append(out, k)
	}
	return out
}

func first(a, b plumbline.Time) plumbline.Time {
	if a != 0 {
		return a
	}
	return b
}

// IncidentDetail is an incident with what told of it.
type IncidentDetail struct {
	IncidentView
	Told []AlarmView    `json:"told"`           // the first of its alarms
	Key  plumbline.Key  `json:"item,omitempty"` // of the item that it is, if the reader may see it
	At   plumbline.Time `json:"at"`
	Seq  int64          `json:"-"`
}

// AlarmView is an alarm of an incident.
type AlarmView struct {
	plumbline.Alarm
	Source plumbline.LinkID `json:"source"`
}

// Incident is one incident with its alarms.
func (r *Room) Incident(ctx context.Context, who plumbline.Actor, n int64) (out IncidentDetail, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		i, err := tx.Incident(n)
		if err != nil {
			return err
		}
		views, err := r.views(tx, []plumbline.IncidentRecord{i})
		if err != nil {
			return err
		}
		out = IncidentDetail{IncidentView: views[0], Told: []AlarmView{}, At: r.now()}
		rows, err := tx.AlarmsOfIncident(n, plumbline.PageSize)
		for _, a := range rows {
			out.Told = append(out.Told, AlarmView{a.Alarm, a.Source})
		}
		if err != nil {
			return err
		}
		if i.Item != "" {
			heads, err := tx.HeadsByID([]plumbline.ItemID{i.Item})
			if err != nil {
				return err
			}
			if it, ok := heads[i.Item]; ok && who.Sees(it.Visibility, it.Requester == who.Person) {
				out.Key = it.Key
			}
		}
		out.Seq, err = tx.LastSeq()
		return err
	})
	return out, err
}

// timesOfIncidents are how long incidents took to be mitigated and resolved; those
// that go on count with the time so far.
func timesOfIncidents(list []plumbline.IncidentRecord, now plumbline.Time) (mitigate, resolve Times) {
	var mit, mitGoing, res, resGoing []time.Duration
	for _, i := range list {
		if i.Dismissed != "" || i.Began() == 0 {
			continue
		}
		add := func(end plumbline.Time, done, going *[]time.Duration) {
			if end != 0 {
				*done = append(*done, end.Sub(i.Began()))
				return
			}
			*going = append(*going, now.Sub(i.Began()))
		}
		add(first(i.Mitigated, i.Resolved), &mit, &mitGoing)
		add(i.Resolved, &res, &resGoing)
	}
	return timesOf(mit, mitGoing), timesOf(res, resGoing)
}
