package plumbline

import "testing"

func TestShareOf(t *testing.T) {
	for _, c := range []struct {
		what string
		item Item
		want WorkShare
	}{
		{"a request that says nothing", Item{Kind: Request}, ShareFeatures},
		{"a question", Item{Kind: Question, Labels: []string{"type::feature"}}, ShareSupport},
		{"an incident", Item{Kind: Incident}, ShareUpkeep},
		{"an incident that is cleaned up for good", Item{Kind: Incident, Labels: []string{"infra-category::Tech Debt"}}, ShareDebt},
		{"a change of what runs", Item{Kind: Change}, ShareUpkeep},
		{"a change that is something new", Item{Kind: Change, Labels: []string{"type::feature"}}, ShareFeatures},
		{"keeping the lights on", Item{Kind: Request, Labels: []string{"infra-category::KTLO"}}, ShareUpkeep},
		{"the same where labels have a slash", Item{Kind: Request, Labels: []string{"infra-category/KTLO"}}, ShareUpkeep},
		{"a security request", Item{Kind: Request, Class: ClassSecurity}, ShareUpkeep},
		{"a security request that is labelled a feature", Item{Kind: Request, Class: ClassSecurity, Labels: []string{"type::feature"}}, ShareFeatures},
		{"a bug, even when it is called a feature too", Item{Kind: Request, Labels: []string{"type::feature", "type::bug"}}, ShareUpkeep},
		{"tech debt found by maintenance", Item{Kind: Request, Labels: []string{"type::maintenance", "tech debt"}}, ShareDebt},
		{"what dogfooding asks for", Item{Kind: Request, Class: ClassDogfooding}, ShareFeatures},
	} {
		if got := ShareOf(c.item); got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
	}
}
