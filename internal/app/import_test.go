package app_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/exchange"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// imports takes in files and gives the report.
func (w *world) imports(in exchange.Import, files ...string) plumbline.ImportReport {
	w.t.Helper()
	for i, f := range files {
		name := fmt.Sprintf("file%d", i+1)
		in.Files = append(in.Files, plumbline.ImportFile{Name: name, Data: []byte(f)})
	}
	var rep plumbline.ImportReport
	count, err := w.app.Import(w.ctx(), w.pm, in, func(rows []plumbline.RowReport) error { rep.Take(rows); return nil })
	w.ok(err)
	if rep.DryRun = in.DryRun; count != rep.ImportCount {
		w.t.Fatalf("counted %+v, reported %+v", count, rep.ImportCount)
	}
	return rep
}

func (w *world) counted(rep plumbline.ImportReport, fresh, changed, same, skipped int) {
	w.t.Helper()
	if rep.New != fresh || rep.Changed != changed || rep.Same != same || rep.Skipped != skipped {
		w.t.Fatalf("got %+v, want %d new, %d changed, %d same, %d skipped\n%v", rep.ImportCount, fresh, changed, same, skipped, rep.Rows)
	}
}

func github(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open("../format/githubissues/testdata/" + name + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The real export of a repository goes in once, however often it is imported,
// on both databases; nothing goes to a tracker.
func TestImportRealExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		files := []string{github(t, "issues.json"), github(t, "issue_comments.json")}
		w.counted(w.imports(exchange.Import{Format: "github", DryRun: true}, files...), 78, 0, 0, 72)
		if list, err := w.app.Items(w.ctx(), w.pm, plumbline.Filter{Status: "all"}); err != nil || list.Total != 0 {
			t.Fatalf("a preview changed something: %d, %v", list.Total, err)
		}
		rep := w.imports(exchange.Import{Format: "github"}, files...)
		w.counted(rep, 78, 0, 0, 72)
		for _, r := range rep.Rows {
			if r.Outcome == plumbline.RowSkipped && r.Reason != "it is a pull request" || r.Line == 0 {
				t.Errorf("got %+v", r)
			}
		}
		again := w.imports(exchange.Import{Format: "github"}, files...)
		w.counted(again, 0, 0, 78, 72)
		list, err := w.app.Items(w.ctx(), w.pm, plumbline.Filter{Status: "all", Sort: "oldest", Limit: 200})
		w.ok(err)
		if list.Total != 78 {
			t.Errorf("%d items", list.Total)
		}
		comments := 0
		for _, r := range list.Rows.Rows {
			comments += r.Comments
			if r.RequesterName == "" || r.Source != "import: github" {
				t.Errorf("%s was asked for by %q, from %q", r.Key, r.RequesterName, r.Source)
			}
		}
		if comments != 195 {
			t.Errorf("%d comments, want 195", comments)
		}
		v := w.item(w.pm, list.Rows.Rows[0].Key)
		if v.Open() || v.Closed.IsZero() || v.History[0].Type != "item imported" || !strings.Contains(v.History[0].Sentence, "brought this in from github") {
			t.Errorf("got %+v, history %+v", v.Item, v.History)
		}
	})
}

const asked = "id,title,description,status,votes,voters,priority,created\n"

// A field is put in when the source changed it and nobody here did.
func TestImportAgain(t *testing.T) {
	w := sqliteWorld(t)
	in := exchange.Import{Format: "csv", Source: "jira"}
	w.counted(w.imports(in, asked+"1,First,a,open,5,ann,P2,2026-01-01\n2,Second,b,open,,,,2026-01-02\n3,Third,c,done,,,high,2026-01-03\n"), 3, 0, 0, 0)
	list, err := w.app.Items(w.ctx(), w.pm, plumbline.Filter{Status: "all", Sort: "oldest"})
	w.ok(err)
	first, second := list.Rows.Rows[0].Key, list.Rows.Rows[1].Key
	title := "First, as we say it"
	_, err = w.app.Edit(w.ctx(), w.pm, first, app.EditInput{Title: &title})
	w.ok(err)

	rep := w.imports(in, asked+"1,First asked,changed,open,7,\"ann,bob\",P2,2026-01-01\n2,Second,b,declined,,,,2026-01-02\n3,Third,c,done,,,high,2026-01-03\n4,Fourth,,,,,,\n4,Fourth again,,,,,,\n")
	w.counted(rep, 1, 2, 1, 1)
	v := w.item(w.pm, first)
	if v.Title != title || v.Body != "changed" || v.Watchers != 3 || v.Votes != 2 || v.Row.Evidence != 2 {
		t.Errorf("got %q, %q, %d watchers, %d votes, %d pieces of evidence", v.Title, v.Body, v.Watchers, v.Votes, v.Row.Evidence)
	}
	if r := rep.Rows[0]; r.Reason != "body, votes; title was changed here and stays" {
		t.Errorf("got %q", r.Reason)
	}
	if r := rep.Rows[3]; r.Reason != "4 stands in line 5 of file1 already" || r.Line != 6 {
		t.Errorf("got %+v", r)
	}
	if v := w.item(w.pm, second); v.Open() || v.State.Name() != "withdrawn" {
		t.Errorf("got %+v", v.Item)
	}
	// The same file again is the same all over, what was kept here stays kept.
	w.counted(w.imports(in, asked+"1,First asked,changed,open,7,\"ann,bob\",P2,2026-01-01\n2,Second,b,declined,,,,2026-01-02\n"), 0, 0, 2, 0)
	if v := w.item(w.pm, first); v.Title != title || v.Watchers != 3 || v.Row.Evidence != 2 {
		t.Errorf("got %+v", v.Row)
	}
}

// People who voted elsewhere and are named vote here too, once, whatever is
// merged; votes that are only a number stay a figure that says where it is from.
func TestImportVotes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		const posts = `[{"number":1,"title":"Dark","votesCount":9,"user":{"name":"Kim"},"votes":[{"user":{"name":"Kim"},"createdAt":"2026-01-03T00:00:00Z"},{"user":{"name":"Jo"}}]},
{"number":2,"title":"Darker","votesCount":1,"user":{"name":"Kim"},"votes":[{"user":{"name":"Kim"}}]}]`
		w.counted(w.imports(exchange.Import{Format: "fider"}, posts), 2, 0, 0, 0)
		list, err := w.app.Items(w.ctx(), w.pm, plumbline.Filter{Status: "all", Sort: "oldest"})
		w.ok(err)
		first, second := list.Rows.Rows[0], list.Rows.Rows[1]
		if first.Votes != 2 || first.Watchers != 2 || first.Evidence != 1 || second.Votes != 1 || second.Evidence != 0 {
			t.Errorf("got %+v and %+v", first, second)
		}
		if p := w.item(w.pm, first.Key).Proof; p[0].Text != "9 votes in fider, 2 of them by name among the votes here." {
			t.Errorf("got %+v", p)
		}
		_, err = w.app.Merge(w.ctx(), w.pm, second.Key, app.MergeInput{Into: first.Key})
		w.ok(err)
		if v := w.item(w.pm, first.Key); v.Votes != 2 {
			t.Errorf("Kim is counted twice: %d votes", v.Votes)
		}
		w.counted(w.imports(exchange.Import{Format: "fider"}, posts), 0, 0, 2, 0)
		more := strings.Replace(posts, `{"user":{"name":"Jo"}}]`, `{"user":{"name":"Jo"}},{"user":{"name":"Lee"}}]`, 1)
		w.counted(w.imports(exchange.Import{Format: "fider"}, more), 0, 1, 1, 0)
		if v := w.item(w.pm, first.Key); v.Votes != 3 {
			t.Errorf("got %d votes", v.Votes)
		}
	})
}

// What does not fit here is said, and what cannot be an item is skipped.
func TestImportOddRows(t *testing.T) {
	w := sqliteWorld(t)
	rep := w.imports(exchange.Import{Format: "csv"}, "id,title,type,priority,severity,product,class,visibility,url,field.reach,labels\n"+
		"1,Odd,Bug,High,S9,nothing,weird,,javascript:alert(1),many,workflow::design\n2,Secret,,,,,,sort of,,,\n3,"+strings.Repeat("x", 400)+",,,,,,,,,\n")
	w.counted(rep, 1, 0, 0, 2)
	for _, want := range []string{`"bug" is no process here`, `"HIGH" is no priority`, `"S9" is no severity`, `no product "nothing"`, `"weird" is no class`, "no web address", "Reach is one of"} {
		if !strings.Contains(rep.Rows[0].Reason, want) {
			t.Errorf("%q does not say %q", rep.Rows[0].Reason, want)
		}
	}
	if !strings.Contains(rep.Rows[1].Reason, "visibility") || !strings.Contains(rep.Rows[2].Reason, "at most 300") {
		t.Errorf("got %+v", rep.Rows[1:])
	}
	v := w.item(w.pm, rep.Rows[0].Key)
	if v.URL != "" || v.Priority != "" || v.State != "workflow::design" || len(v.Labels) != 0 {
		t.Errorf("got %+v", v.Item)
	}
}

// An import that was stopped goes on where it stopped when it is started again.
func TestImportStopped(t *testing.T) {
	w := sqliteWorld(t)
	var b strings.Builder
	b.WriteString("id,title\n")
	for i := range 2400 {
		fmt.Fprintf(&b, "%d,Item %d\n", i, i)
	}
	in := exchange.Import{Format: "csv", Files: []plumbline.ImportFile{{Name: "a.csv", Data: []byte(b.String())}}}
	stop := errors.New("the power is gone")
	chunks := 0
	ctx, queries := store.CountQueries(w.ctx())
	count, err := w.app.Import(ctx, w.pm, in, func([]plumbline.RowReport) error {
		if chunks++; chunks == 2 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || count.New != 2000 {
		t.Fatalf("got %+v, %v", count, err)
	}
	perRow := float64(queries.N.Load()) / 2000
	t.Logf("%.2f statements for each new row", perRow)
	if perRow > 1.3 {
		t.Errorf("%.2f statements for each new row", perRow)
	}
	count, err = w.app.Import(w.ctx(), w.pm, in, func([]plumbline.RowReport) error { return nil })
	if err != nil || count.Same != 2000 || count.New != 400 {
		t.Errorf("got %+v, %v", count, err)
	}
}

func TestImportRefused(t *testing.T) {
	w := sqliteWorld(t)
	file := []plumbline.ImportFile{{Name: "a.csv", Data: []byte("id,title\n1,a\n")}}
	none := func([]plumbline.RowReport) error { return nil }
	for name, c := range map[string]struct {
		in   exchange.Import
		want string
	}{
		"format":  {exchange.Import{Format: "xls", Files: file}, "formats are csv, github"},
		"file":    {exchange.Import{Format: "csv"}, "Choose a file"},
		"process": {exchange.Import{Format: "csv", Process: "nothing", Files: file}, "no process"},
		"map":     {exchange.Import{Format: "github", Map: map[string]string{"a": "title"}, Files: file}, "only those of csv"},
		"content": {exchange.Import{Format: "github", Files: file}, "is no JSON"},
	} {
		_, err := w.app.Import(w.ctx(), w.pm, c.in, none)
		if err == nil || plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	_, err := w.app.Import(w.ctx(), w.contributor, exchange.Import{Format: "csv", Files: file}, none)
	w.refused(err, plumbline.Denied, "import items")
}

// An upload is previewed, mapped, imported once, and its report stays.
func TestUploads(t *testing.T) {
	w := sqliteWorld(t)
	in := exchange.Import{Format: "csv", Files: []plumbline.ImportFile{{Name: "ideas.csv", Data: []byte("nr,what\n1,Faster\n2,Cheaper\n")}}}
	id, err := w.app.KeepUpload(w.ctx(), w.pm, "", in)
	w.ok(err)
	u, err := w.app.Upload(w.ctx(), w.pm, id)
	w.ok(err)
	if _, err := w.app.ImportColumns(u.Import); err == nil || !strings.Contains(err.Error(), "no column is the title") {
		t.Errorf("got %v", err)
	}
	u.Import.Map = map[string]string{"what": "title"}
	_, err = w.app.KeepUpload(w.ctx(), w.pm, id, u.Import)
	w.ok(err)
	u, err = w.app.Upload(w.ctx(), w.pm, id)
	w.ok(err)
	rep, err := w.app.ImportUpload(w.ctx(), w.pm, u, true)
	w.ok(err)
	w.counted(rep, 2, 0, 0, 0)
	rep, err = w.app.ImportUpload(w.ctx(), w.pm, u, false)
	w.ok(err)
	w.counted(rep, 2, 0, 0, 0)
	u, err = w.app.Upload(w.ctx(), w.pm, id)
	w.ok(err)
	if u.Done == nil || u.Done.New != 2 || len(u.Import.Files[0].Data) != 0 {
		t.Errorf("got %+v", u)
	}
	_, err = w.app.Upload(w.ctx(), w.admin, id)
	w.refused(err, plumbline.NotFound, "Send it again")
	_, err = w.app.KeepUpload(w.ctx(), w.contributor, "", in)
	w.refused(err, plumbline.Denied, "import items")
}
