package findings

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// JudgeFinding says what was found out about a finding. Only that it is mended, a
// false alarm, or does not affect the product stops its clocks.
func (w *Warden) JudgeFinding(ctx context.Context, who plumbline.Actor, id plumbline.FindingID, j plumbline.Judgement) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	if err := j.Validate(); err != nil {
		return err
	}
	return w.change(ctx, who, id, "finding judged", map[string]any{"to": j.State}, func(f *plumbline.Finding) {
		if f.Judgement.Same(j) {
			return
		}
		j.By, j.ByName, j.At, j.Ref = who.Person, who.Name, w.now(), ""
		if f.Judgement.State.Stops() != j.State.Stops() {
			f.Closed = 0
		}
		f.Judgement = j
	})
}

// FactsInput says what the deadlines of a finding follow from beside its score. A
// time that is zero is not known.
type FactsInput struct {
	Risk      plumbline.Risk `json:"risk"`
	Evaluated plumbline.Time `json:"evaluated,omitempty"`
	Mitigated plumbline.Time `json:"mitigated,omitempty"`
}

// SayOfFinding says what the deadlines of a finding follow from.
func (w *Warden) SayOfFinding(ctx context.Context, who plumbline.Actor, id plumbline.FindingID, in FactsInput) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	if err := in.Risk.Validate(); err != nil {
		return err
	}
	if now := w.now(); in.Evaluated > now || in.Mitigated > now {
		return plumbline.FieldError("evaluated", "It was evaluated and mitigated in the past, or not yet.")
	}
	return w.change(ctx, who, id, "finding described", map[string]any{}, func(f *plumbline.Finding) {
		f.Risk, f.Evaluated, f.Mitigated = in.Risk, in.Evaluated, in.Mitigated
	})
}

// change changes one finding in a transaction, with its event, unless nothing
// changes.
func (w *Warden) change(ctx context.Context, who plumbline.Actor, id plumbline.FindingID, typ string, data map[string]any, do func(*plumbline.Finding)) error {
	return w.db.Write(ctx, func(tx *store.Tx) error {
		f, err := tx.Finding(id)
		if err != nil {
			return err
		}
		if f.Merged != "" {
			return plumbline.Errorf(plumbline.Conflict, "This finding is told of by another one now. Change that one.")
		}
		was := f
		do(&f)
		around, err := around(tx, []string{f.Vuln})
		if err != nil {
			return err
		}
		around.settle(&f)
		if reflect.DeepEqual(was, f) {
			return nil
		}
		if err := tx.PutFindings([]plumbline.Finding{f}); err != nil {
			return err
		}
		if !reflect.DeepEqual(was.Judgement, f.Judgement) {
			if err := tx.InsertJudgement(f.ID, f.Judgement); err != nil {
				return err
			}
		}
		if err := w.refresh(tx, who, map[plumbline.ProductRef]bool{f.Product: true}); err != nil {
			return err
		}
		data["finding"], data["text"], data["product"] = f.ID, f.Name, f.Product
		return w.note(tx, who, typ, data)
	})
}

// MendGone says of all findings of a product that the newest scan tells of no more
// that they are mended, since then. It says how many they were.
func (w *Warden) MendGone(ctx context.Context, who plumbline.Actor, product plumbline.ProductRef) (many int, err error) {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return 0, err
	}
	err = w.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Product(product); err != nil {
			return err
		}
		all, err := tx.ProductFindings(product)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(f plumbline.Finding) bool { return f.Gone == 0 || !f.Open() })
		if many = len(all); many == 0 {
			return nil
		}
		for i := range all {
			f := &all[i]
			f.Judgement = plumbline.Judgement{State: plumbline.Resolved, Detail: "The newest scan tells of it no more.", By: who.Person, ByName: who.Name, At: w.now()}
			f.Closed = max(f.Gone, f.Detected)
			if err := tx.InsertJudgement(f.ID, f.Judgement); err != nil {
				return err
			}
		}
		if err := tx.PutFindings(all); err != nil {
			return err
		}
		if err := w.refresh(tx, who, map[plumbline.ProductRef]bool{product: true}); err != nil {
			return err
		}
		return w.note(tx, who, "findings mended", map[string]any{"product": product, "altered": many})
	})
	return many, err
}

// SayOfProduct says what the deadlines of a product's findings follow from, where
// a finding does not say.
func (w *Warden) SayOfProduct(ctx context.Context, who plumbline.Actor, product plumbline.ProductRef, risk plumbline.Risk) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	if err := risk.Validate(); err != nil {
		return err
	}
	return w.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Product(product); err != nil {
			return err
		}
		risks, err := tx.ProductRisks()
		if err != nil || risks[product] == risk {
			return err
		}
		if err := tx.PutProductRisk(product, risk); err != nil {
			return err
		}
		all, err := tx.ProductFindings(product)
		if err != nil {
			return err
		}
		if _, err := w.settleAll(tx, who, all); err != nil {
			return err
		}
		return w.note(tx, who, "findings described", map[string]any{"product": product})
	})
}

// ChooseDeadlines says by which presets findings are due; with none they have no
// dates.
func (w *Warden) ChooseDeadlines(ctx context.Context, who plumbline.Actor, chosen []string) error {
	if err := rights.Need(who, rights.ManagePolicy); err != nil {
		return err
	}
	for _, c := range chosen {
		if !slices.Contains(limit.Presets[:], c) {
			return plumbline.FieldError("presets", "There is no preset %q; there are %s.", c, strings.Join(limit.Presets[:], ", "))
		}
	}
	keep := []string{}
	for _, p := range limit.Presets {
		if slices.Contains(chosen, p) {
			keep = append(keep, p)
		}
	}
	return w.db.Write(ctx, func(tx *store.Tx) error {
		now, err := presets(tx)
		if err != nil || slices.Equal(now, keep) {
			return err
		}
		text, err := json.Marshal(keep)
		if err != nil {
			return err
		}
		if err := tx.PutSetting(presetsSetting, string(text)); err != nil {
			return err
		}
		all, err := tx.AllFindings()
		if err != nil {
			return err
		}
		changed, err := w.settleAll(tx, who, all)
		if err != nil {
			return err
		}
		return w.note(tx, who, "deadlines chosen", map[string]any{"labels": keep, "altered": changed})
	})
}
