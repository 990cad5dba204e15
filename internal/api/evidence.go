package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app/sources"
	"plumbline/internal/turn"
)

// evidencePath takes files and not JSON; enter lets their bytes pass.
const evidencePath = prefix + "/evidence/"

// evidenceFormat is a format as the API lists it.
type evidenceFormat struct {
	Name     string            `json:"name"`
	Help     string            `json:"help"`
	Settings []evidenceSetting `json:"settings"`
}

type evidenceSetting struct {
	Name     string `json:"name"`
	Help     string `json:"help"`
	Required bool   `json:"required,omitempty"`
}

type filePage struct {
	Files []plumbline.EvidenceFile `json:"files"`
	Next  string                   `json:"next,omitempty"`
}

func (s *server) routeEvidence() {
	s.mux.HandleFunc("POST "+evidencePath+"{format}", s.takeEvidence)
	s.mux.HandleFunc("GET "+prefix+"/files/{id}/content", s.evidenceBytes)
	text := &huma.Schema{Type: huma.TypeString}
	one := func(kind string) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{kind: {Schema: text}}
	}
	path := func(name, says string) *huma.Param {
		return &huma.Param{Name: name, In: "path", Required: true, Description: says, Schema: text}
	}
	for _, op := range []*huma.Operation{
		{OperationID: "importEvidence", Method: http.MethodPost, Path: evidencePath + "{format}", Tags: []string{"evidence"}, Summary: "Take in a file that bears evidence",
			Description: "The body is the file; it may be packed by gzip. The settings of its format are parameters: `listEvidenceFormats` has them. The answer is one JSON object a line: `{\"rows\": […]}` as they are done, then `{\"count\": …}`, or `{\"problem\": …}` where it stopped. Doing it again changes nothing.",
			Parameters: []*huma.Param{path("format", "The format of the file."), queryParam("name", "The file's name.", text),
				queryParam("dry_run", "1: only say what would become of the rows.", text)},
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}},
			Responses:   map[string]*huma.Response{"200": {Description: "OK", Content: one("application/x-ndjson")}, "default": s.problemResponse()}},
		{OperationID: "getFileContent", Method: http.MethodGet, Path: prefix + "/files/{id}/content", Tags: []string{"evidence"}, Summary: "A file as it came, unpacked",
			Parameters: []*huma.Param{path("id", "The file's id.")},
			Responses:  map[string]*huma.Response{"200": {Description: "OK", Content: one("application/octet-stream")}, "default": s.problemResponse()}},
	} {
		s.openapi.AddOperation(op)
	}
	add(s, route{method: http.MethodGet, path: "/evidence-formats", id: "listEvidenceFormats", tag: "evidence", says: "The formats of files that bear evidence"}, s.evidenceFormats)
	add(s, route{method: http.MethodGet, path: "/files", id: "listFiles", tag: "evidence", says: "Files that were taken in, the latest first"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Cursor string `query:"cursor" doc:"The next of the page before."`
		}) (*body[filePage], error) {
			files, next, err := s.app.EvidenceFiles(ctx, who, in.Cursor)
			if files == nil {
				files = []plumbline.EvidenceFile{}
			}
			return wrap(filePage{files, next}, err)
		})
	add(s, route{method: http.MethodGet, path: "/files/{id}", id: "getFile", tag: "evidence", says: "A file, with what became of its rows",
		more: "The id may be the beginning of the file's hash, twelve digits or more, as references to evidence have it."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			ID string `path:"id"`
		}) (*body[plumbline.EvidenceFile], error) {
			return wrap(s.app.EvidenceFile(ctx, who, in.ID))
		})
	add(s, route{method: http.MethodGet, path: "/files/{id}/lines", id: "getFileLines", tag: "evidence", says: "A line of a file, with some around it"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			ID     string `path:"id"`
			Line   int64  `query:"line" minimum:"1" default:"1" doc:"From 1."`
			Around int64  `query:"around" minimum:"0" maximum:"50" default:"5" doc:"How many lines before and after it."`
		}) (*body[fileLines], error) {
			lines, err := s.app.EvidenceLines(ctx, who, in.ID, in.Line, in.Around)
			return wrap(fileLines{lines}, err)
		})
}

type fileLines struct {
	Lines []sources.Line `json:"lines"`
}

type formatList struct {
	Formats []evidenceFormat `json:"formats"`
}

func (s *server) evidenceFormats(context.Context, plumbline.Actor, *struct{}) (*body[formatList], error) {
	out := formatList{Formats: []evidenceFormat{}}
	for _, f := range s.app.EvidenceFormats() {
		one := evidenceFormat{Name: f.Name, Help: f.Help, Settings: []evidenceSetting{}}
		for _, set := range f.Settings {
			one.Settings = append(one.Settings, evidenceSetting(set))
		}
		out.Formats = append(out.Formats, one)
	}
	return wrap(out, nil)
}

// takeEvidence reads the body as it comes: a bill may have a gigabyte.
func (s *server) takeEvidence(w http.ResponseWriter, r *http.Request) {
	s.takingIn(w, r, func(t *transfer, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
		ctx, q, in := r.Context(), r.URL.Query(), sources.Sent{Format: r.PathValue("format"), Settings: map[string]string{}, Body: turn.Body(r.Body, t.rc)}
		var bad plumbline.Problems
		dry := dryRun(q, &bad)
		if err := bad.Err(); err != nil {
			return plumbline.ImportCount{}, err
		}
		for name, v := range q {
			switch name {
			case "name":
				in.Name = strings.Join(v, " ")
			case "dry_run":
			default:
				in.Settings[name] = strings.Join(v, " ")
			}
		}
		who := callOf(ctx).who
		if dry {
			return s.app.LookAtEvidence(ctx, who, in, tell)
		}
		f, err := s.app.SendEvidence(ctx, who, in)
		if err != nil {
			return plumbline.ImportCount{}, err
		}
		return s.app.TakeEvidence(ctx, who, f.ID, false, tell)
	})
}

func (s *server) evidenceBytes(w http.ResponseWriter, r *http.Request) {
	t := &transfer{w: w, rc: http.NewResponseController(w), kind: "application/octet-stream", name: "evidence"}
	who := callOf(r.Context()).who
	f, err := s.app.EvidenceFile(r.Context(), who, r.PathValue("id"))
	if err == nil {
		t.name = f.Name
		err = s.app.EvidenceBytes(r.Context(), who, f.ID, t)
	}
	t.end(s, r, err)
}
