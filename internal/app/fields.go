package app

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// template is what items like this one are asked with; not ok when nothing
// is: a request whose class nobody knows yet, an incident, a change.
func (a *App) template(tx *store.Tx, def *flow.Definition, it plumbline.Item) (plumbline.Template, bool, error) {
	return a.TemplateIn(tx, templateClass(def.Kind, it.Class))
}

func templateClass(kind plumbline.ItemKind, class plumbline.Class) string {
	switch kind {
	case plumbline.Question:
		return plumbline.QuestionTemplate
	case plumbline.Request:
		return string(class)
	}
	return ""
}

// setFields checks values against the template and the process and puts them
// in; "" clears. Private ones are not an item's.
func setFields(def *flow.Definition, t plumbline.Template, it *plumbline.Item, fields map[string]string) error {
	var bad plumbline.Problems
	for name, value := range fields {
		value = strings.TrimSpace(value)
		if value == "" {
			delete(it.Fields, name)
			continue
		}
		if err := checkField(def, t, name, value); err != nil {
			bad.Add(name, "%s", plumbline.TextOf(err))
			continue
		}
		if it.Fields == nil {
			it.Fields = map[string]string{}
		}
		it.Fields[name] = value
	}
	return bad.Err()
}

// checkField wants what the template and the process both take; one of them has
// to know the field.
func checkField(def *flow.Definition, t plumbline.Template, name, value string) error {
	f, ours := t.Field(name)
	fd, known := def.Field(name)
	if ours && f.OfDemand() && !(known && fd.Private) {
		return plumbline.FieldError(name, "%s belongs to who wants it, not to the request: record it there.", f.Label)
	}
	if ours {
		if err := f.Check(value); err != nil {
			return err
		}
	}
	if known || !ours {
		return def.CheckField(name, value)
	}
	return nil
}

// fieldTypes are what a template's types of field are called in a process.
var fieldTypes = map[string]string{
	plumbline.TextareaField: flow.LongText, plumbline.TextField: flow.Text, plumbline.NumberField: flow.Number,
	plumbline.DateField: flow.Date, plumbline.ChoiceField: flow.ChoiceType, plumbline.LinkField: flow.Link,
}

// withTemplate are the fields of an item's process and, first, those that its
// template asks for. Where both know a field the template says what it is called;
// what the template keeps with the demand is left out.
func withTemplate(fields []FieldDef, t plumbline.Template, it plumbline.Item) []FieldDef {
	var out []FieldDef
	for _, f := range t.Fields {
		if f.OfDemand() {
			continue
		}
		fd := FieldDef{Name: f.ID, Label: f.Label, Help: f.Hint, Type: cmp.Or(fieldTypes[f.Type], f.Type), Group: cmp.Or(f.Group, "Problem")}
		for _, c := range f.Choices {
			fd.Choices = append(fd.Choices, flow.Choice{Value: c.Value, Label: c.Label, Help: c.Help})
		}
		if f.Type == plumbline.YesNoField {
			fd.Type, fd.Choices = flow.ChoiceType, []flow.Choice{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}
		}
		if i := slices.IndexFunc(fields, func(o FieldDef) bool { return o.Name == f.ID }); i >= 0 {
			own := fields[i]
			own.Label, own.Help, own.Group = fd.Label, cmp.Or(fd.Help, own.Help), cmp.Or(f.Group, own.Group)
			fd = own
		}
		out = append(out, fd)
	}
	for _, fd := range fields {
		f, asked := t.Field(fd.Name)
		switch {
		case asked && f.OfDemand() && it.Fields[fd.Name] == "":
		case asked && !f.OfDemand():
		default:
			out = append(out, fd)
		}
	}
	return out
}

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

// filled says whether a template's field was filled in, on the item or on one of
// its demands.
func filled(it plumbline.Item, ds []plumbline.Demand) func(id string) bool {
	return func(id string) bool {
		if it.Field(id) != "" {
			return true
		}
		for _, d := range ds {
			if demandHas(d, id) {
				return true
			}
		}
		return false
	}
}

// demandHas says whether a demand says something under a template's id. Nothing
// of what it says gets out.
func demandHas(d plumbline.Demand, id string) bool {
	switch id {
	case "account", "team":
		return d.Account != "" || d.Team != ""
	case "points":
		return true
	case "strength":
		return d.Strength != ""
	case "users":
		return d.Users > 0
	case "worth":
		return d.Worth.Keep().Currency != ""
	case "seats":
		return d.Seats.Keep() > 0
	case "stage":
		return d.Stage.Keep() != ""
	case "probability":
		return d.Probability.Keep() >= 0
	case "close":
		return !d.Close.Keep().IsZero()
	case "note":
		return d.Note.Keep() != ""
	}
	return moreOf(d.More.Keep())[id] != ""
}

// moreOf reads what a demand keeps beyond its columns.
func moreOf(raw string) map[string]string {
	out := map[string]string{}
	if raw != "" {
		_ = json.Unmarshal([]byte(raw), &out) // it was written by demandFrom
	}
	return out
}
