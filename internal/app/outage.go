package app

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// FileIncident makes an item of the incident process of an incident, and ties it.
func (a *App) FileIncident(ctx context.Context, who plumbline.Actor, n int64) (key plumbline.Key, err error) {
	for _, verb := range [...]rights.Verb{rights.FileItem, rights.TendIncidents} {
		if err := rights.Need(who, verb); err != nil {
			return "", err
		}
	}
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		i, err := tx.Incident(n)
		if err != nil {
			return err
		}
		in := FileInput{Process: "incident", Title: i.Title, Severity: i.Severity, Visibility: plumbline.InternalOnly, Source: i.Name()}
		if len(i.Products) > 0 {
			in.Product = i.Products[0]
		}
		it, err := a.file(tx, who, in)
		if err != nil {
			return err
		}
		key = it.Key
		return a.TieTo(tx, who, n, it)
	})
	return key, err
}
