package store

import (
	"encoding/base64"
	"strconv"
	"strings"

	"plumbline"
)

const decisionColumns = `d.id, d.item, d.outcome, d.code, d.sentence, d.reason, d.reopen, d.team, d.person, d.person_name, d.at, d.ended,
	d.policy, d.model, d.place, d.place_of, d.top, d.p_top`

func decisionFields(d *plumbline.Decision) []any {
	return []any{&d.ID, &d.Item, &d.Outcome, &d.Code, &d.Sentence, &d.Reason, &d.Reopen, &d.Team, &d.By, &d.ByName, &d.At, &d.Ended,
		&d.Ranked.Policy, &d.Ranked.Model, &d.Ranked.Place, &d.Ranked.Of, &d.Ranked.Top, &d.Ranked.PTop}
}

func scanDecision(r row) (d plumbline.Decision, err error) {
	err = r.Scan(decisionFields(&d)...)
	return d, err
}

// InsertDecision adds a decision and ends the one before, at the time of the
// new one. An item has one current decision at most.
func (tx *Tx) InsertDecision(d plumbline.Decision) error {
	if d.Ended == 0 {
		if err := tx.EndDecision(d.Item, d.At); err != nil {
			return err
		}
	}
	return tx.insertRows(insertDecisions, [][]any{decisionValues(d)}, "")
}

const insertDecisions = `insert into decisions (id, item, outcome, code, sentence, reason, reopen, team, person, person_name, at, ended,
	policy, model, place, place_of, top, p_top)`

func decisionValues(d plumbline.Decision) []any {
	return []any{d.ID, d.Item, d.Outcome, d.Code, d.Sentence, d.Reason, d.Reopen, d.Team, d.By, d.ByName, d.At, d.Ended,
		d.Ranked.Policy, d.Ranked.Model, d.Ranked.Place, d.Ranked.Of, d.Ranked.Top, d.Ranked.PTop}
}

// EndDecision ends the current decision on an item, if there is one: a new
// episode begins undecided.
func (tx *Tx) EndDecision(item plumbline.ItemID, at plumbline.Time) error {
	_, err := tx.exec(`update decisions set ended = $2 where item = $1 and ended = 0`, item, at)
	return err
}

// ResumeDecision makes an ended decision the current one again.
func (tx *Tx) ResumeDecision(id string) error {
	_, err := tx.exec(`update decisions set ended = 0 where id = $1`, id)
	return err
}

// Decisions are the decisions on an item, newest first.
func (tx *Tx) Decisions(item plumbline.ItemID) ([]plumbline.Decision, error) {
	return list(tx, scanDecision, `select `+decisionColumns+` from decisions d where d.item = $1 order by d.at desc, d.id desc`, item)
}

// Decision is the current decision on an item, if there is one.
func (tx *Tx) Decision(item plumbline.ItemID) (plumbline.Decision, bool, error) {
	return first(tx, scanDecision, `select `+decisionColumns+` from decisions d where d.item = $1 and d.ended = 0`, item)
}

// DecisionRow is a decision with what a list shows of its item.
type DecisionRow struct {
	plumbline.Decision
	Key        plumbline.Key
	Title      string
	State      plumbline.State // of the item now
	Visibility plumbline.Visibility
	Closed     plumbline.Time
	TeamName   string // of the decision's team
}

// ListDecisions is a page of the decisions on items that who may see, newest
// first, those that have ended too, and the cursor of the next page, empty on
// the last.
func (tx *Tx) ListDecisions(who plumbline.Actor, limit int, cursor string) (rows []DecisionRow, next string, err error) {
	limit = pageSize(limit)
	w := where{}
	w.seenItem(sightOf(who))
	if cursor != "" {
		at, id, err := decisionPlace(cursor)
		if err != nil {
			return nil, "", err
		}
		w.and("(d.at, d.id) < (" + w.arg(at) + ", " + w.arg(id) + ")")
	}
	rows, err = tx.decisionRows(w, limit+1)
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(int64(last.At), 10) + " " + last.ID))
	}
	return rows, next, err
}

// decisionRows are the decisions that match, newest first.
func (tx *Tx) decisionRows(w where, limit int) ([]DecisionRow, error) {
	return list(tx, func(r row) (d DecisionRow, err error) {
		err = r.Scan(append(decisionFields(&d.Decision), &d.Key, &d.Title, &d.State, &d.Visibility, &d.Closed, &d.TeamName)...)
		return d, err
	}, `
		select `+decisionColumns+`, i.key, i.title, i.state, i.visibility, i.closed, coalesce(t.name, '')
		from decisions d join items i on i.id = d.item left join teams t on t.ref = d.team
		`+w.text()+` order by d.at desc, d.id desc `+atMost(limit), w.args...)
}

// DecisionsBetween are the decisions on items that who may see, from one moment on until
// just before another, newest first; limit is how many at most.
func (tx *Tx) DecisionsBetween(who plumbline.Actor, from, to plumbline.Time, limit int) ([]DecisionRow, error) {
	return tx.decisionRows(decidedBetween(who, from, to), limit)
}

// OutcomesBetween is how many decisions of each outcome those are.
func (tx *Tx) OutcomesBetween(who plumbline.Actor, from, to plumbline.Time) (map[plumbline.Outcome]int, error) {
	w := decidedBetween(who, from, to)
	found, err := list(tx, scanPair[plumbline.Outcome, int], `select d.outcome, count(*) from decisions d join items i on i.id = d.item `+w.text()+` group by d.outcome`, w.args...)
	return keyed(found, keyOf, valueOf), err
}

func decidedBetween(who plumbline.Actor, from, to plumbline.Time) (w where) {
	w.seenItem(sightOf(who))
	w.and("d.at >= " + w.arg(from) + " and d.at < " + w.arg(to))
	return w
}

func decisionPlace(cursor string) (at int64, id string, err error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	number, id, ok := strings.Cut(string(text), " ")
	if err == nil && ok {
		if at, err = strconv.ParseInt(number, 10, 64); err == nil {
			return at, id, nil
		}
	}
	return 0, "", errCursor
}
