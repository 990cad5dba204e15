package script

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/internal/rank"
)

var world = World{Policy: rank.Edition, Zone: time.LoadLocation}

// TestScenes plays the stories in rank/testdata, each scene a test of its own.
func TestScenes(t *testing.T) {
	files, err := filepath.Glob("../testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range Scenes(string(src)) {
			t.Run(filepath.Base(name)+"/"+s.Title, func(t *testing.T) {
				for _, f := range world.PlayScene(name, s) {
					t.Error(f)
				}
			})
		}
	}
}

// TestFailures: what does not hold is found, and said with its line.
func TestFailures(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"", "has no scene"},
		{"== nothing\nitem A: reach: 3", "checks nothing"},
		{"== early\nitem A:\norder: A", "a:3: Say first on which day"},
		{"== order\nitem A: score: {mean: 1, sd: 1}\nitem B: score: {mean: 2, sd: 1}\non 2026-01-01\norder: A, B", "a:5: The order is B, A."},
		{"== chance\nitem A: score: {mean: 1, sd: 1}\nitem B: score: {mean: 2, sd: 1}\non 2026-01-01\nA before B: 0.5", "a:5: It is 0.240."},
		{"== clock\nitem A: {labels: infradev}\non 2026-01-01\nA is: forced", "refused"},
		{"== clock\nitem A: labels: infradev, severity: S1, opened: 2026-01-01\non 2026-01-02\nA clock corrective-action: late", "a:4: It is running"},
		{"== clock\nitem A: labels: infradev, severity: S1, opened: 2026-01-01\non 2026-01-02\nA clock vulnerability: late", "does not run"},
		{"== group\nitem A:\non 2026-01-02\nA is: forced", "It is not scored."},
		{"== strange\nitem A:\non 2026-01-02\nA dances", "cannot be read"},
		{"== who\nitem A:\non 2026-01-02\nB row: 1", `no item "B"`},
		{"== refusal\nitem A: effort: 0\non 2026-01-02", "The story was refused"},
		{"== refusal\nitem A: effort: 1\non 2026-01-02\nrefused: no", "It was not refused so"},
	} {
		var all []string
		for _, f := range world.Play("a", c.src) {
			all = append(all, f.String())
		}
		if got := strings.Join(all, "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}
