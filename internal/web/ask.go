package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/likeness"
	"plumbline/internal/app/templates"
	"plumbline/internal/web/ui"
)

// askView is the page that asks: first what kind it is, then the form.
type askView struct {
	Form      form
	Kind      askKind // chosen; empty: nothing yet
	Process   app.ProcessView
	Template  *plumbline.Template // nil: nobody knows the class yet, or it has none
	Templates []templates.TemplateView
	Processes []app.ProcessView
	Products  []plumbline.Product
	Accounts  []app.AccountView
	Who       plumbline.Actor
	Similar   []likeness.Like // to what was typed
	Looked    bool            // for them
}

// askKind is a choice in plain words; it leads to classes, or to one form.
type askKind struct {
	name, title, help string
	icon              ui.IconName
	classes           []plumbline.Class
	href              string // when it leads to a form at once
}

// askKinds are the choices, in the order in which most people need them.
var askKinds = []askKind{
	{name: "need", title: "My team needs something", help: "You build on our infrastructure, and something is missing or in the way.", icon: ui.IconHandHelping,
		classes: []plumbline.Class{plumbline.ClassInternal, plumbline.ClassSecurity, plumbline.ClassDogfooding}},
	{name: "customer", title: "A customer needs something", help: "You speak for a customer, or for one to be.", icon: ui.IconHandshake, href: "/ask?class=" + string(plumbline.ClassCustomer)},
	{name: "question", title: "I have a question", help: "You want to know something, or need help. Answered within a working day.", icon: ui.IconMessageCircleQuestionMark, href: "/ask?process=question"},
	{name: "others", title: "Others have to do something", help: "Infrastructure needs another team, or customers, to change something.", icon: ui.IconMegaphone,
		classes: []plumbline.Class{plumbline.ClassAppChange, plumbline.ClassOutreach, plumbline.ClassCost}},
}

// ask is the form for a new item, or the choice that leads to it.
func (w *Web) ask(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.askPage(rw, r, who, http.StatusOK, newForm(r.URL.Query()))
}

func (w *Web) askPage(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, f form) error {
	v := askView{Form: f, Processes: w.app.Processes(), Who: who}
	var err error
	if v.Templates, err = w.app.Templates(r.Context(), who); err != nil {
		return err
	}
	p := ui.Page{Title: "Ask", Width: ui.Wide}
	if v.choose(); !v.ready() && !f.failed() {
		return w.showAs(rw, r, who, status, p, askChoice(v))
	}
	title := f.vals.Get("title")
	if v.Similar, err = w.like(r, who, title, f.vals.Get("body"), ""); err != nil {
		return err
	}
	v.Looked = title != ""
	if v.Products, err = w.app.Products(r.Context(), who); err != nil {
		return err
	}
	if v.Accounts, err = w.app.Accounts(r.Context(), who); err != nil {
		return err
	}
	return w.showAs(rw, r, who, status, p, askBody(v))
}

// choose reads from the address what was chosen already.
func (v *askView) choose() {
	vals := v.Form.vals
	v.Process = v.Processes[0]
	for _, p := range v.Processes {
		if string(p.ID) == vals.Get("process") {
			v.Process = p
		}
	}
	class := vals.Get("class")
	if v.Process.Kind == plumbline.Question {
		class = plumbline.QuestionTemplate
	}
	if i := slices.IndexFunc(v.Templates, func(t templates.TemplateView) bool { return t.Class == class }); i >= 0 && (v.Process.Kind == plumbline.Request || v.Process.Kind == plumbline.Question) {
		v.Template = &v.Templates[i].Template
	}
	for _, k := range askKinds {
		if k.name == vals.Get("kind") {
			v.Kind = k
		}
	}
}

// ready says that enough was chosen for a form.
func (v askView) ready() bool { return v.Template != nil || v.Form.vals.Has("process") }

// title is what the form is called.
func (v askView) title() string {
	if v.Template != nil {
		return v.Template.Title
	}
	return v.Process.Name
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
		Fields: fieldsOf(vals), Links: linksOf(vals), Source: "form",
	})
	if err != nil && plumbline.KindOf(err) == plumbline.Invalid && !wantsJSON(r) {
		return w.askPage(rw, r, who, http.StatusUnprocessableEntity, refused(vals, err))
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, itemAddress(it.Key), ui.Flash{Text: "Asked. You follow " + string(it.Key) + " and will see every step here."})
}

// linksOf takes the links out of a form that was sent: one address a line, each
// after its name if it has one.
func linksOf(vals url.Values) []app.AttachmentInput {
	var out []app.AttachmentInput
	for line := range strings.Lines(lines(vals.Get("links"))) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, address := "", line
		if i := strings.LastIndexAny(line, " \t"); i >= 0 {
			name, address = strings.TrimRight(line[:i], " \t:"), line[i+1:]
		}
		out = append(out, app.AttachmentInput{Name: name, URL: address})
	}
	return out
}

// fieldGroup is a heading of a form with its fields.
type fieldGroup struct {
	Name   string
	Fields []plumbline.TemplateField
}

// first are the fields that a decision needs: they are asked for at once. rest
// are the others, by their groups.
func (v askView) first() []plumbline.TemplateField {
	var out []plumbline.TemplateField
	for _, f := range v.Template.Fields {
		if f.Required || f.Decide {
			out = append(out, f)
		}
	}
	return out
}

func (v askView) rest() []fieldGroup {
	var out []fieldGroup
	for _, f := range v.Template.Fields {
		if f.Required || f.Decide {
			continue
		}
		name := cmp.Or(f.Group, "Details")
		i := slices.IndexFunc(out, func(g fieldGroup) bool { return g.Name == name })
		if i < 0 {
			out, i = append(out, fieldGroup{Name: name}), len(out)
		}
		out[i].Fields = append(out[i].Fields, f)
	}
	return out
}

// templateField is the input for a field of a template.
func (v askView) templateField(tf plumbline.TemplateField) ui.Field {
	out := ui.Field{Name: ofProcess + tf.ID, Label: tf.Label, Hint: tf.Hint, Required: tf.Required}
	if tf.Decide && !tf.Required {
		out.Hint = strings.TrimSpace(out.Hint + " Needed before it is decided.")
	}
	if tf.Private {
		out.Hint = strings.TrimSpace(out.Hint + " Only cleared people read it.")
	}
	switch tf.Type {
	case plumbline.TextareaField:
		out.Rows = 3
	case plumbline.NumberField:
		out.Mode, out.Narrow = "decimal", true
	case plumbline.MoneyField:
		out.Narrow, out.Place = true, "120000 EUR"
	case plumbline.DateField:
		out.Type, out.Narrow = "date", true
	case plumbline.LinkField:
		out.Type = "url"
	case plumbline.YesNoField:
		out.Choices = []ui.Choice{{Text: "Not known"}, {Value: "yes", Text: "Yes"}, {Value: "no", Text: "No"}}
	case plumbline.ChoiceField:
		out.Choices = choicesOf(tf)
	case plumbline.ChoicesField:
		out.Choices, out.Many = choicesOf(tf)[1:], true
	}
	if tf.ID == "account" && len(v.Accounts) > 0 {
		out.Choices = accountChoices(v.Accounts)
		out.Hint = "Only cleared people read it."
	}
	return v.Form.f(out)
}

func choicesOf(tf plumbline.TemplateField) []ui.Choice {
	out := []ui.Choice{{Text: "Choose"}}
	if !tf.Required {
		out[0].Text = "Not known"
	}
	for _, c := range tf.Choices {
		out = append(out, ui.Choice{Value: c.Value, Text: choiceText(c.Value, c.Label), Hint: c.Help})
	}
	return out
}

// guided says that a field is better shown as boxes: its choices come with
// guidance, and are few.
func guided(f ui.Field) bool {
	if f.Many || len(f.Choices) == 0 || len(f.Choices) > 6 {
		return false
	}
	return slices.ContainsFunc(f.Choices, func(c ui.Choice) bool { return c.Hint != "" })
}

// asked is what the ask form shows for kinds of item that have no template,
// beside the title and the text: at once, and behind "If you know it".
var asked = map[plumbline.ItemKind]struct{ now, later []string }{
	plumbline.Request:  {nil, []string{"why", "workaround", "consequence", "nfr_category", "users_affected", "needed_by", "date_hardness"}},
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

// askWords are the questions that a form puts, by kind of item and template.
func askWords(v askView) (title, body, hint string) {
	switch v.Process.Kind {
	case plumbline.Question:
		title, body, hint = "What do you want to know? One question.", "What have you tried, and what for?", "Markdown works. Links to what you read already help."
	case plumbline.Incident:
		return "What does not work, and where?", "What do you see, since when?", "Markdown works. If people are hurt now, call whoever is on call first."
	case plumbline.Change:
		return "What changes, and where?", "Why, and what could go wrong?", "Markdown works."
	default:
		title, body, hint = "The problem, not the solution: who cannot do what.", "What happens today, and what would be better", "Markdown works. No customer names, no amounts."
	}
	if v.Template != nil {
		title, body = cmp.Or(v.Template.Prompt, title), cmp.Or(v.Template.Text, body)
	}
	return title, body, hint
}

// nextAfterAsking is what will happen, step by step.
func nextAfterAsking(k plumbline.ItemKind) [][2]string {
	switch k {
	case plumbline.Question:
		return [][2]string{{"You get a key", "Your question has its own page, which you follow."}, {"Somebody answers", "Within one working day. The answer stands there, with where it is written down."}, {"It stays findable", "Whoever asks next finds it. If it takes work, a request is made of it."}}
	case plumbline.Incident:
		return [][2]string{{"It is declared", "Everybody sees that it is known. The clock for its severity runs."}, {"Somebody leads", "What is found and done is written on its page."}, {"It is reviewed", "Cause and lessons stay with it."}}
	case plumbline.Change:
		return [][2]string{{"It is planned", "With its steps and the way back."}, {"It is reviewed and approved", "As its class asks for."}, {"It is carried out", "What happened stands on its page."}}
	}
	return [][2]string{
		{"The product manager looks", "Is it ours to judge? You are told either way; what is not ours goes to those who own it, and you see where."}, {"It is validated", "Who needs it, why, and what is it worth? You may be asked."},
		{"It is decided", "You read the decision, the reason, and what would change it."}, {"A team takes it", "You see every step until it is done."},
	}
}

func kindHref(k askKind) string {
	return cmp.Or(k.href, "/ask?kind="+k.name)
}

// ofKind are the templates of the classes of the kind that was chosen.
func ofKind(v askView) []plumbline.Template {
	var out []plumbline.Template
	for _, c := range v.Kind.classes {
		for _, t := range v.Templates {
			if t.Class == string(c) {
				out = append(out, t.Template)
			}
		}
	}
	return out
}

func classIcon(class string) ui.IconName {
	icons := map[string]ui.IconName{
		"internal-team": ui.IconUsers, "security-compliance": ui.IconShieldCheck, "dogfooding": ui.IconTarget, "customer-operational": ui.IconHandshake,
		"app-change": ui.IconWrench, "customer-outreach": ui.IconMegaphone, "cost-efficiency": ui.IconBanknote, "question": ui.IconMessageCircleQuestionMark,
	}
	return icons[class]
}

func askTitle(v askView) string {
	if v.Template == nil && v.Process.Kind == plumbline.Request {
		return "Ask infrastructure"
	}
	return v.title()
}

func askLede(v askView) string {
	if v.Template != nil && v.Template.Help != "" {
		return v.Template.Help
	}
	return "Two minutes. The first line is enough; everything else can be added later, by you or by others."
}

// boxes is a field of few choices as radio buttons; the choice of nothing is
// left out, since leaving all of them open says the same.
func boxes(f ui.Field) ui.Field {
	if f.Value == "" && len(f.Choices) > 0 && f.Choices[0].Value == "" {
		f.Choices = f.Choices[1:]
	}
	return f
}
