// Package rights is the one table of who may do what: verbs by role, narrowed by
// the scopes of a token. Every use case asks it first.
package rights

import (
	"slices"

	"plumbline"
)

// Verb is something that an actor may or may not do.
type Verb string

// The verbs.
const (
	See             Verb = "see items"
	FileItem        Verb = "file an item"
	Say             Verb = "comment"
	SayInternally   Verb = "comment internally"
	ReadInternal    Verb = "read internal notes"
	WatchItem       Verb = "watch"
	VoteFor         Verb = "vote"
	AddDemand       Verb = "record a demand"
	AddEvidence     Verb = "attach evidence"
	EditOwn         Verb = "edit what one asked for"
	EditItem        Verb = "edit any item"
	SetVisibility   Verb = "set visibility"
	RelateItems     Verb = "relate items"
	Triage          Verb = "check the remit"
	MergeItems      Verb = "merge items"
	MoveProduct     Verb = "move in the product manager's lane"
	MoveEngineering Verb = "move in the engineering lane"
	MakeDecision    Verb = "decide"
	HandOffItem     Verb = "hand off"
	ManageCatalog   Verb = "manage teams, products and accounts"
	ManagePeople    Verb = "manage people"
	ManageLinks     Verb = "manage trackers"
	ManageTemplates Verb = "change what requests are asked with"
	ReadSettings    Verb = "read settings"
	ReadAudit       Verb = "read the audit log"
	ImportItems     Verb = "import items"
	ManageRotation  Verb = "say who is on triage"
	OwnTokens       Verb = "make API tokens"
	KeepViews       Verb = "save views"
	ShareViews      Verb = "share views"
	TendViews       Verb = "change the shared views of others"
	OwnNotices      Verb = "choose what one is told"
	ManageHooks     Verb = "manage webhooks"
	ManageLimits    Verb = "set and pass limits of work in progress"
	GiveEstimate    Verb = "estimate"
	ReadEstimates   Verb = "read what others estimated"
	RunRounds       Verb = "run blind rounds"
	CompareItems    Verb = "compare items"
	SayReality      Verb = "say what a factor turned out to be"
	AskMoreTime     Verb = "ask for more time on a clock"
	GiveMoreTime    Verb = "approve more time on a clock"
	ManagePolicy    Verb = "change the policy of priorities"
	ReadEvidence    Verb = "read files that bear evidence"
	TakeEvidence    Verb = "import evidence"
	ReadCosts       Verb = "read what our products cost"
	GiveEvidence    Verb = "give evidence about constraints"
	AskException    Verb = "ask for exceptions from constraints"
	GiveException   Verb = "approve exceptions from constraints"
	AssessMaturity  Verb = "say how mature a product is"
	TendIncidents   Verb = "declare and change incidents"
	ReadCapacity    Verb = "read the capacity of teams"
	SayCapacity     Verb = "say the capacity of teams"
	ManageCapacity  Verb = "change the rules of capacity"
	ReadPlans       Verb = "read plans"
	MakePlans       Verb = "plan, and commit to a plan"
)

// verbs is the one table of who may do what. The columns are requester,
// contributor, product manager, administrator; a visitor may nothing.
var verbs = []struct {
	verb                          Verb
	requester, contrib, pm, admin bool
	scope                         string // that a token needs: "read", "write" or "admin"
}{
	{See, true, true, true, true, "read"},
	{FileItem, true, true, true, true, "write"},
	{Say, true, true, true, true, "write"},
	{SayInternally, false, true, true, true, "write"},
	{ReadInternal, false, true, true, true, "read"},
	{WatchItem, true, true, true, true, "write"},
	{VoteFor, true, true, true, true, "write"},
	{AddDemand, true, true, true, true, "write"},
	{AddEvidence, true, true, true, true, "write"},
	{EditOwn, true, true, true, true, "write"},
	{EditItem, false, true, true, true, "write"},
	{RelateItems, false, true, true, true, "write"},
	{SetVisibility, false, false, true, true, "write"},
	{Triage, false, false, true, true, "write"},
	{MergeItems, false, false, true, true, "write"},
	{MoveProduct, false, false, true, true, "write"},
	{MoveEngineering, false, true, true, true, "write"},
	{MakeDecision, false, false, true, true, "write"},
	{HandOffItem, false, false, true, true, "write"},
	{ManageCatalog, false, false, true, true, "write"},
	{ManagePeople, false, false, false, true, "admin"},
	{ManageLinks, false, false, false, true, "admin"},
	{ManageTemplates, false, false, true, true, "write"},
	{ReadSettings, false, false, true, true, "read"},
	{ReadAudit, false, false, true, true, "read"},
	{ImportItems, false, false, true, true, "write"},
	{ManageRotation, false, false, true, true, "write"},
	{OwnTokens, true, true, true, true, "admin"},
	{KeepViews, true, true, true, true, "write"},
	{ShareViews, false, true, true, true, "write"},
	{TendViews, false, false, true, true, "write"},
	{OwnNotices, true, true, true, true, "write"},
	{ManageHooks, false, false, false, true, "admin"},
	{ManageLimits, false, false, true, true, "write"},
	{GiveEstimate, false, true, true, true, "write"},
	{ReadEstimates, false, true, true, true, "read"},
	{RunRounds, false, false, true, true, "write"},
	{CompareItems, false, true, true, true, "write"},
	{SayReality, false, true, true, true, "write"},
	{AskMoreTime, false, true, true, true, "write"},
	{GiveMoreTime, false, false, true, true, "write"},
	{ManagePolicy, false, false, true, true, "write"},
	{ReadEvidence, false, true, true, true, "read"},
	{TakeEvidence, false, false, true, true, "write"},
	{ReadCosts, false, true, true, true, "read"},
	{GiveEvidence, false, true, true, true, "write"},
	{AskException, false, true, true, true, "write"},
	{GiveException, false, false, true, true, "write"},
	{AssessMaturity, false, true, true, true, "write"},
	{TendIncidents, false, true, true, true, "write"},
	{ReadCapacity, false, true, true, true, "read"},
	{SayCapacity, false, true, true, true, "write"},
	{ManageCapacity, false, false, true, true, "write"},
	{ReadPlans, false, true, true, true, "read"},
	{MakePlans, false, false, true, true, "write"},
}

// Verbs lists the verbs in the table's order.
func Verbs() []Verb {
	out := make([]Verb, len(verbs))
	for i, v := range verbs {
		out[i] = v.verb
	}
	return out
}

// May says whether the actor's role, and the scopes of the token they came
// with, allow the verb.
func May(who plumbline.Actor, verb Verb) bool {
	for _, v := range verbs {
		if v.verb != verb {
			continue
		}
		if len(who.Scopes) > 0 && !inScope(who.Scopes, v.scope) {
			return false
		}
		switch who.Role {
		case plumbline.Requester:
			return v.requester
		case plumbline.Contributor:
			return v.contrib
		case plumbline.PM:
			return v.pm
		case plumbline.Admin:
			return v.admin
		}
	}
	return false
}

// inScope says whether the scopes of a token cover the one needed: admin covers
// write, which covers read.
func inScope(scopes []string, need string) bool {
	order := []string{"read", "write", "admin"}
	for _, s := range scopes {
		if slices.Index(order, s) >= slices.Index(order, need) {
			return true
		}
	}
	return false
}

// Need is the error for an actor who may not, or nil: Unauthenticated for a
// visitor, Denied for others.
func Need(who plumbline.Actor, verb Verb) error {
	if May(who, verb) {
		return nil
	}
	if !who.Known() {
		return plumbline.Errorf(plumbline.Unauthenticated, "Sign in first: only people with an account may %s.", verb)
	}
	if len(who.Scopes) > 0 {
		return plumbline.Errorf(plumbline.Denied, "This token may not %s: your role or its scopes do not allow it.", verb)
	}
	return plumbline.Errorf(plumbline.Denied, "As %s you may not %s. Ask an administrator if you need to.", who.Role.Label(), verb)
}
