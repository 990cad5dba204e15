package store_test

import (
	"fmt"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// finding is an open finding of the product "ci", detected at 100 times its
// number and due 1000 later.
func finding(number int) plumbline.Finding {
	at := plumbline.Time(100 * number)
	return plumbline.Finding{ID: plumbline.FindingID(fmt.Sprintf("f%d", number)), Product: "ci", Vuln: fmt.Sprintf("CVE-%d", number), Package: "pkg:npm/a", Name: "n", Stream: "s",
		Detected: at, Seen: at, Class: plumbline.ClassHigh, Score: "7.5", Due: at + 1000}
}

func foundIDs(list []plumbline.Finding) (out []plumbline.FindingID) {
	for _, f := range list {
		out = append(out, f.ID)
	}
	return out
}

func TestFindings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		one, two, three, four, five := finding(1), finding(2), finding(3), finding(4), finding(5)
		one.Aliases, one.Judgement = []string{"GHSA-1"}, plumbline.Judgement{State: plumbline.InTriage, Response: []string{"update"}, At: 5}
		two.Due, two.Class, two.Score = 0, plumbline.ClassUnknown, ""
		three.Closed, three.Judgement.State = 350, plumbline.Resolved
		four.Suppressed = true
		five.Product, five.KEVAdded, five.Gone = "docs", 7, 600
		write(t, db, func(tx *store.Tx) error {
			return tx.PutFindings([]plumbline.Finding{one, two, three, four, five})
		})
		same(t, get(t, db, func(tx *store.Tx) (plumbline.Finding, error) { return tx.Finding("f1") }), one)
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Finding("f9"); return err })
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error {
			again := one
			again.ID = "f9"
			return tx.PutFindings([]plumbline.Finding{again})
		})
		same(t, foundIDs(get(t, db, func(tx *store.Tx) ([]plumbline.Finding, error) { return tx.ProductFindings("ci") })), []plumbline.FindingID{"f1", "f2", "f3", "f4"})
		same(t, foundIDs(get(t, db, func(tx *store.Tx) ([]plumbline.Finding, error) {
			return tx.FindingsOf([]string{"CVE-5", "CVE-1", "no"})
		})), []plumbline.FindingID{"f1", "f5"})
		same(t, len(get(t, db, func(tx *store.Tx) ([]plumbline.Finding, error) { return tx.AllFindings() })), 5)
		for _, c := range []struct {
			what string
			f    store.FindingFilter
			want []plumbline.FindingID
		}{
			{"all", store.FindingFilter{}, []plumbline.FindingID{"f1", "f3", "f4", "f5", "f2"}},
			{"open", store.FindingFilter{State: store.FindingOpen}, []plumbline.FindingID{"f1", "f5", "f2"}},
			{"closed", store.FindingFilter{State: store.FindingClosed}, []plumbline.FindingID{"f3"}},
			{"suppressed", store.FindingFilter{State: store.FindingSuppressed}, []plumbline.FindingID{"f4"}},
			{"overdue", store.FindingFilter{State: "overdue", Now: 1101}, []plumbline.FindingID{"f1"}},
			{"on the day", store.FindingFilter{State: "overdue", Now: 1100}, nil},
			{"gone", store.FindingFilter{State: "gone"}, []plumbline.FindingID{"f5"}},
			{"a product's", store.FindingFilter{Product: "docs"}, []plumbline.FindingID{"f5"}},
			{"a class", store.FindingFilter{Class: plumbline.ClassUnknown}, []plumbline.FindingID{"f2"}},
			{"one vulnerability", store.FindingFilter{Vuln: "CVE-4"}, []plumbline.FindingID{"f4"}},
			{"exploited", store.FindingFilter{Exploited: true}, []plumbline.FindingID{"f5"}},
		} {
			read(t, db, func(tx *store.Tx) error {
				var got []plumbline.FindingID
				c.f.Limit = 2
				for {
					page, total, next, err := tx.ListFindings(c.f)
					if err != nil {
						return err
					}
					if int(total) != len(c.want) {
						t.Errorf("%s: got a total of %d, want %d", c.what, total, len(c.want))
					}
					got = append(got, foundIDs(page)...)
					if c.f.Cursor = next; next == "" {
						break
					}
				}
				same(t, got, c.want)
				return nil
			})
		}
		wantKind(t, db, plumbline.Invalid, func(tx *store.Tx) error {
			_, _, _, err := tx.ListFindings(store.FindingFilter{Cursor: "x"})
			return err
		})
	})
}

func TestTallyOfFindings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		late, young, mended, slow := finding(1), finding(30), finding(3), finding(4)
		mended.Closed, mended.Judgement.State = 350, plumbline.Resolved
		slow.Closed, slow.Judgement.State = 5000, plumbline.Resolved
		late.KEVAdded = 3
		write(t, db, func(tx *store.Tx) error { return tx.PutFindings([]plumbline.Finding{late, young, mended, slow}) })
		tally := func(p plumbline.ProductRef) []store.FindingTally {
			return get(t, db, func(tx *store.Tx) ([]store.FindingTally, error) {
				return tx.TallyFindings(p, 3100, []plumbline.Time{2500, 1000})
			})
		}
		want := []store.FindingTally{
			{Product: "ci", Class: "high", State: "closed", Age: 2, InTime: false, Many: 1, Oldest: 400},
			{Product: "ci", Class: "high", State: "closed", Age: 2, InTime: true, Many: 1, Oldest: 300},
			{Product: "ci", Class: "high", State: "open", Age: 0, Many: 1, Oldest: 3000},
			{Product: "ci", Class: "high", State: "open", Age: 2, Exploited: true, Overdue: true, Many: 1, Oldest: 100},
		}
		got := tally("ci")
		if len(got) == 4 && got[0].InTime {
			got[0], got[1] = got[1], got[0]
		}
		same(t, got, want)
		same(t, len(tally("")), 4)
		same(t, tally("docs"), nil)
	})
}

func TestVulnerabilities(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		entry := plumbline.Exploited{CVE: "CVE-1", Added: 5, Due: 3, Ransomware: true, Ref: "file a line 3"}
		part := plumbline.Component{Product: "ci", Package: "pkg:npm/a", Version: "1", Kind: "library", Stream: "s", BOMRef: "a@1", Seen: 4, Ref: "r"}
		gone := plumbline.Component{Product: "ci", Package: "pkg:npm/b", Stream: "s", Seen: 4, Gone: 9}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.PutFindings([]plumbline.Finding{finding(1)}); err != nil {
				return err
			}
			for i := range 3 {
				if err := tx.InsertJudgement("f1", plumbline.Judgement{State: plumbline.InTriage, Detail: fmt.Sprint(i), At: plumbline.Time(i)}); err != nil {
					return err
				}
			}
			if err := tx.PutVulnNames(map[string]string{"GHSA-1": "CVE-1", "GO-1": "GHSA-1"}); err != nil {
				return err
			}
			if err := tx.PutVulnNames(map[string]string{"GO-1": "CVE-1"}); err != nil {
				return err
			}
			if err := tx.PutAdvisory(plumbline.Advisory{Vuln: "CVE-1", Summary: "s", Fixed: []string{"a 2"}}); err != nil {
				return err
			}
			if err := tx.PutExploited([]plumbline.Exploited{entry, {CVE: "CVE-2", Missing: 8}}); err != nil {
				return err
			}
			return tx.PutComponents([]plumbline.Component{part, gone})
		})
		names := get(t, db, func(tx *store.Tx) (map[string]string, error) { return tx.VulnNames([]string{"GO-1", "CVE-1", "x"}) })
		same(t, names, map[string]string{"GO-1": "CVE-1"})
		same(t, get(t, db, func(tx *store.Tx) (map[string][]string, error) { return tx.OtherNames([]string{"CVE-1", "CVE-2"}) }), map[string][]string{"CVE-1": {"GHSA-1", "GO-1"}})
		same(t, get(t, db, func(tx *store.Tx) (map[string]plumbline.Advisory, error) { return tx.Advisories([]string{"CVE-1"}) })["CVE-1"].Fixed, []string{"a 2"})
		same(t, get(t, db, func(tx *store.Tx) (map[string]plumbline.Exploited, error) {
			return tx.ExploitedBy([]string{"CVE-1", "CVE-3"})
		}), map[string]plumbline.Exploited{"CVE-1": entry})
		same(t, len(get(t, db, func(tx *store.Tx) ([]plumbline.Exploited, error) { return tx.AllExploited() })), 2)
		same(t, get(t, db, func(tx *store.Tx) ([]plumbline.Component, error) { return tx.Components("ci") }), []plumbline.Component{part, gone})
		same(t, get(t, db, func(tx *store.Tx) (int64, error) { return tx.CountComponents("ci") }), int64(1))
		history := get(t, db, func(tx *store.Tx) ([]plumbline.Judgement, error) { return tx.Judgements("f1") })
		same(t, []string{history[0].Detail, history[1].Detail, history[2].Detail}, []string{"2", "1", "0"})
		write(t, db, func(tx *store.Tx) error { return tx.PutProductRisk("ci", plumbline.Risk{Exposed: "no"}) })
		write(t, db, func(tx *store.Tx) error { return tx.PutProductRisk("ci", plumbline.Risk{Exposed: "yes"}) })
		same(t, get(t, db, func(tx *store.Tx) (map[plumbline.ProductRef]plumbline.Risk, error) { return tx.ProductRisks() }), map[plumbline.ProductRef]plumbline.Risk{"ci": {Exposed: "yes"}})
	})
}
