package templates

import (
	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// TemplateFor is what items like this one are asked with; not ok when nothing
// is: a request whose class nobody knows yet, an incident, a change.
func (s *Drawer) TemplateFor(tx *store.Tx, def *flow.Definition, it plumbline.Item) (plumbline.Template, bool, error) {
	return s.TemplateIn(tx, ClassOf(def.Kind, it.Class))
}

// ClassOf is the name of the template for items of a kind and class; "": none.
func ClassOf(kind plumbline.ItemKind, class plumbline.Class) string {
	switch kind {
	case plumbline.Question:
		return plumbline.QuestionTemplate
	case plumbline.Request:
		return string(class)
	}
	return ""
}
