package incidents

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// IncidentInput is what somebody says of an incident; what is nil stays as it is. The
// times are 0 when they are not known.
type IncidentInput struct {
	Title      *string                     `json:"title,omitempty"`
	Products   *[]plumbline.ProductRef     `json:"products,omitempty"`
	Severity   *string                     `json:"severity,omitempty"`
	Started    *plumbline.Time             `json:"started,omitempty"`
	Detected   *plumbline.Time             `json:"detected,omitempty"`
	Mitigated  *plumbline.Time             `json:"mitigated,omitempty"`
	Resolved   *plumbline.Time             `json:"resolved,omitempty"`
	Dismissed  *string                     `json:"dismissed,omitempty"`
	Cause      *string                     `json:"cause,omitempty"`
	Deployment *string                     `json:"deployment,omitempty"`
	Share      *plumbline.Decimal          `json:"budget_share,omitempty"`
	PostMortem *string                     `json:"post_mortem,omitempty"`
	Actions    *[]plumbline.IncidentAction `json:"actions,omitempty"`
}

// set puts a field that was given in its place, and notes that somebody said it when
// that is different.
func set[T any](given *T, into *T, name string, kept *[]string) {
	if given == nil || reflect.DeepEqual(*given, *into) {
		return
	}
	*into = *given
	if name != "" && !slices.Contains(*kept, name) {
		*kept = append(*kept, name)
	}
}

// lay lays what was said over an incident.
func (in IncidentInput) lay(i *plumbline.IncidentRecord) {
	i.Kept = slices.Clone(i.Kept)
	set(in.Title, &i.Title, "", &i.Kept)
	set(in.Products, &i.Products, "", &i.Kept)
	set(in.Severity, &i.Severity, "severity", &i.Kept)
	set(in.Started, &i.Started, "started", &i.Kept)
	set(in.Detected, &i.Detected, "started", &i.Kept)
	set(in.Mitigated, &i.Mitigated, "mitigated", &i.Kept)
	set(in.Resolved, &i.Resolved, "resolved", &i.Kept)
	set(in.Dismissed, &i.Dismissed, "", &i.Kept)
	set(in.Cause, &i.Cause, "", &i.Kept)
	set(in.Deployment, &i.Deployment, "", &i.Kept)
	set(in.Share, &i.Share, "", &i.Kept)
	set(in.PostMortem, &i.PostMortem, "", &i.Kept)
	set(in.Actions, &i.Actions, "", &i.Kept)
	i.Title, i.Dismissed = strings.TrimSpace(i.Title), strings.TrimSpace(i.Dismissed)
	products := slices.Clone(i.Products)
	slices.Sort(products)
	i.Products = slices.DeleteFunc(slices.Compact(products), func(p plumbline.ProductRef) bool { return p == "" })
}

// DeclareIncident makes an incident that no alarm told of.
func (r *Room) DeclareIncident(ctx context.Context, who plumbline.Actor, in IncidentInput) (out plumbline.IncidentRecord, err error) {
	if err := rights.Need(who, rights.TendIncidents); err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		i := plumbline.IncidentRecord{Detected: r.now()}
		in.lay(&i)
		out, err = r.keep(tx, who, plumbline.IncidentRecord{}, i, "incident declared")
		return err
	})
	return out, err
}

// ChangeIncident changes what is said of an incident. Nothing happens when nothing is
// different.
func (r *Room) ChangeIncident(ctx context.Context, who plumbline.Actor, n int64, in IncidentInput) (out plumbline.IncidentRecord, err error) {
	if err := rights.Need(who, rights.TendIncidents); err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		was, err := tx.Incident(n)
		if err != nil {
			return err
		}
		out = was
		in.lay(&out)
		if reflect.DeepEqual(out, was) || len(out.Products)+len(was.Products) == 0 && sameBut(out, was) {
			return nil
		}
		out, err = r.keep(tx, who, was, out, "incident changed")
		return err
	})
	return out, err
}

// sameBut compares two incidents that are about no product.
func sameBut(a, b plumbline.IncidentRecord) bool {
	a.Products, b.Products = nil, nil
	if len(a.Kept)+len(b.Kept) == 0 {
		a.Kept, b.Kept = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// keep checks and writes an incident, with its event, and has the constraints judged
// that it bears on or bore on.
func (r *Room) keep(tx *store.Tx, who plumbline.Actor, was, i plumbline.IncidentRecord, typ string) (plumbline.IncidentRecord, error) {
	known, err := readCatalog(tx)
	if err != nil {
		return i, err
	}
	var bad plumbline.Problems
	bad.Merge(i.Validate())
	for _, p := range i.Products {
		if !known.has(p) && !slices.Contains(was.Products, p) {
			bad.Add("products", "There is no product or process %q.", clip(string(p), 60))
		}
	}
	for _, t := range [...]plumbline.Time{i.Started, i.Detected, i.Mitigated, i.Resolved} {
		if t > r.now() {
			bad.Add("started", "What happened to an incident cannot be in the future.")
			break
		}
	}
	if err := bad.Err(); err != nil {
		return i, err
	}
	rules, err := r.rules(tx)
	if err != nil {
		return i, err
	}
	i.Actions = slices.Clone(i.Actions)
	for n, a := range i.Actions {
		if hours := rules.hours(Act, i.Severity); a.Due == 0 && hours > 0 {
			i.Actions[n].Due = r.now().Add(hours)
		}
	}
	i.Changed = r.now()
	if i, err = tx.PutIncident(i); err != nil {
		return i, err
	}
	if err := r.note(tx, who, plumbline.Public, typ, told{Text: i.Name(), Detail: i.Title, Why: i.State()}); err != nil {
		return i, err
	}
	return i, r.refresh(tx, who, plumbline.Reliability, known, slices.Concat(was.Products, i.Products))
}

// TieIncident says that an item is an incident; an empty key unties it.
func (r *Room) TieIncident(ctx context.Context, who plumbline.Actor, n int64, key plumbline.Key) error {
	if err := rights.Need(who, rights.TendIncidents); err != nil {
		return err
	}
	if key != "" {
		return r.items.AddTo(ctx, who, key, rights.EditItem, func(tx *store.Tx, it plumbline.Item) error {
			if err := ledger.Alone(it); err != nil {
				return err
			}
			return r.TieTo(tx, who, n, it)
		})
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		i, err := tx.Incident(n)
		if err != nil || i.Item == "" {
			return err
		}
		i.Item, i.Changed = "", r.now()
		if _, err := tx.PutIncident(i); err != nil {
			return err
		}
		return r.note(tx, who, plumbline.InternalOnly, "incident untied", told{Text: i.Name(), Detail: i.Title})
	})
}

// TieTo says that an item is an incident, in the transaction that made or found it.
func (r *Room) TieTo(tx *store.Tx, who plumbline.Actor, n int64, it plumbline.Item) error {
	i, err := tx.Incident(n)
	if err != nil || i.Item == it.ID {
		return err
	}
	if i.Item != "" {
		return plumbline.Errorf(plumbline.Conflict, "Incident %d is another item already: untie that one first.", n)
	}
	if other, err := tx.IncidentOfItem(it.ID); err != nil || other != 0 {
		if err == nil {
			err = plumbline.Errorf(plumbline.Conflict, "%s is incident %d already.", it.Key, other)
		}
		return err
	}
	i.Item, i.Changed = it.ID, r.now()
	if _, err := tx.PutIncident(i); err != nil {
		return err
	}
	return r.items.Note(tx, who, it, "item tied to an incident", "user", told{Text: i.Name(), Detail: i.Title})
}
