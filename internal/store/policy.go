package store

import "plumbline"

// PolicyRow is an edition of the policy that was saved here.
type PolicyRow struct {
	Version, Name, Body string
	By                  plumbline.PersonID
	ByName              string
	At                  plumbline.Time
}

// PolicyUse says that an edition was in force from a moment on.
type PolicyUse struct {
	At      plumbline.Time
	Version string
	By      plumbline.PersonID
	ByName  string
}

func scanPolicy(r row) (p PolicyRow, err error) {
	err = r.Scan(&p.Version, &p.Name, &p.Body, &p.By, &p.ByName, &p.At)
	return p, err
}

// policyTables are where the editions of one kind of policy stand, and when which
// one was used.
type policyTables struct{ editions, uses string }

var (
	priorities = policyTables{"policies", "policy_uses"}
	limits     = policyTables{"limit_policies", "limit_policy_uses"}
)

// InsertPolicy adds an edition of the policy of priorities. One with the same
// version is a Conflict: what somebody judged under is never changed.
func (tx *Tx) InsertPolicy(p PolicyRow) error { return tx.insertPolicy(priorities, p) }

// InsertLimitPolicy is InsertPolicy for the policies about constraints.
func (tx *Tx) InsertLimitPolicy(p PolicyRow) error { return tx.insertPolicy(limits, p) }

func (tx *Tx) insertPolicy(into policyTables, p PolicyRow) error {
	_, err := tx.exec(`insert into `+into.editions+` (version, name, body, person, person_name, at) values ($1, $2, $3, $4, $5, $6)`,
		p.Version, p.Name, p.Body, p.By, p.ByName, p.At)
	return err
}

// Policies are the editions of the policy of priorities that were saved here, newest
// first.
func (tx *Tx) Policies() ([]PolicyRow, error) { return tx.policies(priorities) }

// LimitPolicies is Policies for the policies about constraints.
func (tx *Tx) LimitPolicies() ([]PolicyRow, error) { return tx.policies(limits) }

func (tx *Tx) policies(of policyTables) ([]PolicyRow, error) {
	return rememberAll(tx, of.editions, func() ([]PolicyRow, error) {
		return list(tx, scanPolicy, `select version, name, body, person, person_name, at from `+of.editions+` order by at desc, version`)
	})
}

// UsePolicy puts an edition of the policy of priorities in force from a moment on.
func (tx *Tx) UsePolicy(u PolicyUse) error { return tx.usePolicy(priorities, u) }

// UseLimitPolicy is UsePolicy for the policies about constraints.
func (tx *Tx) UseLimitPolicy(u PolicyUse) error { return tx.usePolicy(limits, u) }

func (tx *Tx) usePolicy(of policyTables, u PolicyUse) error {
	_, err := tx.exec(`
		insert into `+of.uses+` (at, version, person, person_name) values ($1, $2, $3, $4)
		on conflict (at) do update set version = excluded.version, person = excluded.person, person_name = excluded.person_name`,
		u.At, u.Version, u.By, u.ByName)
	return err
}

// PolicyUses says which edition of the policy of priorities was in force from when,
// oldest first.
func (tx *Tx) PolicyUses() ([]PolicyUse, error) { return tx.policyUses(priorities) }

// LimitPolicyUses is PolicyUses for the policies about constraints.
func (tx *Tx) LimitPolicyUses() ([]PolicyUse, error) { return tx.policyUses(limits) }

func (tx *Tx) policyUses(of policyTables) ([]PolicyUse, error) {
	return rememberAll(tx, of.uses, func() ([]PolicyUse, error) {
		return list(tx, func(r row) (u PolicyUse, err error) {
			err = r.Scan(&u.At, &u.Version, &u.By, &u.ByName)
			return u, err
		}, `select at, version, person, person_name from `+of.uses+` order by at`)
	})
}
