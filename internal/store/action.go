package store

import (
	"cmp"
	"slices"
	"time"

	"plumbline"
)

const actionColumns = `id, key, link, ref, item, kind, want, expect, status, attempts, not_before, result, created, done`

func scanAction(r row) (a plumbline.Action, err error) {
	err = r.Scan(&a.ID, &a.Key, &a.Link, &a.Ref, &a.Item, &a.Kind, fromJSON{&a.Want}, fromJSON{&a.Expect}, &a.Status, &a.Attempts,
		&a.NotBefore, &a.Result, &a.Created, &a.Done)
	a.Expect = orNil(a.Expect)
	return a, err
}

// issueOf names what may have only one action under way at a time: the issue,
// or for an item that has none yet, the item.
func issueOf(a plumbline.Action) string {
	if a.Ref == "" {
		return "item " + string(a.Item)
	}
	return a.Ref
}

// InsertAction adds an action unless there is one with its key, and says
// whether it did.
func (tx *Tx) InsertAction(a plumbline.Action) (inserted bool, err error) {
	n, err := tx.exec(`
		insert into actions (id, key, link, ref, issue, item, kind, want, expect, status, attempts, not_before, result,
			created, done, holder, lease_until)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', 0)
		on conflict (key) do nothing`,
		a.ID, a.Key, a.Link, a.Ref, issueOf(a), a.Item, a.Kind, asJSON(a.Want), asJSON(orEmpty(a.Expect)), a.Status, a.Attempts,
		a.NotBefore, a.Result, a.Created, a.Done)
	return n > 0, err
}

// ClaimActions gives the holder up to n actions to carry out until now+lease,
// oldest first, and counts an attempt for each. Of an issue only the oldest live
// action is given, when its time has come, so that one at most is under way and
// they happen in order. An action whose lease has run out is given again: whoever
// had it may be dead, and [Tx.UpdateAction] refuses them if they are not. Claim in
// a transaction of its own; on PostgreSQL claims take turns until they commit.
func (tx *Tx) ClaimActions(now plumbline.Time, lease time.Duration, holder string, n int) ([]plumbline.Action, error) {
	if turns := tx.db.dialect.takeTurns; turns != "" {
		if _, err := number(tx, turns); err != nil {
			return nil, err
		}
	}
	actions, err := change(tx, scanAction, `
		with due as (
			select a.id from actions a
			where (a.status = 'waiting' and a.not_before <= $1 or a.status = 'running' and a.lease_until <= $1)
				and not exists (
					select 1 from actions b
					where b.link = a.link and b.issue = a.issue and b.id <> a.id
						and (b.status = 'running' or b.status = 'waiting' and (b.created, b.id) < (a.created, a.id)))
			order by a.created, a.id limit $2`+tx.db.dialect.skipLocked+`)
		update actions set status = 'running', attempts = attempts + 1, holder = $3, lease_until = $4
		where id in (select id from due)
		returning `+actionColumns, now, n, holder, now.Add(lease))
	slices.SortFunc(actions, func(a, b plumbline.Action) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.ID, b.ID))
	})
	return actions, err
}

// UpdateAction replaces everything but the id, the key and Created, and ends
// the lease unless the action goes on running. It is a Conflict if the action was
// claimed again since a was read, which its Attempts show; only a person's retry,
// back to waiting of an action that is neither running nor done, may set those
// lower.
func (tx *Tx) UpdateAction(a plumbline.Action) error {
	n, err := tx.exec(`
		update actions set link = $2, ref = $3, issue = $4, item = $5, kind = $6, want = $7, expect = $8, status = $9,
			attempts = $10, not_before = $11, result = $12, done = $13,
			holder = case when $9 = 'running' then holder else '' end,
			lease_until = case when $9 = 'running' then lease_until else 0 end
		where id = $1 and (attempts <= $10 or $9 = 'waiting' and status not in ('running', 'done'))`,
		a.ID, a.Link, a.Ref, issueOf(a), a.Item, a.Kind, asJSON(a.Want), asJSON(orEmpty(a.Expect)), a.Status,
		a.Attempts, a.NotBefore, a.Result, a.Done)
	if err != nil || n > 0 {
		return err
	}
	if _, err := tx.Action(a.ID); err != nil {
		return err
	}
	return plumbline.Errorf(plumbline.Conflict, "The action was taken over meanwhile. Look at what became of it.")
}

// Action is the action with the id.
func (tx *Tx) Action(id plumbline.ActionID) (plumbline.Action, error) {
	return need(tx, missing("There is no action with the id %q.", id), scanAction,
		`select `+actionColumns+` from actions where id = $1`, id)
}

// ActionsFor are the actions of an item, oldest first.
func (tx *Tx) ActionsFor(item plumbline.ItemID) ([]plumbline.Action, error) {
	return list(tx, scanAction, `select `+actionColumns+` from actions where item = $1 order by created, id`, item)
}

// Actions are the newest limit actions, of a link and in one of the statuses if
// those are given.
func (tx *Tx) Actions(link plumbline.LinkID, statuses []plumbline.ActionStatus, limit int) ([]plumbline.Action, error) {
	w := where{}
	w.equal("link", string(link))
	if len(statuses) > 0 {
		in(&w, "status", statuses)
	}
	return list(tx, scanAction, `
		select `+actionColumns+` from actions `+w.text()+` order by created desc, id desc `+atMost(limit), w.args...)
}

// DropWaiting withdraws the actions for an issue that have not begun: those
// that wait and those that are held. An empty kind is every kind. It says how
// many there were.
func (tx *Tx) DropWaiting(link plumbline.LinkID, ref string, kind plumbline.ActionKind, why string, at plumbline.Time) (n int, err error) {
	w := where{}
	set := `update actions set status = 'dropped', result = ` + w.arg(why) + `, done = ` + w.arg(at)
	w.equal("link", string(link))
	w.and("ref = " + w.arg(ref))
	w.and("issue = ref") // by the index
	w.and("status in ('waiting', 'held')")
	w.equal("kind", string(kind))
	dropped, err := tx.exec(set+" "+w.text(), w.args...)
	return int(dropped), err
}

// CountActions is how many actions there are in each status, of a link if it is
// given.
func (tx *Tx) CountActions(link plumbline.LinkID) (map[plumbline.ActionStatus]int, error) {
	w := where{}
	w.equal("link", string(link))
	counts := map[plumbline.ActionStatus]int{}
	_, err := list(tx, func(r row) (s plumbline.ActionStatus, err error) {
		var n int
		err = r.Scan(&s, &n)
		counts[s] = n
		return s, err
	}, `select status, count(*) from actions `+w.text()+` group by status`, w.args...)
	return counts, err
}
