package forecast_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/forecast"
)

// The scripts in testdata tell what a forecast says. A scene begins with "== what it
// shows"; up to the line "then" it is a file as users write it, after it comes what is
// said, a sentence a line:
//
//	done at 85 %: within 5 weeks        or: beyond horizon
//	done at 85 % by: 2026-12-28
//	in 4 weeks at 85 %: at least 5
//	in 4 weeks: 3 to 9
//	by the date: 62 %
//	method: bootstrap
//	says: Not enough data               a note that begins so; "never says:" that none does
//	took at 85 %: 14 days
//	A: 83 % within 14 days              of an open item
//	team T0 done at 50 %: within 4 weeks
//	together at 85 %: within 6 weeks
//	refused: 3:9: …                     the file is refused, in words that begin so
type scene struct {
	file, title string
	line        int
	src         string
	then        []string
}

func scenes(t *testing.T, file string) (out []scene) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	then := false
	for i, line := range strings.Split(string(b), "\n") {
		title, begins := strings.CutPrefix(line, "== ")
		switch {
		case begins:
			out, then = append(out, scene{file: file, title: title, line: i + 1}), false
		case len(out) == 0 || strings.TrimSpace(line) == "" && then:
		case line == "then":
			then = true
		case then:
			out[len(out)-1].then = append(out[len(out)-1].then, line)
		default:
			out[len(out)-1].src += line + "\n"
		}
	}
	return out
}

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "kep-") {
			continue
		}
		for _, s := range scenes(t, file) {
			t.Run(s.title, func(t *testing.T) { play(t, s) })
			played++
		}
	}
	if played < 12 {
		t.Errorf("only %d scenes were played", played)
	}
}

func play(t *testing.T, s scene) {
	if len(s.then) == 0 {
		t.Fatalf("%s:%d: the scene tells nothing to check", s.file, s.line)
	}
	f, err := forecast.Parse("file", []byte(s.src))
	if err != nil {
		if got, want := plumbline.TextOf(err), strings.TrimPrefix(s.then[0], "refused: "); !strings.HasPrefix(got, "file:"+want) {
			t.Errorf("%s:%d: refused with\n%s\nwant\nfile:%s", s.file, s.line, got, want)
		}
		return
	}
	said := sentences(f.Answer())
	for _, want := range s.then {
		key, value, ok := strings.Cut(want, ": ")
		never := key == "never says"
		if never {
			key = "says"
		}
		holds := slices.ContainsFunc(said[key], func(got string) bool {
			return got == value || strings.HasSuffix(key, "says") && strings.HasPrefix(got, value)
		})
		if !ok || holds == never {
			t.Errorf("%s:%d: %q does not hold; it said %q", s.file, s.line, want, said[key])
		}
	}
}

// sentences is all that an answer says, by what stands before the colon.
func sentences(a forecast.Answer) map[string][]string {
	out := map[string][]string{}
	say := func(key, value string) { out[key] = append(out[key], value) }
	one := func(before string, f forecast.Forecast) {
		sayWhen(say, before+"done", f.When)
		for _, n := range f.HowMany {
			for _, l := range n.AtLeast {
				say(fmt.Sprintf("%sin %d %ss at %.0f %%", before, n.Units, f.Unit, l.P*100), "at least "+strconv.Itoa(l.Items))
			}
			say(fmt.Sprintf("%sin %d %ss", before, n.Units, f.Unit), fmt.Sprintf("%d to %d", n.Between[0], n.Between[1]))
		}
		say(before+"method", f.Method)
		if f.By != nil {
			say(before+"by the date", f.By.String())
		}
		for _, n := range f.Notes {
			say(before+"says", n)
		}
	}
	if a.Forecast != nil {
		one("", *a.Forecast)
	}
	for _, team := range a.Teams {
		one("team "+team.ID+" ", team.Forecast)
	}
	if a.Together != nil {
		sayWhen(say, "together", a.Together.When)
		for _, n := range a.Together.Notes {
			say("says", n)
		}
	}
	if c := a.Cycle; c != nil {
		if c.Days != nil {
			say("took at 50 %", forecast.Days(c.Days.P50))
			say("took at 85 %", forecast.Days(c.Days.P85))
			say("took at 95 %", forecast.Days(c.Days.P95))
		}
		for _, n := range c.Notes {
			say("says", n)
		}
	}
	for _, o := range a.Ageing {
		say(o.ID, o.Words)
	}
	return out
}

func sayWhen(say func(key, value string), what string, when []forecast.When) {
	for _, w := range when {
		key, within := fmt.Sprintf("%s at %.0f %%", what, w.P*100), fmt.Sprintf("within %d weeks", w.Units)
		if w.Beyond {
			within = "beyond horizon"
		}
		say(key, within)
		say(key+" by", w.Date)
	}
}

// FuzzParse reads anything without falling over, and answers what it took; what it
// refuses it refuses with a place.
func FuzzParse(f *testing.F) {
	for _, file := range []string{"testdata/when.txt", "testdata/bad.txt", "testdata/ages.txt"} {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range regexp.MustCompile(`(?m)^(== .*|then)$`).Split(string(b), -1) {
			f.Add([]byte(part))
		}
	}
	place := regexp.MustCompile(`^x\.yaml:\d+:\d+: `)
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := forecast.Parse("x.yaml", src)
		if err != nil {
			if text := plumbline.TextOf(err); plumbline.KindOf(err) != plumbline.Invalid || !place.MatchString(text) {
				t.Fatalf("refused without a place: %q", text)
			}
			return
		}
		if len(encoded(t, file.Answer())) == 0 {
			t.Fatal("nothing was answered")
		}
	})
}
