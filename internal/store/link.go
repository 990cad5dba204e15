package store

import (
	"time"

	"plumbline"
)

const linkColumns = `id, kind, url, project, container, separator, read_only, keep_label, on_decline, confirmed, filled,
	paused, health, detail, bot, version, cursor_at, polled, hooked, rejected, expires`

func scanLink(r row) (l plumbline.LinkState, err error) {
	err = r.Scan(&l.ID, &l.Kind, &l.URL, &l.Project, &l.Container, &l.Separator, &l.ReadOnly, &l.KeepLabel, &l.OnDecline,
		&l.Confirmed, &l.Filled, &l.Paused, &l.Health, &l.Detail, &l.Bot, &l.Version, &l.Cursor, &l.Polled, &l.Hooked,
		&l.Rejected, &l.Expires)
	return l, err
}

// PutLink adds or replaces what is known of a tracker.
func (tx *Tx) PutLink(l plumbline.LinkState) error {
	_, err := tx.exec(`
		insert into links (`+linkColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
		on conflict (id) do update set kind = excluded.kind, url = excluded.url, project = excluded.project,
			container = excluded.container, separator = excluded.separator, read_only = excluded.read_only,
			keep_label = excluded.keep_label, on_decline = excluded.on_decline, confirmed = excluded.confirmed,
			filled = excluded.filled, paused = excluded.paused, health = excluded.health, detail = excluded.detail,
			bot = excluded.bot, version = excluded.version, cursor_at = excluded.cursor_at, polled = excluded.polled,
			hooked = excluded.hooked, rejected = excluded.rejected, expires = excluded.expires`,
		l.ID, l.Kind, l.URL, l.Project, l.Container, l.Separator, l.ReadOnly, l.KeepLabel, l.OnDecline,
		l.Confirmed, l.Filled, l.Paused, l.Health, l.Detail, l.Bot, l.Version, l.Cursor, l.Polled, l.Hooked,
		l.Rejected, l.Expires)
	return err
}

// Link is what is known of the tracker with the id.
func (tx *Tx) Link(id plumbline.LinkID) (plumbline.LinkState, error) {
	return need(tx, missing("There is no link %q.", id), scanLink, `select `+linkColumns+` from links where id = $1`, id)
}

// Links are all trackers by id.
func (tx *Tx) Links() ([]plumbline.LinkState, error) {
	return list(tx, scanLink, `select `+linkColumns+` from links order by id`)
}

// Lease gives the holder the named piece of work until now+d, and says whether
// it did: nobody else may hold it. The holder may take it again to keep it.
func (tx *Tx) Lease(name, holder string, now plumbline.Time, d time.Duration) (bool, error) {
	n, err := tx.exec(`
		insert into leases (name, holder, until) values ($1, $2, $3)
		on conflict (name) do update set holder = excluded.holder, until = excluded.until
		where leases.holder = excluded.holder or leases.until <= $4`, name, holder, now.Add(d), now)
	return n > 0, err
}

// KeepClaims renews what the holder has claimed of refreshes and actions.
func (tx *Tx) KeepClaims(holder string, until plumbline.Time) error {
	if _, err := tx.exec(`update refreshes set lease_until = $2 where holder = $1 and lease_until > 0`, holder, until); err != nil {
		return err
	}
	_, err := tx.exec(`update actions set lease_until = $2 where holder = $1 and status = 'running'`, holder, until)
	return err
}

// Release gives a lease back, if the holder has it.
func (tx *Tx) Release(name, holder string) error {
	_, err := tx.exec(`delete from leases where name = $1 and holder = $2`, name, holder)
	return err
}

// Setting is the value of a setting, if it was ever set.
func (tx *Tx) Setting(name string) (string, bool, error) {
	return first(tx, column[string], `select value from settings where name = $1`, name)
}

// PutSetting sets a setting.
func (tx *Tx) PutSetting(name, value string) error {
	_, err := tx.exec(`
		insert into settings (name, value) values ($1, $2)
		on conflict (name) do update set value = excluded.value`, name, value)
	return err
}
