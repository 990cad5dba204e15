package capacity

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/crew"
	"plumbline/internal/store"
)

// CapacityRulesView is the rules of capacity as they are written.
type CapacityRulesView struct {
	Version string         `json:"version"`
	Text    string         `json:"text"`
	By      string         `json:"by,omitempty"` // empty: they come with the product
	At      plumbline.Time `json:"at,omitempty"`
}

// book is the rules that count.
func (r *Room) book(tx *store.Tx) (*crew.Book, error) {
	kept, err := tx.CapacityRulesKept()
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		return crew.Default()
	}
	return crew.Parse("rules.yaml", []byte(kept[0].Body))
}

// CapacityRules are the rules in force: what is kept free, the planned mix, and when
// leaving it is told.
func (r *Room) CapacityRules(ctx context.Context, who plumbline.Actor) (out CapacityRulesView, err error) {
	if err := rights.Need(who, rights.ReadCapacity); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		kept, err := tx.CapacityRulesKept()
		if err != nil {
			return err
		}
		if len(kept) > 0 {
			out = CapacityRulesView{kept[0].Version, kept[0].Body, kept[0].ByName, kept[0].At}
			return nil
		}
		b, err := crew.Default()
		if err == nil {
			out = CapacityRulesView{Version: b.Version, Text: crew.DefaultText}
		}
		return err
	})
	return out, err
}

// PutCapacityRules puts a version of the rules in force. What teams finished is sorted
// by them when it is learned the next time.
func (r *Room) PutCapacityRules(ctx context.Context, who plumbline.Actor, text string) (out CapacityRulesView, err error) {
	if err := rights.Need(who, rights.ManageCapacity); err != nil {
		return out, err
	}
	book, err := crew.Parse("rules.yaml", []byte(text))
	if err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		kept, err := tx.CapacityRulesKept()
		if err != nil {
			return err
		}
		for _, have := range kept {
			if have.Version == book.Version {
				return plumbline.FieldError("version", "There is a version %q of the rules already: write another one into the text.", book.Version)
			}
		}
		row := store.CapacityRules{Version: book.Version, Body: text, By: who.Person, ByName: who.Name, At: r.now()}
		if err := tx.InsertCapacityRules(row); err != nil {
			return err
		}
		out = CapacityRulesView{row.Version, row.Body, row.ByName, row.At}
		return r.note(tx, who, "capacity rules put", map[string]any{"version": book.Version})
	})
	return out, err
}
