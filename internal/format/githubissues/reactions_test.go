package githubissues_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
)

// Who put a thumb up is known where the export has names; a number stays one.
func TestVoters(t *testing.T) {
	day, err := plumbline.ParseTime("2026-01-02")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		reactions string
		votes     int
		voters    []plumbline.Voter
	}{
		"number":  {`"reactions":{"+1":3,"-1":2}`, 3, nil},
		"list":    {`"reactions":[{"content":"+1","user":{"login":"ann"},"created_at":"2026-01-02"},{"content":"-1","user":{"login":"bob"}},{"content":"+1","user":{"login":"ann"}}]`, 1, []plumbline.Voter{{Login: "ann", At: day}}},
		"graph":   {`"reactions":{"nodes":[{"content":"THUMBS_UP","createdAt":"2026-01-02","user":{"login":"ann","name":"Ann"}}]}`, 1, []plumbline.Voter{{Login: "ann", Name: "Ann", At: day}}},
		"groups":  {`"reactionGroups":[{"content":"HEART","users":{"totalCount":9}},{"content":"THUMBS_UP","users":{"totalCount":4,"nodes":[{"login":"bob"}]}}]`, 4, []plumbline.Voter{{Login: "bob"}}},
		"nothing": {`"reactions":null`, 0, nil},
	} {
		got := read(t, plumbline.ImportFile{Name: "a", Data: []byte(`[{"number":1,"title":"x",` + c.reactions + `}]`)})[0]
		if got.Skip != "" || got.Votes != c.votes || !cmp.Equal(got.Voters, c.voters) {
			t.Errorf("%s: got %q, %d votes, %+v", name, got.Skip, got.Votes, got.Voters)
		}
	}
}
