package web

import (
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/app/rights"
	"plumbline/internal/web/ui"
)

// What can be done with an item from where it is.

// nextSteps are the buttons beside the sentence that says where an item stands.
func nextSteps(v *itemPage) []ui.Do {
	at := itemAddress(v.Key)
	now, _ := holds(v.Decisions)
	pursued := now != nil && now.Outcome == plumbline.Pursue
	ours := v.Open() && v.Kind == plumbline.Request && v.State.Lane() != v.Process.HandOff.Lane() && v.Process.HandOff != ""
	switch {
	case v.Kind == plumbline.Question && v.Open() && v.Verbs[rights.EditItem]:
		return []ui.Do{{Text: "Make a request of it", Href: at + "/convert", Icon: ui.IconHandHelping}}
	case !ours || !v.Remit.Checked() && !pursued:
		return nil
	case pursued && v.Verbs[rights.HandOffItem]:
		return []ui.Do{{Text: "Hand off", Href: at + "/handoff", Main: true, Icon: ui.IconArrowRightLeft, Hotkey: "d"}}
	case !pursued && v.Verbs[rights.MakeDecision]:
		return []ui.Do{{Text: "Decide", Href: at + "/decide", Main: true, Icon: ui.IconGavel, Hotkey: "d"}}
	}
	return nil
}

// unseen says that the actor is the one to check whether the item is in remit.
func unseen(v *itemPage) bool {
	return !v.Remit.Checked() && v.Kind == plumbline.Request && v.Open() && v.Merged == "" && v.Verbs[rights.Triage]
}

func problemActions(v *itemPage) []ui.Do {
	if !v.Verbs[rights.EditOwn] {
		return nil
	}
	return []ui.Do{{Text: "Write", Href: itemAddress(v.Key) + "/edit", Small: true, Icon: ui.IconPencil}}
}

func demandActions(v *itemPage) []ui.Do {
	if !v.Verbs[rights.AddDemand] {
		return nil
	}
	return []ui.Do{{Text: "Record who wants it", Href: itemAddress(v.Key) + "/demand", Small: true, Icon: ui.IconPlus, Hotkey: "w"}}
}

// mayJoin says that one click can put the actor's own team among those who want
// the item.
func mayJoin(v *itemPage) bool {
	if v.Who.Team == "" || !v.Open() || !v.Verbs[rights.AddDemand] {
		return false
	}
	for _, d := range v.Wanted {
		if d.Team == v.Who.Team {
			return false
		}
	}
	return true
}

func evidenceActions(v *itemPage) []ui.Do {
	if !v.Verbs[rights.AddEvidence] {
		return nil
	}
	return []ui.Do{{Text: "Attach evidence", Href: itemAddress(v.Key) + "/evidence", Small: true, Icon: ui.IconPlus, Hotkey: "v"}}
}

func formTitle(v formView) string {
	if v.Name == "move" && v.Form.vals.Get("to") != "" {
		return "Move to " + ui.StateName(plumbline.State(v.Form.vals.Get("to")))
	}
	return v.Title
}

func linkedHint(v formView) string {
	if v.Item.Link != "" {
		return "Title and text follow the tracker's issue; change them there."
	}
	return ""
}

// place is a form where reasons against a move can be seen to.
type place struct {
	field string // of the reasons
	verb  rights.Verb
	do    ui.Do
}

// theRest are the fields of an item that its edit form has.
const theRest = "the rest"

// placeOf is the field by which the place for a reason is found; "" has none.
func placeOf(field string) string {
	switch field {
	case "", "decision", "evidence", "demands":
		return field
	}
	return theRest
}

// mending leads to where reasons against a move can be seen to, each place once,
// and back to the move.
func mending(v formView, reasons []app.Reason) (out []ui.Do) {
	at := itemAddress(v.Item.Key)
	back := "next=" + escape(at+"/move?to="+escape(v.Form.vals.Get("to")))
	for _, p := range []place{
		{"decision", rights.MakeDecision, ui.Do{Text: "Decide", Href: at + "/decide?outcome=" + outcomeBehind(v) + "&" + back, Icon: ui.IconGavel, Main: true}},
		{"evidence", rights.AddEvidence, ui.Do{Text: "Attach evidence", Href: at + "/evidence?" + back, Icon: ui.IconPlus}},
		{"demands", rights.AddDemand, ui.Do{Text: "Record who wants it", Href: at + "/demand?" + back, Icon: ui.IconPlus}},
		{theRest, rights.EditItem, ui.Do{Text: "Fill in the rest", Href: at + "/edit?" + back, Icon: ui.IconPencil}},
	} {
		if v.Item.Verbs[p.verb] && slices.ContainsFunc(reasons, func(r app.Reason) bool { return placeOf(r.Field) == p.field }) {
			out = append(out, p.do)
		}
	}
	return out
}

// outcomeBehind is the decision that leads to the state that the page is about.
func outcomeBehind(v formView) string {
	switch plumbline.State(v.Form.vals.Get("to")).Name() {
	case "declined":
		return "decline"
	case "later":
		return "later"
	case "redirected":
		return "redirect"
	}
	return "pursue"
}

// stillMissing names the fields that a hand-off needs and the item lacks.
func stillMissing(v formView) string {
	if v.Item.Kind != plumbline.Request {
		return ""
	}
	var out []string
	for _, d := range askFields(v.Item.Process, append([]string{"statement"}, figures[:3]...)) {
		if v.Item.Fields[d.Name] == "" {
			out = append(out, strings.ToLower(labelOf(d)))
		}
	}
	return strings.Join(out, ", ")
}
