package ui

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"plumbline"
)

func storyList() templ.Component {
	panel := []templ.Component{}
	n := 0
	for _, s := range []string{"workflow::problem validation", "workflow-infra::In Progress", "workflow-infra::Blocked"} {
		var items []Item
		for range 5 {
			items = append(items, storyItem(n, s))
			n++
		}
		panel = append(panel, GroupHead(plumbline.State(s), len(items)), Rows(items, storyNow))
	}
	return with(box("section", "panel"), panel...)
}

func storyTable() templ.Component {
	head := parts(SortHead(Sort{Text: "Item", Href: "?sort=key"}), SortHead(Sort{Text: "Worth", Href: "?sort=worth", Dir: "descending", Num: true}), raw(`<th scope="col">In plan</th><th scope="col">State</th>`))
	var rows []templ.Component
	for i := range 8 {
		it := storyItem(i, []string{"workflow-infra::Ready", "workflow::design", "workflow-infra::Needs More Info", "workflow-infra::Cancelled"}[i%4])
		rows = append(rows, raw(fmt.Sprintf(`<tr><th scope="row"><a href="%s">%s</a></th><td class="num">%d</td><td>`, it.Href, it.Title, 90-i*9)), Odds(19-i*2, "plans"), raw(`</td><td>`), StateChip(it.State), raw(`</td></tr>`))
	}
	return parts(raw(`<div class="table-box" tabindex="0" role="region" aria-label="Ranking"><table class="table"><thead><tr>`), head, raw(`</tr></thead><tbody>`), parts(rows...), raw(`</tbody></table></div>`))
}

func storyItemPage() templ.Component {
	it := storyItem(7, "workflow::problem validation")
	it.Moves = []Move{{To: "workflow::planning breakdown", Hint: "The problem is understood and sized"}, {To: "workflow-infra::Triage", Hint: "Hands it to a team", Ask: "/items/REQ-139/handoff"}, {To: "workflow::complete", Why: "A decision is missing."}}
	moves := parts(Button(Do{Text: "Edit", Icon: IconPencil, Href: "/items/REQ-139/edit", Hotkey: "e"}), MoveButton(it), MoveMenu(it))
	said := SafeHTML("<p>Every new contractor waits <strong>three to five days</strong> for VPN access. In October that were 23 people.</p><ul><li>The form goes to two teams in turn.</li><li>Nobody sees where it is.</li></ul><p>Workaround: somebody shares their screen. <code>gcloud iap</code> works for two of the nine systems.</p>")
	main := parts(
		Next(NextStep{Text: "Say who is affected and how often: one measured number decides between this and REQ-121.", Next: []Do{{Text: "Add evidence", Main: true, Small: true}}}),
		Notice(Note{Tone: Warn, Icon: IconTriangleAlert, Title: "The tracker moved it too", Text: "Jonas set workflow-infra::Triage in GitLab at 09:12, two minutes before your decision. His label stays.", Next: []Do{{Text: "Look at the difference", Small: true}}}),
		with(Section("problem", "The problem", Do{Text: "Edit", Small: true, Quiet: true, Href: "#"}), Markdown(said)),
		with(Section("worth", "What it is worth"), with(box("div", "stack"), Bar(Interval{Low: 180, Mid: 260, High: 390, Max: 500, Text: "260 h", What: "Hours saved a quarter"}), raw(`<p class="muted">Hours saved a quarter, from two estimates; 90 % between 180 and 390.</p>`), Odds(17, "simulated plans hold it"))),
		with(Section("history", "History"), Story([]Entry{
			{By: "Amira Haddad", Icon: IconPlus, Tone: Info, Text: "asked for it", At: before(9 * day), Via: "GitLab"},
			{By: "Mara Lindqvist", Icon: IconFlaskConical, Tone: Violet, Text: "moved it to Problem validation", At: before(8 * day)},
			{By: "Jonas Thiel", Text: "commented", At: before(3 * day), Via: "GitLab", Body: "<p>We can do this with short-lived certificates; about two weeks for one of us.</p>"},
			{By: "Mara Lindqvist", Text: "noted", At: before(20 * hour), Internal: true, Body: "<p>The security team will ask for the same in January. Take both together.</p>"},
			{By: "Plumbline", Icon: IconRefreshCw, Text: "brought its labels up to date", At: before(2 * hour), Via: "GitLab"},
		}, storyNow)),
		with(box("form", "form"), Textarea(Field{Name: "body", Label: "Comment", Required: true, Hint: "Markdown. The requester reads it in GitLab too."}), with(box("div", "btns"), do(Do{Text: "Comment", Main: true}, Do{Text: "Note for us only", Icon: IconLock}))),
	)
	side := parts(
		with(Panel("Facts"), Facts([]Fact{
			{Name: "State", Part: StateChip(it.State)}, {Name: "Requester", Part: Who("Amira Haddad")}, {Name: "Assigned to", Part: Who("")},
			{Name: "Product", Part: raw(`<a href="/products/access">Access</a>`)}, {Name: "Team", Text: ""}, {Name: "Priority", Part: Urgency("P2")},
			{Name: "Asked", Part: TimeAgo(before(9*day), storyNow)}, {Name: "Effort", Text: "6 to 14 days", Source: "Jonas Thiel, 3 d ago"},
		})),
		with(Panel("Labels"), with(box("div", "card-labels"), Label("security"), Label("network"), Label("onboarding"), Plain("group::platform"))),
		with(Panel("In the tracker"), with(box("div", "line"), Icon(IconGitBranch), raw(`<a href="https://gitlab.example/infra/requests/-/issues/88">infra/requests#88</a>`), Badge("In step", OK, IconCheck))),
	)
	line := parts(StateBox(it.State), Urgency("P2"), Figure(IconThumbsUp, 12, "wants this", "want this"))
	head := with(PageHead(Head{Title: it.Title, Crumbs: []Link{{"Items", "/items"}, {"Access", "/products/access"}, {"REQ-139", ""}}, Lede: "In problem validation for 8 days; asked for by three teams.", Line: line}), moves)
	return with(Layout(storyPage(it.Title, "/items", Wide)), head, Tabs("Item", []Tab{{Text: "Overview", Href: "#", Current: true}, {Text: "Evidence", Href: "#e", Count: 4}, {Text: "Estimates", Href: "#s", Count: 2}, {Text: "Tracker", Href: "#t"}}), Split(main, side))
}

func storyForm() templ.Component {
	titleField := Field{Name: "title", Label: "What do you need?", Hint: "One line, as you would say it to a colleague.", Required: true, Error: "Write a title, so that others find it.", Max: 300}
	form := parts(
		Problems("Two fields need attention.", []FormProblem{{titleField, "Write a title, so that others find it."}, {Field{Name: "low"}, "The low end is above the high end."}}),
		Input(titleField),
		Textarea(Field{Name: "body", Label: "What goes wrong today?", Hint: "Who notices, how often, what they do instead. Numbers help more than adjectives.", Required: true, Rows: 5, Value: "Every new contractor waits three to five days for VPN access."}),
		Radios(Field{Name: "kind", Label: "What is it?", Value: "request", Choices: []Choice{{Value: "request", Text: "A request", Hint: "Something should be built, changed or bought"}, {Value: "question", Text: "A question", Hint: "An answer is enough"}, {Value: "incident", Text: "Something is broken now", Hint: "Call the on-call engineer first: @sre-oncall", Off: true}}}),
		with(box("div", "pair"), Select(Field{Name: "product", Label: "Product", Value: "access", Choices: []Choice{{Value: "", Text: "I do not know"}, {Value: "access", Text: "Access"}, {Value: "k8s", Text: "Kubernetes on AWS"}}}), Input(Field{Name: "due", Label: "Needed by", Type: "date"})),
		RangeField(Range{Label: "People affected each month", Hint: "Two ends that you would bet nine to one on.", LowName: "low", HighName: "high", Low: "40", High: "25", Unit: "people", Error: "The low end is above the high end."}),
		Checkbox(Field{Name: "internal", Label: "Only for people inside", Hint: "It is not shown on public pages or in the tracker.", Value: "on"}),
		with(box("div", "btns"), do(Do{Text: "Send", Main: true, Icon: IconSend}, Do{Text: "Save a draft"}, Do{Text: "Cancel", Quiet: true, Href: "/"})),
	)
	return with(Layout(storyPage("Ask", "/ask", Read)), with(PageHead(Head{Title: "Ask for something", Lede: "Two minutes. You hear back within one working day, and at every step after that."})), with(box("form", "form"), form))
}

func storyInbox() templ.Component {
	var list strings.Builder
	for i := range 6 {
		it := storyItem(i, "inbox")
		cur := ""
		if i == 1 {
			cur = ` aria-current="true"`
		}
		fmt.Fprintf(&list, `<div data-row><a class="pick" href="/inbox/%s" id="pick-%d" data-row-link%s><b>%s</b><span class="line muted"><span class="key">%s</span> 3 h ago · Tom Reyes</span></a></div>`, it.Key, i, cur, it.Title, it.Key)
	}
	verdicts := do(Do{Text: "Accept", Icon: IconCheck, Main: true, Hotkey: "1", Name: "verdict", Value: "accept"}, Do{Text: "Duplicate", Icon: IconCopy, Hotkey: "2"}, Do{Text: "Decline", Icon: IconX, Hotkey: "3", Opens: "decline"}, Do{Text: "Ask back", Icon: IconMessageSquare, Hotkey: "4"}, Do{Text: "Snooze", Icon: IconAlarmClock, Hotkey: "h"})
	decline := with(Dialog("decline", "Decline REQ-121"), with(box("form", "form"), Textarea(Field{Name: "sentence", Label: "What the requester reads", Required: true}), with(box("div", "btns"), do(Do{Text: "Decline", Danger: true}))))
	one := with(box("section", "panel"), with(box("div", "panel-head"), verdicts), with(box("div", "panel-body stack"), raw(`<h2>GPU node pool for the inference team</h2>`), with(box("div", "line"), Who("Tom Reyes"), raw(`<span class="muted">asked `), TimeAgo(before(3*hour), storyNow), raw(`</span>`), Badge("Looks like REQ-088", Info, IconCopy)), Markdown("<p>We train on shared nodes and lose every night job when the cluster scales down.</p>")))
	return with(Layout(storyPage("Inbox", "/inbox", Full)), with(PageHead(Head{Title: "Inbox", Lede: "Seven wait; the oldest for two days."})), with(box("div", "panes"), with(box("nav", "panel", `aria-label="Waiting"`), raw(list.String())), one), decline)
}

func storyParts() templ.Component {
	var chips []templ.Component
	for _, s := range []string{"validation backlog", "problem validation", "design", "planning breakdown", "ready for development", "in dev", "in review", "verification", "blocked", "stalled", "escalated", "needs more info", "complete", "cancelled", "something of our own"} {
		chips = append(chips, StateBox(plumbline.State("workflow::"+s)))
	}
	tones := []templ.Component{}
	for _, t := range []Tone{Neutral, Info, OK, Warn, Bad, Violet, Teal, Pink} {
		tones = append(tones, Badge(string("tone "+t), t, IconCircleDot))
	}
	labels := []templ.Component{}
	for _, l := range []string{"database", "network", "kubernetes", "finops", "observability", "security", "ci-cd", "storage", "billing", "runners", "dns", "docs"} {
		labels = append(labels, Label(l))
	}
	people := []templ.Component{}
	for _, p := range append(storyPeople, "mara.lindqvist", "gitlab:jdoe", "X") {
		people = append(people, Who(p))
	}
	buttons := do(Do{Text: "Main", Main: true}, Do{Text: "Plain"}, Do{Text: "With icon", Icon: IconPlus}, Do{Text: "Quiet", Quiet: true}, Do{Text: "Delete", Danger: true, Icon: IconTrash2}, Do{Text: "Off", Off: true}, Do{Text: "More", Icon: IconEllipsis, Bare: true}, Do{Text: "Small", Small: true}, Do{Text: "Open menu", Menu: "m1", Icon: IconChevronDown})
	menu := with(Menu("m1", "Do"), MenuItem(Do{Text: "Copy link", Icon: IconCopy}), MenuItem(Do{Text: "Go to board", Icon: IconSquareKanban, Href: "/board"}), MenuItem(Do{Text: "Delete", Icon: IconTrash2, Off: true}))
	return with(Layout(storyPage("Parts", "", Wide)), with(PageHead(Head{Title: "Parts"})), with(box("div", "stack-wide"),
		with(Panel("States"), with(box("div", "line"), chips...)), with(Panel("Tones"), with(box("div", "line"), tones...)), with(Panel("Labels"), with(box("div", "line"), labels...)),
		with(Panel("People"), with(box("div", "line"), people...)), with(Panel("Buttons"), with(box("div", "btns"), buttons, menu)),
		with(Panel("Urgency"), with(box("div", "line"), Urgency("P1"), Urgency("P2"), Urgency("P3"), Urgency("P4"), Urgency("S1"))),
		with(Panel("Ranges on one scale"), SpreadScale(SpreadAxis{Name: "Rank, nine times of ten", Min: 1, Max: 40, Mark: 10.5}), SpreadRow(Spread{Low: 2, Mid: 6, High: 19, Min: 1, Max: 40, Mark: 10.5, Was: 11, Words: "Rank 6 expected"}), SpreadRow(Spread{Unknown: true, Words: "Rank unknown"}), ShareBar(0.62, "Reach: 62 % of the doubt"), Odds(17, "to be among the first")),
		Notice(Note{Tone: Info, Icon: IconInfo, Text: "Plain information in a box."}), Notice(Note{Tone: Bad, Icon: IconOctagonAlert, Title: "GitLab does not answer", Text: "Since 09:12. What you do here waits and is sent when it does."}),
		with(Panel(""), Empty(EmptyPlace{Icon: IconInbox, Title: "Nothing waits for you", Text: "New requests arrive here from the form, the API and the tracker's label infrapm.", Next: []Do{{Text: "Connect a tracker", Main: true, Href: "/settings/links"}, {Text: "Ask for something", Href: "/ask"}}})),
	))
}

// box is a plain element around its children.
func box(tag, class string, more ...string) templ.Component {
	return element{tag, class, strings.Join(more, " ")}
}
