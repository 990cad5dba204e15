package allot

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"plumbline"
	"plumbline/internal/yamlform"
)

// MaxFile is how many bytes of rules are read at most.
const MaxFile = 1 << 20

// DefaultText is the rules that come with the product: a charge belongs to the
// product that its tag names.
const DefaultText = `# Whose cost a charge is. The first rule that fits decides; what no rule fits is
# nobody's, and stays a line of its own.
version: "2026"
name: By the tag of the application
rules:
  - name: The tag names the product
    tag: application
    aliases: [app, app-name, application-name, application_name, product]
`

// Default is [DefaultText], read.
var Default = sync.OnceValue(func() *Book {
	b, err := Parse("rules.yaml", []byte(DefaultText))
	if err != nil {
		panic(fmt.Sprintf("the rules are compiled in, and a test reads them: %v", err))
	}
	return b
})

// file is a book as it is written.
type file struct {
	Version string     `yaml:"version"`
	Name    string     `yaml:"name"`
	Tags    []string   `yaml:"tags"`
	Watch   string     `yaml:"watch"`
	Rules   []fileRule `yaml:"rules"`
}

type fileRule struct {
	Name       string             `yaml:"name"`
	Resource   []string           `yaml:"resource"`
	Tag        string             `yaml:"tag"`
	Aliases    []string           `yaml:"aliases"`
	Values     map[string]string  `yaml:"values"`
	Account    []string           `yaml:"account"`
	Service    []string           `yaml:"service"`
	Commitment []string           `yaml:"commitment"`
	Product    string             `yaml:"product"`
	Share      string             `yaml:"share"`
	Among      []string           `yaml:"among"`
	Weights    map[string]float64 `yaml:"weights"`
}

// Parse reads rules from YAML or JSON; [DefaultText] shows the form. The error is
// Invalid, with a line for everything that is wrong.
func Parse(name string, src []byte) (*Book, error) {
	var in file
	form, err := yamlform.Read(name, src, MaxFile, &in)
	if err != nil {
		return nil, err
	}
	b := &Book{Version: in.Version, Name: in.Name, Tags: in.Tags, Watch: in.Watch, keyOf: map[string]int{}, resources: map[string]bool{}, committed: map[string]bool{}}
	if in.Version == "" || len(in.Version) > 60 {
		form.Bad("$.version", "Say which version of the rules this is, in at most 60 letters.")
	}
	if in.Watch != "" && !plumbline.ValidRef(in.Watch) {
		form.Bad("$.watch", "%q is no name of a group.", in.Watch)
	}
	for i, r := range in.Rules {
		path := fmt.Sprintf("$.rules[%d]", i)
		rule, problems := r.rule()
		for _, text := range problems {
			form.Bad(path, "%s", text)
		}
		b.add(rule)
	}
	for _, t := range in.Tags {
		b.keep(t)
	}
	return b, form.Err()
}

// rule is the rule, and what is wrong with it.
func (r fileRule) rule() (out Rule, problems []string) {
	bad := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	out = Rule{Name: r.Name, Resource: r.Resource, Tag: r.Tag, Aliases: r.Aliases, Account: r.Account, Service: r.Service, Commitment: r.Commitment,
		Product: plumbline.ProductRef(r.Product), Share: r.Share}
	looks := 0
	for _, at := range [...]bool{len(r.Resource) > 0, Fold(r.Tag) != "", len(r.Account) > 0, len(r.Service) > 0, len(r.Commitment) > 0} {
		if at {
			looks++
		}
	}
	if looks != 1 {
		bad("A rule looks at one thing: resource, tag, account, service or commitment; this one looks at %d.", looks)
	}
	refs := append([]string{r.Product}, r.Among...)
	for value, product := range r.Values {
		if out.Values == nil {
			out.Values = map[string]string{}
		}
		out.Values[Fold(value)] = product
		refs = append(refs, product)
	}
	for _, p := range r.Among {
		out.Among = append(out.Among, plumbline.ProductRef(p))
	}
	for p, w := range r.Weights {
		if out.Weights == nil {
			out.Weights = map[plumbline.ProductRef]float64{}
		}
		if !(w > 0 && w <= 1e6) {
			bad("A weight is more than 0 and at most a million, not %v.", w)
			w = 1
		}
		out.Weights[plumbline.ProductRef(p)] = w
		refs = append(refs, p)
	}
	for _, p := range refs {
		if p != "" && !plumbline.ValidRef(p) {
			bad("%q is no name of a product.", p)
		}
	}
	r.checkEnd(bad)
	return out, problems
}

// checkEnd checks where the cost goes.
func (r fileRule) checkEnd(bad func(format string, args ...any)) {
	tagged := Fold(r.Tag) != ""
	switch {
	case r.Share == "" && r.Product == "" && !tagged:
		bad("Say the product that bears it, or how it is shared.")
	case r.Share != "" && r.Product != "":
		bad("It is either a product's or shared.")
	case r.Share != "" && !slices.Contains([]string{Even, Direct, Fixed}, r.Share):
		bad("Cost is shared even, direct or fixed, not %q.", r.Share)
	case r.Share == Fixed && len(r.Weights) == 0:
		bad("Say the weights by which it is shared.")
	case r.Share != Fixed && len(r.Weights) > 0:
		bad("Weights are for cost that is shared fixed.")
	case r.Share == "" && len(r.Among) > 0, r.Share == Fixed && len(r.Among) > 0:
		bad("among is for cost that is shared even or direct.")
	case !tagged && (len(r.Aliases) > 0 || len(r.Values) > 0):
		bad("aliases and values are for a tag.")
	}
}

func (b *Book) add(r Rule) {
	for _, id := range r.Resource {
		b.resources[id] = true
	}
	for _, id := range r.Commitment {
		b.committed[id] = true
	}
	if key := Fold(r.Tag); key != "" {
		b.keep(key)
		r.key = b.keys[b.keyOf[key]]
		for _, alias := range r.Aliases {
			if _, taken := b.keyOf[Fold(alias)]; !taken {
				b.keyOf[Fold(alias)] = b.keyOf[key]
			}
		}
	}
	b.Rules = append(b.Rules, r)
}

// keep notes that a tag is kept.
func (b *Book) keep(key string) {
	key = Fold(key)
	if _, have := b.keyOf[key]; !have && key != "" {
		b.keyOf[key] = len(b.keys)
		b.keys = append(b.keys, key)
	}
}

// Say is a rule in words: what it looks at.
func (r *Rule) Say() string {
	if r.Name != "" {
		return r.Name
	}
	for _, part := range [...]struct {
		what string
		list []string
	}{{"resource", r.Resource}, {"account", r.Account}, {"service", r.Service}, {"commitment", r.Commitment}} {
		if len(part.list) > 0 {
			return part.what + " " + strings.Join(part.list, ", ")
		}
	}
	return "tag " + r.Tag
}
