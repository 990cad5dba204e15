// Package ticketcsv reads tickets as help desks export them in CSV: one row for each
// ticket.
//
// It owns one noun. A [Sheet] is an opened file: which column is which field, and its
// rows.
//
// Laws: pure: bytes in, words out. A row is taken whole or not at all; what is not
// taken is told with its line and why. Who asked is a plain text here, for the room
// that hides it at once.
// A time with slashes is refused, since nobody knows which number is the month.
package ticketcsv

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plumbline"
	"plumbline/internal/format/csvdoc"
)

// The fields of a ticket.
const (
	ID       = "id"
	Created  = "created_at"
	Answered = "first_response_at"
	Resolved = "resolved_at"
	Status   = "status"
	Priority = "priority"
	Product  = "product"
	Party    = "requester"
	Channel  = "channel"
	Category = "category"
	Minutes  = "minutes_spent"
	Reopened = "reopened"
)

var fields = [...]string{ID, Created, Answered, Resolved, Status, Priority, Product, Party, Channel, Category, Minutes, Reopened}

// names are the headers that are known, as [csvdoc.Plain] writes them. A file with
// requester and customer has its first one for the Party.
var names = map[string]string{
	"id": ID, "ticket id": ID, "ticket": ID, "number": ID, "key": ID, "issue key": ID, "case number": ID, "case id": ID,
	"created at": Created, "created": Created, "opened at": Created, "opened": Created, "submitted at": Created, "date created": Created,
	"first response at": Answered, "first response": Answered, "first reply at": Answered, "first replied at": Answered, "responded at": Answered,
	"resolved at": Resolved, "resolved": Resolved, "solved at": Resolved, "closed at": Resolved, "closed": Resolved, "completed at": Resolved,
	"status": Status, "state": Status, "priority": Priority, "product": Product, "service": Product, "component": Product, "system": Product,
	"requester": Party, "customer": Party, "requester customer": Party, "organisation": Party, "organization": Party, "account": Party, "requester name": Party, "requested by": Party,
	"channel": Channel, "via": Channel, "source": Channel, "category": Category, "topic": Category, "type": Category,
	"minutes spent": Minutes, "minutes": Minutes, "time spent minutes": Minutes, "handle time minutes": Minutes, "reopened": Reopened, "reopens": Reopened, "reopen count": Reopened,
}

// Limits of a file: rows, and characters of a cell.
const (
	MaxRows = 200_000
	maxCell = 200
)

// Sheet is an opened file.
type Sheet struct {
	Columns map[string]string // field by header as written, to be remembered
	table   *csvdoc.Table
	at      map[string]int
}

// Row is a ticket, or why the line is not taken.
type Row struct {
	plumbline.Ticket
	Party string // who asked: whoever keeps it hides it
	Skip  string
}

// ParseColumns reads "Header=field, Header=field". The error is Invalid and names
// what is no field.
func ParseColumns(text string) (map[string]string, error) {
	out := map[string]string{}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' || r == ';' }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		head, field, ok := strings.Cut(part, "=")
		head, field = strings.TrimSpace(head), strings.TrimSpace(field)
		if !ok || head == "" || field != "" && !slices.Contains(fields[:], field) {
			return nil, plumbline.FieldError("columns", "Write the columns as Header=field, Header=field; %q is none of that. The fields are %s.", clip(part), strings.Join(fields[:], ", "))
		}
		out[head] = field
	}
	return out, nil
}

// WriteColumns writes what ParseColumns reads, in order of the headers.
func WriteColumns(columns map[string]string) string {
	var out []string
	for _, head := range slices.Sorted(maps.Keys(columns)) {
		out = append(out, head+"="+columns[head])
	}
	return strings.Join(out, ", ")
}

// Open reads the header; given are fields by header as written, which go before what
// the headers say. The error is Invalid: a ticket has no id or no time.
func Open(name string, data []byte, given map[string]string) (*Sheet, error) {
	t, err := csvdoc.OpenTable(name, data)
	if err != nil {
		return nil, err
	}
	s := &Sheet{table: t, Columns: map[string]string{}}
	if s.at, err = t.Match(names, given); err != nil {
		return nil, err
	}
	for field, i := range s.at {
		if h := t.Heads[i]; field != "" && h != "" && !strings.ContainsAny(h, "=,;\n") {
			s.Columns[h] = field
		}
	}
	var bad plumbline.Problems
	for _, field := range [...]string{ID, Created} {
		if _, ok := s.at[field]; !ok {
			bad.Add("columns", "%s has no column that is taken for %s. Say which one it is, as Header=%s; the columns are %s.", name, field, field, clip(strings.Join(t.Heads, ", ")))
		}
	}
	return s, bad.Err()
}

// Rows goes through the tickets. A line that names a ticket a second time is not
// taken.
func (s *Sheet) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		first, n := map[string]int{}, 0
		for r := range s.table.Rows() {
			row := Row{Ticket: plumbline.Ticket{Line: r.Line}, Skip: r.Bad}
			if n++; n > MaxRows {
				row.Skip = fmt.Sprintf("a file has at most %d rows; the rest is left out", MaxRows)
				yield(row)
				return
			}
			if row.Skip == "" {
				row.Skip = s.read(&row.Ticket, r.Cells)
				row.Party = s.cell(Party, r.Cells)
			}
			if line, again := first[row.ID]; again && row.Skip == "" {
				row.Skip = fmt.Sprintf("the ticket %s is in line %d already", clip(row.ID), line)
			} else if row.Skip == "" {
				first[row.ID] = r.Line
			}
			if !yield(row) {
				return
			}
		}
	}
}

// read fills a ticket from the cells of its row, and says what is wrong.
func (s *Sheet) read(t *plumbline.Ticket, cells []string) (skip string) {
	for _, f := range [...]struct {
		name string
		into *string
	}{{ID, &t.ID}, {Status, &t.Status}, {Priority, &t.Priority}, {Product, &t.Product}, {Channel, &t.Channel}, {Category, &t.Category}} {
		text := s.cell(f.name, cells)
		if utf8.RuneCountInString(text) > maxCell {
			return fmt.Sprintf("its %s has more than %d characters", f.name, maxCell)
		}
		*f.into = text
	}
	if t.ID == "" {
		return "it has no id"
	}
	for _, f := range [...]struct {
		name string
		into *plumbline.Time
	}{{Created, &t.Created}, {Answered, &t.Answered}, {Resolved, &t.Resolved}} {
		at, err := plumbline.ParseTime(s.cell(f.name, cells))
		if err != nil {
			return f.name + ": " + strings.TrimSuffix(plumbline.TextOf(err), ".")
		}
		*f.into = at
	}
	if skip := inOrder(*t); skip != "" {
		return skip
	}
	return s.counts(t, cells)
}

func inOrder(t plumbline.Ticket) (skip string) {
	switch {
	case t.Created == 0:
		return "it has no " + Created
	case t.Answered != 0 && t.Answered < t.Created:
		return "it was answered before it was made"
	case t.Resolved != 0 && t.Resolved < t.Created:
		return "it was resolved before it was made"
	}
	return ""
}

// counts reads the numbers of a ticket. A yes for reopened counts once.
func (s *Sheet) counts(t *plumbline.Ticket, cells []string) (skip string) {
	minutes, err := plumbline.ParseDecimal(s.cell(Minutes, cells))
	if err != nil || minutes.Known() && minutes.Rat().Sign() < 0 {
		return fmt.Sprintf("%s: %q is no number of minutes", Minutes, clip(s.cell(Minutes, cells)))
	}
	t.Minutes = minutes
	switch text := strings.ToLower(s.cell(Reopened, cells)); text {
	case "", "no", "false", "n":
	case "yes", "true", "y":
		t.Reopened = 1
	default:
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || n < 0 {
			return fmt.Sprintf("%s: %q is no number of times", Reopened, clip(text))
		}
		t.Reopened = n
	}
	return ""
}

func (s *Sheet) cell(field string, cells []string) string {
	if i, ok := s.at[field]; ok && i < len(cells) {
		return cells[i]
	}
	return ""
}

// clip keeps a stranger's text short.
func clip(s string) string {
	const most = 200
	if r := []rune(strings.TrimSpace(s)); len(r) > most {
		return string(r[:most]) + "…"
	}
	return strings.TrimSpace(s)
}
