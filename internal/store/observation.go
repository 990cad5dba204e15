package store

import "plumbline"

// ObservationRow is a piece of evidence as it is kept: Ended is when another one
// took its place, 0: it counts.
type ObservationRow struct {
	plumbline.Observation
	Ended plumbline.Time
}

const observationColumns = `id, limit_id, subject, begins, until, at, bad, total, amount, currency, basis, state, severity,
	opened, due, forecast, early, source, ref, external, ingested, quality, supersedes, ended`

func scanObservation(r row) (o ObservationRow, err error) {
	err = r.Scan(&o.ID, &o.Constraint, &o.Subject, &o.From, &o.To, &o.At, &o.Bad, &o.Total, &o.Amount, &o.Currency, &o.Basis, &o.State, &o.Severity,
		&o.Opened, &o.Due, &o.Forecast, &o.Early, &o.Source, &o.Ref, &o.External, &o.Ingested, &o.Quality, &o.Supersedes, &o.Ended)
	return o, err
}

func scanPlainObservation(r row) (plumbline.Observation, error) {
	o, err := scanObservation(r)
	return o.Observation, err
}

// InsertObservations adds evidence. One that tells anew what another tells that
// was not ended, by source, external name, subject, basis and window, is a Conflict.
func (tx *Tx) InsertObservations(all []plumbline.Observation) error {
	rows := make([][]any, len(all))
	for i, o := range all {
		rows[i] = []any{o.ID, o.Constraint, o.Subject, o.From, o.To, o.At, o.Bad, o.Total, o.Amount, o.Currency, o.Basis, o.State, o.Severity,
			o.Opened, o.Due, o.Forecast, o.Early, o.Source, o.Ref, o.External, o.Ingested, o.Quality, o.Supersedes, plumbline.Time(0)}
	}
	return tx.insertRows(`insert into observations (`+observationColumns+`)`, rows, "")
}

// EndObservations notes that evidence was superseded.
func (tx *Tx) EndObservations(ids []string, at plumbline.Time) error {
	for len(ids) > 0 {
		n := min(perQuestion, len(ids))
		w := where{}
		set := `update observations set ended = ` + w.arg(at) + ` `
		in(&w, "id", ids[:n])
		w.and("ended = 0")
		if _, err := tx.exec(set+w.text(), w.args...); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// Counting is the evidence that was not superseded, by constraint. What covers a
// window counts only when that ended since the time from.
func (tx *Tx) Counting(of []plumbline.ConstraintID, from plumbline.Time) (map[plumbline.ConstraintID][]plumbline.Observation, error) {
	found, err := byMany(tx, scanPlainObservation, of, func(in string) string {
		return `select ` + observationColumns + ` from observations
			where ended = 0 and (until = 0 or until >= $1) and limit_id in ` + in + ` order by limit_id, at, id`
	}, from)
	return grouped(found, func(o plumbline.Observation) plumbline.ConstraintID { return o.Constraint }, itself), err
}

// Observation is the piece of evidence with the id.
func (tx *Tx) Observation(id string) (ObservationRow, error) {
	return need(tx, missing("There is no evidence with the id %q.", id), scanObservation, `select `+observationColumns+` from observations where id = $1`, id)
}

// ObservationFilter is a page of the evidence about a constraint.
type ObservationFilter struct {
	Constraint plumbline.ConstraintID
	Subject    string // "": all
	Superseded bool   // with what was superseded
	BeforeAt   plumbline.Time
	BeforeID   string // only what comes behind the one of this time and id
	Limit      int
}

// Observations is a page of the evidence about a constraint, newest first.
func (tx *Tx) Observations(f ObservationFilter) ([]ObservationRow, error) {
	w := where{}
	w.equal("limit_id", string(f.Constraint))
	w.equal("subject", f.Subject)
	if !f.Superseded {
		w.and("ended = 0")
	}
	if f.BeforeID != "" {
		w.and("(at, id) < (" + w.arg(f.BeforeAt) + ", " + w.arg(f.BeforeID) + ")")
	}
	return list(tx, scanObservation, `select `+observationColumns+` from observations `+w.text()+` order by at desc, id desc `+atMost(pageSize(f.Limit)), w.args...)
}
