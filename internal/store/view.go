package store

import (
	"strconv"

	"plumbline"
)

const viewColumns = `v.id, v.name, v.owner, v.shared, v.layout, v.filter, v.columns, v.limits, v.grouping, v.scale, v.created, v.updated, v.version`

func viewFields(v *plumbline.View) []any {
	return []any{&v.ID, &v.Name, &v.Owner, &v.Shared, &v.Layout, &v.Filter, fromJSON{&v.Columns}, fromJSON{&v.Limits}, &v.Group, &v.Scale, &v.Created, &v.Updated, &v.Version}
}

func scanView(r row) (v plumbline.View, err error) {
	err = r.Scan(append(viewFields(&v), &v.Default)...)
	v.Columns = orNil(v.Columns)
	if len(v.Limits) == 0 {
		v.Limits = nil
	}
	return v, err
}

// Views are the views that the person sees: their own and the shared ones, by
// name; at most limit.
func (tx *Tx) Views(p plumbline.PersonID, limit int) ([]plumbline.View, error) {
	return rememberAll(tx, "views "+string(p)+" "+strconv.Itoa(limit), func() ([]plumbline.View, error) {
		return list(tx, scanView, `
			select `+viewColumns+`, d.view is not null
			from views v left join default_views d on d.person = $1 and d.view = v.id
			where v.owner = $1 or v.shared order by v.name, v.id `+atMost(limit), p)
	})
}

// View is the view with the id, as the person sees it; that they may is for the
// caller to check.
func (tx *Tx) View(id plumbline.ViewID, p plumbline.PersonID) (plumbline.View, error) {
	return need(tx, missing("There is no view with the id %q.", id), scanView, `
		select `+viewColumns+`, d.view is not null
		from views v left join default_views d on d.person = $2 and d.view = v.id
		where v.id = $1`, id, p)
}

// CountViews is how many views the person keeps.
func (tx *Tx) CountViews(owner plumbline.PersonID) (int64, error) {
	return number(tx, `select count(*) from views where owner = $1`, owner)
}

func viewValues(v plumbline.View) []any {
	limits := v.Limits
	if limits == nil {
		limits = map[plumbline.State]int{}
	}
	return []any{v.ID, v.Name, v.Owner, v.Shared, v.Layout, v.Filter, asJSON(orEmpty(v.Columns)), asJSON(limits), v.Group, v.Scale, v.Created, v.Updated, v.Version}
}

// InsertView adds a view.
func (tx *Tx) InsertView(v plumbline.View) error {
	_, err := tx.exec(`insert into views (id, name, owner, shared, layout, filter, columns, limits, grouping, scale, created, updated, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, viewValues(v)...)
	return err
}

// UpdateView replaces a view that still has the version was; else it is a
// Conflict.
func (tx *Tx) UpdateView(v plumbline.View, was int64) error {
	n, err := tx.exec(`update views set name = $2, owner = $3, shared = $4, layout = $5, filter = $6, columns = $7, limits = $8,
		grouping = $9, scale = $10, created = $11, updated = $12, version = $13 where id = $1 and version = $14`, append(viewValues(v), was)...)
	if err == nil && n == 0 {
		return plumbline.Errorf(plumbline.Conflict, "The view %q was changed meanwhile. Load it again and repeat your change.", v.Name)
	}
	return err
}

// DeleteView takes a view away, from those too who begin with it.
func (tx *Tx) DeleteView(id plumbline.ViewID) error {
	if _, err := tx.exec(`delete from default_views where view = $1`, id); err != nil {
		return err
	}
	_, err := tx.exec(`delete from views where id = $1`, id)
	return err
}

// UnshareView makes everybody but the owner begin with the usual list again who
// began with this view.
func (tx *Tx) UnshareView(id plumbline.ViewID, owner plumbline.PersonID) error {
	_, err := tx.exec(`delete from default_views where view = $1 and person <> $2`, id, owner)
	return err
}

// SetDefaultView makes the view the one that the person begins with; "" for none.
func (tx *Tx) SetDefaultView(p plumbline.PersonID, id plumbline.ViewID) error {
	if id == "" {
		_, err := tx.exec(`delete from default_views where person = $1`, p)
		return err
	}
	_, err := tx.exec(`insert into default_views (person, view) values ($1, $2) on conflict (person) do update set view = excluded.view`, p, id)
	return err
}
