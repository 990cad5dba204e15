package app_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/exchange"
	"plumbline/internal/app/people"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// samples is a file of each format that is imported, with two items.
func samples() map[string]string {
	return map[string]string{
		"csv":    "id,title,description,status,votes,voters,labels,created,author\n1,First,a,open,5,ann,\"x,y\",2026-01-01,kim\n2,Second,b,done,,,,,\n",
		"github": `[{"number":1,"title":"First","body":"a","user":{"login":"kim"},"labels":[{"name":"x"}],"reactions":[{"content":"+1","user":{"login":"ann"}}],"comments":[{"id":"c","body":"said","author":{"login":"bob"}}]},{"number":2,"title":"Second","state":"closed"}]`,
		"gitlab": `[{"iid":1,"title":"First","author":{"username":"kim"},"labels":["x"],"upvotes":3,"notes":[{"id":1,"body":"said","author":{"username":"bob"}}]},{"iid":2,"title":"Second","state":"closed","confidential":true}]`,
		"fider":  `[{"number":1,"title":"First","user":{"name":"Kim"},"votesCount":4,"votes":[{"user":{"name":"Ann"}}],"comments":[{"id":1,"content":"said","user":{"name":"Bob"}}]},{"number":2,"title":"Second","status":"declined"}]`,
		"plumbline": `{"id":"a","process":"request","title":"First","requester":"k","requester_name":"Kim","visibility":"public","state":"workflow::problem validation","states":{"workflow":{"state":"workflow::problem validation","since":"2026-01-01T00:00:00Z"}},"votes":[{"person":"n","name":"Ann"}],"comments":[{"id":"1","by":"b","by_name":"Bob","body":"said"}],"evidence":[{"id":"e","grade":"opinion","text":"t","by":"b","by_name":"Bob"}],"bonds":[{"kind":"blocks","from":true,"item":"b"}]}
{"id":"b","process":"request","title":"Second","state":"nowhere","bonds":[{"kind":"blocks","item":"a"},{"kind":"merge","from":true,"item":"a","state":"workflow::problem validation"}]}`,
		"canny": `{"posts":[{"id":"a","title":"First","author":{"name":"Kim"},"score":4,"votes":[{"voter":{"name":"Ann"}}],"comments":[{"id":"1","value":"said","author":{"name":"Bob"}}]},{"id":"b","title":"Second","status":"complete"}]}`,
	}
}

// Whatever the format, the second import of a file finds all the same, and no
// row of any table has changed but for nothing.
func TestImportTwiceEveryFormat(t *testing.T) {
	files := samples()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for _, format := range exchange.Formats() {
			file, ok := files[format]
			if !ok {
				t.Errorf("there is no sample of %s", format)
				continue
			}
			w.counted(w.imports(exchange.Import{Format: format}, file), 2, 0, 0, 0)
			before := w.exports(w.pm, plumbline.Filter{Status: "all"}, "json")
			w.counted(w.imports(exchange.Import{Format: format}, file), 0, 0, 2, 0)
			if after := w.exports(w.pm, plumbline.Filter{Status: "all"}, "json"); after != before {
				t.Errorf("%s: the second import changed\n%s\nto\n%s", format, before, after)
			}
		}
	})
}

// Text that no database keeps, in any place of a row, costs at most that row.
func TestImportTextThatCannotBeKept(t *testing.T) {
	places := []string{
		`"title":"a%sb"`, `"body":"a%sb"`, `"labels":["a%sb"]`, `"user":{"login":"a%sb"}`, `"user":{"login":"k","name":"a%sb"}`, `"assignee":{"login":"a%sb"}`,
		`"html_url":"https://example.com/o/r/issues/1?a%sb"`, `"comments":[{"id":"1","body":"a%sb"}]`, `"comments":[{"id":"a%sb","body":"x"}]`,
		`"comments":[{"id":"1","body":"x","author":{"login":"a%sb"}}]`, `"state":"a%sb"`, `"reactions":[{"content":"+1","user":{"login":"a%sb"}}]`,
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		for i, place := range places {
			for name, bad := range map[string]string{"NUL": `\u0000`, "half a pair": `\ud800`, "no UTF-8": "\xff"} {
				file := fmt.Sprintf(`{"number":%d,"title":"x",%s}`+"\n"+`{"number":%d,"title":"good"}`, 1000+i, fmt.Sprintf(place, bad), 2000+i)
				in := exchange.Import{Format: "github", Source: fmt.Sprint(name, i), Files: []plumbline.ImportFile{{Name: "a", Data: []byte(file)}}}
				count, err := w.app.Import(w.ctx(), w.pm, in, func([]plumbline.RowReport) error { return nil })
				if err != nil || count.New+count.Skipped != 2 || count.New == 0 {
					t.Errorf("%s in %s: got %+v, %v", name, place, count, err)
				}
				if bad == "\xff" && count.Skipped != 1 {
					t.Errorf("%s in %s: bytes that are no text were taken for something: %+v", name, place, count)
				}
			}
		}
	})
}

// A text of ten megabytes is refused with its size and the limit, by every way
// in, and nothing of it is kept.
func TestTenMegabytes(t *testing.T) {
	w := sqliteWorld(t)
	it := w.file("Small")
	long := strings.Repeat("0123456789abcde\n", 10<<20/16)
	limit := fmt.Sprintf("has %d bytes; at most %d fit", len(long), plumbline.MaxBody)
	_, err := w.app.File(w.ctx(), w.requester, app.FileInput{Title: "Long", Body: long})
	w.refused(err, plumbline.Invalid, limit)
	_, err = w.app.Edit(w.ctx(), w.pm, it.Key, app.EditInput{Body: &long})
	w.refused(err, plumbline.Invalid, limit)
	_, err = w.app.Comment(w.ctx(), w.pm, it.Key, app.CommentInput{Body: long})
	w.refused(err, plumbline.Invalid, limit)
	for name, c := range map[string]struct{ format, file string }{
		"csv, a cell":           {"csv", "id,title,description\n1,Before,a\n2,Long," + strings.ReplaceAll(long, "\n", " ") + "\n3,After,b\n"},
		"csv, a cell in quotes": {"csv", "id,title,description\n1,Before,a\n2,Long,\"" + strings.ReplaceAll(long, "\n", "\n9,a row,of the text\n") + "\"\n3,After,b\n"},
		"json":                  {"github", `[{"number":1,"title":"Before"},{"number":2,"title":"Long","body":"` + strings.ReplaceAll(long, "\n", `\n`) + `"},{"number":3,"title":"After"}]`},
	} {
		rep := w.imports(exchange.Import{Format: c.format, Source: name}, c.file)
		if rep.New != 2 || rep.Skipped != 1 {
			t.Errorf("%s: got %+v", name, rep.ImportCount)
			continue
		}
		for _, r := range rep.Rows {
			if r.Outcome == plumbline.RowSkipped && !strings.Contains(r.Reason, "two mebibytes") && !strings.Contains(r.Reason, "at most 1048576 fit") {
				t.Errorf("%s: got %q", name, r.Reason)
			}
		}
	}
}

// A text in a tracker may be longer than what is kept here; then its end says so,
// and the same issue seen again changes nothing.
func TestLongTextOfATracker(t *testing.T) {
	w := sqliteWorld(t)
	w.tracker(nil)
	s := w.issue("infrapm")
	s.Title = strings.Repeat("ü", plumbline.MaxTitle)
	s.Body = strings.Repeat("ü", 5<<20)
	seen := w.sees(s)
	v := w.item(w.pm, seen.Item)
	if len(v.Body) > plumbline.MaxBody || !strings.HasSuffix(v.Body, "It goes on in the issue.)*") || !strings.HasSuffix(v.Title, "…") || len(v.Title) > plumbline.MaxTitle {
		t.Errorf("got a title of %d bytes and a text of %d that ends %q", len(v.Title), len(v.Body), v.Body[len(v.Body)-80:])
	}
	s.Updated = s.Updated.Add(1)
	if again := w.sees(s); again.Changed {
		t.Errorf("seen again, it changed: %+v", w.item(w.pm, seen.Item).History[0])
	}
}

// What goes round in a circle is refused, whichever way it is closed and however
// long it is; what stands stays as it was.
func TestMergesNeverCircle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		var chain []plumbline.Key
		for i := range 12 {
			chain = append(chain, w.file(fmt.Sprint("Item ", i)).Key)
		}
		for i := range chain[:len(chain)-1] {
			w.merge(chain[i], chain[i+1])
		}
		last := chain[len(chain)-1]
		for _, into := range chain[:len(chain)-1] {
			_, err := w.app.Merge(w.ctx(), w.pm, last, app.MergeInput{Into: into})
			w.refused(err, plumbline.Invalid, "round in a circle")
		}
		_, err := w.app.Merge(w.ctx(), w.pm, last, app.MergeInput{Into: last})
		w.refused(err, plumbline.Invalid, "into itself")
		if v := w.item(w.pm, last); v.Merged != "" || !v.Open() || v.Watchers != 1 {
			t.Errorf("got %+v", v.Row)
		}
		_, err = w.app.Unmerge(w.ctx(), w.pm, chain[5], 0)
		w.ok(err)
		w.merge(last, chain[0])
		_, err = w.app.Merge(w.ctx(), w.pm, chain[5], app.MergeInput{Into: chain[6]})
		w.refused(err, plumbline.Invalid, "round in a circle")
	})
}

// An import cannot bring in a circle either.
func TestImportedCircles(t *testing.T) {
	w := sqliteWorld(t)
	const line = `{"id":"%s","process":"request","title":"%[1]s","bonds":[{"kind":"merge","from":true,"item":"%s"},{"kind":"blocks","from":true,"item":"%[2]s"},{"kind":"merge","from":true,"item":"%[1]s"},{"kind":"loves","from":true,"item":"%[2]s"}]}` + "\n"
	file := fmt.Sprintf(line, "a", "b") + fmt.Sprintf(line, "b", "c") + fmt.Sprintf(line, "c", "a")
	rep := w.imports(exchange.Import{Format: "plumbline"}, file)
	w.counted(rep, 3, 0, 0, 0)
	if !strings.Contains(rep.Rows[2].Reason, "that would go round in a circle") || !strings.Contains(rep.Rows[2].Reason, `"loves" is no relation`) {
		t.Errorf("got %+v", rep.Rows)
	}
	if v := w.item(w.pm, w.keyOf("c")); v.Merged != "" || !v.Open() || len(v.Together.Relations) != 1 {
		t.Errorf("got %+v, %+v", v.Row, v.Together)
	}
	w.counted(w.imports(exchange.Import{Format: "plumbline"}, file), 0, 0, 3, 0)
}

// No cell of any export begins as a formula does, whatever stands in any column;
// our own export gives the text back as it was.
func TestNoFormulaInAnyColumn(t *testing.T) {
	w := sqliteWorld(t)
	person := people.PersonInput{Handle: "eve", Role: plumbline.PM, Password: "a long enough password"}
	for _, begin := range []string{"=", "+", "-", "@", "\t=", "\r="} {
		evil := begin + "HYPERLINK(\"http://example.com\")"
		person.Name = strings.TrimSpace(evil)
		_, err := w.app.PutPerson(w.ctx(), w.admin, person)
		w.ok(err)
		eve := w.pm
		eve.Name = person.Name
		w.ok(w.app.PutTeam(w.ctx(), w.pm, plumbline.Team{Ref: "reliability", Name: evil, Label: "team::Reliability"}))
		id := plumbline.ItemID(store.NewID())
		w.ok(w.db.Write(w.ctx(), func(tx *store.Tx) error { // every text that a row can have
			e := plumbline.Event{At: plumbline.At(w.now), Type: evil, Item: id, Key: plumbline.Key(evil + string(id)), Actor: eve.Person, By: evil, Via: evil, Cause: evil, Seen: plumbline.Public}
			return errors.Join(tx.Append(e), tx.InsertItem(plumbline.Item{
				ID: id, Key: plumbline.Key(evil + string(id)), Kind: "request", Process: "request", Title: evil, Body: evil, Class: plumbline.Class(evil), Visibility: plumbline.Public,
				State: plumbline.State(evil), Remit: plumbline.Remit(evil), Team: plumbline.TeamRef(evil), Product: plumbline.ProductRef(evil), Requester: w.pm.Person, OnBehalfOf: evil,
				Assignee: evil, Priority: evil, Severity: evil, Labels: []string{evil}, Fields: map[string]string{"statement": evil, "reach": evil}, URL: evil, Source: evil, Version: 1,
			}))
		}))
	}
	var audit strings.Builder
	w.ok(w.app.ExportAudit(w.ctx(), w.pm, app.AuditQuery{}, &audit))
	for name, file := range map[string]string{"items": w.exports(w.pm, plumbline.Filter{Status: "all"}, "csv"), "audit": audit.String()} {
		rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
		w.ok(err)
		escaped := 0
		for _, row := range rows {
			for i, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("%s: the column %s has %q", name, rows[0][i], cell)
				}
				if strings.HasPrefix(cell, "'") {
					escaped++
				}
			}
		}
		if escaped < 6*6 {
			t.Errorf("%s: only %d cells were in question", name, escaped)
		}
	}
	// One of them has a title of two lines, which no item may have.
	w.counted(w.imports(exchange.Import{Format: "csv"}, w.exports(w.pm, plumbline.Filter{Status: "all"}, "csv")), 0, 0, 5, 1)
}

// Of many who change the same field at once, each having seen the same version,
// one is heard; the others are told and have lost nothing, and the history says
// who. Whoever changes another field without saying what they saw runs over
// nobody.
func TestManyEditOneField(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		it := w.file("Restore within an hour")
		const n = 8
		errs := make(chan error, 2*n)
		for i := range n {
			title, value := fmt.Sprint("Title ", i), fmt.Sprint("statement ", i)
			go func() {
				_, err := w.app.Edit(context.Background(), w.pm, it.Key, app.EditInput{Version: it.Version, Title: &title, Body: &value})
				errs <- err
			}()
			go func() {
				_, err := w.app.Comment(context.Background(), w.pm, it.Key, app.CommentInput{Body: value})
				errs <- err
			}()
		}
		heard, told := 0, 0
		for range 2 * n {
			switch err := <-errs; {
			case err == nil:
				heard++
			case plumbline.KindOf(err) == plumbline.Conflict && strings.Contains(err.Error(), "meanwhile"):
				told++
			default:
				t.Error(err)
			}
		}
		v := w.item(w.pm, it.Key)
		if heard != n+1 || told != n-1 || v.Comments != n || v.Version != it.Version+1 {
			t.Errorf("%d were heard, %d told; %d comments, version %d", heard, told, v.Comments, v.Version)
		}
		if v.Title[len("Title "):] != v.Body[len("statement "):] {
			t.Errorf("half of one edit and half of another: %q, %q", v.Title, v.Body)
		}
	})
}
