package app

import (
	"encoding/json"
	"strconv"
	"strings"

	"plumbline"
)

// splitValues takes what was filled in apart: what is the item's, and what is
// the demand's.
func splitValues(t plumbline.Template, values map[string]string) (item, demand map[string]string) {
	item, demand = map[string]string{}, map[string]string{}
	for id, v := range values {
		v = strings.TrimSpace(v)
		if v == "" {
			continue
		}
		if f, ok := t.Field(id); ok && f.OfDemand() {
			demand[id] = v
		} else {
			item[id] = v
		}
	}
	return item, demand
}

// demandFrom makes the demand that values of a template mean; nil when they say
// nothing of one. Values were checked.
func demandFrom(t plumbline.Template, values map[string]string) (*plumbline.Demand, error) {
	if len(values) == 0 {
		return nil, nil
	}
	worth, err := plumbline.ParseMoney(values["worth"])
	if err != nil {
		return nil, plumbline.FieldError("worth", "%s", plumbline.TextOf(err))
	}
	whole := func(id string) int64 {
		n, _ := strconv.ParseInt(values[id], 10, 64)
		return n
	}
	closes, err := dayOf(values["close"])
	if err != nil {
		return nil, plumbline.FieldError("close", "%s", plumbline.TextOf(err))
	}
	probability := -1.0
	if v, ok := values["probability"]; ok {
		p, _ := strconv.ParseFloat(v, 64)
		probability = p / 100
	}
	d := &plumbline.Demand{
		Account: plumbline.AccountRef(values["account"]), Team: plumbline.TeamRef(values["team"]), Strength: values["strength"],
		Points: max(1, int(whole("points"))), Users: whole("users"), Worth: plumbline.Hide(worth), Seats: plumbline.Hide(whole("seats")),
		Stage: plumbline.Hide(values["stage"]), Probability: plumbline.Hide(probability), Close: plumbline.Hide(closes), Note: plumbline.Hide(values["note"]),
	}
	more := map[string]string{}
	for id, v := range values {
		if !plumbline.IsDemandColumn(id) {
			more[id] = v
		}
	}
	if len(more) > 0 {
		raw, err := json.Marshal(more)
		if err != nil {
			return nil, err
		}
		d.More = plumbline.Hide(string(raw))
	}
	return d, nil
}
