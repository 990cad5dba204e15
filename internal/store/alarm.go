package store

import (
	"plumbline"
)

// AlarmSources are the systems that tell of alarms, in the order of the
// configuration.
func (tx *Tx) AlarmSources() ([]plumbline.AlarmSource, error) {
	return list(tx, scanAlarmSource, `select body from alarm_sources order by place, id`)
}

func scanAlarmSource(r row) (s plumbline.AlarmSource, err error) {
	err = r.Scan(fromJSON{&s})
	return s, err
}

// AlarmSource is one of them.
func (tx *Tx) AlarmSource(id plumbline.LinkID) (plumbline.AlarmSource, error) {
	return need(tx, missing("There is no source of alarms %q in the configuration.", id), scanAlarmSource, `select body from alarm_sources where id = $1`, id)
}

// PutAlarmSource keeps how a source of alarms is, and its place among them.
func (tx *Tx) PutAlarmSource(place int, s plumbline.AlarmSource) error {
	_, err := tx.exec(`insert into alarm_sources (id, place, body) values ($1, $2, $3) on conflict (id) do update set place = excluded.place, body = excluded.body`,
		s.ID, place, asJSON(s))
	return err
}

// UpdateAlarmSource keeps how a source of alarms is.
func (tx *Tx) UpdateAlarmSource(s plumbline.AlarmSource) error {
	_, err := tx.exec(`update alarm_sources set body = $2 where id = $1`, s.ID, asJSON(s))
	return err
}

// DropAlarmSource forgets a source of alarms; what it told stays.
func (tx *Tx) DropAlarmSource(id plumbline.LinkID) error {
	_, err := tx.exec(`delete from alarm_sources where id = $1`, id)
	return err
}

// AlarmDelivery is what a source delivered, as it came.
type AlarmDelivery struct {
	Source    plumbline.LinkID
	ID, Event string
	Sent, At  plumbline.Time
	Body      []byte
}

// InsertAlarmDelivery keeps a delivery; one of the same id is kept once, and is not
// fresh again.
func (tx *Tx) InsertAlarmDelivery(d plumbline.Delivery, body []byte, at plumbline.Time) (fresh bool, err error) {
	n, err := tx.exec(`
		insert into alarm_deliveries (source, id, event, sent, at, taken, fate, body) values ($1, $2, $3, $4, $5, 0, '', $6)
		on conflict (source, id) do nothing`, d.Link, d.ID, d.Event, d.At, at, body)
	return n > 0, err
}

// WaitingAlarms are deliveries that were not taken in yet, in the order in which they
// came, at most n.
func (tx *Tx) WaitingAlarms(n int) ([]AlarmDelivery, error) {
	return list(tx, func(r row) (d AlarmDelivery, err error) {
		err = r.Scan(&d.Source, &d.ID, &d.Event, &d.Sent, &d.At, &d.Body)
		return d, err
	}, `select source, id, event, sent, at, body from alarm_deliveries where taken = 0 order by at, source, id `+atMost(n))
}

// TookAlarms notes what became of a delivery, and says whether it was still waiting.
func (tx *Tx) TookAlarms(source plumbline.LinkID, id, fate string, at plumbline.Time) (was bool, err error) {
	n, err := tx.exec(`update alarm_deliveries set taken = $3, fate = $4 where source = $1 and id = $2 and taken = 0`, source, id, at, fate)
	return n > 0, err
}

// PurgeAlarmDeliveries forgets deliveries that were taken in before a time.
func (tx *Tx) PurgeAlarmDeliveries(before plumbline.Time) error {
	_, err := tx.exec(`delete from alarm_deliveries where taken > 0 and taken < $1`, before)
	return err
}

// AlarmRow is an alarm in its incident.
type AlarmRow struct {
	plumbline.Alarm
	Source   plumbline.LinkID
	Product  plumbline.ProductRef // empty: it names none that the catalog has
	Incident int64
}

const alarmColumns = `source, name, grp, product, incident, started, ended, said, severity, body`

func scanAlarm(r row) (a AlarmRow, err error) {
	var key, group, severity string
	var started, ended, said plumbline.Time
	err = r.Scan(&a.Source, &key, &group, &a.Product, &a.Incident, &started, &ended, &said, &severity, fromJSON{&a.Alarm})
	a.Key, a.Group, a.Started, a.Ended, a.At, a.Severity = key, group, started, ended, said, severity
	return a, err
}

// PutAlarm adds an alarm, or replaces the one of the same source and key.
func (tx *Tx) PutAlarm(a AlarmRow) error {
	_, err := tx.exec(`insert into alarms (`+alarmColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (source, name) do update set grp = excluded.grp, product = excluded.product, incident = excluded.incident, started = excluded.started,
			ended = excluded.ended, said = excluded.said, severity = excluded.severity, body = excluded.body`,
		a.Source, a.Key, a.Group, a.Product, a.Incident, a.Started, a.Ended, a.At, a.Severity, asJSON(a.Alarm))
	return err
}

// AlarmsByKey are the alarms of a source with the keys; what is not there is left
// out.
func (tx *Tx) AlarmsByKey(source plumbline.LinkID, keys []string) (map[string]AlarmRow, error) {
	found, err := byMany(tx, scanAlarm, keys, func(in string) string {
		return `select ` + alarmColumns + ` from alarms where source = $1 and name in ` + in
	}, source)
	return keyed(found, func(a AlarmRow) string { return a.Key }, itself), err
}

// AlarmsOfIncident are the alarms of an incident, by when they began, at most n.
func (tx *Tx) AlarmsOfIncident(incident int64, n int) ([]AlarmRow, error) {
	return list(tx, scanAlarm, `select `+alarmColumns+` from alarms where incident = $1 order by started, name `+atMost(n), incident)
}

// AlarmSpan is what all alarms of an incident come to.
type AlarmSpan struct {
	Count, Firing  int64
	First, LastEnd plumbline.Time
}

// SpanOfAlarms is what the alarms of an incident come to.
func (tx *Tx) SpanOfAlarms(incident int64) (AlarmSpan, error) {
	s, _, err := first(tx, func(r row) (s AlarmSpan, err error) {
		err = r.Scan(&s.Count, &s.Firing, &s.First, &s.LastEnd)
		return s, err
	}, `select count(*), coalesce(sum(case when ended = 0 then 1 else 0 end), 0), coalesce(min(started), 0), coalesce(max(ended), 0) from alarms where incident = $1`, incident)
	return s, err
}

// IncidentOfGroup is the newest incident of the alarms of a group and a product of
// which one began or ended at a time or after it, or goes on; 0: there is none. That
// one goes on is not enough where no product is known: a group may be everything.
func (tx *Tx) IncidentOfGroup(source plumbline.LinkID, group string, p plumbline.ProductRef, since plumbline.Time) (int64, error) {
	return number(tx, `select coalesce(max(a.incident), 0) from alarms a join incidents i on i.n = a.incident
		where a.source = $1 and a.grp = $2 and a.product = $3 and (a.started >= $4 or a.ended >= $4 or (a.ended = 0 and a.product <> '')) and (i.closed = 0 or i.closed >= $4)`, source, group, p, since)
}
