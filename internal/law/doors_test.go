package law

import (
	"encoding/json"
	"go/ast"
	"go/types"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// byAPI says for every form of the pages which operations of the API do the
// same. What belongs to the browser itself, its session and its looks, says
// instead, after a hyphen, why a program does without.
var byAPI = map[string]string{
	"POST /signin":      "- a program sends a token",
	"POST /signout":     "- a program sends a token",
	"POST /demo":        "- a program sends a token",
	"POST /setup":       "- before it there is nobody who could have a token; the command is user add",
	"POST /theme":       "- the colours of one browser",
	"POST /unsubscribe": "putNoticeSettings",

	"POST /table/{key}":        "editItem moveItem",
	"POST /bulk":               "previewBulk changeItems",
	"POST /bulk/undo":          "undoBulk",
	"POST /processes/{id}":     "putLimit",
	"POST /views":              "makeView",
	"POST /views/{id}":         "changeView",
	"POST /views/{id}/default": "beginWithView endBeginningWithView",
	"POST /views/{id}/delete":  "deleteView",
	"POST /ask":                "fileItem",
	"POST /notices/read":       "readNotices",

	"POST /items/{key}/accept":    "acceptItem",
	"POST /items/{key}/ask":       "askBack",
	"POST /items/{key}/snooze":    "snoozeItem",
	"POST /items/{key}/undo":      "undoVerdict",
	"POST /items/{key}/said/{id}": "editComment deleteComment",
	"POST /items/{key}/edit":      "editItem",
	"POST /items/{key}/move":      "moveItem",
	"POST /items/{key}/demand":    "addDemand",
	"POST /items/{key}/evidence":  "attachEvidence",
	"POST /items/{key}/comment":   "comment",
	"POST /items/{key}/decide":    "decide",
	"POST /items/{key}/handoff":   "handOffItem",
	"POST /items/{key}/watch":     "watchItem unwatchItem",
	"POST /items/{key}/vote":      "voteForItem unvoteItem",
	"POST /items/{key}/merge":     "mergeItem",
	"POST /items/{key}/unmerge":   "unmergeItem",
	"POST /items/{key}/relate":    "relateItem unrelateItem",
	"POST /items/{key}/link":      "attachLink",
	"POST /items/{key}/convert":   "convertQuestion",
	"POST /items/{key}/answer":    "answerRedirect",
	"POST /items/{key}/mute":      "muteItem unmuteItem",

	"POST /items/{key}/estimates":  "estimate estimateMany",
	"POST /items/{key}/reality":    "resolveFactor",
	"POST /items/{key}/extensions": "askExtension approveExtension",
	"POST /ranking/estimates":      "estimateMany",
	"POST /ranking/rounds":         "openRound",
	"POST /ranking/rounds/{id}":    "estimateMany closeRound",
	"POST /ranking/pairs":          "compareItems",
	"POST /settings/policies":      "checkPolicy savePolicy usePolicy replayPolicy",

	"POST /settings/rotation":        "putRotation",
	"POST /settings/teams":           "putTeam",
	"POST /products/{ref}/edit":      "putProductFacts",
	"POST /products/{ref}/maturity":  "assessMaturity",
	"POST /products/{ref}/reach":     "putReach",
	"POST /settings/products":        "putProduct",
	"POST /settings/accounts":        "putAccount",
	"POST /settings/people":          "putPerson",
	"POST /settings/templates":       "putTemplate resetTemplate",
	"POST /settings/tokens":          "makeToken",
	"POST /settings/tokens/{id}":     "revokeToken",
	"POST /settings/trackers/{id}":   "pauseLink resumeLink releaseLink retryLink askLink",
	"POST /settings/import":          "importItems",
	"POST /settings/import/{id}":     "importItems",
	"POST /evidence":                 "importEvidence",
	"POST /evidence/{id}":            "importEvidence",
	"POST /objectives/tie":           "tieObjective",
	"POST /incidents":                "declareIncident",
	"POST /incidents/rules":          "putIncidentRules",
	"POST /incidents/{n}":            "changeIncident",
	"POST /incidents/{n}/file":       "fileIncident",
	"POST /products/{ref}/support":   "putSupportCapacity",
	"POST /findings":                 "putDeadlines",
	"POST /findings/{id}":            "judgeFinding putFindingFacts",
	"POST /products/{ref}/findings":  "putProductRisk mendGone",
	"POST /settings/notifications":   "putNoticeSettings",
	"POST /settings/feed":            "makeFeed endFeed",
	"POST /settings/webhooks":        "putWebhook",
	"POST /settings/webhooks/{id}":   "pingWebhook turnWebhookOn turnWebhookOff turnWebhookSecret dropWebhook",
	"POST /settings/deliveries/{id}": "retryDelivery",

	"POST /products/{ref}/controls":                       "holdToFramework letGoOfFramework",
	"POST /products/{ref}/controls/{framework}/{control}": "putProductControl",
	"POST /limit-policies":                                "checkLimitPolicy previewLimitPolicy saveLimitPolicy useLimitPolicy",
	"POST /cockpit/new":                                   "putConstraint",
	"POST /constraints/{id}/{form}":                       "putConstraint askException giveEvidence fileItem tieItem untieItem",
	"POST /exceptions/{id}":                               "approveException endException",
	"POST /capacity/rules":                                "putCapacityRules",
	"POST /capacity/teams/{ref}":                          "putCapacity",
	"POST /capacity/teams/{ref}/drop":                     "dropCapacity",
	"POST /capacity/teams/{ref}/mix":                      "putCapacityMix",
	"POST /plan":                                          "makeScenario makePlan",
	"POST /plan/make":                                     "makePlan",
	"POST /plan/stop":                                     "stopPlan",
	"POST /plan/scenarios":                                "makeScenario changeScenario putAwayScenario commitPlan withdrawPlan pinItem",
	"POST /plan/displace":                                 "escalate",
	"POST /cost/allot":                                    "allotCosts",
	"POST /cost/rules":                                    "putCostRules",
	"POST /products/{ref}/cost/drivers":                   "putCostDriver",
	"POST /products/{ref}/cost/{id}/plan":                 "putCostPlan",
}

// pagesOnly are the use cases that forms call and the API does not, with why.
var pagesOnly = map[string]string{
	"SignIn": "sessions", "SignInDemo": "sessions", "SignOut": "sessions",
	"SetUp":        "before it there is nobody who could have a token",
	"Unsubscribe":  "by the link in a mail, without a session; the API changes the same setting",
	"MakeWebhook":  "gives the webhook an id and calls what the API calls; there the id is the caller's",
	"PutWebhook":   "the half of SetUpWebhook that changes",
	"HookTypes":    "the boxes of the form; the API is sent types by name",
	"Now":          "changes nothing",
	"Constraint":   "changes nothing: what a form fills in",
	"Return":       "changes nothing: where the button Undo of a page leads",
	"Upload":       "a file is kept between two pages; a program sends it with the map at once",
	"KeepUpload":   "as Upload",
	"ImportUpload": "as Upload",
	"SetEvidence":  "a file is kept between two pages; a program sends its settings with it",
}

// TestAPIDoesWhatPagesDo holds the forms of the pages against the API: every
// route that takes a form has its operations, and every use case that a form
// calls is called by the API too.
func TestAPIDoesWhatPagesDo(t *testing.T) {
	h, err := ours()
	if err != nil {
		t.Fatal(err)
	}
	readable(t, h)
	forms := formsOf(h.byDir["internal/web"])
	if len(forms) < 40 {
		t.Fatalf("only %d routes of the pages take forms: is the way in which they are registered another one now?", len(forms))
	}
	known := operations(t)
	for _, form := range forms {
		ops, ok := byAPI[form]
		if !ok {
			t.Errorf("%s: which operation of the API does this?", form)
		}
		if strings.HasPrefix(ops, "- ") {
			continue
		}
		for op := range strings.FieldsSeq(ops) {
			if !known[op] {
				t.Errorf("%s: the API has no operation %s", form, op)
			}
		}
	}
	for form := range byAPI {
		if !slices.Contains(forms, form) {
			t.Errorf("%s is in the table, but the pages have it no more", form)
		}
	}
	byPages, byPrograms := useCases(h.byDir["internal/web"], "do"), useCases(h.byDir["internal/api"], "")
	for _, name := range slices.Sorted(maps.Keys(byPages)) {
		if _, ok := pagesOnly[name]; !ok && !byPrograms[name] {
			t.Errorf("a form calls app.%s and the API never does", name)
		}
	}
	for name := range pagesOnly {
		if !byPages[name] {
			t.Errorf("app.%s is excepted, but no form calls it", name)
		}
	}
}

// formsOf are the patterns of the routes that take forms, in order.
func formsOf(r *room) (out []string) {
	for _, f := range r.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if kv, ok := n.(*ast.KeyValueExpr); ok {
				if lit, ok := kv.Key.(*ast.BasicLit); ok && strings.HasPrefix(lit.Value, `"POST /`) {
					out = append(out, strings.Trim(lit.Value, `"`))
				}
			}
			return true
		})
	}
	slices.Sort(out)
	return out
}

// useCases are the methods of app and its rooms that functions whose names begin
// so use.
func useCases(r *room, prefix string) map[string]bool {
	out := map[string]bool{}
	for _, f := range r.files {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(fn.Name.Name, prefix) {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				id, _ := n.(*ast.Ident)
				m, ok := r.info.Uses[id].(*types.Func)
				if ok && m.Pkg() != nil && under(m.Pkg().Path(), module+"/internal/app") && m.Signature().Recv() != nil {
					out[m.Name()] = true
				}
				return true
			})
		}
	}
	return out
}

// operations are the ids of what the API can do.
func operations(t *testing.T) map[string]bool {
	t.Helper()
	b, err := os.ReadFile("../api/testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			ID string `json:"operationId"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, ops := range doc.Paths {
		for _, op := range ops {
			out[op.ID] = true
		}
	}
	return out
}
