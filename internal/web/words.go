package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/ui"
)

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(int64(n)) + " " + many
}

// counted is a number of items, or that there are more than are counted.
func counted(n int, atLeast bool) string {
	if atLeast {
		return ui.Counted(n, atLeast) + " items"
	}
	return plural(n, "item", "items")
}

// thousands writes a whole number with its digits in groups: "480,000".
func thousands(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// grouped sets commas into the whole number that a text begins with.
func grouped(s string) string {
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && s[end] == '-') {
		end++
	}
	digits := s[:end]
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + s[end:]
}

// web says whether a source is an address that may be followed.
func web(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") }

// askFacts is what is known of an item that nobody has looked at yet.
func askFacts(v *itemPage) []ui.Fact {
	out := []ui.Fact{{Name: "Class", Text: classWords[v.Class]}, {Name: "Product", Text: v.ProductName}, {Name: "Came by", Text: cameBy(v.Source)}}
	if v.OnBehalfOf != "" {
		out = append(out, ui.Fact{Name: "For", Text: v.OnBehalfOf})
	}
	if v.Demands > 0 {
		out = append(out, ui.Fact{Name: "Wanted by", Text: plural(v.Demands, "voice", "voices")})
	}
	if v.Row.Evidence > 0 {
		out = append(out, ui.Fact{Name: "Evidence", Text: plural(v.Row.Evidence, "piece", "pieces")})
	}
	return append(out, known(v)...)
}

// visibilityWords say who reads an item.
var visibilityWords = map[plumbline.Visibility]string{
	plumbline.Public: "everybody here", plumbline.InternalOnly: "contributors and up", plumbline.Confidential: "product managers and administrators",
}

func sideFacts(v *itemPage) []ui.Fact {
	out := []ui.Fact{
		{Name: "Asked by", Text: v.RequesterName},
		{Name: "Team", Text: cmp.Or(v.TeamName, "none yet")},
		{Name: "Assignee", Text: cmp.Or(v.Assignee, "nobody")},
		{Name: "Product", Text: v.ProductName},
		{Name: "Process", Part: inside(v.Process.Name, "/processes/"+escape(string(v.Process.ID)))},
	}
	if v.TeamName != "" {
		out[1].Part = inside(v.TeamName, teamAddress(v.Team))
	}
	if v.ProductName != "" {
		out[3].Part = inside(v.ProductName, productAddress(v.Product))
	}
	if v.Kind == plumbline.Request {
		out = append(out, ui.Fact{Name: "Class", Text: classWords[v.Class]})
	}
	if v.Open() && v.Merged == "" && mayReadPlans(v.Who) {
		out = append(out, ui.Fact{Name: "Plan", Part: inside(plannedWords(v.Plan), displaceHref(v.Key, ""))})
	}
	if v.OnBehalfOf != "" {
		out = append(out, ui.Fact{Name: "For", Text: v.OnBehalfOf})
	}
	if v.Priority != "" {
		out = append(out, ui.Fact{Name: "Priority", Part: ui.Urgency(v.Priority)})
	}
	if v.Severity != "" {
		out = append(out, ui.Fact{Name: "Severity", Part: ui.Urgency(v.Severity)})
	}
	if len(v.Labels) > 0 {
		out = append(out, ui.Fact{Name: "Labels", Part: labelLinks(v.Labels)})
	}
	followed := ui.Fact{Name: "Followed by", Text: "nobody"}
	if len(v.Followers) > 0 {
		followed.Part = followers(v.Followers)
	}
	return append(out,
		ui.Fact{Name: "Read by", Text: visibilityWords[v.Visibility]},
		ui.Fact{Name: "Asked", Part: ui.TimeAgo(v.Created, v.Now)},
		ui.Fact{Name: "Changed", Part: ui.TimeAgo(v.Updated, v.Now)},
		ui.Fact{Name: "Came by", Text: cameBy(v.Source)},
		followed,
	)
}

func stateHere(l app.LaneView) *app.StateView {
	for i := range l.States {
		if l.States[i].Here {
			return &l.States[i]
		}
	}
	return nil
}

// figures are the four values that a decision weighs.
var figures = []string{"reach", "impact", "confidence", "effort"}

// weighed are the figures of an item, known or not.
func weighed(v *itemPage) []ui.Fact {
	var out []ui.Fact
	for _, d := range askFields(v.Process, figures) {
		out = append(out, ui.Fact{Name: labelOf(d), Text: valueOf(d, v.Fields[d.Name])})
	}
	return out
}

// valueOf is a field's value in words; "" when it is not known.
func valueOf(d app.FieldDef, value string) string {
	if value == "" {
		return ""
	}
	for _, c := range d.Choices {
		if c.Value == value {
			return choiceText(c.Value, c.Label)
		}
	}
	if d.Unit != "" {
		value += " " + d.Unit
	}
	return value
}

// known are the process's fields that an item has a value for, without those
// that its page shows elsewhere.
func known(v *itemPage) []ui.Fact {
	shown := map[string]bool{"statement": true}
	if v.Kind == plumbline.Request {
		for _, name := range figures {
			shown[name] = true
		}
	}
	var out []ui.Fact
	for _, d := range v.Process.Fields {
		value := v.Fields[d.Name]
		if value == "" || shown[d.Name] {
			continue
		}
		f := ui.Fact{Name: labelOf(d), Text: valueOf(d, value)}
		if web(value) && !strings.ContainsAny(value, " \n") {
			f.Part = outside(value)
		}
		out = append(out, f)
	}
	return out
}

// group are the fields of a process under one heading.
type group struct {
	Name   string
	Fields []app.FieldDef
}

// groups are a process's fields by heading, in order.
func groups(p app.ProcessView) []group {
	var out []group
	for _, d := range p.Fields {
		name := cmp.Or(d.Group, "More")
		i := len(out) - 1
		for i >= 0 && out[i].Name != name {
			i--
		}
		if i < 0 {
			out = append(out, group{Name: name})
			i = len(out) - 1
		}
		out[i].Fields = append(out[i].Fields, d)
	}
	return out
}

// auditVia is the door of an event and what caused it.
func auditVia(e app.HistoryEntry) string {
	door := cmp.Or(via(e.Via), "here")
	if e.Via == "demo" {
		door = "demo data"
	}
	if e.Cause == "" || e.Cause == "user" || e.Cause == e.Via {
		return door
	}
	return door + ", " + e.Cause
}

// provenance is where a record of the catalog comes from: an import names its
// file or its commit.
func provenance(source string) string {
	repo, commit, ok := strings.Cut(source, "@")
	if ok && len(commit) >= 7 {
		return repo + " at " + commit[:7]
	}
	return cmp.Or(source, "entered here")
}

// demoSays is what a person of the demo can see that others cannot.
func demoSays(p plumbline.Person) string {
	if p.Cleared {
		return ", reads amounts"
	}
	return ""
}

func oneOf(s string, choices ...string) bool { return slices.Contains(choices, s) }

// verdictWords are a verdict as the end of a sentence that begins with a key.
func verdictWords(kind string) string {
	words := map[string]string{
		"accepted": "was accepted", "asked": "waits for an answer", "snoozed": "was put off", "decline": "was declined", "redirect": "was redirected",
		"later": "was put off by a decision", "pursue": "was decided",
	}
	return cmp.Or(words[kind], kind)
}

// waitWords say why an item is out of the inbox and when it comes back.
func waitWords(w app.WaitingItem) string {
	switch {
	case w.Kind == plumbline.RemitAsked:
		return "until the requester answers"
	case w.Until.IsZero():
		return "until somebody comments"
	case w.OnComment:
		return "until " + w.Until.Std().Format("2006-01-02") + " or a comment"
	}
	return "until " + w.Until.Std().Format("2006-01-02")
}

// dateLook draws a day that something is due on.
func dateLook(at, now plumbline.Time) (string, ui.Tone, ui.IconName) {
	days := int(at.Sub(plumbline.At(now.Std().Truncate(24*time.Hour))) / (24 * time.Hour))
	switch {
	case days < 0:
		return plural(-days, "day late", "days late"), ui.Bad, ui.IconAlarmClock
	case days == 0:
		return "today", ui.Bad, ui.IconAlarmClock
	case days <= 14:
		return "in " + plural(days, "day", "days"), ui.Warn, ui.IconCalendar
	}
	return "in " + plural(days, "day", "days"), ui.Neutral, ui.IconCalendar
}

// lineHref is where a line of Today leads: what is to be decided to its
// decision's item, what is new into the inbox.
func lineHref(part string, l app.TodayLine) string {
	if part == "new" {
		return inFront(l.Key)
	}
	return itemAddress(l.Key)
}

// onlySaid leaves out what happened of a story, and keeps what was said.
func onlySaid(story []ui.Entry) []ui.Entry {
	var out []ui.Entry
	for _, e := range story {
		if e.ID != "" {
			out = append(out, e)
		}
	}
	return out
}

// mayRotate says that somebody may change who is on triage.
func mayRotate(who plumbline.Actor) bool { return rights.May(who, rights.ManageRotation) }

// lasted is a duration as a state's page shows it: "3 days", "5 h", "20 min".
func lasted(d time.Duration) string {
	switch {
	case d < time.Hour:
		return plural(int(d.Minutes()), "minute", "minutes")
	case d < 48*time.Hour:
		return plural(int(d.Hours()), "hour", "hours")
	}
	return plural(int(d.Hours()/24), "day", "days")
}

// worked is a time in working hours; a working day has eight.
func worked(d time.Duration) string {
	if d < 16*time.Hour {
		return plural(int(d.Hours()), "working hour", "working hours")
	}
	return plural(int(d.Hours()/8), "working day", "working days")
}

// clockTitle is what is known of a clock beyond its sentence.
func clockTitle(c app.ClockView) string {
	out := "Policy " + c.Policy + ", due " + ui.Exact(c.Due)
	if c.Stood > 0 {
		out += ", stood still for " + lasted(c.Stood) + " while we waited for an answer or a vendor"
	}
	return out
}

// labelsShown is how many labels of one item a page has: trackers let an issue
// have thousands. The API and exports have all of them.
const labelsShown = 40

func someLabels(labels []string) []string { return labels[:min(len(labels), labelsShown)] }
