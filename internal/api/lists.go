package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/prompt"
	"plumbline/internal/app/reading"
)

// perColumn is how many cards a board's column has when not said, and
// maxColumn the most that it may have.
const (
	perColumn = 50
	maxColumn = 200
)

func (s *server) routeLists() {
	add(s, route{method: http.MethodGet, path: "/board", id: "getBoard", tag: "lists", says: "The board of a process",
		more: "Takes the filters of the list, `per_column`, and `group`: then the cards are in `lanes`, the ones with the most items, and the columns have the numbers of all.", openQuery: true,
		params: append(filterParams(), queryParam("per_column", "How many cards a column holds at most, of each lane.", &huma.Schema{Type: huma.TypeInteger}), groupParam(plumbline.AsBoard))}, s.board)
	add(s, route{method: http.MethodGet, path: "/timeline", id: "getTimeline", tag: "lists", says: "Items as bars from when they were filed to when they were closed or are due",
		more: "Takes the filters of the list, and is paged like it; the groups are those of the page. An item without `ends` has no date.", openQuery: true,
		params: append(filterParams(), groupParam(plumbline.AsTimeline))}, s.timeline)
	add(s, route{method: http.MethodGet, path: "/inbox", id: "getInbox", tag: "lists", says: "What waits for a first look, oldest first"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Front plumbline.Key `query:"front" doc:"The item to show in full; the oldest when not said."`
		}) (*body[app.InboxView], error) {
			return wrap(s.app.Inbox(ctx, who, in.Front))
		})
	add(s, route{method: http.MethodGet, path: "/complete", id: "completeFilter", tag: "lists", says: "How a filter that is being written could go on",
		more: "For search boxes: fields and the values that there are, by what stands before the cursor."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Q string `query:"q" maxLength:"2000" doc:"What stands before the cursor."`
		}) (*body[prompt.Options], error) {
			return wrap(s.app.Complete(ctx, who, in.Q))
		})
	add(s, route{method: http.MethodGet, path: "/decisions", id: "listDecisions", tag: "lists", says: "Decisions, newest first"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Cursor string `query:"cursor" doc:"The next of the page before."`
		}) (*body[app.Docket], error) {
			return wrap(s.app.Decisions(ctx, who, in.Cursor))
		})
	add(s, route{method: http.MethodGet, path: "/audit", id: "listAudit", tag: "events", says: "The audit log, newest first"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Item   plumbline.Key `query:"item" doc:"Only this item's."`
			Person string        `query:"person" doc:"Only what the person with this handle did."`
			Type   string        `query:"type" doc:"Only events of this type, for example item moved."`
			From   string        `query:"from" doc:"Only from this time or day on."`
			Until  string        `query:"until" doc:"Only before this time, or until this day is over."`
			Before int64         `query:"before" minimum:"0" doc:"Only events before this sequence number."`
			Limit  int           `query:"limit" minimum:"1" maximum:"200" default:"100"`
		}) (*body[auditPage], error) {
			q, err := reading.ParseAudit(url.Values{"item": {string(in.Item)}, "person": {in.Person}, "type": {in.Type}, "from": {in.From}, "until": {in.Until}})
			if err != nil {
				return nil, err
			}
			q.Before, q.Limit = in.Before, in.Limit
			rows, err := s.app.Audit(ctx, who, q)
			if err != nil {
				return nil, err
			}
			page := auditPage{Entries: some(rows)}
			if len(rows) == in.Limit {
				page.Before = rows[len(rows)-1].Seq
			}
			return &body[auditPage]{page}, nil
		})
}

// auditPage is a page of the audit log.
type auditPage struct {
	Entries []app.HistoryEntry `json:"entries"`
	Before  int64              `json:"before,omitempty" doc:"Send it as before to get the following page."`
}

func (s *server) board(ctx context.Context, who plumbline.Actor, in *queried) (*body[app.BoardView], error) {
	n := perColumn
	if v := in.query.Get("per_column"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil || n < 1 || n > maxColumn {
			return nil, plumbline.FieldError("per_column", "per_column is a number from 1 to %d, not %q.", maxColumn, v)
		}
	}
	f, err := plumbline.ParseFilter(in.query, "per_column", "group")
	if err != nil {
		return nil, err
	}
	return wrap(s.app.BoardBy(ctx, who, f, plumbline.Grouping(in.query.Get("group")), n))
}

func (s *server) timeline(ctx context.Context, who plumbline.Actor, in *queried) (*body[app.TimelineView], error) {
	f, err := plumbline.ParseFilter(in.query, "group")
	if err != nil {
		return nil, err
	}
	return wrap(s.app.Timeline(ctx, who, f, plumbline.Grouping(in.query.Get("group"))))
}

// groupParam is what a layout can be put together by, for the document.
func groupParam(l plumbline.Layout) *huma.Param {
	var names []any
	for _, g := range plumbline.TimelineGroupings {
		if l.Groups(g) {
			names = append(names, string(g))
		}
	}
	return queryParam("group", "What the items are put together by; one list when not said.", &huma.Schema{Type: huma.TypeString, Enum: names})
}

// filterParams are the names that plumbline.ParseFilter knows, for the document.
func filterParams() []*huma.Param {
	text := func() *huma.Schema { return &huma.Schema{Type: huma.TypeString} }
	one := func(values ...any) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Enum: values} }
	yes := true
	states := queryParam("state", "The leading state, any of these.", &huma.Schema{Type: huma.TypeArray, Items: text()})
	states.Explode = &yes
	low, high := 1.0, float64(plumbline.MaxPage)
	return []*huma.Param{
		queryParam("process", "The process: request, question, incident, change or one's own.", text()),
		queryParam("kind", "The kind of item.", one("request", "question", "incident", "change")),
		states,
		queryParam("lane", "The leading lane.", text()),
		queryParam("team", "The team's ref.", text()),
		queryParam("product", "The product's ref.", text()),
		queryParam("class", "The class of request.", text()),
		queryParam("assignee", "A handle.", text()),
		queryParam("label", "A label of the tracker.", text()),
		queryParam("q", "Words to be found in key, title or body, or any filter: team:NAME -label:x (priority:P1 or updated>7d).", text()),
		queryParam("status", "Open is the default.", one("open", "closed", "all")),
		queryParam("inbox", "1: only open items that were not yet looked at.", one("1", "0", "true", "false")),
		queryParam("mine", "1: only what the actor asked for, is assigned or watches.", one("1", "0", "true", "false")),
		queryParam("sort", "Updated, newest first, is the default.", one("updated", "created", "oldest")),
		queryParam("limit", "Rows on a page.", &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high}),
		queryParam("cursor", "The next of the page before.", text()),
	}
}

func queryParam(name, says string, sc *huma.Schema) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: says, Schema: sc}
}
