package order

import (
	"encoding/json"

	"plumbline"
	"plumbline/internal/limit"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// dutiesOf are the limits that force the items that mend them, by item. It takes one
// statement.
func dutiesOf(tx *store.Tx) (map[plumbline.ItemID][]rank.Duty, error) {
	ties, err := tx.ForcedTies()
	if err != nil || len(ties) == 0 {
		return nil, err
	}
	out := map[plumbline.ItemID][]rank.Duty{}
	for _, t := range ties {
		var s limit.Standing
		if err := json.Unmarshal([]byte(t.Standing), &s); err != nil {
			return nil, err
		}
		d, ok := s.Duty()
		if !ok {
			continue
		}
		name := t.Constraint.Name
		if name == "" {
			name = string(t.Constraint.ID)
		}
		out[t.Item] = append(out[t.Item], rank.Duty{Limit: string(t.Constraint.ID), Name: name, Rule: d.Rule, Why: d.Why, Version: t.Policies, Since: d.Since, Due: d.Due})
	}
	return out, nil
}
