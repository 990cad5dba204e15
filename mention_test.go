package plumbline

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The quick look at a text passes over none that names something.
func TestNothingIsPassedOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("AB-1 9x@.\né")), 0, 40, -1).Draw(t, "text")
		if got, want := KeysIn(text), found[Key](keyInText, text); !slices.Equal(got, want) {
			t.Fatalf("KeysIn(%q) is %q, want %q", text, got, want)
		}
		if got, want := MentionsIn(text), found[string](handleInText, text); !slices.Equal(got, want) {
			t.Fatalf("MentionsIn(%q) is %q, want %q", text, got, want)
		}
	})
}
