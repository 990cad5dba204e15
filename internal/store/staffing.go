package store

import "plumbline"

// PutStaffing adds or replaces what was entered for a team and a period.
func (tx *Tx) PutStaffing(s plumbline.Staffing) error {
	_, err := tx.exec(`
		insert into staffings (team, period, begins, until, people, weeks, focus, source, invented, person, person_name, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (team, period) do update set people = excluded.people, weeks = excluded.weeks, focus = excluded.focus, source = excluded.source,
			invented = excluded.invented, person = excluded.person, person_name = excluded.person_name, at = excluded.at`,
		s.Team, s.Period.String(), s.Period.From(), s.Period.To(), s.People, s.Weeks, s.Focus, s.Source, s.Invented, s.By, s.ByName, s.At)
	return err
}

// DropStaffing takes an entry back, and says whether there was one.
func (tx *Tx) DropStaffing(team plumbline.TeamRef, p plumbline.CalendarPeriod) (bool, error) {
	n, err := tx.exec(`delete from staffings where team = $1 and period = $2`, team, p.String())
	return n > 0, err
}

// Staffings are the entries of a team, or of all teams for "", by team and in the order
// of time. There are as many as people entered: a few for each team and year.
func (tx *Tx) Staffings(team plumbline.TeamRef) ([]plumbline.Staffing, error) {
	return list(tx, func(r row) (s plumbline.Staffing, err error) {
		var period string
		if err = r.Scan(&s.Team, &period, &s.People, &s.Weeks, &s.Focus, &s.Source, &s.Invented, &s.By, &s.ByName, &s.At); err == nil {
			s.Period, err = plumbline.ParseCalendarPeriod(period)
		}
		return s, err
	}, `select team, period, people, weeks, focus, source, invented, person, person_name, at from staffings where team = $1 or $1 = '' order by team, begins`, team)
}
