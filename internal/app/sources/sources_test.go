package sources_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/sources"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

var (
	pm      = plumbline.Actor{Person: "mara", Name: "Mara", Role: plumbline.PM}
	other   = plumbline.Actor{Person: "lena", Name: "Lena", Role: plumbline.PM}
	works   = plumbline.Actor{Person: "ines", Name: "Ines", Role: plumbline.Contributor}
	asks    = plumbline.Actor{Person: "jonas", Name: "Jonas", Role: plumbline.Requester}
	started = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
)

// desk is the use cases with two formats that count lines: one keeps its files.
type desk struct {
	*sources.Sources
	t   *testing.T
	db  *store.DB
	now time.Time
	got []sources.File // as the reader got them
}

func newDesk(t *testing.T, db *store.DB) *desk {
	d := &desk{t: t, db: db, now: started}
	read := func(_ context.Context, _ plumbline.Actor, f sources.File, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
		d.got = append(d.got, f)
		r, err := f.Open()
		if err != nil {
			return plumbline.ImportCount{}, err
		}
		defer r.Close()
		b, err := io.ReadAll(r)
		if err != nil {
			return plumbline.ImportCount{}, err
		}
		if bytes.HasPrefix(b, []byte("bad")) {
			return plumbline.ImportCount{}, plumbline.FieldError("file", "It is bad.")
		}
		var count plumbline.ImportCount
		for i := range bytes.Count(b, []byte{'\n'}) {
			row := plumbline.RowReport{Line: i + 1, Outcome: plumbline.RowNew}
			count.Add(row.Outcome)
			if err := tell([]plumbline.RowReport{row}); err != nil {
				return count, err
			}
		}
		return count, nil
	}
	d.Sources = sources.New(db, func() plumbline.Time { return plumbline.At(d.now) },
		sources.Format{Name: "lines", Help: "lines", Max: 8 << 20, Settings: []sources.Setting{{Name: "product", Help: "whose.", Required: true}, {Name: "zone", Help: "where."}}, Read: read},
		sources.Format{Name: "private", Help: "lines of customers", Passing: true, Read: read})
	return d
}

func (d *desk) send(body string) plumbline.EvidenceFile {
	d.t.Helper()
	f, err := d.SendEvidence(d.t.Context(), pm, sources.Sent{Format: "lines", Name: "a.txt", Settings: map[string]string{"product": "kubernetes"}, Body: strings.NewReader(body)})
	if err != nil {
		d.t.Fatal(err)
	}
	return f
}

func (d *desk) take(id string, dry bool) plumbline.ImportCount {
	d.t.Helper()
	count, err := d.TakeEvidence(d.t.Context(), pm, id, dry, func([]plumbline.RowReport) error { return nil })
	if err != nil {
		d.t.Fatal(err)
	}
	return count
}

func (d *desk) list() []plumbline.EvidenceFile {
	d.t.Helper()
	files, _, err := d.EvidenceFiles(d.t.Context(), works, "")
	if err != nil {
		d.t.Fatal(err)
	}
	return files
}

func (d *desk) events() (n int64) {
	d.t.Helper()
	if err := d.db.Read(d.t.Context(), func(tx *store.Tx) (err error) { n, err = tx.LastSeq(); return err }); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// A file is kept once, as it came, however often and however packed it is sent.
func TestFileIsKeptAsItCame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		rng := rand.New(rand.NewPCG(1, 2))
		var text strings.Builder
		for i := 0; text.Len() < 3<<20; i++ { // several parts
			fmt.Fprintf(&text, "line %d %x\n", i+1, rng.Uint64())
		}
		f := d.send(text.String())
		if f.Kept || f.Size != int64(text.Len()) {
			t.Fatalf("sent: %+v", f)
		}
		if n := d.take(f.ID, true).New; n == 0 || len(d.list()) != 0 {
			t.Fatalf("looked at: %d rows, %d files", n, len(d.list()))
		}
		d.take(f.ID, false)
		var back bytes.Buffer
		if err := d.EvidenceBytes(t.Context(), works, f.ID, &back); err != nil || back.String() != text.String() {
			t.Fatalf("it did not come back as it was: %v", err)
		}
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = io.WriteString(z, text.String())
		_ = z.Close()
		again := d.send(packed.String())
		if again.ID != f.ID || len(d.list()) != 1 {
			t.Fatalf("the same bytes are another file: %s and %s", f.ID, again.ID)
		}
		if byHash, err := d.EvidenceFile(t.Context(), works, f.Hash[:12]); err != nil || byHash.ID != f.ID {
			t.Fatalf("by its hash: %+v, %v", byHash, err)
		}
		if got := d.got[0]; got.Hash != f.Hash || got.Settings["product"] != "kubernetes" || !got.DryRun || d.got[1].DryRun {
			t.Fatalf("the reader got %+v", got)
		}
		if list := d.list(); list[0].Report == nil || list[0].Report.New != int(f.Lines)-1 || list[0].Report.More == 0 {
			t.Fatalf("the report: %+v", list[0].Report)
		}
	})
}

// Every line is found again, in whichever part it begins.
func TestLines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		var lines []string
		for i := range 40000 {
			lines = append(lines, fmt.Sprintf("%d %s", i+1, strings.Repeat("x", i%97)))
		}
		lines = append(lines, strings.Repeat("y", 5000), "the last has no end")
		f := d.send(strings.Join(lines, "\r\n"))
		rng := rand.New(rand.NewPCG(3, 4))
		for n := range 200 {
			line := 1 + rng.IntN(len(lines))
			if n == 0 {
				line = len(lines)
			}
			got, err := d.EvidenceLines(t.Context(), pm, f.ID, int64(line), 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range got {
				want := lines[l.N-1]
				if len(want) > 4000 {
					want = want[:4000]
				}
				if l.Text != want || l.Cut != (len(lines[l.N-1]) > 4000) {
					t.Fatalf("line %d is %.40q (cut %v), want %.40q", l.N, l.Text, l.Cut, want)
				}
			}
			if want := min(line+1, len(lines)) - max(line-1, 1) + 1; len(got) != want {
				t.Fatalf("around line %d: %d lines, want %d", line, len(got), want)
			}
		}
		for _, line := range []int64{0, -1, int64(len(lines)) + 1} {
			if _, err := d.EvidenceLines(t.Context(), pm, f.ID, line, 1); plumbline.KindOf(err) != plumbline.Invalid {
				t.Errorf("line %d: %v", line, err)
			}
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		bomb := func() string {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = z.Write(make([]byte, 9<<20))
			_ = z.Close()
			return b.String()
		}()
		for name, c := range map[string]struct {
			who      plumbline.Actor
			format   string
			settings map[string]string
			body     string
			kind     plumbline.Kind
			says     string
		}{
			"empty":           {pm, "lines", nil, "", plumbline.Invalid, "empty"},
			"too large":       {pm, "lines", nil, strings.Repeat("z", 9<<20), plumbline.Invalid, "more than 8 MiB"},
			"bomb":            {pm, "lines", nil, bomb, plumbline.Invalid, "more than 8 MiB"},
			"broken packing":  {pm, "lines", nil, bomb[:len(bomb)/2], plumbline.Invalid, "unpacked"},
			"packing in name": {pm, "lines", nil, "\x1f\x8bnot gzip at all", plumbline.Invalid, "unpacked"},
			"unknown format":  {pm, "words", nil, "a", plumbline.Invalid, "lines, private"},
			"unknown setting": {pm, "lines", map[string]string{"colour": "red"}, "a", plumbline.Invalid, "colour"},
			"contributor":     {works, "lines", nil, "a", plumbline.Denied, ""},
			"requester":       {asks, "lines", nil, "a", plumbline.Denied, ""},
		} {
			_, err := d.SendEvidence(t.Context(), c.who, sources.Sent{Format: c.format, Settings: c.settings, Body: strings.NewReader(c.body)})
			if plumbline.KindOf(err) != c.kind || err == nil || !strings.Contains(err.Error()+fmt.Sprint(plumbline.FieldsOf(err)), c.says) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := d.EvidenceFiles(t.Context(), asks, ""); plumbline.KindOf(err) != plumbline.Denied {
			t.Errorf("a requester reads files: %v", err)
		}
		f, err := d.SendEvidence(t.Context(), pm, sources.Sent{Format: "lines", Name: "b", Body: strings.NewReader("a\n")})
		if err != nil {
			t.Fatal(err)
		}
		nothing := func([]plumbline.RowReport) error { return nil }
		if _, err := d.TakeEvidence(t.Context(), pm, f.ID, false, nothing); plumbline.FieldsOf(err)["product"] == "" {
			t.Errorf("taken in without its product: %v", err)
		}
		if _, err := d.EvidenceFile(t.Context(), other, f.ID); plumbline.KindOf(err) != plumbline.NotFound {
			t.Errorf("somebody else reads what was only sent: %v", err)
		}
		if err := d.SetEvidence(t.Context(), pm, f.ID, map[string]string{"product": "ci"}); err != nil {
			t.Fatal(err)
		}
		if n := d.take(f.ID, false).New; n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

// A file that was only looked at goes by itself; one that its reader refuses is
// not kept; one that is private is gone once it is read; and each taking that
// brought something is told once.
func TestWhatStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		nothing := func([]plumbline.RowReport) error { return nil }
		count, err := d.LookAtEvidence(t.Context(), pm, sources.Sent{Format: "lines", Settings: map[string]string{"product": "ci"}, Body: strings.NewReader("a\nb\n")}, nothing)
		if err != nil || count.New != 2 || !count.DryRun || d.events() != 0 {
			t.Fatalf("looked at: %+v, %v, %d events", count, err, d.events())
		}
		f := d.send("loose\n")
		d.now = d.now.Add(25 * time.Hour)
		bad := d.send("bad\n")
		if _, err := d.TakeEvidence(t.Context(), pm, f.ID, true, nothing); plumbline.KindOf(err) != plumbline.NotFound {
			t.Errorf("a loose file of yesterday is there: %v", err)
		}
		if _, err := d.TakeEvidence(t.Context(), pm, bad.ID, false, nothing); plumbline.KindOf(err) != plumbline.Invalid || len(d.list()) != 0 || d.events() != 0 {
			t.Errorf("a bad file: %v, %d files, %d events", err, len(d.list()), d.events())
		}
		secret, err := d.SendEvidence(t.Context(), pm, sources.Sent{Format: "private", Name: "crm.csv", Body: strings.NewReader("a\n")})
		if err != nil {
			t.Fatal(err)
		}
		d.take(secret.ID, false)
		if _, err := d.EvidenceFile(t.Context(), pm, secret.ID); plumbline.KindOf(err) != plumbline.NotFound || d.events() != 1 {
			t.Errorf("a private file: %v, %d events", err, d.events())
		}
	})
}

func TestPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		for i := range plumbline.PageSize + 3 {
			d.now = started.Add(time.Duration(i/2) * time.Second) // two at each moment
			d.take(d.send(fmt.Sprintf("%d\n", i)).ID, false)
		}
		seen, cursor := map[string]bool{}, ""
		for range 3 {
			files, next, err := d.EvidenceFiles(t.Context(), works, cursor)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				seen[f.ID] = true
			}
			if cursor = next; next == "" {
				break
			}
		}
		if len(seen) != plumbline.PageSize+3 || cursor != "" {
			t.Errorf("%d files in pages, want %d", len(seen), plumbline.PageSize+3)
		}
		if _, _, err := d.EvidenceFiles(t.Context(), works, "nonsense"); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("a cursor of nothing: %v", err)
		}
	})
}
