package store

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A list is read as the JSON library reads it.
func TestLists(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(
			rapid.Map(rapid.SliceOf(rapid.String()), func(v []string) string { return asJSON(orEmpty(v)) }),
			rapid.StringMatching(`\[("[a,\\]]*"[, ]?)*\]?`),
		).Draw(r, "text")
		var got, want []string
		bad := json.Unmarshal([]byte(text), &want)
		err := fromJSON{&got}.Scan(text)
		if (err == nil) != (bad == nil) || err == nil && !slices.Equal(got, want) {
			r.Fatalf("%s: got %q (%v), want %q (%v)", text, got, err, want, bad)
		}
	})
}
