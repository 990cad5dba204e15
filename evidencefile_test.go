package plumbline_test

import (
	"strings"
	"testing"

	"plumbline"
)

func TestFileRef(t *testing.T) {
	hash := strings.Repeat("0123456789abcdef", 4)
	for _, line := range []int{0, 1, 987654} {
		ref := plumbline.FileRef(hash, line)
		got, n, ok := plumbline.ParseFileRef(ref)
		if !ok || got != hash[:12] || n != line {
			t.Errorf("%q: got %q %d %v", ref, got, n, ok)
		}
	}
	for _, ref := range []string{"", "file ", "file 0123456789a", "file 0123456789AB", "file 0123456789ab line", "file 0123456789ab line x", "file 0123456789ab line 0",
		"file 0123456789ab line -1", "file 0123456789ab12 line 3", "query up", "file 0123456789ab/line 7"} {
		if _, _, ok := plumbline.ParseFileRef(ref); ok {
			t.Errorf("%q is taken for a file", ref)
		}
	}
}
