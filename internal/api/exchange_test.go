package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plumbline"
	"plumbline/client"
)

// sent is files as the body of a form, with its header.
func sent(t *testing.T, files ...string) (body string, header []string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i, f := range files {
		part, err := form.CreateFormFile("file", fmt.Sprintf("file%d.csv", i+1))
		if err == nil {
			_, err = part.Write([]byte(f))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), []string{"Content-Type", form.FormDataContentType()}
}

// An import answers line by line, then with the count; again it is all the same.
// An export has what the filter shows.
func TestExchange(t *testing.T) {
	h := newHouse(t, Options{})
	var table strings.Builder
	table.WriteString("id,title\n")
	for i := range 1300 {
		fmt.Fprintf(&table, "%d,Item %d\n", i, i)
	}
	for _, want := range []plumbline.ImportCount{{New: 1300, DryRun: true}, {New: 1300}, {Same: 1300}} {
		path := prefix + "/imports?format=csv&source=survey"
		if want.DryRun {
			path += "&dry_run=1"
		}
		body, head := sent(t, table.String())
		a := h.do(plumbline.PM, http.MethodPost, path, body, head...)
		lines := strings.Split(strings.TrimSpace(string(a.body)), "\n")
		var last importLine
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || a.status != 200 || len(lines) != 3 || last.Count == nil || *last.Count != want {
			t.Fatalf("%d: %d lines, %v\n%.300s", a.status, len(lines), err, a.body)
		}
	}
	for path, want := range map[string]int{"/export": 1301, "/export?format=json": 1300, "/export?q=1299": 3, "/export?status=closed&format=json": 0} {
		a := h.do(plumbline.Requester, http.MethodGet, prefix+path, "")
		if n := strings.Count(string(a.body), "\n"); a.status != 200 || n != want {
			t.Errorf("%s: %d, %d lines, want %d", path, a.status, n, want)
		}
	}
	log := h.do(plumbline.PM, http.MethodGet, prefix+"/audit/export?type=item+imported", "")
	if n := strings.Count(string(log.body), "item imported,REQ-"); n != 1300 {
		t.Errorf("the log has %d imports", n)
	}
}

func TestExchangeRefused(t *testing.T) {
	h := newHouse(t, Options{})
	body, head := sent(t, "title\na\n")
	for _, c := range []struct {
		role         plumbline.Role
		method, path string
		body         string
		head         []string
		status       int
		says         string
	}{
		{plumbline.Contributor, "POST", "/imports?format=csv", body, head, 403, "import items"},
		{"", "POST", "/imports?format=csv", body, head, 401, "Sign in"},
		{plumbline.PM, "POST", "/imports?format=xls", body, head, 400, "formats are csv"},
		{plumbline.PM, "POST", "/imports?format=csv&colour=red", body, head, 400, "not a parameter"},
		{plumbline.PM, "POST", "/imports?format=csv&map=title", body, head, 400, "header=field"},
		{plumbline.PM, "POST", "/imports?format=csv&dry_run=maybe", body, head, 400, "dry_run"},
		{plumbline.PM, "POST", "/imports?format=csv", `{}`, nil, 400, "multipart form"},
		{plumbline.PM, "POST", "/imports?format=csv", strings.ReplaceAll(body, `name="file"`, `name="other"`), head, 400, "named file"},
		{plumbline.PM, "POST", "/imports?format=csv", body[:len(body)-20], head, 400, "to their end"},
		{plumbline.PM, "GET", "/export?format=xls", "", nil, 400, "csv and json"},
		{plumbline.PM, "GET", "/export?colour=red", "", nil, 400, "is not a filter"},
		{plumbline.Requester, "GET", "/audit/export", "", nil, 403, "audit log"},
		{plumbline.PM, "GET", "/audit?until=soon", "", nil, 400, "is not a time"},
	} {
		a := h.do(c.role, c.method, prefix+c.path, c.body, c.head...)
		if p := a.problem(t); a.status/100 != 4 || c.status != a.status && !(c.status == 400 && a.status == 422) || !strings.Contains(p.Detail+fmt.Sprint(p.Errors), c.says) {
			t.Errorf("%s %s by %q: got %d %s, want %d with %q", c.method, c.path, c.role, a.status, a.body, c.status, c.says)
		}
	}
}

// The Go client gives the same.
func TestClientExchange(t *testing.T) {
	h := newHouse(t, Options{})
	srv := httptest.NewServer(h.door)
	t.Cleanup(srv.Close)
	c, err := client.New(srv.URL, h.tokens[plumbline.PM], nil)
	if err != nil {
		t.Fatal(err)
	}
	files := []plumbline.ImportFile{{Name: "a.csv", Data: []byte("nr,what\n1,Faster builds\n2\n")}}
	in := client.ImportInput{Format: "csv", Source: "survey", Map: map[string]string{"nr": "id", "what": "title"}}
	var rows []plumbline.RowReport
	count, err := c.Import(t.Context(), in, files, func(part []plumbline.RowReport) { rows = append(rows, part...) })
	if err != nil || count.New != 1 || count.Skipped != 1 || len(rows) != 2 || rows[0].Key == "" {
		t.Errorf("got %+v, %+v, %v", count, rows, err)
	}
	var out bytes.Buffer
	if err := c.Export(t.Context(), plumbline.Filter{Text: "builds"}, "csv", &out); err != nil || !strings.Contains(out.String(), ",Faster builds,") {
		t.Errorf("got %q, %v", out.String(), err)
	}
	out.Reset()
	if err := c.ExportAudit(t.Context(), map[string][]string{"type": {"item imported"}}, &out); err != nil || !strings.Contains(out.String(), "item imported,REQ-1") {
		t.Errorf("got %q, %v", out.String(), err)
	}
	_, err = c.Import(t.Context(), client.ImportInput{Format: "xls"}, files, func([]plumbline.RowReport) {})
	var ours *plumbline.Error
	if !errors.As(err, &ours) || ours.Kind != plumbline.Invalid {
		t.Errorf("got %v", err)
	}
}
