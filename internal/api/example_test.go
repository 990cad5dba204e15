package api

import (
	"cmp"
	"net/url"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store"
)

// The examples of the document are requests that work, sent in their order to a
// new installation with a tracker.
func TestExamplesWork(t *testing.T) {
	h := newHouse(t, Options{})
	l := plumbline.LinkState{ID: "gitlab", Kind: "gitlab", URL: "https://gitlab.example", Project: "infra/requests", Separator: "::", OnDecline: "close"}
	if err := h.app.ConfigureLinks(t.Context(), []plumbline.LinkState{l}); err != nil {
		t.Fatal(err)
	}
	// It was read to the end, and there is something to pick up when it is released.
	issue := plumbline.Snapshot{Ref: "7", Title: "Faster builds", Open: true, Author: "jdoe", Labels: []plumbline.Label{{Name: "infrapm"}}}
	if _, err := h.app.Observe(t.Context(), app.Sighting{Link: "gitlab", Ref: "7", Snapshot: issue, Cause: "backfill"}); err != nil {
		t.Fatal(err)
	}
	err := h.app.LinkSeen(t.Context(), "gitlab", func(s *plumbline.LinkState) { s.Filled, s.Health = h.app.Now(), "healthy" })
	if err != nil {
		t.Fatal(err)
	}
	// A view, a change of many and a letter whose ids the examples know.
	err = h.db.Write(t.Context(), func(tx *store.Tx) error {
		mara := h.people[plumbline.PM].Person
		v := plumbline.View{ID: "0193a5c0-0000-7000-8000-000000000001", Name: "Mine", Owner: mara, Layout: plumbline.AsList, Version: 1}
		if err := tx.InsertView(v); err != nil {
			return err
		}
		forced := plumbline.Item{
			ID: "0193a5c0-0000-7000-8000-000000000004", Key: "REQ-900", Kind: plumbline.Request, Process: "request", Title: "Keys in logs", Visibility: plumbline.Public,
			State: "workflow::problem validation", Severity: "S2", Labels: []string{"bug::vulnerability"}, Requester: mara, Created: h.app.Now(), Updated: h.app.Now(), Version: 1,
		}
		if err := tx.InsertItem(forced); err != nil {
			return err
		}
		if _, err := tx.PutFramework(plumbline.Framework{Ref: "nist-800-53-low", Title: "A baseline"}); err != nil {
			return err
		}
		if err := tx.PutControls("nist-800-53-low", []store.ControlRow{{N: 1, Control: plumbline.Control{ID: "ac-2.1", Label: "AC-2(1)", Family: "ac"}}}); err != nil {
			return err
		}
		letter := plumbline.Letter{ID: "0193a5c0-0000-7000-8000-000000000003", Key: "mail", Kind: plumbline.MailLetter, Target: plumbline.MailTarget, Type: "digest", Status: plumbline.ActionFailed}
		if _, err := tx.InsertLetter(letter); err != nil {
			return err
		}
		if _, err := tx.PutSLO(store.SLORow{SLO: plumbline.SLO{ID: "web/availability", Service: "web", Name: "availability", Target: "0.999", Window: plumbline.Window{Days: 28}}}); err != nil {
			return err
		}
		if err := exceptionAsked(tx, h.app.Now()); err != nil {
			return err
		}
		log4j := plumbline.Finding{ID: "0193a5c0-0000-7000-8000-000000000005", Product: "kubernetes", Vuln: "CVE-2021-44228", Package: "pkg:maven/org.apache.logging.log4j/log4j-core", Name: "log4j", Stream: "grype", Class: "critical", Detected: h.app.Now(), Seen: h.app.Now()}
		if err := tx.PutFindings([]plumbline.Finding{log4j}); err != nil {
			return err
		}
		return tx.InsertBatch(store.Batch{ID: "0193a5c0-0000-7000-8000-000000000002", Person: mara})
	})
	if err != nil {
		t.Fatal(err)
	}
	where := map[string][2]string{}
	for path, ops := range h.spec.paths {
		for method, op := range ops {
			where[op.OperationID] = [2]string{strings.ToUpper(method), path}
		}
	}
	shown := map[string]bool{}
	for _, e := range examples() {
		at, ok := where[e.ID]
		if !ok {
			t.Errorf("%s is no operation", e.ID)
			continue
		}
		shown[e.ID] = true
		path := at[1]
		for name, v := range e.Path {
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(v))
		}
		values := url.Values{}
		for name, v := range e.Query {
			values.Set(name, v)
		}
		if len(values) > 0 {
			path += "?" + values.Encode()
		}
		body, head := string(e.Body), []string(nil)
		if e.File != "" {
			body, head = sent(t, e.File)
		}
		if a := h.do(cmp.Or(e.As, plumbline.PM), at[0], path, body, head...); a.status/100 != 2 {
			t.Errorf("%s %s %s: %d %s", at[0], path, e.Body, a.status, a.body)
		}
	}
	for id, at := range where {
		if !shown[id] && at[0] != "GET" && at[0] != "DELETE" {
			t.Errorf("%s (%s %s) has no example in examples.json", id, at[0], at[1])
		}
	}
}

// exceptionAsked is a constraint with an exception that the examples can approve.
func exceptionAsked(tx *store.Tx, now plumbline.Time) error {
	err := tx.InsertConstraint(store.ConstraintRow{Constraint: plumbline.Constraint{ID: "promise", Kind: plumbline.Capacity, Scope: plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: "platform"}}, Version: 1})
	if err != nil {
		return err
	}
	return tx.InsertException(store.ExceptionRow{
		Exception: plumbline.Exception{ID: "0193a5c0-0000-7000-8000-000000000005", Constraint: "promise", Reason: "The vendor is late.", Requester: "somebody", From: now, Until: now.Add(24 * time.Hour)},
		Needs:     1,
	})
}
