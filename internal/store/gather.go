package store

import "plumbline"

// perQuestion is how many values a question asks for at once.
const perQuestion = 500

// byMany runs a query for some hundred values at a time. query is given them as
// a list for "in"; what stands before it in the query are its first arguments.
func byMany[V ~string, T any](tx *Tx, scan func(row) (T, error), values []V, query func(in string) string, before ...any) ([]T, error) {
	var out []T
	for rest := values; len(rest) > 0; {
		n := min(perQuestion, len(rest))
		args := append([]any{}, before...)
		for _, v := range rest[:n] {
			args = append(args, string(v))
		}
		got, err := list(tx, scan, query("("+holes(len(before)+1, n)+")"), args...)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
		rest = rest[n:]
	}
	return out, nil
}

// pair is a value with what it belongs to.
type pair[K comparable, V any] struct {
	key   K
	value V
}

func scanPair[K comparable, V any](r row) (p pair[K, V], err error) {
	err = r.Scan(&p.key, &p.value)
	return p, err
}

func keyOf[K comparable, V any](p pair[K, V]) K   { return p.key }
func valueOf[K comparable, V any](p pair[K, V]) V { return p.value }

func itself[T any](v T) T { return v }

// keyed sorts what was found by what it belongs to; of several the last counts.
func keyed[T, V any, K comparable](found []T, key func(T) K, value func(T) V) map[K]V {
	out := make(map[K]V, len(found))
	for _, v := range found {
		out[key(v)] = value(v)
	}
	return out
}

// grouped is keyed where several belong to the same; they stay in their order.
func grouped[T, V any, K comparable](found []T, key func(T) K, value func(T) V) map[K][]V {
	out := map[K][]V{}
	for _, v := range found {
		out[key(v)] = append(out[key(v)], value(v))
	}
	return out
}

// PeopleByHandles are the people with the handles, by handle; who is not there
// is left out.
func (tx *Tx) PeopleByHandles(handles []string) (map[string]plumbline.Person, error) {
	found, err := byMany(tx, scanPerson, handles, func(in string) string {
		return `select ` + personColumns + ` from people p where p.handle in ` + in
	})
	return keyed(found, func(p plumbline.Person) string { return p.Handle }, itself), err
}

// PeopleByID are the people with the ids; who is not there is left out.
func (tx *Tx) PeopleByID(ids []plumbline.PersonID) (map[plumbline.PersonID]plumbline.Person, error) {
	found, err := byMany(tx, scanPerson, ids, func(in string) string {
		return `select ` + personColumns + ` from people p where p.id in ` + in
	})
	return keyed(found, func(p plumbline.Person) plumbline.PersonID { return p.ID }, itself), err
}

// Names are the names of the people with the ids; who is not there is left out.
func (tx *Tx) Names(ids []plumbline.PersonID) (map[plumbline.PersonID]string, error) {
	found, err := byMany(tx, scanPair[plumbline.PersonID, string], ids, func(in string) string {
		return `select id, name from people where id in ` + in
	})
	return keyed(found, keyOf, valueOf), err
}

func ofItem(it plumbline.Item) plumbline.ItemID { return it.ID }

// ItemsByID are the items with the ids, by id; what is not there is left out.
func (tx *Tx) ItemsByID(ids []plumbline.ItemID) (map[plumbline.ItemID]plumbline.Item, error) {
	found, err := byMany(tx, scanItem, ids, func(in string) string { return selectItem + `where i.id in ` + in })
	return keyed(found, ofItem, itself), err
}

// IDsByKey are the ids of the items with the keys; what is not there is left out.
func (tx *Tx) IDsByKey(keys []plumbline.Key) (map[plumbline.Key]plumbline.ItemID, error) {
	found, err := byMany(tx, scanPair[plumbline.Key, plumbline.ItemID], keys, func(in string) string {
		return `select key, id from items where key in ` + in
	})
	return keyed(found, keyOf, valueOf), err
}

// HeadsByID are the items with the ids, by id, without bodies and fields; what is
// not there is left out.
func (tx *Tx) HeadsByID(ids []plumbline.ItemID) (map[plumbline.ItemID]plumbline.Item, error) {
	found, err := byMany(tx, func(r row) (it plumbline.Item, err error) {
		err = r.Scan(rowFields(nil, &it)...)
		return it, err
	}, ids, func(in string) string { return `select ` + rowColumns + ` from items i where i.id in ` + in })
	return keyed(found, ofItem, itself), err
}

// FieldsOf are the processes' fields of the items with the ids.
func (tx *Tx) FieldsOf(ids []plumbline.ItemID) (map[plumbline.ItemID]map[string]string, error) {
	found, err := byMany(tx, func(r row) (p pair[plumbline.ItemID, map[string]string], err error) {
		err = r.Scan(&p.key, fromJSON{&p.value})
		return p, err
	}, ids, func(in string) string {
		return `select i.id, b.fields from items i join item_bodies b on b.n = i.n where i.id in ` + in
	})
	return keyed(found, keyOf, valueOf), err
}
