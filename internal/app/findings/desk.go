package findings

import (
	"fmt"
	"reflect"
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

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
