package api

import (
	"context"
	"net/http"

	"plumbline"
	"plumbline/internal/app"
)

func (s *server) routeBulk() {
	add(s, route{method: http.MethodPost, path: "/bulk/preview", id: "previewBulk", tag: "items", says: "What a change of many items would do to each",
		more: "Changes nothing."},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body app.BulkInput }) (*body[app.BulkView], error) {
			return wrap(s.app.PreviewBulk(ctx, who, in.Body))
		})
	add(s, route{method: http.MethodPost, path: "/bulk", id: "changeItems", tag: "items", says: "Change many items alike",
		more: "What may not be done to one item does not stop the others; the answer says what became of each. The batch can be taken back."},
		func(ctx context.Context, who plumbline.Actor, in *struct{ Body app.BulkInput }) (*body[app.BulkView], error) {
			return wrap(s.app.Bulk(ctx, who, in.Body))
		})
	add(s, route{method: http.MethodPost, path: "/bulk/{id}/undo", id: "undoBulk", tag: "items", says: "Take a change of many items back",
		more: "What others have changed since stays, and is named."},
		func(ctx context.Context, who plumbline.Actor, in *struct {
			ID string `path:"id"`
			NoBody
		}) (*body[app.BulkView], error) {
			return wrap(s.app.UndoBatch(ctx, who, in.ID))
		})
}
