package store

import "plumbline"

// NoticeSettings is what a person wants to be told, and how.
type NoticeSettings struct {
	Person plumbline.PersonID
	Off    []plumbline.NoticeReason // reasons that give no notice
	Digest bool                     // one mail a day
	Hour   int                      // of the day, 0 to 23, in Zone
	Zone   string                   // IANA name
	Next   plumbline.Time           // when the next digest is due
	Upto   int64                    // newest event that a digest told of
}

const noticeSettingsColumns = `person, off_reasons, digest, hour, zone, next, upto`

func scanNoticeSettings(r row) (s NoticeSettings, err error) {
	err = r.Scan(&s.Person, fromJSON{&s.Off}, &s.Digest, &s.Hour, &s.Zone, &s.Next, &s.Upto)
	s.Off = orNil(s.Off)
	return s, err
}

// NoticeSettings are a person's; who never said has none.
func (tx *Tx) NoticeSettings(p plumbline.PersonID) (NoticeSettings, bool, error) {
	return first(tx, scanNoticeSettings, `select `+noticeSettingsColumns+` from notice_settings where person = $1`, p)
}

// PutNoticeSettings replaces a person's.
func (tx *Tx) PutNoticeSettings(s NoticeSettings) error {
	_, err := tx.exec(`
		insert into notice_settings (`+noticeSettingsColumns+`) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (person) do update set off_reasons = excluded.off_reasons, digest = excluded.digest, hour = excluded.hour,
			zone = excluded.zone, next = excluded.next, upto = excluded.upto`,
		s.Person, asJSON(orEmpty(s.Off)), s.Digest, s.Hour, s.Zone, s.Next, s.Upto)
	return err
}

// NoticesOff are the reasons that people have turned off.
func (tx *Tx) NoticesOff() (map[plumbline.PersonID][]plumbline.NoticeReason, error) {
	all, err := list(tx, scanNoticeSettings, `select `+noticeSettingsColumns+` from notice_settings where off_reasons <> '[]'`)
	out := map[plumbline.PersonID][]plumbline.NoticeReason{}
	for _, s := range all {
		out[s.Person] = s.Off
	}
	return out, err
}

// DueDigests are at most n settings whose digest is due, those that wait longest
// first.
func (tx *Tx) DueDigests(now plumbline.Time, n int) ([]NoticeSettings, error) {
	return list(tx, scanNoticeSettings, `
		select `+noticeSettingsColumns+` from notice_settings where digest and next <= $1 order by next, person `+atMost(n), now)
}

// NextDigest is when the first digest is due, 0: none.
func (tx *Tx) NextDigest() (plumbline.Time, error) {
	n, err := number(tx, `select next from notice_settings where digest order by next limit 1`)
	return plumbline.Time(n), err
}

// FeedToken is a person's feed address; the secret itself is not kept.
type FeedToken struct {
	Person        plumbline.PersonID
	Created, Used plumbline.Time
}

// PutFeedToken gives a person a feed address in place of the one before.
func (tx *Tx) PutFeedToken(p plumbline.PersonID, hash string, at plumbline.Time) error {
	_, err := tx.exec(`
		insert into feed_tokens (person, hash, created, used) values ($1, $2, $3, 0)
		on conflict (person) do update set hash = excluded.hash, created = excluded.created, used = 0`, p, hash, at)
	return err
}

// FeedToken is a person's, if they have one.
func (tx *Tx) FeedToken(p plumbline.PersonID) (FeedToken, bool, error) {
	return first(tx, func(r row) (f FeedToken, err error) {
		err = r.Scan(&f.Person, &f.Created, &f.Used)
		return f, err
	}, `select person, created, used from feed_tokens where person = $1`, p)
}

// DeleteFeedToken ends a person's feed address and says whether there was one.
func (tx *Tx) DeleteFeedToken(p plumbline.PersonID) (bool, error) {
	n, err := tx.exec(`delete from feed_tokens where person = $1`, p)
	return n > 0, err
}

// TouchFeedToken notes when a feed was last read.
func (tx *Tx) TouchFeedToken(p plumbline.PersonID, at plumbline.Time) error {
	_, err := tx.exec(`update feed_tokens set used = $2 where person = $1`, p, at)
	return err
}

// FeedReader is whose feed address it is. One of a person who is disabled is
// NotFound.
func (tx *Tx) FeedReader(hash string) (p plumbline.Person, used plumbline.Time, err error) {
	p, err = need(tx, missing("There is no such feed address."), func(r row) (p plumbline.Person, err error) {
		err = r.Scan(append(personFields(&p), &used)...)
		return p, err
	}, `select `+personColumns+`, f.used from feed_tokens f join people p on p.id = f.person where f.hash = $1 and p.disabled = false`, hash)
	return p, used, err
}
