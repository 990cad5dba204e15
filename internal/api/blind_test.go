package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/judging"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// While a round is open, and for what is an amount always, every byte that the
// door gives is read for what was planted.
func TestAnswersAndAmountsDoNotLeak(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := houseOn(t, db, Options{})
		it, err := h.app.File(t.Context(), h.people[plumbline.Requester], app.FileInput{Title: "Restore within an hour", Source: "form"})
		if err != nil {
			t.Fatal(err)
		}
		give := func(r plumbline.Role, factor plumbline.Factor, text string) {
			t.Helper()
			if _, err := h.app.Estimate(t.Context(), h.people[r], it.Key, judging.EstimateInput{Factor: factor, Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		give(plumbline.PM, "cost_of_delay", "61.7342-68.9173")
		give(plumbline.PM, "duration", "2-3")
		give(plumbline.PM, "reach", "5-8")
		give(plumbline.PM, "impact", "1-2")
		give(plumbline.PM, "confidence", "80%")
		give(plumbline.PM, "effort", "1-2")
		round, err := h.app.OpenRound(t.Context(), h.people[plumbline.PM], judging.RoundInput{Title: "How large", Items: []plumbline.Key{it.Key}, Factors: []plumbline.Factor{"effort"}})
		if err != nil {
			t.Fatal(err)
		}
		give(plumbline.Contributor, "effort", "41.7381-43.9162")
		answer, amount := []string{"41.73", "43.91", "417381", "439162"}, []string{"61.73", "68.91", "61.7", "68.9", "65.2"}
		h.everything(t, it.Key, round.ID, func(as plumbline.Role, path, got string) {
			for _, s := range answer {
				if as != plumbline.Contributor && strings.Contains(got, s) {
					t.Errorf("%s of %s as %s has %q of an open round: %s", http.MethodGet, path, as, s, got)
				}
			}
			for _, s := range amount {
				if as != plumbline.PM && strings.Contains(got, s) {
					t.Errorf("%s of %s as %s has %q of an amount: %s", http.MethodGet, path, as, s, got)
				}
			}
		})
		if log := h.log.String(); strings.Contains(log, "41.7381") || strings.Contains(log, "43.9162") || strings.Contains(log, "61.7342") || strings.Contains(log, "68.9173") {
			t.Error("the log has what was planted")
		}
		if a := h.do(plumbline.Contributor, http.MethodGet, "/api/v1/rounds/"+round.ID, ""); !strings.Contains(string(a.body), "41.73") {
			t.Errorf("who answered sees what they said: %s", a.body)
		}
		if _, err := h.app.CloseRound(t.Context(), h.people[plumbline.PM], round.ID); err != nil {
			t.Fatal(err)
		}
		if a := h.do(plumbline.Admin, http.MethodGet, "/api/v1/rounds/"+round.ID, ""); !strings.Contains(string(a.body), "41.73") {
			t.Errorf("after the round everybody who estimates sees it: %s", a.body)
		}
	})
}

// everything calls every operation that reads, as every role.
func (h *house) everything(t *testing.T, key plumbline.Key, round string, see func(as plumbline.Role, path, got string)) {
	t.Helper()
	known := strings.NewReplacer("{key}", url.PathEscape(string(key)), "{id}", round, "{version}", "gitlab-2026", "{part}", "decide")
	read := 0
	for path, ops := range h.spec.paths {
		if _, ok := ops["get"]; !ok || strings.Contains(path, "stream") {
			continue
		}
		at := known.Replace(path)
		for _, model := range []string{"", "?model=cd3", "?format=json"} {
			for as := range h.tokens {
				a := h.do(as, http.MethodGet, at+model, "")
				if a.status == http.StatusOK {
					read++
				}
				see(as, at+model, string(a.body))
			}
		}
	}
	if read < 100 {
		t.Fatalf("only %d answers were read", read)
	}
}
