package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"plumbline"
	"plumbline/internal/app"
)

// fed wraps a feed for those who come with a session, or with the secret in the
// address. The secret is in the query, which is never logged.
func (w *Web) fed(h func(r *http.Request, who plumbline.Actor, f plumbline.Filter) (app.Document, error)) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		defer w.recovered(rw, r)
		err := w.serveFeed(rw, r, h)
		if err == nil || canceled(err) {
			return
		}
		kind := plumbline.KindOf(err)
		if kind == plumbline.Internal || kind == plumbline.Unavailable {
			w.opt.Log.Error("feed failed", "path", r.URL.Path, "err", err)
		}
		rw.Header().Set("Cache-Control", "no-store")
		http.Error(rw, plumbline.TextOf(err), statusOf[kind])
	})
}

func (w *Web) serveFeed(rw http.ResponseWriter, r *http.Request, h func(r *http.Request, who plumbline.Actor, f plumbline.Filter) (app.Document, error)) error {
	who, err := w.feedReader(r)
	if err != nil {
		return err
	}
	f, err := plumbline.ParseFilter(r.URL.Query(), "token")
	if err != nil {
		return err
	}
	doc, err := h(r, who, f)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(doc.Body)
	head := rw.Header()
	head.Set("Content-Type", doc.Type)
	head.Set("Cache-Control", "private, no-cache")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("ETag", `W/"`+hex.EncodeToString(sum[:12])+`"`)
	http.ServeContent(rw, r, "", doc.Updated.Std(), bytes.NewReader(doc.Body)) // answers 304
	return nil
}

func (w *Web) feedReader(r *http.Request) (plumbline.Actor, error) {
	if token := r.URL.Query().Get("token"); token != "" {
		return w.app.WhoByFeed(r.Context(), token)
	}
	return w.who(r)
}

func (w *Web) itemsFeed(r *http.Request, who plumbline.Actor, f plumbline.Filter) (app.Document, error) {
	return w.app.ItemsFeed(r.Context(), who, f)
}

func (w *Web) itemFeed(r *http.Request, who plumbline.Actor, _ plumbline.Filter) (app.Document, error) {
	key, ok := strings.CutSuffix(r.PathValue("file"), ".atom")
	if !ok {
		return app.Document{}, plumbline.Errorf(plumbline.NotFound, "The feed of an item is at /feeds/items/KEY.atom.")
	}
	return w.app.ItemFeed(r.Context(), who, plumbline.Key(strings.ToUpper(key)))
}

func (w *Web) decisionsFeed(r *http.Request, who plumbline.Actor, _ plumbline.Filter) (app.Document, error) {
	return w.app.DecisionsFeed(r.Context(), who)
}

func (w *Web) standingsFeed(r *http.Request, who plumbline.Actor, _ plumbline.Filter) (app.Document, error) {
	return w.app.StandingsFeed(r.Context(), who)
}

func (w *Web) calendar(r *http.Request, who plumbline.Actor, f plumbline.Filter) (app.Document, error) {
	return w.app.DueCalendar(r.Context(), who, f)
}
