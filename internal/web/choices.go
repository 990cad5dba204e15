package web

import (
	"strconv"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// classChoices are the classes of request with what each is for.
func classChoices() []ui.Choice {
	return []ui.Choice{
		{Value: "", Text: "Not sure", Hint: "The product manager sorts it out."},
		{Value: string(plumbline.ClassInternal), Text: "Internal team", Hint: "You build on our infrastructure and need something from it."},
		{Value: string(plumbline.ClassDogfooding), Text: "Dogfooding", Hint: "We should use our own product for this."},
		{Value: string(plumbline.ClassSecurity), Text: "Security and compliance", Hint: "A finding, a control, a certification."},
		{Value: string(plumbline.ClassCustomer), Text: "Customer operational need", Hint: "Disaster recovery, IP ranges, data locality, limits."},
		{Value: string(plumbline.ClassAppChange), Text: "Change in the application", Hint: "Infrastructure needs the application to change."},
		{Value: string(plumbline.ClassOutreach), Text: "Outreach to customers", Hint: "Customers must do something, and be told."},
		{Value: string(plumbline.ClassCost), Text: "Cost efficiency", Hint: "The same for less."},
	}
}

func visibilityChoices() []ui.Choice {
	return []ui.Choice{
		{Value: "public", Text: "Everybody here", Hint: "Everybody signed in can read it."},
		{Value: "internal", Text: "Internal", Hint: "Contributors and product managers, and those who take part."},
		{Value: "confidential", Text: "Confidential", Hint: "Product managers, administrators, and those who take part."},
	}
}

func productChoices(products []plumbline.Product) []ui.Choice {
	out := []ui.Choice{{Text: "Not known"}}
	for _, p := range products {
		out = append(out, ui.Choice{Value: string(p.Ref), Text: p.Name})
	}
	return out
}

func teamChoices(teams []plumbline.Team, none string) []ui.Choice {
	out := []ui.Choice{{Text: none}}
	for _, t := range teams {
		out = append(out, ui.Choice{Value: string(t.Ref), Text: t.Name})
	}
	return out
}

func accountChoices(accounts []app.AccountView) []ui.Choice {
	out := []ui.Choice{{Text: "None"}}
	for _, a := range accounts {
		out = append(out, ui.Choice{Value: string(a.Ref), Text: a.Name})
	}
	return out
}

func levels(letter string) []ui.Choice {
	out := []ui.Choice{{Text: "Not known"}}
	for i := 1; i <= 4; i++ {
		v := letter + strconv.Itoa(i)
		out = append(out, ui.Choice{Value: v, Text: v})
	}
	return out
}

func strengthChoices() []ui.Choice {
	return []ui.Choice{{Text: "Not said"}, {Value: "blocker", Text: "Blocker"}, {Value: "retention", Text: "Retention"}, {Value: "fast follow", Text: "Fast follow"}}
}

func gradeChoices() []ui.Choice {
	return []ui.Choice{
		{Value: "opinion", Text: "Opinion", Hint: "Somebody believes it."},
		{Value: "anecdote", Text: "Anecdote", Hint: "It happened at least once."},
		{Value: "sampled", Text: "Sampled", Hint: "Several were asked or looked at."},
		{Value: "measured", Text: "Measured", Hint: "A figure from a system, over all."},
	}
}

func outcomeChoices() []ui.Choice {
	return []ui.Choice{
		{Value: "pursue", Text: "Worth pursuing", Hint: "It goes to a team, with Triage as its first state there."},
		{Value: "later", Text: "Not now", Hint: "It waits for a date or a condition."},
		{Value: "decline", Text: "Declined", Hint: "It ends here. You say what would make us look again."},
		{Value: "redirect", Text: "Not ours", Hint: "Somebody else must judge it; say who."},
	}
}

// codeChoices are the usual reasons against something, in a word.
func codeChoices() []ui.Choice {
	out := []ui.Choice{{Text: "Not said"}}
	for _, c := range []string{"duplicate", "out of scope", "low value", "no capacity", "works as intended", "no answer"} {
		out = append(out, ui.Choice{Value: c, Text: capital(c)})
	}
	return out
}

func roleChoices() []ui.Choice {
	var out []ui.Choice
	for _, r := range []plumbline.Role{plumbline.Requester, plumbline.Contributor, plumbline.PM, plumbline.Admin} {
		out = append(out, ui.Choice{Value: string(r), Text: r.Label()})
	}
	return out
}

func scopeChoices() []ui.Choice {
	return []ui.Choice{{Value: "read", Text: "Read"}, {Value: "write", Text: "Read and write"}, {Value: "admin", Text: "Everything you may"}}
}
