package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// Templates are what requests and questions are asked with.
func (c *Client) Templates(ctx context.Context) ([]Template, error) {
	var out struct {
		Templates []Template `json:"templates"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/templates", out: &out})
	return out.Templates, err
}

// Template is the template of a class, with its versions.
func (c *Client) Template(ctx context.Context, class string) (Template, error) {
	return call[Template](ctx, c, request{method: http.MethodGet, path: "/templates/" + url.PathEscape(class)})
}

// PutTemplate changes the template of a class to what the YAML says. A version
// below 0 takes it over whatever there is.
func (c *Client) PutTemplate(ctx context.Context, class, source string, version int64) (Template, error) {
	in := struct {
		Source  string `json:"source"`
		Version *int64 `json:"version,omitempty"`
	}{Source: source}
	if version >= 0 {
		in.Version = &version
	}
	return call[Template](ctx, c, request{method: http.MethodPut, path: "/templates/" + url.PathEscape(class), in: in})
}

// ResetTemplate goes back to the template that came with the product.
func (c *Client) ResetTemplate(ctx context.Context, class string) (Template, error) {
	return call[Template](ctx, c, request{method: http.MethodDelete, path: "/templates/" + url.PathEscape(class)})
}

// Mine is what the actor asked for and follows.
func (c *Client) Mine(ctx context.Context) (Mine, error) {
	return call[Mine](ctx, c, request{method: http.MethodGet, path: "/mine"})
}

// AttachLink adds a link to an item.
func (c *Client) AttachLink(ctx context.Context, key plumbline.Key, in AttachmentInput) (plumbline.Attachment, error) {
	return call[plumbline.Attachment](ctx, c, request{method: http.MethodPost, path: item(key) + "/links", in: in})
}

// Convert makes a request of a question.
func (c *Client) Convert(ctx context.Context, key plumbline.Key, class plumbline.Class) (plumbline.Item, error) {
	in := map[string]plumbline.Class{"class": class}
	return call[plumbline.Item](ctx, c, request{method: http.MethodPost, path: item(key) + "/convert", in: in})
}

// AnswerRedirect notes what those answered who own a redirected item.
func (c *Client) AnswerRedirect(ctx context.Context, key plumbline.Key, answer plumbline.PublicText) error {
	in := map[string]plumbline.PublicText{"answer": answer}
	return c.do(ctx, request{method: http.MethodPost, path: item(key) + "/answer", in: in})
}
