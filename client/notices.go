package client

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// Notice is one event that the actor was told of, in words.
type Notice struct {
	Seq      int64                  `json:"seq"`
	At       plumbline.Time         `json:"at"`
	Type     string                 `json:"type"`
	By       string                 `json:"by"`
	Sentence string                 `json:"sentence"`
	Detail   string                 `json:"detail,omitempty"`
	Reason   plumbline.NoticeReason `json:"reason"`
	Unread   bool                   `json:"unread"`
}

// NoticeGroup is what the actor was told of one item, newest first; Key is empty
// when it is about the installation.
type NoticeGroup struct {
	Key      plumbline.Key          `json:"key,omitempty"`
	Title    string                 `json:"title"`
	State    plumbline.State        `json:"state,omitempty"`
	Reason   plumbline.NoticeReason `json:"reason"`
	Unread   bool                   `json:"unread"`
	Muted    bool                   `json:"muted"`
	Watching bool                   `json:"watching"`
	Last     int64                  `json:"last"`
	Lines    []Notice               `json:"lines"`
}

// NoticePage is a page of notices.
type NoticePage struct {
	Groups []NoticeGroup `json:"groups"`
	Unread int           `json:"unread"` // items, at most 100
	Next   string        `json:"next,omitempty"`
	Seq    int64         `json:"seq"`
}

// NoticeSettings is what the actor wants to be told, and how. Email and Mail are
// only read.
type NoticeSettings struct {
	Off    []plumbline.NoticeReason `json:"off,omitempty"`
	Digest bool                     `json:"digest,omitempty"`
	Hour   int                      `json:"hour,omitempty"`
	Zone   string                   `json:"zone,omitempty"`
	Email  string                   `json:"email,omitempty"`
	Mail   bool                     `json:"mail,omitempty"`
}

// Notices is a page of what the actor was told.
func (c *Client) Notices(ctx context.Context, unread bool, cursor string) (NoticePage, error) {
	q := values("cursor", cursor)
	if unread {
		if q == nil {
			q = url.Values{}
		}
		q.Set("unread", "true")
	}
	return call[NoticePage](ctx, c, request{method: http.MethodGet, path: "/notices", query: q})
}

// ReadNotices marks an item's notices, or with an empty key all, as read, up to
// the event upto; 0 is all so far.
func (c *Client) ReadNotices(ctx context.Context, key plumbline.Key, upto int64) error {
	in := struct {
		Key  plumbline.Key `json:"key,omitempty"`
		Upto int64         `json:"upto,omitempty"`
	}{key, upto}
	return c.do(ctx, request{method: http.MethodPost, path: "/notices/read", in: in})
}

// NoticeSettings are the actor's.
func (c *Client) NoticeSettings(ctx context.Context) (NoticeSettings, error) {
	return call[NoticeSettings](ctx, c, request{method: http.MethodGet, path: "/notices/settings"})
}

// PutNoticeSettings replaces the actor's.
func (c *Client) PutNoticeSettings(ctx context.Context, in NoticeSettings) error {
	in.Email, in.Mail = "", false
	return c.do(ctx, request{method: http.MethodPut, path: "/notices/settings", in: in})
}

// Mute makes the actor hear nothing more of an item.
func (c *Client) Mute(ctx context.Context, key plumbline.Key) error {
	return c.do(ctx, request{method: http.MethodPost, path: item(key) + "/mute"})
}

// Unmute ends that.
func (c *Client) Unmute(ctx context.Context, key plumbline.Key) error {
	return c.do(ctx, request{method: http.MethodDelete, path: item(key) + "/mute"})
}

// Feed says whether the actor has a feed address.
type Feed struct {
	Has     bool           `json:"has"`
	Created plumbline.Time `json:"created,omitempty"`
	Used    plumbline.Time `json:"used,omitempty"`
}

// Feed says whether the actor has a feed address.
func (c *Client) Feed(ctx context.Context) (Feed, error) {
	return call[Feed](ctx, c, request{method: http.MethodGet, path: "/feed"})
}

// MakeFeed makes a feed address in place of the one before; its secret is told
// this once.
func (c *Client) MakeFeed(ctx context.Context) (string, error) {
	var out struct {
		Secret string `json:"secret"`
	}
	err := c.do(ctx, request{method: http.MethodPut, path: "/feed", out: &out})
	return out.Secret, err
}

// EndFeed ends the actor's feed address.
func (c *Client) EndFeed(ctx context.Context) error {
	return c.do(ctx, request{method: http.MethodDelete, path: "/feed"})
}

// WebhookInput makes or changes a webhook.
type WebhookInput struct {
	Name  string   `json:"name"`
	URL   string   `json:"url"`
	Types []string `json:"types,omitempty"` // none: all
}

// NewWebhook is a webhook, with its secret when it is new.
type NewWebhook struct {
	Secret  string            `json:"secret,omitempty"`
	Webhook plumbline.Webhook `json:"webhook"`
}

// Delivery is one letter to a webhook.
type Delivery struct {
	ID       string                 `json:"id"`
	Type     string                 `json:"type"`
	Status   plumbline.ActionStatus `json:"status"`
	Attempts int                    `json:"attempts"`
	Result   string                 `json:"result,omitempty"`
	Created  plumbline.Time         `json:"created"`
	Next     plumbline.Time         `json:"next,omitempty"`
	Done     plumbline.Time         `json:"done,omitempty"`
}

// Webhooks are the webhooks, without their secrets.
func (c *Client) Webhooks(ctx context.Context) ([]plumbline.Webhook, error) {
	var out struct {
		Webhooks []plumbline.Webhook `json:"webhooks"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: "/webhooks", out: &out})
	return out.Webhooks, err
}

// PutWebhook makes or changes the webhook with an id of the caller's choice.
func (c *Client) PutWebhook(ctx context.Context, id string, in WebhookInput) (NewWebhook, error) {
	return call[NewWebhook](ctx, c, request{method: http.MethodPut, path: webhook(id), in: in})
}

// DropWebhook removes a webhook.
func (c *Client) DropWebhook(ctx context.Context, id string) error {
	return c.do(ctx, request{method: http.MethodDelete, path: webhook(id)})
}

// PingWebhook sends a webhook a test delivery.
func (c *Client) PingWebhook(ctx context.Context, id string) error {
	return c.do(ctx, request{method: http.MethodPost, path: webhook(id) + "/ping"})
}

// SetWebhook turns a webhook on or off.
func (c *Client) SetWebhook(ctx context.Context, id string, on bool) error {
	word := map[bool]string{true: "/on", false: "/off"}[on]
	return c.do(ctx, request{method: http.MethodPost, path: webhook(id) + word})
}

// RetryWebhook sends a webhook's failed deliveries again and says how many.
func (c *Client) RetryWebhook(ctx context.Context, id string) (int, error) {
	var out struct {
		Retried int `json:"retried"`
	}
	err := c.do(ctx, request{method: http.MethodPost, path: webhook(id) + "/retry", out: &out})
	return out.Retried, err
}

// RetryDelivery sends one letter that has ended again.
func (c *Client) RetryDelivery(ctx context.Context, id string) error {
	return c.do(ctx, request{method: http.MethodPost, path: "/deliveries/" + url.PathEscape(id) + "/retry"})
}

// TurnWebhookSecret gives a webhook a new signing secret, told this once.
func (c *Client) TurnWebhookSecret(ctx context.Context, id string) (string, error) {
	var out struct {
		Secret string `json:"secret"`
	}
	err := c.do(ctx, request{method: http.MethodPut, path: webhook(id) + "/secret", out: &out})
	return out.Secret, err
}

// Deliveries are the newest deliveries to a webhook.
func (c *Client) Deliveries(ctx context.Context, id string) ([]Delivery, error) {
	var out struct {
		Deliveries []Delivery `json:"deliveries"`
	}
	err := c.do(ctx, request{method: http.MethodGet, path: webhook(id) + "/deliveries", out: &out})
	return out.Deliveries, err
}

func webhook(id string) string { return "/webhooks/" + url.PathEscape(id) }
