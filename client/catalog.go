package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// Me is who the server takes this client for.
func (c *Client) Me(ctx context.Context) (Me, error) {
	return call[Me](ctx, c, request{method: http.MethodGet, path: "/me"})
}

// Teams lists the teams by name.
func (c *Client) Teams(ctx context.Context) ([]plumbline.Team, error) {
	var out struct {
		Teams []plumbline.Team `json:"teams"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/teams", out: &out})
	return out.Teams, err
}

// PutTeam makes or changes a team.
func (c *Client) PutTeam(ctx context.Context, t plumbline.Team) error {
	in := teamInput{t.Name, t.Description, t.Label, t.Link, t.Parent, t.Source}
	return c.do(ctx, request{method: http.MethodPut, path: "/teams/" + url.PathEscape(string(t.Ref)), in: in})
}

// Products lists the products and processes by name.
func (c *Client) Products(ctx context.Context) ([]plumbline.Product, error) {
	var out struct {
		Products []plumbline.Product `json:"products"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/products", out: &out})
	return out.Products, err
}

// PutProduct makes or changes a product.
func (c *Client) PutProduct(ctx context.Context, p plumbline.Product) error {
	in := productInput{p.Name, p.Kind, p.Description, p.Owner, p.Lifecycle, p.Links, p.Tags, p.Source}
	return c.do(ctx, request{method: http.MethodPut, path: "/products/" + url.PathEscape(string(p.Ref)), in: in})
}

// Accounts lists the accounts.
func (c *Client) Accounts(ctx context.Context) ([]Account, error) {
	var out struct {
		Accounts []Account `json:"accounts"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/accounts", out: &out})
	return out.Accounts, err
}

// PutAccount makes or changes an account.
func (c *Client) PutAccount(ctx context.Context, ref plumbline.AccountRef, in AccountInput) error {
	return c.do(ctx, request{method: http.MethodPut, path: "/accounts/" + url.PathEscape(string(ref)), in: in})
}

// People lists those who can sign in.
func (c *Client) People(ctx context.Context) ([]plumbline.Person, error) {
	var out struct {
		People []plumbline.Person `json:"people"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/people", out: &out})
	return out.People, err
}

// PutPerson makes or changes somebody who can sign in.
func (c *Client) PutPerson(ctx context.Context, handle string, in PersonInput) (plumbline.Person, error) {
	return call[plumbline.Person](ctx, c, request{method: http.MethodPut, path: "/people/" + url.PathEscape(handle), in: in})
}

// Tokens lists the actor's own API tokens.
func (c *Client) Tokens(ctx context.Context) ([]Token, error) {
	var out struct {
		Tokens []Token `json:"tokens"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/tokens", out: &out})
	return out.Tokens, err
}

// MakeToken makes an API token; the secret is given this once.
func (c *Client) MakeToken(ctx context.Context, name string, scopes []string, days int) (NewToken, error) {
	in := tokenInput{name, scopes, days}
	return call[NewToken](ctx, c, request{method: http.MethodPost, path: "/tokens", in: in})
}

// RevokeToken ends an API token.
func (c *Client) RevokeToken(ctx context.Context, id string) error {
	return c.do(ctx, request{method: http.MethodDelete, path: "/tokens/" + url.PathEscape(id)})
}

// Links are the trackers and how they are.
func (c *Client) Links(ctx context.Context) ([]Link, error) {
	var out struct {
		Links []Link `json:"links"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/links", out: &out})
	return out.Links, err
}

// Link is one tracker, with the answer to what was last asked of it.
func (c *Client) Link(ctx context.Context, id plumbline.LinkID) (Link, error) {
	return call[Link](ctx, c, request{method: http.MethodGet, path: link(id)})
}

// PauseLink stops reading and writing a tracker.
func (c *Client) PauseLink(ctx context.Context, id plumbline.LinkID, reason string) error {
	return c.do(ctx, request{method: http.MethodPost, path: link(id) + "/pause", in: map[string]string{"reason": reason}})
}

// ResumeLink goes on with a paused tracker.
func (c *Client) ResumeLink(ctx context.Context, id plumbline.LinkID) error {
	return c.do(ctx, request{method: http.MethodPost, path: link(id) + "/resume"})
}

// ReleaseLink lets a tracker's backfill be acted on.
func (c *Client) ReleaseLink(ctx context.Context, id plumbline.LinkID) error {
	return c.do(ctx, request{method: http.MethodPost, path: link(id) + "/release"})
}

// RetryLink tries a tracker's held and failed actions again; it says how many.
func (c *Client) RetryLink(ctx context.Context, id plumbline.LinkID) (int, error) {
	var out struct {
		Retried int `json:"retried"`
	}
	err := c.do(ctx, request{method: http.MethodPost, path: link(id) + "/retry", out: &out})
	return out.Retried, err
}

// AskLink asks the server's worker to "test" a tracker, to "plan" a pass or to
// "sync" it; the answer is found with [Client.Link].
func (c *Client) AskLink(ctx context.Context, id plumbline.LinkID, what string) error {
	return c.do(ctx, request{method: http.MethodPost, path: link(id) + "/ask", in: map[string]string{"what": what}})
}

func link(id plumbline.LinkID) string { return "/links/" + url.PathEscape(string(id)) }
