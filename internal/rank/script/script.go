// Package script plays stories about rankings: plain text that says which items
// there are, what happens to them, and how they stand on a day. Product managers
// write them to say what a policy must do; a policy is tested by playing them.
//
// It owns two nouns. A [Scene] is a story with a title. A [Failure] is a line of
// it that turned out otherwise.
//
// Laws: pure. A scene that tells nothing to check fails.
package script

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/rank"
)

// Failure is a line that does not hold.
type Failure struct {
	File  string
	Line  int
	Scene string
	Text  string
}

// String is "file:line: text (scene)".
func (f Failure) String() string {
	return fmt.Sprintf("%s:%d: %s (%s)", f.File, f.Line, f.Text, f.Scene)
}

// Scene is one story: what follows a line "== title".
type Scene struct {
	Title string
	first int // line
	lines []string
}

// Scenes are the stories of a file. What comes before the first title is a remark.
func Scenes(src string) []Scene {
	var out []Scene
	for i, line := range strings.Split(src, "\n") {
		if title, ok := strings.CutPrefix(line, "== "); ok {
			out = append(out, Scene{Title: strings.TrimSpace(title), first: i + 2})
		} else if len(out) > 0 {
			out[len(out)-1].lines = append(out[len(out)-1].lines, line)
		}
	}
	return out
}

// World is what stories are played in: the policies that there are, and time zones.
type World struct {
	Policy func(version string) (*rank.Policy, error)
	Zone   func(name string) (*time.Location, error)
	Under  string // the policy of scenes that name none; empty: the newest
}

// Play plays all scenes of a file, and says what does not hold.
func (w World) Play(name, src string) []Failure {
	scenes := Scenes(src)
	if len(scenes) == 0 {
		return []Failure{{name, 1, "", "The file has no scene: begin one with \"== what it shows\"."}}
	}
	var out []Failure
	for _, s := range scenes {
		out = append(out, w.PlayScene(name, s)...)
	}
	return out
}

// PlayScene plays one scene.
func (w World) PlayScene(name string, s Scene) []Failure {
	p := &player{world: w, file: name, scene: s, heads: map[string]string{}}
	if w.Under != "" {
		p.heads["policy"] = w.Under
	}
	for i, line := range s.lines {
		line, _, _ = strings.Cut(line, "  #")
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		p.line = s.first + i
		p.play(line)
	}
	switch {
	case p.refusal != "":
		p.fail("The story was refused: %s", p.refusal)
	case p.checks == 0:
		p.fail("The scene checks nothing: say how it stands on a day.")
	}
	return p.failures
}

// item is an item of a scene: what its line says, and what happened to it.
type item struct {
	id, what string
	events   []string
	asks     []string
}

type player struct {
	world    World
	file     string
	scene    Scene
	line     int
	heads    map[string]string
	items    []item
	table    *rank.Table
	at       map[string]int // subjects by id
	refusal  string
	checks   int
	failures []Failure
}

func (p *player) fail(format string, args ...any) {
	p.failures = append(p.failures, Failure{p.file, p.line, p.scene.Title, fmt.Sprintf(format, args...)})
}

// heads are the words that set how the ranking is made.
var heads = []string{"policy", "method", "top", "seed", "confidence", "sampling", "price", "zone"}

var happened = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?) (\S+): (.+)$`)

// play takes one line.
func (p *player) play(line string) {
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case slices.Contains(heads, word):
		p.heads[word], p.table = rest, nil
	case word == "item":
		id, what, _ := strings.Cut(rest, ":")
		p.items = append(p.items, item{id: strings.TrimSpace(id), what: strings.TrimSpace(what)})
		p.table = nil
	case word == "ask":
		id, what, _ := strings.Cut(rest, ":")
		if it := p.item(strings.TrimSpace(id)); it != nil {
			it.asks = append(it.asks, "{"+what+"}")
		}
	case happened.MatchString(line):
		p.happens(happened.FindStringSubmatch(line))
	case word == "on":
		p.look(rest)
	case word == "refused:":
		p.checks++
		if p.refusal == "" || !strings.Contains(p.refusal, rest) {
			p.fail("It was not refused so; it said: %q.", p.refusal)
		}
		p.refusal = ""
	default:
		p.checks++
		p.check(line)
	}
}

func (p *player) item(id string) *item {
	for i := range p.items {
		if p.items[i].id == id {
			return &p.items[i]
		}
	}
	p.fail("There is no item %q in the scene.", id)
	return nil
}

// happens notes an event: "severity S2", "state lane::name", "extension 5 d by
// Mara", or the name of any other.
func (p *player) happens(m []string) {
	it := p.item(m[2])
	if it == nil {
		return
	}
	at, what := m[1], m[3]
	word, rest, _ := strings.Cut(what, " ")
	text := fmt.Sprintf("type: %q", what)
	switch word {
	case "severity", "state":
		text = fmt.Sprintf("%s: %q", word, rest)
	case "extension":
		span, by, _ := strings.Cut(rest, " by ")
		text = fmt.Sprintf("extension: %q, by: %q", span, by)
	}
	it.events = append(it.events, fmt.Sprintf("{at: %q, %s}", at, text))
	p.table = nil
}

// look makes the ranking of a day.
func (p *player) look(now string) {
	p.table, p.refusal = nil, ""
	var b strings.Builder
	fmt.Fprintf(&b, "now: %q\n", now)
	for _, h := range heads {
		if v := p.heads[h]; v != "" {
			fmt.Fprintf(&b, "%s: %s\n", h, v)
		}
	}
	b.WriteString("items:\n")
	for _, it := range p.items {
		fmt.Fprintf(&b, "- {id: %q", it.id)
		if it.what != "" {
			b.WriteString(", " + it.what)
		}
		if len(it.events) > 0 {
			fmt.Fprintf(&b, ", events: [%s]", strings.Join(it.events, ", "))
		}
		if len(it.asks) > 0 {
			fmt.Fprintf(&b, ", asks: [%s]", strings.Join(it.asks, ", "))
		}
		b.WriteString("}\n")
	}
	f, err := rank.ParseFile(p.file, []byte(b.String()), rank.Found{Policy: p.world.Policy, Zone: p.world.Zone})
	if err == nil {
		p.table, err = f.Policy.Rank(f.Subjects, f.Options)
	}
	if err != nil {
		p.refusal = plumbline.TextOf(err)
		return
	}
	p.at = map[string]int{}
	for i, s := range f.Subjects {
		p.at[s.ID] = i
	}
}

// names is the order of the table.
func (p *player) names() string {
	ids := make([]string, p.table.Len())
	for id, i := range p.at {
		ids[p.table.Entry(i).Position-1] = id
	}
	return strings.Join(ids, ", ")
}

func same(a, b string) bool { return strings.EqualFold(cmp.Or(a, "none"), cmp.Or(b, "none")) }
