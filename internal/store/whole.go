package store

import "plumbline"

// Whole is an item as its page begins: the row that lists show, its long texts,
// and what there is of all that may hang on it, so that nobody looks for what is
// not there.
type Whole struct {
	plumbline.Row
	Family
	Relations, Decisions, Attachments, Redirected, Waits, Actions, Mirrored, Earlier, Escalated bool

	Planned string // the period in which the plan in force does it; "": it does not

	Seq int64 // the last event of all
}

// WholeByKey is the item with the key. It takes one statement.
func (tx *Tx) WholeByKey(key plumbline.Key) (Whole, error) {
	return need(tx, missing("There is no %s.", key), scanWhole, `
		select `+rowColumns+`, `+cardColumns+`, b.fields, b.body, i.n_merged = 0,
			exists (select 1 from relations x where x.item = i.id) or exists (select 1 from relations x where x.other = i.id),
			exists (select 1 from decisions x where x.item = i.id),
			exists (select 1 from attachments x where x.item = i.id),
			exists (select 1 from redirections x where x.item = i.id),
			exists (select 1 from waits x where x.item = i.id),
			exists (select 1 from actions x where x.item = i.id),
			exists (select 1 from mirrors x where x.item = i.id and x.item <> ''),
			exists (select 1 from comment_texts x where x.item = i.id),
			exists (select 1 from plan_decisions x where x.item = i.id and x.item <> ''),
			coalesce((select min(k.period) from plan_decisions x join plan_picks k on k.plan = x.plan where x.in_force and x.ended = 0 and k.item = i.id), ''),
			(select seq from event_order where id = 1)
		from items i join item_bodies b on b.n = i.n `+cardJoins+`
		where i.key = $1`, key)
}

func scanWhole(r row) (w Whole, err error) {
	w.States, w.Fields = map[string]plumbline.Position{}, map[string]string{}
	err = r.Scan(append(cardFields(rowFields(nil, &w.Row.Item), &w.Row), fromJSON{&w.Fields}, &w.Body, &w.Alone,
		&w.Relations, &w.Decisions, &w.Attachments, &w.Redirected, &w.Waits, &w.Actions, &w.Mirrored, &w.Earlier, &w.Escalated, &w.Planned, &w.Seq)...)
	w.Labels, w.Family.Item = orNil(w.Labels), w.ID
	return w, err
}
