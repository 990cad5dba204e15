package backstage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/backstage"
)

// The grammar "[kind:][namespace/]name", with what each field leaves out.
func TestParseRef(t *testing.T) {
	for _, tc := range []struct{ s, kind, namespace, want string }{
		{"team-a", "group", "", "group:default/team-a"},
		{"group:default/team-a", "group", "", "group:default/team-a"},
		{"Group:Default/Team-A", "user", "other", "group:default/team-a"},
		{"team-a", "group", "other", "group:other/team-a"},
		{"other/team-a", "group", "default", "group:other/team-a"},
		{"user:guest", "group", "development", "user:development/guest"},
		{" system:artist.portal_2 ", "component", "", "system:default/artist.portal_2"},
		{"url:https://github.com/giantswarm/agent", "component", "", ""},
		{"a:b:c", "group", "", ""},
		{"a/b/c", "group", "", ""},
		{"", "group", "", ""},
		{"-a", "group", "", ""},
		{"a-", "group", "", ""},
		{"no ref", "group", "", ""},
		{strings.Repeat("a", 63), "group", "", "group:default/" + strings.Repeat("a", 63)},
		{strings.Repeat("a", 64), "group", "", ""},
		{"a\x00b", "group", "", ""},
	} {
		got, err := backstage.ParseRef(tc.s, tc.kind, tc.namespace)
		if string(got) != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("%q: got %q, %v, want %q", tc.s, got, err, tc.want)
		}
	}
}

const portal = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: portal
  title: The portal # as people say it
  annotations:
    ipm/tier: "1"
    ipm/data-class: internal
    ipm/product-manager: mara
    ipm/users: team-b, group:default/team-a
    ipm/cost-selector: application=portal
    backstage.io/source-location: url:https://example.com:8443/portal
    example.com/own: 1.30
  tags: [go]
  links:
    - url: https://example.com/docs
      title: Documents
spec:
  type: website
  lifecycle: production
  owner: team-a
  system: shop
  subcomponentOf: front
  providesApis: [orders]
  consumesApis: [people/staff]
  dependsOn: ['resource:db', cache, 'resource:db']
  dependencyOf: ['component:mobile']
  unknownField: {deep: [1, "2", true]}
`

// What an entity says of others becomes relations in one direction each.
func TestRelations(t *testing.T) {
	c := readOne(t, portal+"---\nkind: Group\nmetadata: {name: team-a}\nspec: {parent: all, children: [team-b], members: [mara]}\n---\nkind: User\nmetadata: {name: mara}\nspec: {memberOf: [team-a]}\n"+
		"---\nkind: System\nmetadata: {name: shop}\nspec: {owner: team-a, domain: sales}\n---\nkind: Domain\nmetadata: {name: sales}\nspec: {subdomainOf: company}\n"+
		"---\napiVersion: ipm/v1\nkind: Process\nmetadata: {name: support}\nspec: {owner: team-a, domain: sales, dependsOn: [portal]}\n")
	var got []string
	for _, e := range c.Entities {
		for _, r := range e.Relations {
			got = append(got, fmt.Sprintf("%s %s %s", r.From, r.Kind, r.To))
			if backstage.Inverse(r.Kind) == "" {
				t.Errorf("%s has no other direction", r.Kind)
			}
		}
	}
	want := []string{
		"component:default/portal consumesApi api:people/staff",
		"component:default/mobile dependsOn component:default/portal",
		"component:default/portal dependsOn component:default/cache",
		"component:default/portal dependsOn resource:default/db",
		"component:default/portal ownedBy group:default/team-a",
		"component:default/portal partOf component:default/front",
		"component:default/portal partOf system:default/shop",
		"component:default/portal providesApi api:default/orders",
		"group:default/team-a childOf group:default/all",
		"group:default/team-b childOf group:default/team-a",
		"user:default/mara memberOf group:default/team-a",
		"user:default/mara memberOf group:default/team-a",
		"system:default/shop ownedBy group:default/team-a",
		"system:default/shop partOf domain:default/sales",
		"domain:default/sales partOf domain:default/company",
		"process:default/support dependsOn component:default/portal",
		"process:default/support ownedBy group:default/team-a",
		"process:default/support partOf domain:default/sales",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if p := c.Products[len(c.Products)-1]; p.Kind != "process" || p.Tags != nil {
		t.Errorf("a process: %+v", p)
	}
}

func TestFacts(t *testing.T) {
	e := readOne(t, portal).Entities[0]
	if diff := cmp.Diff(backstage.Facts{Manager: "mara", Tier: "1", DataClass: "internal", Users: []string{"team-a", "team-b"}}, e.Facts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	want := map[string]string{"ipm/cost-selector": "application=portal", "backstage.io/source-location": "url:https://example.com:8443/portal"}
	if diff := cmp.Diff(want, e.Annotations); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func readOne(t testing.TB, src string) backstage.Catalog {
	t.Helper()
	c, _, err := backstage.Read(backstage.File{Name: "x.yaml", Data: []byte(src)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What did not change is written as it came, comments and all.
func TestWriteAsItCame(t *testing.T) {
	c := readOne(t, portal)
	if got := backstage.WriteProduct(c.Entities[0].Ref, c.Entities[0].Text, backstage.Written{Product: c.Products[0], Facts: c.Entities[0].Facts}); got != portal {
		t.Errorf("got\n%s", got)
	}
}

// What changed here is changed in the document; what is not understood stays.
func TestWriteWhatChanged(t *testing.T) {
	c := readOne(t, portal)
	p, f := c.Products[0], c.Entities[0].Facts
	p.Name, p.Description, p.Owner, p.Lifecycle = "Portal: the new one", "yes", "team-b", ""
	p.Tags = []string{"website", "rust"}
	p.Links = []string{"https://example.com:8443/portal", "https://example.com/new"}
	f.Tier, f.DataClass = "2", ""
	got := backstage.WriteProduct(c.Entities[0].Ref, c.Entities[0].Text, backstage.Written{Product: p, Facts: f, DependsOn: []backstage.Ref{"component:default/queue"}, PartOf: []backstage.Ref{"system:default/mall"}, Orphan: true})
	want := `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: portal
  title: "Portal: the new one"
  annotations:
    ipm/tier: "2"
    ipm/product-manager: mara
    ipm/users: team-b, group:default/team-a
    ipm/cost-selector: application=portal
    backstage.io/source-location: url:https://example.com:8443/portal
    example.com/own: 1.30
    backstage.io/orphan: "true"
  tags:
    - rust
  links:
    -
      url: https://example.com/new
  description: "yes"
spec:
  type: website
  owner: team-b
  system: system:default/mall
  subcomponentOf: front
  providesApis:
    - orders
  consumesApis:
    - people/staff
  dependsOn:
    - "resource:db"
    - cache
    - "resource:db"
    - component:default/queue
  dependencyOf:
    - "component:mobile"
  unknownField:
    deep:
      - 1
      - "2"
      - true
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	again := readOne(t, got)
	p.Source = "x.yaml"
	if diff := cmp.Diff(p, again.Products[0]); diff != "" {
		t.Errorf("read again, -want +got:\n%s", diff)
	}
}

// A product, a process and a team that were made here get documents of their own.
func TestWriteNew(t *testing.T) {
	p := plumbline.Product{Ref: "ci", Name: "Continuous integration", Kind: "product", Owner: "team-a", Lifecycle: "production"}
	got := backstage.WriteProduct("component:default/ci", "", backstage.Written{Product: p})
	got += "---\n" + backstage.WriteProduct("process:default/support", "", backstage.Written{Product: plumbline.Product{Ref: "support", Name: "support", Kind: "process"}})
	got += "---\n" + backstage.WriteProduct("api:x/orders", "", backstage.Written{Product: plumbline.Product{Ref: "x.orders", Name: "orders", Owner: "team-a"}})
	got += "---\n" + backstage.WriteTeam("group:default/team-a", "", plumbline.Team{Ref: "team-a", Name: "Team A", Parent: "all"})
	want := `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ci
  title: Continuous integration
spec:
  type: service
  lifecycle: production
  owner: team-a
---
apiVersion: ipm/v1
kind: Process
metadata:
  name: support
spec:
  type: service
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: orders
  namespace: x
spec:
  owner: group:default/team-a
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: team-a
  title: Team A
spec:
  type: team
  children: []
  parent: all
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if c := readOne(t, got); len(c.Products) != 3 || len(c.Teams) != 1 || c.Products[2].Owner != "team-a" {
		t.Errorf("read again: %+v", c)
	}
}

// Every entity of the real catalog comes out as it came, and is the same when
// it is read again; so do those that are awkward.
func TestRealCatalogComesOutAsItCame(t *testing.T) {
	c, _, err := backstage.Read(catalogs(t)...)
	if err != nil {
		t.Fatal(err)
	}
	products := map[plumbline.ProductRef]plumbline.Product{}
	for _, p := range c.Products {
		products[p.Ref] = p
	}
	documents := 0
	for _, e := range c.Entities {
		documents += 1 + strings.Count(e.Text, "\n---\n")
		if e.Product == "" {
			continue
		}
		if got := backstage.WriteProduct(e.Ref, e.Text, backstage.Written{Product: products[e.Product], Facts: e.Facts}); got != e.Text {
			t.Errorf("%s changed:\n%s", e.Ref, cmp.Diff(e.Text, got))
		}
	}
	if documents != 75+12 {
		t.Errorf("%d documents, want 87", documents)
	}
}

// FuzzWrite changes what is read and reads it again.
func FuzzWrite(f *testing.F) {
	f.Add([]byte(portal), "A: title #", "de\nsc", "1.30")
	f.Add([]byte("kind: Component\nmetadata: {name: a, annotations: [x], links: 3, tags: null}\nspec: []\n"), "", "- x", "null")
	f.Add([]byte("kind: API\nmetadata: {name: a}\nspec: text\n---\nkind: API\nmetadata: {name: A, links: [{url: 'https://x.y'}]}\n"), "é\u2028", "~", "0x1")
	f.Add([]byte("kind: System\nmetadata: &m {name: 'a', ? b : c}\n"), "\"", "'", "%")
	f.Fuzz(func(t *testing.T, src []byte, title, description, tier string) {
		c, _, err := backstage.Read(backstage.File{Name: "x.yaml", Data: src})
		if err != nil || len(c.Entities) == 0 || c.Entities[0].Product == "" {
			return
		}
		e, p := c.Entities[0], c.Products[0]
		if p.Name = strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(title, "\x00", ""), "")), " "); p.Name == "" || len(p.Name) > 100 {
			p.Name = "x"
		}
		p.Description = strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(description, "\x00", ""), "")), " ")
		p.Owner = "team-a"
		p.Tags = nil
		f := e.Facts
		if f.Tier = strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(tier, "\x00", ""), "")), " "); len(f.Tier) > 40 {
			f.Tier = ""
		}
		out := backstage.WriteProduct(e.Ref, e.Text, backstage.Written{Product: p, Facts: f})
		if len(out) > 200<<10 {
			return
		}
		again := readOne(t, out)
		if len(again.Products) != 1 || len(again.Entities) == 0 {
			t.Fatalf("read %q\nwrote %q\nread again %+v", src, out, again)
		}
		got := again.Products[0]
		if got.Name != p.Name || got.Description != p.Description || got.Owner != p.Owner || again.Entities[0].Facts.Tier != f.Tier {
			t.Fatalf("read %q\nwrote %q\nwant %+v %q\ngot %+v %q", src, out, p, f.Tier, got, again.Entities[0].Facts.Tier)
		}
	})
}
