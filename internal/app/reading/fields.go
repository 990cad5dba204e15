package reading

import (
	"cmp"
	"encoding/json"
	"slices"

	"plumbline"
	"plumbline/internal/flow"
)

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

// Filled says whether a template's field was filled in, on the item or on one of
// its demands.
func Filled(it plumbline.Item, ds []plumbline.Demand) func(id string) bool {
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
