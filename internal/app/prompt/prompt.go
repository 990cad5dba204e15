// Package prompt is how a filter that somebody is writing could go on: the names
// of fields, and the values that there are.
//
// Laws: as in package app. Nothing is suggested that the reader could not find:
// a label that only hidden items carry is not told. The work is bounded: a value
// is looked up by its beginning, in an index.
package prompt

import (
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// most is how many ways to go on are offered.
const most = 10

// maxTyped is the most of a beginning that is looked for, in bytes.
const maxTyped = 100

// Prompter is the use case over one database and the processes.
type Prompter struct {
	db   *store.DB
	book *flow.Book
}

// New makes the use case.
func New(db *store.DB, book *flow.Book) *Prompter { return &Prompter{db: db, book: book} }

// Option is one way to go on.
type Option struct {
	Put  string `json:"put"`  // takes the place of what is being written
	Text string `json:"text"` // what is offered
	Says string `json:"says,omitempty"`
}

// Options are the ways to go on. From is where what is being written begins, in
// characters of the text as JavaScript counts them (UTF-16 code units).
type Options struct {
	From    int      `json:"from"`
	Options []Option `json:"options"`
}

// Complete says how the text before the cursor in a search box could go on.
// There may be no way; a text that is no query is no error.
func (p *Prompter) Complete(ctx context.Context, who plumbline.Actor, text string) (Options, error) {
	out := Options{Options: []Option{}}
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	w, ok := plumbline.OpenQueryWord(text)
	if !ok || len(w.Typed) > maxTyped || len(text) > plumbline.MaxQuery {
		return out, nil
	}
	for _, r := range text[:w.From] {
		out.From++
		if r > 0xFFFF {
			out.From++
		}
	}
	if w.Field == nil {
		out.Options = append(out.Options, p.fields(w.Typed)...)
		return out, nil
	}
	err := p.db.Read(ctx, func(tx *store.Tx) error {
		found, err := p.values(tx, who, *w.Field, w.Typed)
		out.Options = append(make([]Option, 0, len(found)), found...)
		return err
	})
	return out, err
}

// fields are the names of fields that begin so; the fields of processes come
// when their prefix is begun.
func (p *Prompter) fields(typed string) (out []Option) {
	typed = strings.ToLower(typed)
	add := func(name, says string) {
		fits := strings.HasPrefix(name, typed) && (typed != "" || !strings.Contains(name, "."))
		if fits && len(out) < most && !slices.ContainsFunc(out, func(o Option) bool { return o.Text == name+":" }) {
			out = append(out, Option{Put: name + ":", Text: name + ":", Says: says})
		}
	}
	for _, f := range plumbline.QueryFields() {
		add(f.Name, f.Help)
	}
	add("no", "what is not there")
	for _, def := range p.book.All() {
		for _, f := range def.Fields {
			add("field."+f.Name, f.Label)
		}
	}
	return out
}

// values are the values of a field that begin so, or, where there are few, whose
// name has it.
func (p *Prompter) values(tx *store.Tx, who plumbline.Actor, f plumbline.QueryField, typed string) ([]Option, error) {
	few := picker{typed: strings.ToLower(typed)}
	switch f.Name {
	case "team":
		teams, err := tx.Teams()
		for _, t := range teams {
			few.add(string(t.Ref), t.Name)
		}
		return few.out, err
	case "product":
		products, err := tx.Products()
		for _, x := range products {
			few.add(string(x.Ref), x.Name)
		}
		return few.out, err
	case "assignee", "requester":
		return people(tx, who, &few)
	case "label":
		labels, err := tx.LabelsFrom(who, typed, most)
		for _, l := range labels {
			few.add(l, "")
		}
		return few.out, err
	case "process", "state", "lane":
		p.ofProcesses(f.Name, &few)
	case "created", "updated", "closed", "since":
		few.dates("today", "today", "7d", "seven days ago", "30d", "thirty days ago", "3m", "three months ago", "1y", "a year ago")
	case "due":
		few.dates("today", "today", "+7d", "in seven days", "+30d", "in thirty days", "+3m", "in three months")
	default:
		for _, c := range f.Choices {
			few.add(c, "")
		}
		p.ofField(f.Name, &few)
	}
	return few.out, nil
}

// people are those whose handles begin so, for readers who may name people.
func people(tx *store.Tx, who plumbline.Actor, few *picker) ([]Option, error) {
	few.add("me", "yourself")
	if !rights.May(who, rights.Say) {
		return few.out, nil
	}
	found, err := tx.HandlesFrom(few.typed, most)
	for _, x := range found {
		few.add(x.Handle, x.Name)
	}
	return few.out, err
}

// ofProcesses are the processes, or the lanes or states that they have.
func (p *Prompter) ofProcesses(what string, few *picker) {
	for _, def := range p.book.All() {
		if what == "process" {
			few.add(string(def.ID), def.Name)
			continue
		}
		for _, l := range def.Lanes {
			if what == "lane" {
				few.add(l.ID, l.Name)
				continue
			}
			for _, s := range l.States {
				few.add(string(s.State), s.Help)
			}
		}
	}
}

// ofField are the choices of a process's field.
func (p *Prompter) ofField(name string, few *picker) {
	name, ok := strings.CutPrefix(name, "field.")
	if !ok {
		return
	}
	for _, def := range p.book.All() {
		for _, f := range def.Fields {
			for _, c := range f.Choices {
				if f.Name == name {
					few.add(c.Value, c.Label)
				}
			}
		}
	}
}

// picker keeps the first values that fit what is typed.
type picker struct {
	typed string // in small letters
	out   []Option
}

// add takes a value that begins so, or in which a word does; name is what else
// it is called.
func (p *picker) add(value, name string) {
	if len(p.out) == most || slices.ContainsFunc(p.out, func(o Option) bool { return o.Text == value }) {
		return
	}
	low := strings.ToLower(value)
	if begins(low, p.typed) || begins(strings.ToLower(name), p.typed) {
		p.out = append(p.out, Option{Put: plumbline.QueryText(value), Text: value, Says: name})
	}
}

// dates are moments with what they mean.
func (p *picker) dates(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		p.add(pairs[i], pairs[i+1])
	}
}

// begins says whether a text, or a word in it, begins so.
func begins(text, typed string) bool {
	if strings.HasPrefix(text, typed) {
		return true
	}
	for i := range text {
		if i > 0 && strings.IndexByte(" :/-_", text[i-1]) >= 0 && strings.HasPrefix(text[i:], typed) {
			return true
		}
	}
	return false
}
