package notices

import (
	"context"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

// digestsAtOnce is how many digests are looked at in one transaction.
const digestsAtOnce = 100

// Digests writes the letters of the digests that are due, one for each person
// and day, and says when the next one is; 0: nobody wants one.
func (d *Desk) Digests(ctx context.Context) (next plumbline.Time, err error) {
	soonest := func(tx *store.Tx) error {
		next, err = tx.NextDigest()
		return err
	}
	for {
		if err := d.db.Read(ctx, soonest); err != nil || next == 0 || next > d.now() {
			return next, err
		}
		if err := d.db.Write(ctx, d.writeDigests); err != nil {
			return 0, err
		}
	}
}

func (d *Desk) writeDigests(tx *store.Tx) error {
	due, err := tx.DueDigests(d.now(), digestsAtOnce)
	if err != nil {
		return err
	}
	if _, err := signingKey(tx); err != nil {
		return err
	}
	for _, s := range due {
		if err := d.writeDigest(tx, s); err != nil {
			return err
		}
	}
	return nil
}

// writeDigest writes one letter, when there is something to tell, and sets the
// next day. What a digest says is put together when it is sent.
func (d *Desk) writeDigest(tx *store.Tx, s store.NoticeSettings) error {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	day, was := s.Next.Std().In(zone).Format(time.DateOnly), s.Upto
	s.Next = nextAt(d.now(), s.Hour, zone)
	p, err := tx.Person(s.Person)
	if err != nil {
		return err
	}
	newest, err := tx.LastUnread(s.Person)
	if err != nil {
		return err
	}
	if newest > was && !p.Disabled && p.Email != "" && d.conf.Mail {
		s.Upto = newest
		_, err := tx.InsertLetter(plumbline.Letter{
			ID: store.NewID(), Key: "digest:" + string(p.ID) + ":" + day, Kind: plumbline.MailLetter, Target: plumbline.MailTarget,
			Person: p.ID, Type: "digest", Seq: newest, Body: strconv.FormatInt(was, 10), Status: plumbline.ActionWaiting,
			NotBefore: d.now(), Created: d.now(),
		})
		if err != nil {
			return err
		}
	}
	return tx.PutNoticeSettings(s)
}

// digest puts a digest together with its reader's eyes, as things are now. There
// is none when everything was read meanwhile, or may not be seen any more.
func (d *Desk) digest(tx *store.Tx, l plumbline.Letter) (m plumbline.Mail, ok bool, err error) {
	p, err := tx.Person(l.Person)
	if err != nil || p.Disabled || p.Email == "" {
		return m, false, err
	}
	who := reader(p, "mail")
	after, err := strconv.ParseInt(l.Body, 10, 64)
	if err != nil {
		return m, false, err
	}
	items, err := tx.NoticeItems(who, true, 0, pageOf)
	if err != nil {
		return m, false, err
	}
	fresh := items[:0]
	for _, it := range items {
		if it.Last > after {
			fresh = append(fresh, it)
		}
	}
	groups, err := d.groups(tx, who, fresh)
	if err != nil || len(groups) == 0 {
		return m, false, err
	}
	key, err := signingKey(tx)
	if err != nil {
		return m, false, err
	}
	v := digestView{Name: p.Name, Base: d.conf.BaseURL, Groups: mailed(groups), Off: d.conf.BaseURL + "/unsubscribe?for=" + signed(key, p.ID), More: len(items) == pageOf}
	v.Subject = fmt.Sprintf("Plumbline: news of %d items", len(groups))
	if len(groups) == 1 {
		v.Subject = "Plumbline: " + clip(firstText(string(groups[0].Key)+" "+groups[0].Title), 120)
	}
	m = plumbline.Mail{ID: l.ID, To: p.Email, Name: p.Name, Subject: v.Subject, Unsubscribe: v.Off, Text: v.text(), HTML: v.html()}
	return m, true, nil
}

// digestView is what a digest is drawn from.
type digestView struct {
	Name, Base, Subject, Off string
	Groups                   []mailGroup
	More                     bool // there is more than the mail shows
}

type mailGroup struct {
	Heading, URL, Why string
	Lines             []string
}

func mailed(groups []NoticeGroup) []mailGroup {
	out := make([]mailGroup, 0, len(groups))
	for _, g := range groups {
		m := mailGroup{Heading: firstText(string(g.Key) + " " + g.Title), Why: g.Reason.Label(), URL: "/notices"}
		if g.Key != "" {
			m.URL = "/items/" + string(g.Key)
		}
		for _, l := range g.Lines {
			if !l.Unread {
				continue
			}
			m.Lines = append(m.Lines, firstText(l.By+" "+l.Sentence)+", "+l.At.Std().Format("2006-01-02 15:04")+" UTC")
		}
		if len(m.Lines) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// firstText is one line of text: what people wrote does not break a mail's lines.
func firstText(s string) string { return strings.Join(strings.Fields(s), " ") }

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func (v digestView) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Hello %s,\n\nsince the last digest:\n", v.Name)
	for _, g := range v.Groups {
		fmt.Fprintf(&b, "\n%s\n%s\n", g.Heading, v.Base+g.URL)
		for _, l := range g.Lines {
			fmt.Fprintf(&b, "- %s\n", l)
		}
		fmt.Fprintf(&b, "  (%s)\n", g.Why)
	}
	if v.More {
		fmt.Fprintf(&b, "\nThere is more: %s/notices\n", v.Base)
	}
	fmt.Fprintf(&b, "\nWhat you are told: %s/settings/notifications\nNo such mail any more: %s\n", v.Base, v.Off)
	return b.String()
}

// html is the same for programs that show it: everything that people wrote is
// escaped, and there is no picture and no script, so that a mail says nothing
// about who opens it. It is written by hand since a template library makes the
// program a good deal larger.
func (v digestView) html() string {
	var b strings.Builder
	put := func(format string, texts ...string) {
		safe := make([]any, len(texts))
		for i, t := range texts {
			safe[i] = html.EscapeString(t)
		}
		fmt.Fprintf(&b, format+"\n", safe...)
	}
	put(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s</title></head>`, v.Subject)
	put(`<body style="font-family:sans-serif;line-height:1.5"><p>Hello %s,</p><p>since the last digest:</p>`, v.Name)
	for _, g := range v.Groups {
		put(`<h2 style="font-size:1em;margin:1.2em 0 0"><a href="%s">%s</a></h2><p style="margin:0;color:#555">%s</p><ul>`, v.Base+g.URL, g.Heading, g.Why)
		for _, l := range g.Lines {
			put(`<li>%s</li>`, l)
		}
		put(`</ul>`)
	}
	if v.More {
		put(`<p><a href="%s/notices">There is more</a></p>`, v.Base)
	}
	put(`<p style="color:#555"><a href="%s/settings/notifications">What you are told</a> · <a href="%s">No such mail any more</a></p></body></html>`, v.Base, v.Off)
	return b.String()
}
