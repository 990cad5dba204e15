package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// importEvidence takes in files that bear evidence, one after the other, as they
// are read from the disk.
func (s *shell) importEvidence(ctx context.Context, d *desk, in client.EvidenceImport, names []string) error {
	rep := imported{DryRun: in.DryRun, Rows: []importedRow{}}
	for _, name := range names {
		if err := s.importFact(ctx, d, in, name, &rep); err != nil {
			return err
		}
	}
	return s.show(rep, func(w io.Writer) { printCounts(w, rep) })
}

func (s *shell) importFact(ctx context.Context, d *desk, in client.EvidenceImport, name string, rep *imported) error {
	f, err := os.Open(name)
	if err != nil {
		return &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The file %s cannot be read.", name), Err: err}
	}
	defer f.Close()
	in.Name = strings.TrimSuffix(filepath.Base(name), ".gz")
	done := 0
	count, err := d.ImportEvidence(ctx, in, f, func(rows []plumbline.RowReport) {
		s.tellRows(rep, rows, in.Name)
		done += len(rows)
		s.progress("%s: %d rows", in.Name, done)
	})
	rep.New, rep.Changed, rep.Same, rep.Skipped = rep.New+count.New, rep.Changed+count.Changed, rep.Same+count.Same, rep.Skipped+count.Skipped
	return err
}

// settingMap reads --set.
func settingMap(list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range list {
		name, value, ok := strings.Cut(s, "=")
		if !ok || name == "" {
			return nil, plumbline.FieldError("set", "--set is NAME=VALUE, not %q.", s)
		}
		out[name] = value
	}
	return out, nil
}

// evidenceCommand shows the files that figures come from.
func (s *shell) evidenceCommand() *cobra.Command {
	var line, around int64
	var formats, whole bool
	var cursor string
	c := &cobra.Command{Use: "evidence [FILE]", Short: "Show the files that figures come from", Args: atMost(1),
		Long: "Without FILE it lists the files that were taken in, the latest first; with --formats what can be taken in. FILE is the id of one, or twelve digits or more of its hash, as references to evidence have them: " +
			"what became of its rows, with --line the lines around one, with --whole the file as it came."}
	fl := c.Flags()
	fl.Int64Var(&line, "line", 0, "show the `LINE` of the file, from 1, with those around it")
	fl.Int64Var(&around, "around", 5, "how many lines before and after it, at most 50")
	fl.BoolVar(&formats, "formats", false, "list the formats")
	fl.BoolVar(&whole, "whole", false, "write the file as it came")
	fl.StringVar(&cursor, "cursor", "", "the next page, as the page before says")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		switch {
		case formats:
			return s.evidenceFormats(ctx, d)
		case len(args) == 0:
			return s.evidenceFiles(ctx, d, cursor)
		case whole:
			return d.EvidenceBytes(ctx, args[0], s.out)
		case line > 0:
			return s.evidenceLines(ctx, d, args[0], line, around)
		}
		f, err := d.EvidenceFile(ctx, args[0])
		if err != nil {
			return err
		}
		return s.show(f, func(w io.Writer) { printEvidence(w, f) })
	}))
	return s.reading(c)
}

func (s *shell) evidenceFormats(ctx context.Context, d *desk) error {
	list, err := d.EvidenceFormats(ctx)
	if err != nil {
		return err
	}
	return s.show(list, func(w io.Writer) {
		for _, f := range list {
			fmt.Fprintf(w, "%s: %s\n", f.Name, f.Help)
			for _, set := range f.Settings {
				need := ""
				if set.Required {
					need = " (needed)"
				}
				fmt.Fprintf(w, "  --set %s=…%s: %s\n", set.Name, need, set.Help)
			}
		}
	})
}

func (s *shell) evidenceFiles(ctx context.Context, d *desk, cursor string) error {
	page, err := d.EvidenceFiles(ctx, cursor)
	if err != nil {
		return err
	}
	return s.show(page, func(w io.Writer) {
		rows := [][]string{{"FILE", "FORMAT", "NAME", "BYTES", "BY", "AT"}}
		for _, f := range page.Files {
			rows = append(rows, []string{f.Hash[:min(len(f.Hash), 12)], f.Format, f.Name, strconv.FormatInt(f.Size, 10), f.ByName, minute(f.At)})
		}
		table(w, rows...)
		if page.Next != "" {
			fmt.Fprintf(w, "more: --cursor %s\n", page.Next)
		}
	})
}

func (s *shell) evidenceLines(ctx context.Context, d *desk, id string, line, around int64) error {
	f, err := d.EvidenceFile(ctx, id)
	if err != nil {
		return err
	}
	lines, err := d.EvidenceLines(ctx, f.ID, line, around)
	if err != nil {
		return err
	}
	return s.show(lines, func(w io.Writer) {
		for _, l := range lines {
			mark := " "
			if l.N == line {
				mark = ">"
			}
			fmt.Fprintf(w, "%s %7d  %s\n", mark, l.N, oneLine(l.Text))
		}
	})
}

func printEvidence(w io.Writer, f plumbline.EvidenceFile) {
	fmt.Fprintf(w, "%s (%s), %d bytes, %d lines\nsha256 %s\nsent by %s at %s\n", f.Name, f.Format, f.Size, f.Lines, f.Hash, f.ByName, minute(f.At))
	for name, value := range f.Settings {
		fmt.Fprintf(w, "%s: %s\n", name, value)
	}
	if f.Report == nil {
		return
	}
	for _, r := range f.Report.Rows {
		printRow(w, importedRow{Line: r.Line, Ref: r.Ref, Key: string(r.Key), Outcome: string(r.Outcome), Reason: r.Reason})
	}
	printCounts(w, imported{New: f.Report.New, Changed: f.Report.Changed, Same: f.Report.Same, Skipped: f.Report.Skipped})
}
