package store

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"

	"plumbline"
)

// The states of findings, as lists ask for them.
const (
	FindingOpen       = "open"
	FindingClosed     = "closed"
	FindingSuppressed = "suppressed"
	FindingMerged     = "merged"
)

func stateOf(f plumbline.Finding) string {
	switch {
	case f.Merged != "":
		return FindingMerged
	case f.Suppressed:
		return FindingSuppressed
	case f.Closed != 0:
		return FindingClosed
	}
	return FindingOpen
}

// placeOf is the place of a finding in lists: its date; those without one stand
// last.
func placeOf(f plumbline.Finding) int64 {
	if f.Due == 0 {
		return math.MaxInt64
	}
	return int64(f.Due)
}

func scanFinding(r row) (f plumbline.Finding, err error) {
	err = r.Scan(fromJSON{&f})
	return f, err
}

// PutFindings adds findings, or replaces those with the same ids.
func (tx *Tx) PutFindings(all []plumbline.Finding) error {
	rows := make([][]any, len(all))
	for i, f := range all {
		rows[i] = []any{f.ID, f.Product, f.Vuln, f.Package, f.Stream, f.Class, stateOf(f), f.KEVAdded != 0, f.Detected, f.Gone, f.Due, f.Closed, placeOf(f), asJSON(f)}
	}
	return tx.insertRows(`insert into findings (id, product, vuln, package, stream, class, state, exploited, detected, gone, due, closed, place, body)`, rows, `
		on conflict (id) do update set vuln = excluded.vuln, package = excluded.package, stream = excluded.stream, class = excluded.class, state = excluded.state,
			exploited = excluded.exploited, detected = excluded.detected, gone = excluded.gone, due = excluded.due, closed = excluded.closed, place = excluded.place, body = excluded.body`)
}

// Finding is the finding with the id.
func (tx *Tx) Finding(id plumbline.FindingID) (plumbline.Finding, error) {
	return need(tx, missing("There is no finding %q.", id), scanFinding, `select body from findings where id = $1`, id)
}

// ProductFindings are all findings of a product, those that count no more too, by
// their ids.
func (tx *Tx) ProductFindings(p plumbline.ProductRef) ([]plumbline.Finding, error) {
	return list(tx, scanFinding, `select body from findings where product = $1 order by id`, p)
}

// AllFindings are those of all products.
func (tx *Tx) AllFindings() ([]plumbline.Finding, error) {
	return list(tx, scanFinding, `select body from findings order by id`)
}

// FindingsOf are the findings of vulnerabilities, by their canonical names.
func (tx *Tx) FindingsOf(vulns []string) ([]plumbline.Finding, error) {
	return byMany(tx, scanFinding, vulns, func(in string) string {
		return `select body from findings where vuln in ` + in + ` order by id`
	})
}

// FindingFilter narrows the list of findings; what is empty narrows nothing.
type FindingFilter struct {
	Product   plumbline.ProductRef
	Class     string
	State     string // FindingOpen, …; "overdue" and "gone" are open ones too
	Vuln      string // canonical
	Exploited bool
	Now       plumbline.Time // of overdue
	Cursor    string
	Limit     int // 0: [plumbline.PageSize]
}

func (f FindingFilter) where() where {
	w := where{}
	w.equal("product", string(f.Product))
	w.equal("class", f.Class)
	w.equal("vuln", f.Vuln)
	switch f.State {
	case "":
		w.and("state <> '" + FindingMerged + "'")
	case "overdue":
		w.and("state = '" + FindingOpen + "' and due <> 0 and due < " + w.arg(f.Now))
	case "gone":
		w.and("state = '" + FindingOpen + "' and gone <> 0")
	default:
		w.equal("state", f.State)
	}
	if f.Exploited {
		w.and("exploited")
	}
	return w
}

// ListFindings is a page of findings, those that are due first at the beginning,
// with the number of all and the cursor of the next page, empty on the last. It
// takes two statements.
func (tx *Tx) ListFindings(f FindingFilter) (found []plumbline.Finding, total int64, next string, err error) {
	w := f.where()
	if total, err = number(tx, `select count(*) from findings `+w.text(), w.args...); err != nil {
		return nil, 0, "", err
	}
	if f.Cursor != "" {
		place, id, err := findingPlace(f.Cursor)
		if err != nil {
			return nil, 0, "", err
		}
		w.and("(place, id) > (" + w.arg(place) + ", " + w.arg(id) + ")")
	}
	limit := pageSize(f.Limit)
	found, err = list(tx, scanFinding, `select body from findings `+w.text()+` order by place, id `+atMost(limit+1), w.args...)
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		next = base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(placeOf(last), 10) + " " + string(last.ID)))
	}
	return found, total, next, err
}

func findingPlace(cursor string) (place int64, id string, err error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	number, id, ok := strings.Cut(string(text), " ")
	if err == nil && ok {
		if place, err = strconv.ParseInt(number, 10, 64); err == nil {
			return place, id, nil
		}
	}
	return 0, "", errCursor
}

// FindingTally counts findings that are alike.
type FindingTally struct {
	Product   plumbline.ProductRef
	Class     string
	State     string
	Exploited bool
	Overdue   bool // open and past its date
	InTime    bool // closed, and not after its date
	Gone      bool // not in the newest scan
	Age       int  // of open ones: the first of the limits that it is younger than; their number when of none
	Many      int64
	Oldest    plumbline.Time // detection of the oldest of them
}

// TallyFindings counts findings by product, class, state and age, in one
// statement. An empty product is all of them. ages are the limits of age, rising.
func (tx *Tx) TallyFindings(p plumbline.ProductRef, now plumbline.Time, ages []plumbline.Time) ([]FindingTally, error) {
	w := where{}
	w.equal("product", string(p))
	age := strings.Builder{}
	for i, from := range ages {
		age.WriteString(" when detected > " + w.arg(from) + " then " + strconv.Itoa(i))
	}
	at := w.arg(now)
	return list(tx, func(r row) (t FindingTally, err error) {
		err = r.Scan(&t.Product, &t.Class, &t.State, &t.Exploited, &t.Overdue, &t.InTime, &t.Gone, &t.Age, &t.Many, &t.Oldest)
		return t, err
	}, `
		select product, class, state, exploited, overdue, in_time, gone, age, count(*), min(detected) from (
			select product, class, state, exploited, detected, state = 'open' and due <> 0 and due < `+at+` as overdue,
				state = 'closed' and (due = 0 or closed <= due) as in_time, gone <> 0 as gone, case`+age.String()+` else `+strconv.Itoa(len(ages))+` end as age
			from findings `+w.text()+`
		) f group by product, class, state, exploited, overdue, in_time, gone, age order by product, class, state, age`, w.args...)
}

// InsertJudgement adds what was found out about a finding.
func (tx *Tx) InsertJudgement(f plumbline.FindingID, j plumbline.Judgement) error {
	_, err := tx.exec(`insert into finding_judgements (id, finding, at, body) values ($1, $2, $3, $4)`, NewID(), f, j.At, asJSON(j))
	return err
}

// Judgements are what was found out about a finding, newest first, a hundred at
// most.
func (tx *Tx) Judgements(f plumbline.FindingID) ([]plumbline.Judgement, error) {
	return list(tx, func(r row) (j plumbline.Judgement, err error) {
		err = r.Scan(fromJSON{&j})
		return j, err
	}, `select body from finding_judgements where finding = $1 order by at desc, id desc limit 100`, f)
}
