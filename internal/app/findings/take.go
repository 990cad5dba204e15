package findings

import (
	"context"
	"fmt"
	"reflect"
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

// desk is what a chunk is taken in with.
type desk struct {
	*scan
	world   world
	names   learned
	moved   []plumbline.Finding           // that have another name now
	found   map[string]*plumbline.Finding // by name and package
	before  map[plumbline.FindingID]plumbline.Finding
	touched map[plumbline.FindingID]bool
	order   []*plumbline.Finding // those that were touched
}

func placeOf(vuln, pkg string) string { return vuln + "\x00" + pkg }

// take takes in some rows in a transaction, or only judges them.
func (s *scan) take(tx *store.Tx, rows []sighting) (reports []plumbline.RowReport, seen []plumbline.FindingID, err error) {
	d, err := s.open(tx, rows)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		report := plumbline.RowReport{File: s.in.Name, Line: r.line, Ref: r.vuln, Title: r.pkg, Outcome: plumbline.RowSkipped, Reason: r.skip}
		switch {
		case r.skip != "":
		case r.lost:
			report.Outcome, report.Reason = plumbline.RowSame, r.remark
		default:
			report.Outcome, report.Reason = d.see(r)
		}
		reports = append(reports, report)
	}
	for _, f := range d.order {
		seen = append(seen, f.ID)
	}
	if s.in.DryRun {
		return reports, seen, nil
	}
	return reports, seen, d.write(tx)
}

// open reads what is known about what the rows tell.
func (s *scan) open(tx *store.Tx, rows []sighting) (*desk, error) {
	d := &desk{scan: s, found: map[string]*plumbline.Finding{}, before: map[plumbline.FindingID]plumbline.Finding{}, touched: map[plumbline.FindingID]bool{}}
	var groups naming
	for _, r := range rows {
		if r.skip == "" {
			groups = append(groups, append([]string{r.vuln}, r.aliases...))
		}
	}
	var err error
	if d.names, err = learn(tx, groups); err != nil {
		return nil, err
	}
	if d.moved, err = d.names.follow(tx); err != nil {
		return nil, err
	}
	if !s.in.DryRun {
		if err := keepNames(tx, d.names, d.moved); err != nil {
			return nil, err
		}
	}
	if d.world, err = around(tx, meant(d.names.now, groups.names())); err != nil {
		return nil, err
	}
	all, err := tx.ProductFindings(s.product)
	for i := range all {
		f := &all[i]
		d.before[f.ID] = *f
		if f.Merged == "" {
			d.found[placeOf(d.names.of(f.Vuln), f.Package)] = f
		}
	}
	return d, err
}

// keepNames writes what names mean now, and the findings that have others.
func keepNames(tx *store.Tx, names learned, moved []plumbline.Finding) error {
	if err := tx.PutVulnNames(names.fresh); err != nil {
		return err
	}
	return tx.PutFindings(moved)
}

// around is what the clocks of some vulnerabilities follow from.
func around(tx *store.Tx, vulns []string) (w world, err error) {
	if w.presets, err = presets(tx); err != nil {
		return w, err
	}
	if w.risks, err = tx.ProductRisks(); err != nil {
		return w, err
	}
	if w.exploited, err = tx.ExploitedBy(vulns); err != nil {
		return w, err
	}
	w.advisories, err = tx.Advisories(vulns)
	return w, err
}

// see takes one row in, and says what became of it.
func (d *desk) see(r sighting) (plumbline.RowOutcome, string) {
	vuln := d.names.of(r.vuln)
	ref := d.in.Ref(r.line)
	f, known := d.found[placeOf(vuln, r.pkg)]
	if !known {
		if r.absent {
			return plumbline.RowSame, "It is said to be gone, and was never there."
		}
		f = &plumbline.Finding{ID: plumbline.FindingID(store.NewID()), Product: d.product, Vuln: vuln, Package: r.pkg, Detected: d.at, First: ref,
			Name: fmt.Sprintf("%s in %s of %s", r.vuln, strings.TrimPrefix(r.pkg, "pkg:"), d.product)}
		d.found[placeOf(vuln, r.pkg)] = f
	}
	was := *f
	remark := r.remark
	d.touch(f)
	d.sight(f, r, ref)
	if said := d.verdict(f, r, ref, was); said != "" {
		remark = strings.TrimSpace(remark + " " + said)
	}
	d.world.settle(f)
	switch {
	case !known:
		return plumbline.RowNew, remark
	case alike(was, *f):
		return plumbline.RowSame, remark
	}
	return plumbline.RowChanged, remark
}

// touch remembers a finding that is to be written.
func (d *desk) touch(f *plumbline.Finding) {
	if !d.touched[f.ID] {
		d.touched[f.ID] = true
		d.order = append(d.order, f)
	}
}

// sight puts into a finding what a row says of it, whatever its verdict. Of an
// older scan than the last only the time of detection counts.
func (d *desk) sight(f *plumbline.Finding, r sighting, ref string) {
	if d.at < f.Detected {
		f.Detected, f.First = d.at, ref
	}
	for _, n := range append([]string{r.vuln}, r.aliases...) {
		if n != f.Vuln {
			f.Aliases = withName(f.Aliases, n)
		}
	}
	if d.at <= f.Seen {
		return
	}
	f.Seen, f.Ref, f.Suppressed = d.at, ref, r.suppressed
	if d.complete || f.Stream == "" {
		f.Stream = d.stream
	}
	for _, p := range [...]struct {
		to  *string
		new string
	}{{&f.Version, r.version}, {&f.Path, r.path}, {&f.Title, r.title}} {
		if p.new != "" {
			*p.to = p.new
		}
	}
	if score, by := scoreOf(r.ratings); score.Known() {
		f.Score, f.ScoreBy = score, by
	}
	switch {
	case r.absent && f.Gone == 0:
		f.Gone = d.at
	case !r.absent && (d.complete || !r.judged):
		f.Gone = 0
	}
}

// verdict puts the verdict of a row into its finding. A newer verdict stays, and
// that of a person stays unless the file dates its own. What a scan still finds
// after it was said to be mended is open again, with its first date.
func (d *desk) verdict(f *plumbline.Finding, r sighting, ref string, was plumbline.Finding) string {
	have := f.Judgement
	if !r.judged {
		if have.State.Mended() && d.at > have.At && was.Ref != ref && !r.absent {
			f.Judgement = plumbline.Judgement{Detail: "Found again after it was said to be mended.", At: d.at, ByName: d.format, Ref: ref}
			return "It was said to be mended, and is there again; its first date counts."
		}
		return ""
	}
	j := r.verdict
	dated := j.At != 0
	if !dated {
		j.At = d.at
	}
	j.At = min(j.At, d.w.now())
	j.ByName, j.Ref = d.format, ref
	switch {
	case j.Same(have):
		return ""
	case have.At > j.At, have.By != "" && !dated, have.At == j.At && !(have.State.Stops() && !j.State.Stops()):
		return "A verdict that was given here, or later, stays."
	}
	if j.State.Mended() && was.Seen > d.at {
		return "It says that this is mended; a newer scan finds it still."
	}
	f.Judgement = j
	return ""
}

// alike says whether two states of a finding differ in nothing but who saw it
// last.
func alike(a, b plumbline.Finding) bool {
	for _, f := range [...]*plumbline.Finding{&a, &b} {
		f.Seen, f.Ref, f.Stream = 0, "", ""
		f.Judgement.Ref, f.Judgement.At = "", 0
	}
	return reflect.DeepEqual(a, b)
}

// write keeps what was taken in.
func (d *desk) write(tx *store.Tx) error {
	var put []plumbline.Finding
	fresh := 0
	for _, f := range d.order {
		was, known := d.before[f.ID]
		if known && reflect.DeepEqual(was, *f) {
			continue
		}
		put = append(put, *f)
		if !known {
			fresh++
		}
	}
	if len(put) == 0 && len(d.names.fresh) == 0 {
		return nil
	}
	if err := tx.PutFindings(put); err != nil {
		return err
	}
	if err := d.resettle(tx); err != nil {
		return err
	}
	for _, f := range put {
		if f.Judgement.At != 0 && !reflect.DeepEqual(f.Judgement, d.before[f.ID].Judgement) {
			if err := tx.InsertJudgement(f.ID, f.Judgement); err != nil {
				return err
			}
		}
	}
	if err := d.w.refresh(tx, d.who, map[plumbline.ProductRef]bool{d.product: true}); err != nil {
		return err
	}
	return d.w.note(tx, d.who, "findings imported", map[string]any{"product": d.product, "source": d.format, "new": fresh, "altered": len(put) - fresh})
}

// resettle works out the clocks of findings that have another name now.
func (d *desk) resettle(tx *store.Tx) error {
	var vulns []string
	for _, f := range d.moved {
		vulns = append(vulns, f.Vuln)
	}
	found, err := tx.FindingsOf(vulns)
	if err != nil {
		return err
	}
	_, err = d.w.settleAll(tx, d.who, found)
	return err
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
