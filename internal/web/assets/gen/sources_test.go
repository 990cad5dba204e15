package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// What is committed in dist was made of what is committed in src. If this
// fails, run `npm ci` and `go generate` in internal/web/assets.
func TestDistIsUpToDate(t *testing.T) {
	want, err := sum("..")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("../dist/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var m struct{ Sources string }
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if m.Sources != want {
		t.Errorf("dist was made of %.12s, the sources are %.12s: run go generate ./internal/web/assets", m.Sources, want)
	}
}

// The lock file names no host, so that any registry can be used.
func TestLockFileNamesNoHost(t *testing.T) {
	b, err := os.ReadFile("../package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), `"resolved"`) {
		t.Error("package-lock.json has resolved addresses: install with omit-lockfile-registry-resolved")
	}
}
