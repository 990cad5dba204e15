package allot_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/allot"
)

func book(t testing.TB, text string) *allot.Book {
	t.Helper()
	b, err := allot.Parse("rules.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tags(b *allot.Book, pairs ...string) []allot.Tag {
	return b.Kept(func(add func(key, value string)) {
		for i := 0; i < len(pairs); i += 2 {
			add(pairs[i], pairs[i+1])
		}
	})
}

const ordered = `
version: "1"
tags: [environment]
rules:
  - {resource: [vol-1], product: storage}
  - {tag: Org, aliases: [organisation], values: {Trey Research: docs}}
  - {account: ["42"], product: ci}
  - {service: [Amazon CloudWatch], product: monitoring}
  - {commitment: [plan-9], product: finance}
  - {service: [Support], share: direct}
`

func TestTheFirstRuleThatFitsDecides(t *testing.T) {
	b := book(t, ordered)
	known := func(p plumbline.ProductRef) bool { return p != "gone" }
	for _, c := range []struct {
		what  string
		facts allot.Facts
		want  allot.Verdict
	}{
		{"the resource comes before the tag", allot.Facts{Resource: "vol-1", Tags: tags(b, "org", "trey research")}, allot.Verdict{Product: "storage", Rule: 1}},
		{"a resource is exact", allot.Facts{Resource: "vol-11"}, allot.Verdict{}},
		{"a key with a space and a value in other case", allot.Facts{Tags: tags(b, " org", "TREY research ")}, allot.Verdict{Product: "docs", Rule: 2}},
		{"an alias", allot.Facts{Tags: tags(b, "ORGANISATION", "Trey Research")}, allot.Verdict{Product: "docs", Rule: 2}},
		{"a value that is not listed names its product", allot.Facts{Tags: tags(b, "org", "Kubernetes Platform")}, allot.Verdict{Product: "kubernetes-platform", Rule: 2}},
		{"one that there is not passes on", allot.Facts{Account: "42", Tags: tags(b, "org", "Gone")}, allot.Verdict{Product: "ci", Rule: 3}},
		{"a service in other case", allot.Facts{Service: "amazon cloudwatch"}, allot.Verdict{Product: "monitoring", Rule: 4}},
		{"a commitment", allot.Facts{Commitment: "plan-9"}, allot.Verdict{Product: "finance", Rule: 5}},
		{"shared", allot.Facts{Service: "Support"}, allot.Verdict{Share: true, Rule: 6}},
		{"nobody's", allot.Facts{Service: "Other"}, allot.Verdict{}},
	} {
		if got := b.Whose(c.facts, known); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.what, got, c.want)
		}
	}
	if got := fmt.Sprint(b.Keys()); got != "[org environment]" {
		t.Errorf("kept are %s", got)
	}
	if !b.KeepsResource("vol-1") || b.KeepsResource("vol-2") || !b.KeepsCommitment("plan-9") {
		t.Error("what the rules name is not kept")
	}
	if got := tags(b, "org", "", " Org ", "a", "org", "b", "secret", "x"); len(got) != 1 || got[0] != (allot.Tag{Key: "org", Value: "a"}) {
		t.Errorf("kept %v", got)
	}
}

func TestWhatIsWrongWithRules(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"rules: []", "1:1: Say which version"},
		{"version: 1\nrules:\n  - {product: ci}", "looks at 0"},
		{"version: 1\nrules:\n  - {tag: a, service: [b], product: ci}", "looks at 2"},
		{"version: 1\nrules:\n  - {service: [b]}", "3:5: Say the product that bears it"},
		{"version: 1\nrules:\n  - {service: [b], product: ci, share: even}", "either a product's or shared"},
		{"version: 1\nrules:\n  - {service: [b], share: odd}", `not "odd"`},
		{"version: 1\nrules:\n  - {service: [b], share: fixed}", "Say the weights"},
		{"version: 1\nrules:\n  - {service: [b], share: fixed, weights: {ci: -1}}", "more than 0"},
		{"version: 1\nrules:\n  - {service: [b], product: Big Name}", `"Big Name" is no name of a product`},
		{"version: 1\nrules:\n  - {service: [b], product: ci, values: {a: b}}", "are for a tag"},
		{"version: 1\nrules:\n  - {servise: [b], product: ci}", "servise"},
	} {
		_, err := allot.Parse("rules.yaml", []byte(c.text))
		if plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), c.says) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.says)
		}
	}
	if b := allot.Default(); len(b.Rules) != 1 || b.Whose(allot.Facts{Tags: tags(b, "App", "CI")}, func(plumbline.ProductRef) bool { return true }).Product != "ci" {
		t.Error("the rules that come with the product do not go by the tag")
	}
}

func amount(t testing.TB, text string) plumbline.Sum {
	s, err := plumbline.ParseSum([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSplits(t *testing.T) {
	direct := map[plumbline.ProductRef]plumbline.Sum{"a": amount(t, "30"), "b": amount(t, "10"), "c": amount(t, "-5"), "d": {}}
	for _, c := range []struct {
		rule allot.Rule
		want string
	}{
		{allot.Rule{Share: allot.Direct}, "a 7.5, b 2.5"},
		{allot.Rule{Share: allot.Direct, Among: []plumbline.ProductRef{"b", "x"}}, "b 10"},
		{allot.Rule{Share: allot.Direct, Among: []plumbline.ProductRef{"d"}}, ""},
		{allot.Rule{Share: allot.Even, Among: []plumbline.ProductRef{"x", "a"}}, "a 5, x 5"},
		{allot.Rule{Share: allot.Even}, "a 3.333333333333333333333333333333, b 3.333333333333333333333333333333, c 3.333333333333333333333333333334"},
		{allot.Rule{Share: allot.Fixed, Weights: map[plumbline.ProductRef]float64{"x": 3, "y": 1}}, "x 7.5, y 2.5"},
	} {
		var got []string
		for _, p := range c.rule.Split(amount(t, "10"), direct) {
			got = append(got, string(p.Product)+" "+p.Amount.String())
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s among %v: got %s, want %s", c.rule.Share, c.rule.Among, text, c.want)
		}
	}
}

// Whatever is split comes to the same sum.
func TestPartsComeToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`-?[0-9]{1,6}\.[0-9]{1,20}`)
		read := func(name string) plumbline.Sum {
			s, err := plumbline.ParseSum([]byte(number.Draw(t, name)))
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		direct := map[plumbline.ProductRef]plumbline.Sum{}
		for range rapid.IntRange(1, 6).Draw(t, "products") {
			direct[plumbline.ProductRef(rapid.StringMatching(`[a-h]`).Draw(t, "product"))] = read("direct")
		}
		whole := read("amount")
		r := allot.Rule{Share: rapid.SampledFrom([]string{allot.Even, allot.Direct}).Draw(t, "share")}
		parts := r.Split(whole, direct)
		sum := plumbline.Sum{}
		for _, p := range parts {
			sum, _ = sum.Plus(p.Amount)
		}
		if len(parts) > 0 && sum != whole {
			t.Fatalf("the parts of %s come to %s", whole, sum)
		}
	})
}
