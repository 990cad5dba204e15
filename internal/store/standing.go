package store

import "plumbline"

// StandingRow is how a constraint stood when it was last judged.
type StandingRow struct {
	Constraint plumbline.ConstraintID
	Status     plumbline.Status
	Since      plumbline.Time // it has had the status
	Forced     bool
	At         plumbline.Time // when it was judged
	Next       plumbline.Time // when time alone may change it; 0: never
	Policies   string         // the edition that it was judged by
	Days       string         // the headroom of the last days, as its writer writes it
	Body       string         // the standing, as its writer writes it
}

const standingColumns = `s.limit_id, s.status, s.since, s.forced, s.at, s.next, s.policies, s.days, s.body`

func scanStanding(r row) (s StandingRow, err error) {
	err = r.Scan(&s.Constraint, &s.Status, &s.Since, &s.Forced, &s.At, &s.Next, &s.Policies, &s.Days, &s.Body)
	return s, err
}

func ofConstraint(s StandingRow) plumbline.ConstraintID { return s.Constraint }

// PutStandings adds or replaces how constraints stand.
func (tx *Tx) PutStandings(all []StandingRow) error {
	rows := make([][]any, len(all))
	for i, s := range all {
		rows[i] = []any{s.Constraint, s.Status, s.Since, s.Forced, s.At, s.Next, s.Policies, s.Days, s.Body}
	}
	return tx.insertRows(`insert into standings (limit_id, status, since, forced, at, next, policies, days, body)`, rows, `
		on conflict (limit_id) do update set status = excluded.status, since = excluded.since, forced = excluded.forced, at = excluded.at,
			next = excluded.next, policies = excluded.policies, days = excluded.days, body = excluded.body`)
}

// StandingsOf is how the constraints stand; what was never judged is left out.
func (tx *Tx) StandingsOf(ids []plumbline.ConstraintID) (map[plumbline.ConstraintID]StandingRow, error) {
	found, err := byMany(tx, scanStanding, ids, func(in string) string {
		return `select ` + standingColumns + ` from standings s where s.limit_id in ` + in
	})
	return keyed(found, ofConstraint, itself), err
}

// ConstraintStandings is how the constraints of a filter stand, by id; what was never judged is
// left out.
func (tx *Tx) ConstraintStandings(f ConstraintFilter) ([]StandingRow, error) {
	w, tables := f.where()
	if f.Status == "" && !f.Forced {
		tables += `join standings s on s.limit_id = c.id `
	}
	return list(tx, scanStanding, `select `+standingColumns+` from `+tables+w.text()+` order by c.id`+f.most(), w.args...)
}

// StandingsDue are the constraints that time alone may have changed by now, those
// that wait longest first.
func (tx *Tx) StandingsDue(now plumbline.Time, limit int) ([]plumbline.ConstraintID, error) {
	return list(tx, column[plumbline.ConstraintID], `
		select limit_id from standings where next > 0 and next <= $1 order by next, limit_id `+atMost(limit), now)
}

// LookAgain has all constraints be judged again by now, as when the policies changed.
func (tx *Tx) LookAgain(now plumbline.Time) error {
	_, err := tx.exec(`update standings set next = $1 where next = 0 or next > $1`, now)
	return err
}

// StandingChange is one change of a standing.
type StandingChange struct {
	ID            string
	Constraint    plumbline.ConstraintID
	At            plumbline.Time
	Was, Status   plumbline.Status // the same: only policies changed
	Headroom      plumbline.Decimal
	Reason        string
	Fired, Lifted []string // policies
}

func scanStandingChange(r row) (c StandingChange, err error) {
	err = r.Scan(&c.ID, &c.Constraint, &c.At, &c.Was, &c.Status, &c.Headroom, &c.Reason, fromJSON{&c.Fired}, fromJSON{&c.Lifted})
	return c, err
}

// InsertStandingChanges adds to the trails of standings.
func (tx *Tx) InsertStandingChanges(all []StandingChange) error {
	rows := make([][]any, len(all))
	for i, c := range all {
		rows[i] = []any{c.ID, c.Constraint, c.At, c.Was, c.Status, c.Headroom, c.Reason, asJSON(orEmpty(c.Fired)), asJSON(orEmpty(c.Lifted))}
	}
	return tx.insertRows(`insert into standing_changes (id, limit_id, at, was, status, headroom, reason, fired, lifted)`, rows, "")
}

// StandingChanges is a page of the trail of a standing, newest first, behind the one
// of a time and id.
func (tx *Tx) StandingChanges(of plumbline.ConstraintID, beforeAt plumbline.Time, beforeID string, limit int) ([]StandingChange, error) {
	w := where{}
	w.equal("limit_id", string(of))
	if beforeID != "" {
		w.and("(at, id) < (" + w.arg(beforeAt) + ", " + w.arg(beforeID) + ")")
	}
	return list(tx, scanStandingChange, `
		select id, limit_id, at, was, status, headroom, reason, fired, lifted from standing_changes `+w.text()+`
		order by at desc, id desc `+atMost(pageSize(limit)), w.args...)
}

// LatestChanges are the changes of all standings from one moment on until just before
// another, newest first; limit is how many at most. Of those at the end itself the ones
// with an id before that of the last one of a page come, too: so the next page begins.
func (tx *Tx) LatestChanges(from, to plumbline.Time, before string, limit int) ([]StandingChange, error) {
	return list(tx, scanStandingChange, `
		select id, limit_id, at, was, status, headroom, reason, fired, lifted from standing_changes
		where at >= $1 and (at, id) < ($2, $3) order by at desc, id desc `+atMost(limit), from, to, before)
}
