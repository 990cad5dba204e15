// Package exchange is how items come in from other systems' exports: which
// format is read how, what a row becomes, and what happens when it comes again.
//
// It owns these nouns. An [Import] is what is to be taken in. Its source is the
// system that it comes from; within a source every item has one name, and the
// name is kept with the item, so that a row which comes again is known.
//
// Laws: as in package app, save that an import is many transactions, each of
// a thousand rows with their events: what was stopped half-way is taken up by
// doing it again. A row that comes again unchanged does nothing. Of one that
// changed, each field is put in only if the source changed it and nobody has
// changed it here since; what people did here stays and the report says so. A
// source that drops a comment or a vote takes nothing away here. Nothing that is
// imported goes to a tracker, and nobody is told of it.
package exchange

import (
	"context"
	"path"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/editions"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/format/csvdoc"
	"plumbline/internal/store"
)

// chunk is how many rows one transaction takes in.
const chunk = 1000

// Gate is the use cases over one database.
type Gate struct {
	db       *store.DB
	book     *flow.Book
	policies *editions.Shelf
	now      func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, book *flow.Book, policies *editions.Shelf, now func() plumbline.Time) *Gate {
	return &Gate{db: db, book: book, policies: policies, now: now}
}

// Import is what is to be taken in, and how.
type Import struct {
	Format  string                 `json:"format"`
	Source  string                 `json:"source,omitempty"`  // the system it comes from; empty: what the format says
	Process plumbline.ProcessID    `json:"process,omitempty"` // of rows that do not say; empty: request
	Map     map[string]string      `json:"map,omitempty"`     // of CSV: header → field, "" leaves it out
	DryRun  bool                   `json:"dry_run,omitempty"` // report; change nothing
	Files   []plumbline.ImportFile `json:"-"`
}

// Import takes in the rows of the files, or only says what would become of them.
// each is called with the report of every chunk once it is written; an error of
// its stops the import there.
func (d *Gate) Import(ctx context.Context, who plumbline.Actor, in Import, each func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
	count := plumbline.ImportCount{DryRun: in.DryRun}
	if err := rights.Need(who, rights.ImportItems); err != nil {
		return count, err
	}
	rows, err := d.open(&in)
	if err != nil {
		return count, err
	}
	if !in.DryRun {
		defer d.db.Bulk()()
	}
	run := &run{Gate: d, who: who, in: in, seen: map[string]place{}}
	var part []plumbline.Incoming
	flush := func() error {
		reports, err := run.chunk(ctx, part)
		if err != nil {
			return err
		}
		part = part[:0]
		for _, r := range reports {
			count.Add(r.Outcome)
		}
		return each(reports)
	}
	for row := range rows {
		if part = append(part, row); len(part) == chunk {
			if err := flush(); err != nil {
				return count, err
			}
		}
	}
	if len(part) > 0 {
		return count, flush()
	}
	return count, nil
}

// open checks what is asked for and begins to read.
func (d *Gate) open(in *Import) (rows, error) {
	var bad plumbline.Problems
	f, ok := formatOf(in.Format)
	if !ok {
		bad.Add("format", "%q is not a format that is imported; formats are %s.", in.Format, strings.Join(Formats(), ", "))
	}
	if len(in.Files) == 0 {
		bad.Add("file", "Choose a file to import.")
	}
	if in.Process == "" {
		in.Process = "request"
	}
	if _, ok := d.book.Get(in.Process); !ok {
		bad.Add("process", "There is no process %q.", in.Process)
	}
	if len(in.Map) > 0 && ok && !f.mapped {
		bad.Add("map", "The columns of %s are known; only those of csv can be mapped.", in.Format)
	}
	if len(in.Source) > 80 || strings.ContainsFunc(in.Source, func(r rune) bool { return r < ' ' }) {
		bad.Add("source", "The source is a name of at most 80 bytes.")
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return f.read(in)
}

// Preview is what a CSV file looks like before it is imported.
type Preview struct {
	Columns []csvdoc.Column `json:"columns"`
	Fields  []string        `json:"fields"` // that a column can be taken for
}

// ImportColumns are the columns of a CSV file with what each is taken for. With a
// mapping that does not hold they come with the error that says why.
func (d *Gate) ImportColumns(in Import) (Preview, error) {
	out := Preview{Fields: csvdoc.Fields()}
	def, ok := d.book.Get(in.Process)
	if !ok {
		def, ok = d.book.Get("request")
	}
	if ok {
		for _, f := range def.Fields {
			out.Fields = append(out.Fields, "field."+f.Name)
		}
	}
	if len(in.Files) == 0 {
		return out, plumbline.FieldError("file", "Choose a file to import.")
	}
	var err error
	out.Columns, err = csvdoc.Look(in.Files[0].Name, in.Files[0].Data, csvdoc.Guide{Map: in.Map})
	return out, err
}

// sourceOf names a file as a source: its name without the folder and the ending.
func sourceOf(file string) string {
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	base = strings.TrimSuffix(base, ".gz")
	return strings.TrimSuffix(base, path.Ext(base))
}

// place is where a name stood first.
type place struct {
	file string
	line int
}

// run is one import while it goes on.
type run struct {
	*Gate
	who  plumbline.Actor
	in   Import
	seen map[string]place // by name in the source
}

// chunk takes in some rows in one transaction, or only judges them.
func (r *run) chunk(ctx context.Context, part []plumbline.Incoming) (reports []plumbline.RowReport, err error) {
	r.twice(part)
	err = r.db.Try(ctx, r.in.DryRun, func(tx *store.Tx) error {
		reports, err = r.take(tx, slices.Clone(part))
		return err
	})
	return reports, err
}

// twice marks rows whose name stood in the files before.
func (r *run) twice(part []plumbline.Incoming) {
	for i := range part {
		in := &part[i]
		if in.Skip != "" {
			continue
		}
		if was, ok := r.seen[in.External]; ok {
			in.Skip = plumbline.Errorf(plumbline.Invalid, "%s stands in line %d of %s already", in.External, was.line, was.file).Text
			continue
		}
		r.seen[in.External] = place{in.File, in.Line}
	}
}
