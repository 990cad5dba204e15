package findings

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"

	"plumbline"
	"plumbline/internal/format/sarif"
)

// vulnerability names are what databases of vulnerabilities call them; any other
// rule of a scanner is its own.
var vulnerability = regexp.MustCompile(`^(CVE|GHSA|GO|RUSTSEC|PYSEC|OSV|DSA|USN|RHSA|ALAS|TEMP|SNYK)-`)

// takeResults takes in a SARIF log: what scanners of code and of images found in a
// product. A result that is suppressed is kept, and counts in no figure.
func (w *Warden) takeResults(ctx context.Context, who plumbline.Actor, in incoming, report teller) (plumbline.ImportCount, error) {
	runs, err := sarif.Parse(in.Name, in.Data)
	if err != nil {
		return plumbline.ImportCount{DryRun: in.DryRun}, err
	}
	total := plumbline.ImportCount{DryRun: in.DryRun}
	for _, r := range byTool(runs) {
		s, err := w.newScan(ctx, who, in, "sarif", cmp.Or(r.Tool, "sarif"), 0)
		if err != nil {
			return total, err
		}
		s.complete = in.Settings["complete"] != "no" && r.Tool != ""
		var rows []sighting
		for _, one := range r.Results {
			rows = append(rows, resultRow(one))
		}
		err = s.run(ctx, rows, report)
		total.New, total.Changed, total.Same, total.Skipped = total.New+s.count.New, total.Changed+s.count.Changed, total.Same+s.count.Same, total.Skipped+s.count.Skipped
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// byTool puts the runs of each tool together, so that none hides another's.
func byTool(runs []sarif.Run) (out []sarif.Run) {
	for _, r := range runs {
		i := slices.IndexFunc(out, func(have sarif.Run) bool { return have.Tool == r.Tool })
		if i < 0 {
			out = append(out, r)
			continue
		}
		out[i].Results = append(slices.Clip(out[i].Results), r.Results...)
	}
	return out
}

// resultRow is a result as a row. A vulnerability is one in each file that it is
// found in; what a rule of the scanner's own finds is told apart by the fingerprint
// or, where there is none, by what the result says.
func resultRow(r sarif.Result) sighting {
	out := sighting{line: r.Line, skip: r.Skip, vuln: r.Rule, pkg: r.Path, path: r.Path, title: r.Title, suppressed: r.Suppressed, absent: r.Absent}
	if r.Score.Known() {
		out.ratings = []rating{{score: r.Score}}
	}
	if r.At > 0 {
		out.path += ":" + strconv.Itoa(r.At)
	}
	if !vulnerability.MatchString(r.Rule) {
		mark := cmp.Or(r.Fingerprint, r.Message)
		sum := sha256.Sum256([]byte(mark))
		out.pkg = cmp.Or(r.Path, r.Tool) + "#" + hex.EncodeToString(sum[:6])
		out.title = cmp.Or(r.Message, r.Title)
	}
	out.pkg = cmp.Or(out.pkg, r.Tool, "code")
	return out
}
