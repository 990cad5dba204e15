package exchange

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

// renew takes in a row that changed in the source. For each field there are
// three values: what was put in last, what the source says now, and what stands
// here. Only the first two decide whether the source changed it, and only the
// first and the last whether somebody here did.
func (r *run) renew(tx *store.Tx, b *batch, w *row) error {
	known := b.known[w.in.External]
	it := b.items[known.Item]
	was := it
	it.Fields, it.Labels = maps.Clone(it.Fields), slices.Clone(it.Labels)
	now := takenOf(w.item)
	var changed []string
	for _, f := range fieldsOf(known.Taken, now) {
		if known.Taken[f] == now[f] {
			continue
		}
		switch here := short(valueOf(it, f)); {
		case here == now[f]:
		case here == known.Taken[f]:
			set(&it, w.item, f)
			changed = append(changed, f)
		default:
			w.remark("%s was changed here and stays", strings.ReplaceAll(strings.TrimPrefix(f, "field."), "_", " "))
		}
	}
	if err := it.Validate(); err != nil {
		w.skip(strings.TrimSuffix(plumbline.TextOf(err), "."))
		return nil
	}
	more, err := r.hang(tx, b, w, it, known.Taken["votes"])
	if err != nil {
		return err
	}
	found, err := r.adopt(tx, b, w, it.ID)
	if err != nil {
		return err
	}
	more, w.here = append(more, found...), it.ID
	now["votes"] = short(fmt.Sprint(w.in.Votes))
	known.Hash, known.Taken, known.At = w.hash, now, r.now()
	b.externals = append(b.externals, &known)
	return r.save(tx, w, was, it, changed, more)
}

// fieldsOf are the fields of two sets of hashes that belong to the item, sorted.
func fieldsOf(a, b map[string]string) []string {
	all := map[string]bool{}
	for _, m := range []map[string]string{a, b} {
		for f := range m {
			all[f] = f != "votes"
		}
	}
	var out []string
	for f, ok := range all {
		if ok {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

// set puts a field of from into it.
func set(it *plumbline.Item, from plumbline.Item, field string) {
	switch field {
	case "title":
		it.Title = from.Title
	case "body":
		it.Body = from.Body
	case "class":
		it.Class = from.Class
	case "visibility":
		it.Visibility = from.Visibility
	case "product":
		it.Product = from.Product
	case "assignee":
		it.Assignee = from.Assignee
	case "priority":
		it.Priority = from.Priority
	case "severity":
		it.Severity = from.Severity
	case "on_behalf_of":
		it.OnBehalfOf = from.OnBehalfOf
	case "labels":
		it.Labels = from.Labels
	case "url":
		it.URL = from.URL
	case "state":
		it.State, it.States, it.Since, it.Closed = from.State, from.States, from.Since, from.Closed
	default:
		name := strings.TrimPrefix(field, "field.")
		if v := from.Fields[name]; v != "" {
			it.Fields[name] = v
		} else {
			delete(it.Fields, name)
		}
	}
}

// hang adds what is new of what hangs on an item, and says in words what.
func (r *run) hang(tx *store.Tx, b *batch, w *row, it plumbline.Item, votes string) (more []string, err error) {
	said := map[string]string{}
	for _, c := range b.comments[it.ID] {
		said[c.ID] = c.Body
	}
	for _, c := range w.comments {
		body, there := said[c.ID]
		if there && body == c.Body {
			continue
		}
		more = append(more, "comments")
		c.Item = it.ID
		switch {
		case r.in.DryRun:
		case there:
			err = tx.EditComment(c.ID, c.Body)
		default:
			err = tx.InsertComment(c)
		}
		if err != nil {
			return nil, err
		}
	}
	if e, ok := r.votes(w, r.now()); ok && votes != short(fmt.Sprint(w.in.Votes)) {
		more = append(more, "votes")
		e.Item = it.ID
		if !r.in.DryRun {
			if err := tx.InsertEvidence(e); err != nil {
				return nil, err
			}
		}
	}
	for _, v := range w.voters { // nobody, in a preview
		fresh, err := tx.Vote(it.ID, v.Person, v.At)
		if err != nil {
			return nil, err
		}
		if fresh {
			more = append(more, "votes")
		}
		if _, err := tx.Watch(it.ID, v.Person); err != nil {
			return nil, err
		}
	}
	return more, nil
}

// save writes an item that an import changed, with its event.
func (r *run) save(tx *store.Tx, w *row, was, it plumbline.Item, changed, more []string) error {
	slices.Sort(more)
	all := slices.Concat(changed, slices.Compact(more))
	if len(all) == 0 {
		w.done(plumbline.RowSame, it.Key)
		return nil
	}
	w.notes = append([]string{strings.ReplaceAll(strings.Join(all, ", "), "field.", "")}, w.notes...)
	w.done(plumbline.RowChanged, it.Key)
	if r.in.DryRun {
		return nil
	}
	if len(changed) > 0 {
		it.Version++
		it.Updated = r.now()
		if err := tx.UpdateItem(it, was.Version); err != nil {
			return err
		}
	}
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = strings.TrimPrefix(f, "field.")
	}
	return r.note(tx, it, "item imported again", map[string]any{"changed": names, "source": r.in.Source, "external": w.in.External})
}

// lay takes in a row of our own export whose item is still here. It says what
// its author wants the item to be; if the item was changed since it was exported
// the two cannot be told apart, and the row waits for a newer export.
func (r *run) lay(tx *store.Tx, w *row, was plumbline.Item) error {
	it := was
	it.Fields = maps.Clone(it.Fields)
	var changed []string
	for _, f := range w.in.Given {
		if valueOf(it, f) != valueOf(w.item, f) && !w.refused(f) {
			set(&it, w.item, f)
			changed = append(changed, f)
		}
	}
	switch {
	case len(changed) == 0:
		w.done(plumbline.RowSame, it.Key)
		return nil
	case w.in.Version != was.Version:
		w.report.Key = was.Key
		w.skip(fmt.Sprintf("%s was changed here since it was exported (version %d then, %d now): export it again and repeat the change", was.Key, w.in.Version, was.Version))
		return nil
	}
	return r.save(tx, w, was, it, changed, nil)
}

// refused says whether the row's value of a field does not fit here, so that it
// was left out: what stands here is not to be cleared for that.
func (w *row) refused(field string) bool {
	given := plumbline.Item{Title: w.in.Title, Body: w.in.Body, Class: w.in.Class, Visibility: w.in.Visibility, Product: w.in.Product, Assignee: w.in.Assignee,
		Priority: w.in.Priority, Severity: w.in.Severity, OnBehalfOf: w.in.OnBehalfOf, Fields: w.in.Fields}
	return valueOf(given, field) != valueOf(w.item, field) && !(field == "visibility" && w.in.Visibility == "")
}
