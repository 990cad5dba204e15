package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app/exchange"
	"plumbline/internal/app/reading"
	"plumbline/internal/turn"
)

// maxImport is the most that an import may carry, in bytes, and importSlots how
// many are taken in at a time: their files are in memory.
const (
	maxImport   = 64 << 20
	importSlots = 2
)

// importPath takes files and not JSON; enter lets its body pass.
const importPath = prefix + "/imports"

func (s *server) routeExchange() {
	s.mux.HandleFunc("GET "+prefix+"/export", s.export)
	s.mux.HandleFunc("GET "+prefix+"/audit/export", s.exportAudit)
	s.mux.HandleFunc("POST "+importPath, s.importFiles)
	lines := map[string]*huma.MediaType{"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString}}}
	table := map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}
	both := map[string]*huma.MediaType{"text/csv": table["text/csv"], "application/x-ndjson": lines["application/x-ndjson"]}
	text := &huma.Schema{Type: huma.TypeString}
	many := func(name, says string) *huma.Param {
		yes := true
		p := queryParam(name, says, &huma.Schema{Type: huma.TypeArray, Items: text})
		p.Explode = &yes
		return p
	}
	var filters []*huma.Param
	for _, p := range filterParams() {
		if p.Name != "limit" && p.Name != "cursor" && p.Name != "sort" {
			filters = append(filters, p)
		}
	}
	for _, op := range []*huma.Operation{
		{OperationID: "exportItems", Method: http.MethodGet, Path: prefix + "/export", Tags: []string{"items"}, Summary: "All items that a filter shows, as a file",
			Description: "In the order in which they were made. As `csv` one row an item; as `json` one object a line with its comments, demands, evidence, decisions, votes, followers, connections with other items and history, as far as the reader may see them. A connection that breaks before the last line means that the file is not whole.",
			Parameters:  append([]*huma.Param{queryParam("format", "csv is the default.", &huma.Schema{Type: huma.TypeString, Enum: []any{"csv", "json"}})}, filters...),
			Responses:   map[string]*huma.Response{"200": {Description: "OK", Content: both}, "default": s.problemResponse()}},
		{OperationID: "exportAudit", Method: http.MethodGet, Path: prefix + "/audit/export", Tags: []string{"events"}, Summary: "All of the audit log that a filter shows, as CSV",
			Parameters: auditParams(), Responses: map[string]*huma.Response{"200": {Description: "OK", Content: table}, "default": s.problemResponse()}},
		{OperationID: "importItems", Method: http.MethodPost, Path: importPath, Tags: []string{"items"}, Summary: "Take in files of other systems",
			Description: "The files are the parts named `file` of a multipart form, at most 64 MiB together. `plumbline` is what an export of the format `json` gives. The answer is one JSON object a line: `{\"rows\": […]}` for every thousand rows or so once they are written, then `{\"count\": …}`, or `{\"problem\": …}` where it stopped. Doing it again changes nothing.",
			Parameters: []*huma.Param{
				queryParam("format", "The format of the files.", &huma.Schema{Type: huma.TypeString, Enum: []any{"csv", "github", "gitlab", "fider", "canny", "plumbline"}}),
				queryParam("source", "The system that they come from; within one source an item has one name.", text),
				queryParam("process", "The process of rows that do not say.", text),
				queryParam("dry_run", "1: only say what would become of the rows.", text),
				many("map", "Of csv: `header=field`, or `header=` to leave the column out; may be repeated."),
			},
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject,
				Properties: map[string]*huma.Schema{"file": {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}}},
			Responses: map[string]*huma.Response{"200": {Description: "OK", Content: lines}, "default": s.problemResponse()}},
	} {
		s.openapi.AddOperation(op)
	}
}

// transfer is a long answer: its head is sent with its first bytes, so that what
// goes wrong before them can still be told, and each write has its own time.
type transfer struct {
	w          http.ResponseWriter
	rc         *http.ResponseController
	kind, name string
	begun      bool
}

// Write implements io.Writer.
func (t *transfer) Write(b []byte) (int, error) {
	if !t.begun {
		t.begun = true
		h := t.w.Header()
		h.Set("Content-Type", t.kind)
		h.Set("Cache-Control", "no-store")
		if t.name != "" {
			h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": t.name}))
		}
	}
	_ = t.rc.SetWriteDeadline(time.Now().Add(turn.Step)) // not every connection has deadlines
	return t.w.Write(b)
}

// end tells of an error: as a problem, or, when bytes have left, by breaking the
// connection, so that nobody takes half a file for the whole.
func (t *transfer) end(s *server, r *http.Request, err error) {
	switch {
	case err == nil:
	case !t.begun:
		s.fail(t.w, r, err)
	default:
		s.note(r.Context(), err)
		panic(http.ErrAbortHandler)
	}
}

func (s *server) export(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	format := q.Get("format")
	if format == "" {
		format = "csv"
	}
	t := &transfer{w: w, rc: http.NewResponseController(w), kind: "text/csv; charset=utf-8", name: "plumbline-items.csv"}
	if format == "json" {
		t.kind, t.name = "application/x-ndjson", "plumbline-items.jsonl"
	}
	f, err := plumbline.ParseFilter(q, "format")
	if err == nil {
		err = s.app.Export(r.Context(), callOf(r.Context()).who, f, format, t)
	}
	t.end(s, r, err)
}

func (s *server) exportAudit(w http.ResponseWriter, r *http.Request) {
	t := &transfer{w: w, rc: http.NewResponseController(w), kind: "text/csv; charset=utf-8", name: "plumbline-audit.csv"}
	q, err := reading.ParseAudit(r.URL.Query())
	if err == nil {
		err = s.app.ExportAudit(r.Context(), callOf(r.Context()).who, q, t)
	}
	t.end(s, r, err)
}

// auditParams are the names that reading.ParseAudit knows, for the document.
func auditParams() []*huma.Param {
	text := &huma.Schema{Type: huma.TypeString}
	return []*huma.Param{queryParam("item", "Only this item's.", text), queryParam("person", "Only what the person with this handle did.", text),
		queryParam("type", "Only events of this type, for example item moved.", text), queryParam("from", "Only from this time or day on.", text),
		queryParam("until", "Only before this time, or until this day is over.", text)}
}

// importLine is one line of the answer to an import.
type importLine struct {
	Rows    []plumbline.RowReport  `json:"rows,omitempty"`
	Count   *plumbline.ImportCount `json:"count,omitempty"`
	Problem *Problem               `json:"problem,omitempty"`
}

func (s *server) importFiles(w http.ResponseWriter, r *http.Request) {
	s.takingIn(w, r, func(t *transfer, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
		in, err := parseImport(r.URL.Query())
		if err == nil {
			in.Files, err = readFiles(w, r, t.rc)
		}
		if err != nil {
			return plumbline.ImportCount{}, err
		}
		return s.app.Import(r.Context(), callOf(r.Context()).who, in, tell)
	})
}

// takingIn answers an import line by line, as its rows are done. There are slots
// for a few at a time. An error before the first line is a problem, a later one is
// told in the last line, with the count of what was done.
func (s *server) takingIn(w http.ResponseWriter, r *http.Request, take func(t *transfer, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error)) {
	t := &transfer{w: w, rc: http.NewResponseController(w), kind: "application/x-ndjson"}
	select {
	case s.imports <- struct{}{}:
		defer func() { <-s.imports }()
	default:
		t.end(s, r, plumbline.Errorf(plumbline.Unavailable, "Other imports are being taken in just now. Try again in a minute."))
		return
	}
	enc := json.NewEncoder(t)
	count, err := take(t, func(rows []plumbline.RowReport) error {
		defer func() { _ = t.rc.Flush() }()
		return enc.Encode(importLine{Rows: rows})
	})
	if err != nil && !t.begun {
		t.end(s, r, err)
		return
	}
	last := importLine{Count: &count}
	if err != nil {
		s.note(r.Context(), err)
		p := problemOf(err)
		last.Problem = &p
	}
	_ = enc.Encode(last) // the reader may have gone
}

// dryRun reads the parameter of an import that only looks.
func dryRun(q url.Values, bad *plumbline.Problems) bool {
	switch q.Get("dry_run") {
	case "", "0", "false":
	case "1", "true":
		return true
	default:
		bad.Add("dry_run", "dry_run is 1 or 0.")
	}
	return false
}

func parseImport(q url.Values) (exchange.Import, error) {
	var bad plumbline.Problems
	in := exchange.Import{Format: q.Get("format"), Source: q.Get("source"), Process: plumbline.ProcessID(q.Get("process"))}
	for name := range q {
		if !strings.Contains(" format source process dry_run map ", " "+name+" ") {
			bad.Add(name, "%q is not a parameter here.", name)
		}
	}
	in.DryRun = dryRun(q, &bad)
	for _, m := range q["map"] {
		i := strings.LastIndexByte(m, '=')
		if i <= 0 {
			bad.Add("map", "map is header=field, not %q.", m)
			continue
		}
		if in.Map == nil {
			in.Map = map[string]string{}
		}
		in.Map[m[:i]] = m[i+1:]
	}
	return in, bad.Err()
}

// readFiles reads the files of a multipart form.
func readFiles(w http.ResponseWriter, r *http.Request, rc *http.ResponseController) ([]plumbline.ImportFile, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxImport)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, plumbline.FieldError("file", "Send the files as a multipart form, in parts named file.")
	}
	var files []plumbline.ImportFile
	for {
		_ = rc.SetReadDeadline(time.Now().Add(turn.Step))
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		var data []byte
		if err == nil {
			data, err = io.ReadAll(part)
		}
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			return nil, plumbline.FieldError("file", "The files have more than 64 MiB together. Split them, or import on the server itself with --data or --database.")
		case err != nil:
			return nil, plumbline.Errorf(plumbline.Invalid, "The files could not be read to their end.")
		case part.FormName() != "file":
			return nil, plumbline.FieldError(part.FormName(), "A part is named file, not %q.", part.FormName())
		}
		files = append(files, plumbline.ImportFile{Name: part.FileName(), Data: data})
	}
}
