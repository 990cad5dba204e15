package incidents

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/sources"
	"plumbline/internal/format/ticketcsv"
	"plumbline/internal/store"
)

const (
	maxTickets = 64 << 20 // bytes of a file
	perChunk   = 2000     // rows that are written at once
)

// Formats are the files that tickets come in. They say who asked, so they are not
// kept.
func (r *Room) Formats() []sources.Format {
	return []sources.Format{{
		Name: "tickets", Help: "tickets of a help desk in CSV: id, created_at, resolved_at, product, category, minutes_spent and more; who asked is kept for cleared people, the file is not",
		Max: maxTickets, Passing: true, Read: r.readTickets,
		Settings: []sources.Setting{
			{Name: "desk", Help: "the name of the help desk, when there are several; tickets of two desks may have the same id."},
			{Name: "product", Help: "the product of tickets that name none."},
			{Name: "process", Help: "the process that answers them, for example support."},
			{Name: "columns", Help: "what the columns are, as Header=field, Header=field, when their names do not say it; it is remembered for the desk."},
		},
	}}
}

// ticketReader takes one file in.
type ticketReader struct {
	*Room
	who     plumbline.Actor
	file    sources.File
	desk    string
	product plumbline.ProductRef
	process plumbline.ProductRef
	known   catalog
	refs    []plumbline.ProductRef // whose tickets changed
	count   plumbline.ImportCount
}

func (r *Room) readTickets(ctx context.Context, who plumbline.Actor, f sources.File, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
	t := &ticketReader{Room: r, who: who, file: f, desk: cmp.Or(strings.TrimSpace(f.Settings["desk"]), "desk"), count: plumbline.ImportCount{DryRun: f.DryRun},
		product: plumbline.ProductRef(strings.TrimSpace(f.Settings["product"])), process: plumbline.ProductRef(strings.TrimSpace(f.Settings["process"]))}
	if err := rights.Need(who, rights.TakeEvidence); err != nil {
		return t.count, err
	}
	sheet, err := t.open(ctx)
	if err != nil {
		return t.count, err
	}
	var rows []ticketcsv.Row
	for row := range sheet.Rows() {
		if rows = append(rows, row); len(rows) == perChunk {
			if err := t.chunk(ctx, rows, tell); err != nil {
				return t.count, err
			}
			rows = rows[:0]
		}
	}
	if err := t.chunk(ctx, rows, tell); err != nil || f.DryRun {
		return t.count, err
	}
	return t.count, t.finish(ctx, sheet)
}

// open reads the catalog, what is remembered of the desk, and the header.
func (t *ticketReader) open(ctx context.Context) (*ticketcsv.Sheet, error) {
	data, err := t.file.Bytes()
	if err != nil {
		return nil, err
	}
	given, err := ticketcsv.ParseColumns(t.file.Settings["columns"])
	if err != nil {
		return nil, err
	}
	err = t.db.Read(ctx, func(tx *store.Tx) error {
		if t.known, err = readCatalog(tx); err != nil || len(given) > 0 {
			return err
		}
		text, _, err := tx.Setting(t.remembered())
		if err != nil {
			return err
		}
		kept, err := ticketcsv.ParseColumns(text)
		if err != nil {
			return err
		}
		head, _, _ := strings.Cut(string(data[:min(len(data), 64<<10)]), "\n")
		for h, field := range kept { // what this file does not have may be missing
			if strings.Contains(head, h) {
				given[h] = field
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var bad plumbline.Problems
	for field, ref := range map[string]plumbline.ProductRef{"product": t.product, "process": t.process} {
		if ref != "" && !t.known.has(ref) {
			bad.Add(field, "There is no product or process %q.", clip(string(ref), 60))
		}
	}
	if len([]rune(t.desk)) > 60 {
		bad.Add("desk", "The name of a desk has at most 60 characters.")
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return ticketcsv.Open(t.file.Name, data, given)
}

func (t *ticketReader) remembered() string { return "ticket columns:" + t.desk }

// chunk takes some rows in, in one transaction.
func (t *ticketReader) chunk(ctx context.Context, rows []ticketcsv.Row, tell func([]plumbline.RowReport) error) error {
	var report []plumbline.RowReport
	err := t.db.Try(ctx, t.file.DryRun, func(tx *store.Tx) error {
		report = report[:0]
		ids := make([]string, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		have, err := tx.TicketsByID(t.desk, ids)
		if err != nil {
			return err
		}
		var write []store.TicketRow
		for _, row := range rows {
			out, said := t.one(row, have)
			if report = append(report, said); said.Outcome == plumbline.RowNew || said.Outcome == plumbline.RowChanged {
				write = append(write, out)
				was := have[row.ID]
				t.refs = append(t.refs, out.Of, out.Process, was.Of, was.Process)
			}
		}
		if t.file.DryRun {
			return nil
		}
		return tx.PutTickets(write)
	})
	if err != nil {
		return err
	}
	for _, row := range report {
		t.count.Add(row.Outcome)
	}
	slices.Sort(t.refs)
	t.refs = slices.Compact(t.refs)
	return tell(report)
}

// one says what becomes of a row.
func (t *ticketReader) one(row ticketcsv.Row, have map[string]store.TicketRow) (store.TicketRow, plumbline.RowReport) {
	out := store.TicketRow{Ticket: row.Ticket, Desk: t.desk, Process: t.process, Ref: t.file.Ref(row.Line), Party: plumbline.Hide(row.Party)}
	said := plumbline.RowReport{File: t.file.Name, Line: row.Line, Ref: clip(row.ID, 60), Outcome: plumbline.RowSkipped, Reason: row.Skip}
	if row.Skip != "" {
		return out, said
	}
	if latest := max(row.Created, row.Resolved); latest > t.now().Add(day) {
		said.Reason = "it is of " + latest.Std().Format(time.DateOnly) + ", which is in the future"
		return out, said
	}
	switch ref := plumbline.ProductRef(strings.ToLower(row.Product)); {
	case row.Product != "" && t.known.has(ref):
		out.Of = ref
	case row.Product != "" && t.named(row.Product) != "":
		out.Of = t.named(row.Product)
	default:
		if out.Of = t.product; row.Product != "" {
			said.Reason = "the catalog has no product " + clip(row.Product, 60) + ": it counts for " + cmp.Or(string(t.product), string(t.process), "none")
		}
	}
	was, again := have[row.ID]
	switch before := was; {
	case !again:
		said.Outcome = plumbline.RowNew
	default:
		before.Line, before.Ref = out.Line, out.Ref
		if said.Outcome = plumbline.RowChanged; reflect.DeepEqual(before, out) {
			said.Outcome = plumbline.RowSame
		}
	}
	return out, said
}

// named is the product of a name; of several the first by ref.
func (t *ticketReader) named(name string) plumbline.ProductRef {
	found := plumbline.ProductRef("")
	for ref, p := range t.known {
		if strings.EqualFold(p.Name, name) && (found == "" || ref < found) {
			found = ref
		}
	}
	return found
}

// finish remembers what the columns are, and has the constraints judged that the
// tickets bear on.
func (t *ticketReader) finish(ctx context.Context, sheet *ticketcsv.Sheet) error {
	return t.db.Write(ctx, func(tx *store.Tx) error {
		columns := ticketcsv.WriteColumns(sheet.Columns)
		was, _, err := tx.Setting(t.remembered())
		if err != nil {
			return err
		}
		if was != columns {
			if err := tx.PutSetting(t.remembered(), columns); err != nil {
				return err
			}
		}
		if len(t.refs) == 0 {
			return nil
		}
		if err := t.note(tx, t.who, plumbline.Public, "tickets read", told{Text: t.desk}); err != nil {
			return err
		}
		return t.refresh(tx, t.who, plumbline.Support, t.known, t.refs)
	})
}
