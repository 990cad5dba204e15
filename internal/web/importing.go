package web

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/exchange"
	"plumbline/internal/web/ui"
)

// importView is the tab where files come in and go out.
type importView struct {
	Upload  *exchange.Upload // nil: none was sent yet
	Preview exchange.Preview
	Report  *plumbline.ImportReport
	Err     error // of the preview
}

// formatWords are the formats as a person chooses them.
var formatWords = []ui.Choice{
	{Value: "csv", Text: "CSV: a table, or what was exported here"}, {Value: "github", Text: "GitHub issues"}, {Value: "gitlab", Text: "GitLab issues"},
	{Value: "fider", Text: "Fider posts"}, {Value: "canny", Text: "Canny posts"}, {Value: "plumbline", Text: "Another Plumbline (JSON)"},
}

// maxSent is the most that the form with a file may send.
const maxSent = exchange.MaxUpload + 64<<10

// sends says whether a request is the form with a file.
func sends(r *http.Request) bool {
	return r.URL.Path == "/settings/import" && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// doUpload keeps the file and leads to its preview.
func (w *Web) doUpload(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	in := exchange.Import{Files: make([]plumbline.ImportFile, 1)}
	err := r.ParseMultipartForm(maxSent)
	if err == nil {
		in.Format, in.Source, in.Process = r.FormValue("format"), strings.TrimSpace(r.FormValue("source")), plumbline.ProcessID(r.FormValue("process"))
		if file, head, ferr := r.FormFile("file"); ferr == nil {
			defer file.Close()
			in.Files[0].Name = head.Filename
			in.Files[0].Data, err = io.ReadAll(file)
		}
	}
	if err != nil {
		err = plumbline.FieldError("file", "The file could not be read. One of at most %d MiB goes by this page; use \"plumbline import\" for a larger one.", exchange.MaxUpload>>20)
	}
	id := ""
	if err == nil {
		id, err = w.app.KeepUpload(r.Context(), who, "", in)
	}
	switch {
	case err == nil:
		http.Redirect(rw, r, "/settings/import/"+escape(id), http.StatusSeeOther)
		return nil
	case plumbline.KindOf(err) == plumbline.Invalid:
		return w.settingsPage(rw, r, who, http.StatusUnprocessableEntity, "import", refused(r.PostForm, err), "")
	}
	return err
}

// upload shows what would become of a file, or what became of it.
func (w *Web) upload(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	u, err := w.app.Upload(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	return w.showUpload(rw, r, who, http.StatusOK, u)
}

func (w *Web) showUpload(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, u exchange.Upload) error {
	v := settingsView{Now: w.app.Now(), Who: who, BaseURL: w.app.BaseURL(), Processes: w.app.Processes()}
	if err := v.open("import"); err != nil {
		return err
	}
	v.Import = importView{Upload: &u, Report: u.Done}
	if u.Done == nil {
		if err := w.preview(r, who, &v.Import); err != nil {
			return err
		}
	}
	if v.Import.Err != nil {
		status = http.StatusUnprocessableEntity
	}
	v.Form = newForm(map[string][]string{"source": {u.Import.Source}, "process": {string(u.Import.Process)}})
	v.Form.err = plainly(v.Import.Err)
	return w.showAs(rw, r, who, status, ui.Page{Title: "Import", Width: ui.Wide}, settingsBody(v))
}

// plainly is an error about a file's columns, which are no inputs of the form to
// lead to.
func plainly(err error) error {
	fields := plumbline.FieldsOf(err)
	if len(fields) == 0 {
		return err
	}
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		texts = append(texts, fields[name])
	}
	return plumbline.Errorf(plumbline.Invalid, "%s", strings.Join(texts, " "))
}

// preview looks at the file; that it cannot be read is shown, and is no error.
func (w *Web) preview(r *http.Request, who plumbline.Actor, v *importView) (err error) {
	if v.Upload.Import.Format == "csv" {
		v.Preview, v.Err = w.app.ImportColumns(v.Upload.Import)
	}
	if v.Err == nil {
		var rep plumbline.ImportReport
		if rep, v.Err = w.app.ImportUpload(r.Context(), who, *v.Upload, true); v.Err == nil {
			v.Report = &rep
		}
	}
	if v.Err != nil && plumbline.KindOf(v.Err) != plumbline.Invalid {
		return v.Err
	}
	return nil
}

// doImport changes how the file is read, and imports it when that is asked for.
func (w *Web) doImport(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	u, err := w.app.Upload(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	at := "/settings/import/" + escape(u.ID)
	if u.Done != nil { // sent twice: it is done
		http.Redirect(rw, r, at, http.StatusSeeOther)
		return nil
	}
	u.Import.Source, u.Import.Process = strings.TrimSpace(r.PostFormValue("source")), plumbline.ProcessID(r.PostFormValue("process"))
	u.Import.Map = nil
	for i := 0; r.PostForm.Has("column." + strconv.Itoa(i)); i++ {
		if u.Import.Map == nil {
			u.Import.Map = map[string]string{}
		}
		u.Import.Map[r.PostFormValue("column."+strconv.Itoa(i))] = r.PostFormValue("field." + strconv.Itoa(i))
	}
	if _, err := w.app.KeepUpload(r.Context(), who, u.ID, u.Import); err != nil {
		return err
	}
	if r.PostFormValue("do") != "import" {
		http.Redirect(rw, r, at, http.StatusSeeOther)
		return nil
	}
	_ = http.NewResponseController(rw).SetWriteDeadline(time.Now().Add(30 * time.Minute)) // a large file takes its time
	rep, err := w.app.ImportUpload(r.Context(), who, u, false)
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil {
		return w.showUpload(rw, r, who, http.StatusUnprocessableEntity, u)
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, at, ui.Flash{Text: "Imported: " + counts(rep.ImportCount) + "."})
}

// counts says how many rows became what.
func counts(c plumbline.ImportCount) string {
	return strconv.Itoa(c.New) + " new, " + strconv.Itoa(c.Changed) + " changed, " + strconv.Itoa(c.Same) + " the same, " + strconv.Itoa(c.Skipped) + " skipped"
}

// rowLook is how what became of a row is drawn.
func rowLook(o plumbline.RowOutcome) (ui.Tone, ui.IconName) {
	switch o {
	case plumbline.RowNew:
		return ui.OK, ui.IconPlus
	case plumbline.RowChanged:
		return ui.Info, ui.IconPencil
	case plumbline.RowSkipped:
		return ui.Warn, ui.IconCircleSlash
	}
	return ui.Neutral, ui.IconCheck
}

// fieldChoices are what a column can be taken for.
func fieldChoices(fields []string) []ui.Choice {
	out := []ui.Choice{{Value: "", Text: "Leave it out"}}
	for _, f := range fields {
		text := capital(strings.ReplaceAll(strings.TrimPrefix(f, "field."), "_", " "))
		switch {
		case f == "id":
			text = "Id in the source"
		case f == "answer":
			text = "Answer (a comment)"
		case strings.HasPrefix(f, "field."):
			text = "Field: " + text
		}
		out = append(out, ui.Choice{Value: f, Text: text})
	}
	return out
}

func processChoices(v settingsView) []ui.Choice {
	var out []ui.Choice
	for _, p := range v.Processes {
		out = append(out, ui.Choice{Value: string(p.ID), Text: p.Name})
	}
	return out
}
