package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/sources"
	"plumbline/internal/turn"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// evidencePages are those about the files that figures come from.
func (w *Web) evidencePages() map[string]page {
	return map[string]page{
		"GET /evidence":              w.evidenceFiles,
		"POST /evidence":             w.doSendEvidence,
		"GET /evidence/{id}":         w.evidenceFile,
		"POST /evidence/{id}":        w.doTakeEvidence,
		"GET /evidence/{id}/content": w.evidenceBytes,
	}
}

// evidenceView is the page of the files.
type evidenceView struct {
	Files       []plumbline.EvidenceFile
	Formats     []sources.Format
	First, Next string
	MayTake     bool
	Form        form
	Now         plumbline.Time
}

// sendsEvidence says whether a request is the form with a file that bears
// evidence: that is read as it comes, since it may be large.
func sendsEvidence(r *http.Request) bool {
	return r.URL.Path == "/evidence" && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

func (w *Web) evidenceFiles(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.evidencePage(rw, r, who, http.StatusOK, form{})
}

func (w *Web) evidencePage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	v := evidenceView{Formats: w.app.EvidenceFormats(), Form: f, Now: w.app.Now(), MayTake: rights.May(who, rights.TakeEvidence)}
	cursor := r.URL.Query().Get("cursor")
	files, next, err := w.app.EvidenceFiles(r.Context(), who, cursor)
	if err != nil {
		return err
	}
	v.Files = files
	if next != "" {
		v.Next = "/evidence?cursor=" + escape(next)
	}
	if cursor != "" {
		v.First = "/evidence"
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Evidence", Width: ui.Wide, Room: assets.Limits}, evidenceBody(v))
}

// doSendEvidence keeps a file and leads to what would become of it.
func (w *Web) doSendEvidence(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in, err := sentEvidence(r, http.NewResponseController(rw))
	var f plumbline.EvidenceFile
	if err == nil {
		f, err = w.app.SendEvidence(r.Context(), who, in)
	}
	switch {
	case err == nil:
		http.Redirect(rw, r, "/evidence/"+escape(f.ID), http.StatusSeeOther)
		return nil
	case plumbline.KindOf(err) == plumbline.Invalid:
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxSent)) // a browser listens once it has sent
		return w.evidencePage(rw, r, who, http.StatusUnprocessableEntity, refused(map[string][]string{"format": {in.Format}}, err))
	}
	return err
}

// sentEvidence reads the form until its file begins.
func sentEvidence(r *http.Request, rc *http.ResponseController) (in sources.Sent, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return in, plumbline.FieldError("file", "Choose a file.")
	}
	for {
		_ = rc.SetReadDeadline(time.Now().Add(time.Minute)) // not every connection has deadlines
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return in, plumbline.FieldError("file", "Choose a file.")
		case err != nil:
			return in, plumbline.FieldError("file", "The file could not be read. Send it again, or import it with plumbline import.")
		case part.FormName() == "format":
			b, _ := io.ReadAll(io.LimitReader(part, 100))
			in.Format = string(b)
		case part.FormName() == "file" && part.FileName() == "":
			return in, plumbline.FieldError("file", "Choose a file.")
		case part.FormName() == "file":
			in.Name, in.Body = strings.TrimSuffix(part.FileName(), ".gz"), turn.Body(part, rc)
			return in, nil
		}
	}
}

// evidenceFileView is the page of one file.
type evidenceFileView struct {
	File    plumbline.EvidenceFile
	Format  sources.Format
	Report  *plumbline.ImportReport // of a file that is not kept yet: what would become of it
	Lines   []sources.Line
	Line    int64
	MayTake bool
	Form    form
	Now     plumbline.Time
}

func (w *Web) evidenceFile(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.showEvidence(rw, r, who, http.StatusOK, nil)
}

func (w *Web) showEvidence(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, wrong error) error {
	v := evidenceFileView{Now: w.app.Now(), MayTake: rights.May(who, rights.TakeEvidence)}
	f, err := w.app.EvidenceFile(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	v.File, v.Report = f, f.Report
	for _, format := range w.app.EvidenceFormats() {
		if format.Name == f.Format {
			v.Format = format
		}
	}
	if v.Line, _ = strconv.ParseInt(r.URL.Query().Get("line"), 10, 64); v.Line > 0 {
		if v.Lines, err = w.app.EvidenceLines(r.Context(), who, f.ID, v.Line, 8); err != nil {
			return err
		}
	}
	if !f.Kept && wrong == nil {
		v.Report, wrong = w.lookAt(r, who, f.ID)
	}
	vals := map[string][]string{}
	for name, value := range f.Settings {
		vals[name] = []string{value}
	}
	if v.Form = newForm(vals); wrong != nil {
		if plumbline.KindOf(wrong) != plumbline.Invalid {
			return wrong
		}
		v.Form.err = wrong
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: f.Name, Width: ui.Wide, Room: assets.Limits}, evidenceFileBody(v))
}

// lookAt says what would become of a file's rows.
func (w *Web) lookAt(r *http.Request, who plumbline.Actor, id string) (*plumbline.ImportReport, error) {
	rep := plumbline.ImportReport{}
	count, err := w.app.TakeEvidence(r.Context(), who, id, true, func(rows []plumbline.RowReport) error {
		rep.Take(rows)
		return nil
	})
	if err != nil {
		return nil, err
	}
	rep.ImportCount = count
	return &rep, nil
}

// doTakeEvidence says what a file does not say itself, and takes it in when that
// is asked for.
func (w *Web) doTakeEvidence(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	f, err := w.app.EvidenceFile(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	settings := map[string]string{}
	for _, format := range w.app.EvidenceFormats() {
		for _, set := range format.Settings {
			if value := strings.TrimSpace(r.PostFormValue(set.Name)); format.Name == f.Format && value != "" {
				settings[set.Name] = value
			}
		}
	}
	err = w.app.SetEvidence(r.Context(), who, f.ID, settings)
	var count plumbline.ImportCount
	if err == nil && r.PostFormValue("do") == "import" {
		_ = http.NewResponseController(rw).SetWriteDeadline(time.Now().Add(30 * time.Minute)) // a large file takes its time
		count, err = w.app.TakeEvidence(r.Context(), who, f.ID, false, func([]plumbline.RowReport) error { return nil })
	}
	at := "/evidence/" + escape(f.ID)
	switch {
	case err != nil && plumbline.KindOf(err) == plumbline.Invalid:
		return w.showEvidence(rw, r, who, http.StatusUnprocessableEntity, err)
	case err != nil:
		return err
	case r.PostFormValue("do") != "import":
		http.Redirect(rw, r, at, http.StatusSeeOther)
		return nil
	}
	if _, err := w.app.EvidenceFile(r.Context(), who, f.ID); err != nil {
		at = "/evidence" // its bytes were private, and are gone
	}
	return w.done(rw, r, at, ui.Flash{Text: "Imported: " + counts(count) + "."})
}

// evidenceBytes is the file as it came.
func (w *Web) evidenceBytes(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	f, err := w.app.EvidenceFile(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	s := &sending{rw: rw, kind: "application/octet-stream", name: f.Name}
	return s.end(w, w.app.EvidenceBytes(r.Context(), who, f.ID, s))
}

// evidenceChoices are the formats as a person chooses them.
func evidenceChoices(formats []sources.Format) (out []ui.Choice) {
	for _, f := range formats {
		out = append(out, ui.Choice{Value: f.Name, Text: f.Name + ": " + f.Help})
	}
	return out
}

// evidenceAddress is where a reference to evidence leads; empty: it names no file.
func evidenceAddress(ref string) string {
	hash, line, ok := plumbline.ParseFileRef(ref)
	if !ok {
		return ""
	}
	if line == 0 {
		return "/evidence/" + hash
	}
	return "/evidence/" + hash + "?line=" + strconv.Itoa(line) + "#line"
}

// bytesText is a size for people.
func bytesText(n int64) string {
	switch {
	case n < 1<<10:
		return plural(int(n), "byte", "bytes")
	case n < 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<10), 'f', 1, 64) + " KiB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
}
