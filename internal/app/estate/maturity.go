package estate

import (
	"cmp"
	"context"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
	"plumbline/internal/yamlform"
)

//go:embed maturity.yaml
var frozen string

// Model is the questions of a self-assessment.
type Model struct {
	Edition string   `yaml:"edition" json:"edition"`
	Source  string   `yaml:"source" json:"source"`
	Levels  []string `yaml:"levels" json:"levels"` // names, from the lowest
	Aspects []Aspect `yaml:"aspects" json:"aspects"`
}

// Aspect is one side of maturity, with what each level of it looks like.
type Aspect struct {
	ID       string   `yaml:"id" json:"id"`
	Name     string   `yaml:"name" json:"name"`
	Question string   `yaml:"question" json:"question"`
	Levels   []string `yaml:"levels" json:"levels"`
}

// questions are the frozen questions. They are part of the program: that they can
// be read is a test.
func questions() Model {
	var m Model
	if _, err := yamlform.Read("maturity.yaml", []byte(frozen), len(frozen), &m); err != nil {
		return Model{}
	}
	return m
}

// MaturityView is where a product stands in each aspect.
type MaturityView struct {
	Edition string       `json:"edition"`
	Source  string       `json:"source"`
	Levels  []string     `json:"levels"`
	Aspects []AspectView `json:"aspects"`
}

// AspectView is an aspect with the newest answer.
type AspectView struct {
	Aspect
	Level    int                `json:"level"` // 1 to 4; 0: nobody has said
	Evidence string             `json:"evidence,omitempty"`
	By       plumbline.PersonID `json:"-"`
	ByName   string             `json:"by,omitempty"`
	At       plumbline.Time     `json:"at,omitempty"`
	Invented bool               `json:"invented,omitempty"`
}

// Answered counts the aspects that somebody has said something about.
func (v MaturityView) Answered() (n int) {
	for _, a := range v.Aspects {
		if a.Level > 0 {
			n++
		}
	}
	return n
}

// Lowest is the aspect that holds the others back: the lowest answer, the first of
// equals. ok is false when there is none.
func (v MaturityView) Lowest() (low AspectView, ok bool) {
	for _, a := range v.Aspects {
		if a.Level > 0 && (!ok || a.Level < low.Level) {
			low, ok = a, true
		}
	}
	return low, ok
}

func (r *Estate) maturity(tx *store.Tx, p plumbline.ProductRef) (MaturityView, error) {
	out := MaturityView{Edition: r.model.Edition, Source: r.model.Source, Levels: r.model.Levels}
	given, err := tx.MaturityNow(p)
	for _, a := range r.model.Aspects {
		v := AspectView{Aspect: a}
		if i := slices.IndexFunc(given, func(g store.MaturityAnswer) bool { return g.Aspect == a.ID }); i >= 0 {
			g := given[i]
			v.Level, v.Evidence, v.By, v.ByName, v.At, v.Invented = int(g.Level), g.Evidence, g.By, g.ByName, g.At, g.Invented
		}
		out.Aspects = append(out.Aspects, v)
	}
	return out, err
}

// AnswerView is one answer of the history.
type AnswerView struct {
	Aspect   string         `json:"aspect"`
	Name     string         `json:"name"`
	Level    int            `json:"level"`
	LevelSay string         `json:"level_name"`
	Edition  string         `json:"edition"`
	Evidence string         `json:"evidence,omitempty"`
	ByName   string         `json:"by"`
	At       plumbline.Time `json:"at"`
	Invented bool           `json:"invented,omitempty"`
}

// MaturityPage is the self-assessment of a product with what was said before.
type MaturityPage struct {
	Product plumbline.Product `json:"product"`
	MaturityView
	History []AnswerView `json:"history"` // newest first
	Next    string       `json:"next,omitempty"`
}

// Maturity is the self-assessment of a product, with a page of its history.
func (r *Estate) Maturity(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef, cursor string) (out MaturityPage, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	at, id, err := placeOf(cursor)
	if err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		if out.Product, err = tx.Product(ref); err != nil {
			return err
		}
		if out.MaturityView, err = r.maturity(tx, ref); err != nil {
			return err
		}
		list, err := tx.MaturityAnswers(ref, at, id, plumbline.PageSize+1)
		if len(list) > plumbline.PageSize {
			list = list[:plumbline.PageSize]
			last := list[len(list)-1]
			out.Next = cursorOf(last.At, last.ID)
		}
		out.History = make([]AnswerView, len(list))
		for i, a := range list {
			out.History[i] = r.answer(a)
		}
		return err
	})
	return out, err
}

// cursorOf is the place behind an answer, and placeOf reads it.
func cursorOf(at plumbline.Time, id string) string {
	return strconv.FormatInt(int64(at), 10) + "." + id
}

func placeOf(cursor string) (plumbline.Time, string, error) {
	if cursor == "" {
		return 0, "", nil
	}
	at, id, _ := strings.Cut(cursor, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil || n <= 0 || id == "" || len(id) > 60 {
		return 0, "", plumbline.FieldError("cursor", "This page does not exist any more. Begin again with the first one.")
	}
	return plumbline.Time(n), id, nil
}

func (r *Estate) answer(a store.MaturityAnswer) AnswerView {
	out := AnswerView{Aspect: a.Aspect, Name: a.Aspect, Level: int(a.Level), Edition: a.Edition, Evidence: a.Evidence, ByName: a.ByName, At: a.At, Invented: a.Invented}
	if i := slices.IndexFunc(r.model.Aspects, func(as Aspect) bool { return as.ID == a.Aspect }); i >= 0 {
		out.Name = r.model.Aspects[i].Name
	}
	if a.Level >= 1 && int(a.Level) <= len(r.model.Levels) {
		out.LevelSay = r.model.Levels[a.Level-1]
	}
	return out
}

// AnswerInput says how far a product is in one aspect, and what shows it.
type AnswerInput struct {
	Aspect   string `json:"aspect"`
	Level    int    `json:"level"` // 1 to 4
	Evidence string `json:"evidence,omitempty"`
}

// maxProof is how many characters the evidence of an answer has at most.
const maxProof = 2000

// Assess records answers; one that says what was said last is left out.
func (r *Estate) Assess(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef, answers []AnswerInput) error {
	if err := rights.Need(who, rights.AssessMaturity); err != nil {
		return err
	}
	if err := r.checkAnswers(answers); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Product(ref); err != nil {
			return err
		}
		now, err := r.maturity(tx, ref)
		if err != nil {
			return err
		}
		var changed []string
		for _, in := range answers {
			i := slices.IndexFunc(now.Aspects, func(a AspectView) bool { return a.ID == in.Aspect })
			if was := now.Aspects[i]; was.Level == in.Level && was.Evidence == strings.TrimSpace(in.Evidence) {
				continue
			}
			changed = append(changed, in.Aspect)
			err := tx.InsertMaturityAnswer(store.MaturityAnswer{ID: store.NewID(), Product: ref, Aspect: in.Aspect, Level: int64(in.Level), Edition: r.model.Edition,
				Evidence: strings.TrimSpace(in.Evidence), By: who.Person, ByName: who.Name, At: r.now()})
			if err != nil {
				return err
			}
		}
		if len(changed) == 0 {
			return nil
		}
		return r.note(tx, who, "maturity assessed", map[string]any{"product": ref, "changed": changed})
	})
}

// Remembered is an answer that was given before, when somebody else kept it.
type Remembered struct {
	Product  plumbline.ProductRef
	Answer   AnswerInput
	At       plumbline.Time
	Invented bool // made up for the demo
}

// KeepAnswer records an answer that was given before.
func (r *Estate) KeepAnswer(tx *store.Tx, who plumbline.Actor, in Remembered) error {
	if err := r.checkAnswers([]AnswerInput{in.Answer}); err != nil {
		return err
	}
	err := tx.InsertMaturityAnswer(store.MaturityAnswer{ID: store.NewID(), Product: in.Product, Aspect: in.Answer.Aspect, Level: int64(in.Answer.Level), Edition: r.model.Edition,
		Evidence: in.Answer.Evidence, By: who.Person, ByName: who.Name, At: in.At, Invented: in.Invented})
	if err != nil {
		return err
	}
	return noteAt(tx, who, in.At, "maturity assessed", map[string]any{"product": in.Product, "changed": []string{in.Answer.Aspect}})
}

func (r *Estate) checkAnswers(answers []AnswerInput) error {
	var bad plumbline.Problems
	if len(answers) == 0 {
		bad.Add("level", "Choose a level for at least one aspect.")
	}
	seen := map[string]bool{}
	for _, in := range answers {
		known := slices.ContainsFunc(r.model.Aspects, func(a Aspect) bool { return a.ID == in.Aspect })
		switch field := cmp.Or(in.Aspect, "aspect"); {
		case !known:
			bad.Add("aspect", "There is no aspect %q; there are investment, adoption, interfaces, operations and measurement.", clip(in.Aspect, 40))
		case seen[in.Aspect]:
			bad.Add(field, "The aspect %s is answered twice.", in.Aspect)
		case in.Level < 1 || in.Level > len(r.model.Levels):
			bad.Add(field, "A level is 1 to 4.")
		case utf8.RuneCountInString(in.Evidence) > maxProof || strings.ContainsRune(in.Evidence, 0):
			bad.Add(field, "The evidence has at most %d characters.", maxProof)
		}
		seen[in.Aspect] = true
	}
	return bad.Err()
}

func clip(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
