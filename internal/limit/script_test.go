package limit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline"
)

// The files in testdata tell how constraints stand, in lines that a product
// manager can read and write; testdata/README.md has the sentences.

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split("\n"+string(src), "\n== ")
		line := strings.Count(parts[0], "\n")
		for _, part := range parts[1:] {
			title, body, _ := strings.Cut(part, "\n")
			t.Run(filepath.Base(name)+"/"+title, func(t *testing.T) {
				s := &script{t: t, name: name, evidence: map[string][]string{}}
				s.play(line+1, strings.Split(body, "\n"))
			})
			line += strings.Count(part, "\n") + 1
		}
	}
}

type script struct {
	t      *testing.T
	name   string
	line   int
	checks int

	head       []string
	ids        []string
	what       map[string]string
	evidence   map[string][]string
	exceptions []string
	groups     []string
	work       string
	result     Result
	refusal    string
}

func (s *script) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf("%s:%d: %s", s.name, s.line, fmt.Sprintf(format, args...))
}

func (s *script) play(first int, lines []string) {
	s.what = map[string]string{}
	for i, line := range lines {
		line, _, _ = strings.Cut(line, "  #")
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		s.line = first + i
		s.sentence(line)
	}
	if s.refusal != "" {
		s.fail("refused: %s", s.refusal)
	}
	if s.checks == 0 {
		s.fail("the scene checks nothing")
	}
}

func (s *script) sentence(line string) {
	left, right, _ := strings.Cut(line, ": ")
	word, rest, _ := strings.Cut(left, " ")
	switch word {
	case "constraint":
		s.ids = append(s.ids, rest)
		s.what[rest] = right
	case "evidence":
		s.evidence[rest] = append(s.evidence[rest], right)
	case "exception":
		s.exceptions = append(s.exceptions, right)
	case "group":
		s.groups = append(s.groups, rest+": ["+right+"]")
	case "zone":
		s.head = append(s.head, "zone: "+rest)
	case "work":
		s.work = rest
	case "on":
		s.look(strings.TrimPrefix(line, "on "))
	case "refused":
		s.checks++
		if !strings.Contains(s.refusal, right) || right == "" {
			s.fail("got refusal %q", s.refusal)
		}
		s.refusal = ""
	case "gate":
		s.checks++
		s.gate(rest, right)
	default:
		s.checks++
		s.check(word, rest, right)
	}
}

// document writes what was told so far as a file.
func (s *script) document() string {
	var b strings.Builder
	for _, h := range s.head {
		fmt.Fprintln(&b, h)
	}
	if len(s.groups) > 0 {
		fmt.Fprintf(&b, "groups:\n  %s\n", strings.Join(s.groups, "\n  "))
	}
	if s.work != "" {
		fmt.Fprintf(&b, "work: [%s]\n", s.work)
	}
	b.WriteString("constraints:\n")
	for _, id := range s.ids {
		fmt.Fprintf(&b, "  - id: %s\n    %s\n    evidence:\n", id, strings.Join(splitFields(s.what[id]), "\n    "))
		for _, e := range s.evidence[id] {
			fmt.Fprintf(&b, "      - {%s}\n", e)
		}
	}
	if len(s.exceptions) > 0 {
		fmt.Fprintf(&b, "exceptions:\n  - {%s}\n", strings.Join(s.exceptions, "}\n  - {"))
	}
	return b.String()
}

// splitFields cuts "a: 1, b: [x, y]" at the commas outside of brackets.
func splitFields(text string) []string {
	var out []string
	depth, from := 0, 0
	for i, c := range text {
		switch {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 0:
			out = append(out, strings.TrimSpace(text[from:i]))
			from = i + 1
		}
	}
	return append(out, strings.TrimSpace(text[from:]))
}

func (s *script) look(when string) {
	if s.refusal != "" {
		s.fail("refused: %s", s.refusal)
	}
	f, err := Parse("story", []byte(s.document()), time.LoadLocation)
	if err != nil {
		s.refusal = plumbline.TextOf(err)
		return
	}
	now, err := plumbline.ParseTime(when)
	if err != nil {
		s.t.Fatal(err)
	}
	s.result = f.Judge(now)
}

func (s *script) standing(id string) *Standing {
	for i := range s.result.Constraints {
		if string(s.result.Constraints[i].Constraint) == id {
			return &s.result.Constraints[i]
		}
	}
	s.t.Fatalf("%s:%d: nothing is known of %q: %s", s.name, s.line, id, s.refusal)
	return nil
}

// check compares "ID: STATUS", "ID WHAT: VALUE".
func (s *script) check(id, what, want string) {
	st := s.standing(strings.TrimSuffix(id, ":"))
	got := ""
	switch what {
	case "":
		got, want = string(st.Status), strings.TrimSpace(strings.ReplaceAll(want, " ", "_"))
	case "headroom":
		got = string(st.Headroom.Decimal())
	case "pace":
		got = string(st.Pace.Decimal())
	case "due":
		got = clockText(st.Due)
	case "likely to break":
		got = clockText(st.Breach)
	case "latest start":
		got = clockText(st.LatestStart)
	case "exempt until":
		got = clockText(st.Until)
	case "forced":
		got = map[bool]string{true: "yes", false: "no"}[st.Forced]
	case "follows":
		got = follows(st)
	case "says", "notes":
		text := st.Reason
		if what == "notes" {
			text = strings.Join(st.Notes, " ")
		}
		if strings.Contains(text, want) {
			got = want
		} else {
			got = text
		}
	default:
		got = string(st.Figure(strings.ReplaceAll(what, " ", "_")).Decimal())
	}
	if got != want {
		s.fail("%s %s: got %q, want %q (%s)", id, what, got, want, st.Reason)
	}
}

func follows(st *Standing) string {
	var out []string
	for _, e := range st.Effects {
		text := e.Policy + " " + e.Force.String()
		if e.Due != 0 {
			text += " by " + clockText(e.Due)
		}
		if e.Until != 0 {
			text += " until " + clockText(e.Until)
		}
		if e.Waived != 0 {
			text += " (waived)"
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}

func (s *script) gate(of, want string) {
	scope, work, _ := strings.Cut(of, " ")
	for _, g := range s.result.Gates {
		if g.Scope.String() != scope || work != "allows" && g.Work != work {
			continue
		}
		got := strings.ReplaceAll(g.Result, "_", " ")
		if work == "allows" {
			got = strings.Join(g.Allowed, ", ")
		} else if len(g.By) > 0 {
			var by []string
			for _, c := range g.By {
				if name := string(c.Constraint); !slices.Contains(by, name) {
					by = append(by, name)
				}
			}
			got += " by " + strings.Join(by, ", ")
		}
		if got != want {
			s.fail("gate %s: got %q, want %q", of, got, want)
		}
		return
	}
	s.fail("there is no gate %s", of)
}

func clockText(t plumbline.Time) string {
	if t == 0 {
		return "never"
	}
	if text, ok := strings.CutSuffix(t.Std().Format("2006-01-02 15:04"), " 00:00"); ok {
		return text
	}
	return t.Std().Format("2006-01-02 15:04")
}
