package app

import (
	"context"
	"sort"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Edit changes columns and fields of an item. Requesters may edit what they
// asked for, as long as nothing was decided; visibility is the product manager's.
func (a *App) Edit(ctx context.Context, who plumbline.Actor, key plumbline.Key, in EditInput) (plumbline.Item, error) {
	if in.Visibility != nil {
		if err := rights.Need(who, rights.SetVisibility); err != nil {
			return plumbline.Item{}, err
		}
	}
	return a.change(ctx, who, key, rights.EditOwn, in.Version, func(tx *store.Tx, it *plumbline.Item) error {
		if !rights.May(who, rights.EditItem) && !ownEdit(who, *it, in) {
			return plumbline.Errorf(plumbline.Denied, "You may change the title and text of what you asked for until it is decided. Add a comment instead.")
		}
		def, err := a.process(it.Process)
		if err != nil {
			return err
		}
		before := *it
		before.Fields = copyFields(it.Fields)
		if err := a.applyEdit(tx, def, it, in); err != nil {
			return err
		}
		changed := differences(before, *it)
		if len(changed) == 0 {
			return nil
		}
		if err := a.note(tx, who, *it, "item edited", "user", map[string]any{"changed": changed}); err != nil {
			return err
		}
		if it.Remit == plumbline.RemitAsked && it.Requester == who.Person {
			return a.answered(tx, who, it)
		}
		return nil
	})
}

// ownEdit says whether a requester may make this edit: title, text, class and
// fields of their own undecided item.
func ownEdit(who plumbline.Actor, it plumbline.Item, in EditInput) bool {
	engineers := in.Team != nil || in.Assignee != nil || in.Priority != nil || in.Severity != nil
	return it.Requester == who.Person && who.Person != "" && !it.Remit.Checked() && it.Open() && !engineers
}

func (a *App) applyEdit(tx *store.Tx, def *flow.Definition, it *plumbline.Item, in EditInput) error {
	put(&it.Title, in.Title)
	put(&it.Body, in.Body)
	put(&it.Class, in.Class)
	put(&it.Visibility, in.Visibility)
	put(&it.Product, in.Product)
	put(&it.Assignee, in.Assignee)
	put(&it.Priority, in.Priority)
	put(&it.Severity, in.Severity)
	put(&it.OnBehalfOf, in.OnBehalfOf)
	if in.Product != nil {
		if err := knownProduct(tx, it.Product); err != nil {
			return err
		}
	}
	if in.Team != nil {
		if err := retarget(tx, def, it, *in.Team); err != nil {
			return err
		}
	}
	t, _, err := a.template(tx, def, *it)
	if err != nil {
		return err
	}
	if err := setFields(def, t, it, in.Fields); err != nil {
		return err
	}
	return refused(def.Check(flow.Facts{Item: *it, Now: a.now()}), "This cannot be saved.")
}

// retarget notes which team an item is meant for. Once it is handed off its team
// has it in the tracker, and changes by another hand-off.
func retarget(tx *store.Tx, def *flow.Definition, it *plumbline.Item, team plumbline.TeamRef) error {
	if team == it.Team {
		return nil
	}
	if _, handed := it.States[def.HandOff.To.Lane()]; handed && def.HandOff.To != "" {
		return plumbline.FieldError("team", "%s was handed off already. Move it back to validation and hand it off again to give it to another team.", it.Key)
	}
	if team != "" {
		if err := knownTeam(tx, *it, team); err != nil {
			return err
		}
	}
	it.Team = team
	return nil
}

func put[T any](dst, src *T) {
	if src != nil {
		*dst = *src
	}
}

func copyFields(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// differences names the columns and fields that differ, sorted.
func differences(a, b plumbline.Item) []string {
	var out []string
	for _, col := range []string{"title", "body", "class", "visibility", "team", "product", "assignee", "priority", "severity", "on_behalf_of"} {
		if a.Field(col) != b.Field(col) {
			out = append(out, col)
		}
	}
	for name, v := range b.Fields {
		if a.Fields[name] != v {
			out = append(out, name)
		}
	}
	for name := range a.Fields {
		if _, ok := b.Fields[name]; !ok {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

// refused turns reasons into an Invalid error, or nil when there are none.
func refused(reasons []flow.Reason, what string) error {
	if len(reasons) == 0 {
		return nil
	}
	e := plumbline.Errorf(plumbline.Invalid, "%s", what)
	for _, r := range reasons {
		e.Text += " " + r.Text
		if r.Field == "" {
			continue
		}
		if e.Fields == nil {
			e.Fields = map[string]string{}
		}
		if _, ok := e.Fields[r.Field]; !ok {
			e.Fields[r.Field] = r.Text
		}
	}
	return e
}
