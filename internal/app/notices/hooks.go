package notices

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// bothSign is how long the secret before still signs after a new one was made.
const bothSign = 24 * time.Hour

// WebhookInput makes or changes a webhook.
type WebhookInput struct {
	Name  string   `json:"name"`
	URL   string   `json:"url"`
	Types []string `json:"types,omitempty"` // of events, with dots; none: all
}

// Delivery is one letter to a webhook, or one mail, as administrators see it.
type Delivery struct {
	ID       string                 `json:"id"`
	Type     string                 `json:"type"`
	Status   plumbline.ActionStatus `json:"status"`
	Attempts int                    `json:"attempts"`
	Result   string                 `json:"result,omitempty"`
	Created  plumbline.Time         `json:"created"`
	Next     plumbline.Time         `json:"next,omitempty"` // of the next attempt, while it waits
	Done     plumbline.Time         `json:"done,omitempty"`
}

func viewDelivery(l plumbline.Letter) Delivery {
	v := Delivery{ID: l.ID, Type: l.Type, Status: l.Status, Attempts: l.Attempts, Result: l.Result, Created: l.Created, Done: l.Done}
	if l.Status == plumbline.ActionWaiting {
		v.Next = l.NotBefore
	}
	return v
}

// newSecret is what Standard Webhooks asks for: whsec_ and the base64 of 32
// random bytes.
func newSecret() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	return "whsec_" + base64.StdEncoding.EncodeToString(b), nil
}

func (d *Desk) checked(in WebhookInput) (WebhookInput, error) {
	var bad plumbline.Problems
	in.Name, in.URL = strings.TrimSpace(in.Name), strings.TrimSpace(in.URL)
	if in.Name == "" || len(in.Name) > 100 {
		bad.Add("name", "Name the webhook after what receives it, in at most 100 bytes.")
	}
	u, err := url.Parse(in.URL)
	switch {
	case err != nil || u.Hostname() == "" || len(in.URL) > 1000 || u.Scheme != "https" && u.Scheme != "http":
		bad.Add("url", "The address is one such as https://example.com/hook.")
	case u.User != nil:
		bad.Add("url", "The address holds no password: deliveries are signed instead.")
	case u.Scheme != "https" && !d.conf.PrivateHooks:
		bad.Add("url", "The address begins with https://. Plain http is for private networks, which the configuration can allow (webhooks.allow_private).")
	}
	slices.Sort(in.Types)
	in.Types = slices.Compact(in.Types)
	for _, t := range in.Types {
		if !slices.Contains(hookTypes(), t) {
			bad.Add("types", "There is no event type %q; there are %s.", t, strings.Join(hookTypes(), ", "))
		}
	}
	return in, bad.Err()
}

// SetUpWebhook makes the webhook with an id of the actor's choice, or changes it;
// the secret is shown when it is new.
func (d *Desk) SetUpWebhook(ctx context.Context, who plumbline.Actor, id string, in WebhookInput) (secret string, h plumbline.Webhook, err error) {
	if !plumbline.ValidRef(id) || id == plumbline.MailTarget {
		return "", h, plumbline.FieldError("id", "The id is 1 to 60 lower-case letters, digits, dots, dashes or underscores, and not mail.")
	}
	h, err = d.PutWebhook(ctx, who, id, in)
	if err == nil || plumbline.KindOf(err) != plumbline.NotFound {
		return "", h, err
	}
	return d.makeWebhook(ctx, who, id, in)
}

// MakeWebhook adds a webhook; its secret is shown this once.
func (d *Desk) MakeWebhook(ctx context.Context, who plumbline.Actor, in WebhookInput) (secret string, h plumbline.Webhook, err error) {
	return d.makeWebhook(ctx, who, store.NewID(), in)
}

func (d *Desk) makeWebhook(ctx context.Context, who plumbline.Actor, id string, in WebhookInput) (secret string, h plumbline.Webhook, err error) {
	if err := rights.Need(who, rights.ManageHooks); err != nil {
		return "", h, err
	}
	if in, err = d.checked(in); err != nil {
		return "", h, err
	}
	if secret, err = newSecret(); err != nil {
		return "", h, err
	}
	h = plumbline.Webhook{ID: id, Name: in.Name, URL: in.URL, Types: in.Types, By: who.Person, Created: d.now()}
	return secret, h, d.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertWebhook(h, secret); err != nil {
			return err
		}
		return d.hookNote(tx, who, "webhook made", h)
	})
}

// hookNote names the webhook, not its address: that may hold a key.
func (d *Desk) hookNote(tx *store.Tx, who plumbline.Actor, typ string, h plumbline.Webhook) error {
	return d.note(tx, who, typ, map[string]string{"hook": h.ID, "text": h.Name, "detail": strings.TrimSpace(h.Name + " " + h.Why)})
}

// changeHook is the frame of what is done with a webhook.
func (d *Desk) changeHook(ctx context.Context, who plumbline.Actor, id, typ string, fn func(tx *store.Tx, h *plumbline.Webhook) error) error {
	if err := rights.Need(who, rights.ManageHooks); err != nil {
		return err
	}
	return d.db.Write(ctx, func(tx *store.Tx) error {
		h, _, err := tx.Webhook(id)
		if err != nil {
			return err
		}
		if err := fn(tx, &h); err != nil {
			return err
		}
		return d.hookNote(tx, who, typ, h)
	})
}

// PutWebhook changes a webhook's name, address and types.
func (d *Desk) PutWebhook(ctx context.Context, who plumbline.Actor, id string, in WebhookInput) (out plumbline.Webhook, err error) {
	if err := rights.Need(who, rights.ManageHooks); err != nil {
		return out, err
	}
	if in, err = d.checked(in); err != nil {
		return out, err
	}
	err = d.changeHook(ctx, who, id, "webhook changed", func(tx *store.Tx, h *plumbline.Webhook) error {
		h.Name, h.URL, h.Types = in.Name, in.URL, in.Types
		out = *h
		return tx.UpdateWebhook(*h)
	})
	return out, err
}

// SetWebhook turns a webhook off, so that its letters end, or on again.
func (d *Desk) SetWebhook(ctx context.Context, who plumbline.Actor, id string, on bool) error {
	typ := "webhook turned off"
	if on {
		typ = "webhook turned on"
	}
	return d.changeHook(ctx, who, id, typ, func(tx *store.Tx, h *plumbline.Webhook) error {
		if on {
			h.Disabled, h.Why, h.Failing = 0, "", 0
			return tx.UpdateWebhook(*h)
		}
		return d.disable(tx, h, "Turned off by "+who.Name+".")
	})
}

func (d *Desk) disable(tx *store.Tx, h *plumbline.Webhook, why string) error {
	h.Disabled, h.Why = d.now(), why
	if err := tx.EndLetters(h.ID, plumbline.ActionFailed, "The webhook was turned off.", d.now()); err != nil {
		return err
	}
	return tx.UpdateWebhook(*h)
}

// TurnSecret gives a webhook a new secret, shown this once; for a day both sign.
func (d *Desk) TurnSecret(ctx context.Context, who plumbline.Actor, id string) (secret string, err error) {
	if secret, err = newSecret(); err != nil {
		return "", err
	}
	return secret, d.changeHook(ctx, who, id, "webhook secret changed", func(tx *store.Tx, _ *plumbline.Webhook) error {
		return tx.TurnSecret(id, secret, d.now().Add(bothSign))
	})
}

// DropWebhook removes a webhook and the record of what was sent to it.
func (d *Desk) DropWebhook(ctx context.Context, who plumbline.Actor, id string) error {
	return d.changeHook(ctx, who, id, "webhook removed", func(tx *store.Tx, h *plumbline.Webhook) error {
		return tx.DeleteWebhook(h.ID)
	})
}

// PingWebhook sends a webhook a letter that is about nothing.
func (d *Desk) PingWebhook(ctx context.Context, who plumbline.Actor, id string) error {
	return d.changeHook(ctx, who, id, "webhook tried", func(tx *store.Tx, h *plumbline.Webhook) error {
		if !h.Disabled.IsZero() {
			return plumbline.Errorf(plumbline.Conflict, "The webhook %s is turned off. Turn it on first.", h.Name)
		}
		body, err := json.Marshal(hookBody{Type: "ping", Timestamp: d.now(), Data: map[string]string{"webhook": h.ID}})
		if err != nil {
			return err
		}
		letter := store.NewID()
		_, err = tx.InsertLetter(d.hookLetter(*h, letter, "ping:"+letter, "ping", 0, string(body)))
		return err
	})
}

// SendAgain sends a letter that has ended once more, with the same id.
func (d *Desk) SendAgain(ctx context.Context, who plumbline.Actor, letter string) error {
	if err := rights.Need(who, rights.ManageHooks); err != nil {
		return err
	}
	return d.db.Write(ctx, func(tx *store.Tx) error {
		l, err := tx.Letter(letter)
		if err != nil {
			return err
		}
		if l.Kind == plumbline.HookLetter {
			h, _, err := tx.Webhook(l.Target)
			if err != nil {
				return err
			}
			if !h.Disabled.IsZero() {
				return plumbline.Errorf(plumbline.Conflict, "The webhook %s is turned off. Turn it on first.", h.Name)
			}
		}
		ended, err := tx.AgainLetter(letter, d.now())
		if err != nil || !ended {
			return err
		}
		return d.note(tx, who, "delivery repeated", map[string]string{"text": l.Type, "detail": l.Type})
	})
}

// RetryWebhook sends the failed letters to a webhook again, with the same ids, and
// says how many.
func (d *Desk) RetryWebhook(ctx context.Context, who plumbline.Actor, id string) (n int, err error) {
	err = d.changeHook(ctx, who, id, "deliveries repeated", func(tx *store.Tx, h *plumbline.Webhook) error {
		if !h.Disabled.IsZero() {
			return plumbline.Errorf(plumbline.Conflict, "The webhook %s is turned off. Turn it on first.", h.Name)
		}
		n, err = tx.AgainLetters(h.ID, d.now())
		return err
	})
	return n, err
}

// Webhooks are the webhooks, without their secrets.
func (d *Desk) Webhooks(ctx context.Context, who plumbline.Actor) (out []plumbline.Webhook, err error) {
	if err := rights.Need(who, rights.ManageHooks); err != nil {
		return nil, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		out, err = tx.Webhooks()
		return err
	})
	return out, err
}

// deliveriesShown is how many letters to one target are listed.
const deliveriesShown = 50

// Deliveries are the newest letters to a webhook, or with [plumbline.MailTarget]
// the newest mails.
func (d *Desk) Deliveries(ctx context.Context, who plumbline.Actor, target string) (out []Delivery, err error) {
	if err := rights.Need(who, rights.ManageHooks); err != nil {
		return nil, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		letters, err := tx.Letters(target, deliveriesShown)
		out = make([]Delivery, 0, len(letters))
		for _, l := range letters {
			out = append(out, viewDelivery(l))
		}
		return err
	})
	return out, err
}
