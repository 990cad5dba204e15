package findings

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/sources"
)

// The settings of files about one product.
func settings() []sources.Setting {
	return []sources.Setting{
		{Name: "product", Help: "the ref of the product that the file is about.", Required: true},
		{Name: "stream", Help: "the name of the series of scans that the file belongs to; else the tool that wrote it."},
		{Name: "complete", Help: "yes: what the file does not tell of is gone. No: it tells of a part."},
	}
}

// Formats are the formats of files about findings.
func (w *Warden) Formats() []sources.Format {
	return []sources.Format{
		{Name: "cyclonedx", Help: "A bill of materials with vulnerabilities and verdicts about them (VEX): CycloneDX JSON, as Grype, Trivy and Dependency-Track write it.", Settings: settings(), Read: reader(w.takeBill)},
		{Name: "sarif", Help: "Results of scanners of code and of images: SARIF 2.1.0.", Settings: settings(), Read: reader(w.takeResults)},
		{Name: "kev", Help: "The catalog of known exploited vulnerabilities, in JSON, as CISA gives it.", Read: reader(w.takeExploited)},
		{Name: "osv", Help: "Advisories in the OSV form: other names, severities and fixed versions.", Read: reader(w.takeAdvisories)},
	}
}

// taker takes in a file whose bytes are read.
type taker func(ctx context.Context, who plumbline.Actor, in incoming, report teller) (plumbline.ImportCount, error)

// reader reads the bytes of a file for a taker.
func reader(take taker) sources.Reader {
	return func(ctx context.Context, who plumbline.Actor, f sources.File, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
		if err := rights.Need(who, rights.TakeEvidence); err != nil {
			return plumbline.ImportCount{DryRun: f.DryRun}, err
		}
		data, err := f.Bytes()
		if err != nil {
			return plumbline.ImportCount{DryRun: f.DryRun}, err
		}
		return take(ctx, who, incoming{Name: f.Name, Data: data, Ref: f.Ref, Settings: f.Settings, DryRun: f.DryRun}, tell)
	}
}
