package estate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/app/estate"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestPutFacts(t *testing.T) {
	onEach(t, func(w *world) {
		w.mustTake("shop.yaml", shop)
		w.write(func(tx *store.Tx) error {
			_, err := tx.PutAccount(plumbline.Account{Ref: "quokkaworks", Name: plumbline.Hide("Quokkaworks Zebrafinch"), Invented: true})
			return err
		})
		in := estate.EntryInput{Manager: "@ines", Tier: " 1 ", DataClass: "orange", Users: []string{"team-a"}, Customers: &[]string{"quokkaworks"},
			DependsOn: []string{"cart", "resource:default/queue", "Cart"}, PartOf: []string{"sales"}}
		if err := w.PutFacts(w.t.Context(), mara, "app", in); err != nil {
			w.t.Fatal(err)
		}
		v := w.catalog(mara, "app")
		same(w.t, []string{v.Manager, v.ManagerName, v.Tier, v.DataClass}, []string{"ines", "Inês", "1", "orange"})
		same(w.t, v.Customers, []estate.Party{{Ref: "quokkaworks", Name: "Quokkaworks Zebrafinch"}})
		same(w.t, v.SaidHere, estate.SaidHere{DependsOn: []string{"component:default/cart", "resource:default/queue"}, PartOf: []string{"domain:default/sales"}})
		same(w.t, says(v.Map.Nodes), []string{"-2 db via cart ?", "-1 cart", "-1 orders", "-1 portal", "-1 queue ?"})
		// The same again changes nothing; what the file says is not said here.
		before := w.events()
		if err := w.PutFacts(w.t.Context(), mara, "app", in); err != nil {
			w.t.Fatal(err)
		}
		same(w.t, w.events(), before)
		out := w.export()
		for _, want := range []string{"ipm/tier: \"1\"", "ipm/data-class: orange", "ipm/product-manager: ines", "ipm/users: team-a", "- resource:default/queue", "domain: domain:default/sales"} {
			if !strings.Contains(out, want) {
				w.t.Errorf("the export does not have %q", want)
			}
		}
		w.mustTake("shop.yaml", shop)
		same(w.t, len(w.catalog(ines, "app").SaidHere.DependsOn), 2)
		if err := w.PutFacts(w.t.Context(), mara, "app", estate.EntryInput{}); err != nil {
			w.t.Fatal(err)
		}
		v = w.catalog(mara, "app")
		same(w.t, []any{v.Manager, v.Users, v.SaidHere.DependsOn, len(v.Customers)}, []any{"", []estate.Party{}, []string{}, 1})
	})
}

func TestFactsThatDoNotHold(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.mustTake("shop.yaml", shop)
	long := strings.Repeat("x", 41)
	err := w.PutFacts(t.Context(), mara, "app", estate.EntryInput{Manager: "nobody", Tier: long, DataClass: "a\nb", Users: []string{"nowhere"}, Customers: &[]string{"nothing"},
		DependsOn: []string{"missing", "a b:c", "app"}, PartOf: []string{"portal"}})
	fields := plumbline.FieldsOf(err)
	for _, f := range []string{"manager", "tier", "data_class", "users", "customers", "depends_on", "part_of"} {
		if fields[f] == "" {
			t.Errorf("nothing is said of %s: %v", f, fields)
		}
	}
	if err := w.PutFacts(t.Context(), mara, "nothing", estate.EntryInput{}); plumbline.KindOf(err) != plumbline.NotFound {
		t.Error(err)
	}
	uncleared := mara
	uncleared.Cleared = false
	if err := w.PutFacts(t.Context(), uncleared, "app", estate.EntryInput{Customers: &[]string{}}); plumbline.KindOf(err) != plumbline.Denied {
		t.Error(err)
	}
}

// Which customers use a product is for cleared people: it is in no view of others,
// in no event and in no export.
func TestCustomersStayPrivate(t *testing.T) {
	onEach(t, func(w *world) {
		w.mustTake("shop.yaml", shop)
		w.write(func(tx *store.Tx) error {
			_, err := tx.PutAccount(plumbline.Account{Ref: "quokkaworks", Name: plumbline.Hide("Quokkaworks Zebrafinch"), Invented: true})
			return err
		})
		if err := w.PutFacts(w.t.Context(), mara, "app", estate.EntryInput{Customers: &[]string{"quokkaworks"}}); err != nil {
			w.t.Fatal(err)
		}
		uncleared := mara
		uncleared.Cleared = false
		all := w.export()
		for _, who := range []plumbline.Actor{uncleared, ines, jonas} {
			b, err := json.Marshal(w.catalog(who, "app"))
			if err != nil {
				w.t.Fatal(err)
			}
			all += string(b)
		}
		w.read(func(tx *store.Tx) error {
			events, err := tx.Events(mara, 0, 1000, "")
			for _, e := range events {
				all += string(e.Data)
			}
			return err
		})
		if strings.Contains(strings.ToLower(all), "quokka") || strings.Contains(all, "Zebrafinch") {
			w.t.Error("a customer's name got out")
		}
		if err := w.PutFacts(w.t.Context(), uncleared, "app", estate.EntryInput{Tier: "1"}); err != nil {
			w.t.Fatal(err)
		}
		same(w.t, len(w.catalog(mara, "app").Customers), 1)
	})
}

// The frozen questions: five aspects with four levels each, all in words.
func TestQuestions(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.mustTake("shop.yaml", shop)
	v := w.catalog(ines, "app").Maturity
	same(t, v.Levels, []string{"Provisional", "Operational", "Scalable", "Optimizing"})
	var ids []string
	for _, a := range v.Aspects {
		ids = append(ids, a.ID)
		if a.Question == "" || len(a.Levels) != 4 || slices.Contains(a.Levels, "") {
			t.Errorf("%s: %+v", a.ID, a)
		}
	}
	same(t, ids, []string{"investment", "adoption", "interfaces", "operations", "measurement"})
	same(t, []any{v.Edition, v.Answered()}, []any{"1", 0})
}

func TestAssess(t *testing.T) {
	onEach(t, func(w *world) {
		w.mustTake("shop.yaml", shop)
		assess := func(who plumbline.Actor, in ...estate.AnswerInput) error {
			return w.Assess(w.t.Context(), who, "app", in)
		}
		if err := assess(ines, estate.AnswerInput{Aspect: "adoption", Level: 2, Evidence: " 12 of 40 teams "}, estate.AnswerInput{Aspect: "investment", Level: 3}); err != nil {
			w.t.Fatal(err)
		}
		w.now = w.now.Add(1e9)
		if err := assess(mara, estate.AnswerInput{Aspect: "adoption", Level: 2, Evidence: "12 of 40 teams"}); err != nil {
			w.t.Fatal(err)
		}
		if err := assess(mara, estate.AnswerInput{Aspect: "adoption", Level: 1, Evidence: "They left"}); err != nil {
			w.t.Fatal(err)
		}
		page, err := w.Maturity(w.t.Context(), jonas, "app", "")
		if err != nil {
			w.t.Fatal(err)
		}
		low, _ := page.Lowest()
		same(w.t, []any{page.Answered(), low.ID, low.Level, low.Evidence, low.ByName}, []any{2, "adoption", 1, "They left", "Mara"})
		var history []string
		for _, a := range page.History {
			history = append(history, a.Name+" "+a.LevelSay+" "+a.Evidence+" "+a.ByName)
		}
		if len(history) != 3 || history[0] != "Adoption Provisional They left Mara" || !slices.Contains(history, "Adoption Operational 12 of 40 teams Inês") {
			w.t.Errorf("got %q", history)
		}
		for _, bad := range [][]estate.AnswerInput{nil, {{Aspect: "style", Level: 1}}, {{Aspect: "adoption", Level: 0}}, {{Aspect: "adoption", Level: 5}},
			{{Aspect: "adoption", Level: 1}, {Aspect: "adoption", Level: 2}}, {{Aspect: "adoption", Level: 1, Evidence: strings.Repeat("x", 2001)}}} {
			if err := assess(mara, bad...); plumbline.KindOf(err) != plumbline.Invalid {
				w.t.Errorf("%+v: %v", bad, err)
			}
		}
		if err := assess(jonas, estate.AnswerInput{Aspect: "adoption", Level: 1}); plumbline.KindOf(err) != plumbline.Denied {
			w.t.Error(err)
		}
		if _, err := w.Maturity(w.t.Context(), mara, "app", "x.y"); plumbline.KindOf(err) != plumbline.Invalid {
			w.t.Error(err)
		}
	})
}

// The history goes on behind a full page, each answer once.
func TestMaturityIsPaged(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.mustTake("shop.yaml", shop)
	const all = plumbline.PageSize + 7
	for i := range all {
		if err := w.Assess(t.Context(), mara, "app", []estate.AnswerInput{{Aspect: "adoption", Level: 1 + i%4}}); err != nil {
			t.Fatal(err)
		}
	}
	n, cursor := 0, ""
	for pages := 0; pages == 0 || cursor != ""; pages++ {
		page, err := w.Maturity(t.Context(), mara, "app", cursor)
		if err != nil || pages > 2 {
			t.Fatal(pages, err)
		}
		n += len(page.History)
		cursor = page.Next
	}
	same(t, n, all)
}

// What the reach of a product is counted in goes out with its entry and comes back: with
// its source, once, and without undoing what was said here since.
func TestReachGoesOutAndComesBack(t *testing.T) {
	onEach(t, func(w *world) {
		w.mustTake("shop.yaml", shop)
		w.reach("portal", 24, "teams", "the team directory")
		w.reach("shop", 1200, "stores with a till", "")
		out := w.export()
		for _, want := range []string{`ipm/reach: "24 teams"`, "ipm/reach-source: the team directory", `ipm/reach: "1200 stores with a till"`} {
			if !strings.Contains(out, want) {
				w.t.Errorf("the export does not have %q:\n%s", want, out)
			}
		}
		other := newWorld(w.t, storetest.SQLite(w.t))
		other.mustTake("catalog.yaml", out)
		same(w.t, other.reaches(), []string{"portal 24 teams, the team directory, Mara", "shop 1200 stores with a till, , Mara"})
		same(w.t, other.export(), out)
		before := other.events()
		other.mustTake("catalog.yaml", out)
		same(w.t, other.events(), before)
		other.reach("portal", 25, "teams", "counted again")
		other.mustTake("catalog.yaml", strings.ReplaceAll(out, "1200 stores", "1300 stores"))
		same(w.t, other.reaches(), []string{"portal 25 teams, counted again, Ines", "shop 1300 stores with a till, , Mara"})
		rows := other.mustTake("catalog.yaml", strings.ReplaceAll(out, `"24 teams"`, "very many"))
		if i := slices.IndexFunc(rows, func(row string) bool { return strings.Contains(row, "such as 24 teams; left out") }); i < 0 {
			w.t.Errorf("a reach that is none is not reported: %+v", rows)
		}
	})
}

func (w *world) reach(p plumbline.ProductRef, many int64, unit, source string) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		return tx.PutReachUnit(plumbline.ReachUnit{ID: store.NewID(), Product: p, Unit: unit, Many: many, Source: source, ByName: "Ines", At: 1})
	})
}

// reaches are what reach is counted in, as text.
func (w *world) reaches() (out []string) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		all, err := tx.ReachUnits()
		for _, u := range all {
			out = append(out, fmt.Sprintf("%s %d %s, %s, %s", u.Product, u.Many, u.Unit, u.Source, u.ByName))
		}
		return err
	})
	return out
}
