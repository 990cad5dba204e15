package web_test

import (
	"net/http"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app"
)

// The marks are planted in every place that holds something private, each in a
// place of its own, so that a leak says where it comes from.
var (
	// for cleared people
	accountMarks = []string{"Zanzibar Harpsichords", "987,654,321", "987654321", "31,337", "31337", "123,454,321", "123454321", "4,711", "4711 seats", "zz-stage", "zz-demand-note", "2031-03-03", "2032-04-04"}
	// for contributors and up
	internalMarks = []string{"zz-internal-comment", "zz-internal-proof", "zz-decision-reason", "zz-move-note", "https://zz-ticket.example", "https://zz-crm.example", "zz-plan-tier"}
	// for those who may see the items
	hiddenMarks = []string{"Zz internal item", "Zz confidential item", "zz-internal-body", "zz-confidential-body"}
)

// plant writes the marks and gives the keys of the items that carry them.
func plant(t *testing.T, s *site) (open, inside, secret plumbline.Key) {
	t.Helper()
	ctx, mara := t.Context(), s.actor("mara")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	date := func(text string) plumbline.Time {
		var when plumbline.Time
		must(when.UnmarshalJSON([]byte(`"` + text + `T00:00:00Z"`)))
		return when
	}
	must(s.app.PutAccount(ctx, mara, app.AccountInput{Ref: "zanzibar", Name: "Zanzibar Harpsichords", ARR: "987654321", Currency: "EUR", Seats: 31337, Renewal: date("2031-03-03")}))
	it, err := s.app.File(ctx, s.actor("jonas"), app.FileInput{Title: "An open item", Body: "Nothing private here.", Source: "form", Class: plumbline.ClassCustomer})
	must(err)
	open = it.Key
	likely := 0.4
	_, err = s.app.Demand(ctx, mara, open, app.DemandInput{Account: "zanzibar", Points: 9, Worth: "123454321", Currency: "EUR", Seats: 4711, Stage: "zz-stage", Probability: &likely, Close: date("2032-04-04"), Note: "zz-demand-note"})
	must(err)
	_, err = s.app.Comment(ctx, mara, open, app.CommentInput{Body: "zz-internal-comment", Internal: true})
	must(err)
	_, err = s.app.Attach(ctx, mara, open, app.EvidenceInput{Grade: plumbline.Sampled, Text: "zz-internal-proof", Internal: true})
	must(err)
	_, err = s.app.Edit(ctx, mara, open, app.EditInput{Fields: map[string]string{"ticket": "https://zz-ticket.example/1", "crm_link": "https://zz-crm.example/1", "plan_tier": "zz-plan-tier"}})
	must(err)
	_, err = s.app.Decide(ctx, mara, open, app.DecisionInput{Outcome: plumbline.Later, Sentence: "Not now.", Reason: "zz-decision-reason", Reopen: "Later."})
	must(err)
	_, err = s.app.Move(ctx, mara, open, app.MoveInput{To: "workflow::problem validation", Note: "zz-move-note"})
	must(err)
	in, err := s.app.File(ctx, mara, app.FileInput{Title: "Zz internal item", Body: "zz-internal-body", Visibility: plumbline.InternalOnly})
	must(err)
	se, err := s.app.File(ctx, mara, app.FileInput{Title: "Zz confidential item", Body: "zz-confidential-body", Visibility: plumbline.Confidential})
	must(err)
	return open, in.Key, se.Key
}

// everywhere are all the pages, and what the script asks for, that can show
// something of the items.
func everywhere(s *site, keys ...plumbline.Key) []string {
	out := []string{
		"/", "/inbox", "/items", "/items?status=all&sort=created", "/items?mine=1&status=all", "/mine", "/ask?class=customer-operational", "/settings/templates", "/items?q=zz", "/items?q=zanzibar&status=all", "/items?q=open+item", "/board", "/board?status=all", "/decisions",
		"/ask", "/settings", "/settings/trackers", "/settings/teams", "/settings/products", "/settings/accounts", "/settings/accounts?edit=zanzibar", "/settings/people", "/settings/tokens", "/settings/log",
		"/search?q=zz", "/search?q=zanzibar", "/search?q=open", "/help", "/nowhere",
	}
	for _, k := range keys {
		at := "/items/" + string(k)
		out = append(out, at, at+"/brief", "/inbox?front="+string(k), "/settings/log?item="+string(k))
		for _, form := range []string{"edit", "demand", "evidence", "comment", "decide", "handoff", "move?to=workflow::design"} {
			out = append(out, at+"/"+form)
		}
	}
	return out
}

// read gathers everything that somebody can read, headers and cookies too.
func (v *visitor) read(paths []string) string {
	v.s.t.Helper()
	var all strings.Builder
	for _, p := range paths {
		a := v.once(http.MethodGet, p, nil)
		_ = a.Header.Write(&all)
		all.WriteString(a.body)
	}
	return all.String()
}

// Customer names, amounts, internal notes and hidden items are on no page of
// people who may not read them, and on the pages of those who may.
func TestPrivateStaysPrivate(t *testing.T) {
	s := demoSite(t)
	open, inside, secret := plant(t, s)
	paths := everywhere(s, open, inside, secret)
	for who, may := range map[string]struct{ accounts, internal, hidden bool }{
		"mara": {true, true, true}, "avery": {false, true, true}, "ines": {false, true, false}, "jonas": {false, false, false}, "": {false, false, false},
	} {
		all := s.as(who).read(paths)
		check := func(marks []string, allowed bool) {
			t.Helper()
			found := 0
			for _, m := range marks {
				if i := strings.Index(all, m); i >= 0 {
					found++
					if !allowed {
						t.Errorf("%q reads %q: …%s…", who, m, all[max(0, i-200):i+60])
					}
				}
			}
			if allowed && found < len(marks)-3 { // some marks are one thing, written in two ways
				t.Errorf("%q reads %d of %d marks; the others are not shown or not planted: %v", who, found, len(marks), marks)
			}
		}
		check(accountMarks, may.accounts)
		check(internalMarks, may.internal)
		switch {
		case who == "ines": // reads internal items, not confidential ones
			if !strings.Contains(all, "zz-internal-body") || strings.Contains(all, "Zz confidential item") || strings.Contains(all, "zz-confidential-body") {
				t.Error("a contributor reads internal items, and no confidential ones")
			}
		default:
			check(hiddenMarks, may.hidden)
		}
	}
}

// A refused form shows what was typed to whoever typed it, and to nobody else.
func TestRefusedFormsTellNobodyElse(t *testing.T) {
	s := demoSite(t)
	open, inside, _ := plant(t, s)
	jonas := s.as("jonas")
	for _, a := range []answer{
		jonas.send(http.MethodPost, "/items/"+string(open)+"/demand", vals("account", "zanzibar", "points", "99")),
		jonas.send(http.MethodPost, "/items/"+string(inside)+"/comment", vals("body", "hello")),
		jonas.send(http.MethodPost, "/items/"+string(inside)+"/watch", vals("on", "1")),
		jonas.send(http.MethodPost, "/items/"+string(open)+"/edit", vals("version", "1", "title", "mine")),
	} {
		a.lacks(t, accountMarks...)
		a.lacks(t, internalMarks...)
		a.lacks(t, hiddenMarks...)
	}
	// An account can be named by whoever knows it; its name is not read back.
	jonas.post("/items/"+string(open)+"/demand", vals("account", "zanzibar", "points", "3", "worth", "5", "currency", "EUR"), 200).lacks(t, accountMarks...)
}
