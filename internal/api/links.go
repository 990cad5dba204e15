package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app"
)

// Linked is a request about one tracker.
type Linked struct {
	ID plumbline.LinkID `path:"id" doc:"The name that the configuration gives the tracker."`
}

func (s *server) routeLinks() {
	add(s, route{method: http.MethodGet, path: "/links", id: "listLinks", tag: "links", says: "The trackers and how they are"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[linkList], error) {
			v, err := s.app.Links(ctx, who)
			return wrap(linkList{some(v)}, err)
		})
	add(s, route{method: http.MethodGet, path: "/links/{id}", id: "getLink", tag: "links", says: "One tracker, with the answer to what was last asked of it"}, s.getLink)
	add(s, route{method: http.MethodPost, path: "/links/{id}/pause", id: "pauseLink", tag: "links", says: "Stop reading and writing a tracker", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Linked
			Body struct {
				Reason string `json:"reason" minLength:"1" doc:"Why; shown to everybody who may see the tracker."`
			}
		}) (*nothing, error) {
			return nil, s.app.PauseLink(ctx, who, in.ID, in.Body.Reason)
		})
	add(s, route{method: http.MethodPost, path: "/links/{id}/resume", id: "resumeLink", tag: "links", says: "Go on with a paused tracker", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *linkOnly) (*nothing, error) {
			return nil, s.app.PauseLink(ctx, who, in.ID, "")
		})
	add(s, route{method: http.MethodPost, path: "/links/{id}/release", id: "releaseLink", tag: "links", says: "Let the backfill be acted on",
		more: "What it planned is picked up, and from now on the tracker is written to.", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *linkOnly) (*nothing, error) {
			return nil, s.app.ReleaseBackfill(ctx, who, in.ID)
		})
	add(s, route{method: http.MethodPost, path: "/links/{id}/retry", id: "retryLink", tag: "links", says: "Try held and failed actions again"},
		func(ctx context.Context, who plumbline.Actor, in *linkOnly) (*body[retried], error) {
			n, err := s.app.RetryActions(ctx, who, in.ID)
			return wrap(retried{n}, err)
		})
	add(s, route{method: http.MethodPost, path: "/links/{id}/ask", id: "askLink", tag: "links", says: "Ask the worker for a test, a plan or a pass",
		more: "The answer is found at the tracker a little later.", status: http.StatusAccepted},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Linked
			Body struct {
				What string `json:"what" enum:"test,plan,sync" doc:"test: resolve it again; plan: a dry run; sync: a pass now."`
			}
		}) (*nothing, error) {
			return nil, s.app.AskLink(ctx, who, in.ID, in.Body.What)
		})
}

type linkOnly struct {
	Linked
	NoBody
}

type linkList struct {
	Links []app.LinkView `json:"links"`
}

type retried struct {
	Retried int `json:"retried" doc:"How many actions wait again."`
}

func (s *server) getLink(ctx context.Context, who plumbline.Actor, in *Linked) (*body[app.LinkView], error) {
	all, err := s.app.Links(ctx, who)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if l.ID == in.ID {
			return &body[app.LinkView]{l}, nil
		}
	}
	return nil, plumbline.Errorf(plumbline.NotFound, "There is no tracker called %q.", in.ID)
}
