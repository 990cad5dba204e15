package findings_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/app/findings"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/limit"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

const day = 24 * time.Hour

var (
	pm       = plumbline.Actor{Person: "mara", Name: "Mara", Role: plumbline.PM}
	boss     = plumbline.Actor{Person: "olga", Name: "Olga", Role: plumbline.Admin}
	engineer = plumbline.Actor{Person: "ines", Name: "Ines", Role: plumbline.Contributor}
	asks     = plumbline.Actor{Person: "jonas", Name: "Jonas", Role: plumbline.Requester}
)

// world is the room over a real database, with the constraints that it feeds and a
// clock that stands still until it is moved.
type world struct {
	*findings.Warden
	t      testing.TB
	db     *store.DB
	limits *standing.Room
	now    time.Time
}

func newWorld(t testing.TB) *world { return worldOn(t, storetest.SQLite(t)) }

func worldOn(t testing.TB, db *store.DB) *world {
	t.Helper()
	w := &world{t: t, db: db, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	clock := func() plumbline.Time { return plumbline.At(w.now) }
	group := func(*store.Tx) (limit.Groups, error) {
		return limit.Groups{{Kind: plumbline.ScopeGroup, Ref: "platform"}: {product("ci"), product("docs")}}, nil
	}
	w.limits = standing.New(db, group, clock)
	w.Warden = findings.New(db, w.limits, clock)
	w.limits.FeedFrom(plumbline.Security, w.FeedFindings)
	w.ok(db.Write(t.Context(), func(tx *store.Tx) error {
		for _, who := range []plumbline.Actor{pm, boss, engineer, asks} {
			if err := tx.InsertPerson(plumbline.Person{ID: who.Person, Handle: string(who.Person), Name: who.Name, Role: who.Role}); err != nil {
				return err
			}
		}
		for _, ref := range []plumbline.ProductRef{"ci", "docs", "k8s"} {
			if _, err := tx.PutProduct(plumbline.Product{Ref: ref, Name: strings.ToUpper(string(ref)), Kind: "product"}); err != nil {
				return err
			}
		}
		return nil
	}))
	return w
}

func product(ref string) plumbline.Scope {
	return plumbline.Scope{Kind: plumbline.ScopeProduct, Ref: ref}
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, kind plumbline.Kind, words string) {
	w.t.Helper()
	if err == nil || plumbline.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		w.t.Errorf("got %v, want an error of kind %s with %q", err, kind, words)
	}
}

// at is a date as evidence has it.
func at(t testing.TB, text string) plumbline.Time {
	t.Helper()
	v, err := plumbline.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// file is a file on its way in.
func file(text string, settings ...string) sources.File {
	sum := sha256.Sum256([]byte(text))
	f := sources.File{Name: "file", Hash: hex.EncodeToString(sum[:]), Settings: map[string]string{}, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	for i := 0; i < len(settings); i += 2 {
		f.Settings[settings[i]] = settings[i+1]
	}
	return f
}

// send has the reader of a format take a file in.
func (w *world) send(who plumbline.Actor, format string, f sources.File) (plumbline.ImportCount, []plumbline.RowReport, error) {
	w.t.Helper()
	all := w.Formats()
	i := slices.IndexFunc(all, func(f sources.Format) bool { return f.Name == format })
	if i < 0 {
		w.t.Fatalf("there is no format %q", format)
	}
	var rows []plumbline.RowReport
	count, err := all[i].Read(w.t.Context(), who, f, func(part []plumbline.RowReport) error {
		rows = append(rows, part...)
		return nil
	})
	return count, rows, err
}

// take takes a file in, and gives what became of its rows.
func (w *world) take(format string, f sources.File) (plumbline.ImportCount, []plumbline.RowReport) {
	w.t.Helper()
	count, rows, err := w.send(pm, format, f)
	w.ok(err)
	if count.Rows() != len(rows) {
		w.t.Errorf("counted %d rows, and reported %d", count.Rows(), len(rows))
	}
	return count, rows
}

// vuln is a row of a CycloneDX file; more is what else it says.
func vuln(id, pkg, more string) string {
	if more != "" {
		more = "," + more
	}
	return `{"id":"` + id + `","affects":[{"ref":"` + pkg + `"}]` + more + `}`
}

// scored is a rating by CVSS v3.
func scored(score string) string { return `"ratings":[{"method":"CVSSv31","score":` + score + `}]` }

// analysed is a verdict.
func analysed(state string) string { return `"analysis":{"state":"` + state + `"}` }

// bill is a CycloneDX file of a date with a component and the vulnerabilities: a
// full scan.
func bill(date string, vulns ...string) string {
	return `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"timestamp":"` + date + `T00:00:00Z","tools":[{"name":"grype"}]},"components":[{"type":"library","name":"x"}],
"vulnerabilities":[
` + strings.Join(vulns, ",\n") + "]}"
}

// vex is a file with nothing but verdicts.
func vex(date string, vulns ...string) string {
	return `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"timestamp":"` + date + `T00:00:00Z"},"vulnerabilities":[
` + strings.Join(vulns, ",\n") + "]}"
}

// listed are the findings of a query, by the name that evidence has for them.
func (w *world) listed(q findings.FindingQuery) map[string]findings.FindingRow {
	w.t.Helper()
	page, err := w.Findings(w.t.Context(), pm, q)
	w.ok(err)
	out := map[string]findings.FindingRow{}
	for _, f := range page.Findings {
		out[f.Name] = f
	}
	return out
}

// only is the one finding that there is.
func (w *world) only() findings.FindingRow {
	w.t.Helper()
	all := w.listed(findings.FindingQuery{State: "all"})
	if len(all) != 1 {
		w.t.Fatalf("got %d findings, want one: %v", len(all), all)
	}
	for _, f := range all {
		return f
	}
	panic("there is one")
}

// constrain makes a security constraint of a scope.
func (w *world) constrain(id string, scope plumbline.Scope, cycle time.Duration) {
	w.t.Helper()
	_, err := w.limits.PutConstraint(w.t.Context(), pm, plumbline.Constraint{ID: plumbline.ConstraintID(id), Kind: plumbline.Security, Scope: scope, Cycle: cycle, Hard: true}, 0)
	w.ok(err)
}

// stands is how a constraint stands.
func (w *world) stands(id string) standing.ConstraintView {
	w.t.Helper()
	v, err := w.limits.Constraint(w.t.Context(), pm, plumbline.ConstraintID(id))
	w.ok(err)
	return v
}

// events are the types of the events since a number, and what they say.
func (w *world) events() (types []string, text string) {
	w.t.Helper()
	w.ok(w.db.Read(w.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Events(plumbline.Actor{Role: plumbline.Admin, System: true}, 0, 1000, "")
		for _, e := range all {
			types = append(types, e.Type)
			text += string(e.Data)
		}
		return err
	}))
	return types, text
}

func (w *world) happened(typ string) int {
	types, _ := w.events()
	n := 0
	for _, have := range types {
		if have == typ {
			n++
		}
	}
	return n
}

// dump is all that is kept of findings: what importing twice must not change.
func (w *world) dump() string {
	w.t.Helper()
	var out []any
	w.ok(w.db.Read(w.t.Context(), func(tx *store.Tx) error {
		all, err := tx.AllFindings()
		if err != nil {
			return err
		}
		listed, err := tx.AllExploited()
		if err != nil {
			return err
		}
		for _, p := range []plumbline.ProductRef{"ci", "docs"} {
			parts, err := tx.Components(p)
			if err != nil {
				return err
			}
			out = append(out, parts)
		}
		for _, f := range all {
			history, err := tx.Judgements(f.ID)
			if err != nil {
				return err
			}
			out = append(out, history)
		}
		seq, err := tx.LastSeq()
		out = append(out, all, listed, seq)
		return err
	}))
	text, err := json.Marshal(out)
	w.ok(err)
	return string(text)
}

func testdata(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../format/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func names(rows map[string]findings.FindingRow) []string {
	var out []string
	for n := range rows {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
