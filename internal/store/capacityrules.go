package store

import "plumbline"

// CapacityRules is a version of the rules of capacity.
type CapacityRules struct {
	Version, Body string
	By            plumbline.PersonID
	ByName        string
	At            plumbline.Time
}

// InsertCapacityRules adds a version. One that there is already is a Conflict.
func (tx *Tx) InsertCapacityRules(r CapacityRules) error {
	_, err := tx.exec(`insert into capacity_rules (version, body, person, person_name, at) values ($1, $2, $3, $4, $5)`, r.Version, r.Body, r.By, r.ByName, r.At)
	return err
}

// CapacityRulesKept are the versions, the latest first.
func (tx *Tx) CapacityRulesKept() ([]CapacityRules, error) {
	return list(tx, func(r row) (c CapacityRules, err error) {
		err = r.Scan(&c.Version, &c.Body, &c.By, &c.ByName, &c.At)
		return c, err
	}, `select version, body, person, person_name, at from capacity_rules order by at desc, version desc`)
}

// MixPart is the share of one kind of work in what a team plans.
type MixPart struct {
	Team   plumbline.TeamRef
	Share  plumbline.WorkShare
	Part   float64 // 0 to 1
	ByName string
	At     plumbline.Time
}

// MixParts are the mixes that teams said themselves, by team.
func (tx *Tx) MixParts() ([]MixPart, error) {
	return list(tx, func(r row) (m MixPart, err error) {
		err = r.Scan(&m.Team, &m.Share, &m.Part, &m.ByName, &m.At)
		return m, err
	}, `select team, share, part, person_name, at from capacity_mixes order by team, share`)
}

// PutMix replaces the mix of a team; without parts it has none of its own.
func (tx *Tx) PutMix(team plumbline.TeamRef, parts []MixPart) error {
	if _, err := tx.exec(`delete from capacity_mixes where team = $1`, team); err != nil {
		return err
	}
	rows := make([][]any, len(parts))
	for i, m := range parts {
		rows[i] = []any{team, m.Share, m.Part, m.ByName, m.At}
	}
	return tx.insertRows(`insert into capacity_mixes (team, share, part, person_name, at)`, rows, "")
}

// DriftRow is a kind of work of a team that stands away from what was planned.
type DriftRow struct {
	Team           plumbline.TeamRef
	Share          plumbline.WorkShare
	Since          plumbline.Time
	Planned, Spent float64 // shares, 0 to 1
	Why            string
}

// DriftRows are those that stand, by team.
func (tx *Tx) DriftRows() ([]DriftRow, error) {
	return list(tx, func(r row) (d DriftRow, err error) {
		err = r.Scan(&d.Team, &d.Share, &d.Since, &d.Planned, &d.Spent, &d.Why)
		return d, err
	}, `select team, share, since, planned, spent, why from capacity_drifts order by team, share`)
}

// PutDriftRows writes what stands in place of all that stood.
func (tx *Tx) PutDriftRows(all []DriftRow) error {
	if _, err := tx.exec(`delete from capacity_drifts`); err != nil {
		return err
	}
	rows := make([][]any, len(all))
	for i, d := range all {
		rows[i] = []any{d.Team, d.Share, d.Since, d.Planned, d.Spent, d.Why}
	}
	return tx.insertRows(`insert into capacity_drifts (team, share, since, planned, spent, why)`, rows, "")
}
