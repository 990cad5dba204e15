package findings

import (
	"context"
	"reflect"
	"strings"

	"plumbline"
	"plumbline/internal/format/kev"
	"plumbline/internal/format/osv"
	"plumbline/internal/store"
)

// takeExploited takes in the catalog of known exploited vulnerabilities. It starts
// clocks only for products that have one of them. What the catalog lists no more is
// marked as missing, and keeps its date.
func (w *Warden) takeExploited(ctx context.Context, who plumbline.Actor, in incoming, report teller) (plumbline.ImportCount, error) {
	count := plumbline.ImportCount{DryRun: in.DryRun}
	c, err := kev.Parse(in.Name, in.Data)
	if err != nil {
		return count, err
	}
	var reports []plumbline.RowReport
	err = w.do(ctx, in.DryRun, func(tx *store.Tx) (err error) {
		reports, err = w.exploited(tx, who, in, c)
		return err
	})
	if err != nil {
		return count, err
	}
	for _, r := range reports {
		count.Add(r.Outcome)
	}
	return count, report(reports)
}

func (w *Warden) exploited(tx *store.Tx, who plumbline.Actor, in incoming, c *kev.Catalog) (reports []plumbline.RowReport, err error) {
	listed, err := tx.AllExploited()
	if err != nil {
		return nil, err
	}
	have := map[string]plumbline.Exploited{}
	for _, e := range listed {
		have[e.CVE] = e
	}
	told := map[string]bool{}
	var put []plumbline.Exploited
	for _, e := range c.Entries {
		report := plumbline.RowReport{File: in.Name, Line: e.Line, Ref: e.CVE, Title: e.Name, Outcome: plumbline.RowSkipped, Reason: e.Skip}
		if e.Skip == "" {
			told[e.CVE] = true
			was, known := have[e.CVE]
			entry := e.Exploited
			entry.Ref = in.Ref(e.Line)
			report.Outcome, report.Reason = compareEntry(was, known, entry)
			if report.Outcome != plumbline.RowSame {
				put = append(put, entry)
			}
		}
		reports = append(reports, report)
	}
	for _, e := range listed {
		if !told[e.CVE] && e.Missing == 0 && (c.Released == 0 || c.Released >= e.Added) {
			e.Missing = w.now()
			put = append(put, e)
			reports = append(reports, plumbline.RowReport{File: in.Name, Ref: e.CVE, Title: e.Name, Outcome: plumbline.RowChanged, Reason: "The catalog lists it no more. It is kept, and so is its date."})
		}
	}
	if len(put) == 0 || in.DryRun {
		return reports, nil
	}
	return reports, w.putExploited(tx, who, put)
}

// compareEntry says what became of an entry, with a remark on what differs.
func compareEntry(was plumbline.Exploited, known bool, e plumbline.Exploited) (plumbline.RowOutcome, string) {
	var remarks []string
	if e.Due != 0 && e.Due < e.Added {
		remarks = append(remarks, "The clock is in the past: it was due before it was listed.")
	}
	outcome := plumbline.RowNew
	if known {
		outcome = plumbline.RowChanged
		if was.Ransomware != e.Ransomware {
			remarks = append(remarks, "The flag of ransomware changed.")
		}
		if was.Due != e.Due {
			remarks = append(remarks, "The due date moved.")
		}
		was.Ref = e.Ref
		if reflect.DeepEqual(was, e) {
			outcome = plumbline.RowSame
		}
	}
	return outcome, strings.Join(remarks, " ")
}

func (w *Warden) putExploited(tx *store.Tx, who plumbline.Actor, put []plumbline.Exploited) error {
	if err := tx.PutExploited(put); err != nil {
		return err
	}
	var cves []string
	for _, e := range put {
		cves = append(cves, e.CVE)
	}
	found, err := tx.FindingsOf(cves)
	if err != nil {
		return err
	}
	matched, err := w.settleAll(tx, who, found)
	if err != nil {
		return err
	}
	return w.note(tx, who, "exploited imported", map[string]any{"source": "kev", "new": len(put), "altered": matched})
}

// settleAll works out anew what follows for findings, keeps those that changed,
// judges the constraints of their products again, and says how many changed.
func (w *Warden) settleAll(tx *store.Tx, who plumbline.Actor, found []plumbline.Finding) (int, error) {
	var vulns []string
	for _, f := range found {
		vulns = append(vulns, f.Vuln)
	}
	around, err := around(tx, vulns)
	if err != nil {
		return 0, err
	}
	var put []plumbline.Finding
	products := map[plumbline.ProductRef]bool{}
	for _, f := range found {
		was := f
		if around.settle(&f); f.Merged == "" && !reflect.DeepEqual(was, f) {
			put = append(put, f)
			products[f.Product] = true
		}
	}
	if err := tx.PutFindings(put); err != nil {
		return 0, err
	}
	return len(put), w.refresh(tx, who, products)
}

// takeAdvisories takes in advisories in the OSV form: what vulnerabilities are
// called elsewhere, how severe they are, and since when they are mended.
func (w *Warden) takeAdvisories(ctx context.Context, who plumbline.Actor, in incoming, report teller) (plumbline.ImportCount, error) {
	count := plumbline.ImportCount{DryRun: in.DryRun}
	list, err := osv.Parse(in.Name, in.Data)
	if err != nil {
		return count, err
	}
	for len(list) > 0 {
		n := min(chunk, len(list))
		var reports []plumbline.RowReport
		err := w.do(ctx, in.DryRun, func(tx *store.Tx) (err error) {
			reports, err = w.advise(tx, who, in, list[:n])
			return err
		})
		if err != nil {
			return count, err
		}
		for _, r := range reports {
			count.Add(r.Outcome)
		}
		if err := report(reports); err != nil {
			return count, err
		}
		list = list[n:]
	}
	return count, nil
}

func (w *Warden) advise(tx *store.Tx, who plumbline.Actor, in incoming, list []osv.Advisory) (reports []plumbline.RowReport, err error) {
	var groups naming
	for _, a := range list {
		if a.Skip == "" {
			groups = append(groups, append([]string{a.ID}, a.Aliases...))
		}
	}
	names, err := learn(tx, groups)
	if err != nil {
		return nil, err
	}
	known, err := tx.Advisories(meant(names.now, groups.names()))
	if err != nil {
		return nil, err
	}
	var vulns []string
	for _, a := range list {
		report := plumbline.RowReport{File: in.Name, Line: a.Line, Ref: a.ID, Title: a.Summary, Outcome: plumbline.RowSkipped, Reason: a.Skip}
		if a.Skip == "" {
			was, there := known[names.of(a.ID)]
			is := said(was, a, names.of(a.ID), in.Ref(a.Line))
			report.Outcome = outcomeOf(there, reflect.DeepEqual(was, is) && names.fresh[a.ID] == "")
			if !in.DryRun && report.Outcome != plumbline.RowSame {
				if err := tx.PutAdvisory(is); err != nil {
					return nil, err
				}
			}
			known[is.Vuln] = is
			vulns = append(vulns, is.Vuln)
		}
		reports = append(reports, report)
	}
	if in.DryRun {
		return reports, nil
	}
	return reports, w.heed(tx, who, names, vulns, reports)
}

func outcomeOf(known, same bool) plumbline.RowOutcome {
	switch {
	case !known:
		return plumbline.RowNew
	case same:
		return plumbline.RowSame
	}
	return plumbline.RowChanged
}

// said is what is known of a vulnerability with what one more advisory says: it
// adds what was not known, and the same file says its own again.
func said(was plumbline.Advisory, a osv.Advisory, vuln, ref string) plumbline.Advisory {
	is := was
	is.Vuln = vuln
	if is.Ref == "" || is.Summary == "" {
		is.Summary, is.Ref = a.Summary, ref
	}
	if is.Published == 0 || a.Published != 0 && a.Published < is.Published {
		is.Published = a.Published
	}
	is.Withdrawn = max(is.Withdrawn, a.Withdrawn)
	var ratings []rating
	for _, v := range a.Vectors {
		ratings = append(ratings, rating{vector: v})
	}
	if score, by := scoreOf(append(ratings, rating{word: a.Word})); score.Known() {
		is.Score, is.ScoreBy = score, by
	}
	for _, f := range a.Fixed {
		if len(is.Fixed) < 100 {
			is.Fixed = withName(is.Fixed, f)
		}
	}
	return is
}

// heed gives findings the names and the severities that advisories tell of.
func (w *Warden) heed(tx *store.Tx, who plumbline.Actor, names learned, vulns []string, reports []plumbline.RowReport) error {
	changed := 0
	for _, r := range reports {
		if r.Outcome == plumbline.RowNew || r.Outcome == plumbline.RowChanged {
			changed++
		}
	}
	if changed == 0 {
		return nil
	}
	moved, err := names.follow(tx)
	if err != nil {
		return err
	}
	if err := keepNames(tx, names, moved); err != nil {
		return err
	}
	products := map[plumbline.ProductRef]bool{}
	for _, f := range moved {
		products[f.Product] = true
	}
	found, err := tx.FindingsOf(vulns)
	if err != nil {
		return err
	}
	if _, err := w.settleAll(tx, who, found); err != nil {
		return err
	}
	if err := w.refresh(tx, who, products); err != nil {
		return err
	}
	return w.note(tx, who, "advisories imported", map[string]any{"source": "osv", "altered": changed})
}
