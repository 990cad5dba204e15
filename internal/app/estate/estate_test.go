package estate_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/app/estate"
	"plumbline/internal/app/sources"
	"plumbline/internal/limit"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// world is an estate over a database, with a clock that stands still.
type world struct {
	t   *testing.T
	db  *store.DB
	now plumbline.Time
	*estate.Estate
}

var (
	mara  = plumbline.Actor{Person: "p-mara", Name: "Mara", Handle: "mara", Role: plumbline.PM, Cleared: true, Via: "test"}
	ines  = plumbline.Actor{Person: "p-ines", Name: "Inês", Handle: "ines", Role: plumbline.Contributor, Via: "test"}
	jonas = plumbline.Actor{Person: "p-jonas", Name: "Jonas", Handle: "jonas", Role: plumbline.Requester, Via: "test"}
)

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, now: plumbline.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))}
	w.Estate = estate.New(db, func() plumbline.Time { return w.now })
	w.write(func(tx *store.Tx) error {
		for _, who := range []plumbline.Actor{mara, ines, jonas} {
			if err := tx.InsertPerson(plumbline.Person{ID: who.Person, Handle: who.Handle, Name: who.Name, Role: who.Role, Cleared: who.Cleared, Created: w.now}); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

// onEach runs a test on both databases.
func onEach(t *testing.T, test func(w *world)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(newWorld(t, db)) })
}

func (w *world) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.db.Read(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// take reads a file as the door does, and gives the report as lines.
func (w *world) take(who plumbline.Actor, name, text string, dry bool) (plumbline.ImportCount, []string, error) {
	w.t.Helper()
	var out []string
	f := sources.File{ID: "file-" + name, Format: "backstage", Name: name, DryRun: dry, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	count, err := w.Formats()[0].Read(w.t.Context(), who, f, func(rows []plumbline.RowReport) error {
		for _, r := range rows {
			out = append(out, strings.TrimSuffix(fmt.Sprintf("%s:%d: %s: %s: %s", r.File, r.Line, r.Ref, r.Outcome, r.Reason), ": "))
		}
		return nil
	})
	return count, out, err
}

func (w *world) mustTake(name, text string) []string {
	w.t.Helper()
	_, rows, err := w.take(mara, name, text, false)
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

func (w *world) catalog(who plumbline.Actor, ref plumbline.ProductRef) estate.CatalogView {
	w.t.Helper()
	v, err := w.Catalog(w.t.Context(), who, ref)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) product(ref plumbline.ProductRef) (p plumbline.Product) {
	w.t.Helper()
	w.read(func(tx *store.Tx) (err error) {
		p, err = tx.Product(ref)
		return err
	})
	return p
}

func (w *world) export() string {
	w.t.Helper()
	var b bytes.Buffer
	if err := w.ExportCatalog(w.t.Context(), mara, &b); err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

func (w *world) events() (n int64) {
	w.read(func(tx *store.Tx) (err error) {
		n, err = tx.LastSeq()
		return err
	})
	return n
}

// same compares what a test got with what it wants.
func same[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("got (+), want (-):\n%s", diff)
	}
}

// giantSwarm are the real files of a platform company's catalog.
func giantSwarm(t *testing.T) (groups, charts string) {
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
	files := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files["groups.yaml"], files["charts.yaml"]
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(data)
	}
}

// The known answers about the real catalog: 75 documents, six refs that are
// written again (one of them twice more), fourteen owners that are no Group, all
// with their lines; and reading it again changes nothing.
func TestGiantSwarm(t *testing.T) {
	onEach(t, func(w *world) {
		groups, charts := giantSwarm(w.t)
		w.mustTake("groups.yaml", groups)
		preview, _, err := w.take(mara, "charts.yaml", charts, true)
		if err != nil {
			w.t.Fatal(err)
		}
		count, rows, err := w.take(mara, "charts.yaml", charts, false)
		if err != nil {
			w.t.Fatal(err)
		}
		same(w.t, count, plumbline.ImportCount{New: 68})
		same(w.t, preview, plumbline.ImportCount{New: 68, DryRun: true})
		lines := strings.Split(charts, "\n")
		var again []string
		strays := map[string]int{}
		for _, r := range rows {
			var line int
			rest, _ := strings.CutPrefix(r, "charts.yaml:")
			if _, err := fmt.Sscanf(rest, "%d:", &line); err != nil {
				w.t.Fatal(r, err)
			}
			if strings.Contains(r, "noted: defined before in line ") {
				name := strings.TrimPrefix(strings.Split(r, ": ")[1], "component:")
				again = append(again, name)
				if !strings.HasPrefix(lines[line-1], "apiVersion") || !strings.Contains(strings.Join(lines[line:line+4], "\n"), "name: "+name) {
					w.t.Errorf("%s points at %q", r, lines[line-1])
				}
			}
			if _, owner, ok := strings.Cut(r, "noted: no Group of these files is the owner: "); ok {
				strays[owner]++
				if !strings.Contains(lines[line-1], "owner:") || !strings.Contains(lines[line-1], owner) {
					w.t.Errorf("%s points at %q", r, lines[line-1])
				}
			}
		}
		same(w.t, again, []string{"agent-sandbox", "agentic-platform", "agentic-platform", "aws-ebs-csi-driver-app", "aws-efs-csi-driver", "karpenter-app", "muster"})
		same(w.t, len(slices.Compact(slices.Clone(again))), 6)
		same(w.t, strays, map[string]int{"team-phoenix": 10, "team-rocket": 3, "team-TEAM-NAME": 1})
		same(w.t, int64(68)+int64(len(again)), int64(strings.Count(charts, "\nkind: Component\n")))

		before := w.events()
		count, _, err = w.take(mara, "charts.yaml", charts, false)
		if err != nil {
			w.t.Fatal(err)
		}
		same(w.t, count, plumbline.ImportCount{Same: 68})
		same(w.t, w.events(), before)
	})
}

// What is written reads back as the same, here and in an empty house: unknown
// fields and kinds, comments and duplicates included.
func TestExportReadsBackTheSame(t *testing.T) {
	onEach(t, func(w *world) {
		groups, charts := giantSwarm(w.t)
		w.mustTake("groups.yaml", groups)
		w.mustTake("charts.yaml", charts)
		w.mustTake("odd.yaml", "kind: AiResource\nmetadata: {name: x}\nspec: {anything: [1, '2']} # kept\n---\nkind: Location\nmetadata: {name: l}\nspec: {targets: ['./a:b.yaml']}\n---\nkind: User\nmetadata: {name: u}\nspec: {memberOf: [team-atlas]}\n")
		out := w.export()
		for _, doc := range strings.Split("\n"+strings.TrimPrefix(charts[strings.Index(charts, "---\n"):], "---"), "\n---\n") {
			if doc = strings.TrimSpace(doc); !strings.Contains(out, doc) {
				w.t.Fatalf("this document is not in the export as it came:\n%s", doc)
			}
		}
		if !strings.Contains(out, "spec: {anything: [1, '2']} # kept\n") {
			w.t.Error("the unknown kind is not in the export")
		}
		other := newWorld(w.t, storetest.SQLite(w.t))
		other.mustTake("all.yaml", out)
		same(w.t, sorted(other.export()), sorted(out))
		_, rows, err := other.take(mara, "all.yaml", out, false)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, r := range rows {
			if strings.Contains(r, ": new") || strings.Contains(r, ": changed") {
				w.t.Errorf("read again: %s", r)
			}
		}
	})
}

func sorted(export string) []string {
	docs := strings.Split(export, "---\n")
	slices.Sort(docs)
	return docs
}

const shop = `kind: Group
metadata: {name: team-a, title: Team A}
spec: {type: team, parent: all, children: []}
---
kind: Group
metadata: {name: all}
spec: {type: organization, children: [team-a]}
---
kind: System
metadata: {name: shop}
spec: {owner: team-a, domain: sales}
---
kind: Domain
metadata: {name: sales}
spec: {owner: team-a}
---
kind: Component
metadata:
  name: portal
  description: The portal
  annotations: {ipm/tier: "1", ipm/users: all, ipm/product-manager: mara, ipm/cost-selector: application=portal}
spec: {type: website, lifecycle: production, owner: group:default/team-a, system: shop, dependsOn: [cart, 'resource:db']}
---
kind: Component
metadata: {name: cart}
spec: {type: service, owner: team-a, dependsOn: ['resource:db'], providesApis: [orders]}
---
kind: API
metadata: {name: orders}
spec: {type: openapi, owner: team-a}
---
kind: Component
metadata: {name: app}
spec: {type: website, owner: team-a, consumesApis: [orders], dependsOn: [portal]}
---
apiVersion: ipm/v1
kind: Process
metadata: {name: support}
spec: {owner: team-a, dependsOn: [portal]}
`

// Every fact is read, and every relation is there from both ends.
func TestCatalogOfAProduct(t *testing.T) {
	onEach(t, func(w *world) {
		w.mustTake("shop.yaml", shop)
		v := w.catalog(ines, "portal")
		same(w.t, []string{v.Entity, v.Manager, v.ManagerName, v.Tier, v.DataClass}, []string{"component:default/portal", "mara", "Mara", "1", ""})
		same(w.t, v.Users, []estate.Party{{Ref: "all", Name: "all"}})
		same(w.t, v.Locators, []estate.Locator{{Name: "ipm/cost-selector", Value: "application=portal"}})
		same(w.t, says(v.Map.Nodes), []string{"-1 cart", "-1 db ?", "1 app", "1 support"})
		same(w.t, says(v.PartOf), []string{"0 shop"})
		same(w.t, []any{v.Descriptor.File, v.Descriptor.Line, v.Descriptor.Text}, []any{"shop.yaml", int64(17), ""})
		same(w.t, strings.Contains(w.catalog(mara, "portal").Descriptor.Text, "name: portal"), true)
		same(w.t, says(w.catalog(ines, "cart").Map.Nodes), []string{"-1 db ?", "1 orders", "1 portal", "2 app via orders", "2 support via portal"})
		same(w.t, says(w.catalog(ines, "shop").Parts), []string{"0 portal"})
		if p := w.product("support"); p.Kind != "process" {
			w.t.Errorf("got %+v", p)
		}
	})
}

func says(nodes []estate.MapNode) (out []string) {
	for _, n := range nodes {
		s := fmt.Sprintf("%d %s", n.Step, n.Name)
		if n.Via != "" {
			s += " via " + n.Via[strings.LastIndex(n.Via, "/")+1:]
		}
		if n.Unknown {
			s += " ?"
		}
		out = append(out, s)
	}
	return out
}

// Of an entity that changed in its file each field is taken in that nobody changed
// here; what was changed on both sides stays as it is here, and the report says so.
func TestChangedOnBothSides(t *testing.T) {
	onEach(t, func(w *world) {
		w.mustTake("shop.yaml", shop)
		p := w.product("portal")
		p.Description, p.Lifecycle = "Changed here", "deprecated"
		w.write(func(tx *store.Tx) error { _, err := tx.PutProduct(p); return err })
		if err := w.PutFacts(w.t.Context(), mara, "portal", estate.EntryInput{Manager: "ines", Tier: "2", DataClass: "red", Users: []string{"all", "team-a"}}); err != nil {
			w.t.Fatal(err)
		}
		count, rows, err := w.take(mara, "shop.yaml", shop, false)
		if err != nil || count.Same != 9 || count.Changed != 0 {
			w.t.Fatalf("the same file again: %+v, %v, %v", count, rows, err)
		}
		text := strings.NewReplacer("description: The portal", "description: Changed there", `ipm/tier: "1"`, `ipm/tier: "3"`, "type: website, lifecycle: production, owner: group:default/team-a", "type: website, lifecycle: production, owner: all").Replace(shop)
		rows = w.mustTake("shop.yaml", text)
		got := w.product("portal")
		same(w.t, []string{got.Description, got.Lifecycle, string(got.Owner)}, []string{"Changed here", "deprecated", "all"})
		v := w.catalog(ines, "portal")
		same(w.t, []string{v.Manager, v.Tier, v.DataClass}, []string{"ines", "2", "red"})
		for _, want := range []string{"component:portal: changed", "component:portal: noted: the description was changed here and stays", "component:portal: noted: the tier was changed here and stays", "component:cart: same"} {
			if !slices.ContainsFunc(rows, func(r string) bool { return strings.HasSuffix(r, want) }) {
				w.t.Errorf("no row says %q: %q", want, rows)
			}
		}
		// What was changed here is in the export, and reading that anywhere gives it.
		other := newWorld(w.t, storetest.SQLite(w.t))
		other.mustTake("all.yaml", w.export())
		same(w.t, other.product("portal").Description, "Changed here")
		same(w.t, other.catalog(ines, "portal").DataClass, "red")
	})
}

// What vanished from its file stays, marked; when it comes back it is no orphan.
func TestOrphans(t *testing.T) {
	onEach(t, func(w *world) {
		w.mustTake("shop.yaml", shop)
		less := shop[:strings.Index(shop, "kind: Component\nmetadata: {name: cart}")] + shop[strings.Index(shop, "kind: API"):]
		broken := less + "---\nkind: [\n"
		rows := w.mustTake("shop.yaml", broken)
		if !slices.ContainsFunc(rows, func(r string) bool { return strings.Contains(r, "cart: noted: it is not among what could be read") }) || w.catalog(ines, "cart").Descriptor.Missing != 0 {
			w.t.Errorf("a broken document makes no orphan: %q", rows)
		}
		rows = w.mustTake("shop.yaml", less)
		if want := "shop.yaml:0: component:default/cart: changed: the file has it no longer: it stays, marked as an orphan"; rows[len(rows)-1] != want {
			w.t.Errorf("got %q, want %q", rows, want)
		}
		same(w.t, w.catalog(ines, "cart").Descriptor.Missing, w.now)
		same(w.t, w.product("cart").Name, "cart")
		before := w.events()
		w.mustTake("shop.yaml", less)
		same(w.t, w.events(), before)
		if out := w.export(); !strings.Contains(out, "backstage.io/orphan: \"true\"") {
			w.t.Error("the export does not say that it is an orphan")
		}
		rows = w.mustTake("shop.yaml", shop)
		if !slices.ContainsFunc(rows, func(r string) bool { return strings.HasSuffix(r, "component:cart: noted: the file has it again") }) || w.catalog(ines, "cart").Descriptor.Missing != 0 {
			w.t.Errorf("it came back: %q", rows)
		}
	})
}

// An entity that moved to another file is not there twice.
func TestMovedToAnotherFile(t *testing.T) {
	onEach(t, func(w *world) {
		w.mustTake("shop.yaml", shop)
		rows := w.mustTake("moved.yaml", "kind: Component\nmetadata: {name: cart}\nspec: {type: service, owner: team-a}\n")
		if !slices.ContainsFunc(rows, func(r string) bool {
			return strings.Contains(r, "component:cart: noted: shop.yaml, line ") && strings.Contains(r, " has it too, and says something else: what was read last counts")
		}) {
			w.t.Errorf("got %q", rows)
		}
		// Another kind with the same name gets a ref of its own, and keeps it.
		w.mustTake("api.yaml", "kind: API\nmetadata: {name: cart}\nspec: {owner: team-a}\n")
		same(w.t, w.catalog(ines, "api-cart").Entity, "api:default/cart")
		same(w.t, w.catalog(ines, "cart").Entity, "component:default/cart")
		count, _, _ := w.take(mara, "api.yaml", "kind: API\nmetadata: {name: cart}\nspec: {owner: team-a}\n", false)
		same(w.t, count, plumbline.ImportCount{Same: 1})
	})
}

// Of several files that have an entity, each is named to the others; the one that was
// read last counts; and it is an orphan only when none has it any more.
func TestSeveralFilesHaveIt(t *testing.T) {
	onEach(t, func(w *world) {
		const cart = "kind: Component\nmetadata: {name: cart}\nspec: {type: service, owner: team-a}\n"
		const other = "kind: Component\nmetadata: {name: other}\nspec: {type: service, owner: team-a}\n"
		titled := strings.Replace(cart, "name: cart", "name: cart, title: Cart", 1)
		says := func(file, text, want string) {
			w.t.Helper()
			if rows := w.mustTake(file, text); !slices.ContainsFunc(rows, func(r string) bool { return strings.Contains(r, want) }) {
				w.t.Errorf("got %q, want %q", rows, want)
			}
		}
		missing := func() bool { return w.catalog(ines, "cart").Descriptor.Missing != 0 }
		w.mustTake("a.yaml", other+"---\n"+cart)
		says("b.yaml", cart, "component:cart: noted: a.yaml, line 5, has it too, word for word")
		before := w.events()
		says("a.yaml", other+"---\n"+cart, "component:cart: noted: b.yaml, line 1, has it too, word for word")
		w.mustTake("b.yaml", cart)
		same(w.t, w.events(), before)

		says("b.yaml", titled, "a.yaml, line 5, has it too, and says something else")
		same(w.t, w.product("cart").Name, "Cart")
		says("b.yaml", other+"---\n"+titled, "other: noted: a.yaml, line 1, has it too, word for word")
		says("a.yaml", other+"---\n"+cart, "component:cart: noted: b.yaml, line 5, has it too, and says something else")
		same(w.t, w.product("cart").Name, "cart")
		says("b.yaml", other, "component:default/cart: noted: the file has it no longer, and a.yaml, line 5, has it still")
		if missing() {
			w.t.Error("it is an orphan, and a.yaml has it")
		}
		w.mustTake("b.yaml", other+"---\n"+titled)
		w.mustTake("a.yaml", other)
		if got := w.catalog(ines, "cart").Descriptor; missing() || got.File != "b.yaml" {
			w.t.Errorf("b.yaml has it: %+v", got)
		}
		says("b.yaml", other, "component:default/cart: changed: the file has it no longer: it stays, marked as an orphan")
		if !missing() {
			w.t.Error("no file has it")
		}
		before = w.events()
		w.mustTake("b.yaml", other)
		same(w.t, w.events(), before)
		says("a.yaml", other+"---\n"+cart, "component:cart: changed")
		if missing() {
			w.t.Error("a.yaml has it again")
		}
	})
}

func TestHostileFiles(t *testing.T) {
	onEach(t, func(w *world) {
		for name, text := range map[string]string{
			"not text": "\xff\xfe\x00", "nothing": "", "a bomb": "a: &a [x,x]\nb: &b [*a,*a]\n", "deep": strings.Repeat("[", 5000), "NUL": "kind: Component\nmetadata: {name: nul, description: \"a\\0b\"}\n",
			"BOM and CRLF": "\ufeffkind: Component\r\nmetadata: {name: bom}\r\n", "script": "kind: Component\nmetadata: {name: s, title: \"<script>alert(1)</script>\", annotations: {ipm/slo: \"=1+1\"}}\n", "raw NUL": "kind: Component\nmetadata: {name: raw}\n# \x00\n",
		} {
			if _, _, err := w.take(mara, "hostile.yaml", text, false); err != nil && plumbline.KindOf(err) != plumbline.Invalid {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		same(w.t, w.product("bom").Ref, "bom")
		same(w.t, w.product("s").Name, "<script>alert(1)</script>")
	})
}

func TestGroups(t *testing.T) {
	onEach(t, func(w *world) {
		w.mustTake("shop.yaml", shop)
		w.write(func(tx *store.Tx) error {
			_, err := tx.PutProduct(plumbline.Product{Ref: "made-here", Name: "Made here", Kind: "product"})
			return err
		})
		if err := w.PutFacts(w.t.Context(), mara, "made-here", estate.EntryInput{PartOf: []string{"shop"}}); err != nil {
			w.t.Fatal(err)
		}
		var g limit.Groups
		w.read(func(tx *store.Tx) (err error) {
			g, err = estate.Groups(tx)
			return err
		})
		group := func(ref string) plumbline.Scope { return plumbline.Scope{Kind: plumbline.ScopeGroup, Ref: ref} }
		product := func(ref string) plumbline.Scope { return plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: ref} }
		same(w.t, g.Above(product("portal")), []plumbline.Scope{product("portal"), group("everything"), group("system.shop"), group("team.team-a"), group("domain.sales"), group("team.all")})
		same(w.t, g.Above(product("made-here")), []plumbline.Scope{product("made-here"), group("everything"), group("system.shop"), group("domain.sales")})
		support := plumbline.Scope{Kind: plumbline.ScopeProcess, Ref: "support"}
		same(w.t, g.Above(support), []plumbline.Scope{support, group("everything"), group("team.team-a"), group("team.all")})
	})
}

func TestWhoMayReadCatalogs(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	for _, who := range []plumbline.Actor{ines, jonas, plumbline.Nobody()} {
		_, _, err := w.take(who, "shop.yaml", shop, false)
		err2 := w.ExportCatalog(t.Context(), who, io.Discard)
		err3 := w.PutFacts(t.Context(), who, "portal", estate.EntryInput{})
		for _, err := range []error{err, err2, err3} {
			if k := plumbline.KindOf(err); k != plumbline.Denied && k != plumbline.Unauthenticated {
				t.Errorf("%s: %v", who.Name, err)
			}
		}
	}
	if _, err := w.Catalog(context.Background(), plumbline.Nobody(), "portal"); plumbline.KindOf(err) != plumbline.Unauthenticated {
		t.Error(err)
	}
}
