package main

import (
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
	"plumbline/internal/app/exchange"
)

// imported is the row-level report of an import.
type imported struct {
	New     int           `json:"new"`
	Changed int           `json:"changed"`
	Same    int           `json:"same"`
	Skipped int           `json:"skipped"`
	DryRun  bool          `json:"dry_run,omitempty"`
	Rows    []importedRow `json:"rows"`
}

// importedRow is what became of one record, or of one document of a file.
type importedRow struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Ref     string `json:"ref,omitempty"`
	Key     string `json:"key,omitempty"` // of the item
	Outcome string `json:"outcome"`       // new, changed, same, skipped, merged, noted
	Reason  string `json:"reason,omitempty"`
}

func (s *shell) importCommand() *cobra.Command {
	var in client.ImportInput
	var columns, settings []string
	var by string
	c := &cobra.Command{Use: "import FORMAT FILE…", Short: "Read files into the catalog, or items of other systems", Args: atLeast(2),
		Long: "Formats: backstage (Backstage catalogs: teams, products, processes and what they stand on; name the file with the Groups first); csv (items, one a row; also our own export); github and gitlab (issues, as their APIs, gh and exports write them); fider and canny (posts); plumbline (what \"plumbline export json\" writes, of another installation or of this one). " +
			"Files that bear evidence about constraints: \"plumbline evidence --formats\" lists their formats and what each needs to be told with --set. " +
			"A table for a way to score (" + strings.Join(frameworks[:], ", ") + "), as export writes it, comes in as what one person thinks: the one of --by, else the actor. Its columns are key and the factors; an empty cell says nothing. " +
			"A file whose name ends in .gz is unpacked.\n\n" +
			"The report says for every record whether it is new, changed or the same, and for every one that was skipped why, with its line. Importing twice changes nothing, and an import that was stopped goes on when it is repeated. " +
			"Of an item that changed in its source, the fields are taken in that nobody changed here. Nothing goes to a tracker and nobody is told."}
	fl := c.Flags()
	fl.BoolVar(&in.DryRun, "dry-run", false, "report; change nothing")
	fl.StringVar(&by, "by", "", "of a way to score: the `HANDLE` of whose estimates they are, when working on the store itself")
	fl.StringVar(&in.Source, "source", "", "`NAME` of the system that items come from, when its exports do not say; csv takes the file's name")
	fl.StringVar((*string)(&in.Process), "process", "", "the `PROCESS` of items that do not say; request when not said")
	fl.StringArrayVar(&columns, "map", nil, "of csv: take a column for a field, as `COLUMN=FIELD`, or COLUMN= to leave it out; may be repeated")
	fl.StringArrayVar(&settings, "set", nil, "of evidence: what the file does not say itself, as `NAME=VALUE`; may be repeated")
	c.RunE = run(func(ctx context.Context, args []string) error {
		var err error
		if in.Map, err = columnMap(columns); err != nil {
			return err
		}
		in.Format = args[0]
		var files []plumbline.ImportFile
		if formats := slices.Concat(exchange.Formats(), frameworks[:]); !slices.Contains(formats, in.Format) {
			return s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
				return s.importOther(ctx, d, in, settings, formats, args[1:])
			})(ctx, nil)
		}
		for _, name := range args[1:] {
			b, err := readImport(name)
			if err != nil {
				return err
			}
			files = append(files, plumbline.ImportFile{Name: filepath.Base(name), Data: b})
		}
		if slices.Contains(frameworks[:], in.Format) {
			s.flags.as = cmp.Or(by, s.flags.as)
			return s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
				if by != "" && d.app == nil {
					return plumbline.FieldError("by", "Through a server the estimates are those of whoever the token belongs to: leave --by out and use the token of %s.", by)
				}
				return s.importFramework(ctx, d, sheetImport{model: in.Format, dry: in.DryRun}, files)
			})(ctx, nil)
		}
		return s.withDesk(func(ctx context.Context, d *desk, _ []string) error { return s.importItems(ctx, d, in, files) })(ctx, nil)
	})
	return s.reading(c)
}

// importOther imports a format that is none of items: one of evidence.
func (s *shell) importOther(ctx context.Context, d *desk, in client.ImportInput, settings, formats []string, names []string) error {
	known, err := d.EvidenceFormats(ctx)
	if err != nil {
		return err
	}
	for _, f := range known {
		formats = append(formats, f.Name)
	}
	if !slices.Contains(formats, in.Format) {
		return plumbline.FieldError("format", "%q is not a format that is imported; formats are %s.", in.Format, strings.Join(formats, ", "))
	}
	told, err := settingMap(settings)
	if err != nil {
		return err
	}
	return s.importEvidence(ctx, d, client.EvidenceImport{Format: in.Format, Settings: told, DryRun: in.DryRun}, names)
}

// columnMap reads --map. A column's name may hold a "=", a field's may not.
func columnMap(list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, m := range list {
		i := strings.LastIndexByte(m, '=')
		if i <= 0 {
			return nil, plumbline.FieldError("map", "--map is COLUMN=FIELD, not %q.", m)
		}
		out[m[:i]] = m[i+1:]
	}
	return out, nil
}

// importItems takes items in and tells what became of the rows as it goes.
func (s *shell) importItems(ctx context.Context, d *desk, in client.ImportInput, files []plumbline.ImportFile) error {
	rep := imported{DryRun: in.DryRun, Rows: []importedRow{}}
	done := 0
	count, err := d.Import(ctx, in, files, func(rows []plumbline.RowReport) {
		s.tellRows(&rep, rows, "")
		done += len(rows)
		s.progress("%d rows", done)
	})
	rep.New, rep.Changed, rep.Same, rep.Skipped = count.New, count.Changed, count.Same, count.Skipped
	if err != nil {
		if done > 0 && !in.DryRun {
			s.progress("%d rows are done; run it again to go on", done)
		}
		return err
	}
	return s.show(rep, func(w io.Writer) { printCounts(w, rep) })
}

// tellRows tells a person of rows as they are done; for a program they are kept to
// the end. file is where rows stand that do not say.
func (s *shell) tellRows(rep *imported, rows []plumbline.RowReport, file string) {
	for _, r := range rows {
		row := importedRow{File: cmp.Or(r.File, file), Line: r.Line, Ref: r.Ref, Outcome: string(r.Outcome), Reason: r.Reason, Key: string(r.Key)}
		if s.flags.json {
			rep.Rows = append(rep.Rows, row)
		} else {
			printRow(s.out, row)
		}
	}
}

// printRow tells of a row, unless it is the same and there is nothing to say.
func printRow(w io.Writer, r importedRow) {
	if r.Outcome == "same" && r.Reason == "" {
		return
	}
	line, what := "", strings.TrimSpace(r.Ref+" "+r.Key)
	if r.File != "" {
		line = fmt.Sprintf("%s:%d: ", r.File, r.Line)
	}
	if what != "" {
		line += what + ": "
	}
	line += r.Outcome
	if r.Reason != "" {
		line += ": " + r.Reason
	}
	fmt.Fprintln(w, oneLine(line))
}

func printCounts(w io.Writer, rep imported) {
	verb := ""
	if rep.DryRun {
		verb = "would be: "
	}
	fmt.Fprintf(w, "%s%d new, %d changed, %d the same, %d skipped\n", verb, rep.New, rep.Changed, rep.Same, rep.Skipped)
}

// progress tells a person at a terminal what goes on; a pipe hears nothing.
func (s *shell) progress(format string, args ...any) {
	if s.terminal() {
		fmt.Fprintf(s.err, format+"\n", args...)
	}
}

// readImport reads a file to be imported, unpacked when it is packed.
func readImport(name string) ([]byte, error) {
	unreadable := func(err error) error {
		return &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The file %s cannot be read.", name), Err: err}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable(err)
	}
	defer f.Close()
	var from io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if from, err = gzip.NewReader(f); err != nil {
			return nil, unreadable(err)
		}
	}
	b, err := io.ReadAll(io.LimitReader(from, plumbline.MaxImport+1))
	switch {
	case err != nil:
		return nil, unreadable(err)
	case len(b) > plumbline.MaxImport:
		return nil, plumbline.Errorf(plumbline.Invalid, "%s has more than %d MiB; split it.", name, plumbline.MaxImport>>20)
	}
	return b, nil
}
