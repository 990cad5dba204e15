package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// upload sends a file as the form does and follows to where it leads.
func (v *visitor) upload(format, name, data string, want int) (answer, string) {
	v.s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	_ = form.WriteField("format", format)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(data))
	}
	if err != nil || form.Close() != nil {
		v.s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.s.t.Context(), http.MethodPost, v.s.srv.URL+"/settings/import", &b)
	if err != nil {
		v.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	resp, err := v.c.Do(r)
	if err != nil {
		v.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		v.s.t.Fatal(err)
	}
	return v.want(want, answer{resp, body.String()}), resp.Request.URL.Path
}

// A file is looked at, its columns are set right, it is imported, and the report
// stays; sending the form again does nothing.
func TestImportPages(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	a, at := mara.upload("csv", "ideas.csv", "nr,what,votes\n1,Cheaper runners,3\n2,Faster runners,many\n", 422)
	a.has(t, "ideas.csv", "no column is the title", "Taken for", `value="what"`, "Cheaper runners")
	a.lacks(t, `value="import"`)
	set := vals("column.0", "nr", "field.0", "id", "column.1", "what", "field.1", "title", "column.2", "votes", "field.2", "votes", "source", "survey", "process", "request", "do", "look")
	a = mara.post(at, set, 200)
	a.has(t, "Would be: 1 new, 0 changed, 0 the same, 1 skipped.", "is not a number of votes", `value="import"`, `value="survey"`)
	mara.get("/items?q=runners", 200).has(t, "Nothing fits this filter")
	set.Set("do", "import")
	mara.post(at, set, 200).has(t, "Imported: 1 new, 0 changed, 0 the same, 1 skipped.", "Cheaper runners")
	mara.post(at, set, 200).has(t, "It was imported: 1 new")
	list := mara.get("/items?q=runners", 200)
	list.has(t, "Cheaper runners", "/export/csv?q=runners")
	list.lacks(t, "Faster runners")
	s.as("avery").get(at, 404).has(t, "Send it again")

	csv := mara.get("/export/csv?q=runners", 200)
	csv.has(t, ",Cheaper runners,")
	if n := strings.Count(csv.body, "\r\n"); n != 2 || csv.Header.Get("Content-Disposition") != `attachment; filename=plumbline-items.csv` {
		t.Errorf("%d lines, %v", n, csv.Header)
	}
	mara.upload("csv", "plumbline-items.csv", csv.body, 200)
	a, _ = mara.upload("csv", "plumbline-items.csv", csv.body, 200)
	a.has(t, "Would be: 0 new, 0 changed, 1 the same, 0 skipped.")
	a.lacks(t, `value="import"`)
	a, _ = mara.upload("github", "issues.json", "<html>", 422)
	a.has(t, "is no JSON")
	a, _ = mara.upload("csv", "empty.csv", "", 422)
	a.has(t, "Choose a file to import")
	a, _ = mara.upload("csv", "large.csv", strings.Repeat("x", 18<<20), 422)
	a.has(t, "At most 16 MiB")
	s.as("ines").upload("csv", "a.csv", "title\na\n", 403)
}

// What the log shows is what its file has.
func TestLogFilter(t *testing.T) {
	s := demoSite(t)
	mara := s.as("mara")
	it, _ := fill(t, s, 1)
	page := mara.get("/settings/log?item="+string(it)+"&type=comment+added", 200)
	page.has(t, string(it), "commented", "/settings/log/export?item="+string(it))
	page.lacks(t, "asked for this")
	file := mara.get("/settings/log/export?item="+string(it)+"&type=comment+added", 200)
	if n := strings.Count(file.body, "\r\n"); n != 4 {
		t.Errorf("%d lines:\n%s", n, file.body)
	}
	mara.get("/settings/log?from=2020-01-01&until=2020-01-02", 200).has(t, "Nothing fits this filter")
	mara.get("/settings/log?until=yesterday", 200).has(t, "is not a time")
}
