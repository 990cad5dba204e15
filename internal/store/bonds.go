package store

import "plumbline"

// named are the people in a table of items' people, by item.
func (tx *Tx) named(ids []plumbline.ItemID, table, at string) (map[plumbline.ItemID][]Voter, error) {
	all, err := byMany(tx, func(r row) (v pair[plumbline.ItemID, Voter], err error) {
		err = r.Scan(&v.key, &v.value.Person, &v.value.Name, &v.value.At)
		return v, err
	}, ids, func(in string) string {
		return `select i.id, p.id, p.name, ` + at + ` from items i join ` + table + ` v on v.item = i.n join people p on p.id = v.person
			where i.id in ` + in + ` order by i.n, 4, p.name, p.id`
	})
	return grouped(all, keyOf, valueOf), err
}

// Bonds are how items belong together with others that who may see: relations
// and merges, from both ends, by item.
func (tx *Tx) Bonds(who plumbline.Actor, ids []plumbline.ItemID) (map[plumbline.ItemID][]plumbline.Bond, error) {
	w := where{}
	w.seenItem(sightOf(who))
	all, err := byMany(tx, func(r row) (v pair[plumbline.ItemID, plumbline.Bond], err error) {
		b := &v.value
		err = r.Scan(&v.key, &b.Kind, &b.From, &b.Item, &b.Key, &b.By, &b.ByName, &b.At, &b.State, &b.Closed)
		return v, err
	}, ids, func(in string) string {
		return `
			select r.here, r.kind, r.begins, i.id, i.key, r.person, coalesce(p.name, ''), r.at, r.state, r.closed from (
				select item as here, other as there, kind, true as begins, person, at, '' as state, 0 as closed from relations where item in ` + in + `
				union all select other, item, kind, false, person, at, '', 0 from relations where other in ` + in + `
				union all select item, target, 'merge', true, person, at, state, closed from merges where item in ` + in + `
				union all select t.id, m.item, 'merge', false, m.person, m.at, m.state, m.closed
					from items t join items c on c.merged = t.key and c.merged <> '' join merges m on m.item = c.id where t.id in ` + in + `
			) as r join items i on i.id = r.there left join people p on p.id = r.person ` + w.text() + ` order by r.kind, r.begins desc, i.n`
	}, w.args...)
	return grouped(all, keyOf, valueOf), err
}
