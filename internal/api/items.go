package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app"
)

// body is an answer that is only a body.
type body[T any] struct{ Body T }

// Keyed is a request about one item.
type Keyed struct {
	Key plumbline.Key `path:"key" doc:"The item's key, for example REQ-12."`
}

// Changing is a request that changes one item.
type Changing struct {
	Keyed
	IfMatch string `header:"If-Match" doc:"The ETag that was seen: the change is refused with 412 when the item changed since."`
}

// itemOut is an item with its version.
type itemOut struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     plumbline.Item
}

// viewOut is everything about an item, or 304 without a body.
type viewOut struct {
	Status int
	ETag   string `header:"ETag"`
	Body   *app.ItemView
}

// nothing is an answer without a body.
type nothing struct{}

// NoBody is a request body that may be absent or an empty object.
type NoBody struct {
	Body *struct{}
}

func (s *server) routeItems() {
	add(s, route{method: http.MethodGet, path: "/items", id: "listItems", tag: "items", says: "A page of items",
		more: "Takes the same filters as the pages' addresses.", openQuery: true, params: filterParams()}, s.listItems)
	add(s, route{method: http.MethodPost, path: "/items", id: "fileItem", tag: "items", says: "File an item", status: http.StatusCreated}, s.fileItem)
	add(s, route{method: http.MethodGet, path: "/items/{key}", id: "getItem", tag: "items", says: "Everything about an item", etag: true}, s.getItem)
	add(s, route{method: http.MethodPatch, path: "/items/{key}", id: "editItem", tag: "items", says: "Change fields of an item",
		more: "Fields that are left out stay as they are; an empty text clears one."}, s.editItem)
	add(s, route{method: http.MethodPost, path: "/items/{key}/move", id: "moveItem", tag: "items", says: "Move an item to a state",
		more: "Refused with every reason why not."}, s.moveItem)
	add(s, route{method: http.MethodPost, path: "/items/{key}/accept", id: "acceptItem", tag: "items", says: "Note that an item is ours to judge"}, s.acceptItem)
	add(s, route{method: http.MethodPost, path: "/items/{key}/handoff", id: "handOffItem", tag: "items", says: "Give a pursued item to a team"}, s.handOffItem)
	add(s, route{method: http.MethodPost, path: "/items/{key}/evidence", id: "attachEvidence", tag: "items", says: "Attach evidence", status: http.StatusCreated},
		func(ctx context.Context, who plumbline.Actor, in *saying[app.EvidenceInput]) (*body[plumbline.Evidence], error) {
			return wrap(s.app.Attach(ctx, who, in.Key, in.Body))
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/demands", id: "addDemand", tag: "items", says: "Record that a team or an account wants it", status: http.StatusCreated},
		func(ctx context.Context, who plumbline.Actor, in *saying[app.DemandInput]) (*body[app.DemandView], error) {
			return wrap(s.app.Demand(ctx, who, in.Key, in.Body))
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/comments", id: "comment", tag: "items", says: "Comment", status: http.StatusCreated},
		func(ctx context.Context, who plumbline.Actor, in *saying[app.CommentInput]) (*body[plumbline.Comment], error) {
			return wrap(s.app.Comment(ctx, who, in.Key, in.Body))
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/decision", id: "decide", tag: "items", says: "Settle an item",
		more: "With the outcome pursue and a team it is handed off in the same step.", status: http.StatusCreated}, s.decideItem)
	s.routeWatch()
	s.routeTogether()
}

// saying is a request that adds something to an item.
type saying[T any] struct {
	Keyed
	Body T
}

// wrap makes a result of app an answer.
func wrap[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	return &body[T]{v}, nil
}

// some makes an empty list [] and not null.
func some[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}

func (s *server) routeWatch() {
	s.onOff(route{path: "/items/{key}/watch", id: "watchItem", tag: "items", says: "Follow an item"},
		route{id: "unwatchItem", says: "Stop following an item"}, (*app.App).Watch)
}

// onOff registers two routes at one address: POST turns something about an item
// on for the actor, DELETE, which has no body, turns it off.
func (s *server) onOff(on, off route, do func(a *app.App, ctx context.Context, who plumbline.Actor, key plumbline.Key, on bool) error) {
	on.method, on.status = http.MethodPost, http.StatusNoContent
	off.method, off.status, off.path, off.tag = http.MethodDelete, http.StatusNoContent, on.path, on.tag
	add(s, on, func(ctx context.Context, who plumbline.Actor, in *watching) (*nothing, error) {
		return nil, do(s.app, ctx, who, in.Key, true)
	})
	add(s, off, func(ctx context.Context, who plumbline.Actor, in *Keyed) (*nothing, error) {
		return nil, do(s.app, ctx, who, in.Key, false)
	})
}

type watching struct {
	Keyed
	NoBody
}

// queried is a request whose handler reads the query itself.
type queried struct{ query url.Values }

// readQuery implements queryReader.
func (q *queried) readQuery(query url.Values) { q.query = query }

func (s *server) listItems(ctx context.Context, who plumbline.Actor, in *queried) (*body[app.ListView], error) {
	f, err := plumbline.ParseFilter(in.query)
	if err != nil {
		return nil, err
	}
	return wrap(s.app.Items(ctx, who, f))
}

func (s *server) fileItem(ctx context.Context, who plumbline.Actor, in *struct{ Body app.FileInput }) (*itemOut, error) {
	in.Body.Source = "api"
	if who.Via == "cli" {
		in.Body.Source = "cli"
	}
	it, err := s.app.File(ctx, who, in.Body)
	if err != nil {
		return nil, err
	}
	return &itemOut{ETag: etag(it.Version), Location: prefix + "/items/" + string(it.Key), Body: it}, nil
}

func (s *server) getItem(ctx context.Context, who plumbline.Actor, in *struct {
	Keyed
	IfNoneMatch string `header:"If-None-Match" doc:"The ETag that is known already: unchanged, the answer is 304."`
}) (*viewOut, error) {
	v, err := s.app.Item(ctx, who, in.Key)
	if err != nil {
		return nil, err
	}
	out := &viewOut{Status: http.StatusOK, ETag: etag(v.Version), Body: &v}
	for known := range strings.SplitSeq(in.IfNoneMatch, ",") {
		known = strings.TrimPrefix(strings.TrimSpace(known), "W/")
		if known == out.ETag || known == "*" {
			out.Status, out.Body = http.StatusNotModified, nil
		}
	}
	return out, nil
}

func (s *server) editItem(ctx context.Context, who plumbline.Actor, in *struct {
	Changing
	Body app.EditInput
}) (*itemOut, error) {
	var err error
	if in.Body.Version, err = versionOf(in.IfMatch, in.Body.Version); err != nil {
		return nil, err
	}
	return itemAnswer(s.app.Edit(ctx, who, in.Key, in.Body))
}

func (s *server) moveItem(ctx context.Context, who plumbline.Actor, in *struct {
	Changing
	Body app.MoveInput
}) (*itemOut, error) {
	var err error
	if in.Body.Version, err = versionOf(in.IfMatch, in.Body.Version); err != nil {
		return nil, err
	}
	return itemAnswer(s.app.Move(ctx, who, in.Key, in.Body))
}

func (s *server) acceptItem(ctx context.Context, who plumbline.Actor, in *watching) (*itemOut, error) {
	return itemAnswer(s.app.Accept(ctx, who, in.Key))
}

func (s *server) handOffItem(ctx context.Context, who plumbline.Actor, in *struct {
	Keyed
	Body app.HandOffInput
}) (*itemOut, error) {
	return itemAnswer(s.app.HandOff(ctx, who, in.Key, in.Body))
}

func (s *server) decideItem(ctx context.Context, who plumbline.Actor, in *struct {
	Changing
	Body app.DecisionInput
}) (*body[plumbline.Decision], error) {
	var err error
	if in.Body.Version, err = versionOf(in.IfMatch, in.Body.Version); err != nil {
		return nil, err
	}
	return wrap(s.app.Decide(ctx, who, in.Key, in.Body))
}

func itemAnswer(it plumbline.Item, err error) (*itemOut, error) {
	if err != nil {
		return nil, err
	}
	return &itemOut{ETag: etag(it.Version), Body: it}, nil
}

// etag is an item's version as HTTP writes it.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// versionOf is the version that a change was made on: from If-Match, from the
// body, or 0 for the newest.
func versionOf(ifMatch string, inBody int64) (int64, error) {
	ifMatch = strings.TrimSpace(ifMatch)
	if ifMatch == "" || ifMatch == "*" {
		return inBody, nil
	}
	n, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(ifMatch, "W/"), `"`), 10, 64)
	switch {
	case err != nil || n < 1:
		return 0, plumbline.FieldError("If-Match", "If-Match must be one ETag of the item as it was sent, for example \"3\".")
	case inBody != 0 && inBody != n:
		return 0, plumbline.FieldError("version", "If-Match says version %d and the body version %d; send one.", n, inBody)
	}
	return n, nil
}
