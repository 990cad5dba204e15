package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/rota"
)

// questionBody is a question to whoever asked for an item.
type questionBody struct {
	Question plumbline.PublicText `json:"question" doc:"What the requester reads."`
}

// commentBody is the new text of a comment.
type commentBody struct {
	Body string `json:"body" doc:"Markdown."`
}

// Spoken is a request about one's own comment.
type Spoken struct {
	Keyed
	ID string `path:"id" doc:"The comment's id, or last for one's own newest."`
}

func (s *server) routeTriage() {
	add(s, route{method: http.MethodPost, path: "/items/{key}/ask", id: "askBack", tag: "items", says: "Ask the requester something",
		more: "The item leaves the inbox, and the clock of its first answer stands still, until somebody answers."}, s.askBack)
	add(s, route{method: http.MethodPost, path: "/items/{key}/snooze", id: "snoozeItem", tag: "items", says: "Put an item of the inbox off",
		more: "It comes back by itself: at a time, when somebody comments, or whichever is first."}, s.snooze)
	add(s, route{method: http.MethodPost, path: "/items/{key}/undo", id: "undoVerdict", tag: "items", says: "Take the last verdict on an item back",
		more: "Refused when the item changed since, or when what was written to the tracker cannot be taken back."}, s.undo)
	add(s, route{method: http.MethodGet, path: "/items/{key}/history", id: "itemHistory", tag: "items", says: "What happened to an item, newest first"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Keyed
			Before int64 `query:"before" minimum:"0" doc:"The older of the page before."`
		}) (*body[app.HistoryPage], error) {
			return wrap(s.app.History(ctx, who, in.Key, in.Before))
		})
	add(s, route{method: http.MethodPatch, path: "/items/{key}/comments/{id}", id: "editComment", tag: "items", says: "Change one's own comment",
		more: "What it said before is kept."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Spoken
			Body commentBody
		}) (*body[plumbline.Comment], error) {
			return wrap(s.app.EditComment(ctx, who, in.Key, in.ID, in.Body.Body))
		})
	add(s, route{method: http.MethodDelete, path: "/items/{key}/comments/{id}", id: "deleteComment", tag: "items", says: "Delete one's own comment", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *Spoken) (*nothing, error) {
			return nil, s.app.DeleteComment(ctx, who, in.Key, in.ID)
		})
	s.routeToday()
}

func (s *server) routeToday() {
	add(s, route{method: http.MethodGet, path: "/today", id: "getToday", tag: "lists", says: "What needs the actor now",
		more: "Which parts there are depends on the role."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Since int64 `query:"since" minimum:"0" doc:"The last event that was seen: changes after it are told."`
		}) (*body[app.TodayView], error) {
			return wrap(s.app.Today(ctx, who, in.Since))
		})
	add(s, route{method: http.MethodGet, path: "/today/{part}", id: "getTodayPart", tag: "lists", says: "One part of what needs a product manager, in full"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Part   string `path:"part" doc:"decide, clock, answer, hard or wish."`
			Cursor string `query:"cursor" doc:"The next of the page before."`
		}) (*body[app.Part], error) {
			return wrap(s.app.TodayPart(ctx, who, in.Part, in.Cursor))
		})
	add(s, route{method: http.MethodGet, path: "/rotation", id: "getRotation", tag: "people", says: "Who is on triage, this week and in those to come"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[rota.RotationView], error) {
			return wrap(s.app.Rotation(ctx, who))
		})
	add(s, route{method: http.MethodPut, path: "/rotation", id: "putRotation", tag: "people", says: "Say who is on triage"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body rota.RotationInput }) (*body[rota.RotationView], error) {
			return wrap(s.app.PutRotation(ctx, who, in.Body))
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}", id: "getProduct", tag: "catalog", says: "Everything about one product"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref plumbline.ProductRef `path:"ref"`
		}) (*body[app.ProductView], error) {
			return wrap(s.app.Product(ctx, who, in.Ref))
		})
	add(s, route{method: http.MethodGet, path: "/teams/{ref}", id: "getTeam", tag: "catalog", says: "Everything about one team"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref plumbline.TeamRef `path:"ref"`
		}) (*body[app.TeamView], error) {
			return wrap(s.app.Team(ctx, who, in.Ref))
		})
}

func (s *server) askBack(ctx context.Context, who plumbline.Actor, in *struct {
	Keyed
	Body questionBody
}) (*itemOut, error) {
	return itemAnswer(s.app.AskBack(ctx, who, in.Key, in.Body.Question))
}

func (s *server) snooze(ctx context.Context, who plumbline.Actor, in *struct {
	Keyed
	Body app.SnoozeInput
}) (*itemOut, error) {
	return itemAnswer(s.app.Snooze(ctx, who, in.Key, in.Body))
}

func (s *server) undo(ctx context.Context, who plumbline.Actor, in *watching) (*itemOut, error) {
	return itemAnswer(s.app.Undo(ctx, who, in.Key))
}
