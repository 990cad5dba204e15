package kep_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/format/kep"
)

// What is known of the real history: 5,726 changes of 688 proposals, 215 of
// which were implementable before they were implemented, how long that took, and 875
// times that a milestone was another one than before.
func TestRealChanges(t *testing.T) {
	changes, notes, err := kep.ReadChanges("kep_field_changes.csv", enhancements(t)["kep_field_changes.csv"])
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	first, slipped, slips := map[string]map[string]plumbline.Time{}, map[string]bool{}, 0
	for _, c := range changes {
		if c.Field == "latest-milestone" && c.Old != "" && c.New != c.Old {
			slipped[c.Path], slips = true, slips+1
		}
		if first[c.Path] == nil {
			first[c.Path] = map[string]plumbline.Time{}
		}
		if c.Field == "status" && first[c.Path][c.New] == 0 {
			first[c.Path][c.New] = c.At
		}
	}
	if len(changes) != 5726 || len(first) != 688 {
		t.Errorf("got %d changes of %d proposals, want 5726 of 688", len(changes), len(first))
	}
	if slips != 875 || len(slipped) != 358 {
		t.Errorf("got %d slips of %d proposals, want 875 of 358", slips, len(slipped))
	}
	var days []int
	for _, at := range first {
		if from, to := at["implementable"], at["implemented"]; from != 0 && to > from {
			days = append(days, int(to.Sub(from).Hours()/24))
		}
	}
	if len(days) != 215 {
		t.Fatalf("%d proposals went from implementable to implemented, want 215", len(days))
	}
	slices.Sort(days)
	for _, q := range []struct{ percent, want int }{{10, 116}, {50, 510}, {70, 753}, {85, 1145}, {95, 1686}} {
		if got := days[len(days)*q.percent/100]; got != q.want {
			t.Errorf("%d %% took at most %d days, want %d", q.percent, got, q.want)
		}
	}
}

func TestBadRowsAreNoted(t *testing.T) {
	const head = "path,committed_at,commit,field,old,new\n"
	changes, notes, err := kep.ReadChanges("t.csv", []byte(head+
		"a,2020-03-17T15:11:26-07:00,abc,status,,provisional\n"+
		"a,yesterday,abc,status,,x\n"+
		"a,b\n"+
		",2020-03-17T15:11:26Z,abc,status,,x\n"+
		"a,2020-03-17T15:11:26Z,abc,\"sta\"tus,,x\n"+
		"b,2020-03-17T15:11:26Z,abc,stage,\"a,b\",c\n"))
	if err != nil || len(changes) != 2 || changes[1].Old != "a,b" || changes[1].Line != 7 {
		t.Fatalf("got %v %v", changes, err)
	}
	if got := changes[0].At.Std().Format(time.RFC3339); got != "2020-03-17T22:11:26Z" {
		t.Errorf("got %s", got)
	}
	var lines []int
	for _, n := range notes {
		lines = append(lines, n.Line)
	}
	if !slices.Equal(lines, []int{3, 4, 5, 6}) {
		t.Errorf("got %v", notes)
	}
	for _, src := range []string{"", "path,commit\n"} {
		if _, _, err := kep.ReadChanges("t.csv", []byte(src)); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%q: got %v", src, err)
		}
	}
}

func FuzzReadChanges(f *testing.F) {
	table := string(enhancements(f)["kep_field_changes.csv"])
	f.Add([]byte(table[:strings.LastIndexByte(table[:2000], '\n')+1]))
	f.Add([]byte("path,committed_at,commit,field,old,new\n\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		changes, _, err := kep.ReadChanges("t", data)
		if err != nil && plumbline.KindOf(err) != plumbline.Invalid {
			t.Fatal(err)
		}
		for _, c := range changes {
			if c.Path == "" || c.Field == "" || c.Line < 2 {
				t.Fatalf("got %+v", c)
			}
		}
	})
}
