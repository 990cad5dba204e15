package app_test

import (
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/sources"
)

// Accounts come in for cleared people only; what the file has no column for stays, and
// neither the event nor a kept file says which customers there are.
func TestAccountsFromAFile(t *testing.T) {
	w := sqliteWorld(t)
	before := w.seq()
	s := evidenceSample{format: "accounts"}
	count, rows := w.takeIn(s, "Id,Name,Seats\nacme,Acme Rockets,450\nbeetroot,Beetroot & Daughters,12\nbeetroot,Beetroot twice,13\n", false)
	if count.New != 1 || count.Changed != 1 || count.Skipped != 1 || rows[2].Line != 4 {
		t.Fatalf("%+v, %+v", count, rows)
	}
	list, err := w.app.Accounts(w.ctx(), w.pm)
	w.ok(err)
	if len(list) != 2 || list[0].ARR != "1200000 EUR" || list[0].Seats != 450 || list[1].Name != "Beetroot & Daughters" {
		t.Errorf("%+v", list)
	}
	events, err := w.app.Events(w.ctx(), w.admin, before, 10)
	w.ok(err)
	for _, e := range events {
		if strings.Contains(strings.ToLower(string(e.Data)), "beetroot") {
			t.Errorf("the event %q says who the customer is: %s", e.Type, e.Data)
		}
	}
	if files, _, err := w.app.EvidenceFiles(w.ctx(), w.pm, ""); err != nil || len(files) != 0 {
		t.Errorf("%d files are kept: %v", len(files), err)
	}
	uncleared := w.pm
	uncleared.Cleared = false
	_, err = w.app.LookAtEvidence(w.ctx(), uncleared, sources.Sent{Format: "accounts", Name: "a.csv", Body: strings.NewReader("id,name\nx,Y\n")}, func([]plumbline.RowReport) error { return nil })
	w.refused(err, plumbline.Denied, "cleared")
}
