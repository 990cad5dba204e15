package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/judging"
)

var (
	aCell  = regexp.MustCompile(`name="cell\.([A-Z]+-\d+)\.reach" value="([^"]*)"`)
	aTrial = regexp.MustCompile(`href="(/ranking\?[^"]*item=([A-Z]+-\d+)[^"]*)#trial"`)
)

// estimated gives a few items of the demo all that RICE asks for.
func estimated(t *testing.T, s *site) {
	t.Helper()
	list, err := s.app.Items(t.Context(), us(), plumbline.Filter{Kind: plumbline.Request, Limit: 6})
	if err != nil {
		t.Fatal(err)
	}
	var cells []judging.CellInput
	for i, r := range list.Rows.Rows {
		for f, text := range map[plumbline.Factor]string{"reach": strconv.Itoa(1+i) + "-" + strconv.Itoa(3+i), "impact": "1-2", "confidence": "0.5-0.9", "effort": "1-3"} {
			cells = append(cells, judging.CellInput{Key: r.Key, EstimateInput: judging.EstimateInput{Factor: f, Text: text}})
		}
	}
	results, err := s.app.EstimateMany(t.Context(), s.actor("mara"), cells)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Error != "" {
			t.Fatalf("%s, %s: %s", r.Key, r.Factor, r.Error)
		}
	}
}

// Without script the sheet is a form: what was changed is saved, what cannot be
// read comes back beside its cell, and what was left alone is not touched.
func TestSheetWithoutScript(t *testing.T) {
	s := demoSite(t)
	v := s.as("ines")
	const page = "/ranking/estimates?model=rice"
	cells := aCell.FindAllStringSubmatch(v.get(page, 200).body, -1)
	if len(cells) < 3 {
		t.Fatalf("the sheet has %d cells for reach", len(cells))
	}
	one, two, three := cells[0][1], cells[1][1], cells[2][1]
	form := vals("grade", "sampled", "source", "a survey", "next", page, "cell."+one+".reach", "210-890", "cell."+two+".reach", "9-2", "cell."+three+".reach", cells[2][2], "was."+three+".reach", cells[2][2])
	a := v.post("/ranking/estimates", form, 422)
	a.has(t, "1 range was not saved; the other 1 are", `id="cell-`+two+`-reach" name="cell.`+two+`.reach" value="9-2"`, `href="#cell-`+two+`-reach"`, `value="sampled" selected`, `value="a survey"`)
	v.get(page, 200).has(t, `name="was.`+one+`.reach" value="210-890"`)
	v.get("/ranking/"+one+"?model=rice", 200).has(t, "210-890", "Sampled", "a survey")
	v.post("/ranking/estimates", vals("grade", "opinion", "next", page, "cell."+one+".reach", "210-890", "was."+one+".reach", "210-890"), 422).has(t, "Nothing was changed")
	v.post("/ranking/estimates", vals("grade", "opinion", "next", page, "cell."+one+".reach", "", "was."+one+".reach", "210-890"), 200).has(t, "1 estimate saved.")
	v.get(page, 200).lacks(t, "210-890")
	s.as("jonas").post("/ranking/estimates", vals("grade", "opinion", "cell."+one+".reach", "1-2"), 403)
}

// A trial is an address: without script too it shows what would move, saves
// nothing, and what is half typed is said and not guessed.
func TestTrialWithoutScript(t *testing.T) {
	s := demoSite(t)
	estimated(t, s)
	v := s.as("mara")
	found := aTrial.FindAllStringSubmatch(v.get("/ranking?model=rice", 200).body, -1)
	if len(found) == 0 {
		t.Fatal("no row of the ranking can be tried out")
	}
	last := found[len(found)-1]
	at := strings.ReplaceAll(last[1], "&amp;", "&")
	v.get(at, 200).has(t, "What if "+last[2]+" were estimated otherwise?", `name="set.reach"`)
	v.get(at+"&set.reach="+url.QueryEscape("900000-2000000"), 200).has(t, `class="moved"`, ", up</span>")
	v.get(at+"&set.reach=9-2", 200).has(t, `id="trial-answer"`, `class="error"`)
	v.get(at, 200).lacks(t, "900000")
	if got := v.get(at+"&set.reach=&top=5", 200).Request.URL.RawQuery; strings.Contains(got, "set.reach") {
		t.Errorf("empty values stay in the address: %s", got)
	}
	v.get("/ranking?top=0", 422).has(t, "a number from 1 to 1000")
	v.get("/ranking?colour=red", 422).has(t, "is not a filter")
}

// A round is opened, answered and closed by forms; what is wrong is said at its
// field.
func TestRoundByForms(t *testing.T) {
	s := demoSite(t)
	mara, ines := s.as("mara"), s.as("ines")
	key := string(s.find("Fixed egress addresses"))
	mara.post("/ranking/rounds", vals("title", "", "items", key, "factors", "reach"), 422).has(t, `aria-invalid="true"`)
	mara.post("/ranking/rounds", vals("title", "Nothing", "items", "REQ-99999", "factors", "reach"), http.StatusUnprocessableEntity)
	ines.post("/ranking/rounds", vals("title", "Mine", "items", key, "factors", "reach"), 403)
	a := mara.post("/ranking/rounds", vals("title", "Reach of fixed addresses", "items", strings.ToLower(key), "factors", "", "factors", "reach", "people", "@ines, mara"), 200)
	a.has(t, "The round is open", "you see only what you said yourself")
	page := a.Request.URL.Path
	ines.post(page, vals("grade", "opinion", "cell."+key+".reach", "9-2"), 422).has(t, `value="9-2"`)
	ines.post(page, vals("grade", "opinion", "cell."+key+".reach", "300-700"), 200).has(t, "1 estimate given", `value="300-700"`)
	mara.get(page, 200).lacks(t, "300-700")
	mara.post(page, vals("do", "close"), 200).has(t, "The round is closed", "300-700")
	ines.post(page, vals("grade", "opinion", "cell."+key+".reach", "1-2", "was."+key+".reach", "300-700"), 422).lacks(t, "estimate given")
}

// The best and the worst of five are a form: what is chosen twice comes back with
// what is wrong, and an answer leads to the next five.
func TestBestAndWorstByForm(t *testing.T) {
	s := demoSite(t)
	estimated(t, s)
	mara := s.as("mara")
	mara.get("/ranking/pairs?way=fast", 422).has(t, "is no way to compare")
	before, err := s.app.NextPair(t.Context(), s.actor("mara"), plumbline.Filter{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(before.Set) != 5 {
		t.Fatalf("the set is %+v", before.Set)
	}
	form := vals("next", "/ranking/pairs?way=set", "best", string(before.A.Key), "worst", string(before.A.Key))
	for _, c := range before.Set {
		form.Add("set", string(c.Key))
	}
	page := mara.get("/ranking/pairs?way=set", 200)
	page.has(t, "One answer says as much as 7 pairs.", `name="best" value="`+string(before.Set[4].Key)+`"`, `name="worst" value="`+string(before.Set[4].Key)+`"`)
	mara.post("/ranking/pairs", form, 422).has(t, `role="alert"`, " checked")
	form.Set("worst", string(before.B.Key))
	a := mara.post("/ranking/pairs", form, 200)
	a.has(t, "is worth most of them", "Which is worth most, and which least?")
	after, err := s.app.NextPair(t.Context(), s.actor("mara"), plumbline.Filter{}, 0)
	if err != nil || after.Asked != before.Asked+7 {
		t.Errorf("%d answers, then %d: %v", before.Asked, after.Asked, err)
	}
	s.as("jonas").post("/ranking/pairs", form, 403)
}

// What the reach of a product is counted in is said on its page, by who may; what is
// wrong stays in the form, what was said before stays in the history, and the sheet
// says whose number it is.
func TestReachOnThePageOfAProduct(t *testing.T) {
	s := demoSite(t)
	const at = "/products/kube-apiserver"
	mara := s.as("mara")
	mara.get(at, 200).has(t, "What its reach is counted in", "24 teams", "19 teams", "Mara Lindqvist", "The directory of teams that run on it.")
	theirs := s.as("jonas").get(at, 200)
	theirs.has(t, "24 teams")
	theirs.lacks(t, "How many there are in all")
	s.as("jonas").post(at+"/reach", vals("many", "3", "unit", "teams"), 403)
	mara.post(at+"/reach", vals("many", "lots", "unit", "teams"), 422).has(t, `value="lots"`, "Write a whole number")
	mara.post(at+"/reach", vals("many", "0", "unit", "clusters"), 422).has(t, "Say how many clusters there are in all")
	mara.post(at+"/reach", vals("many", "1,310", "unit", "clusters", "source", "https://example.com/clusters"), 200).has(t,
		"1,310 clusters", "24 teams", `href="https://example.com/clusters"`, "Kept.")
	mara.get("/ranking/estimates?q=product:kube-apiserver", 200).has(t, "of 1310 clusters", `href="/products/kube-apiserver#reach"`, "example.com/clusters")
	mara.post(at+"/reach", vals("many", "", "unit", ""), 200).has(t, "Nobody has said", "1,310 clusters")
}
