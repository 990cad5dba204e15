package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"plumbline/client"
	"plumbline/internal/app"
	"plumbline/internal/app/capacity"
	findingsof "plumbline/internal/app/findings"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/app/incidents"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/likeness"
	"plumbline/internal/app/monthly"
	"plumbline/internal/app/notices"
	"plumbline/internal/app/people"
	"plumbline/internal/app/planning"
	"plumbline/internal/app/prompt"
	"plumbline/internal/app/ranking"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rota"
	"plumbline/internal/app/saved"
	"plumbline/internal/app/standing"
	"plumbline/internal/app/templates"
)

// spec is the OpenAPI document as tests need it: which operation a request
// belongs to, and whether an answer is what it promises.
type spec struct {
	raw   []byte
	paths map[string]map[string]struct {
		OperationID string          `json:"operationId"`
		RequestBody json.RawMessage `json:"requestBody"`
		Responses   map[string]struct {
			Content map[string]struct {
				Schema json.RawMessage `json:"schema"`
			} `json:"content"`
		} `json:"responses"`
	}
	defs    map[string]json.RawMessage
	schemas map[string]*jsonschema.Resolved
	match   map[string]*regexp.Regexp
}

func readSpec(t *testing.T, door http.Handler) *spec {
	t.Helper()
	w := httptest.NewRecorder()
	door.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/openapi.json", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("the document: status %d", w.Code)
	}
	s := &spec{raw: w.Body.Bytes(), schemas: map[string]*jsonschema.Resolved{}, match: map[string]*regexp.Regexp{}}
	var doc struct {
		Paths      json.RawMessage `json:"paths"`
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(s.raw, &doc); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(doc.Paths, &s.paths); err != nil {
		t.Fatal(err)
	}
	s.defs = doc.Components.Schemas
	for p := range s.paths {
		s.match[p] = regexp.MustCompile("^" + regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(p), "[^/]+") + "$")
	}
	return s
}

// check holds a JSON answer against the document.
func (s *spec) check(t *testing.T, r *http.Request, a answer) {
	t.Helper()
	if s == nil || !strings.HasPrefix(r.URL.Path, prefix) || len(a.body) == 0 || !strings.Contains(a.header.Get("Content-Type"), "json") || strings.Contains(a.header.Get("Content-Type"), "ndjson") {
		return
	}
	for p, re := range s.match {
		op, ok := s.paths[p][strings.ToLower(r.Method)]
		if !ok || !re.MatchString(r.URL.Path) || p == prefix+"/events/stream" {
			continue
		}
		status := "default"
		if a.status/100 == 2 {
			status = map[int]string{200: "200", 201: "201", 202: "202"}[a.status]
		}
		content := op.Responses[status].Content[a.header.Get("Content-Type")]
		if content.Schema == nil {
			t.Errorf("%s answered %d as %s, which the document does not mention", op.OperationID, a.status, a.header.Get("Content-Type"))
			return
		}
		if err := s.validate(op.OperationID+status, content.Schema, a.body); err != nil {
			t.Errorf("%s answered what the document does not promise: %v\n%s", op.OperationID, err, a.body)
		}
		return
	}
}

// references finds the names of the schemas that a schema refers to.
var references = regexp.MustCompile(`"\$ref":\s*"#/components/schemas/([^"]+)"`)

// reach collects the schemas that a schema needs.
func (s *spec) reach(schema json.RawMessage, into map[string]json.RawMessage) {
	for _, m := range references.FindAllSubmatch(schema, -1) {
		name := string(m[1])
		if _, ok := into[name]; !ok {
			into[name] = s.defs[name]
			s.reach(s.defs[name], into)
		}
	}
}

func (s *spec) validate(name string, schema json.RawMessage, body []byte) error {
	res := s.schemas[name]
	if res == nil {
		defs := map[string]json.RawMessage{}
		s.reach(schema, defs)
		named, err := json.Marshal(defs)
		if err != nil {
			return err
		}
		whole := []byte(`{"$defs":` + string(named) + `,"allOf":[` + string(schema) + `]}`)
		whole = bytes.ReplaceAll(whole, []byte("#/components/schemas/"), []byte("#/$defs/"))
		var sc jsonschema.Schema
		if err := json.Unmarshal(whole, &sc); err != nil {
			return err
		}
		if res, err = sc.Resolve(nil); err != nil {
			return err
		}
		s.schemas[name] = res
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	return res.Validate(v)
}

// paper is a door with nothing behind it: enough to describe itself.
func paper(t *testing.T) *house {
	return &house{t: t, spec: readSpec(t, New(nil, Options{Version: "test"}))}
}

func TestDocument(t *testing.T) {
	h := paper(t)
	const golden = "testdata/openapi.json"
	got := append(bytes.TrimSpace(h.spec.raw), '\n')
	if os.Getenv("PLUMBLINE_TEST_UPDATE") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the document is not %s: run ./do golden ./internal/api and read the difference", golden)
	}
}

// TestDocumentIsWhole wants what OpenAPI 3.1 wants of a document, every
// reference to lead somewhere, and every schema to be one of JSON Schema.
func TestDocumentIsWhole(t *testing.T) {
	h := paper(t)
	var doc map[string]any
	if err := json.Unmarshal(h.spec.raw, &doc); err != nil {
		t.Fatal(err)
	}
	if doc["openapi"] != "3.1.0" {
		t.Errorf("openapi: got %v, want 3.1.0", doc["openapi"])
	}
	info, _ := doc["info"].(map[string]any)
	if info["title"] == "" || info["version"] != "test" {
		t.Errorf("info: got %v", info)
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	for _, ref := range regexp.MustCompile(`"\$ref": "([^"]+)"`).FindAllSubmatch(h.spec.raw, -1) {
		name := strings.TrimPrefix(string(ref[1]), "#/components/schemas/")
		if schemas[name] == nil {
			t.Errorf("the reference %s leads nowhere", ref[1])
		}
	}
	var all []string
	for name := range schemas {
		all = append(all, `{"$ref":"#/components/schemas/`+name+`"}`)
	}
	err := h.spec.validate("all", json.RawMessage(`{"anyOf":[`+strings.Join(all, ",")+`]}`), []byte(`false`))
	if err == nil || strings.Contains(err.Error(), "resolv") {
		t.Errorf("the schemas, one of which false should be: %v", err)
	}
	seen := map[string]bool{}
	for path, ops := range h.spec.paths {
		for method, op := range ops {
			if op.OperationID == "" || seen[op.OperationID] {
				t.Errorf("%s %s: the id %q is missing or there twice", method, path, op.OperationID)
			}
			seen[op.OperationID] = true
			if (method == "get" || method == "delete") && op.RequestBody != nil {
				t.Errorf("%s %s wants a body, which many clients cannot send: %s", method, path, op.RequestBody)
			}
			if op.Responses["default"].Content["application/problem+json"].Schema == nil {
				t.Errorf("%s %s: the problem is not described", method, path)
			}
		}
	}
}

// TestRoutes lists every operation, so that one which appears or goes is seen.
func TestRoutes(t *testing.T) {
	h := paper(t)
	var got []string
	for path, ops := range h.spec.paths {
		for method := range ops {
			got = append(got, strings.ToUpper(method)+" "+strings.TrimPrefix(path, prefix))
		}
	}
	sort.Strings(got)
	want := strings.Fields(`
		GET|/accounts PUT|/accounts/{ref} GET|/audit GET|/audit/export GET|/board POST|/bulk POST|/bulk/preview POST|/bulk/{id}/undo GET|/complete
		GET|/decisions POST|/deliveries/{id}/retry GET|/events GET|/events/stream GET|/export DELETE|/feed GET|/feed PUT|/feed POST|/imports GET|/inbox GET|/items POST|/items GET|/items/{key}
		PATCH|/items/{key} POST|/items/{key}/accept POST|/items/{key}/answer POST|/items/{key}/ask POST|/items/{key}/comments
		DELETE|/items/{key}/comments/{id} PATCH|/items/{key}/comments/{id} POST|/items/{key}/convert POST|/items/{key}/decision
		POST|/items/{key}/demands POST|/items/{key}/evidence POST|/items/{key}/handoff GET|/items/{key}/history POST|/items/{key}/links
		DELETE|/items/{key}/merge POST|/items/{key}/merge POST|/items/{key}/move DELETE|/items/{key}/mute POST|/items/{key}/mute
		DELETE|/items/{key}/relations POST|/items/{key}/relations POST|/items/{key}/snooze POST|/items/{key}/undo
		DELETE|/items/{key}/votes POST|/items/{key}/votes DELETE|/items/{key}/watch POST|/items/{key}/watch GET|/links GET|/links/{id}
		POST|/links/{id}/ask POST|/links/{id}/pause POST|/links/{id}/release POST|/links/{id}/resume POST|/links/{id}/retry GET|/me
		GET|/mine GET|/notices POST|/notices/read GET|/notices/settings PUT|/notices/settings GET|/people PUT|/people/{handle}
		GET|/processes GET|/processes/{id}/limits PUT|/processes/{id}/limits GET|/products GET|/products/{ref} PUT|/products/{ref} GET|/rotation PUT|/rotation GET|/similar GET|/teams
		GET|/teams/{ref} PUT|/teams/{ref} GET|/templates DELETE|/templates/{class} GET|/templates/{class} PUT|/templates/{class}
		GET|/timeline GET|/today GET|/today/{part} GET|/tokens POST|/tokens DELETE|/tokens/{id} GET|/views POST|/views DELETE|/views/{id}
		GET|/views/{id} PATCH|/views/{id} DELETE|/views/{id}/default POST|/views/{id}/default GET|/webhooks DELETE|/webhooks/{id}
		PUT|/webhooks/{id} GET|/webhooks/{id}/deliveries POST|/webhooks/{id}/off POST|/webhooks/{id}/on POST|/webhooks/{id}/ping
		POST|/webhooks/{id}/retry PUT|/webhooks/{id}/secret
		GET|/items/{key}/estimates POST|/items/{key}/estimates POST|/estimates GET|/estimates GET|/reaches GET|/products/{ref}/reach PUT|/products/{ref}/reach
		GET|/rounds POST|/rounds GET|/rounds/{id} POST|/rounds/{id}/close GET|/comparisons/next POST|/comparisons POST|/items/{key}/realities
		GET|/calibration POST|/items/{key}/extensions POST|/items/{key}/extensions/approve GET|/ranking GET|/items/{key}/rank GET|/ranking/validate
		GET|/duties GET|/objectives GET|/objective GET|/products/{ref}/objectives POST|/objectives/tie GET|/figure-sources GET|/policies GET|/policies/{version} POST|/policies/check POST|/policies POST|/policies/{version}/use POST|/policies/replay
		GET|/catalog GET|/catalog/export PUT|/products/{ref}/facts GET|/products/{ref}/maturity POST|/products/{ref}/maturity
		GET|/constraints GET|/constraints/{id} PUT|/constraints/{id} GET|/constraints/{id}/evidence POST|/constraints/{id}/evidence GET|/constraints/{id}/trail
		POST|/constraints/{id}/items DELETE|/constraints/{id}/items/{key} GET|/items/{key}/gate GET|/exceptions POST|/constraints/{id}/exceptions
		POST|/exceptions/{id}/approve POST|/exceptions/{id}/end GET|/standings GET|/gates GET|/reserves GET|/report GET|/limit-policies GET|/limit-policies/{version}
		POST|/limit-policies/check POST|/limit-policies/preview POST|/limit-policies POST|/limit-policies/{version}/use
		GET|/incidents POST|/incidents GET|/incidents/{id} PATCH|/incidents/{id} PUT|/incidents/{id}/item POST|/incidents/{id}/item
		GET|/products/{ref}/support PUT|/products/{ref}/support/capacity GET|/products/{ref}/tickets GET|/alarm-sources GET|/incident-rules PUT|/incident-rules
		GET|/flow GET|/forecast GET|/forecast-record
		GET|/findings GET|/findings/{id} POST|/findings/{id}/judgement PUT|/findings/{id}/facts PUT|/products/{ref}/risk POST|/products/{ref}/findings/mended GET|/deadlines PUT|/deadlines
		DELETE|/products/{ref}/frameworks/{framework} GET|/controls GET|/controls/export GET|/cost GET|/cost-rules GET|/evidence-formats GET|/files
		GET|/files/{id} GET|/files/{id}/content GET|/files/{id}/lines GET|/products/{ref}/controls GET|/products/{ref}/controls/{framework}
		GET|/products/{ref}/controls/{framework}/{control} GET|/products/{ref}/cost GET|/products/{ref}/cost/{day} POST|/cost-rules/allot
		POST|/evidence/{format} PUT|/cost-plans/{budget} PUT|/cost-rules PUT|/products/{ref}/controls/{framework}/{control}
		PUT|/products/{ref}/cost-drivers PUT|/products/{ref}/frameworks/{framework}
		GET|/capacity GET|/capacity/{team} PUT|/capacity/{team}/periods/{period} DELETE|/capacity/{team}/periods/{period} PUT|/capacity/{team}/mix GET|/capacity-rules PUT|/capacity-rules
		GET|/plans POST|/plans GET|/plans/{id} PATCH|/plans/{id} DELETE|/plans/{id} POST|/plans/{id}/make POST|/plans/{id}/stop POST|/plans/{id}/pins POST|/plans/{id}/commit
		GET|/plans/{id}/displacement POST|/plans/{id}/displacement GET|/plan-decisions POST|/plan-decisions/withdraw
	`)
	for i, w := range want {
		want[i] = strings.Replace(w, "|", " ", 1)
	}
	sort.Strings(want)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestClientMatches holds the client's types against the views that they read
// and the inputs that they write, name by name.
func TestClientMatches(t *testing.T) {
	for _, pair := range []struct{ ours, theirs any }{
		{flowmetrics.Flow{}, client.Flow{}}, {flowmetrics.Ahead{}, client.Ahead{}},
		{judging.EstimatesView{}, client.EstimatesView{}}, {judging.EstimateInput{}, client.EstimateInput{}}, {judging.GridView{}, client.GridView{}}, {judging.RoundView{}, client.RoundView{}}, {judging.RoundInput{}, client.RoundInput{}}, {judging.PairView{}, client.PairView{}}, {judging.CompareInput{}, client.CompareInput{}}, {judging.RealityInput{}, client.RealityInput{}}, {judging.CalibrationView{}, client.CalibrationView{}}, {judging.ExtensionInput{}, client.ExtensionInput{}}, {judging.ReachView{}, client.ReachView{}}, {judging.ReachInput{}, client.ReachInput{}}, {judging.CellInput{}, client.CellInput{}}, {judging.CellResult{}, client.CellResult{}},
		{findingsof.FindingPage{}, client.FindingPage{}}, {findingsof.FindingView{}, client.FindingView{}}, {findingsof.FactsInput{}, client.FactsInput{}},
		{capacity.CapacityView{}, client.Capacity{}}, {capacity.StaffingInput{}, client.StaffingInput{}}, {capacity.CapacityRulesView{}, client.CapacityRules{}},
		{incidents.IncidentPage{}, client.IncidentList{}}, {incidents.IncidentDetail{}, client.IncidentDetail{}}, {incidents.IncidentInput{}, client.IncidentInput{}}, {incidents.IncidentRulesView{}, client.IncidentRules{}}, {incidents.SupportView{}, client.Support{}},
		{ranking.RankingView{}, client.RankingView{}}, {ranking.ExplainView{}, client.ExplainView{}}, {ranking.ValidateView{}, client.ValidateView{}}, {ranking.DutiesView{}, client.DutiesView{}}, {ranking.PolicyView{}, client.PolicyView{}}, {ranking.PolicyTextView{}, client.PolicyTextView{}}, {ranking.PolicyCheck{}, client.PolicyCheck{}}, {ranking.ReplayInput{}, client.ReplayInput{}}, {ranking.ReplayView{}, client.ReplayView{}},
		{monthly.MonthReport{}, client.MonthReport{}}, {standing.ConstraintList{}, client.ConstraintList{}}, {standing.ConstraintPageView{}, client.ConstraintPage{}}, {standing.Told{}, client.Told{}}, {standing.Gate{}, client.Gate{}}, {standing.PolicyEdition{}, client.LimitPolicy{}}, {standing.LimitPreview{}, client.LimitPreview{}}, {exceptionBody{}, client.ExceptionInput{}},
		{app.ItemView{}, client.ItemView{}}, {reading.ItemPlan{}, client.ItemPlan{}}, {app.TogetherView{}, client.Together{}}, {app.RelationView{}, client.Relation{}}, {likeness.Like{}, client.Like{}},
		{app.ListView{}, client.List{}}, {app.BoardView{}, client.Board{}}, {app.TimelineView{}, client.Timeline{}}, {app.BulkView{}, client.BulkView{}}, {app.BulkInput{}, client.BulkInput{}}, {saved.ViewInput{}, client.ViewInput{}}, {app.InboxView{}, client.Inbox{}},
		{app.Docket{}, client.Docket{}}, {app.AccountView{}, client.Account{}}, {app.LinkView{}, client.Link{}}, {people.TokenView{}, client.Token{}},
		{app.DemandView{}, client.Demand{}}, {app.TodayView{}, client.Today{}}, {app.HistoryPage{}, client.HistoryPage{}}, {rota.RotationView{}, client.Rotation{}}, {rota.RotationInput{}, client.RotationInput{}}, {app.SnoozeInput{}, client.SnoozeInput{}}, {app.ProcessView{}, client.Process{}}, {app.HistoryEntry{}, client.History{}},
		{planning.PlanView{}, client.PlanOf{}}, {planning.CompareView{}, client.PlansCompared{}}, {planning.DisplaceView{}, client.Displacement{}}, {planning.DecisionView{}, client.PlanDecision{}},
		{planning.ScenarioInput{}, client.ScenarioInput{}}, {planning.PinInput{}, client.PinInput{}}, {planning.CommitInput{}, client.CommitInput{}}, {planning.EscalateInput{}, client.EscalateInput{}},
		{meView{}, client.Me{}}, {auditPage{}, client.AuditPage{}}, {eventPageView{}, client.EventPage{}}, {newToken{}, client.NewToken{}},
		{app.FileInput{}, client.FileInput{}}, {app.EditInput{}, client.EditInput{}}, {app.MoveInput{}, client.MoveInput{}}, {app.DemandInput{}, client.DemandInput{}},
		{app.EvidenceInput{}, client.EvidenceInput{}}, {app.DecisionInput{}, client.DecisionInput{}}, {app.CommentInput{}, client.CommentInput{}},
		{notices.FeedView{}, client.Feed{}}, {prompt.Options{}, client.Completion{}}, {app.MineView{}, client.Mine{}}, {templates.TemplateView{}, client.Template{}}, {app.AttachmentInput{}, client.AttachmentInput{}}, {accountBody{}, client.AccountInput{}}, {personBody{}, client.PersonInput{}},
	} {
		ours, theirs := reflect.TypeOf(pair.ours), reflect.TypeOf(pair.theirs)
		got, want := strings.Join(jsonNames(theirs, "", 0), "\n"), strings.Join(jsonNames(ours, "", 0), "\n")
		if got != want {
			t.Errorf("client.%s is not %s:\n%s", theirs.Name(), ours.Name(), difference(got, want))
		}
	}
}

// jsonNames are the names, with the kinds of their values, that a type has in
// JSON, all the way down.
func jsonNames(t reflect.Type, path string, depth int) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t, path = t.Elem(), path+"[]"
	}
	if t == reflect.TypeFor[standing.Number]() {
		return []string{path + " string"} // its digits, as a Decimal has them
	}
	if t == reflect.TypeFor[flowmetrics.Odds]() {
		t = reflect.TypeFor[odds]()
	}
	if t.Kind() == reflect.Array {
		t, path = t.Elem(), path+"[]"
	}
	if t.Kind() != reflect.Struct || depth > 8 {
		return []string{path + " " + t.Kind().String()}
	}
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case f.Anonymous && name == "":
			out = append(out, jsonNames(f.Type, path, depth+1)...)
		default:
			if name == "" {
				name = f.Name
			}
			out = append(out, jsonNames(f.Type, path+"."+strings.ToLower(name), depth+1)...)
		}
	}
	sort.Strings(out)
	return out
}

func difference(got, want string) string {
	var out []string
	has := func(text, line string) bool { return strings.Contains("\n"+text+"\n", "\n"+line+"\n") }
	for _, l := range strings.Split(got, "\n") {
		if !has(want, l) {
			out = append(out, "only in the client: "+l)
		}
	}
	for _, l := range strings.Split(want, "\n") {
		if !has(got, l) {
			out = append(out, "missing in the client: "+l)
		}
	}
	return strings.Join(out, "\n")
}
