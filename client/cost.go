package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// CostQuery says which month, currency and basis of cost are meant; what is empty is
// the latest month, its first currency, and the basis of the budget.
type CostQuery struct{ Month, Currency, Basis string }

func (q CostQuery) values() url.Values {
	out := url.Values{}
	for name, value := range map[string]string{"month": q.Month, "currency": q.Currency, "basis": q.Basis} {
		if value != "" {
			out.Set(name, value)
		}
	}
	return out
}

// CostMoney is an amount on both bases.
type CostMoney struct {
	Billed    plumbline.Decimal `json:"billed"`
	Effective plumbline.Decimal `json:"effective"`
}

// On is the amount on a basis.
func (m CostMoney) On(basis string) plumbline.Decimal {
	if basis == plumbline.Billed {
		return m.Billed
	}
	return m.Effective
}

// CostMonth is what a month came to.
type CostMonth struct {
	Month    string `json:"month"`
	Currency string `json:"currency"`
	Rows     int64  `json:"rows"`
	CostMoney
	Restated bool `json:"restated,omitempty"`
}

// CostLine is one part of a month.
type CostLine struct {
	Value string `json:"value"`
	Rows  int64  `json:"rows"`
	CostMoney
	Share plumbline.Decimal `json:"share"`
}

// CostSide is a month by one of its sides.
type CostSide struct {
	Dim   string     `json:"dim"`
	Lines []CostLine `json:"lines"`
	More  bool       `json:"more,omitempty"`
}

// CostOutlook is what the month is likely to come to.
type CostOutlook struct {
	Complete int               `json:"complete"`
	Actual   plumbline.Decimal `json:"actual"`
	Forecast plumbline.Decimal `json:"forecast"`
	Low      plumbline.Decimal `json:"low"`
	High     plumbline.Decimal `json:"high"`
	Unusual  int               `json:"unusual"`
}

// CostRestated is a month that came to another sum after it was over.
type CostRestated struct {
	Product  plumbline.ProductRef `json:"product"`
	Month    string               `json:"month"`
	Currency string               `json:"currency"`
	Was      CostMoney            `json:"was"`
	Is       CostMoney            `json:"is"`
	Why      string               `json:"why"`
	At       plumbline.Time       `json:"at"`
}

// ProductCost is what one product costs.
type ProductCost struct {
	Product  plumbline.ProductRef `json:"product"`
	Name     string               `json:"name"`
	Month    string               `json:"month"`
	Currency string               `json:"currency"`
	Basis    string               `json:"basis"`
	Months   []CostMonth          `json:"months"`
	Total    CostMonth            `json:"total"`
	Parts    []CostSide           `json:"parts"`
	Outlook  CostOutlook          `json:"outlook"`
	Restated []CostRestated       `json:"restated"`
	Nobody   CostMoney            `json:"unallocated"`
	All      CostMoney            `json:"all"`
	Through  string               `json:"complete_through,omitempty"`
}

// CostProduct is what a product costs in a month.
type CostProduct struct {
	Product plumbline.ProductRef `json:"product"`
	Name    string               `json:"name"`
	Rows    int64                `json:"rows"`
	CostMoney
	Share  plumbline.Decimal `json:"share"`
	Before CostMoney         `json:"before"`
}

// AllCosts is what all products cost in a month.
type AllCosts struct {
	Month    string         `json:"month"`
	Currency string         `json:"currency"`
	Basis    string         `json:"basis"`
	Months   []CostMonth    `json:"months"`
	Total    CostMoney      `json:"total"`
	Nobody   CostMoney      `json:"unallocated"`
	Lines    []CostProduct  `json:"products"`
	Restated []CostRestated `json:"restated"`
	Through  string         `json:"complete_through,omitempty"`
}

// CostRules are the rules that say whose cost a charge is.
type CostRules struct {
	Version string         `json:"version"`
	Text    string         `json:"text"`
	By      string         `json:"by,omitempty"`
	At      plumbline.Time `json:"at,omitempty"`
}

// AllCosts is what all products cost in a month, with what nobody claims.
func (c *Client) AllCosts(ctx context.Context, q CostQuery) (AllCosts, error) {
	return call[AllCosts](ctx, c, request{method: http.MethodGet, path: "/cost", query: q.values()})
}

// ProductCost is what a product costs.
func (c *Client) ProductCost(ctx context.Context, ref plumbline.ProductRef, q CostQuery) (ProductCost, error) {
	return call[ProductCost](ctx, c, request{method: http.MethodGet, path: "/products/" + url.PathEscape(string(ref)) + "/cost", query: q.values()})
}

// CostRules are the rules that say whose cost a charge is.
func (c *Client) CostRules(ctx context.Context) (CostRules, error) {
	return call[CostRules](ctx, c, request{method: http.MethodGet, path: "/cost-rules"})
}

// PutCostRules puts a version of the rules in force.
func (c *Client) PutCostRules(ctx context.Context, text string) (CostRules, error) {
	return call[CostRules](ctx, c, request{method: http.MethodPut, path: "/cost-rules", in: map[string]string{"text": text}})
}
