package yamlform_test

import (
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/yamlform"
)

type listed struct {
	Items []*int `yaml:"items"`
}

// The YAML library reads through a nil pointer when a list is a scalar with a tag.
func TestWhatTheLibraryStumblesOverIsRefused(t *testing.T) {
	for _, src := range []string{"items: !0 00", "items: !x y", "items: [1", "itms: [1]"} {
		var in listed
		_, err := yamlform.Read("x.yaml", []byte(src), 100, &in)
		if plumbline.KindOf(err) != plumbline.Invalid || !strings.HasPrefix(plumbline.TextOf(err), "x.yaml:1:") {
			t.Errorf("%s: got %v", src, err)
		}
	}
}
