package store

import "plumbline"

// ConstraintRow is a constraint with who wrote this version of it.
type ConstraintRow struct {
	plumbline.Constraint
	Version int64 // 1 is the first
	By      plumbline.PersonID
	ByName  string
	At      plumbline.Time
}

const constraintColumns = `c.body, c.version, c.person, c.person_name, c.at`

func scanConstraint(r row) (c ConstraintRow, err error) {
	err = r.Scan(fromJSON{&c.Constraint}, &c.Version, &c.By, &c.ByName, &c.At)
	return c, err
}

// InsertConstraint adds a constraint. One with the same id is a Conflict.
func (tx *Tx) InsertConstraint(c ConstraintRow) error {
	_, err := tx.exec(`insert into constraints (id, kind, scope, owner, body, version, person, person_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, c.Kind, c.Scope.String(), c.Owner, asJSON(c.Constraint), c.Version, c.By, c.ByName, c.At)
	return err
}

// UpdateConstraint writes the next version of a constraint and keeps the one
// before. It is a Conflict when somebody else was faster.
func (tx *Tx) UpdateConstraint(c ConstraintRow) error {
	if _, err := tx.exec(`
		insert into constraint_texts (id, version, body, person, person_name, at)
		select id, version, body, person, person_name, at from constraints where id = $1 and version = $2`, c.ID, c.Version-1); err != nil {
		return err
	}
	n, err := tx.exec(`
		update constraints set kind = $2, scope = $3, owner = $4, body = $5, version = $6, person = $7, person_name = $8, at = $9
		where id = $1 and version = $6 - 1`,
		c.ID, c.Kind, c.Scope.String(), c.Owner, asJSON(c.Constraint), c.Version, c.By, c.ByName, c.At)
	if err == nil && n == 0 {
		err = plumbline.Errorf(plumbline.Conflict, "The constraint %s was changed meanwhile. Load it again and repeat your change.", c.ID)
	}
	return err
}

// Constraint is the constraint with the id.
func (tx *Tx) Constraint(id plumbline.ConstraintID) (ConstraintRow, error) {
	return need(tx, missing("There is no constraint %q.", id), scanConstraint, `select `+constraintColumns+` from constraints c where c.id = $1`, id)
}

// ConstraintsByID are the constraints with the ids; what is not there is left out.
func (tx *Tx) ConstraintsByID(ids []plumbline.ConstraintID) ([]ConstraintRow, error) {
	return byMany(tx, scanConstraint, ids, func(in string) string {
		return `select ` + constraintColumns + ` from constraints c where c.id in ` + in + ` order by c.id`
	})
}

// ConstraintTexts are the earlier versions of a constraint, newest first.
func (tx *Tx) ConstraintTexts(id plumbline.ConstraintID) ([]ConstraintRow, error) {
	return list(tx, scanConstraint, `select `+constraintColumns+` from constraint_texts c where c.id = $1 order by c.version desc`, id)
}

// ConstraintFilter narrows a list of constraints; what is empty narrows nothing.
type ConstraintFilter struct {
	Kind   plumbline.ConstraintKind
	Scopes []plumbline.Scope // nil: all; the constraint holds for one of them
	Status plumbline.Status
	Forced bool                   // only those whose work is forced
	After  plumbline.ConstraintID // only ids behind it
	Limit  int                    // 0: all
}

// Constraints are the constraints that match, by id.
func (tx *Tx) Constraints(f ConstraintFilter) ([]ConstraintRow, error) {
	w, tables := f.where()
	return list(tx, scanConstraint, `select `+constraintColumns+` from `+tables+w.text()+` order by c.id`+f.most(), w.args...)
}

// where is the filter as a condition, and the tables that it is about.
func (f ConstraintFilter) where() (w where, tables string) {
	tables = `constraints c `
	w.equal("c.kind", string(f.Kind))
	if f.Status != "" || f.Forced {
		tables += `join standings s on s.limit_id = c.id `
		w.equal("s.status", string(f.Status))
		if f.Forced {
			w.and("s.forced")
		}
	}
	if f.Scopes != nil {
		names := []string{""} // no scope is called so
		for _, s := range f.Scopes {
			names = append(names, s.String())
		}
		in(&w, "c.scope", names)
	}
	if f.After != "" {
		w.and("c.id > " + w.arg(f.After))
	}
	return w, tables
}

func (f ConstraintFilter) most() string {
	if f.Limit == 0 {
		return ""
	}
	return " " + atMost(f.Limit)
}
