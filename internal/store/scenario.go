package store

import "plumbline"

const scenarioColumns = `s.id, s.name, s.body, s.version, s.person, s.person_name, s.at, s.ended`

func scanScenario(r row) (s plumbline.Scenario, err error) {
	var id, name string
	var version int64
	err = r.Scan(&id, &name, fromJSON{&s}, &version, &s.By, &s.ByName, &s.At, &s.Ended)
	s.ID, s.Name, s.Version = id, name, version
	return s, err
}

// InsertScenario keeps a new scenario.
func (tx *Tx) InsertScenario(s plumbline.Scenario) error {
	_, err := tx.exec(`insert into scenarios (id, name, body, version, person, person_name, at, ended) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID, s.Name, asJSON(s), s.Version, s.By, s.ByName, s.At, s.Ended)
	return err
}

// UpdateScenario keeps the next version of a scenario and says whether it is the
// one that follows.
func (tx *Tx) UpdateScenario(s plumbline.Scenario) (bool, error) {
	n, err := tx.exec(`update scenarios set name = $2, body = $3, version = $4, ended = $5 where id = $1 and version = $4 - 1`,
		s.ID, s.Name, asJSON(s), s.Version, s.Ended)
	return n > 0, err
}

// Scenario is the scenario with the id.
func (tx *Tx) Scenario(id string) (plumbline.Scenario, error) {
	return need(tx, missing("There is no scenario %q.", id), scanScenario, `select `+scenarioColumns+` from scenarios s where s.id = $1`, id)
}

// maxScenarios is how many scenarios are listed: the newest.
const maxScenarios = 50

// Scenarios are the newest scenarios that nobody put away, newest first.
func (tx *Tx) Scenarios() ([]plumbline.Scenario, error) {
	return list(tx, scanScenario, `select `+scenarioColumns+` from scenarios s where s.ended = 0 order by s.at desc, s.id desc `+atMost(maxScenarios))
}

// PutPin forces an item in or out, in place of what was said before.
func (tx *Tx) PutPin(scenario string, p plumbline.Pin) error {
	_, err := tx.exec(`
		insert into scenario_pins (scenario, item, forced_in, last_period, reason, person, person_name, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (scenario, item) do update set forced_in = excluded.forced_in, last_period = excluded.last_period, reason = excluded.reason,
			person = excluded.person, person_name = excluded.person_name, at = excluded.at`,
		scenario, p.Item, p.In, p.By.String(), p.Reason, p.Person, p.Name, p.At)
	return err
}

// DropPin takes a pin back and says whether there was one.
func (tx *Tx) DropPin(scenario string, item plumbline.ItemID) (bool, error) {
	n, err := tx.exec(`delete from scenario_pins where scenario = $1 and item = $2`, scenario, item)
	return n > 0, err
}

// CopyPins gives the pins of one scenario to another that has none.
func (tx *Tx) CopyPins(from, to string) error {
	_, err := tx.exec(`insert into scenario_pins (scenario, item, forced_in, last_period, reason, person, person_name, at)
		select $2, item, forced_in, last_period, reason, person, person_name, at from scenario_pins where scenario = $1`, from, to)
	return err
}

// Pins are the pins of the scenarios, oldest first, by scenario.
func (tx *Tx) Pins(scenarios []string) (map[string][]plumbline.Pin, error) {
	found, err := byMany(tx, func(r row) (p pair[string, plumbline.Pin], err error) {
		v, last := &p.value, ""
		err = r.Scan(&p.key, &v.Item, &v.In, &last, &v.Reason, &v.Person, &v.Name, &v.At)
		if err == nil {
			err = v.By.UnmarshalText([]byte(last))
		}
		return p, err
	}, scenarios, func(in string) string {
		return `select scenario, item, forced_in, last_period, reason, person, person_name, at from scenario_pins where scenario in ` + in + ` order by at, item`
	})
	return grouped(found, keyOf, valueOf), err
}

// BlocksAmong are the relations by which one of the open items blocks another:
// by the one that waits, those that it waits for.
func (tx *Tx) BlocksAmong() (map[plumbline.ItemID][]plumbline.ItemID, error) {
	found, err := list(tx, scanPair[plumbline.ItemID, plumbline.ItemID], `
		select r.other, r.item from relations r join items a on a.id = r.item join items b on b.id = r.other
		where r.kind = $1 and a.done = false and b.done = false order by b.n, a.n`, plumbline.Blocks)
	return grouped(found, keyOf, valueOf), err
}
