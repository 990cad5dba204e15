package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app/monthly"
)

func (s *server) routeReport() {
	add(s, route{method: http.MethodGet, path: "/report", id: "getReport", tag: "limits", says: "What a month was like: how limits stood when it ended, what broke, what it cost, and what was decided",
		more: "Amounts of money are left out for requesters."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			Month string `query:"month" doc:"As 2026-10; the last one that is over when not said."`
		}) (*body[monthly.MonthReport], error) {
			return wrap(s.app.MonthlyReport(ctx, who, in.Month))
		})
}
