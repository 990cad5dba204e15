package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// An installation may have 50,000 labels, and an item 5,000 of them: no page
// grows with them, each is found by its name, and the API has all.
func TestThousandsOfLabels(t *testing.T) {
	db := storetest.SQLite(t)
	s := newSite(t, db, app.Config{})
	v := s.setUp("mara")
	first := s.file(us(), "Few labels", plumbline.Public)
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		var many []store.NewItem
		for i := range 10 {
			it := s.item(first).Row.Item
			it.ID, it.Key, it.Title = plumbline.ItemID(fmt.Sprint("x", i)), plumbline.Key(fmt.Sprint("REQ-", 100+i)), fmt.Sprint("Many labels ", i)
			for j := range 5000 {
				it.Labels = append(it.Labels, fmt.Sprintf("label-%d-%d", i, j))
			}
			many = append(many, store.NewItem{Item: it})
		}
		return tx.InsertItems(many)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/items/REQ-103", "/items", "/board", "/table?columns=labels", "/inbox", "/items?label=label-3-4999", "/items?q=label:label-3-*", "/items/REQ-103/edit", "/search?q=many", "/views/new"} {
		a := v.send(http.MethodGet, path, nil)
		if a.StatusCode >= 500 || len(a.body) > 200_000 {
			t.Errorf("%s: status %d, %d bytes", path, a.StatusCode, len(a.body))
		}
	}
	page := v.send(http.MethodGet, "/items/REQ-103", nil)
	page.has(t, "label-3-39<", "and 4960 more")
	page.lacks(t, "label-3-40<")
	found := v.send(http.MethodGet, "/items?label=label-3-4999", nil)
	found.has(t, "Many labels 3")
	found.lacks(t, "Many labels 4")
	if n := len(s.item("REQ-103").Labels); n != 5000 {
		t.Errorf("%d labels are kept", n)
	}
}
