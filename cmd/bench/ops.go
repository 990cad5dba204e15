package main

import (
	"context"
	"net/http"
	"net/url"

	"plumbline"
)

// op is one operation: requests that are alike.
type op struct {
	name     string
	requests []request
	writes   bool
	once     bool // each request can be sent once
}

func get(path, has string) request {
	return request{Method: http.MethodGet, Path: path, Want: http.StatusOK, Has: has}
}

func getJSON(path, has string) request {
	r := get(path, has)
	r.JSON = true
	return r
}

// ops are the operations over a database, the reading ones first.
func ops(ctx context.Context, s *site) ([]op, error) {
	keys, err := s.keys(ctx, plumbline.Filter{}, 400)
	if err != nil {
		return nil, err
	}
	waiting, err := s.keys(ctx, plumbline.Filter{Process: "request", States: []plumbline.State{startState}, Sort: "oldest"}, 4000)
	if err != nil {
		return nil, err
	}
	var common, begun, searches, palette, similar, items, apiItems []request
	words := vocabulary()
	for i := range 24 { // a word of the trade, a rarer one, and the beginning of a third
		q := url.QueryEscape(words[5*i] + " " + words[200+30*i] + " " + words[300+25*i][:4])
		searches = append(searches, get("/items?q="+q+"&status=all", "</html>"))
		palette = append(palette, get("/search?q="+q, `"items"`))
	}
	for i := range 24 { // a title that is being typed, its common words first
		title := words[i] + " " + words[2*i+30] + " " + words[90+i] + " " + words[400+31*i] + " " + words[700+57*i][:3]
		similar = append(similar, get("/similar?"+url.Values{"title": {title}, "body": {words[i+5] + " and " + words[1000+9*i]}}.Encode(), ""))
	}
	for i := range 8 {
		common = append(common, get("/items?q="+url.QueryEscape(words[i]+" "+words[i+9]), "</html>"))
		begun = append(begun, get("/items?status=all&q="+url.QueryEscape(words[i][:3]), "</html>"), get("/items?status=all&q="+url.QueryEscape(words[i]), "</html>"))
	}
	for _, k := range keys[:min(len(keys), 200)] {
		items = append(items, get("/items/"+k, k))
		apiItems = append(apiItems, getJSON("/api/v1/items/"+k, `"`+k+`"`))
	}
	state, tag := url.QueryEscape(string(startState)), url.QueryEscape(label(3))
	return append([]op{
		{name: "list", requests: []request{get("/items", "</html>")}},
		{name: "list by status", requests: []request{get("/items?state="+state, "</html>")}},
		{name: "list by label", requests: []request{get("/items?label="+tag, "</html>")}},
		{name: "list, each another", requests: manyLists()},
		{name: "text search", requests: searches},
		{name: "text search, words that a third has", requests: common},
		{name: "text search, a word that a third has, begun", requests: begun},
		{name: "palette", requests: palette},
		{name: "similar while typing", requests: similar},
		{name: "item", requests: items},
		{name: "board", requests: []request{get("/board", "</html>")}},
		{name: "inbox", requests: []request{get("/inbox", "</html>")}},
		{name: "API list", requests: []request{getJSON("/api/v1/items", `"total"`)}},
		{name: "API item", requests: apiItems},
	}, writes(keys, waiting[:len(waiting)*3/4])...), nil
}

// manyLists are more lists than the server remembers.
func manyLists() (out []request) {
	for _, sort := range []string{"updated", "created", "oldest"} {
		for i := range labels {
			out = append(out, get("/items?label="+url.QueryEscape(label(i))+"&sort="+sort, "</html>"))
		}
		for i := range products {
			out = append(out, get("/items?product="+url.QueryEscape(string(product(i)))+"&sort="+sort, "</html>"))
		}
	}
	return out
}

// startState is where a request begins.
const startState = plumbline.State("workflow::validation backlog")

// writes are the operations that change something.
func writes(keys, waiting []string) []op {
	post := func(path, form string) request {
		return request{Method: http.MethodPost, Path: path, Form: form, Want: http.StatusSeeOther}
	}
	title := url.Values{"process": {"request"}, "body": {"Measured: what it takes to ask for something."}}.Encode() + "&title=Measured+request+%d"
	var follow, say, move []request
	for i, k := range keys {
		follow = append(follow, post("/items/"+k+"/watch", "on="+[]string{"1", "0"}[i%2]))
		say = append(say, post("/items/"+k+"/comment", "body=Measured+comment+%d"))
	}
	for _, k := range waiting {
		move = append(move, post("/items/"+k+"/move", "to="+url.QueryEscape("workflow::problem validation")))
	}
	return []op{
		{name: "create", requests: []request{post("/ask", escapeOnce(title))}, writes: true},
		{name: "watch", requests: follow, writes: true},
		{name: "comment", requests: say, writes: true},
		{name: "move", requests: move, writes: true, once: true},
	}
}

// escapeOnce keeps percent signs of an encoded form apart from the number's.
func escapeOnce(form string) string {
	const number = "%d"
	var out []byte
	for i := 0; i < len(form); i++ {
		if form[i] == '%' && (i+1 >= len(form) || form[i:i+2] != number) {
			out = append(out, '%')
		}
		out = append(out, form[i])
	}
	return string(out)
}

// keys are the keys of up to so many items.
func (s *site) keys(ctx context.Context, f plumbline.Filter, most int) (out []string, err error) {
	f.Limit = plumbline.MaxPage
	for len(out) < most {
		page, err := s.app.Items(ctx, s.who, f)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows.Rows {
			out = append(out, string(r.Key))
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			break
		}
	}
	return out[:min(len(out), most)], nil
}
