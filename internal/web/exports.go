package web

import (
	"mime"
	"net/http"
	"net/url"
	"time"

	"plumbline/internal/app/reading"

	"plumbline"
)

// sending is a file on its way to a browser: its head is sent with its first
// bytes, so that what goes wrong before them is still told by a page.
type sending struct {
	rw         http.ResponseWriter
	kind, name string
	begun      bool
}

// Write implements io.Writer.
func (s *sending) Write(b []byte) (int, error) {
	if !s.begun {
		s.begun = true
		h := s.rw.Header()
		h.Set("Content-Type", s.kind)
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": s.name}))
	}
	_ = http.NewResponseController(s.rw).SetWriteDeadline(time.Now().Add(time.Minute))
	return s.rw.Write(b)
}

// end breaks the connection when a file fails half-way, so that nobody takes it
// for whole.
func (s *sending) end(w *Web, err error) error {
	if err == nil || !s.begun {
		return err
	}
	if !canceled(err) {
		w.opt.Log.Error("export broke off", "file", s.name, "err", err)
	}
	panic(http.ErrAbortHandler)
}

// export sends what a list shows as a file.
func (w *Web) export(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	f, err := plumbline.ParseFilter(r.URL.Query())
	if err != nil {
		return err
	}
	format := r.PathValue("format")
	s := &sending{rw: rw, kind: "text/csv; charset=utf-8", name: "plumbline-items.csv"}
	if format == "json" {
		s.kind, s.name = "application/x-ndjson", "plumbline-items.jsonl"
	}
	return s.end(w, w.app.Export(r.Context(), who, f, format, s))
}

// exportAddress is where a list's items are as a file.
func exportAddress(format string, f plumbline.Filter) string {
	f.Sort, f.Limit, f.Cursor = "", 0, ""
	return "/export/" + format + query(f)
}

// exportLog sends what the audit log shows as a file.
func (w *Web) exportLog(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	q, err := reading.ParseAudit(given(r.URL.Query()))
	if err != nil {
		return err
	}
	s := &sending{rw: rw, kind: "text/csv; charset=utf-8", name: "plumbline-audit.csv"}
	return s.end(w, w.app.ExportAudit(r.Context(), who, q, s))
}

// given is a query without the names that a form sent empty.
func given(q url.Values) url.Values {
	out := url.Values{}
	for name, v := range q {
		if len(v) > 0 && v[0] != "" {
			out[name] = v
		}
	}
	return out
}
