package estate

import (
	"context"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// EntityQuery says which entities are listed.
type EntityQuery struct {
	Kind   string // "": all
	Orphan bool   // only those that their file has no longer
	Cursor string // the next of the page before
}

// EntityPage is a page of entities by ref.
type EntityPage struct {
	Entities []EntityView `json:"entities"`
	Next     string       `json:"next,omitempty"`
}

// EntityView is an entity of a catalog file with what it is here.
type EntityView struct {
	DescriptorView
	Product plumbline.ProductRef `json:"product,omitempty"`
	Team    plumbline.TeamRef    `json:"team,omitempty"`
}

// CatalogEntities lists the entities of catalog files by ref, without their documents.
func (r *Estate) CatalogEntities(ctx context.Context, who plumbline.Actor, q EntityQuery) (out EntityPage, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	out.Entities = []EntityView{}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.Descriptors(strings.ToLower(q.Kind), q.Orphan, q.Cursor, plumbline.PageSize+1)
		if len(list) > plumbline.PageSize {
			list = list[:plumbline.PageSize]
			out.Next = list[len(list)-1].Ref
		}
		for _, d := range list {
			out.Entities = append(out.Entities, EntityView{Product: d.Product, Team: d.Team,
				DescriptorView: DescriptorView{Ref: d.Ref, Kind: d.Kind, File: d.File, Line: d.Line, Origin: d.Origin, At: d.At, Missing: d.Missing}})
		}
		return err
	})
	return out, err
}
