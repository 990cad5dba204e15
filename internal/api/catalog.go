package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app"
)

func (s *server) routeCatalog() {
	add(s, route{method: http.MethodGet, path: "/processes", id: "listProcesses", tag: "catalog", says: "The processes with their lanes, states and fields"},
		func(context.Context, plumbline.Actor, *nothing) (*body[processList], error) {
			return &body[processList]{processList{some(s.app.Processes())}}, nil
		})
	add(s, route{method: http.MethodGet, path: "/teams", id: "listTeams", tag: "catalog", says: "The teams by name"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[teamList], error) {
			v, err := s.app.Teams(ctx, who)
			return wrap(teamList{some(v)}, err)
		})
	add(s, route{method: http.MethodPut, path: "/teams/{ref}", id: "putTeam", tag: "catalog", says: "Make or change a team", status: http.StatusNoContent}, s.putTeam)
	add(s, route{method: http.MethodGet, path: "/products", id: "listProducts", tag: "catalog", says: "The products and processes by name"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[productList], error) {
			v, err := s.app.Products(ctx, who)
			return wrap(productList{some(v)}, err)
		})
	add(s, route{method: http.MethodPut, path: "/products/{ref}", id: "putProduct", tag: "catalog", says: "Make or change a product", status: http.StatusNoContent}, s.putProduct)
	add(s, route{method: http.MethodGet, path: "/accounts", id: "listAccounts", tag: "catalog", says: "The accounts",
		more: "Names and amounts are there for cleared readers only."},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[accountList], error) {
			v, err := s.app.Accounts(ctx, who)
			return wrap(accountList{some(v)}, err)
		})
	add(s, route{method: http.MethodPut, path: "/accounts/{ref}", id: "putAccount", tag: "catalog", says: "Make or change an account", status: http.StatusNoContent}, s.putAccount)
}

type processList struct {
	Processes []app.ProcessView `json:"processes"`
}

type teamList struct {
	Teams []plumbline.Team `json:"teams"`
}

type productList struct {
	Products []plumbline.Product `json:"products"`
}

type accountList struct {
	Accounts []app.AccountView `json:"accounts"`
}

// teamBody is a team without its ref, which is in the address.
type teamBody struct {
	Name        string           `json:"name"`
	Description string           `json:"description,omitempty"`
	Label       string           `json:"label,omitempty" doc:"The tracker label that gives the team work."`
	Link        plumbline.LinkID `json:"link,omitempty" doc:"The tracker in which issues are opened for items that have none."`
	Parent      string           `json:"parent,omitempty"`
	Source      string           `json:"source,omitempty" doc:"Where the record comes from."`
}

func (s *server) putTeam(ctx context.Context, who plumbline.Actor, in *struct {
	Ref  plumbline.TeamRef `path:"ref"`
	Body teamBody
}) (*nothing, error) {
	b := in.Body
	return nil, s.app.PutTeam(ctx, who, plumbline.Team{Ref: in.Ref, Name: b.Name, Description: b.Description,
		Label: b.Label, Link: b.Link, Parent: b.Parent, Source: b.Source})
}

// productBody is a product without its ref, which is in the address.
type productBody struct {
	Name        string            `json:"name"`
	Kind        string            `json:"kind" enum:"product,process"`
	Description string            `json:"description,omitempty"`
	Owner       plumbline.TeamRef `json:"owner,omitempty" doc:"The team's ref."`
	Lifecycle   string            `json:"lifecycle,omitempty"`
	Links       []string          `json:"links,omitempty"`
	Tags        []string          `json:"tags,omitempty"`
	Source      string            `json:"source,omitempty" doc:"Where the record comes from."`
}

func (s *server) putProduct(ctx context.Context, who plumbline.Actor, in *struct {
	Ref  plumbline.ProductRef `path:"ref"`
	Body productBody
}) (*nothing, error) {
	b := in.Body
	return nil, s.app.PutProduct(ctx, who, plumbline.Product{Ref: in.Ref, Name: b.Name, Kind: b.Kind, Description: b.Description,
		Owner: b.Owner, Lifecycle: b.Lifecycle, Links: b.Links, Tags: b.Tags, Source: b.Source})
}

// accountBody is an account without its ref, which is in the address.
type accountBody struct {
	Name     string         `json:"name"`
	ARR      string         `json:"arr,omitempty" doc:"A decimal number of whole units."`
	Currency string         `json:"currency,omitempty" doc:"Of the revenue: three letters."`
	Seats    int64          `json:"seats,omitempty"`
	Renewal  plumbline.Time `json:"renewal,omitempty"`
}

func (s *server) putAccount(ctx context.Context, who plumbline.Actor, in *struct {
	Ref  plumbline.AccountRef `path:"ref"`
	Body accountBody
}) (*nothing, error) {
	b := in.Body
	return nil, s.app.PutAccount(ctx, who, app.AccountInput{Ref: in.Ref, Name: b.Name, ARR: b.ARR, Currency: b.Currency, Seats: b.Seats, Renewal: b.Renewal})
}
