package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/notices"
)

func (s *server) routeNotices() {
	add(s, route{method: http.MethodGet, path: "/notices", id: "listNotices", tag: "notices", says: "What the actor was told, by item, newest first"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Unread bool   `query:"unread" doc:"Leave out what was read."`
			Cursor string `query:"cursor"`
		}) (*body[notices.NoticePage], error) {
			page, err := s.app.Notices(ctx, who, in.Unread, in.Cursor)
			page.Groups = some(page.Groups)
			return wrap(page, err)
		})
	add(s, route{method: http.MethodPost, path: "/notices/read", id: "readNotices", tag: "notices", says: "Mark notices as read", status: http.StatusNoContent,
		more: "Those of one item, or all; up to an event, so that what came since stays unread."}, s.readNotices)
	add(s, route{method: http.MethodGet, path: "/notices/settings", id: "getNoticeSettings", tag: "notices", says: "What the actor wants to be told, and how"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[notices.NoticePrefs], error) {
			return wrap(s.app.Prefs(ctx, who))
		})
	add(s, route{method: http.MethodPut, path: "/notices/settings", id: "putNoticeSettings", tag: "notices", says: "Choose what to be told, and the daily digest", status: http.StatusNoContent}, s.putPrefs)
	s.onOff(route{path: "/items/{key}/mute", id: "muteItem", tag: "notices", says: "Hear nothing more of an item"},
		route{id: "unmuteItem", says: "Hear of an item again"}, (*app.App).Mute)
}

func (s *server) readNotices(ctx context.Context, who plumbline.Actor, in *struct {
	Body struct {
		Key  plumbline.Key `json:"key,omitempty" doc:"Of the item; left out, everything is marked."`
		Upto int64         `json:"upto,omitempty" doc:"The newest event that was seen; left out, all so far."`
	}
}) (*nothing, error) {
	if in.Body.Key == "" {
		_, err := s.app.ReadAllNotices(ctx, who, in.Body.Upto)
		return nil, err
	}
	return nil, s.app.ReadNotices(ctx, who, in.Body.Key, in.Body.Upto)
}

func (s *server) putPrefs(ctx context.Context, who plumbline.Actor, in *struct {
	Body struct {
		Off    []plumbline.NoticeReason `json:"off,omitempty" doc:"Reasons that give no notice: mentioned, assigned, asked, decision, team, following or admin."`
		Digest bool                     `json:"digest,omitempty" doc:"One mail a day, when there is something unread."`
		Hour   int                      `json:"hour,omitempty" minimum:"0" maximum:"23" doc:"Of the mail."`
		Zone   string                   `json:"zone,omitempty" doc:"The hour's time zone; UTC when left out."`
	}
}) (*nothing, error) {
	b := in.Body
	return nil, s.app.PutPrefs(ctx, who, notices.NoticePrefs{Off: b.Off, Digest: b.Digest, Hour: b.Hour, Zone: b.Zone})
}

// webhookRef is a request about one webhook.
type webhookRef struct {
	ID string `path:"id"`
	NoBody
}

func (s *server) routeWebhooks() {
	add(s, route{method: http.MethodGet, path: "/webhooks", id: "listWebhooks", tag: "webhooks", says: "The webhooks, without their secrets"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[webhookList], error) {
			v, err := s.app.Webhooks(ctx, who)
			return wrap(webhookList{some(v)}, err)
		})
	add(s, route{method: http.MethodPut, path: "/webhooks/{id}", id: "putWebhook", tag: "webhooks", says: "Make or change a webhook",
		more: "The id is yours to choose. The signing secret of a new webhook is in this answer and nowhere else."}, s.putWebhook)
	add(s, route{method: http.MethodDelete, path: "/webhooks/{id}", id: "dropWebhook", tag: "webhooks", says: "Remove a webhook", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			ID string `path:"id"`
		}) (*nothing, error) {
			return nil, s.app.DropWebhook(ctx, who, in.ID)
		})
	add(s, route{method: http.MethodGet, path: "/webhooks/{id}/deliveries", id: "listDeliveries", tag: "webhooks", says: "The newest deliveries to a webhook, with their results"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			ID string `path:"id"`
		}) (*body[deliveryList], error) {
			v, err := s.app.Deliveries(ctx, who, in.ID)
			return wrap(deliveryList{some(v)}, err)
		})
	add(s, route{method: http.MethodPost, path: "/webhooks/{id}/ping", id: "pingWebhook", tag: "webhooks", says: "Send a webhook a test delivery", status: http.StatusAccepted},
		func(ctx context.Context, who plumbline.Actor, in *webhookRef) (*nothing, error) {
			return nil, s.app.PingWebhook(ctx, who, in.ID)
		})
	for _, on := range []bool{false, true} {
		path, id, says := "/webhooks/{id}/off", "turnWebhookOff", "Turn a webhook off"
		if on {
			path, id, says = "/webhooks/{id}/on", "turnWebhookOn", "Turn a webhook on again"
		}
		add(s, route{method: http.MethodPost, path: path, id: id, tag: "webhooks", says: says, status: http.StatusNoContent},
			func(ctx context.Context, who plumbline.Actor, in *webhookRef) (*nothing, error) {
				return nil, s.app.SetWebhook(ctx, who, in.ID, on)
			})
	}
	add(s, route{method: http.MethodPost, path: "/webhooks/{id}/retry", id: "retryWebhook", tag: "webhooks", says: "Send failed deliveries again, with the same ids"},
		func(ctx context.Context, who plumbline.Actor, in *webhookRef) (*body[retried], error) {
			n, err := s.app.RetryWebhook(ctx, who, in.ID)
			return wrap(retried{n}, err)
		})
	add(s, route{method: http.MethodPut, path: "/webhooks/{id}/secret", id: "turnWebhookSecret", tag: "webhooks", says: "Give a webhook a new signing secret",
		more: "It is in this answer and nowhere else. The one before signs too for a day."},
		func(ctx context.Context, who plumbline.Actor, in *webhookRef) (*body[webhookSecret], error) {
			secret, err := s.app.TurnSecret(ctx, who, in.ID)
			return wrap(webhookSecret{secret}, err)
		})
}

// routeFeed is the actor's own feed address and single letters.
func (s *server) routeFeed() {
	add(s, route{method: http.MethodGet, path: "/feed", id: "getFeed", tag: "notices", says: "Whether the actor has a feed address"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[notices.FeedView], error) {
			return wrap(s.app.Feed(ctx, who))
		})
	add(s, route{method: http.MethodPut, path: "/feed", id: "makeFeed", tag: "notices", says: "Make a feed address, in place of the one before",
		more: "The secret is in this answer and nowhere else. It stands as `token` in the addresses of feeds and calendar, and only reads."},
		func(ctx context.Context, who plumbline.Actor, _ *NoBody) (*body[newFeed], error) {
			secret, err := s.app.MakeFeed(ctx, who)
			return wrap(newFeed{secret}, err)
		})
	add(s, route{method: http.MethodDelete, path: "/feed", id: "endFeed", tag: "notices", says: "End the actor's feed address", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*nothing, error) {
			return nil, s.app.EndFeed(ctx, who)
		})
	add(s, route{method: http.MethodPost, path: "/deliveries/{id}/retry", id: "retryDelivery", tag: "webhooks", says: "Send one letter that has ended again, with the same id", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *webhookRef) (*nothing, error) {
			return nil, s.app.SendAgain(ctx, who, in.ID)
		})
}

// newFeed is the secret of a feed address, which is shown once.
type newFeed struct {
	Secret string `json:"secret"`
}

type webhookList struct {
	Webhooks []plumbline.Webhook `json:"webhooks"`
}

type deliveryList struct {
	Deliveries []notices.Delivery `json:"deliveries"`
}

type webhookSecret struct {
	Secret string `json:"secret"`
}

// newWebhook is a webhook, with its secret when it is new.
type newWebhook struct {
	Secret  string            `json:"secret,omitempty"`
	Webhook plumbline.Webhook `json:"webhook"`
}

func (s *server) putWebhook(ctx context.Context, who plumbline.Actor, in *struct {
	ID   string `path:"id"`
	Body struct {
		Name  string   `json:"name" doc:"What receives it."`
		URL   string   `json:"url" doc:"https://…; plain http and private networks only where the configuration allows them."`
		Types []string `json:"types,omitempty" doc:"Of events, such as item.moved; left out, all."`
	}
}) (*body[newWebhook], error) {
	secret, h, err := s.app.SetUpWebhook(ctx, who, in.ID, notices.WebhookInput{Name: in.Body.Name, URL: in.Body.URL, Types: in.Body.Types})
	return wrap(newWebhook{secret, h}, err)
}
