package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/demo/digest"
	"plumbline/internal/format/kep"
)

func built(t testing.TB) digest.Digest {
	t.Helper()
	d, err := build("../data")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// What is embedded is what the raw files say, byte for byte. When this fails, run
// "go generate ./internal/demo".
func TestDigestIsWhatTheRawFilesSay(t *testing.T) {
	want, err := built(t).Text()
	if err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile("../digest.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	got, err := digest.Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("digest.json.gz is stale:\n%s", cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")))
	}
	const most = 3 << 20
	if len(packed) > most/10 {
		t.Errorf("the digest has %d bytes; it should stay far below %d", len(packed), most)
	}
}

// Of 656 files two are templates; 688 histories become 654.
func TestWhatTheDigestHolds(t *testing.T) {
	d := built(t)
	changes, gone, moved := 0, 0, 0
	for _, p := range d.Proposals {
		changes += len(p.Changes)
		if len(p.Changes) == 0 || p.SIG == "" || p.Title == "" || strings.HasPrefix(p.Path, "/") {
			t.Errorf("%+v", p)
		}
		if !slices.IsSortedFunc(p.Changes, func(a, b digest.Change) int { return int(a.At - b.At) }) {
			t.Errorf("%s: changes are out of order", p.Path)
		}
	}
	for _, n := range d.Notes {
		if strings.HasSuffix(n, "its history is joined") {
			moved++
		}
		if strings.HasSuffix(n, "its history is left out") {
			gone++
		}
	}
	got := []int{len(d.Proposals), changes, len(d.Teams), len(d.Products), moved, gone}
	if want := []int{654, 2018, 34, 84, 21, 13}; !slices.Equal(got, want) {
		t.Errorf("proposals, commits, teams, products, renamed, gone: got %v, want %v", got, want)
	}
	if d.Milestone != "v1.37" || d.AsOf.Std().Format("2006-01-02T15:04") != "2026-07-15T00:00" {
		t.Errorf("in flight %s, as of %v", d.Milestone, d.AsOf.Std())
	}
}

func TestCommitsAreGroupedAndWhatChangedNothingIsLeftOut(t *testing.T) {
	at := func(at, commit, field, old, now string) kep.FieldChange {
		return kep.FieldChange{Path: "p", At: map[string]plumbline.Time{"a": 1e6, "b": 2e6, "c": 3e6, "d": 4e6}[at], Commit: commit, Field: field, Old: old, New: now}
	}
	got, end := commits([]kep.FieldChange{
		at("a", "1", "status", "", "provisional"), at("a", "1", "latest-milestone", "", "1.20"), at("a", "1", "kep-number", "", "7"),
		at("b", "2", "latest-milestone", "1.20", "v1.20"),
		at("c", "3", "status", "provisional", "implementeable"), at("c", "3", "stage", "", "GA"),
		at("d", "4", "stage", "GA", ""), at("d", "4", "status", "implementable", "alpha"),
	})
	want := []digest.Change{
		{At: 1, Commit: "1", Status: "provisional", Milestone: "v1.20"},
		{At: 3, Commit: "3", Status: "implementable", Stage: "stable"},
		{At: 4, Commit: "4", Stage: digest.Cleared},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if end != (state{status: "implementable", milestone: "v1.20"}) {
		t.Errorf("got %+v", end)
	}
}

func TestComponentNames(t *testing.T) {
	for in, want := range map[string]string{
		"kubelet": "kubelet", "scheduler": "kube-scheduler", "kube-apiserver (PodSecurity admission plugin)": "kube-apiserver",
		"kube-controller-manager via client-go library": "kube-controller-manager", "components via client-go library": "client-go",
		"csi-external-provisioner": "external-provisioner", "Kubernetes e2e test suite": "", "None": "",
	} {
		got, ok := component(in)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
