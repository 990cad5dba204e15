package capacity

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/sources"
	"plumbline/internal/format/staffingcsv"
	"plumbline/internal/store"
)

// maxFile is how many bytes a file of capacity has at most.
const maxFile = 4 << 20

// CapacityFormats are the files that say who is there.
func (r *Room) CapacityFormats() []sources.Format {
	return []sources.Format{{
		Name: "capacity", Help: "who is there in teams, as CSV: columns team, period (2027Q1, 2027-01 or 2027-W05), people, focus (0 to 1), and perhaps weeks and source", Max: maxFile, Read: r.readFile,
	}}
}

// readFile is the reader of the format: the whole file in one transaction.
func (r *Room) readFile(ctx context.Context, who plumbline.Actor, f sources.File, tell func([]plumbline.RowReport) error) (count plumbline.ImportCount, err error) {
	if err := rights.Need(who, rights.SayCapacity); err != nil {
		return count, err
	}
	data, err := f.Bytes()
	if err != nil {
		return count, err
	}
	sheet, err := staffingcsv.Open(f.Name, data)
	if err != nil {
		return count, err
	}
	var rows []plumbline.RowReport
	err = r.db.Try(ctx, f.DryRun, func(tx *store.Tx) error {
		count, rows, err = r.takeRows(tx, who, f, sheet)
		return err
	})
	if err != nil {
		return count, err
	}
	return count, tell(rows)
}

// takeRows takes the rows in, or only says what would become of them. A row that is not
// taken leaves the others.
func (r *Room) takeRows(tx *store.Tx, who plumbline.Actor, f sources.File, sheet *staffingcsv.Sheet) (count plumbline.ImportCount, rows []plumbline.RowReport, err error) {
	e, err := entering(tx)
	if err != nil {
		return count, nil, err
	}
	for row := range sheet.Rows() {
		s := row.Staffing
		s.By, s.ByName, s.At = who.Person, who.Name, r.now()
		out := plumbline.RowReport{Line: row.Line, Ref: string(s.Team), Title: s.Period.String(), Outcome: plumbline.RowSkipped, Reason: row.Skip}
		if out.Reason == "" {
			if field, why := e.fits(s); why != "" {
				out.Reason = "column " + field + ": " + why
			}
		}
		if out.Reason == "" {
			out.Outcome = e.put(s)
		}
		if !f.DryRun && (out.Outcome == plumbline.RowNew || out.Outcome == plumbline.RowChanged) {
			if err := tx.PutStaffing(s); err != nil {
				return count, nil, err
			}
		}
		rows = append(rows, out)
		count.Add(out.Outcome)
	}
	if f.DryRun || count.New+count.Changed == 0 {
		return count, rows, nil
	}
	return count, rows, r.note(tx, who, "capacity entered", map[string]any{"text": f.Name, "new": count.New, "altered": count.Changed})
}
