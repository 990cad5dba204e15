// Package opportunitycsv reads sales that are hoped for, as systems for managing customers
// export their opportunities in CSV: one row for each.
//
// It owns one noun. A [Row] is an opportunity, or why its line is not taken.
//
// Laws: pure: bytes in, words out. A row is taken whole or not at all; what is not taken
// is told with its line and why. Names, stages and amounts are plain here, for the room
// that hides them at once; no reason repeats them. The amount of what is not sold yet is
// no revenue: it is what the wanted items are worth if it is. A chance is per cent, as
// such systems write it; one between 0 and 1 without the sign is refused, since nobody
// knows whether 0.5 is a half. So is a day with slashes, or without its century.
package opportunitycsv

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plumbline"
	"plumbline/internal/format/csvdoc"
)

// The fields of an opportunity.
const (
	id          = "id"
	name        = "name"
	account     = "account"
	accountName = "account name"
	stage       = "stage"
	closed      = "closed"
	won         = "won"
	amount      = "amount"
	currency    = "currency"
	seats       = "seats"
	probability = "probability"
	closes      = "close date"
	items       = "items"
	promised    = "promised"
	points      = "points"
	strength    = "strength"
)

// names are the headers that are known, as [csvdoc.Plain] writes them.
var names = map[string]string{
	"id": id, "opportunity id": id, "opportunity": id,
	"name": name, "opportunity name": name,
	"account id": account, "accountid": account, "account ref": account, "account": account,
	"account name": accountName, "customer": accountName,
	"stage name": stage, "stagename": stage, "stage": stage,
	"is closed": closed, "isclosed": closed, "closed": closed, "is won": won, "iswon": won, "won": won,
	"amount": amount, "currency": currency, "currency iso code": currency, "currencyisocode": currency, "opportunity currency": currency,
	"seats": seats, "licences": seats, "licenses": seats, "probability": probability,
	"close date": closes, "closedate": closes, "closes on": closes,
	"items": items, "wants": items, "wanted items": items, "item": items, "requests": items,
	"promised": promised, "promised date": promised, "promised for": promised, "promise date": promised,
	"points": points, "customer priority": points, "strength": strength, "demand": strength,
}

// Limits of a file: rows, items of an opportunity, and characters of its name and stage.
const (
	MaxRows  = 50_000
	MaxItems = 50
	maxText  = 200
)

// End says how an opportunity stands.
type End string

// The ends.
const (
	Going End = "" // it may be won yet
	Won   End = "won"
	Lost  End = "lost" // closed, and nothing was sold
)

// Row is an opportunity.
type Row struct {
	Line     int
	ID       string
	Name     string
	Account  plumbline.AccountRef // empty: it is named by AccountName
	Customer string               // the name of its account, when there is no ref
	Stage    string
	End      End
	Worth    plumbline.Money // no currency: not known
	Seats    int64           // 0: not known
	Chance   float64         // of winning, 0 to 1; negative: not known
	Closes   plumbline.Time
	Items    []plumbline.Key // that are wanted, each once
	Promised plumbline.Time  // 0: nothing was promised
	Points   int             // 1 to 10; 1 when not said
	Strength string          // "blocker", "retention", "fast follow" or empty
	Skip     string
}

// Sheet is an opened file.
type Sheet struct {
	table *csvdoc.Table
	at    map[string]int
}

// Open reads the header. The error is Invalid: it is no text, or has no column for the
// id, the account, the stage or the wanted items.
func Open(file string, data []byte) (*Sheet, error) {
	t, err := csvdoc.OpenTable(file, data)
	if err != nil {
		return nil, err
	}
	s := &Sheet{table: t}
	if s.at, err = t.Match(names, nil); err != nil {
		return nil, err
	}
	for _, need := range [...]struct{ names, why string }{
		{id, "An opportunity is known by its id."}, {account + " id|" + account + "|" + accountName, "It is somebody's."},
		{stage + "|" + won, "What is lost or won is told by its stage."}, {items, "It is linked by the keys of the items that it wants, as REQ-1 REQ-7."},
	} {
		have := strings.Split(need.names, "|")
		if !slices.ContainsFunc(have, func(f string) bool { _, ok := s.at[f]; return ok }) {
			return nil, plumbline.Errorf(plumbline.Invalid, "%s has no column %s. %s", file, have[0], need.why)
		}
	}
	return s, nil
}

// Rows goes through the opportunities. A line that names one a second time is not taken.
func (s *Sheet) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		first, n := map[string]int{}, 0
		for r := range s.table.Rows() {
			row := Row{Line: r.Line, Skip: r.Bad}
			if n++; n > MaxRows {
				row.Skip = fmt.Sprintf("a file has at most %d rows; the rest is left out", MaxRows)
				yield(row)
				return
			}
			if row.Skip == "" {
				row.Skip = s.read(&row, r.Cells)
			}
			if line, again := first[row.ID]; again && row.Skip == "" {
				row.Skip = fmt.Sprintf("the opportunity is in line %d already", line)
			} else if row.Skip == "" {
				first[row.ID] = r.Line
			}
			if !yield(row) {
				return
			}
		}
	}
}

// read fills an opportunity from the cells of its row, and says what is wrong without
// repeating it.
func (s *Sheet) read(row *Row, cells []string) (skip string) {
	of := func(field string) string {
		if i, ok := s.at[field]; ok {
			return cells[i]
		}
		return ""
	}
	row.ID, row.Name, row.Stage = strings.ToLower(of(id)), of(name), of(stage)
	row.Account, row.Customer = plumbline.AccountRef(strings.ToLower(of(account))), of(accountName)
	switch {
	case !plumbline.ValidRef(row.ID):
		return "its id is none: 1 to 60 letters, digits, dots, dashes or underscores"
	case row.Account == "" && row.Customer == "":
		return "it names no account"
	case row.Account != "" && !plumbline.ValidRef(string(row.Account)):
		return "the id of its account is none: 1 to 60 letters, digits, dots, dashes or underscores"
	}
	for _, text := range [...]string{row.Name, row.Stage} {
		if utf8.RuneCountInString(text) > maxText || strings.ContainsRune(text, 0) {
			return fmt.Sprintf("its name and its stage have at most %d characters", maxText)
		}
	}
	if row.End, skip = ended(row.Stage, of(closed), of(won)); skip != "" {
		return skip
	}
	if skip = row.numbers(of); skip != "" {
		return skip
	}
	return row.wants(of)
}

// ended says how an opportunity stands: by its own yes and no, or else by the words of
// its stage. One that is closed and not won is lost.
func ended(stage, closed, won string) (end End, skip string) {
	isClosed, ok1 := yes(closed)
	isWon, ok2 := yes(won)
	if !ok1 || !ok2 {
		return Going, "whether it is closed and won is true or false"
	}
	words := strings.Fields(csvdoc.Plain(stage))
	has := func(word string) bool { return slices.Contains(words, word) }
	switch {
	case isWon, won == "" && has("won"):
		return Won, ""
	case isClosed, closed == "" && (has("lost") || has("closed")):
		return Lost, ""
	}
	return Going, ""
}

// yes reads a cell of a column that is true or false; an empty one is false.
func yes(text string) (is, ok bool) {
	switch strings.ToLower(text) {
	case "true", "1", "yes":
		return true, true
	case "", "false", "0", "no":
		return false, true
	}
	return false, false
}

// numbers reads the amount, the seats, the chance, the points and the days.
func (row *Row) numbers(of func(string) string) (skip string) {
	var err error
	if text := of(amount); text != "" {
		if row.Worth, err = plumbline.ParseMoney(text + " " + of(currency)); err != nil {
			return "its amount is none with a three-letter currency: write 120000.50 and EUR"
		}
	}
	if text := of(seats); text != "" {
		if row.Seats, err = strconv.ParseInt(text, 10, 64); err != nil || row.Seats < 0 {
			return "its seats are no whole number"
		}
	}
	if row.Chance, skip = chance(of(probability)); skip != "" {
		return skip
	}
	row.Points = 1
	if text := of(points); text != "" {
		if row.Points, err = strconv.Atoi(text); err != nil || row.Points < 1 || row.Points > 10 {
			return "its points are 1 to 10"
		}
	}
	if row.Closes, err = plumbline.ParseTime(of(closes)); err != nil {
		return "its close date is no day: write 2026-11-23"
	}
	if row.Promised, err = plumbline.ParseTime(of(promised)); err != nil {
		return "the day that was promised is none: write 2026-11-23"
	}
	return ""
}

// chance reads a probability in per cent, 0 to 100, as a share; nothing is -1.
func chance(text string) (share float64, skip string) {
	const bad = "its probability is no per cent: write 75 or 75 %"
	text, sign := strings.CutSuffix(strings.TrimSpace(text), "%")
	if text = strings.TrimSpace(text); text == "" && !sign {
		return -1, ""
	}
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || !(n >= 0 && n <= 100):
		return -1, bad
	case n > 0 && n < 1 && !sign:
		return -1, "its probability is below 1, and nobody knows whether that is per cent: write 75 or 75 %"
	}
	return n / 100, ""
}

// wants reads the wanted items, and how strongly they are wanted.
func (row *Row) wants(of func(string) string) (skip string) {
	for _, text := range strings.FieldsFunc(of(items), func(r rune) bool { return strings.ContainsRune(",;|/ \t\r\n\u00a0", r) }) {
		key := plumbline.Key(strings.ToUpper(text))
		if !slices.Equal(plumbline.KeysIn(string(key)), []plumbline.Key{key}) {
			return "what it wants is no list of keys: write REQ-1 REQ-7"
		}
		if !slices.Contains(row.Items, key) {
			row.Items = append(row.Items, key)
		}
	}
	if len(row.Items) > MaxItems {
		return fmt.Sprintf("it wants more than %d items", MaxItems)
	}
	row.Strength = csvdoc.Plain(of(strength))
	if !slices.Contains([]string{"", "blocker", "retention", "fast follow"}, row.Strength) {
		return "its strength is blocker, retention or fast follow"
	}
	if row.Strength == "" && row.End == Won && row.Promised != 0 {
		row.Strength = "fast follow"
	}
	return ""
}
