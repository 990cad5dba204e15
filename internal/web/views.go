package web

import (
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// The views are what the templates of this package are given.

type signInView struct {
	Form  form
	Demo  []plumbline.Person
	Empty bool // nobody can sign in yet
	Next  string
}

type listView struct {
	Bar    filterBar
	Filter plumbline.Filter
	Items  []ui.Item
	Total  int
	Shown  int
	First  string
	Next   string
	Now    plumbline.Time
}

type boardView struct {
	Bar   filterBar
	Board ui.Board
}

type inboxView struct {
	Items []ui.Item
	Total int
	Front *itemPage
	Next  string // where to go after a verdict
	Now   plumbline.Time
}

type docketView struct {
	Entries []app.DecisionEntry
	Now     plumbline.Time
	First   string
	Next    string
}

type askView struct {
	Form      form
	Process   app.ProcessView
	Processes []app.ProcessView
	Products  []plumbline.Product
	Who       plumbline.Actor
}

// outcomeBadge draws an outcome with its colour, icon and word.
func outcomeLook(o plumbline.Outcome) (string, ui.Tone, ui.IconName) {
	switch o {
	case plumbline.Pursue:
		return "Worth pursuing", ui.OK, ui.IconCheck
	case plumbline.Decline:
		return "Declined", ui.Neutral, ui.IconCircleSlash
	case plumbline.Later:
		return "Not now", ui.Warn, ui.IconHourglass
	case plumbline.Redirect:
		return "Not ours", ui.Info, ui.IconCornerUpRight
	}
	return string(o), ui.Neutral, ui.IconCircle
}

// gradeLook draws a grade of evidence.
func gradeLook(g plumbline.Grade) (string, ui.Tone, ui.IconName) {
	switch g {
	case plumbline.Measured:
		return "Measured", ui.OK, ui.IconGauge
	case plumbline.Sampled:
		return "Sampled", ui.Teal, ui.IconUsers
	case plumbline.Anecdote:
		return "Anecdote", ui.Warn, ui.IconMessageSquare
	}
	return "Opinion", ui.Neutral, ui.IconUser
}

// clockLook draws a clock.
func clockLook(state string) (ui.Tone, ui.IconName) {
	switch state {
	case "breached":
		return ui.Bad, ui.IconAlarmClock
	case "met late", "unassessed":
		return ui.Warn, ui.IconAlarmClock
	case "met":
		return ui.OK, ui.IconCheck
	case "paused":
		return ui.Neutral, ui.IconPause
	}
	return ui.Info, ui.IconTimer
}

// actionLook draws where an outside change stands.
func actionLook(s plumbline.ActionStatus) (ui.Tone, ui.IconName) {
	switch s {
	case plumbline.ActionDone:
		return ui.OK, ui.IconCheck
	case plumbline.ActionWaiting, plumbline.ActionRunning:
		return ui.Info, ui.IconHourglass
	case plumbline.ActionDropped, plumbline.ActionStale:
		return ui.Neutral, ui.IconMinus
	}
	return ui.Warn, ui.IconTriangleAlert
}

// healthLook draws the health of a tracker.
func healthLook(l app.LinkView) (string, ui.Tone, ui.IconName) {
	switch {
	case l.Paused != "":
		return "Paused", ui.Warn, ui.IconPause
	case l.Health == "healthy":
		return "Healthy", ui.OK, ui.IconCheck
	case l.Health == "degraded":
		return "Degraded", ui.Bad, ui.IconTriangleAlert
	}
	return "Starting", ui.Info, ui.IconHourglass
}

var classWords = map[plumbline.Class]string{
	plumbline.ClassDogfooding: "Dogfooding", plumbline.ClassSecurity: "Security and compliance", plumbline.ClassCustomer: "Customer operational need",
	plumbline.ClassInternal: "Internal team", plumbline.ClassAppChange: "Change in the application", plumbline.ClassOutreach: "Outreach to customers",
	plumbline.ClassCost: "Cost efficiency",
}

// classChoices are the classes of request with what each is for.
func classChoices() []ui.Choice {
	return []ui.Choice{
		{Value: "", Text: "Not sure", Hint: "The product manager sorts it out."},
		{Value: string(plumbline.ClassInternal), Text: "Internal team", Hint: "You build on our infrastructure and need something from it."},
		{Value: string(plumbline.ClassDogfooding), Text: "Dogfooding", Hint: "We should use our own product for this."},
		{Value: string(plumbline.ClassSecurity), Text: "Security and compliance", Hint: "A finding, a control, a certification."},
		{Value: string(plumbline.ClassCustomer), Text: "Customer operational need", Hint: "Disaster recovery, IP ranges, data locality, limits."},
		{Value: string(plumbline.ClassAppChange), Text: "Change in the application", Hint: "Infrastructure needs the application to change."},
		{Value: string(plumbline.ClassOutreach), Text: "Outreach to customers", Hint: "Customers must do something, and be told."},
		{Value: string(plumbline.ClassCost), Text: "Cost efficiency", Hint: "The same for less."},
	}
}

func visibilityChoices() []ui.Choice {
	return []ui.Choice{
		{Value: "public", Text: "Everybody here", Hint: "Everybody signed in can read it."},
		{Value: "internal", Text: "Internal", Hint: "Contributors and product managers, and those who take part."},
		{Value: "confidential", Text: "Confidential", Hint: "Product managers, administrators, and those who take part."},
	}
}

func productChoices(products []plumbline.Product) []ui.Choice {
	out := []ui.Choice{{Text: "Not known"}}
	for _, p := range products {
		out = append(out, ui.Choice{Value: string(p.Ref), Text: p.Name})
	}
	return out
}

func teamChoices(teams []plumbline.Team, none string) []ui.Choice {
	out := []ui.Choice{{Text: none}}
	for _, t := range teams {
		out = append(out, ui.Choice{Value: string(t.Ref), Text: t.Name})
	}
	return out
}

func accountChoices(accounts []app.AccountView) []ui.Choice {
	out := []ui.Choice{{Text: "None"}}
	for _, a := range accounts {
		out = append(out, ui.Choice{Value: string(a.Ref), Text: a.Name})
	}
	return out
}

func levels(letter string) []ui.Choice {
	out := []ui.Choice{{Text: "Not known"}}
	for i := 1; i <= 4; i++ {
		v := letter + strconv.Itoa(i)
		out = append(out, ui.Choice{Value: v, Text: v})
	}
	return out
}

// askFields are the process's fields that its ask form shows.
func askFields(p app.ProcessView) []app.FieldDef {
	show := []string{"why", "workaround", "consequence", "nfr_category", "needed_by", "date_hardness", "change_class", "risk", "rollback", "impact_description", "ticket"}
	var out []app.FieldDef
	for _, name := range show {
		for _, d := range p.Fields {
			if d.Name == name {
				out = append(out, d)
			}
		}
	}
	return out
}

// groups are a process's fields by heading, in order.
type group struct {
	Name   string
	Fields []app.FieldDef
}

func groups(p app.ProcessView) []group {
	var out []group
	for _, d := range p.Fields {
		name := firstOf(d.Group, "More")
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

// known are the process's fields that the item has a value for, in words.
func known(v *itemPage) []ui.Fact {
	var out []ui.Fact
	for _, d := range v.Process.Fields {
		value := v.Fields[d.Name]
		if value == "" || d.Name == "statement" {
			continue
		}
		for _, c := range d.Choices {
			if c.Value == value {
				value = choiceText(c.Value, c.Label)
			}
		}
		if d.Unit != "" {
			value += " " + d.Unit
		}
		out = append(out, ui.Fact{Name: firstOf(d.Label, capital(strings.ReplaceAll(d.Name, "_", " "))), Text: value})
	}
	return out
}

// validationFacts are the four figures that a decision needs, known or not.
func validationFacts(v *itemPage) []ui.Fact {
	var out []ui.Fact
	for _, name := range []string{"reach", "impact", "confidence", "effort"} {
		for _, d := range v.Process.Fields {
			if d.Name != name {
				continue
			}
			value := v.Fields[name]
			for _, c := range d.Choices {
				if c.Value == value {
					value = choiceText(c.Value, c.Label)
				}
			}
			if value != "" && d.Unit != "" {
				value += " " + d.Unit
			}
			out = append(out, ui.Fact{Name: firstOf(d.Label, capital(name)), Text: value})
		}
	}
	return out
}

// nextSteps are the buttons beside the sentence that says where an item stands.
func nextSteps(v *itemPage) []ui.Do {
	var out []ui.Do
	at := itemAddress(v.Key)
	pursued := len(v.Decisions) > 0 && v.Decisions[0].Ended.IsZero() && v.Decisions[0].Outcome == plumbline.Pursue
	switch {
	case !v.Open():
	case v.Kind == plumbline.Request && pursued && v.Team == "" && v.Verbs[app.HandOffItem]:
		out = append(out, ui.Do{Text: "Hand off", Href: at + "/handoff", Main: true})
	case v.Kind == plumbline.Request && v.State.Lane() == "workflow" && !pursued && v.Remit == plumbline.RemitIn && v.Verbs[app.MakeDecision]:
		out = append(out, ui.Do{Text: "Decide", Href: at + "/decide", Main: true, Icon: ui.IconGavel, Hotkey: "d"})
	}
	return out
}

func yes(b bool) string {
	if b {
		return "on"
	}
	return ""
}
