package script

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/rank"
)

// TestEveryClockIsPlayed: each row of the clock tables of both editions, a clock and a
// severity that has a time in it, is in a scene that sees it in time and then late.
func TestEveryClockIsPlayed(t *testing.T) {
	src, err := os.ReadFile("../testdata/clocks.txt")
	if err != nil {
		t.Fatal(err)
	}
	editions, err := rank.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, p := range editions {
		for _, c := range p.Clocks {
			severities := slices.Sorted(maps.Keys(c.Times))
			if len(severities) == 0 {
				severities = []string{""} // one time for all
			}
			for _, severity := range severities {
				rows++
				if !played(string(src), p.Version, c.ID, severity) {
					t.Errorf("No scene of %s plays %s, severity %q, until it is late.", p.Version, c.ID, severity)
				}
			}
		}
	}
	t.Logf("%d rows in %d editions", rows, len(editions))
	if rows < 2*20 {
		t.Errorf("There are %d rows only.", rows)
	}
}

// played says whether a scene has the clock of an edition run for an item of the
// severity, in time and then late.
func played(src, version, id, severity string) bool {
	for _, s := range Scenes(src) {
		text := strings.Join(s.lines, "\n")
		clock := fmt.Sprintf(" clock %s:", id)
		in, late := false, false
		for _, line := range s.lines {
			if !strings.Contains(line, clock) {
				continue
			}
			if strings.Contains(line, "in time") {
				in = true
			}
			late = late || in && strings.Contains(line, "late")
		}
		named := severity == "" || strings.Contains(text, "severity: "+severity)
		if named && strings.Contains(text, "policy "+version) && late {
			return true
		}
	}
	return false
}
