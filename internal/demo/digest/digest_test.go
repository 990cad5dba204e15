package digest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/demo/digest"
)

func TestWhatIsPackedIsReadAgain(t *testing.T) {
	want := digest.Digest{
		AsOf: 1784073600000000, Milestone: "v1.37",
		Proposals: []digest.Proposal{
			{Path: "keps/a/1-x", Number: 1, Title: "},{\"path\":", SIG: "a", Milestones: map[string]string{"alpha": "v1.2"}, Created: 1525000000000000, Changes: []digest.Change{{At: 1525000000, Commit: "c", Status: "provisional", Stage: digest.Cleared}}},
			{Path: "keps/a/2-y", Title: "y", SIG: "a", Changes: []digest.Change{}},
		},
		Teams: []plumbline.Team{{Ref: "a", Name: "A"}}, Products: []plumbline.Product{{Ref: "p", Name: "P", Kind: "product", Tags: []string{"t"}}}, Notes: []string{"n"},
	}
	text, err := want.Text()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n != 2 {
		t.Errorf("the text has %d lines, want one for each proposal:\n%s", n, text)
	}
	packed, err := digest.Pack(text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := digest.Read(packed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, bad := range [][]byte{nil, []byte("x"), packed[:20]} {
		if _, err := digest.Read(bad); err == nil {
			t.Errorf("%d bytes of nothing were read", len(bad))
		}
	}
}

func TestChangeTime(t *testing.T) {
	if got := (digest.Change{At: 2}).Time(); got != 2_000_000 {
		t.Errorf("got %d", got)
	}
}
