package planning

import (
	"context"
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

// PinInput forces an item into the plans of a scenario, or out of them.
type PinInput struct {
	Key    plumbline.Key            `json:"key"`
	Way    string                   `json:"way"`          // "in" or "out"; "free" takes the pin back
	By     plumbline.CalendarPeriod `json:"by,omitempty"` // of in: the last period allowed; none: any
	Reason string                   `json:"reason"`       // not of free
}

// The ways of a pin.
const (
	PinIn  = "in"
	PinOut = "out"
	Unpin  = "free"
)

// PinItem forces an item in or out, with a reason, or lets it free. The scenario is
// a new version then: its plan is made anew when somebody says so.
func (r *Room) PinItem(ctx context.Context, who plumbline.Actor, scenario string, in PinInput) error {
	if !slices.Contains([]string{PinIn, PinOut, Unpin}, in.Way) {
		return plumbline.FieldError("way", "An item is forced in or out, or set free, not %q.", in.Way)
	}
	typ := map[string]string{PinIn: "item forced in", PinOut: "item forced out", Unpin: "item set free"}[in.Way]
	return r.pinned(ctx, who, scenario, typ, func(tx *store.Tx, s *plumbline.Scenario) error {
		it, err := r.itemByKey(tx, who, in.Key)
		if err != nil {
			return err
		}
		if in.Way == Unpin {
			was, err := tx.DropPin(s.ID, it.ID)
			if err == nil && !was {
				err = plumbline.Errorf(plumbline.NotFound, "%s is neither forced in nor out of %s.", it.Key, s.Name)
			}
			return err
		}
		return r.putPin(tx, who, *s, it, in)
	})
}

// pinned is change for a pin, whose event says no item: the pins say it.
func (r *Room) pinned(ctx context.Context, who plumbline.Actor, scenario, typ string, fn func(tx *store.Tx, s *plumbline.Scenario) error) error {
	_, err := r.change(ctx, who, scenario, 0, typ, fn)
	return err
}

// putPin writes a pin down.
func (r *Room) putPin(tx *store.Tx, who plumbline.Actor, s plumbline.Scenario, it plumbline.Item, in PinInput) error {
	p := plumbline.Pin{Item: it.ID, In: in.Way == PinIn, By: in.By, Reason: strings.TrimSpace(in.Reason), Person: who.Person, Name: who.Name, At: r.now()}
	if err := p.Validate(); err != nil {
		return err
	}
	if !it.Closed.IsZero() {
		return plumbline.Errorf(plumbline.Conflict, "%s is closed: there is nothing left to plan.", it.Key)
	}
	if p.By != (plumbline.CalendarPeriod{}) && !slices.Contains(s.Span(), p.By) {
		return plumbline.FieldError("by", "%s is not one of the periods %s to %s of %s.", p.By, s.First, s.First.Add(s.Periods-1), s.Name)
	}
	pins, err := tx.Pins([]string{s.ID})
	if err == nil && len(pins[s.ID]) >= plumbline.MaxPins {
		err = plumbline.Errorf(plumbline.Invalid, "At most %d items are pinned.", plumbline.MaxPins)
	}
	if err != nil {
		return err
	}
	return tx.PutPin(s.ID, p)
}

// itemByKey is an item that who may see.
func (r *Room) itemByKey(tx *store.Tx, who plumbline.Actor, key plumbline.Key) (plumbline.Item, error) {
	found, err := r.itemsByKey(tx, who, map[plumbline.Key]string{key: ""})
	it, ok := found[key]
	if err == nil && !ok {
		err = plumbline.Errorf(plumbline.NotFound, "There is no item %s, or you may not see it. Look it up in the list of items.", key)
	}
	return it, err
}

// itemsByKey are the items with the keys that who may see, without their texts.
func (r *Room) itemsByKey(tx *store.Tx, who plumbline.Actor, keys map[plumbline.Key]string) (map[plumbline.Key]plumbline.Item, error) {
	ids, err := tx.IDsByKey(slices.Sorted(maps.Keys(keys)))
	if err != nil {
		return nil, err
	}
	return r.seen(tx, who, slices.Sorted(maps.Values(ids)))
}

// seen are the items with the ids that who may see, by key.
func (r *Room) seen(tx *store.Tx, who plumbline.Actor, ids []plumbline.ItemID) (map[plumbline.Key]plumbline.Item, error) {
	heads, err := tx.HeadsByID(ids)
	if err != nil {
		return nil, err
	}
	may, err := tx.SeenAmong(who, ids)
	out := map[plumbline.Key]plumbline.Item{}
	for id, it := range heads {
		if may[id] {
			out[it.Key] = it
		}
	}
	return out, err
}
