package web

import (
	"net/http"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// ask is the form for a new item.
func (w *Web) ask(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.askPage(rw, r, who, http.StatusOK, newForm(r.URL.Query()))
}

func (w *Web) askPage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	products, err := w.app.Products(r.Context(), who)
	if err != nil {
		return err
	}
	title, body := f.vals.Get("title"), f.vals.Get("body")
	likes, err := w.like(r, who, title, body, "")
	if err != nil {
		return err
	}
	v := askView{Similar: likes, Looked: title != "", Form: f, Products: products, Processes: w.app.Processes(), Who: who}
	v.Process = v.Processes[0]
	for _, p := range v.Processes {
		if string(p.ID) == f.vals.Get("process") {
			v.Process = p
		}
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Ask", Width: ui.Wide}, askBody(v))
}

func (w *Web) doAsk(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	vals := r.PostForm
	if vals.Get("look") != "" { // without script: look first, with what was typed
		return w.askPage(rw, r, who, http.StatusOK, newForm(vals))
	}
	it, err := w.app.File(r.Context(), who, app.FileInput{
		Process: plumbline.ProcessID(vals.Get("process")), Title: vals.Get("title"), Body: lines(vals.Get("body")),
		Class: plumbline.Class(vals.Get("class")), Visibility: plumbline.Visibility(vals.Get("visibility")),
		Product: plumbline.ProductRef(vals.Get("product")), OnBehalfOf: vals.Get("on_behalf_of"), Severity: vals.Get("severity"),
		Fields: fieldsOf(vals), Source: "form",
	})
	if err != nil && plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r) {
		return w.askPage(rw, r, who, http.StatusUnprocessableEntity, refused(vals, err))
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(it.Key), ui.Flash{Text: "Asked. You follow " + string(it.Key) + " and will see every step here."})
}

// asked is what the ask form of each kind of item shows, beside the title and
// the text: at once, and behind "If you know it".
var asked = map[plumbline.ItemKind]struct{ now, later []string }{
	plumbline.Request:  {nil, []string{"why", "workaround", "consequence", "nfr_category", "users_affected", "needed_by", "date_hardness"}},
	plumbline.Question: {[]string{"topic"}, nil},
	plumbline.Incident: {nil, []string{"impact_start", "users_affected", "lead"}},
	plumbline.Change:   {[]string{"change_class", "planned_start"}, []string{"steps", "rollback", "affects"}},
}

// askFields are the process's fields of these names, in this order.
func askFields(p app.ProcessView, names []string) []app.FieldDef {
	var out []app.FieldDef
	for _, name := range names {
		for _, d := range p.Fields {
			if d.Name == name {
				out = append(out, d)
			}
		}
	}
	return out
}

// askWords are the questions that a form puts, by kind of item.
func askWords(k plumbline.ItemKind) (title, body, hint string) {
	switch k {
	case plumbline.Question:
		return "What do you want to know? One question.", "What have you tried, and what for?", "Markdown works. Links to what you read already help."
	case plumbline.Incident:
		return "What does not work, and where?", "What do you see, since when?", "Markdown works. If people are hurt now, call whoever is on call first."
	case plumbline.Change:
		return "What changes, and where?", "Why, and what could go wrong?", "Markdown works."
	}
	return "The problem, not the solution: who cannot do what.", "What happens today, and what would be better", "Markdown works. Put links to tickets, dashboards and threads here."
}

// nextAfterAsking is what will happen, step by step.
func nextAfterAsking(k plumbline.ItemKind) [][2]string {
	switch k {
	case plumbline.Question:
		return [][2]string{{"You get a key", "Your question has its own page, which you follow."}, {"Somebody answers", "The answer stands there, with where it is written down."}, {"It stays findable", "Whoever asks next finds it."}}
	case plumbline.Incident:
		return [][2]string{{"It is declared", "Everybody sees that it is known. The clock for its severity runs."}, {"Somebody leads", "What is found and done is written on its page."}, {"It is reviewed", "Cause and lessons stay with it."}}
	case plumbline.Change:
		return [][2]string{{"It is planned", "With its steps and the way back."}, {"It is reviewed and approved", "As its class asks for."}, {"It is carried out", "What happened stands on its page."}}
	}
	return [][2]string{
		{"The product manager looks", "Is it ours to judge? You are told either way."}, {"It is validated", "Who needs it, why, and what is it worth? You may be asked."},
		{"It is decided", "You read the decision, the reason, and what would change it."}, {"A team takes it", "You see every step until it is done."},
	}
}
