package csvdoc

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
)

// ownID is the header of the first column of our own export, which tells it from
// every other file: it holds the item's id.
const ownID = "plumbline"

// ownColumns are the columns of our own export, before those of the processes'
// fields.
var ownColumns = []string{ownID, "key", "version", Process, "kind", Title, Body, "state", "remit", Class, Visibility, "team", Product, "requester", OnBehalfOf, Assignee,
	Priority, Severity, Labels, URL, "source", Created, Updated, Closed, "demands", "evidence", "comments", "watchers"}

// ownFields is what is read back of them. State, remit, team and labels are left
// out of what an import changes: they move by rules and by trackers.
var ownFields = map[string]string{ownID: External, "version": "version", Process: Process, Title: Title, Body: Body, "state": Status, Class: Class, Visibility: Visibility,
	Product: Product, "requester": AuthorName, OnBehalfOf: OnBehalfOf, Assignee: Assignee, Priority: Priority, Severity: Severity, Labels: Labels, URL: URL,
	Created: Created, Updated: Updated, Closed: Closed}

// ownChanges are the fields that a changed row of our own export changes.
var ownChanges = []string{Title, Body, Class, Visibility, Product, OnBehalfOf, Assignee, Priority, Severity}

// setOwn puts in the cells of our own export that are to be kept to the byte, or
// that no other file has.
func (s *Sheet) setOwn(in *plumbline.Incoming, col Column, cell string) (done bool, err error) {
	if slices.Contains(ownChanges, col.Field) {
		in.Given = append(in.Given, col.Field)
	}
	if name, ok := strings.CutPrefix(col.Header, ofProcess); ok {
		in.Given = append(in.Given, col.Header)
		if cell != "" {
			if in.Fields == nil {
				in.Fields = map[string]string{}
			}
			in.Fields[name] = cell
		}
		return true, nil
	}
	switch col.Field {
	case External:
		in.External, in.Item = cell, plumbline.ItemID(cell)
	case "version":
		if in.Version, err = strconv.ParseInt(strings.TrimSpace(cell), 10, 64); err != nil {
			return true, plumbline.Errorf(plumbline.Invalid, "%q is not a version.", clip(cell))
		}
	case Title:
		in.Title = cell
	case OnBehalfOf:
		in.OnBehalfOf = cell
	case Assignee:
		in.Assignee = cell
	case Labels:
		if cell != "" {
			in.Labels = strings.Split(cell, "\n")
		}
	default:
		return false, nil
	}
	return true, nil
}

// Writer writes items as CSV in UTF-8, with lines that end in CRLF as RFC 4180
// wants. Flush is its last call.
type Writer struct {
	out    *bufio.Writer
	fields []string
	err    error
}

// NewWriter begins a file with a column for each of the processes' fields.
func NewWriter(w io.Writer, fields []string) *Writer {
	out := &Writer{out: bufio.NewWriter(w), fields: fields}
	head := slices.Clone(ownColumns)
	for _, f := range fields {
		head = append(head, ofProcess+f)
	}
	out.err = WriteRow(out.out, head)
	return out
}

// Row writes an item.
func (w *Writer) Row(r plumbline.Row) error {
	if w.err != nil {
		return w.err
	}
	cells := []string{string(r.ID), string(r.Key), strconv.FormatInt(r.Version, 10), string(r.Process), string(r.Kind), r.Title, r.Body, string(r.State),
		string(r.Remit), string(r.Class), string(r.Visibility), string(r.Team), string(r.Product), r.RequesterName, r.OnBehalfOf, r.Assignee, r.Priority, r.Severity,
		strings.Join(r.Labels, "\n"), r.URL, r.Source, moment(r.Created), moment(r.Updated), moment(r.Closed),
		strconv.Itoa(r.Demands), strconv.Itoa(r.Evidence), strconv.Itoa(r.Comments), strconv.Itoa(r.Watchers)}
	for _, f := range w.fields {
		cells = append(cells, r.Fields[f])
	}
	w.err = WriteRow(w.out, cells)
	return w.err
}

// Flush hands on what was written so far.
func (w *Writer) Flush() error {
	if w.err == nil {
		w.err = w.out.Flush()
	}
	return w.err
}

func moment(t plumbline.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Std().Format(time.RFC3339Nano)
}

// WriteRow writes one row of text, with what a spreadsheet would take for a
// formula made harmless.
func WriteRow(w *bufio.Writer, cells []string) error {
	for i, c := range cells {
		if i > 0 {
			_ = w.WriteByte(',') // an error stays, and the last write gives it
		}
		c = escape(c)
		if strings.ContainsAny(c, "\",\r\n;\t|") || c != strings.TrimSpace(c) {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		_, _ = w.WriteString(c)
	}
	_, err := w.WriteString("\r\n")
	return err
}

// formula are the first characters that a spreadsheet takes for a formula
// (OWASP, CSV Injection), and the one that we put in front of them.
const formula = "=+-@\t\r'"

func escape(cell string) string {
	if cell != "" && strings.IndexByte(formula, cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

// unescape takes off what escape has put on.
func unescape(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte(formula, cell[1]) >= 0 {
		return cell[1:]
	}
	return cell
}
