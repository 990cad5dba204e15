package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/templates"
)

// routeIntake is what requests are asked with, and what belongs to asking.
func (s *server) routeIntake() {
	add(s, route{method: http.MethodGet, path: "/templates", id: "listTemplates", tag: "catalog", says: "What requests and questions are asked with",
		more: "The fields of a template are sent as fields of a new item; private ones are kept with the demand."},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[templateList], error) {
			v, err := s.app.Templates(ctx, who)
			return wrap(templateList{some(v)}, err)
		})
	add(s, route{method: http.MethodGet, path: "/templates/{class}", id: "getTemplate", tag: "catalog", says: "One template with its text and versions"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Templated
			Version int64 `query:"version" minimum:"0" doc:"An earlier version; the newest when not said."`
		}) (*body[templates.TemplateView], error) {
			return wrap(s.app.Template(ctx, who, in.Class, in.Version))
		})
	add(s, route{method: http.MethodPut, path: "/templates/{class}", id: "putTemplate", tag: "catalog", says: "Change a template",
		more: "The text is YAML. Everything wrong with it is said at once, with its line; nothing is saved then."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Templated
			Body templateBody
		}) (*body[templates.TemplateView], error) {
			saw := int64(-1)
			if in.Body.Version != nil {
				saw = *in.Body.Version
			}
			return wrap(s.app.PutTemplate(ctx, who, in.Class, in.Body.Source, saw))
		})
	add(s, route{method: http.MethodDelete, path: "/templates/{class}", id: "resetTemplate", tag: "catalog", says: "Go back to the template that came with the product"},
		func(ctx context.Context, who plumbline.Actor, in *Templated) (*body[templates.TemplateView], error) {
			return wrap(s.app.ResetTemplate(ctx, who, in.Class))
		})
	add(s, route{method: http.MethodGet, path: "/mine", id: "listMine", tag: "lists", says: "What you asked for and follow, in words",
		more: "Of customers that you recorded a demand for there is a sentence for each request that is safe to send to them."},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[app.MineView], error) {
			v, err := s.app.Mine(ctx, who)
			v.Asked, v.Followed, v.Accounts = some(v.Asked), some(v.Followed), some(v.Accounts)
			return wrap(v, err)
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/links", id: "attachLink", tag: "items", says: "Attach a link", status: http.StatusCreated},
		func(ctx context.Context, who plumbline.Actor, in *saying[app.AttachmentInput]) (*body[plumbline.Attachment], error) {
			return wrap(s.app.AttachLink(ctx, who, in.Key, in.Body))
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/convert", id: "convertQuestion", tag: "items", says: "Make a request of a question", status: http.StatusCreated},
		func(ctx context.Context, who plumbline.Actor, in *saying[convertBody]) (*itemOut, error) {
			return itemAnswer(s.app.Convert(ctx, who, in.Key, in.Body.Class))
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/answer", id: "answerRedirect", tag: "items", says: "Note what those answered who own a redirected item", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *saying[answerBody]) (*nothing, error) {
			return nil, s.app.AnswerRedirect(ctx, who, in.Key, in.Body.Answer)
		})
}

// Templated is a request about one template.
type Templated struct {
	Class string `path:"class" doc:"A class of request, or question."`
}

type templateList struct {
	Templates []templates.TemplateView `json:"templates"`
}

type templateBody struct {
	Source  string `json:"source" doc:"The template as YAML."`
	Version *int64 `json:"version,omitempty" doc:"The version that the text was made from: refused when there is a newer one."`
}

type convertBody struct {
	Class plumbline.Class `json:"class,omitempty" doc:"The class of request."`
}

type answerBody struct {
	Answer plumbline.PublicText `json:"answer" doc:"Public: the requester reads it."`
}
