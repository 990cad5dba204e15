package plumbline_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"log/slog"
	"maps"
	"regexp"
	"strings"
	"testing"
	"text/template"

	"plumbline"
)

type secret = plumbline.Private[string]

// wrapped holds a private value in every way that a value can be held.
type wrapped struct {
	Field   secret
	Pointer *secret
	Slice   []secret
	Map     map[string]secret
	Any     any
	Inner   struct{ Deep secret }
}

func wrap(s string) wrapped {
	p := plumbline.Hide(s)
	w := wrapped{Field: p, Pointer: &p, Slice: []secret{p}, Map: map[string]secret{"k": p}, Any: p}
	w.Inner.Deep = p
	return w
}

// ways are the ways that a value leaves a program.
var ways = map[string]func(w io.Writer, v any) error{
	"json": func(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) },
	"xml":  func(w io.Writer, v any) error { return xml.NewEncoder(w).Encode(v) },
	"gob":  func(w io.Writer, v any) error { return gob.NewEncoder(w).Encode(v) },
	"slog text": func(w io.Writer, v any) error {
		slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: noTime})).Info("x", "v", v)
		return nil
	},
	"slog json": func(w io.Writer, v any) error {
		slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: noTime})).Info("x", "v", v)
		return nil
	},
	"text template": func(w io.Writer, v any) error {
		return template.Must(template.New("").Parse(`{{.}} {{printf "%s %v %q" . . .}} {{print .}} {{html .}} {{js .}}`)).Execute(w, v)
	},
	"html template": func(w io.Writer, v any) error {
		return htmltemplate.Must(htmltemplate.New("").Parse(`<a title="{{.}}" href="/?q={{.}}">{{.}}</a><script>var x = {{.}}</script>`)).Execute(w, v)
	},
	"error": func(w io.Writer, v any) error {
		err := fmt.Errorf("it failed with %v: %w", v, errors.New("x"))
		_, e := io.WriteString(w, plumbline.Errorf(plumbline.Invalid, "no %v (%v)", v, err).Error())
		return e
	},
	"print":   func(w io.Writer, v any) error { _, err := fmt.Fprint(w, v, v); return err },
	"println": func(w io.Writer, v any) error { _, err := fmt.Fprintln(w, v); return err },
	"unwanted": func(w io.Writer, v any) error {
		_, err := fmt.Fprintf(w, strings.Clone("no verb asks for it"), v)
		return err
	},
}

func noTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

var address = regexp.MustCompile(`0x[0-9a-f]+|\b[0-9a-f]{10,12}\b`)

// out is what the way writes about v, or the error that it gives, without addresses.
func out(way func(io.Writer, any) error, v any) string {
	var b bytes.Buffer
	if err := way(&b, v); err != nil {
		fmt.Fprint(&b, "\n", err)
	}
	return address.ReplaceAllString(b.String(), "ADDRESS")
}

// TestPrivateStaysPrivate prints, logs and encodes two things that differ in
// their private values only. Whatever comes out must be the same.
func TestPrivateStaysPrivate(t *testing.T) {
	for name, way := range allWays() {
		for what, pair := range map[string][2]any{
			"alone":          {plumbline.Hide("Globex Corporation"), plumbline.Hide("Initech")},
			"number":         {plumbline.Hide(int64(1234567)), plumbline.Hide(int64(42))},
			"money":          {plumbline.Hide(plumbline.Money{Micros: 5e12, Currency: "EUR"}), plumbline.Hide(plumbline.Money{Micros: 1, Currency: "USD"})},
			"wrapped":        {wrap("Globex Corporation"), wrap("Initech")},
			"demand":         {demand(5e12, "Globex wants it"), demand(7, "no")},
			"in an account":  {account("Globex Corporation"), account("Initech")},
			"slice of those": {[]plumbline.Account{account("Globex")}, []plumbline.Account{account("Initech")}},
		} {
			if a, b := out(way, pair[0]), out(way, pair[1]); a != b {
				t.Errorf("%s, %s: the output tells them apart:\n\t%s\n\t%s", name, what, a, b)
			}
		}
	}
}

// TestPrivateHidden prints a private value in a field that fmt may not ask how
// to print it. A law forbids such fields; the value must not come out all the same.
func TestPrivateHidden(t *testing.T) {
	v := struct{ hidden secret }{plumbline.Hide("Globex")}
	for name, way := range allWays() {
		got := out(way, v)
		for _, form := range []string{"Globex", "476c6f626578", "476C6F626578", "47 6c", "71 108"} {
			if strings.Contains(got, form) {
				t.Errorf("%s: %q has %q in it", name, got, form)
			}
		}
	}
}

// allWays are the ways, and fmt with every verb.
func allWays() map[string]func(io.Writer, any) error {
	all := maps.Clone(ways)
	for verb := '!'; verb <= '~'; verb++ {
		for _, flags := range []string{"%", "%+", "%#", "%-10.3", "% "} {
			format := flags + string(verb)
			all["fmt "+format] = func(w io.Writer, v any) error { _, err := fmt.Fprintf(w, format, v); return err }
		}
	}
	return all
}

func demand(worth int64, note string) plumbline.Demand {
	return plumbline.Demand{Account: "globex", Points: 3, Worth: plumbline.Hide(plumbline.Money{Micros: worth, Currency: "EUR"}), Note: plumbline.Hide(note)}
}

func account(name string) plumbline.Account {
	return plumbline.Account{Ref: "a", Name: plumbline.Hide(name), Seats: plumbline.Hide(int64(len(name)))}
}

func TestPrivateSaysWithheld(t *testing.T) {
	p := plumbline.Hide("Globex Corporation")
	for _, got := range []string{p.String(), fmt.Sprint(p), fmt.Sprintf("%s", p), fmt.Sprintf("%#v", p), fmt.Sprintf("%d", plumbline.Hide(7)), p.LogValue().String()} {
		if got != plumbline.Withheld {
			t.Errorf("got %q, want %q", got, plumbline.Withheld)
		}
	}
	b, err := json.Marshal(map[string]any{"name": p})
	if want := `{"name":"[withheld]"}`; err != nil || string(b) != want {
		t.Errorf("got %s (%v), want %s", b, err, want)
	}
}

func TestClearance(t *testing.T) {
	p := plumbline.Hide("Globex Corporation")
	for _, c := range []struct {
		who  string
		what plumbline.Clearance
		want bool
	}{
		{"nobody", plumbline.Clearance{}, false},
		{"a product manager", plumbline.Actor{Role: plumbline.PM}.Clearance(), false},
		{"somebody cleared", plumbline.Actor{Role: plumbline.Requester, Cleared: true}.Clearance(), true},
		{"the system, even when cleared", plumbline.Actor{System: true, Cleared: true}.Clearance(), false},
		{"the system acting for a tracker", plumbline.SystemActor("link:gitlab").Clearance(), false},
	} {
		got, ok := p.Reveal(c.what)
		if ok != c.want || ok != (got != "") {
			t.Errorf("%s: got %q, %v; want %v", c.who, got, ok, c.want)
		}
	}
	if got := p.Keep(); got != "Globex Corporation" {
		t.Errorf("Keep: got %q", got)
	}
	var zero plumbline.Private[int64]
	if got := zero.Keep(); got != 0 {
		t.Errorf("the zero value keeps %d, want 0", got)
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		m    plumbline.Money
		want string
	}{
		{plumbline.Money{}, "unknown"},
		{plumbline.Money{Micros: 1_200_000_000_000, Currency: "EUR"}, "1200000 EUR"},
		{plumbline.Money{Micros: 2_500_000, Currency: "USD"}, "2.50 USD"},
	} {
		if got := c.m.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
