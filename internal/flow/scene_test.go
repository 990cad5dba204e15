package flow

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/clock"
)

// The files in testdata tell what a process allows, in sentences that a product
// manager can read and write. Each begins with "== what it shows". See
// testdata/README for the sentences.

var day0 = plumbline.At(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC))

// book is the embedded book, loaded in full: every expression compiled.
func testBook(t testing.TB) *Book {
	t.Helper()
	var defs []*Definition
	for _, name := range []string{"request", "question", "incident", "change"} {
		src, err := processes.ReadFile("processes/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		d, err := Load(name+".yaml", src)
		if err != nil {
			t.Fatal(err)
		}
		defs = append(defs, d)
	}
	b, err := NewBook(defs...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// judged remembers of every guard whether it was seen to hold and to refuse.
type judged map[*Guard]*[2]bool

func (j judged) note(m move) {
	for _, g := range m.guards() {
		if j[g] == nil {
			j[g] = &[2]bool{}
		}
		if g.judge(&m) == nil {
			j[g][0] = true
		} else {
			j[g][1] = true
		}
	}
}

// TestScenes plays every file in testdata, and wants every guard of every
// process to have been seen to hold and to refuse.
func TestScenes(t *testing.T) {
	book := testBook(t)
	seen := judged{}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenes", err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range scenes(string(src)) {
			t.Run(filepath.Base(name)+"/"+part.title, func(t *testing.T) {
				s := &scene{t: t, book: book, seen: seen, name: name}
				s.play(part)
			})
		}
	}
	if t.Failed() {
		return
	}
	for _, d := range book.All() {
		for _, g := range allGuards(d) {
			if j := seen[g]; j == nil || !j[0] || !j[1] {
				t.Errorf("%s: no scene shows both sides of: %s", d.ID, g.Else)
			}
		}
	}
}

func allGuards(d *Definition) []*Guard {
	var out []*Guard
	add := func(list []Guard) {
		for i := range list {
			out = append(out, &list[i])
		}
	}
	add(d.Rules)
	add(d.HandOff.Needs)
	for i := range d.Lanes {
		for j := range d.Lanes[i].States {
			add(d.Lanes[i].States[j].Enter)
			add(d.Lanes[i].States[j].Leave)
		}
	}
	return out
}

type scenePart struct {
	title string
	first int // line
	lines []string
}

func scenes(src string) []scenePart {
	var out []scenePart
	for i, line := range strings.Split(src, "\n") {
		if title, ok := strings.CutPrefix(line, "== "); ok {
			out = append(out, scenePart{title: title, first: i + 2})
		} else if len(out) > 0 {
			out[len(out)-1].lines = append(out[len(out)-1].lines, line)
		}
	}
	return out
}

// scene is one story: an item, what is known of it, and what the last move did.
type scene struct {
	t    *testing.T
	book *Book
	seen judged
	name string
	line int

	d    *Definition
	f    Facts
	role plumbline.Role

	step    Step
	why     []Reason // of the last move, not yet told
	refused bool
	issue   *issue
}

func (s *scene) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("%s:%d: %s", s.name, s.line, fmt.Sprintf(format, args...))
}

func (s *scene) play(p scenePart) {
	for i, line := range p.lines {
		line, _, _ = strings.Cut(line, "  #")
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		s.line = p.first + i
		if !s.sentence(line) {
			s.fail("nobody understands %q", line)
		}
	}
	s.settle()
}

// settle wants everything that stood in the way of the last move to have been told.
func (s *scene) settle() {
	for _, r := range s.why {
		s.fail("not told: %s", reasonText(r))
	}
	s.why = nil
}

func reasonText(r Reason) string {
	if r.Field != "" {
		return r.Text + " [" + r.Field + "]"
	}
	return r.Text
}

// sentence plays one line. The first words say what it is.
func (s *scene) sentence(line string) bool {
	for _, w := range s.words() {
		if rest, ok := strings.CutPrefix(line, w.begins); ok {
			if !w.tells {
				s.settle()
			}
			w.do(strings.TrimSpace(rest))
			return true
		}
	}
	kind, rest, _ := strings.Cut(line, " ")
	if d, ok := s.book.Get(plumbline.ProcessID(kind)); ok {
		s.begin(d, rest)
		return true
	}
	return false
}

type word struct {
	begins string
	tells  bool // what the last move did; it ends nothing
	do     func(rest string)
}

func (s *scene) words() []word {
	it := &s.f.Item
	return []word{
		{"refused: ", true, func(r string) { s.told(r, true) }},
		{"warned: ", true, func(r string) { s.told(r, false) }},
		{"now in: ", true, s.nowIn},
		{"leading: ", true, func(r string) { s.same("leading", string(it.State), r) }},
		{"did: ", true, func(r string) { s.same("events", strings.Join(s.step.Events, ", "), r) }},
		{"labels on: ", true, func(r string) { s.same("labels added", strings.Join(s.step.Add, ", "), r) }},
		{"labels off: ", true, func(r string) { s.same("labels taken off", strings.Join(s.step.Remove, ", "), r) }},
		{"ended", true, func(string) { s.same("open", fmt.Sprint(it.Open()), "false") }},
		{"still open", true, func(string) { s.same("open", fmt.Sprint(it.Open()), "true") }},
		{"move to ", false, s.move},
		{"label says ", false, s.labelSays},
		{"set ", false, func(r string) { s.set(r) }},
		{"as ", false, func(r string) { s.role = plumbline.Role(r) }},
		{"assign ", false, func(r string) { it.Assignee = r }},
		{"labels: ", false, func(r string) { it.Labels = split(r) }},
		{"evidence: ", false, func(r string) { s.f.Evidence = s.number(r) }},
		{"team labels: ", false, func(r string) { s.f.TeamLabels = s.number(r) }},
		{"note:", false, func(r string) { s.f.Note = r }},
		{"message:", false, func(r string) { s.f.Message = plumbline.PublicText(r) }},
		{"decide ", false, s.decide},
		{"no decision", false, func(string) { s.f.Decision = nil }},
		{"after ", false, s.after},
		{"stale: ", false, s.stale},
		{"not stale", false, func(string) { s.stale("") }},
		{"may go to: ", false, s.mayGo},
		{"check", false, func(string) { s.why, s.refused = s.d.Check(s.f), true }},
		{"issue with ", false, s.openIssue},
		{"pull request with ", false, func(r string) { s.openIssue(r); s.issue.snap.PullRequest = true }},
		{"look", false, func(r string) { s.look(r) }},
		{"verdict: ", true, func(r string) { s.same("verdict", s.issue.verdict(), r) }},
		{"person ", false, func(r string) { s.hand("mara", r) }},
		{"bot ", false, func(r string) { s.hand(bot, r) }},
	}
}

func (s *scene) same(what, got, want string) {
	s.t.Helper()
	if got != want {
		s.fail("%s: got %q, want %q", what, got, want)
	}
}

func (s *scene) number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		s.fail("%q is no number", text)
	}
	return n
}

func split(list string) []string {
	var out []string
	for _, w := range strings.Split(list, ",") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// begin: request REQ-1 in problem validation, workflow-infra::Ready
func (s *scene) begin(d *Definition, rest string) {
	key, in, _ := strings.Cut(rest, " in ")
	s.d, s.role = d, plumbline.PM
	it := plumbline.Item{Key: plumbline.Key(key), Kind: d.Kind, Process: d.ID, Created: day0, Updated: day0, Fields: map[string]string{}}
	s.f = Facts{Item: it, Now: day0}
	var moves []plumbline.State
	for _, name := range split(in) {
		moves = append(moves, s.state(name))
	}
	s.apply(d.Begin(nil, nil, day0))
	for _, to := range moves {
		s.f.Item.States[to.Lane()] = plumbline.Position{State: to, Since: day0}
		s.f.Item.State = to
		if !d.isOpen(to) {
			s.f.Item.Closed = day0
		} else {
			s.f.Item.Closed = 0
		}
	}
}

// state finds a state by its full name, or by its name in the lane of start.
func (s *scene) state(name string) plumbline.State {
	to := plumbline.State(name)
	if to.Lane() == "" {
		to = plumbline.State(s.d.Start.Lane() + "::" + name)
	}
	return to
}

func (s *scene) apply(step Step) {
	it := &s.f.Item
	s.step = step
	it.States, it.State, it.Since = step.States, step.State, step.Since
	it.Closed = 0
	if step.Closed {
		it.Closed = max(s.f.Now, 1)
	}
	it.Updated = s.f.Now
}

func (s *scene) move(name string) {
	to := s.state(name)
	if _, ok := s.d.State(to); ok {
		s.seen.note(s.d.moveOf(&s.f, to, s.role))
	}
	step, why := s.d.Next(s.f, to, s.role)
	if s.why, s.refused = why, true; len(why) == 0 {
		s.apply(step)
	}
}

func (s *scene) labelSays(label string) {
	to, ok := s.d.StateOfLabel(label, "")
	if !ok {
		s.fail("no state has the label %q", label)
	}
	step, why := s.d.Follow(s.f, to)
	s.why, s.refused = why, false
	s.apply(step)
}

func (s *scene) told(text string, refused bool) {
	i := slices.IndexFunc(s.why, func(r Reason) bool { return reasonText(r) == text })
	if i < 0 || s.refused != refused {
		var got []string
		for _, r := range s.why {
			got = append(got, reasonText(r))
		}
		s.fail("that was not said; this was:\n%s", strings.Join(got, "\n"))
	}
	s.why = slices.Delete(slices.Clone(s.why), i, i+1)
}

func (s *scene) nowIn(list string) {
	var got []string
	for i := range s.d.Lanes {
		if p, ok := s.f.Item.States[s.d.Lanes[i].ID]; ok {
			got = append(got, string(p.State))
		}
	}
	s.same("position", strings.Join(got, ", "), list)
}

// set: set reach to 10
func (s *scene) set(rest string) {
	name, value, _ := strings.Cut(rest, " to ")
	it := &s.f.Item
	switch name {
	case "team":
		it.Team = plumbline.TeamRef(value)
	case "priority":
		it.Priority = value
	case "severity":
		it.Severity = value
	default:
		if err := s.d.CheckField(name, value); err != nil {
			s.fail("%v", err)
		}
		it.Fields[name] = value
	}
}

// decide: decide decline because low value, saying We will not build it.
func (s *scene) decide(rest string) {
	rest, sentence, _ := strings.Cut(rest, ", saying ")
	outcome, reason, _ := strings.Cut(rest, " because ")
	s.f.Decision = &plumbline.Decision{Outcome: plumbline.Outcome(outcome), Reason: reason, Sentence: plumbline.PublicText(sentence)}
}

func (s *scene) after(text string) {
	span, err := clock.ParseSpan(text, clock.CalendarTime)
	if err != nil {
		s.fail("%v", err)
	}
	s.f.Now = s.f.Now.Add(time.Duration(span.Days)*24*time.Hour + span.Rest)
}

// stale: stale: to Stalled, tell engineering manager
func (s *scene) stale(want string) {
	got := ""
	if idle, ok := s.d.Stale(s.f.Item, s.f.Now); ok {
		got = "to " + idle.To.Name()
		if idle.Mention != "" {
			got += ", tell " + idle.Mention
		}
	}
	s.same("stale", got, want)
}

// mayGo lists the targets; one that is blocked has its number of reasons behind it.
func (s *scene) mayGo(want string) {
	var got []string
	for _, t := range s.d.Targets(s.f, s.role) {
		text := t.State.Name()
		if t.HandOff {
			text += " by hand-off"
		}
		if !t.Allowed {
			text += fmt.Sprintf(" (%d)", len(t.Reasons))
		}
		got = append(got, text)
	}
	s.same("targets", strings.Join(got, ", "), want)
}
