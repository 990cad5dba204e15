package store

import (
	"strconv"

	"plumbline"
)

// PlanRow is a plan as it was kept. Body is of whoever wrote it, as JSON.
type PlanRow struct {
	ID       string
	Scenario string
	Seq      int64 // the last event that it knew
	Seed     uint64
	Stopped  bool  // the time was over before all the work was done
	Version  int64 // of the scenario
	Body     string
	By       plumbline.PersonID
	ByName   string
	At       plumbline.Time
}

const planColumns = `p.id, p.scenario, p.seq, p.seed, p.stopped, p.version, p.body, p.person, p.person_name, p.at`

func scanPlan(r row) (p PlanRow, err error) {
	var seed string
	if err = r.Scan(&p.ID, &p.Scenario, &p.Seq, &seed, &p.Stopped, &p.Version, &p.Body, &p.By, &p.ByName, &p.At); err == nil {
		p.Seed, err = strconv.ParseUint(seed, 10, 64)
	}
	return p, err
}

// PlannedIn says in which period a plan does an item.
type PlannedIn struct {
	Item   plumbline.ItemID
	Period string
}

// InsertPlan keeps a plan with its picks.
func (tx *Tx) InsertPlan(p PlanRow, picks []PlannedIn) error {
	_, err := tx.exec(`insert into plans (id, scenario, seq, seed, stopped, version, body, person, person_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.ID, p.Scenario, p.Seq, strconv.FormatUint(p.Seed, 10), p.Stopped, p.Version, p.Body, p.By, p.ByName, p.At)
	if err != nil {
		return err
	}
	rows := make([][]any, len(picks))
	for i, k := range picks {
		rows[i] = []any{p.ID, k.Item, k.Period}
	}
	return tx.insertRows(`insert into plan_picks (plan, item, period)`, rows, "")
}

// Plan is the plan with the id.
func (tx *Tx) Plan(id string) (PlanRow, error) {
	return need(tx, missing("There is no plan %q.", id), scanPlan, `select `+planColumns+` from plans p where p.id = $1`, id)
}

// LastPlan is the newest plan of a scenario, if there is one.
func (tx *Tx) LastPlan(scenario string) (PlanRow, bool, error) {
	return first(tx, scanPlan, `select `+planColumns+` from plans p where p.scenario = $1 order by p.at desc, p.id desc limit 1`, scenario)
}

// LastPlans are the newest plan of each of the scenarios, by scenario.
func (tx *Tx) LastPlans(scenarios []string) (map[string]PlanRow, error) {
	found, err := byMany(tx, scanPlan, scenarios, func(in string) string {
		return `select ` + planColumns + ` from plans p where p.scenario in ` + in + ` and not exists (
			select 1 from plans q where q.scenario = p.scenario and (q.at > p.at or q.at = p.at and q.id > p.id)) order by p.scenario`
	})
	return keyed(found, func(p PlanRow) string { return p.Scenario }, itself), err
}

// CutPlans deletes all plans of a scenario but the newest n and those that a
// decision names.
func (tx *Tx) CutPlans(scenario string, n int) error {
	old := `select p.id from plans p where p.scenario = $1 and not exists (select 1 from plan_decisions d where d.plan = p.id)
		and p.id not in (select id from (select q.id from plans q where q.scenario = $1 order by q.at desc, q.id desc ` + atMost(n) + `) as kept)`
	if _, err := tx.exec(`delete from plan_picks where plan in (`+old+`)`, scenario); err != nil {
		return err
	}
	_, err := tx.exec(`delete from plans where id in (`+old+`)`, scenario)
	return err
}

// DecidedPlan is a decision about a plan with the name of its scenario.
type DecidedPlan struct {
	plumbline.PlanDecision
	ScenarioName string
}

const planDecisionColumns = `d.id, d.scenario, d.plan, d.kind, d.in_force, d.item, d.asked, d.drops, d.later, d.reason, d.person, d.person_name, d.at, d.ended, s.name`

func scanDecidedPlan(r row) (d DecidedPlan, err error) {
	err = r.Scan(&d.ID, &d.Scenario, &d.Plan, &d.Kind, &d.InForce, &d.Item, &d.Asked, fromJSON{&d.Drops}, fromJSON{&d.Later}, &d.Reason, &d.Person, &d.Name, &d.At, &d.Ended, &d.ScenarioName)
	d.Drops, d.Later = orNil(d.Drops), orNil(d.Later)
	return d, err
}

// InsertPlanDecision keeps a decision about a plan.
func (tx *Tx) InsertPlanDecision(d plumbline.PlanDecision) error {
	_, err := tx.exec(`
		insert into plan_decisions (id, scenario, plan, kind, in_force, item, asked, drops, later, reason, person, person_name, at, ended)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		d.ID, d.Scenario, d.Plan, d.Kind, d.InForce, d.Item, d.Asked, asJSON(orEmpty(d.Drops)), asJSON(orEmpty(d.Later)), d.Reason, d.Person, d.Name, d.At, d.Ended)
	return err
}

// EndCommitment ends the commitment that is in force and says whether there was one.
func (tx *Tx) EndCommitment(at plumbline.Time) (bool, error) {
	n, err := tx.exec(`update plan_decisions set ended = $1 where in_force and ended = 0`, at)
	return n > 0, err
}

// Commitment is the decision by which a plan is in force, if one is.
func (tx *Tx) Commitment() (DecidedPlan, bool, error) {
	return first(tx, scanDecidedPlan, `select `+planDecisionColumns+` from plan_decisions d join scenarios s on s.id = d.scenario
		where d.in_force and d.ended = 0 order by d.at desc, d.id desc limit 1`)
}

// PlanDecisions are the newest decisions about plans, newest first, at most n; of
// an item those that escalated it.
func (tx *Tx) PlanDecisions(item plumbline.ItemID, n int) ([]DecidedPlan, error) {
	var w where
	if item != "" {
		w.equal("d.item", string(item))
	}
	return list(tx, scanDecidedPlan, `select `+planDecisionColumns+` from plan_decisions d join scenarios s on s.id = d.scenario `+w.text()+` order by d.at desc, d.id desc `+atMost(n), w.args...)
}

// Flagged is what does not hold any more of the plan that a decision is about, as it
// was last told; "": all of it holds.
func (tx *Tx) Flagged(decision string) (string, error) {
	flags, _, err := first(tx, column[string], `select flagged from plan_decisions where id = $1`, decision)
	return flags, err
}

// PutFlagged keeps what was told of it.
func (tx *Tx) PutFlagged(decision, flags string) error {
	_, err := tx.exec(`update plan_decisions set flagged = $2 where id = $1`, decision, flags)
	return err
}
