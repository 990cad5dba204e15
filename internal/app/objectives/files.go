package objectives

import (
	"context"
	"strconv"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/sources"
)

// maxFile is how many bytes a file of objectives has at most.
const maxFile = 16 << 20

// Formats are the files that objectives come in. Both are read alike: a file may
// hold documents of either form.
func (r *Room) Formats() []sources.Format {
	product := sources.Setting{Name: "product", Help: "the product or process that the objectives are about, when their services do not say it."}
	days := sources.Setting{Name: "days", Help: "the window of Sloth's objectives in days, when it is not 30."}
	return []sources.Format{
		{Name: "openslo", Help: "service level objectives in YAML, as OpenSLO writes them (v1, v1alpha, v2alpha)", Settings: []sources.Setting{product}, Max: maxFile, Read: r.readFile},
		{Name: "sloth", Help: "service level objectives in YAML, as Sloth reads them (its own form, its Kubernetes resource, OpenSLO)", Settings: []sources.Setting{product, days}, Max: maxFile, Read: r.readFile},
	}
}

// readFile is the reader of these formats.
func (r *Room) readFile(ctx context.Context, who plumbline.Actor, f sources.File, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
	if err := rights.Need(who, rights.TakeEvidence); err != nil {
		return plumbline.ImportCount{}, err
	}
	in := Definitions{Name: f.Name, Hash: f.Hash, Kept: f.ID, Product: f.Settings["product"], DryRun: f.DryRun}
	if d := f.Settings["days"]; d != "" {
		n, err := strconv.Atoi(d)
		if err != nil || n < 1 || n > plumbline.MaxWindowDays {
			return plumbline.ImportCount{}, plumbline.FieldError("days", "The window is a number of days from 1 to %d, not %q.", plumbline.MaxWindowDays, clip(d, 40))
		}
		in.Days = n
	}
	var err error
	if in.Body, err = f.Bytes(); err != nil {
		return plumbline.ImportCount{}, err
	}
	count, rows, err := r.define(ctx, who, in)
	if err != nil {
		return count, err
	}
	return count, tell(rows)
}
