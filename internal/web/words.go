package web

import (
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// web says whether a source is an address that may be followed.
func web(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") }

func askFacts(v *itemPage) []ui.Fact {
	out := []ui.Fact{{Name: "Class", Text: classWords[v.Class]}, {Name: "Source", Text: v.Source}}
	if v.ProductName != "" {
		out = append(out, ui.Fact{Name: "Product", Text: v.ProductName})
	}
	return out
}

func sideFacts(v *itemPage) []ui.Fact {
	out := []ui.Fact{
		{Name: "Asked by", Text: v.RequesterName},
		{Name: "Team", Text: firstOf(v.TeamName, "none yet")},
		{Name: "Assignee", Text: firstOf(v.Assignee, "nobody")},
		{Name: "Product", Text: v.ProductName},
		{Name: "Class", Text: classWords[v.Class]},
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
	out = append(out,
		ui.Fact{Name: "Read by", Text: map[plumbline.Visibility]string{plumbline.Public: "everybody here", plumbline.InternalOnly: "internal", plumbline.Confidential: "confidential"}[v.Visibility]},
		ui.Fact{Name: "Asked", Part: ui.TimeAgo(v.Created, v.Now)},
		ui.Fact{Name: "Changed", Part: ui.TimeAgo(v.Updated, v.Now)},
		ui.Fact{Name: "Came by", Text: v.Source},
		ui.Fact{Name: "Followed by", Text: plural(v.Watchers, "person", "people")},
	)
	return out
}

func stateHere(l app.LaneView) *app.StateView {
	for i := range l.States {
		if l.States[i].Here {
			return &l.States[i]
		}
	}
	return nil
}

func problemActions(v *itemPage) []ui.Do {
	if !v.Verbs[app.EditOwn] {
		return nil
	}
	return []ui.Do{{Text: "Write", Href: itemAddress(v.Key) + "/edit", Small: true, Icon: ui.IconPencil}}
}

func demandActions(v *itemPage) []ui.Do {
	if !v.Verbs[app.AddDemand] {
		return nil
	}
	return []ui.Do{{Text: "Record who wants it", Href: itemAddress(v.Key) + "/demand", Small: true, Icon: ui.IconPlus, Hotkey: "w"}}
}

func evidenceActions(v *itemPage) []ui.Do {
	if !v.Verbs[app.AddEvidence] {
		return nil
	}
	return []ui.Do{{Text: "Attach evidence", Href: itemAddress(v.Key) + "/evidence", Small: true, Icon: ui.IconPlus, Hotkey: "v"}}
}

func processTabs(v askView) []ui.Tab {
	icons := map[plumbline.ItemKind]ui.IconName{
		plumbline.Request: ui.IconHandHelping, plumbline.Question: ui.IconMessageCircleQuestionMark, plumbline.Incident: ui.IconFlame, plumbline.Change: ui.IconArrowRightLeft,
	}
	var out []ui.Tab
	for _, p := range v.Processes {
		out = append(out, ui.Tab{Text: p.Name, Href: "/ask?process=" + escape(string(p.ID)), Icon: icons[p.Kind], Current: p.ID == v.Process.ID})
	}
	return out
}

func strengthChoices() []ui.Choice {
	return []ui.Choice{{Text: "Not said"}, {Value: "blocker", Text: "Blocker"}, {Value: "retention", Text: "Retention"}, {Value: "fast follow", Text: "Fast follow"}}
}

func gradeChoices() []ui.Choice {
	return []ui.Choice{
		{Value: "opinion", Text: "Opinion", Hint: "Somebody believes it."},
		{Value: "anecdote", Text: "Anecdote", Hint: "It happened at least once."},
		{Value: "sampled", Text: "Sampled", Hint: "Several were asked or looked at."},
		{Value: "measured", Text: "Measured", Hint: "A figure from a system, over all."},
	}
}

func outcomeChoices() []ui.Choice {
	return []ui.Choice{
		{Value: "pursue", Text: "Worth pursuing", Hint: "It goes to a team, with Triage as its first state there."},
		{Value: "later", Text: "Not now", Hint: "It waits for a date or a condition."},
		{Value: "decline", Text: "Declined", Hint: "It is closed, with a way to appeal."},
		{Value: "redirect", Text: "Not ours", Hint: "Somebody else must judge it; say who."},
	}
}

func formTitle(v formView) string {
	if v.Name == "move" {
		return "Move to " + capital(plumbline.State(v.Form.vals.Get("to")).Name())
	}
	return v.Title
}

func submitText(v formView) string {
	switch v.Name {
	case "move":
		return "Move"
	case "demand":
		return "Record"
	case "evidence":
		return "Attach"
	case "comment":
		return "Comment"
	case "decide":
		return "Record the decision"
	case "handoff":
		return "Hand off"
	}
	return "Save"
}

func linkedHint(v formView) string {
	if v.Item.Link != "" {
		return "Title and text follow the tracker's issue; change them there."
	}
	return ""
}

// reasonNext leads to where a reason can be mended.
func reasonNext(v formView, r app.Reason) []ui.Do {
	if r.Field == "decision" || r.Field == "outcome" {
		return []ui.Do{{Text: "Decide", Href: itemAddress(v.Item.Key) + "/decide", Small: true}}
	}
	if r.Field == "team" {
		return []ui.Do{{Text: "Hand off", Href: itemAddress(v.Item.Key) + "/handoff", Small: true}}
	}
	return nil
}

// stillMissing names the fields that a hand-off needs and the item lacks.
func stillMissing(v formView) string {
	if v.Item.Kind != plumbline.Request {
		return ""
	}
	var out []string
	for _, name := range []string{"statement", "reach", "impact", "confidence"} {
		if v.Item.Fields[name] == "" {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}
