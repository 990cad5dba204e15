package notices

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// NoticePrefs is what somebody wants to be told, and how.
type NoticePrefs struct {
	Off    []plumbline.NoticeReason `json:"off"`    // reasons that give no notice
	Digest bool                     `json:"digest"` // one mail a day, when there is something unread
	Hour   int                      `json:"hour"`   // of the mail, 0 to 23
	Zone   string                   `json:"zone"`   // the hour's time zone, by its IANA name
	Email  string                   `json:"email"`  // where it goes; an administrator sets it
	Mail   bool                     `json:"mail"`   // this installation can send mail
}

const usualHour = 8

// Prefs are the actor's settings about notices.
func (d *Desk) Prefs(ctx context.Context, who plumbline.Actor) (NoticePrefs, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return NoticePrefs{}, err
	}
	out := NoticePrefs{Off: []plumbline.NoticeReason{}, Hour: usualHour, Zone: "UTC", Mail: d.conf.Mail}
	if who.Person == "" {
		return out, nil
	}
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		p, err := tx.Person(who.Person)
		if err != nil {
			return err
		}
		out.Email = p.Email
		s, ok, err := tx.NoticeSettings(who.Person)
		if ok {
			out.Off, out.Digest, out.Hour, out.Zone = append(out.Off, s.Off...), s.Digest, s.Hour, s.Zone
		}
		return err
	})
	return out, err
}

// PutPrefs replaces the actor's settings about notices; the address is not one
// of them.
func (d *Desk) PutPrefs(ctx context.Context, who plumbline.Actor, in NoticePrefs) error {
	zone, err := in.check()
	if err != nil {
		return err
	}
	return d.own(ctx, who, func(tx *store.Tx) error {
		s, known, err := tx.NoticeSettings(who.Person)
		if err != nil {
			return err
		}
		if !known || !s.Digest { // a digest tells of what comes, not of what was
			if s.Upto, err = tx.LastSeq(); err != nil {
				return err
			}
		}
		s.Person, s.Off, s.Digest, s.Hour, s.Zone = who.Person, in.Off, in.Digest, in.Hour, in.Zone
		s.Next = 0
		if s.Digest {
			s.Next = nextAt(d.now(), s.Hour, zone)
		}
		if err := tx.PutNoticeSettings(s); err != nil {
			return err
		}
		return d.note(tx, who, "notice settings changed", map[string]string{"handle": who.Handle})
	})
}

func (in *NoticePrefs) check() (*time.Location, error) {
	var bad plumbline.Problems
	slices.Sort(in.Off)
	in.Off = slices.Compact(in.Off)
	for _, r := range in.Off {
		if !r.Valid() {
			bad.Add("off", "%q is no reason for a notice.", r)
		}
	}
	if in.Hour < 0 || in.Hour > 23 {
		bad.Add("hour", "The hour is a number from 0 to 23.")
	}
	if in.Zone = strings.TrimSpace(in.Zone); in.Zone == "" {
		in.Zone = "UTC"
	}
	zone, err := time.LoadLocation(in.Zone)
	if err != nil || in.Zone == "Local" || len(in.Zone) > 60 {
		bad.Add("zone", "There is no time zone %q; write it like Europe/Berlin or UTC.", in.Zone)
	}
	return zone, bad.Err()
}

// nextAt is the next time after now at which it is that hour in the zone. Where
// the hour is skipped that day, it is the moment that clocks jump to.
func nextAt(now plumbline.Time, hour int, zone *time.Location) plumbline.Time {
	t := now.Std().In(zone)
	for day := t.Day(); ; day++ {
		at := time.Date(t.Year(), t.Month(), day, hour, 0, 0, 0, zone)
		if at.Hour() != hour { // skipped: by the clock of the day before it is when they jump
			_, before := at.Add(-24 * time.Hour).Zone()
			at = time.Date(t.Year(), t.Month(), day, hour, 0, 0, 0, time.UTC).Add(-time.Duration(before) * time.Second)
		}
		if next := plumbline.At(at); next > now {
			return next
		}
	}
}

// mailKey names the setting with the key that unsubscribe links are signed with.
const mailKey = "mail key"

// signingKey is that key; it is made when there is none, in a transaction that
// writes.
func signingKey(tx *store.Tx) ([]byte, error) {
	text, ok, err := tx.Setting(mailKey)
	if err != nil {
		return nil, err
	}
	if ok {
		return hex.DecodeString(text)
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	return key, tx.PutSetting(mailKey, hex.EncodeToString(key))
}

// signed is what an unsubscribe link holds: the person, and proof that we wrote
// it. It stays good, since mails are kept for years.
func signed(key []byte, p plumbline.PersonID) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("unsubscribe:" + string(p)))
	return string(p) + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

var errLink = plumbline.Errorf(plumbline.NotFound, "This link is not one of ours. The digest can be turned off under Settings, Notifications.")

// Subscriber is the name of whom an unsubscribe link is for.
func (d *Desk) Subscriber(ctx context.Context, link string) (name string, on bool, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		p, err := subscriber(tx, link)
		if err != nil {
			return err
		}
		name = p.Name
		s, _, err := tx.NoticeSettings(p.ID)
		on = s.Digest
		return err
	})
	return name, on, err
}

func subscriber(tx *store.Tx, link string) (plumbline.Person, error) {
	id, _, ok := strings.Cut(link, ".")
	_, there, err := tx.Setting(mailKey)
	if err != nil || !there || !ok {
		if err == nil {
			err = errLink
		}
		return plumbline.Person{}, err
	}
	key, err := signingKey(tx)
	if err != nil {
		return plumbline.Person{}, err
	}
	if !hmac.Equal([]byte(signed(key, plumbline.PersonID(id))), []byte(link)) {
		return plumbline.Person{}, errLink
	}
	return tx.Person(plumbline.PersonID(id))
}

// Unsubscribe ends the digest of whom the link is for. The link is all that is
// asked for, as RFC 8058 wants; twice is no error.
func (d *Desk) Unsubscribe(ctx context.Context, link string) error {
	return d.db.Write(ctx, func(tx *store.Tx) error {
		p, err := subscriber(tx, link)
		if err != nil {
			return err
		}
		s, _, err := tx.NoticeSettings(p.ID)
		if err != nil || !s.Digest {
			return err
		}
		s.Digest, s.Next = false, 0
		if err := tx.PutNoticeSettings(s); err != nil {
			return err
		}
		return d.note(tx, reader(p, "mail"), "digest ended", map[string]string{"handle": p.Handle})
	})
}
