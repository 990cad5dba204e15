package app_test

import (
	"io"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/exchange"
	"plumbline/internal/app/incidents"
	"plumbline/internal/app/likeness"
	"plumbline/internal/app/people"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
)

// The whole table of who may do what: R requester, C contributor, P product
// manager, A administrator. A visitor may nothing.
var table = map[rights.Verb]string{
	rights.See: "RCPA", rights.FileItem: "RCPA", rights.Say: "RCPA", rights.SayInternally: "CPA", rights.ReadInternal: "CPA",
	rights.WatchItem: "RCPA", rights.AddDemand: "RCPA", rights.AddEvidence: "RCPA", rights.EditOwn: "RCPA", rights.EditItem: "CPA",
	rights.SetVisibility: "PA", rights.Triage: "PA", rights.MoveProduct: "PA", rights.MoveEngineering: "CPA", rights.MakeDecision: "PA",
	rights.HandOffItem: "PA", rights.ManageCatalog: "PA", rights.ManagePeople: "A", rights.ManageLinks: "A", rights.ReadSettings: "PA",
	rights.ReadAudit: "PA", rights.ImportItems: "PA", rights.OwnTokens: "RCPA", rights.KeepViews: "RCPA", rights.ShareViews: "CPA", rights.TendViews: "PA",
	rights.VoteFor: "RCPA", rights.RelateItems: "CPA", rights.MergeItems: "PA",
	rights.ManageTemplates: "PA",
	rights.ManageRotation:  "PA",
	rights.OwnNotices:      "RCPA", rights.ManageHooks: "A", rights.ManageLimits: "PA",
	rights.GiveEstimate: "CPA", rights.ReadEstimates: "CPA", rights.RunRounds: "PA", rights.CompareItems: "CPA",
	rights.SayReality: "CPA", rights.AskMoreTime: "CPA", rights.GiveMoreTime: "PA", rights.ManagePolicy: "PA",
	rights.ReadEvidence: "CPA", rights.TakeEvidence: "PA",
	rights.ReadCosts: "CPA", rights.GiveEvidence: "CPA", rights.AskException: "CPA", rights.GiveException: "PA", rights.AssessMaturity: "CPA",
	rights.TendIncidents: "CPA",
	rights.ReadCapacity:  "CPA", rights.SayCapacity: "CPA", rights.ManageCapacity: "PA",
	rights.ReadPlans: "CPA", rights.MakePlans: "PA",
}

var roleLetter = map[plumbline.Role]string{plumbline.Visitor: "-", plumbline.Requester: "R", plumbline.Contributor: "C", plumbline.PM: "P", plumbline.Admin: "A"}

func contains(s, letter string) bool {
	for i := range s {
		if s[i:i+1] == letter {
			return true
		}
	}
	return false
}

func TestEveryVerbForEveryRole(t *testing.T) {
	if len(rights.Verbs()) != len(table) {
		t.Fatalf("the product has %d verbs, this table %d", len(rights.Verbs()), len(table))
	}
	for _, verb := range rights.Verbs() {
		may, ok := table[verb]
		if !ok {
			t.Errorf("verb %q is not in this table", verb)
		}
		for role, letter := range roleLetter {
			got := rights.May(plumbline.Actor{Person: "p", Role: role}, verb)
			if want := contains(may, letter); got != want {
				t.Errorf("%s may %s: got %v, want %v", role, verb, got, want)
			}
		}
	}
	if rights.May(plumbline.Actor{Role: plumbline.Admin}, "no such verb") {
		t.Error("an unknown verb is allowed")
	}
}

func TestTokenScopesNarrowTheRole(t *testing.T) {
	for _, c := range []struct {
		scope                  string
		see, decide, managePpl bool
	}{{"read", true, false, false}, {"write", true, true, false}, {"admin", true, true, true}, {"nonsense", false, false, false}} {
		who := plumbline.Actor{Person: "p", Role: plumbline.Admin, Scopes: []string{c.scope}}
		if rights.May(who, rights.See) != c.see || rights.May(who, rights.MakeDecision) != c.decide || rights.May(who, rights.ManagePeople) != c.managePpl {
			t.Errorf("scope %s: see %v decide %v people %v", c.scope, rights.May(who, rights.See), rights.May(who, rights.MakeDecision), rights.May(who, rights.ManagePeople))
		}
	}
}

// Every use case asks the table: each is called by each role, and refuses with
// the right kind when the table says no.
func TestEveryUseCaseAsksTheTable(t *testing.T) {
	w := sqliteWorld(t)
	ctx := w.ctx()
	it := w.file("Restore within an hour")
	calls := map[string]struct {
		verb rights.Verb
		call func(who plumbline.Actor) error
	}{
		"File": {rights.FileItem, func(who plumbline.Actor) error {
			_, err := w.app.File(ctx, who, app.FileInput{Title: "x"})
			return err
		}},
		"Item":        {rights.See, func(who plumbline.Actor) error { _, err := w.app.Item(ctx, who, it.Key); return err }},
		"Items":       {rights.See, func(who plumbline.Actor) error { _, err := w.app.Items(ctx, who, plumbline.Filter{}); return err }},
		"Board":       {rights.See, func(who plumbline.Actor) error { _, err := w.app.Board(ctx, who, plumbline.Filter{}, 5); return err }},
		"Inbox":       {rights.Triage, func(who plumbline.Actor) error { _, err := w.app.Inbox(ctx, who, ""); return err }},
		"Decisions":   {rights.See, func(who plumbline.Actor) error { _, err := w.app.Decisions(ctx, who, ""); return err }},
		"Events":      {rights.See, func(who plumbline.Actor) error { _, err := w.app.Events(ctx, who, 0, 10); return err }},
		"Audit":       {rights.ReadAudit, func(who plumbline.Actor) error { _, err := w.app.Audit(ctx, who, app.AuditQuery{}); return err }},
		"ExportAudit": {rights.ReadAudit, func(who plumbline.Actor) error { return w.app.ExportAudit(ctx, who, app.AuditQuery{}, io.Discard) }},
		"Export":      {rights.See, func(who plumbline.Actor) error { return w.app.Export(ctx, who, plumbline.Filter{}, "csv", io.Discard) }},
		"Import": {rights.ImportItems, func(who plumbline.Actor) error {
			_, err := w.app.Import(ctx, who, exchange.Import{Format: "csv"}, nil)
			return err
		}},
		"DeclareIncident": {rights.TendIncidents, func(who plumbline.Actor) error {
			_, err := w.app.DeclareIncident(ctx, who, incidents.IncidentInput{})
			return err
		}},
		"FileIncident":  {rights.TendIncidents, func(who plumbline.Actor) error { _, err := w.app.FileIncident(ctx, who, 99); return err }},
		"IncidentRules": {rights.ReadEvidence, func(who plumbline.Actor) error { _, err := w.app.IncidentRules(ctx, who); return err }},
		"AlarmSources":  {rights.ReadSettings, func(who plumbline.Actor) error { _, err := w.app.AlarmSources(ctx, who); return err }},
		"Upload":        {rights.ImportItems, func(who plumbline.Actor) error { _, err := w.app.Upload(ctx, who, "none"); return err }},
		"Accept":        {rights.Triage, func(who plumbline.Actor) error { _, err := w.app.Accept(ctx, who, it.Key); return err }},
		"Visibility": {rights.SetVisibility, func(who plumbline.Actor) error {
			v := plumbline.Public
			_, err := w.app.Edit(ctx, who, it.Key, app.EditInput{Visibility: &v})
			return err
		}},
		"Assign": {rights.EditItem, func(who plumbline.Actor) error {
			a := "ines"
			_, err := w.app.Edit(ctx, who, it.Key, app.EditInput{Assignee: &a})
			return err
		}},
		"MoveProduct": {rights.MoveProduct, func(who plumbline.Actor) error {
			_, err := w.app.Move(ctx, who, it.Key, app.MoveInput{To: "workflow::design"})
			return err
		}},
		"MoveEngineering": {rights.MoveEngineering, func(who plumbline.Actor) error {
			_, err := w.app.Move(ctx, who, it.Key, app.MoveInput{To: "workflow-infra::Ready"})
			return err
		}},
		"Demand": {rights.AddDemand, func(who plumbline.Actor) error {
			_, err := w.app.Demand(ctx, who, it.Key, app.DemandInput{Team: "delivery"})
			return err
		}},
		"Attach": {rights.AddEvidence, func(who plumbline.Actor) error {
			_, err := w.app.Attach(ctx, who, it.Key, app.EvidenceInput{Grade: plumbline.Opinion, Text: "x"})
			return err
		}},
		"AttachInternal": {rights.SayInternally, func(who plumbline.Actor) error {
			_, err := w.app.Attach(ctx, who, it.Key, app.EvidenceInput{Grade: plumbline.Opinion, Text: "x", Internal: true})
			return err
		}},
		"Comment": {rights.Say, func(who plumbline.Actor) error {
			_, err := w.app.Comment(ctx, who, it.Key, app.CommentInput{Body: "x"})
			return err
		}},
		"CommentInternal": {rights.SayInternally, func(who plumbline.Actor) error {
			_, err := w.app.Comment(ctx, who, it.Key, app.CommentInput{Body: "x", Internal: true})
			return err
		}},
		"Similar": {rights.See, func(who plumbline.Actor) error {
			_, err := w.app.Similar(ctx, who, likeness.Question{Title: "x"})
			return err
		}},
		"Vote": {rights.VoteFor, func(who plumbline.Actor) error { return w.app.Vote(ctx, who, it.Key, true) }},
		"Relate": {rights.RelateItems, func(who plumbline.Actor) error {
			return w.app.Relate(ctx, who, it.Key, app.RelationInput{Kind: "related", Other: it.Key}, true)
		}},
		"Merge": {rights.MergeItems, func(who plumbline.Actor) error {
			_, err := w.app.Merge(ctx, who, it.Key, app.MergeInput{Into: "REQ-99"})
			return err
		}},
		"Unmerge": {rights.MergeItems, func(who plumbline.Actor) error { _, err := w.app.Unmerge(ctx, who, it.Key, 0); return err }},
		"Watch":   {rights.WatchItem, func(who plumbline.Actor) error { return w.app.Watch(ctx, who, it.Key, true) }},
		"Decide": {rights.MakeDecision, func(who plumbline.Actor) error {
			_, err := w.app.Decide(ctx, who, it.Key, app.DecisionInput{Outcome: plumbline.Pursue, Sentence: "Yes."})
			return err
		}},
		"HandOff": {rights.HandOffItem, func(who plumbline.Actor) error {
			_, err := w.app.HandOff(ctx, who, it.Key, app.HandOffInput{Team: "delivery"})
			return err
		}},
		"Teams":    {rights.See, func(who plumbline.Actor) error { _, err := w.app.Teams(ctx, who); return err }},
		"PutTeam":  {rights.ManageCatalog, func(who plumbline.Actor) error { return w.app.PutTeam(ctx, who, plumbline.Team{Ref: "x", Name: "X"}) }},
		"Products": {rights.See, func(who plumbline.Actor) error { _, err := w.app.Products(ctx, who); return err }},
		"PutProduct": {rights.ManageCatalog, func(who plumbline.Actor) error {
			return w.app.PutProduct(ctx, who, plumbline.Product{Ref: "x", Name: "X", Kind: "product"})
		}},
		"Accounts": {rights.See, func(who plumbline.Actor) error { _, err := w.app.Accounts(ctx, who); return err }},
		"People":   {rights.ManagePeople, func(who plumbline.Actor) error { _, err := w.app.People(ctx, who); return err }},
		"PutPerson": {rights.ManagePeople, func(who plumbline.Actor) error {
			_, err := w.app.PutPerson(ctx, who, people.PersonInput{Handle: "jonas", Name: "jonas", Role: plumbline.Requester})
			return err
		}},
		"MakeToken": {rights.OwnTokens, func(who plumbline.Actor) error {
			_, _, err := w.app.MakeToken(ctx, who, "x", []string{"read"}, time.Hour)
			return err
		}},
		"Tokens":      {rights.OwnTokens, func(who plumbline.Actor) error { _, err := w.app.Tokens(ctx, who); return err }},
		"RevokeToken": {rights.OwnTokens, func(who plumbline.Actor) error { return w.app.RevokeToken(ctx, who, "nothing") }},
		"Links":       {rights.ReadSettings, func(who plumbline.Actor) error { _, err := w.app.Links(ctx, who); return err }},
		"PauseLink":   {rights.ManageLinks, func(who plumbline.Actor) error { return w.app.PauseLink(ctx, who, "none", "x") }},
		"Release":     {rights.ManageLinks, func(who plumbline.Actor) error { return w.app.ReleaseBackfill(ctx, who, "none") }},
		"Retry":       {rights.ManageLinks, func(who plumbline.Actor) error { _, err := w.app.RetryActions(ctx, who, "none"); return err }},
		"AskLink":     {rights.ManageLinks, func(who plumbline.Actor) error { return w.app.AskLink(ctx, who, "none", "test") }},
		"PutConstraint": {rights.ManageCatalog, func(who plumbline.Actor) error {
			_, err := w.app.PutConstraint(ctx, who, plumbline.Constraint{ID: "x"}, 0)
			return err
		}},
		"GiveEvidence": {rights.GiveEvidence, func(who plumbline.Actor) error {
			_, err := w.app.GiveEvidence(ctx, who, "x", nil)
			return err
		}},
		"AskException": {rights.AskException, func(who plumbline.Actor) error {
			_, err := w.app.AskException(ctx, who, standing.ExceptionInput{Constraint: "x"})
			return err
		}},
		"ApproveException": {rights.GiveException, func(who plumbline.Actor) error { _, err := w.app.ApproveException(ctx, who, "x"); return err }},
		"TieItem":          {rights.EditItem, func(who plumbline.Actor) error { return w.app.TieItem(ctx, who, "x", it.Key) }},
		"Cockpit": {rights.See, func(who plumbline.Actor) error {
			_, err := w.app.Cockpit(ctx, who, standing.CockpitQuery{})
			return err
		}},
		"Reserves":       {rights.See, func(who plumbline.Actor) error { _, err := w.app.Reserves(ctx, who); return err }},
		"UseLimitPolicy": {rights.ManagePolicy, func(who plumbline.Actor) error { return w.app.UseLimitPolicy(ctx, who, "none") }},
	}
	for name, c := range calls {
		for _, who := range []plumbline.Actor{plumbline.Nobody(), w.requester, w.contributor, w.pm, w.admin} {
			err := c.call(who)
			kind := plumbline.KindOf(err)
			may := contains(table[c.verb], roleLetter[who.Role])
			switch {
			case !may && who.Role == plumbline.Visitor && (err == nil || kind != plumbline.Unauthenticated):
				t.Errorf("%s by a visitor: got %v, want unauthenticated", name, err)
			case !may && who.Role != plumbline.Visitor && (err == nil || kind != plumbline.Denied):
				t.Errorf("%s by %s: got %v, want denied", name, who.Role, err)
			case may && err != nil && (kind == plumbline.Denied || kind == plumbline.Unauthenticated || kind == plumbline.Internal):
				t.Errorf("%s by %s: got %v, want it allowed", name, who.Role, err)
			}
		}
	}
}
