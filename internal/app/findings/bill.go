package findings

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"plumbline"
	"plumbline/internal/format/cyclonedx"
	"plumbline/internal/store"
)

// takeBill takes in a bill of materials in CycloneDX: parts of a product, what is
// wrong with them, and what was found out about that.
func (w *Warden) takeBill(ctx context.Context, who plumbline.Actor, in incoming, report teller) (plumbline.ImportCount, error) {
	d, err := cyclonedx.Parse(in.Name, in.Data)
	if err != nil {
		return plumbline.ImportCount{DryRun: in.DryRun}, err
	}
	s, err := w.newScan(ctx, who, in, "cyclonedx", cmp.Or(d.Tool, d.Subject.Package, "cyclonedx"), d.At)
	if err != nil {
		return plumbline.ImportCount{DryRun: in.DryRun}, err
	}
	s.complete = d.Lists && d.Scans
	switch in.Settings["complete"] {
	case "yes":
		s.complete = true
	case "no":
		s.complete = false
	case "":
	default:
		return s.count, plumbline.FieldError("complete", "Say yes or no: whether what the file does not tell of is gone.")
	}
	if err := s.takeParts(ctx, d, report); err != nil {
		return s.count, err
	}
	rows, err := s.sightings(ctx, d)
	if err != nil {
		return s.count, err
	}
	return s.count, s.run(ctx, rows, report)
}

// takeParts takes in the components, all in one transaction.
func (s *scan) takeParts(ctx context.Context, d *cyclonedx.Document, report teller) error {
	if !d.Lists {
		return nil
	}
	var reports []plumbline.RowReport
	err := s.w.do(ctx, s.in.DryRun, func(tx *store.Tx) (err error) {
		reports, err = s.parts(tx, d)
		return err
	})
	return s.told(err, reports, report)
}

// partOf is what makes a part one and the same within a stream.
func partOf(c plumbline.Component) string { return c.Package + "\x00" + c.Version }

func (s *scan) parts(tx *store.Tx, d *cyclonedx.Document) (reports []plumbline.RowReport, err error) {
	listed, err := tx.Components(s.product)
	if err != nil {
		return nil, err
	}
	have, told := map[string]plumbline.Component{}, map[string]int{}
	newest := plumbline.Time(0)
	for _, c := range listed {
		if c.Stream == s.stream {
			have[partOf(c)] = c
			newest = max(newest, c.Seen)
		}
	}
	var put []plumbline.Component
	for _, p := range d.Parts {
		report := plumbline.RowReport{File: s.in.Name, Line: p.Line, Ref: p.Ref, Title: p.Package, Outcome: plumbline.RowSkipped, Reason: p.Skip}
		c := plumbline.Component{Product: s.product, Package: p.Package, Version: p.Version, Kind: p.Kind, Stream: s.stream, BOMRef: p.Ref, Seen: s.at, Ref: s.in.Ref(p.Line)}
		was, known := have[partOf(c)]
		first, twice := told[partOf(c)]
		switch {
		case p.Skip != "":
		case twice:
			report.Reason = fmt.Sprintf("%s stands in line %d already.", p.Package, first)
		case !known:
			report.Outcome, put = plumbline.RowNew, append(put, c)
		case was.Ref == c.Ref || s.at <= was.Seen && was.Gone == 0 || s.at < was.Seen:
			report.Outcome = plumbline.RowSame
		default:
			report.Outcome, put = plumbline.RowSame, append(put, c)
			if was.Gone != 0 || was.Kind != c.Kind {
				report.Outcome = plumbline.RowChanged
			}
		}
		if p.Skip == "" && !twice {
			told[partOf(c)] = p.Line
		}
		reports = append(reports, report)
	}
	if s.at >= newest {
		for _, name := range slices.Sorted(maps.Keys(have)) {
			if c := have[name]; c.Gone == 0 && told[name] == 0 {
				c.Gone = s.at
				put = append(put, c)
				reports = append(reports, plumbline.RowReport{File: s.in.Name, Ref: c.BOMRef, Title: c.Package, Outcome: plumbline.RowChanged, Reason: "It is in the newest bill no more."})
			}
		}
	}
	if len(put) == 0 || s.in.DryRun {
		return reports, nil
	}
	if err := tx.PutComponents(put); err != nil {
		return nil, err
	}
	return reports, s.w.note(tx, s.who, "components imported", map[string]any{"product": s.product, "source": s.stream, "altered": len(put)})
}

// sightings are the vulnerabilities of a bill, one row for each package that has
// one. References into other bills are looked up among the product's parts.
func (s *scan) sightings(ctx context.Context, d *cyclonedx.Document) ([]sighting, error) {
	known := map[string]plumbline.Component{}
	err := s.w.db.Read(ctx, func(tx *store.Tx) error {
		parts, err := tx.Components(s.product)
		for _, c := range parts {
			if c.BOMRef != "" {
				known[c.BOMRef] = c
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []sighting
	groups := map[string][]int{}
	says := map[int]string{}
	for _, v := range d.Vulns {
		one := sighting{line: v.Line, skip: v.Skip, vuln: v.ID, aliases: v.Aliases, title: v.Title, judged: v.Judged, verdict: v.Judgement}
		for _, r := range v.Ratings {
			one.ratings = append(one.ratings, rating{r.Method, r.Score, r.Word, r.Vector})
		}
		if v.Skip != "" {
			out = append(out, one)
			continue
		}
		for _, a := range v.Affects {
			row := one
			part, ok := d.Resolve(a.Ref)
			if c, listed := known[part.Ref]; !ok && listed {
				part, ok = cyclonedx.Component{Package: c.Package, Version: c.Version}, true
			}
			row.pkg, row.version, row.path = part.Package, part.Version, a.Ref
			if !ok {
				row.remark = fmt.Sprintf("No component is called %q: it is kept under that name.", a.Ref)
			}
			says[len(out)] = a.Says(part.Version)
			if says[len(out)] == "unaffected" && !row.judged {
				row.judged, row.verdict = true, plumbline.Judgement{State: plumbline.NotAffected, Detail: "The file says that version " + part.Version + " is not affected."}
			}
			at := placeOf(row.vuln, row.pkg)
			groups[at] = append(groups[at], len(out))
			out = append(out, row)
		}
	}
	for _, group := range groups {
		settleRows(out, group, says)
	}
	return out, nil
}

// settleRows says which of several rows about one vulnerability in one package
// counts: those that speak of the version that there is come first, and among them
// one that leaves the clock running.
func settleRows(rows []sighting, group []int, says map[int]string) {
	if len(group) == 1 {
		return
	}
	apply := slices.DeleteFunc(slices.Clone(group), func(i int) bool { return says[i] == "" })
	if len(apply) == 0 {
		apply = group
	}
	best := apply[0]
	for _, i := range apply {
		if rows[best].judged && rows[best].verdict.State.Stops() && rows[i].judged && !rows[i].verdict.State.Stops() {
			best = i
		}
	}
	for _, i := range group {
		if i != best {
			rows[i].lost = true
			rows[i].remark = fmt.Sprintf("Another row tells of it, in line %d: that one counts.", rows[best].line)
			if reflect.DeepEqual(rows[i].verdict, rows[best].verdict) {
				rows[i].remark = fmt.Sprintf("It was told in line %d.", rows[best].line)
			}
		}
	}
}
