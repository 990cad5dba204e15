package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/likeness"
)

// similarPage is what is like a text.
type similarPage struct {
	Items []likeness.Like `json:"items" doc:"Most alike first."`
}

// unrelating names the relation to end.
type unrelating struct {
	Keyed
	Kind  string        `query:"kind" required:"true" doc:"blocks, blocked by, parent of, child of or related."`
	Other plumbline.Key `query:"other" required:"true" doc:"The other item's key."`
}

func (s *server) routeTogether() {
	add(s, route{method: http.MethodGet, path: "/similar", id: "listSimilar", tag: "lists", says: "Items that are like a text, with known answers",
		more: "Meant for asking before filing: what was asked, answered or decided already. Only what the actor may see."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Q     string `query:"q" required:"true" maxLength:"1000" doc:"What is asked, in one line; the last word may be only begun."`
			Below string `query:"body" maxLength:"4000" doc:"The beginning of what is written below it."`
			Limit int    `query:"limit" minimum:"1" maximum:"20" default:"5"`
		}) (*body[similarPage], error) {
			likes, err := s.app.Similar(ctx, who, likeness.Question{Title: in.Q, Body: in.Below, Limit: in.Limit})
			return wrap(similarPage{Items: some(likes)}, err)
		})
	s.onOff(route{path: "/items/{key}/votes", id: "voteForItem", tag: "items", says: "Add one's voice to an item and follow it"},
		route{id: "unvoteItem", says: "Take one's voice back"}, (*app.App).Vote)
	add(s, route{method: http.MethodPost, path: "/items/{key}/merge", id: "mergeItem", tag: "items", says: "Merge an item into another",
		more: "A link, not a move: what hangs on it counts at the other too, nobody twice. It can be undone without loss."}, s.mergeItem)
	add(s, route{method: http.MethodDelete, path: "/items/{key}/merge", id: "unmergeItem", tag: "items", says: "End the merge of an item"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Changing }) (*itemOut, error) {
			version, err := versionOf(in.IfMatch, 0)
			if err != nil {
				return nil, err
			}
			return itemAnswer(s.app.Unmerge(ctx, who, in.Key, version))
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/relations", id: "relateItem", tag: "items", says: "Say how an item belongs with another", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *saying[app.RelationInput]) (*nothing, error) {
			return nil, s.app.Relate(ctx, who, in.Key, in.Body, true)
		})
	add(s, route{method: http.MethodDelete, path: "/items/{key}/relations", id: "unrelateItem", tag: "items", says: "End a relation of an item", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *unrelating) (*nothing, error) {
			return nil, s.app.Relate(ctx, who, in.Key, app.RelationInput{Kind: in.Kind, Other: in.Other}, false)
		})
}

func (s *server) mergeItem(ctx context.Context, who plumbline.Actor, in *struct {
	Changing
	Body app.MergeInput
}) (*itemOut, error) {
	var err error
	if in.Body.Version, err = versionOf(in.IfMatch, in.Body.Version); err != nil {
		return nil, err
	}
	return itemAnswer(s.app.Merge(ctx, who, in.Key, in.Body))
}
