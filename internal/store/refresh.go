package store

import (
	"time"

	"plumbline"
)

// InsertDelivery keeps a hook call and says whether it came for the first time.
func (tx *Tx) InsertDelivery(d plumbline.Delivery, body []byte, at plumbline.Time) (fresh bool, err error) {
	if body == nil {
		body = []byte{}
	}
	n, err := tx.exec(`
		insert into deliveries (link, id, event, ref, actor, sent, at, body) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (link, id) do nothing`, d.Link, d.ID, d.Event, d.Ref, d.Actor, d.At, at, body)
	return n > 0, err
}

// PurgeDeliveries forgets deliveries kept before the time.
func (tx *Tx) PurgeDeliveries(before plumbline.Time) error {
	_, err := tx.exec(`delete from deliveries where at < $1`, before)
	return err
}

// Refresh is one issue to be read again.
type Refresh struct {
	Link     plumbline.LinkID
	Ref      string
	Cause    string // of the newest reason: a delivery's id, "poll", …
	Attempts int    // this one included
	Stamp    string // of this claim
}

// QueueRefresh asks for an issue to be read at the time or later. There is one
// entry for an issue however often it is asked for. One that is being carried
// out runs once more afterwards, since it may have read too early.
func (tx *Tx) QueueRefresh(link plumbline.LinkID, ref, cause string, at plumbline.Time) error {
	_, err := tx.exec(`
		insert into refreshes (link, ref, cause, not_before, attempts, why, stamp, holder, lease_until, again)
		values ($1, $2, $3, $4, 0, '', '', '', 0, false)
		on conflict (link, ref) do update set
			cause = excluded.cause,
			again = refreshes.lease_until > 0,
			not_before = case
				when refreshes.lease_until > 0 and not refreshes.again or refreshes.not_before > excluded.not_before
				then excluded.not_before else refreshes.not_before end`,
		link, ref, cause, at)
	return err
}

// ClaimRefreshes gives the holder up to n issues to read until now+lease, those
// that wait longest first, and counts an attempt for each. One whose lease has
// run out is given again.
func (tx *Tx) ClaimRefreshes(now plumbline.Time, lease time.Duration, holder string, n int) ([]Refresh, error) {
	stamp := NewID()
	return change(tx, func(r row) (f Refresh, err error) {
		err = r.Scan(&f.Link, &f.Ref, &f.Cause, &f.Attempts, &f.Stamp)
		return f, err
	}, `
		with due as (
			select link, ref from refreshes
			where not_before <= $1 and lease_until <= $1
			order by not_before, link, ref limit $2`+tx.db.dialect.skipLocked+`)
		update refreshes set holder = $3, lease_until = $4, stamp = $5, attempts = attempts + 1, again = false
		where (link, ref) in (select link, ref from due)
		returning link, ref, cause, attempts, stamp`, now, n, holder, now.Add(lease), stamp)
}

// DoneRefresh ends a claim: the issue was read. If it was asked for meanwhile it
// waits again. A claim that was taken over changes nothing.
func (tx *Tx) DoneRefresh(link plumbline.LinkID, ref, stamp string) error {
	_, err := tx.exec(`delete from refreshes where link = $1 and ref = $2 and stamp = $3 and not again`, link, ref, stamp)
	if err != nil {
		return err
	}
	_, err = tx.exec(`
		update refreshes set attempts = 0, why = '', stamp = '', holder = '', lease_until = 0, again = false
		where link = $1 and ref = $2 and stamp = $3`, link, ref, stamp)
	return err
}

// RetryRefresh ends a claim that failed: the issue is to be read at notBefore or
// later. Why is for the person who looks.
func (tx *Tx) RetryRefresh(link plumbline.LinkID, ref string, notBefore plumbline.Time, why string) error {
	_, err := tx.exec(`
		update refreshes set not_before = $3, why = $4, stamp = '', holder = '', lease_until = 0, again = false
		where link = $1 and ref = $2`, link, ref, notBefore, why)
	return err
}

// CountRefreshes is how many issues wait to be read or are being read, of a link
// if it is given.
func (tx *Tx) CountRefreshes(link plumbline.LinkID) (int, error) {
	w := where{}
	w.equal("link", string(link))
	n, err := number(tx, `select count(*) from refreshes `+w.text(), w.args...)
	return int(n), err
}
