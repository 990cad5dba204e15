package findings

import (
	"context"
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

// sighting is one row of a scan: a vulnerability in a package, or why it cannot be
// taken.
type sighting struct {
	line    int
	skip    string
	remark  string
	lost    bool // another row of the file counts
	vuln    string
	aliases []string
	pkg     string
	version string
	path    string
	title   string
	ratings []rating
	judged  bool
	verdict plumbline.Judgement

	suppressed, absent bool
}

// scan is one file that tells of findings of one product, while it is taken in.
type scan struct {
	w        *Warden
	who      plumbline.Actor
	in       incoming
	product  plumbline.ProductRef
	format   string
	stream   string
	at       plumbline.Time // of the scan; when the file does not say, now
	complete bool           // what it does not tell of is gone
	seen     map[plumbline.FindingID]bool
	count    plumbline.ImportCount
}

// incoming is a file on its way in.
type incoming struct {
	Name     string
	Data     []byte
	Ref      func(line int) string // how evidence refers to a line of it
	Settings map[string]string
	DryRun   bool
}

// teller takes the report of some rows.
type teller func([]plumbline.RowReport) error

// do runs a transaction that writes, or in a dry run one that cannot.
func (w *Warden) do(ctx context.Context, dry bool, fn func(tx *store.Tx) error) error {
	if dry {
		return w.db.Read(ctx, fn)
	}
	return w.db.Write(ctx, fn)
}

// newScan is a scan of the product that the settings name.
func (w *Warden) newScan(ctx context.Context, who plumbline.Actor, in incoming, format, stream string, at plumbline.Time) (*scan, error) {
	s := &scan{w: w, who: who, in: in, format: format, stream: stream, product: plumbline.ProductRef(strings.TrimSpace(in.Settings["product"])), at: at, seen: map[plumbline.FindingID]bool{}}
	s.count.DryRun = in.DryRun
	if given := strings.TrimSpace(in.Settings["stream"]); given != "" {
		s.stream = given
	}
	if now := w.now(); s.at == 0 || s.at > now {
		s.at = now
	}
	if len(s.stream) > 200 {
		return nil, plumbline.FieldError("stream", "The name of a series of scans has at most 200 bytes.")
	}
	return s, w.db.Read(ctx, func(tx *store.Tx) error {
		if _, err := tx.Product(s.product); err != nil {
			return plumbline.FieldError("product", "There is no product %q. Say which product the file is about.", string(s.product))
		}
		was, again, err := tx.ScanOf(s.product, in.Ref(0))
		if again && at == 0 {
			s.at = was.At // what does not say when is as old as when it came first
		}
		return err
	})
}

// run takes in all rows, a chunk in each transaction, and then marks what is gone.
func (s *scan) run(ctx context.Context, rows []sighting, report teller) error {
	for len(rows) > 0 {
		n := min(chunk, len(rows))
		if err := s.part(ctx, rows[:n], report); err != nil {
			return err
		}
		rows = rows[n:]
	}
	var reports []plumbline.RowReport
	err := s.w.do(ctx, s.in.DryRun, func(tx *store.Tx) (err error) {
		reports, err = s.finish(tx)
		return err
	})
	return s.told(err, reports, report)
}

// told counts rows once they are written, and passes them on.
func (s *scan) told(err error, reports []plumbline.RowReport, report teller) error {
	if err != nil || len(reports) == 0 {
		return err
	}
	for _, r := range reports {
		s.count.Add(r.Outcome)
	}
	return report(reports)
}

func (s *scan) part(ctx context.Context, rows []sighting, report teller) error {
	var reports []plumbline.RowReport
	var seen []plumbline.FindingID
	err := s.w.do(ctx, s.in.DryRun, func(tx *store.Tx) (err error) {
		reports, seen, err = s.take(tx, rows)
		return err
	})
	for _, id := range seen {
		s.seen[id] = true
	}
	return s.told(err, reports, report)
}

// finish marks what a complete scan told nothing of, and keeps that it was taken
// in, unless it was before.
func (s *scan) finish(tx *store.Tx) ([]plumbline.RowReport, error) {
	var gone []plumbline.Finding
	var reports []plumbline.RowReport
	if s.complete {
		all, err := tx.ProductFindings(s.product)
		if err != nil {
			return nil, err
		}
		gone, reports = s.missing(all)
	}
	was, again, err := tx.ScanOf(s.product, s.in.Ref(0))
	if err != nil || s.in.DryRun || again && len(gone) == 0 && was.Complete == s.complete {
		return reports, err
	}
	if err := tx.PutFindings(gone); err != nil {
		return nil, err
	}
	if err := tx.PutScan(store.Scan{Product: s.product, File: s.in.Ref(0), Stream: s.stream, Format: s.format, At: s.at, Complete: s.complete}); err != nil {
		return nil, err
	}
	if err := s.w.refresh(tx, s.who, map[plumbline.ProductRef]bool{s.product: true}); err != nil {
		return nil, err
	}
	return reports, s.w.note(tx, s.who, "findings scanned", map[string]any{"product": s.product, "source": s.stream, "altered": len(gone)})
}

// missing are the findings of the stream that the scan told nothing of.
func (s *scan) missing(all []plumbline.Finding) (gone []plumbline.Finding, reports []plumbline.RowReport) {
	for _, f := range all {
		if f.Stream != s.stream || f.Merged != "" || f.Gone != 0 || s.seen[f.ID] || f.Seen >= s.at {
			continue
		}
		f.Gone = s.at
		gone = append(gone, f)
		why := "It is in the newest scan no more."
		if f.Open() {
			why += " Its clock runs until somebody says that it is mended."
		}
		reports = append(reports, plumbline.RowReport{File: s.in.Name, Ref: f.Vuln, Title: f.Package, Outcome: plumbline.RowChanged, Reason: why})
	}
	return gone, reports
}
