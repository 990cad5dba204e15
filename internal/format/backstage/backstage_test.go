package backstage_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/backstage"
)

// catalogs are the real files of giantswarm/backstage-catalogs that the demo
// is made from.
func catalogs(t testing.TB) []backstage.File {
	t.Helper()
	f, err := os.Open("../../demo/data/giantswarm-catalogs.tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []backstage.File
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, backstage.File{Name: h.Name, Data: data})
	}
}

// What is known of the real catalog: 75 Components, six refs written again (one
// of them twice more), fourteen with an owner that is no Group.
func TestRealCatalog(t *testing.T) {
	c, rep, err := backstage.Read(catalogs(t)...)
	if err != nil {
		t.Fatal(err)
	}
	var components, merged []string
	for _, r := range rep.Rows {
		if r.File == "charts.yaml" && (r.Outcome == backstage.Kept || r.Outcome == backstage.Merged) {
			components = append(components, r.Ref)
		}
		if r.Outcome == backstage.Merged {
			merged = append(merged, strings.TrimPrefix(r.Ref, "component:"))
		}
	}
	if len(components) != 75 || rep.Count(backstage.Skipped) != 0 {
		t.Errorf("got %d Components and %d skipped, want 75 and 0", len(components), rep.Count(backstage.Skipped))
	}
	if want := []string{"agent-sandbox", "agentic-platform", "agentic-platform", "aws-ebs-csi-driver-app", "aws-efs-csi-driver", "karpenter-app", "muster"}; !slices.Equal(merged, want) {
		t.Errorf("duplicates: got %v, want %v", merged, want)
	}
	if diff := cmp.Diff(map[string]int{"team-phoenix": 10, "team-rocket": 3, "team-TEAM-NAME": 1}, rep.Strays()); diff != "" {
		t.Errorf("owners that are no Group (-want +got):\n%s", diff)
	}
	if len(c.Products) != 68 || len(c.Teams) != 12 {
		t.Errorf("got %d products and %d teams, want 68 and 12", len(c.Products), len(c.Teams))
	}
	for _, p := range c.Products {
		if err := p.Validate(); err != nil || p.Owner == "" || p.Lifecycle == "" {
			t.Errorf("%s: %v %+v", p.Ref, err, p)
		}
	}
	if tm := c.Teams[0]; tm.Ref != "team-atlas" || tm.Name != "Team Atlas" || tm.Parent != "employees" || !strings.HasPrefix(tm.Description, "Monitoring") {
		t.Errorf("got %+v", tm)
	}
}

// Reports name the line that a person has to look at.
func TestReportNamesLines(t *testing.T) {
	files := catalogs(t)
	_, rep, err := backstage.Read(files...)
	if err != nil {
		t.Fatal(err)
	}
	charts := strings.Split(string(files[0].Data), "\n")
	for _, r := range rep.Rows {
		if r.File == "charts.yaml" && strings.Contains(r.Reason, "is the owner") && r.Outcome == backstage.Noted {
			if line := charts[r.Line-1]; !strings.Contains(line, "owner:") && !strings.Contains(line, "apiVersion") {
				t.Errorf("%v points at %q", r, line)
			}
		}
	}
}

// Backstage's own examples, each made to be awkward in one way.
func TestBackstageExamples(t *testing.T) {
	read := func(name string) (backstage.Catalog, string) {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		c, rep, err := backstage.Read(backstage.File{Name: name, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, r := range rep.Rows {
			b.WriteString(r.String() + "\n")
		}
		return c, b.String()
	}
	for name, want := range map[string]string{
		"invalid-component.yaml": `invalid-component.yaml:1: component:invalid component: skipped: the name "invalid component" cannot be a ref: 1 to 60 letters, digits, dots, dashes or underscores
`,
		"different-namespace.yaml": `different-namespace.yaml:1: component:alternative.different-namespace: kept
different-namespace.yaml:10: component:alternative.different-namespace: noted: no Group of these files is the owner: default/team-a
`,
		"org.yaml": `org.yaml:1: group:acme-corp: kept
org.yaml:13: location:example-groups: kept
`,
		"team-a-group.yaml": `team-a-group.yaml:1: group:team-a: kept
team-a-group.yaml:12: group:team-a: noted: no Group of these files is the parent: backstage
team-a-group.yaml:15: user: kept
team-a-group.yaml:26: user: kept
team-a-group.yaml:37: user: kept
team-a-group.yaml:51: user: kept
team-a-group.yaml:64: user: kept
`,
	} {
		if _, got := read(name); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
	c, _ := read("artist-lookup-component.yaml")
	want := plumbline.Product{
		Ref: "artist-lookup", Name: "artist-lookup", Kind: "product", Description: "Artist Lookup", Owner: "team-a", Lifecycle: "experimental",
		Links: []string{"https://example.com/user", "https://example.com/group", "https://example.com/cloud", "https://example.com/dashboard", "https://example.com/help", "https://example.com/web", "https://example.com/alert"},
		Tags:  []string{"java", "data"}, Source: "artist-lookup-component.yaml",
	}
	if diff := cmp.Diff([]plumbline.Product{want}, c.Products); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Every kind of trouble has its reason, and takes nothing else with it.
func TestTroubleIsReported(t *testing.T) {
	entity := func(kind, name, spec string) string {
		return "kind: " + kind + "\nmetadata: {name: " + name + "}\nspec: " + spec + "\n"
	}
	for _, tc := range []struct{ name, src, says string }{
		{"no kind", "metadata: {name: x}\n", "x.yaml:1: :x: skipped: it has no kind"},
		{"no name", "kind: Component\n", "x.yaml:1: component:: skipped: it has no metadata.name"},
		{"a list", "- a\n", "skipped: a catalog entity is a mapping with a kind, this is a list"},
		{"unknown kind", entity("Gadget", "g", "{}"), `gadget:g: skipped: the kind "Gadget" is not known here`},
		{"broken", "kind: [\n", "skipped: Line 1: not valid YAML"},
		{"alias", "kind: &k Component\nmetadata: {name: *k}\n", "skipped: Line 2: an alias"},
		{"no owner", entity("Component", "a", "{}"), "noted: it has no owner"},
		{"person owns", entity("API", "a", "{owner: 'user:guest'}"), "noted: the owner is a user, not a Group"},
		{"odd owner", entity("API", "a", "{owner: 'not a ref'}"), "noted: the owner not a ref cannot be a team's ref"},
		{"members", entity("Group", "a", "{members: ['no ref']}"), `noted: spec.members: "no ref" is not a reference; left out`},
		{"itself", entity("API", "a", "{dependsOn: ['api:a']}"), "noted: spec.dependsOn refers to the entity itself; left out"},
		{"a location is no ref", entity("API", "a", "{dependsOn: ['url:https://example.com/x']}"), `noted: spec.dependsOn: "url:https://example.com/x" is not a reference`},
		{"foreign version", "apiVersion: apps/v1\n" + entity("Component", "a", "{}"), `component:a: skipped: the apiVersion "apps/v1" is none of a catalog; it is kept as it came`},
		{"NUL", "kind: Component\nmetadata: {name: a, description: \"x\\0\"}\n", `component:a: skipped: "x\x00" has a NUL character`},
		{"long tier", "kind: API\nmetadata:\n  name: a\n  annotations:\n    ipm/tier: " + strings.Repeat("t", 41) + "\n", "x.yaml:5: api:a: noted: ipm/tier has more than 40 characters; left out"},
		{"odd manager", "kind: API\nmetadata: {name: a, annotations: {ipm/product-manager: 'group:x'}}\n", "noted: the product manager group:x is not a person's handle; left out"},
		{"odd user", "kind: API\nmetadata: {name: a, annotations: {ipm/users: 'team-a, ,a b'}}\n", "noted: the user a b is not a team's ref; left out"},
		{"twice", entity("Group", "a", "{}") + "---\n" + entity("Group", "A", "{}"), "x.yaml:5: group:a: merged: this Group was defined before"},
		{"owner differs", entity("System", "s", "{owner: a}") + "---\n" + entity("System", "s", "{owner: b}"), "noted: its owner b differs from the first definition's, a, which stays"},
		{"same ref", entity("System", "s", "{owner: a}") + "---\n" + entity("API", "s", "{owner: a}"), "noted: the ref s is taken by system:s; this one is called api-s"},
		{"key twice", "kind: Group\nkind: Component\nmetadata: {name: a}\n", `x.yaml:2: group:a: noted: "kind" is written twice`},
		{"odd tag", "kind: Group\nmetadata: {name: g}\n---\nkind: API\nmetadata: {name: a, tags: ['go 1']}\nspec: {owner: g}\n", `noted: the tag "go 1" is not one`},
		{"odd link", "kind: API\nmetadata: {name: a, links: [{url: 'javascript:1'}]}\n", `noted: the link "javascript:1" is not an http address`},
	} {
		_, rep, err := backstage.Read(backstage.File{Name: "x.yaml", Data: []byte(tc.src)}, backstage.File{Name: "y.yaml", Data: []byte(entity("Group", "last", "{}"))})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rep.Rows {
			got = append(got, r.String())
		}
		if all := strings.Join(got, "\n"); !strings.Contains(all, tc.says) || !strings.Contains(all, "group:last: kept") {
			t.Errorf("%s: got\n%s\nwant %q", tc.name, all, tc.says)
		}
	}
}

func TestMergeKeepsTheFirstAndFillsWhatItLeftOpen(t *testing.T) {
	src := "kind: Component\nmetadata: {name: a, tags: [x]}\nspec: {owner: g, lifecycle: production}\n---\n" +
		"kind: Component\nmetadata: {name: A, title: Other, description: more, tags: [x, y]}\nspec: {owner: g, lifecycle: deprecated}\n"
	c, _, err := backstage.Read(backstage.File{Name: "x", Data: []byte(src)})
	if err != nil {
		t.Fatal(err)
	}
	want := plumbline.Product{Ref: "a", Name: "a", Kind: "product", Description: "more", Owner: "g", Lifecycle: "production", Tags: []string{"x", "y"}, Source: "x"}
	if diff := cmp.Diff([]plumbline.Product{want}, c.Products); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestHugeFileIsRefused(t *testing.T) {
	_, _, err := backstage.Read(backstage.File{Name: "big.yaml", Data: make([]byte, 17<<20)})
	if plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(err.Error(), "big.yaml") {
		t.Errorf("got %v", err)
	}
}

// breaks end lines of YAML, which a carriage return alone does as well.
var breaks = regexp.MustCompile(`\r\n|\r|\n`)

func FuzzRead(f *testing.F) {
	for _, file := range catalogs(f) {
		f.Add(file.Data[:min(len(file.Data), 6000)])
	}
	names, _ := filepath.Glob("testdata/*.yaml")
	for _, n := range names {
		if data, err := os.ReadFile(n); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, rep, err := backstage.Read(backstage.File{Name: "f", Data: data})
		if err != nil {
			return
		}
		lines := len(breaks.FindAll(data, -1)) + 1
		for _, r := range rep.Rows {
			if r.Line < 1 || r.Line > lines {
				t.Fatalf("%v points outside %d lines", r, lines)
			}
		}
		if kept := rep.Count(backstage.Kept); kept > len(c.Entities) || kept < len(c.Products)+len(c.Teams) {
			t.Fatalf("%d kept, but %d entities, %d products and %d teams", kept, len(c.Entities), len(c.Products), len(c.Teams))
		}
		refs := map[plumbline.ProductRef]bool{}
		for _, p := range c.Products {
			if p.Validate() != nil || refs[p.Ref] {
				t.Fatalf("bad or repeated product %+v", p)
			}
			refs[p.Ref] = true
		}
		teams := map[plumbline.TeamRef]bool{}
		for _, tm := range c.Teams {
			if tm.Validate() != nil || teams[tm.Ref] {
				t.Fatalf("bad or repeated team %+v", tm)
			}
			teams[tm.Ref] = true
		}
	})
}
