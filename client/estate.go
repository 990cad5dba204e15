package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
)

// Entity is an entity of a catalog file with what it is here.
type Entity struct {
	Ref         string               `json:"ref"` // kind:namespace/name
	Kind        string               `json:"kind"`
	File        string               `json:"file"`
	Line        int64                `json:"line"`
	Product     plumbline.ProductRef `json:"product,omitempty"`
	Team        plumbline.TeamRef    `json:"team,omitempty"`
	OrphanSince plumbline.Time       `json:"orphan_since,omitempty"` // its file has it no longer
}

// EntityPage is a page of entities by ref.
type EntityPage struct {
	Entities []Entity `json:"entities"`
	Next     string   `json:"next,omitempty"`
}

// Catalog lists the entities of catalog files: of a kind, or all for ""; with
// orphans only those that their file has no longer.
func (c *Client) Catalog(ctx context.Context, kind string, orphans bool, cursor string) (EntityPage, error) {
	q := url.Values{"orphan": {strconv.FormatBool(orphans)}}
	if kind != "" {
		q.Set("kind", kind)
	}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return call[EntityPage](ctx, c, request{method: http.MethodGet, path: "/catalog", query: q})
}

// ExportCatalog writes the catalog as Backstage descriptors.
func (c *Client) ExportCatalog(ctx context.Context, out io.Writer) error {
	return c.download(ctx, request{method: http.MethodGet, path: "/catalog/export"}, out)
}

// ProductEntry is a product with what the catalog knows of it.
type ProductEntry struct {
	plumbline.Product
	OwnerName string `json:"owner_name"`
	Open      int    `json:"open"`
	Catalog   struct {
		Entity      string `json:"entity"`
		Manager     string `json:"manager"`
		ManagerName string `json:"manager_name"`
		Tier        string `json:"tier"`
		DataClass   string `json:"data_class"`
		Users       []Ref  `json:"users"`
		Customers   []Ref  `json:"customers"` // for cleared readers only
		PartOf      []Tie  `json:"part_of"`
		Map         struct {
			Nodes []Tie `json:"nodes"`
			More  int   `json:"more"`
		} `json:"map"`
		SaidHere struct {
			DependsOn []string `json:"depends_on"`
			PartOf    []string `json:"part_of"`
		} `json:"said_here"`
		Descriptor *Entity  `json:"descriptor"`
		Maturity   Maturity `json:"maturity"`
	} `json:"catalog"`
}

// Ref is a team or a customer with its name.
type Ref struct {
	Ref  string `json:"ref"`
	Name string `json:"name"`
}

// Tie is an entity that a product stands on (Step below 0) or that stands on it.
type Tie struct {
	Ref    string `json:"ref"`
	Name   string `json:"name"`
	Step   int    `json:"step"` // -2 to 2
	How    string `json:"how"`
	From   string `json:"from"` // who says so
	Orphan bool   `json:"orphan"`
}

// Product is a product with what the catalog knows of it.
func (c *Client) Product(ctx context.Context, ref plumbline.ProductRef) (ProductEntry, error) {
	return call[ProductEntry](ctx, c, request{method: http.MethodGet, path: product(ref)})
}

func product(ref plumbline.ProductRef) string { return "/products/" + url.PathEscape(string(ref)) }

// EntryInput is what a product is to those who run it; it replaces what was said
// here. Customers that are nil stay.
type EntryInput struct {
	Manager   string    `json:"manager,omitempty"` // handle
	Tier      string    `json:"tier,omitempty"`
	DataClass string    `json:"data_class,omitempty"`
	Users     []string  `json:"users,omitempty"` // refs of teams
	Customers *[]string `json:"customers,omitempty"`
	DependsOn []string  `json:"depends_on,omitempty"` // refs of products, or entities as kind:namespace/name
	PartOf    []string  `json:"part_of,omitempty"`
}

// PutFacts says what a product is to those who run it.
func (c *Client) PutFacts(ctx context.Context, ref plumbline.ProductRef, in EntryInput) error {
	return c.do(ctx, request{method: http.MethodPut, path: product(ref) + "/facts", in: in})
}

// Maturity is how mature people say a product is.
type Maturity struct {
	Edition string   `json:"edition"`
	Levels  []string `json:"levels"`
	Aspects []struct {
		ID       string         `json:"id"`
		Name     string         `json:"name"`
		Question string         `json:"question"`
		Levels   []string       `json:"levels"`
		Level    int            `json:"level"` // 1 to 4; 0: nobody has said
		Evidence string         `json:"evidence,omitempty"`
		By       string         `json:"by,omitempty"`
		At       plumbline.Time `json:"at,omitempty"`
	} `json:"aspects"`
}

// MaturityInput says how far a product is in one aspect, and what shows it.
type MaturityInput struct {
	Aspect   string `json:"aspect"`
	Level    int    `json:"level"` // 1 to 4
	Evidence string `json:"evidence,omitempty"`
}

// Maturity is how mature people say a product is.
func (c *Client) Maturity(ctx context.Context, ref plumbline.ProductRef) (Maturity, error) {
	return call[Maturity](ctx, c, request{method: http.MethodGet, path: product(ref) + "/maturity"})
}

// Assess says how mature a product is.
func (c *Client) Assess(ctx context.Context, ref plumbline.ProductRef, answers ...MaturityInput) error {
	return c.do(ctx, request{method: http.MethodPost, path: product(ref) + "/maturity", in: map[string]any{"answers": answers}})
}
