package store

import (
	"fmt"
	"maps"
	"slices"

	"plumbline"
)

// ForecastRecord is how the forecasts of a kind did, all of them or those of one team.
type ForecastRecord struct {
	Kind  plumbline.ForecastKind
	Weeks int               // of teams; else 0
	Team  plumbline.TeamRef // empty: of all

	Told, Void, Scored int     // of Told so many were scored, or could not be; the others wait
	Weight             float64 // how many of those scored do not say the same as another
	Held, Inside       int     // the level, the range
	Rated              int     // those that told a chance
	Said               float64 // the sum of those chances
	Came               int     // of them
	Brier, CRPS, Lean  float64 // sums
}

const recordSumColumns = `coalesce(r.told, 0), coalesce(r.void, 0), coalesce(r.scored, 0), coalesce(r.weight, 0), coalesce(r.held, 0), coalesce(r.inside, 0), coalesce(r.rated, 0), coalesce(r.said, 0),
	coalesce(r.came, 0), coalesce(r.brier, 0), coalesce(r.crps, 0), coalesce(r.lean, 0)`

// sums are where the columns of the sums go.
func (r *ForecastRecord) sums() []any {
	return []any{&r.Told, &r.Void, &r.Scored, &r.Weight, &r.Held, &r.Inside, &r.Rated, &r.Said, &r.Came, &r.Brier, &r.CRPS, &r.Lean}
}

// recordOf is the record of one scored forecast.
func recordOf(f plumbline.KeptForecast, s plumbline.ForecastScore, weight float64) ForecastRecord {
	if s.Void != "" {
		return ForecastRecord{Void: 1}
	}
	r := ForecastRecord{Scored: 1, Weight: weight, CRPS: s.CRPS, Lean: s.Lean, Held: one(s.Held), Inside: one(s.Inside)}
	if f.P >= 0 {
		r.Rated, r.Said, r.Came, r.Brier = 1, f.P, one(s.Came), s.Brier
	}
	return r
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// recordSums are what is to be added to records, by kind, weeks and team.
type recordSums map[string]ForecastRecord

// add counts a forecast among all of its kind, and among those of its team.
func (m recordSums) add(f plumbline.KeptForecast, r ForecastRecord) {
	r.Kind, r.Weeks = f.Kind, f.Weeks
	m.plus(r)
	if r.Team = f.Team; r.Team != "" {
		m.plus(r)
	}
}

func (m recordSums) plus(r ForecastRecord) {
	k := fmt.Sprintf("%s %03d %s", r.Kind, r.Weeks, r.Team)
	s := m[k]
	r.Told, r.Void, r.Scored, r.Held, r.Inside = s.Told+r.Told, s.Void+r.Void, s.Scored+r.Scored, s.Held+r.Held, s.Inside+r.Inside
	r.Rated, r.Came = s.Rated+r.Rated, s.Came+r.Came
	r.Weight, r.Said, r.Brier, r.CRPS, r.Lean = s.Weight+r.Weight, s.Said+r.Said, s.Brier+r.Brier, s.CRPS+r.CRPS, s.Lean+r.Lean
	m[k] = r
}

// addRecords adds to the records, in an order that is the same in all transactions.
func (tx *Tx) addRecords(sums recordSums) error {
	var rows [][]any
	for _, k := range slices.Sorted(maps.Keys(sums)) {
		r := sums[k]
		rows = append(rows, []any{r.Kind, r.Weeks, r.Team, r.Told, r.Void, r.Scored, r.Weight, r.Held, r.Inside, r.Rated, r.Said, r.Came, r.Brier, r.CRPS, r.Lean})
	}
	const more = `told = forecast_records.told + excluded.told, void = forecast_records.void + excluded.void, scored = forecast_records.scored + excluded.scored,
		weight = forecast_records.weight + excluded.weight, held = forecast_records.held + excluded.held, inside = forecast_records.inside + excluded.inside,
		rated = forecast_records.rated + excluded.rated, said = forecast_records.said + excluded.said, came = forecast_records.came + excluded.came,
		brier = forecast_records.brier + excluded.brier, crps = forecast_records.crps + excluded.crps, lean = forecast_records.lean + excluded.lean`
	return tx.insertRows(`insert into forecast_records (kind, weeks, team, told, void, scored, weight, held, inside, rated, said, came, brier, crps, lean)`, rows,
		`on conflict (kind, weeks, team) do update set `+more)
}

// ForecastRecords are the records of all kinds and, where it is asked for, of one team
// or, with each, of every team.
func (tx *Tx) ForecastRecords(team plumbline.TeamRef, each bool) ([]ForecastRecord, error) {
	w := where{}
	if !each {
		w.and("r.team = " + w.arg(team))
	}
	return list(tx, func(r row) (f ForecastRecord, err error) {
		err = r.Scan(append([]any{&f.Kind, &f.Weeks, &f.Team}, f.sums()...)...)
		return f, err
	}, `select r.kind, r.weeks, r.team, `+recordSumColumns+` from forecast_records r `+w.text()+` order by r.kind, r.weeks, r.team`, w.args...)
}
