package app_test

import (
	"strconv"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// What is offered where the cursor stands, and what is not told to whom.
func TestComplete(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.ok(w.app.PutTeam(w.ctx(), w.pm, plumbline.Team{Ref: "sig-node", Name: "Nodes"}))
		w.ok(w.app.PutTeam(w.ctx(), w.pm, plumbline.Team{Ref: "docs", Name: "Sigma writers"}))
		for _, c := range []struct {
			label string
			seen  plumbline.Visibility
		}{{"area/network", plumbline.Public}, {"area/storage", plumbline.Public}, {"secret/acquisition", plumbline.Confidential}} {
			it, err := w.app.File(w.ctx(), w.pm, app.FileInput{Title: "With " + c.label, Visibility: c.seen})
			w.ok(err)
			w.ok(db.Write(w.ctx(), func(tx *store.Tx) error {
				was, err := tx.Item(it.ID)
				if err != nil {
					return err
				}
				now := was
				now.Labels, now.Version = []string{c.label}, was.Version+1
				return tx.UpdateItem(now, was.Version)
			}))
		}
		for _, c := range []struct {
			who  plumbline.Actor
			text string
			want string // what is put, after where
		}{
			{w.pm, "upd", "0 updated:"},
			{w.pm, "🛰 -upd", "4 updated:"}, // the satellite counts twice, as in JavaScript
			{w.pm, "team:sig", "5 docs sig-node"},
			{w.pm, "team:x,", "7 delivery docs reliability sig-node"},
			{w.pm, "label:area/", "6 area/network area/storage"},
			{w.pm, "label:sec", "6 secret/acquisition"},
			{w.requester, "label:sec", "6"},
			{w.pm, "assignee:m", "9 me mara"},
			{w.requester, "requester:jo", "10 jonas"},
			{w.pm, "priority:", "9 P1 P2 P3 P4"},
			{w.pm, `state:"problem v`, `6 "workflow::problem validation"`},
			{w.pm, "no:lab", "3 label"},
			{w.pm, "updated>3", "8 30d 3m"},
			{w.pm, "field.reach", "0 field.reach:"},
			{w.pm, `"within a phrase te`, "0"},
			{w.pm, "nothing:a", "0"},
			{w.pm, strings.Repeat("x", 200), "0"},
		} {
			got, err := w.app.Complete(w.ctx(), c.who, c.text)
			w.ok(err)
			said := strconv.Itoa(got.From)
			for _, o := range got.Options {
				said += " " + o.Put
			}
			if said != c.want {
				t.Errorf("%s writes %q: got %s, want %s", c.who.Handle, c.text, said, c.want)
			}
		}
		_, err := w.app.Complete(w.ctx(), plumbline.Nobody(), "upd")
		w.refused(err, plumbline.Unauthenticated, "Sign in")
	})
}
