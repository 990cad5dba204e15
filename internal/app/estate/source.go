package estate

import (
	"context"
	"path"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/sources"
	"plumbline/internal/format/backstage"
	"plumbline/internal/format/yamldoc"
	"plumbline/internal/store"
)

// Formats are the formats of files that describe what there is.
func (r *Estate) Formats() []sources.Format {
	return []sources.Format{{
		Name: "backstage", Help: "Backstage catalog: teams, products, processes, and what they stand on. Name the file with the Groups first.",
		Settings: []sources.Setting{{Name: "place", Help: "where the file is when others have its name too, as catalog-info.yaml: the name of its repository, for example."}},
		Max:      yamldoc.MaxBytes, Read: r.readBackstage,
	}}
}

// readBackstage takes in one catalog file, in one transaction.
func (r *Estate) readBackstage(ctx context.Context, who plumbline.Actor, f sources.File, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
	count := plumbline.ImportCount{DryRun: f.DryRun}
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return count, err
	}
	data, err := f.Bytes()
	if err != nil {
		return count, err
	}
	var rows []plumbline.RowReport
	err = r.db.Try(ctx, f.DryRun, func(tx *store.Tx) error {
		rows, err = r.take(tx, who, backstage.File{Name: path.Join(strings.TrimSpace(f.Settings["place"]), f.Name), Data: data}, f.ID, f.DryRun)
		if err != nil || f.DryRun || r.follow == nil {
			return err
		}
		return r.follow(tx, who)
	})
	if err != nil {
		return count, err
	}
	for _, row := range rows {
		count.Add(row.Outcome)
	}
	return count, tell(rows)
}
