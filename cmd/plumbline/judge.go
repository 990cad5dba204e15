package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/flow"
)

// maxJudged is the most that is read of a file for a judge.
const maxJudged = 4 << 20

// judgeCommands work on files alone, without a store.
func (s *shell) judgeCommands() []*cobra.Command {
	return []*cobra.Command{s.clockCommand(), s.policyCommand(), s.rankCommand(), s.planCommand(), s.plansCommand(), s.limitCommand(), s.forecastCommand()}
}

func loadProcess(file string) (*flow.Definition, error) {
	src, err := readJudged(file)
	if err != nil {
		return nil, err
	}
	return flow.Load(file, src)
}

func readJudged(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The file %s cannot be read.", file), Err: err}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxJudged+1))
	switch {
	case err != nil:
		return nil, &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The file %s cannot be read.", file), Err: err}
	case len(b) > maxJudged:
		return nil, plumbline.Errorf(plumbline.Invalid, "%s is larger than 4 MiB.", file)
	}
	return b, nil
}

// yamlFiles are the files named, and those in the folders named.
func yamlFiles(names []string) ([]string, error) {
	var out []string
	for _, n := range names {
		st, err := os.Stat(n)
		if err != nil {
			return nil, &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("There is no file or folder %s.", n), Err: err}
		}
		if !st.IsDir() {
			out = append(out, n)
			continue
		}
		entries, err := os.ReadDir(n)
		if err != nil {
			return nil, &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The folder %s cannot be read.", n), Err: err}
		}
		for _, e := range entries {
			if ext := filepath.Ext(e.Name()); !e.IsDir() && (ext == ".yaml" || ext == ".yml") {
				out = append(out, filepath.Join(n, e.Name()))
			}
		}
	}
	if len(out) == 0 {
		return nil, plumbline.Errorf(plumbline.NotFound, "There is no .yaml or .yml file in %s.", strings.Join(names, ", "))
	}
	return out, nil
}

// bookWith lays the processes of a folder over those that come with the program.
func (s *shell) bookWith(dir string) (*flow.Book, error) {
	built, err := flow.Embedded()
	if err != nil {
		return nil, err
	}
	files, err := yamlFiles([]string{dir})
	if err != nil {
		return nil, err
	}
	defs := built.All()
	for _, f := range files {
		def, err := loadProcess(f)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(defs, func(d *flow.Definition) bool { return d.ID == def.ID }); i >= 0 {
			defs = slices.Clone(defs)
			defs[i] = def
			continue
		}
		defs = append(defs, def)
	}
	return flow.NewBook(defs...)
}

func (s *shell) clockCommand() *cobra.Command {
	c := &cobra.Command{Use: "clock FILE", Short: "Say what a clock shows", Args: exactly(1),
		Long: "Reads a policy and events with times from a YAML or JSON file, and says when it is due, what remains, and whether it was breached. \"now\" in the file says when to look; without it, it is now."}
	c.RunE = run(func(_ context.Context, args []string) error {
		src, err := readJudged(args[0])
		if err != nil {
			return err
		}
		f, err := clock.Parse(args[0], src, clock.Lookup{Zone: time.LoadLocation, Policy: s.knownPolicy})
		if err != nil {
			return err
		}
		at := f.Now
		if at.IsZero() {
			at = s.now()
		}
		st := f.Policy.Status(f.Events, f.Calendar, at)
		return s.show(st, func(w io.Writer) { printClock(w, st, at, f.Policy.Calendar) })
	})
	return s.reading(c)
}

// knownPolicy finds a policy of a built-in process by its id.
func (s *shell) knownPolicy(id string) (clock.Policy, bool) {
	book, err := flow.Embedded()
	if err != nil {
		return clock.Policy{}, false
	}
	for _, d := range book.All() {
		for _, p := range d.Clocks {
			if p.ID == id {
				return p, true
			}
		}
	}
	return clock.Policy{}, false
}

func printClock(w io.Writer, st clock.Status, at plumbline.Time, kind string) {
	of := ""
	if kind == clock.BusinessTime {
		of = " of working time"
	}
	name := st.Name
	if name == "" {
		name = st.Policy
	}
	rows := [][]string{{"clock", name + ", version " + st.Version}, {"phase", st.Phase}, {"at", minute(at)}}
	for _, r := range []struct {
		name string
		t    plumbline.Time
	}{{"started", st.Started}, {"due", st.Due}, {"stopped", st.Stopped}} {
		if !r.t.IsZero() {
			rows = append(rows, []string{r.name, minute(r.t)})
		}
	}
	if !st.Due.IsZero() {
		what, left := "remaining", st.Remaining
		if left < 0 {
			what, left = "late by", -left
		}
		rows = append(rows, []string{what, left.Round(time.Minute).String() + of}, []string{"breached", map[bool]string{true: "yes", false: "no"}[st.Breached]})
	}
	if st.PausedFor > 0 {
		rows = append(rows, []string{"paused for", st.PausedFor.Round(time.Minute).String() + of})
	}
	for _, n := range st.Notes {
		rows = append(rows, []string{"note", n})
	}
	table(w, rows...)
}
