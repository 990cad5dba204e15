package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/internal/format/backstage"
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
	Outcome string `json:"outcome"` // new, changed, same, skipped, merged, noted
	Reason  string `json:"reason,omitempty"`
}

func (s *shell) importCommand() *cobra.Command {
	var dry bool
	c := &cobra.Command{Use: "import FORMAT FILE…", Short: "Read files into the catalog", Args: atLeast(2),
		Long: "Formats: backstage (a Backstage catalog: teams and products).\n\n" +
			"The report says for every record whether it is new, changed or the same, and for every document that was skipped why, with its line. Importing twice changes nothing."}
	c.Flags().BoolVar(&dry, "dry-run", false, "report; change nothing")
	c.RunE = run(func(ctx context.Context, args []string) error {
		if args[0] != "backstage" {
			return plumbline.Errorf(plumbline.Invalid, "%q is not a format that is imported; formats are backstage.", args[0])
		}
		var files []backstage.File
		for _, name := range args[1:] {
			b, err := readImport(name)
			if err != nil {
				return err
			}
			files = append(files, backstage.File{Name: name, Data: b})
		}
		return s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
			rep, err := s.importCatalog(ctx, d, files, dry)
			if err != nil {
				return err
			}
			return s.show(rep, func(w io.Writer) { printImported(w, rep) })
		})(ctx, nil)
	})
	return s.reading(c)
}

// importCatalog puts what is new or changed, one record after the other, so
// that a repeat after a broken run goes on where it stopped.
func (s *shell) importCatalog(ctx context.Context, d *desk, files []backstage.File, dry bool) (imported, error) {
	rep := imported{DryRun: dry, Rows: []importedRow{}}
	cat, read, err := backstage.Read(files...)
	if err != nil {
		return rep, err
	}
	for _, r := range read.Rows {
		if r.Outcome == backstage.Kept {
			continue // it has a row of its own below
		}
		if r.Outcome == backstage.Skipped {
			rep.Skipped++
		}
		rep.Rows = append(rep.Rows, importedRow{r.File, r.Line, r.Ref, string(r.Outcome), r.Reason})
	}
	teams, err := d.Teams(ctx)
	if err != nil {
		return rep, err
	}
	products, err := d.Products(ctx)
	if err != nil {
		return rep, err
	}
	s.progress("%d teams and %d products", len(cat.Teams), len(cat.Products))
	err = lay(&rep, "group:", cat.Teams, teams, func(t plumbline.Team) string { return string(t.Ref) }, keepOwn, func(t plumbline.Team) error {
		if dry {
			return nil
		}
		return d.PutTeam(ctx, t)
	})
	if err != nil {
		return rep, err
	}
	same := func(_, p plumbline.Product) plumbline.Product { return p }
	return rep, lay(&rep, "product:", cat.Products, products, func(p plumbline.Product) string { return string(p.Ref) }, same, func(p plumbline.Product) error {
		if dry {
			return nil
		}
		return d.PutProduct(ctx, p)
	})
}

// keepOwn keeps what a catalog does not know of a team: its label and tracker.
func keepOwn(old, t plumbline.Team) plumbline.Team {
	if t.Label == "" {
		t.Label = old.Label
	}
	if t.Link == "" {
		t.Link = old.Link
	}
	return t
}

// lay puts each record that differs from the one that is there.
func lay[T any](rep *imported, kind string, records, present []T, ref func(T) string, merge func(old, t T) T, put func(T) error) error {
	old := map[string]T{}
	for _, p := range present {
		old[ref(p)] = p
	}
	for _, r := range records {
		row := importedRow{Ref: kind + ref(r), Outcome: "new"}
		if was, ok := old[ref(r)]; ok {
			r = merge(was, r)
			row.Outcome = "changed"
			if alike(was, r) {
				rep.Same++
				row.Outcome = "same"
				rep.Rows = append(rep.Rows, row)
				continue
			}
		}
		if err := put(r); err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				return err
			}
			rep.Skipped++
			row.Outcome, row.Reason = "skipped", plumbline.TextOf(err)
			rep.Rows = append(rep.Rows, row)
			continue
		}
		if row.Outcome == "new" {
			rep.New++
		} else {
			rep.Changed++
		}
		rep.Rows = append(rep.Rows, row)
	}
	return nil
}

// alike compares two records; an empty list is no list.
func alike[T any](a, b T) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range x.NumField() {
		f, g := x.Field(i), y.Field(i)
		if f.Kind() == reflect.Slice && f.Len() == 0 && g.Len() == 0 {
			continue
		}
		if !reflect.DeepEqual(f.Interface(), g.Interface()) {
			return false
		}
	}
	return true
}

func printImported(w io.Writer, rep imported) {
	for _, r := range rep.Rows {
		if r.Outcome == "same" {
			continue
		}
		at := ""
		if r.File != "" {
			at = fmt.Sprintf("%s:%d: ", r.File, r.Line)
		}
		line := at + r.Ref + ": " + r.Outcome
		if r.Reason != "" {
			line += ": " + r.Reason
		}
		fmt.Fprintln(w, oneLine(line))
	}
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

// readImport reads a file to be imported; the format itself bounds its size.
func readImport(name string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The file %s cannot be read.", name), Err: err}
	}
	return b, nil
}
