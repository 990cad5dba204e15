package kep_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/kep"
)

// enhancements are the real files of kubernetes/enhancements that the demo is
// made from, by path.
func enhancements(t testing.TB) map[string][]byte {
	t.Helper()
	f, err := os.Open("../../demo/data/kubernetes-enhancements.tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[h.Name] = data
	}
}

// proposals reads all of them.
func proposals(t testing.TB) (all []kep.Proposal, notes []kep.Note) {
	t.Helper()
	for name, data := range enhancements(t) {
		if path.Base(name) != "kep.yaml" {
			continue
		}
		p, ns, err := kep.Read(name, data)
		if err != nil {
			t.Fatal(err)
		}
		all, notes = append(all, p), append(notes, ns...)
	}
	return all, notes
}

// What is known of the 656 real files at that commit.
func TestRealProposals(t *testing.T) {
	all, notes := proposals(t)
	count := map[string]int{}
	for _, p := range all {
		count["all"]++
		if p.Milestones == nil {
			count["without milestones"]++
		}
		if len(p.SeeAlso) > 0 {
			count["see also"]++
		}
		if len(p.Replaces)+len(p.SupersededBy) > 0 {
			count["replaces or superseded"]++
		}
		count["status "+string(p.Status)]++
		count["stage "+p.Stage]++
	}
	want := map[string]int{
		"all": 656, "without milestones": 177, "replaces or superseded": 47,
		"see also":           271, // 269 of them in the 654 files that a strict reader of dates can read
		"status ":            2,   // the two templates
		"status provisional": 61, "status implementable": 279, "status implemented": 292, "status withdrawn": 10,
		"status replaced": 7, "status rejected": 3, "status deferred": 1, "status removed": 1,
		"stage ": 53, "stage alpha": 147, "stage beta": 97, "stage stable": 351, "stage deprecated": 5, "stage disabled": 2, "stage removed": 1,
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var dates []string
	for _, n := range notes {
		if strings.Contains(n.Reason, "swapped") {
			dates = append(dates, n.String())
		}
	}
	slices.Sort(dates)
	wantDates := []string{
		"keps/sig-api-machinery/4355-coordinated-leader-election/kep.yaml:10: creation-date: there is no month 14 in 2023-14-05; day and month may be swapped",
		"keps/sig-scheduling/5075-dra-consumable-capacity/kep.yaml:10: creation-date: there is no month 30 in 2025-30-01; day and month may be swapped",
	}
	if diff := cmp.Diff(wantDates, dates); diff != "" {
		t.Errorf("impossible dates (-want +got):\n%s", diff)
	}
}

func TestOneProposalInFull(t *testing.T) {
	const name = "keps/sig-node/1287-in-place-update-pod-resources/kep.yaml"
	got, notes, err := kep.Read(name, enhancements(t)[name])
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	want := kep.Proposal{
		Path: name, Number: 1287, Title: "In-place Update of Pod Resources", SIG: "sig-node", Participating: []string{"sig-autoscaling", "sig-scheduling"},
		Status: kep.Implemented, Stage: "stable", LatestMilestone: "v1.35", Milestones: map[string]string{"alpha": "v1.27", "beta": "v1.33", "stable": "v1.35"},
		Authors:   []string{"kgolab", "bskiba", "schylek", "vinaykul", "tallclair", "natasha41575"},
		Reviewers: []string{"bsalamat", "dashpole", "derekwaynecarr", "dchen1107", "ahg-g", "k82cn", "Random-Liu", "yujuhong", "PatrickLang"},
		Approvers: []string{"dchen1107", "derekwaynecarr", "ahg-g", "mwielgus", "thockin"},
		Created:   1541462400000000, Components: []string{"kube-apiserver", "kube-scheduler", "kubelet"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSlipsOfThePen(t *testing.T) {
	for in, want := range map[string]kep.Status{
		"implemented": kep.Implemented, "imlpemented": kep.Implemented, "implemented (alpha)": kep.Implemented, " Implementable ": kep.Implementable,
		"implementeable": kep.Implementable, "superseded": kep.Replaced, "provisonal": kep.Provisional, "witdrawn": kep.Withdrawn, "removed": kep.Removed,
		"": kep.Unknown, "alpha": kep.Unknown, "implement": kep.Implemented, "implemente": kep.Implemented,
		"provisional|implementable|implemented|deferred|rejected|withdrawn|replaced": kep.Unknown,
	} {
		got, remark := kep.ParseStatus(in)
		if got != want {
			t.Errorf("status %q: got %q, want %q", in, got, want)
		}
		if plain := strings.ToLower(strings.TrimSpace(in)) == string(want) && want != ""; plain == (remark != "") {
			t.Errorf("status %q: remark %q", in, remark)
		}
	}
	for in, want := range map[string]string{"GA": "stable", "beta (deprecated)": "deprecated", "alpha": "alpha", "": "", "alpha|beta|stable": "", "implementable": ""} {
		if got, _ := kep.ParseStage(in); got != want {
			t.Errorf("stage %q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"v1.36": "v1.36", "1.36": "v1.36", "0.0": "", "v0.0": "", "TBD": "", "v1.21, v1.37": "v1.37", "never": "", "x.y": "", "V1.4": "v1.4"} {
		if got, _ := kep.ParseMilestone(in); got != want {
			t.Errorf("milestone %q: got %q, want %q", in, got, want)
		}
	}
	if kep.CompareMilestones("v1.9", "v1.10") >= 0 || kep.CompareMilestones("", "v1.0") >= 0 || kep.CompareMilestones("v1.36", "v1.36") != 0 {
		t.Error("milestones are ordered by number, not by letter")
	}
}

func TestPeople(t *testing.T) {
	src := "title: t\nowning-sig: sig-x\nstatus: provisional\nkep-number: 1\nauthors:\n" +
		"  - \"@thockin\"\n  - liggitt\n  - “@neolit123”\n  - '@seans3 '\n  - '@deads2k - For Kube API Server'\n" +
		"  - with input from @bgrant0607, @dchen1107\n  - TBD\n  - '@kubernetes/wg-x'\n  - sig-node\n  - '@jane.doe'\n  - '@quinton_hoole'\n" +
		"  - someone@example.com\n  - '@Thockin'\n  -\n  - Jane (@jane-d)\n"
	p, notes, err := kep.Read("k", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"thockin", "liggitt", "neolit123", "seans3", "deads2k", "bgrant0607", "dchen1107", "jane-d"}
	if diff := cmp.Diff(want, p.Authors); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var lines []int
	for _, n := range notes {
		if n.Field == "authors" {
			lines = append(lines, n.Line)
		}
		if strings.Contains(n.Reason, "example.com") {
			t.Errorf("a note repeats an address: %v", n)
		}
	}
	if want := []int{10, 11, 12, 13, 14, 15, 16, 17, 20}; !slices.Equal(lines, want) {
		t.Errorf("notes on lines %v, want %v: %v", lines, want, notes)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	for name, src := range map[string]string{
		"empty": "", "a list": "- a\n", "no title": "kep-number: 1\n", "broken": "title: [\n", "alias": "title: &a x\nauthors: [*a]\n", "not text": "title: \xff\n",
	} {
		if _, _, err := kep.Read("some/kep.yaml", []byte(src)); plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(err.Error(), "some/kep.yaml") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, notes, err := kep.Read("k", []byte("title: a\ntitle: b\ncreation-date: 2025-02-30\nlast-updated: v1.30\n---\ntitle: c\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range notes {
		got = append(got, n.String())
	}
	want := []string{
		"k:2: title: written twice; the first one counts",
		"k:1: kep-number: \"\" is not a number",
		"k:3: creation-date: there is no day 2025-02-30",
		"k:4: last-updated: \"v1.30\" is not a date such as 2025-01-30",
		"k:1: status: it is missing",
		"k:1: owning-sig: it is missing",
		"k:1: file: it has 2 documents; the first one counts",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func FuzzRead(f *testing.F) {
	n := 0
	for _, data := range enhancements(f) {
		if n++; n%40 == 0 && len(data) < 4000 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, _, err := kep.Read("k", data)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatal(err)
			}
			return
		}
		if p.Title == "" || p.Number < 0 {
			t.Fatalf("got %+v", p)
		}
		for _, h := range slices.Concat(p.Authors, p.Reviewers, p.Approvers) {
			if h == "" || strings.ContainsAny(h, "@ ./") {
				t.Fatalf("%q is not a handle", h)
			}
		}
		for _, m := range p.Milestones {
			if again, _ := kep.ParseMilestone(m); again != m {
				t.Fatalf("milestone %q", m)
			}
		}
	})
}
