package moves

import (
	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// ApplyEdit puts an edit into an item and checks it; nothing is saved.
func (a *Mover) ApplyEdit(tx *store.Tx, def *flow.Definition, it *plumbline.Item, in EditInput) error {
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
		if err := ledger.KnownProduct(tx, it.Product); err != nil {
			return err
		}
	}
	if in.Team != nil {
		if err := retarget(tx, def, it, *in.Team); err != nil {
			return err
		}
	}
	t, _, err := a.TemplateFor(tx, def, *it)
	if err != nil {
		return err
	}
	if err := SetFields(def, t, it, in.Fields); err != nil {
		return err
	}
	return ledger.Refused(def.Check(flow.Facts{Item: *it, Now: a.now()}), "This cannot be saved.")
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
		if err := ledger.KnownTeam(tx, *it, team); err != nil {
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

// EditInput changes an item. A nil pointer leaves a column as it is; Fields
// sets the named ones ("" clears). Version is the one that the actor saw; 0
// takes the newest.
type EditInput struct {
	Version    int64                 `json:"version,omitempty"`
	Title      *string               `json:"title,omitempty"`
	Body       *string               `json:"body,omitempty"`
	Class      *plumbline.Class      `json:"class,omitempty"`
	Visibility *plumbline.Visibility `json:"visibility,omitempty"`
	Team       *plumbline.TeamRef    `json:"team,omitempty"` // until it is handed off
	Product    *plumbline.ProductRef `json:"product,omitempty"`
	Assignee   *string               `json:"assignee,omitempty"`
	Priority   *string               `json:"priority,omitempty"`
	Severity   *string               `json:"severity,omitempty"`
	OnBehalfOf *string               `json:"on_behalf_of,omitempty"`
	Fields     map[string]string     `json:"fields,omitempty"`
}
