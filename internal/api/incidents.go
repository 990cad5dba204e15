package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app/incidents"
)

// Numbered is a request about one incident; exported as Keyed is.
type Numbered struct {
	ID int64 `path:"id" minimum:"1" doc:"The incident's number."`
}

// Supported is a request about the support of a product or a process; exported as
// Keyed is.
type Supported struct {
	Ref plumbline.ProductRef `path:"ref" doc:"The ref of a product or a process."`
}

type itemKeyBody struct {
	Key plumbline.Key `json:"key,omitempty" doc:"The item; empty: none any more."`
}

func (s *server) routeIncidents() {
	const tag = "incidents"
	add(s, route{method: http.MethodGet, path: "/incidents", id: "listIncidents", tag: tag, says: "Incidents, the newest first", more: "With how many go on, and how many are about no product."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Open       bool                 `query:"open" doc:"Only those that go on."`
			Unassigned bool                 `query:"unassigned" doc:"Only those that are about no product."`
			Product    plumbline.ProductRef `query:"product" doc:"Only those that are about it."`
			Cursor     string               `query:"cursor" doc:"The next of the page before."`
			Limit      int                  `query:"limit" minimum:"1" maximum:"200"`
		}) (*body[incidents.IncidentPage], error) {
			return wrap(s.app.Incidents(ctx, who, incidents.IncidentQuery{Open: in.Open, Unassigned: in.Unassigned, Product: in.Product, Cursor: in.Cursor, Limit: in.Limit}))
		})
	add(s, route{method: http.MethodGet, path: "/incidents/{id}", id: "getIncident", tag: tag, says: "An incident with its clocks and what told of it"},
		func(ctx context.Context, who plumbline.Actor, in *Numbered) (*body[incidents.IncidentDetail], error) {
			return wrap(s.app.Incident(ctx, who, in.ID))
		})
	add(s, route{method: http.MethodPost, path: "/incidents", id: "declareIncident", tag: tag, says: "Declare an incident that no alarm told of", status: http.StatusCreated},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body incidents.IncidentInput }) (*body[plumbline.IncidentRecord], error) {
			return wrap(s.app.DeclareIncident(ctx, who, in.Body))
		})
	add(s, route{method: http.MethodPatch, path: "/incidents/{id}", id: "changeIncident", tag: tag, says: "Change what is said of an incident", more: "What is left out stays. What people said no alarm changes."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Numbered
			Body incidents.IncidentInput
		}) (*body[plumbline.IncidentRecord], error) {
			return wrap(s.app.ChangeIncident(ctx, who, in.ID, in.Body))
		})
	add(s, route{method: http.MethodPut, path: "/incidents/{id}/item", id: "tieIncident", tag: tag, says: "Say which item an incident is", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Numbered
			Body itemKeyBody
		}) (*nothing, error) {
			return nil, s.app.TieIncident(ctx, who, in.ID, in.Body.Key)
		})
	add(s, route{method: http.MethodPost, path: "/incidents/{id}/item", id: "fileIncident", tag: tag, says: "Make an item of an incident", status: http.StatusCreated},
		func(ctx context.Context, who plumbline.Actor, in *Numbered) (*body[itemKeyBody], error) {
			key, err := s.app.FileIncident(ctx, who, in.ID)
			return wrap(itemKeyBody{Key: key}, err)
		})
	s.routeSupport(tag)
	s.routeAlarms(tag)
}

// alarmSources is what a list of sources of alarms is wrapped in.
type alarmSources struct {
	Sources []plumbline.AlarmSource `json:"sources"`
}

func (s *server) routeAlarms(tag string) {
	add(s, route{method: http.MethodGet, path: "/alarm-sources", id: "listAlarmSources", tag: tag, says: "Who tells of alarms, and how that goes"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[alarmSources], error) {
			all, err := s.app.AlarmSources(ctx, who)
			if all == nil {
				all = []plumbline.AlarmSource{}
			}
			return wrap(alarmSources{all}, err)
		})
	add(s, route{method: http.MethodGet, path: "/incident-rules", id: "getIncidentRules", tag: tag, says: "The rules by which alarms become incidents"},
		func(ctx context.Context, who plumbline.Actor, _ *nothing) (*body[incidents.IncidentRulesView], error) {
			return wrap(s.app.IncidentRules(ctx, who))
		})
	add(s, route{method: http.MethodPut, path: "/incident-rules", id: "putIncidentRules", tag: tag, says: "Put other rules in force, for alarms that come from now on", status: http.StatusNoContent},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body rulesText }) (*nothing, error) {
			return nil, s.app.PutIncidentRules(ctx, who, in.Body.Text)
		})
}

func (s *server) routeSupport(tag string) {
	add(s, route{method: http.MethodGet, path: "/products/{ref}/tickets", id: "listTickets", tag: tag, says: "The tickets of a week, the newest first", more: "What the load of support rests on. Who asked is for cleared people."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Supported
			Week   string `query:"week" required:"true" doc:"A day of the week, as 2026-11-16. Weeks go from Monday to Monday in UTC."`
			Cursor string `query:"cursor" doc:"The next of the page before."`
		}) (*body[incidents.TicketPage], error) {
			week, err := plumbline.ParseTime(in.Week)
			if err != nil {
				return nil, plumbline.FieldError("week", "%s", plumbline.TextOf(err))
			}
			return wrap(s.app.Tickets(ctx, who, in.Ref, week, in.Cursor))
		})
	add(s, route{method: http.MethodGet, path: "/products/{ref}/support", id: "getSupport", tag: tag, says: "The load of support of a product or a process", more: "Durations are in nanoseconds."},
		func(ctx context.Context, who plumbline.Actor, in *Supported) (*body[incidents.SupportView], error) {
			return wrap(s.app.Support(ctx, who, in.Ref))
		})
	add(s, route{method: http.MethodPut, path: "/products/{ref}/support/capacity", id: "putSupportCapacity", tag: tag, says: "Say how many hours there are for support", status: http.StatusNoContent,
		more: "From the week of the day on: people times the hours of one of them in a week."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Supported
			Body struct {
				From   plumbline.Time    `json:"from"`
				People plumbline.Decimal `json:"people"`
				Hours  plumbline.Decimal `json:"hours"`
			}
		}) (*nothing, error) {
			return nil, s.app.PutSupportCapacity(ctx, who, in.Ref, plumbline.SupportCapacity{From: in.Body.From, People: in.Body.People, Hours: in.Body.Hours})
		})
}
