package ledger

import (
	"sort"

	"plumbline"
)

// CopyFields is a copy that can be changed.
func CopyFields(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// Differences names the columns and fields that differ, sorted.
func Differences(a, b plumbline.Item) []string {
	var out []string
	for _, col := range []string{"title", "body", "class", "visibility", "team", "product", "assignee", "priority", "severity", "on_behalf_of"} {
		if a.Field(col) != b.Field(col) {
			out = append(out, col)
		}
	}
	for name, v := range b.Fields {
		if a.Fields[name] != v {
			out = append(out, name)
		}
	}
	for name := range a.Fields {
		if _, ok := b.Fields[name]; !ok {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}
