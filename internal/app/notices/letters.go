package notices

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

// hookRetries are the pauses before each further attempt to deliver to a webhook,
// as the Standard Webhooks specification recommends; after the last one it has
// failed.
var hookRetries = [...]time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// mailRetries are those of a mail: a digest that is a day old is worth nothing.
var mailRetries = [...]time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour,
}

// hookPatience is how long every delivery of a webhook may fail before it is
// turned off and its administrators are told.
const hookPatience = 5 * 24 * time.Hour

func hookKey(hook string, seq int64) string { return fmt.Sprintf("hook:%s:%d", hook, seq) }

func (d *Desk) hookLetter(h plumbline.Webhook, id, key, typ string, seq int64, body string) plumbline.Letter {
	return plumbline.Letter{
		ID: id, Key: key, Kind: plumbline.HookLetter, Target: h.ID, Type: typ, Seq: seq, Body: body,
		Status: plumbline.ActionWaiting, NotBefore: d.now(), Created: d.now(),
	}
}

// ClaimLetters gives a server up to n letters to send, for as long as the lease,
// and says when the next one is due; 0: none waits.
func (d *Desk) ClaimLetters(ctx context.Context, holder string, lease time.Duration, n int) (out []plumbline.Letter, next plumbline.Time, err error) {
	soonest := func(tx *store.Tx) (err error) {
		next, err = tx.NextLetter()
		return err
	}
	if err := d.db.Read(ctx, soonest); err != nil || next == 0 || next > d.now() || n == 0 {
		return nil, next, err
	}
	err = d.db.Write(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.ClaimLetters(d.now(), lease, holder, n)
		return err
	})
	return out, next, err
}

// Parcel is what a letter says, ready to be sent: one of the two.
type Parcel struct {
	Mail *plumbline.Mail
	Post *plumbline.Post
}

// OpenLetter says what is to be sent for a claimed letter. Nothing is, when the
// letter has become pointless; it is ended then.
func (d *Desk) OpenLetter(ctx context.Context, l plumbline.Letter) (p Parcel, ok bool, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		p, ok, err = d.open(tx, l)
		return err
	})
	if err == nil && !ok {
		l.Status, l.Result, l.Done = plumbline.ActionDropped, "Nothing was left to tell.", d.now()
		err = d.db.Write(ctx, func(tx *store.Tx) error { return tx.UpdateLetter(l) })
	}
	return p, ok, err
}

func (d *Desk) open(tx *store.Tx, l plumbline.Letter) (Parcel, bool, error) {
	if l.Kind == plumbline.MailLetter {
		m, ok, err := d.digest(tx, l)
		return Parcel{Mail: &m}, ok, err
	}
	h, secrets, err := tx.Webhook(l.Target)
	if err != nil || !h.Disabled.IsZero() {
		return Parcel{}, false, err
	}
	post := plumbline.Post{ID: "msg_" + l.ID, URL: h.URL, At: d.now(), Secrets: []string{secrets.New}, Body: l.Body}
	if secrets.Old != "" && d.now() < secrets.OldUntil {
		post.Secrets = append(post.Secrets, secrets.Old)
	}
	return Parcel{Post: &post}, true, nil
}

// CloseLetter notes what became of an attempt: the letter is done, waits for the
// next attempt, or has failed. A webhook that is gone or fails for days is turned
// off, and administrators are told.
func (d *Desk) CloseLetter(ctx context.Context, l plumbline.Letter, sent plumbline.Sent) error {
	return d.db.Write(ctx, func(tx *store.Tx) error {
		now := d.now()
		l := l // a transaction may run twice
		l.Result = sent.Text
		pause, again := retry(l)
		switch {
		case sent.OK:
			l.Status, l.Done = plumbline.ActionDone, now
		case !again || sent.Gone || sent.Final:
			l.Status, l.Done = plumbline.ActionFailed, now
		default:
			l.Status, l.NotBefore = plumbline.ActionWaiting, now.Add(pause)
		}
		if err := tx.UpdateLetter(l); err != nil {
			return err
		}
		if l.Kind == plumbline.HookLetter {
			return d.hookHeard(tx, l.Target, sent)
		}
		if l.Status == plumbline.ActionFailed {
			return d.note(tx, plumbline.SystemActor("mail"), "mail failed", map[string]string{"detail": sent.Text})
		}
		return nil
	})
}

// retry is the pause before the next attempt, up to a tenth longer so that not
// everything comes back at once; false: there is none.
func retry(l plumbline.Letter) (time.Duration, bool) {
	pauses := hookRetries[:]
	if l.Kind == plumbline.MailLetter {
		pauses = mailRetries[:]
	}
	if l.Attempts < 1 || l.Attempts > len(pauses) {
		return 0, false
	}
	h := fnv.New32a()
	fmt.Fprint(h, l.ID, l.Attempts)
	p := pauses[l.Attempts-1]
	return p + p/10*time.Duration(h.Sum32()%100)/100, true
}

// hookHeard keeps how a webhook is doing.
func (d *Desk) hookHeard(tx *store.Tx, id string, sent plumbline.Sent) error {
	h, _, err := tx.Webhook(id)
	if err != nil {
		return err
	}
	now := d.now()
	switch {
	case sent.OK:
		h.Failing, h.Delivered = 0, now
		return tx.UpdateWebhook(h)
	case !h.Disabled.IsZero():
		return nil
	case h.Failing.IsZero():
		h.Failing = now
	}
	why := ""
	switch {
	case sent.Gone:
		why = "The receiver answered 410: it wants no more deliveries."
	case now.Sub(h.Failing) >= hookPatience:
		why = "Every delivery failed for five days. The last answer: " + sent.Text
	default:
		return tx.UpdateWebhook(h)
	}
	if err := d.disable(tx, &h, why); err != nil {
		return err
	}
	return d.hookNote(tx, plumbline.SystemActor("webhook"), "webhook disabled", h)
}
