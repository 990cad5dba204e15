package store

import (
	"plumbline"
)

// EventsOf are the events of the items that are of one of the types, oldest
// first, at most limit; it does not ask who reads.
func (tx *Tx) EventsOf(items []plumbline.ItemID, types []string, limit int) ([]plumbline.Event, error) {
	if len(items) == 0 || len(types) == 0 {
		return nil, nil
	}
	w := where{}
	in(&w, "e.item", items)
	in(&w, "e.type", types)
	return list(tx, scanEvent, `select `+eventColumns+` from events e `+w.text()+` order by e.seq `+atMost(limit), w.args...)
}

// AccountItem is an item that an account wants.
type AccountItem struct {
	plumbline.Row
	Account plumbline.AccountRef
}

// AccountItems are the items that the accounts want for which who recorded a
// demand, newest demand first, at most limit. With everybody it is what anybody
// recorded for these accounts; else only what who did. Items that who may not
// see are left out.
func (tx *Tx) AccountItems(who plumbline.Actor, everybody bool, limit int) ([]AccountItem, error) {
	w := where{}
	if everybody {
		w.and("d.account in (select o.account from demands o where o.person = " + w.arg(who.Person) + " and o.account <> '')")
	} else {
		w.and("d.person = " + w.arg(who.Person))
	}
	w.and("d.account <> ''")
	w.seenItem(sightOf(who))
	return list(tx, func(r row) (a AccountItem, err error) {
		err = r.Scan(append(rowFields(nil, &a.Item), &a.Account, &a.TeamName)...)
		a.Labels = orNil(a.Labels)
		return a, err
	}, `
		select `+rowColumns+`, d.account, coalesce(t.name, '')
		from demands d join items i on i.id = d.item left join teams t on t.ref = i.team
		`+w.text()+` order by d.at desc, d.id desc `+atMost(limit), w.args...)
}
