package store

import "plumbline"

// ExceptionRow is an exception that was asked for.
type ExceptionRow struct {
	plumbline.Exception // Approvers are those who approved so far, in their order
	RequesterName       string
	Asked               plumbline.Time
	Needs               int64 // how many have to approve
	Ended               plumbline.Time
	Outcome             string // of one that ended: "over", "refused" or "taken back"
	Approved            []Approval
}

// Approval is one person's yes to an exception.
type Approval struct {
	Exception string
	Person    plumbline.PersonID
	Name      string
	At        plumbline.Time
}

// Holding says whether enough people approved, and it did not end otherwise.
func (e ExceptionRow) Holding() bool {
	return int64(len(e.Approved)) >= e.Needs && (e.Ended == 0 || e.Outcome == "over")
}

const exceptionColumns = `id, limit_id, subject, policy, reason, person, person_name, at, begins, until, needs, ended, outcome`

func scanException(r row) (e ExceptionRow, err error) {
	err = r.Scan(&e.ID, &e.Constraint, &e.Subject, &e.Policy, &e.Reason, &e.Requester, &e.RequesterName, &e.Asked, &e.From, &e.Until, &e.Needs, &e.Ended, &e.Outcome)
	return e, err
}

// InsertException adds an exception that is asked for.
func (tx *Tx) InsertException(e ExceptionRow) error {
	_, err := tx.exec(`insert into exceptions (`+exceptionColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		e.ID, e.Constraint, e.Subject, e.Policy, e.Reason, e.Requester, e.RequesterName, e.Asked, e.From, e.Until, e.Needs, e.Ended, e.Outcome)
	return err
}

// Approve adds a person's yes and says whether it is their first.
func (tx *Tx) Approve(a Approval) (bool, error) {
	n, err := tx.exec(`insert into exception_approvals (exception, person, person_name, at) values ($1, $2, $3, $4) on conflict (exception, person) do nothing`,
		a.Exception, a.Person, a.Name, a.At)
	return n > 0, err
}

// BeginException sets from when an exception holds, once enough approved it.
func (tx *Tx) BeginException(id string, from plumbline.Time) error {
	_, err := tx.exec(`update exceptions set begins = $2 where id = $1 and begins < $2`, id, from)
	return err
}

// EndException notes how an exception ended, and says whether it had not yet.
func (tx *Tx) EndException(id, outcome string, at plumbline.Time) (bool, error) {
	n, err := tx.exec(`update exceptions set ended = $2, outcome = $3 where id = $1 and ended = 0`, id, at, outcome)
	return n > 0, err
}

// Exception is the exception with the id.
func (tx *Tx) Exception(id string) (ExceptionRow, error) {
	e, err := need(tx, missing("There is no exception with the id %q.", id), scanException, `select `+exceptionColumns+` from exceptions where id = $1`, id)
	if err != nil {
		return e, err
	}
	all, err := tx.withApprovals([]ExceptionRow{e})
	if err != nil {
		return e, err
	}
	return all[0], nil
}

// ExceptionsOf are the exceptions from constraints, those that were asked for last
// first; only those that have not ended, or all.
func (tx *Tx) ExceptionsOf(ids []plumbline.ConstraintID, open bool) (map[plumbline.ConstraintID][]ExceptionRow, error) {
	cond := ""
	if open {
		cond = "ended = 0 and "
	}
	found, err := byMany(tx, scanException, ids, func(in string) string {
		return `select ` + exceptionColumns + ` from exceptions where ` + cond + `limit_id in ` + in + ` order by at desc, id desc`
	})
	if err != nil {
		return nil, err
	}
	if found, err = tx.withApprovals(found); err != nil {
		return nil, err
	}
	return grouped(found, func(e ExceptionRow) plumbline.ConstraintID { return e.Constraint }, itself), nil
}

// OpenExceptions are those that have not ended, those that end first first.
func (tx *Tx) OpenExceptions() ([]ExceptionRow, error) {
	found, err := list(tx, scanException, `select `+exceptionColumns+` from exceptions where ended = 0 order by until, id`)
	if err != nil {
		return nil, err
	}
	return tx.withApprovals(found)
}

// ExceptionsOver are those that have not been ended though their time is up.
func (tx *Tx) ExceptionsOver(now plumbline.Time, limit int) ([]ExceptionRow, error) {
	found, err := list(tx, scanException, `select `+exceptionColumns+` from exceptions where ended = 0 and until <= $1 order by until, id `+atMost(limit), now)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return tx.withApprovals(found)
}

// withApprovals reads who approved.
func (tx *Tx) withApprovals(all []ExceptionRow) ([]ExceptionRow, error) {
	ids := make([]string, len(all))
	for i, e := range all {
		ids[i] = e.ID
	}
	found, err := byMany(tx, func(r row) (a Approval, err error) {
		err = r.Scan(&a.Exception, &a.Person, &a.Name, &a.At)
		return a, err
	}, ids, func(in string) string {
		return `select exception, person, person_name, at from exception_approvals where exception in ` + in + ` order by at, person`
	})
	by := grouped(found, func(a Approval) string { return a.Exception }, itself)
	for i := range all {
		all[i].Approved = by[all[i].ID]
		for _, a := range all[i].Approved {
			all[i].Approvers = append(all[i].Approvers, a.Person)
		}
	}
	return all, err
}

// ApprovedExceptions are the exceptions from constraints that enough people approved
// and that were neither refused nor taken back, whether their time has come or is over.
func (tx *Tx) ApprovedExceptions(ids []plumbline.ConstraintID) (map[plumbline.ConstraintID][]plumbline.Exception, error) {
	all, err := tx.ExceptionsOf(ids, false)
	out := map[plumbline.ConstraintID][]plumbline.Exception{}
	for id, list := range all {
		for _, e := range list {
			if e.Holding() {
				out[id] = append(out[id], e.Exception)
			}
		}
	}
	return out, err
}
