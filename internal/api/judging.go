package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"plumbline"
	"plumbline/internal/app/judging"
)

// cellsBody is many estimates.
type cellsBody struct {
	Cells  []judging.CellInput `json:"cells" doc:"What is wrong with a cell is said in its result; the others are kept."`
	DryRun bool                `json:"dry_run,omitempty" doc:"Say what would become of them, and keep none."`
}

// cellsView is what became of them, in their order.
type cellsView struct {
	Results []judging.CellResult `json:"results"`
}

// roundsView is all rounds.
type roundsView struct {
	Rounds []judging.RoundView `json:"rounds"`
}

// reachesView is what the reach of products is counted in.
type reachesView struct {
	Reaches []plumbline.ReachUnit `json:"reaches"`
}

func (s *server) routeJudging() {
	s.routeEstimates()
	s.routeRounds()
	add(s, route{method: http.MethodGet, path: "/comparisons/next", id: "nextPair", tag: "judgement", says: "The pair of items to compare next",
		more: "Takes the filters of the list, and `top`. With what the answers so far say the items are worth.", openQuery: true,
		params: append(filterParams(), queryParam("top", "How many items will be above the cut.", &huma.Schema{Type: huma.TypeInteger}))},
		func(ctx context.Context, who plumbline.Actor, in *queried) (*body[judging.PairView], error) {
			f, err := plumbline.ParseFilter(in.query, "top")
			if err != nil {
				return nil, err
			}
			top, err := numberOf(in.query, "top", 1, 1000)
			if err != nil {
				return nil, err
			}
			return wrap(s.app.NextPair(ctx, who, f, top))
		})
	add(s, route{method: http.MethodPost, path: "/comparisons", id: "compareItems", tag: "judgement", says: "Say which of two items is worth more", status: http.StatusNoContent,
		more: "Without a winner they are as good as each other. With `set`, the best and the worst of several."},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body judging.CompareInput }) (*nothing, error) {
			return nil, s.app.Compare(ctx, who, in.Body)
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/realities", id: "resolveFactor", tag: "judgement", says: "Say what a factor turned out to be", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Keyed
			Body judging.RealityInput
		}) (*nothing, error) {
			return nil, s.app.Resolve(ctx, who, in.Key, in.Body)
		})
	add(s, route{method: http.MethodGet, path: "/calibration", id: "getCalibration", tag: "judgement", says: "How well intervals held when it became known what came"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[judging.CalibrationView], error) {
			return wrap(s.app.Calibration(ctx, who))
		})
	s.routeExtensions()
}

func (s *server) routeEstimates() {
	add(s, route{method: http.MethodGet, path: "/items/{key}/estimates", id: "getEstimates", tag: "judgement", says: "What is thought of an item's factors"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Keyed
			Model string `query:"model" doc:"Of which model; the policy's first when not said."`
		}) (*body[judging.EstimatesView], error) {
			return wrap(s.app.Estimates(ctx, who, in.Key, in.Model))
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/estimates", id: "estimate", tag: "judgement", says: "Say what one thinks of a factor",
		more: "The text is a number, a range (2-5), about (~3), or ? to take back what one said. While a blind round asks about it, it is an answer of that round."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Keyed
			Body judging.EstimateInput
		}) (*body[judging.FactorView], error) {
			return wrap(s.app.Estimate(ctx, who, in.Key, in.Body))
		})
	add(s, route{method: http.MethodPost, path: "/estimates", id: "estimateMany", tag: "judgement", says: "Give many estimates at once"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body cellsBody }) (*body[cellsView], error) {
			give := s.app.EstimateMany
			if in.Body.DryRun {
				give = s.app.TryEstimates
			}
			out, err := give(ctx, who, in.Body.Cells)
			return wrap(cellsView{out}, err)
		})
	add(s, route{method: http.MethodGet, path: "/estimates", id: "listEstimates", tag: "judgement", says: "Items by the factors of a model",
		more: "Takes the filters of the list, and is paged like it.", openQuery: true, params: append(filterParams(), modelParam())},
		func(ctx context.Context, who plumbline.Actor, in *queried) (*body[judging.GridView], error) {
			f, err := plumbline.ParseFilter(in.query, "model")
			if err != nil {
				return nil, err
			}
			return wrap(s.app.Grid(ctx, who, judging.GridQuery{Filter: f, Model: in.query.Get("model")}))
		})
	add(s, route{method: http.MethodGet, path: "/reaches", id: "listReaches", tag: "judgement", says: "What the reach of products is counted in"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[reachesView], error) {
			out, err := s.app.Reaches(ctx, who)
			return wrap(reachesView{out}, err)
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}/reach", id: "getReach", tag: "judgement", says: "What the reach of a product is counted in, with who said so and from what"},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref plumbline.ProductRef `path:"ref"`
		}) (*body[judging.ReachView], error) {
			return wrap(s.app.Reach(ctx, who, in.Ref))
		})
	add(s, route{method: http.MethodPut, path: "/products/{ref}/reach", id: "putReach", tag: "judgement", says: "Say what the reach of a product is counted in", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Ref  plumbline.ProductRef `path:"ref"`
			Body judging.ReachInput
		}) (*nothing, error) {
			return nil, s.app.PutReach(ctx, who, in.Ref, in.Body)
		})
}

func modelParam() *huma.Param {
	return queryParam("model", "The model that scores; the policy's first when not said.", &huma.Schema{Type: huma.TypeString})
}

// Rounded is a request about one round.
type Rounded struct {
	ID string `path:"id" doc:"The round's id, or last for the newest."`
}

func (s *server) routeRounds() {
	add(s, route{method: http.MethodGet, path: "/rounds", id: "listRounds", tag: "judgement", says: "Blind rounds, the open ones first"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[roundsView], error) {
			out, err := s.app.Rounds(ctx, who)
			return wrap(roundsView{out}, err)
		})
	add(s, route{method: http.MethodPost, path: "/rounds", id: "openRound", tag: "judgement", says: "Ask several people for estimates that nobody sees until the round is closed"},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body judging.RoundInput }) (*body[judging.RoundView], error) {
			return wrap(s.app.OpenRound(ctx, who, in.Body))
		})
	add(s, route{method: http.MethodGet, path: "/rounds/{id}", id: "getRound", tag: "judgement", says: "One blind round",
		more: "While it is open with one's own answers only; afterwards with everybody's."},
		func(ctx context.Context, who plumbline.Actor, in *Rounded) (*body[judging.RoundView], error) {
			return wrap(s.app.Round(ctx, who, in.ID))
		})
	add(s, route{method: http.MethodPost, path: "/rounds/{id}/close", id: "closeRound", tag: "judgement", says: "Close a round: its answers count from now on, and are shown"},
		func(ctx context.Context, who plumbline.Actor, in *Rounded) (*body[judging.RoundView], error) {
			return wrap(s.app.CloseRound(ctx, who, in.ID))
		})
}

func (s *server) routeExtensions() {
	add(s, route{method: http.MethodPost, path: "/items/{key}/extensions", id: "askExtension", tag: "judgement", says: "Ask for more time on a clock", status: http.StatusNoContent,
		more: "It counts once somebody else has approved it."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Keyed
			Body judging.ExtensionInput
		}) (*nothing, error) {
			return nil, s.app.AskExtension(ctx, who, in.Key, in.Body)
		})
	add(s, route{method: http.MethodPost, path: "/items/{key}/extensions/approve", id: "approveExtension", tag: "judgement", says: "Approve more time on a clock", status: http.StatusNoContent,
		more: "Not by who asked for it; fewer days than were asked for may be approved."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Keyed
			Body judging.ExtensionInput
		}) (*nothing, error) {
			return nil, s.app.ApproveExtension(ctx, who, in.Key, in.Body)
		})
}
