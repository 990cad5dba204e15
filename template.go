package plumbline

import (
	"fmt"
	"math"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// QuestionTemplate is the class of the template for general questions, which
// are no requests and have no [Class].
const QuestionTemplate = "question"

// The types of a template's field. Every value is text: a date is 2026-12-31,
// a money "120000 EUR", a yes/no "yes" or "no", and several choices are
// separated by ", ".
const (
	TextField     = "text"
	TextareaField = "textarea"
	NumberField   = "number"
	MoneyField    = "money"
	DateField     = "date"
	ChoiceField   = "choice"
	ChoicesField  = "multi-choice"
	LinkField     = "link"
	YesNoField    = "yes/no"
)

// TemplateTypes lists the types of field.
var TemplateTypes = [...]string{TextField, TextareaField, NumberField, MoneyField, DateField, ChoiceField, ChoicesField, LinkField, YesNoField}

// Template says what a request of one class, or a question, is asked with. It
// is data: product managers change it.
type Template struct {
	Class   string          `json:"class"` // a [Class], or [QuestionTemplate]
	Title   string          `json:"title"`
	Help    string          `json:"help,omitempty"`   // one sentence: what this class is for
	Prompt  string          `json:"prompt,omitempty"` // what to write as the title
	Text    string          `json:"text,omitempty"`   // what to write as the text
	Fields  []TemplateField `json:"fields,omitempty"`
	Needs   []TemplateNeed  `json:"needs,omitempty"`     // categories of operational need, with guidance
	Checks  []string        `json:"checklist,omitempty"` // what a good one says
	Version int64           `json:"version"`             // 0: as it came with the product
}

// TemplateField is one input of a template. The values of private fields go to
// the demand, where they leave the house for nobody; all others to Item.Fields.
type TemplateField struct {
	ID       string           `json:"id"`
	Label    string           `json:"label"`
	Hint     string           `json:"hint,omitempty"`
	Type     string           `json:"type"`
	Group    string           `json:"group,omitempty"`    // the heading under which a form shows it
	Required bool             `json:"required,omitempty"` // nothing is filed without it
	Decide   bool             `json:"required_to_decide,omitempty"`
	Private  bool             `json:"private,omitempty"`
	Choices  []TemplateChoice `json:"choices,omitempty"`
}

// TemplateChoice is one value of a choice, with guidance on when to take it.
type TemplateChoice struct {
	Value string `json:"value"`
	Label string `json:"label,omitempty"`
	Help  string `json:"help,omitempty"`
}

// TemplateNeed is a category of operational need.
type TemplateNeed struct {
	Category string `json:"category"` // the value in Item.Fields["nfr_category"]
	Label    string `json:"label,omitempty"`
	Example  string `json:"example,omitempty"`
	Guidance string `json:"guidance,omitempty"`
}

// The ids of fields that are columns of a [Demand]. In a template they are
// private but for points, strength and users, which do not tell who it is.
var demandFields = [...]string{"account", "team", "strength", "points", "users", "worth", "seats", "stage", "probability", "close", "note"}

// OfDemand says whether the field's value goes to the demand.
func (f TemplateField) OfDemand() bool { return f.Private || slices.Contains(demandFields[:], f.ID) }

// IsDemandColumn says whether the id is a column of [Demand].
func IsDemandColumn(id string) bool { return slices.Contains(demandFields[:], id) }

// mustHide are the demand's columns that would give a customer away.
var mustHide = [...]string{"account", "worth", "seats", "stage", "probability", "close", "note"}

// Field finds a field.
func (t Template) Field(id string) (TemplateField, bool) {
	for _, f := range t.Fields {
		if f.ID == id {
			return f, true
		}
	}
	return TemplateField{}, false
}

// Check says everything that is wrong with the values, and, when filing, which
// required ones are missing. Values of ids that the template does not have are
// left to others.
func (t Template) Check(values map[string]string, filing bool) error {
	var bad Problems
	for _, f := range t.Fields {
		v := strings.TrimSpace(values[f.ID])
		if v == "" {
			if filing && f.Required {
				bad.Add(f.ID, "%s is needed: without it nobody can judge this.", f.Label)
			}
			continue
		}
		bad.Merge(f.Check(v))
	}
	return bad.Err()
}

// Lacking are the fields that a decision needs and that have says are empty.
func (t Template) Lacking(have func(id string) bool) []TemplateField {
	var out []TemplateField
	for _, f := range t.Fields {
		if (f.Required || f.Decide) && !have(f.ID) {
			out = append(out, f)
		}
	}
	return out
}

// Check says what is wrong with a value, for the person; nil when nothing is.
func (f TemplateField) Check(value string) error {
	v := strings.TrimSpace(value)
	limit := 2_000
	if f.Type == TextareaField {
		limit = MaxNote
	}
	var bad Problems
	checkText(&bad, f.ID, value, 0, limit)
	if err := bad.Err(); err != nil || v == "" {
		return err
	}
	if f.Type != TextareaField && strings.ContainsAny(v, "\r\n") {
		return FieldError(f.ID, "%s is one line.", f.Label)
	}
	switch f.Type {
	case NumberField:
		return f.checkNumber(v)
	case MoneyField:
		_, err := ParseMoney(v)
		if err != nil {
			return FieldError(f.ID, "%s: %s", f.Label, TextOf(err))
		}
	case DateField:
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return FieldError(f.ID, "%s is a date, written as 2026-12-25, not %q.", f.Label, v)
		}
	case LinkField:
		if !WebAddress(v) {
			return FieldError(f.ID, "%s is a web address, beginning with https://, not %q.", f.Label, v)
		}
	case ChoiceField, ChoicesField, YesNoField:
		return f.checkChoice(v)
	}
	return nil
}

func (f TemplateField) checkNumber(v string) error {
	n, err := strconv.ParseFloat(v, 64)
	switch {
	case err != nil || math.IsNaN(n) || math.IsInf(n, 0):
		return FieldError(f.ID, "%s is a number, not %q.", f.Label, v)
	case n < 0:
		return FieldError(f.ID, "%s cannot be negative.", f.Label)
	case f.ID == "probability" && n > 100:
		return FieldError(f.ID, "%s is between 0 and 100, not %s.", f.Label, v)
	case (f.ID == "users" || f.ID == "seats") && n != math.Trunc(n):
		return FieldError(f.ID, "%s is a whole number, not %s.", f.Label, v)
	}
	return nil
}

func (f TemplateField) checkChoice(v string) error {
	values := f.Values()
	given := []string{v}
	if f.Type == ChoicesField {
		given = SplitChoices(v)
	}
	for _, g := range given {
		if !slices.Contains(values, g) {
			return FieldError(f.ID, "%s is one of %s, not %q.", f.Label, strings.Join(values, ", "), g)
		}
	}
	return nil
}

// Values are the values that may be chosen.
func (f TemplateField) Values() []string {
	if f.Type == YesNoField {
		return []string{"yes", "no"}
	}
	out := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		out[i] = c.Value
	}
	return out
}

// SplitChoices takes the value of a field of several choices apart.
func SplitChoices(v string) []string {
	var out []string
	for p := range strings.SplitSeq(v, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// WebAddress says whether s is an address that a browser opens, with http or
// https.
func WebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && len(s) <= 2_000 && !strings.ContainsAny(s, " \t\r\n")
}

// ParseMoney reads "120000 EUR" or "1_200_000.50 usd" exactly; empty is unknown.
func ParseMoney(s string) (Money, error) {
	text := strings.TrimSpace(s)
	if text == "" {
		return Money{}, nil
	}
	cut := strings.LastIndexAny(text, "0123456789.") + 1
	currency := strings.ToUpper(strings.TrimSpace(text[cut:]))
	amount := strings.NewReplacer(" ", "", "_", "", "\u00a0", "").Replace(text[:cut])
	r, ok := new(big.Rat).SetString(amount)
	if !ok || strings.ContainsAny(amount, "/eExX,") {
		return Money{}, Errorf(Invalid, "%q is not an amount; write it like 120000 EUR or 120000.50 EUR.", s)
	}
	r.Mul(r, big.NewRat(1_000_000, 1))
	if !r.IsInt() || !r.Num().IsInt64() || r.Sign() < 0 {
		return Money{}, Errorf(Invalid, "%q is not an amount we can keep: at most six decimals, not negative, below nine trillion.", s)
	}
	if !isCurrency(currency) {
		return Money{}, FieldError("currency", "Say the currency as its three-letter code, for example 120000 EUR.")
	}
	return Money{Micros: r.Num().Int64(), Currency: currency}, nil
}

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Validate checks what a template must have. The error has a problem for each
// field, named "fields[2].type" and so on.
func (t Template) Validate() error {
	var bad Problems
	if t.Class != QuestionTemplate && (t.Class == "" || !Class(t.Class).Valid()) {
		bad.Add("class", "%q is neither a class of request nor question.", t.Class)
	}
	checkText(&bad, "title", t.Title, 1, 120)
	checkText(&bad, "help", t.Help, 0, 500)
	if len(t.Fields) > 60 {
		bad.Add("fields", "A template has at most 60 fields, not %d.", len(t.Fields))
	}
	seen := map[string]bool{}
	for i, f := range t.Fields {
		at := fmt.Sprintf("fields[%d]", i)
		if seen[f.ID] {
			bad.Add(at+".id", "There are two fields called %s.", f.ID)
		}
		seen[f.ID] = true
		f.validate(&bad, at)
	}
	if t.Class == QuestionTemplate && slices.ContainsFunc(t.Fields, TemplateField.OfDemand) {
		bad.Add("fields", "A question has no demand, so it cannot have private fields. Take them away.")
	}
	for i, n := range t.Needs {
		if strings.TrimSpace(n.Category) == "" {
			bad.Add(fmt.Sprintf("needs[%d].category", i), "A category of need has a name.")
		}
	}
	return bad.Err()
}

func (f TemplateField) validate(bad *Problems, at string) {
	if !validFieldID(f.ID) {
		bad.Add(at+".id", "A field's id is 1 to 60 lower-case letters, digits or underscores, beginning with a letter, not %q.", f.ID)
	}
	if slices.Contains(ownColumns[:], f.ID) {
		bad.Add(at+".id", "Every form has %s already; choose another id.", f.ID)
	}
	checkText(bad, at+".label", f.Label, 1, 120)
	checkText(bad, at+".hint", f.Hint, 0, 500)
	if !slices.Contains(TemplateTypes[:], f.Type) {
		bad.Add(at+".type", "A field is of type %s, not %q.", strings.Join(TemplateTypes[:], ", "), f.Type)
	}
	if slices.Contains(mustHide[:], f.ID) && !f.Private {
		bad.Add(at+".id", "%s would tell who the customer is: write private: true.", f.ID)
	}
	if want := columnTypes[f.ID]; want != "" && f.Type != want {
		bad.Add(at+".type", "%s is of type %s, since it is kept with the demand.", f.ID, want)
	}
	chooses := f.Type == ChoiceField || f.Type == ChoicesField
	if chooses != (len(f.Choices) > 0) {
		bad.Add(at+".choices", "A choice has choices, and nothing else has.")
	}
	for i, c := range f.Choices {
		if strings.TrimSpace(c.Value) == "" || strings.ContainsAny(c.Value, ",\n") {
			bad.Add(at+".choices", "A choice has a value without commas.")
		}
		if slices.ContainsFunc(f.Choices[:i], func(o TemplateChoice) bool { return o.Value == c.Value }) {
			bad.Add(at+".choices", "%s can be chosen twice.", c.Value)
		}
	}
}

// ownColumns are inputs that every form has.
var ownColumns = [...]string{
	"title", "body", "class", "visibility", "product", "on_behalf_of", "assignee", "priority", "severity", "process",
	"kind", "state", "remit", "labels", "message", "links",
}

// columnTypes are the types that the demand's columns must have.
var columnTypes = map[string]string{
	"account": TextField, "strength": ChoiceField, "points": ChoiceField, "users": NumberField, "worth": MoneyField,
	"seats": NumberField, "stage": TextField, "probability": NumberField, "close": DateField, "note": TextareaField,
}

func validFieldID(s string) bool {
	for i, c := range s {
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 60
}
