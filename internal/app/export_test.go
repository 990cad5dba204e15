package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/exchange"
	"plumbline/internal/store"
)

func (w *world) exports(who plumbline.Actor, f plumbline.Filter, format string) string {
	w.t.Helper()
	var b bytes.Buffer
	w.ok(w.app.Export(w.ctx(), who, f, format, &b))
	return b.String()
}

// What goes out comes in again as the same; what was edited in between changes;
// what was changed here meanwhile is not run over.
func TestRoundTrip(t *testing.T) {
	w := sqliteWorld(t)
	first, second := w.validated("=Restore, within \"an\" hour"), w.file("Second")
	csv := w.exports(w.pm, plumbline.Filter{Status: "all"}, "csv")
	w.counted(w.imports(exchange.Import{Format: "csv"}, csv), 0, 0, 2, 0)

	edited := strings.Replace(csv, ",Second,", ",Second and better,", 1)
	body := "changed here"
	_, err := w.app.Edit(w.ctx(), w.pm, first.Key, app.EditInput{Body: &body})
	w.ok(err)
	rep := w.imports(exchange.Import{Format: "csv"}, edited)
	w.counted(rep, 0, 1, 0, 1)
	if rep.Rows[0].Key != first.Key || !strings.Contains(rep.Rows[0].Reason, "was changed here since it was exported") {
		t.Errorf("got %+v", rep.Rows[0])
	}
	if v := w.item(w.pm, second.Key); v.Title != "Second and better" || v.History[0].Type != "item imported again" {
		t.Errorf("got %+v", v.Item)
	}
	w.counted(w.imports(exchange.Import{Format: "csv"}, w.exports(w.pm, plumbline.Filter{Status: "all"}, "csv")), 0, 0, 2, 0)

	other := sqliteWorld(t)
	other.counted(other.imports(exchange.Import{Format: "csv"}, csv), 2, 0, 0, 0)
	other.counted(other.imports(exchange.Import{Format: "csv"}, csv), 0, 0, 2, 0)
	list, err := other.app.Items(other.ctx(), other.pm, plumbline.Filter{Sort: "oldest"})
	other.ok(err)
	if v := other.item(other.pm, list.Rows.Rows[0].Key); v.Title != first.Title || v.Fields["statement"] != "Nobody can restore within an hour." {
		t.Errorf("got %+v", v.Item)
	}
}

// An export has what its reader sees on the pages, and not more.
func TestExportShowsWhatOneMaySee(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("Restore within an hour")
	_, err := w.app.Comment(w.ctx(), w.pm, it.Key, app.CommentInput{Body: "between us", Internal: true})
	w.ok(err)
	hidden := w.file("Hidden")
	secret := plumbline.Confidential
	_, err = w.app.Edit(w.ctx(), w.pm, hidden.Key, app.EditInput{Visibility: &secret})
	w.ok(err)
	other := w.requester
	other.Person = "somebody else"
	for name, c := range map[string]struct {
		who        plumbline.Actor
		has, lacks []string
	}{
		"pm":        {w.pm, []string{"Acme Rockets", "250000 EUR", "between us", "Hidden", "14 pages a week", "Nobody can restore"}, nil},
		"engineer":  {w.contributor, []string{"A customer", "between us"}, []string{"Acme", "250000", "Hidden"}},
		"requester": {other, []string{"A customer", "14 pages a week", "Restore within"}, []string{"Acme", "250000", "between us", "Hidden"}},
	} {
		got := w.exports(c.who, plumbline.Filter{}, "json")
		for _, s := range c.has {
			if !strings.Contains(got, s) {
				t.Errorf("%s: %q is not in the export", name, s)
			}
		}
		for _, s := range append(c.lacks, plumbline.Withheld) {
			if strings.Contains(got, s) {
				t.Errorf("%s: %q is in the export", name, s)
			}
		}
		for line := range strings.Lines(got) {
			if err := json.Unmarshal([]byte(line), &app.Exported{}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if csv := w.exports(c.who, plumbline.Filter{}, "csv"); strings.Contains(csv, "Acme") || strings.Contains(csv, "Hidden") != (name == "pm") {
			t.Errorf("%s: got %s", name, csv)
		}
	}
	w.refused(w.app.Export(w.ctx(), w.pm, plumbline.Filter{}, "xls", nil), plumbline.Invalid, "csv and json")
}

// An export has all pages of what the filter shows, in as many statements a page
// however many rows it has.
func TestExportAllPages(t *testing.T) {
	w := sqliteWorld(t)
	var b strings.Builder
	b.WriteString("id,title,type\n")
	for i := range 450 {
		fmt.Fprintf(&b, "%d,Item %d,%s\n", i, i, []string{"request", "incident", "request"}[i%3])
	}
	w.counted(w.imports(exchange.Import{Format: "csv"}, b.String()), 450, 0, 0, 0)
	for _, c := range []struct {
		f             plumbline.Filter
		format        string
		lines, pages  int
		statementEach int64
	}{
		{plumbline.Filter{}, "csv", 451, 3, 3}, {plumbline.Filter{Process: "incident", Sort: "updated"}, "csv", 151, 1, 3}, {plumbline.Filter{Limit: 5}, "json", 450, 3, 17},
	} {
		var out bytes.Buffer
		ctx, queries := store.CountQueries(w.ctx())
		w.ok(w.app.Export(ctx, w.pm, c.f, c.format, &out))
		if n := strings.Count(out.String(), "\n"); n != c.lines {
			t.Errorf("%+v: %d lines, want %d", c.f, n, c.lines)
		}
		if n := queries.N.Load(); n > int64(c.pages)*c.statementEach {
			t.Errorf("%+v: %d statements for %d pages", c.f, n, c.pages)
		}
	}
}

func TestAuditFilters(t *testing.T) {
	w := sqliteWorld(t)
	it := w.validated("Restore within an hour")
	w.file("Second")
	read := func(q app.AuditQuery) string {
		t.Helper()
		rows, err := w.app.Audit(w.ctx(), w.pm, q)
		w.ok(err)
		var types []string
		for _, e := range rows {
			types = append(types, e.Type)
		}
		return strings.Join(types, ", ")
	}
	if got := read(app.AuditQuery{Item: it.Key, Person: "@mara"}); got != "item edited, evidence attached, demand recorded, item accepted" {
		t.Errorf("got %s", got)
	}
	if got := read(app.AuditQuery{Type: "item filed"}); got != "item filed, item filed" {
		t.Errorf("got %s", got)
	}
	now := plumbline.At(w.now)
	if got := read(app.AuditQuery{Type: "item filed", Until: now}); got != "" {
		t.Errorf("got %s", got)
	}
	if got := read(app.AuditQuery{Type: "item filed", From: now, Limit: 1}); got != "item filed" {
		t.Errorf("got %s", got)
	}
	_, err := w.app.Audit(w.ctx(), w.pm, app.AuditQuery{Person: "nobody"})
	w.refused(err, plumbline.Invalid, "Nobody has the handle")
	var b bytes.Buffer
	w.ok(w.app.ExportAudit(w.ctx(), w.pm, app.AuditQuery{Item: it.Key}, &b))
	if n := strings.Count(b.String(), "\r\n"); n != 6 || !strings.Contains(b.String(), "item accepted,"+string(it.Key)) {
		t.Errorf("got %s", b.String())
	}
	if strings.Contains(b.String(), "Acme") || strings.Contains(b.String(), "250000") {
		t.Errorf("the log tells a customer: %s", b.String())
	}
}
