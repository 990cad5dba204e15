package moves

import (
	"strings"

	"plumbline"
	"plumbline/internal/flow"
)

// SetFields checks values against the template and the process and puts them
// in; "" clears. Private ones are not an item's.
func SetFields(def *flow.Definition, t plumbline.Template, it *plumbline.Item, fields map[string]string) error {
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
