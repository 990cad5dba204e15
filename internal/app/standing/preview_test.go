package standing_test

import (
	"slices"
	"strings"
	"testing"

	"plumbline"
)

// A preview says where other policies would have an effect, and changes nothing.
func TestAPreviewOfPolicies(t *testing.T) {
	w := breached(t)
	before, events := asText(t, w.view("api-availability")), len(w.events())
	src := "version: mild\nname: Mild\npolicies:\n  - {id: tell, name: Tell the owner, kinds: reliability, start: headroom < 0, then: [{force: inform, what: The owner is told.}]}\n"
	p, err := w.room.PreviewLimitPolicy(w.ctx(), w.pm, src)
	w.ok(err)
	if p.Version != "mild" || p.Judged != 1 || len(p.Changed) != 1 || !slices.Equal(p.Changed[0].Begin, []string{"Tell the owner"}) || !slices.Contains(p.Changed[0].End, "The error budget is used up") {
		t.Fatalf("got %+v", p)
	}
	if asText(t, w.view("api-availability")) != before || len(w.events()) != events {
		t.Error("looking changed something")
	}
	same, err := w.room.LimitPolicy(w.ctx(), w.pm, "")
	w.ok(err)
	if p, err := w.room.PreviewLimitPolicy(w.ctx(), w.pm, same.Text); err != nil || len(p.Changed) != 0 {
		t.Errorf("the policies in force would change %+v, %v", p.Changed, err)
	}
	_, err = w.room.PreviewLimitPolicy(w.ctx(), w.pm, strings.Replace(src, "inform", "shout", 1))
	w.refused(err, plumbline.Invalid, "policies:4:")
	_, err = w.room.PreviewLimitPolicy(w.ctx(), plumbline.Nobody(), src)
	w.refused(err, plumbline.Unauthenticated, "Sign in first")
}
