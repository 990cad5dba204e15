package incidents

import (
	"cmp"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

// gatherer takes the alarms of one delivery in.
type gatherer struct {
	*Room
	tx      *store.Tx
	who     plumbline.Actor
	source  plumbline.AlarmSource
	came    plumbline.Time
	rules   Rules
	catalog catalog
	touched []int64                // incidents, each once, in order
	refs    []plumbline.ProductRef // that they are about
}

// gather makes incidents of alarms, and has the constraints judged that they bear on.
func (r *Room) gather(tx *store.Tx, who plumbline.Actor, s plumbline.AlarmSource, d store.AlarmDelivery, alarms []plumbline.Alarm) error {
	if len(alarms) == 0 {
		return nil
	}
	g := &gatherer{Room: r, tx: tx, who: who, source: s, came: d.At}
	var err error
	if g.rules, err = r.rules(tx); err != nil {
		return err
	}
	if g.catalog, err = readCatalog(tx); err != nil {
		return err
	}
	keys := make([]string, len(alarms))
	for i, a := range alarms {
		keys[i] = a.Key
	}
	known, err := tx.AlarmsByKey(s.ID, keys)
	if err != nil {
		return err
	}
	for _, a := range alarms {
		was, again := known[a.Key]
		row, changed, err := g.one(a, was, again)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		known[a.Key] = row
		if !slices.Contains(g.touched, row.Incident) {
			g.touched = append(g.touched, row.Incident)
		}
	}
	for _, n := range g.touched {
		if err := g.settle(n); err != nil {
			return err
		}
	}
	return r.refresh(tx, who, plumbline.Reliability, g.catalog, g.refs)
}

// one keeps an alarm, and finds or makes its incident.
func (g *gatherer) one(a plumbline.Alarm, was store.AlarmRow, again bool) (store.AlarmRow, bool, error) {
	timeless := a.At == 0
	a.At = cmp.Or(a.At, g.came)
	a.Started = cmp.Or(a.Started, was.Started, a.At)
	if a.Ended != 0 {
		a.Ended = max(a.Ended, a.Started)
	}
	if again {
		if !newer(was.Alarm, &a, timeless) {
			return was, false, nil
		}
		row := store.AlarmRow{Alarm: a, Source: was.Source, Product: was.Product, Incident: was.Incident}
		return row, true, g.tx.PutAlarm(row)
	}
	row := store.AlarmRow{Alarm: a, Source: g.source.ID, Product: g.rules.product(a, g.source.Product, g.catalog)}
	since := a.Started.Add(-time.Duration(g.rules.Together) * time.Minute)
	n, err := g.tx.IncidentOfGroup(g.source.ID, a.Group, row.Product, max(since, 1))
	if err == nil && n == 0 {
		n, err = g.begin(row)
	}
	if err != nil {
		return row, false, err
	}
	row.Incident = n
	return row, true, g.tx.PutAlarm(row)
}

// newer says whether an alarm tells anything new of one that is known, and puts its
// end right. Events come in any order: what is older tells nothing. Where the sender
// gives no time, an end stays an end, since what starts anew has another key.
func newer(was plumbline.Alarm, a *plumbline.Alarm, timeless bool) bool {
	switch {
	case timeless && was.Ended != 0 && a.Ended == 0, !timeless && a.At < was.At:
		return false
	case was.Ended != 0 && a.Ended != 0:
		a.Ended = min(was.Ended, a.Ended)
	}
	return was.Ended != a.Ended || was.Severity != a.Severity || was.Title != a.Title || was.Started != a.Started || !timeless && was.At != a.At
}

// begin makes an incident of an alarm that belongs to none.
func (g *gatherer) begin(a store.AlarmRow) (int64, error) {
	i := plumbline.IncidentRecord{
		Title: clip(a.Title, 290), Severity: g.rules.severity(a.Severity), Started: a.Started, Detected: max(a.At, a.Started), Source: a.Source, Changed: g.now(),
	}
	if a.Product != "" {
		i.Products = []plumbline.ProductRef{a.Product}
	}
	i, err := g.tx.PutIncident(i)
	if err != nil {
		return 0, err
	}
	where := "about no product yet"
	if a.Product != "" {
		where = "about " + string(a.Product)
	}
	return i.N, g.note(g.tx, g.who, plumbline.Public, "incident began", told{Text: i.Name(), Detail: i.Title, Why: where})
}

// settle works out what the alarms of an incident come to. What people said stays.
func (g *gatherer) settle(n int64) error {
	i, err := g.tx.Incident(n)
	if err != nil {
		return err
	}
	was := i
	span, err := g.tx.SpanOfAlarms(n)
	if err != nil {
		return err
	}
	alarms, err := g.tx.AlarmsOfIncident(n, plumbline.MaxPage)
	if err != nil {
		return err
	}
	kept := func(field string) bool { return slices.Contains(i.Kept, field) }
	if !kept("severity") {
		i.Severity = ""
		for _, a := range alarms {
			if s := g.rules.severity(a.Severity); s != "" && (i.Severity == "" || s < i.Severity) {
				i.Severity = s
			}
		}
	}
	if !kept("started") {
		i.Started = span.First
		i.Detected = max(i.Detected, i.Started)
	}
	if end := span.LastEnd; !kept("resolved") && !kept("mitigated") {
		if span.Firing > 0 {
			end = 0
		}
		i.Mitigated, i.Resolved = end, end
	}
	g.refs = append(g.refs, i.Products...)
	if same(was, i) {
		return nil
	}
	i.Changed = g.now()
	if i, err = g.tx.PutIncident(i); err != nil {
		return err
	}
	return g.noteChange(was, i)
}

// same says whether nothing of an incident that alarms say is different.
func same(a, b plumbline.IncidentRecord) bool {
	return a.Severity == b.Severity && a.Started == b.Started && a.Detected == b.Detected && a.Mitigated == b.Mitigated && a.Resolved == b.Resolved
}

func (g *gatherer) noteChange(was, is plumbline.IncidentRecord) error {
	typ := ""
	switch {
	case was.Open() && !is.Open():
		typ = "incident ended"
	case !was.Open() && is.Open():
		typ = "incident began again"
	case was.Severity != is.Severity:
		typ = "incident changed"
	default:
		return nil
	}
	return g.note(g.tx, g.who, plumbline.Public, typ, told{Text: is.Name(), Detail: is.Title, Why: is.Severity})
}
