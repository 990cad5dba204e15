package wording

import (
	"cmp"
	"strings"

	"plumbline"
	"plumbline/internal/flow"
)

// InPlainWords is where an item stands, for somebody who does not know our
// states.
func InPlainWords(def *flow.Definition, r plumbline.Row, d plumbline.Decision, decided bool) string {
	sd, _ := def.State(r.State)
	team := cmp.Or(r.TeamName, "an engineering team")
	switch {
	case sd == nil:
		return stateWord(r.State)
	case !r.Open() && decided && d.Outcome != plumbline.Pursue:
		return Headline(def, r.Item, d, decided)
	case sd.Kind == flow.Done && r.Kind == plumbline.Request && r.State != def.HandOff.Ends:
		return "Done"
	case sd.Kind == flow.Dropped:
		return stateWord(r.State)
	case decided && d.Outcome == plumbline.Later:
		return "Not now"
	case def.HandOff.To != "" && r.State.Lane() == def.HandOff.To.Lane():
		return "With " + team + ": " + strings.ToLower(strings.ReplaceAll(r.State.Name(), "_", " "))
	case decided:
		return "Worth doing; waits for a team"
	case r.Remit == plumbline.RemitAsked:
		return "Waits for your answer"
	case r.Remit == plumbline.RemitSnoozed:
		return "Received; put off for now"
	case r.Kind == plumbline.Request && r.Remit == plumbline.RemitUnchecked:
		return "Received; nobody has looked yet"
	case r.Kind == plumbline.Request && r.State == def.Start:
		return "Being looked into"
	}
	return stateWord(r.State)
}

// stateWord is a state's name as a sentence begins.
func stateWord(s plumbline.State) string {
	name := strings.ReplaceAll(s.Name(), "_", " ")
	if name == "" {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// LastSaid is the last public sentence about an item: that of the decision, or
// the one given with its newest move.
func LastSaid(def *flow.Definition, r plumbline.Row, d plumbline.Decision, decided bool) string {
	said, at := "", plumbline.Time(0)
	if decided {
		said, at = string(d.Sentence), d.At
	}
	for _, pos := range r.States {
		if pos.Message != "" && pos.Since > at {
			said, at = string(pos.Message), pos.Since
		}
	}
	if said == "" {
		if sd, ok := def.State(r.State); ok && r.Remit.Checked() {
			return sd.Help
		}
	}
	return strings.TrimSpace(said)
}

// WentInWords says where an item went that is not ours, and what they answered.
func WentInWords(r plumbline.Redirection, teams map[plumbline.TeamRef]string) string {
	text := "It belongs to " + cmp.Or(teams[r.Team], string(r.Team), r.Place)
	if r.URL != "" {
		text += ": " + r.URL
	}
	text = strings.TrimSuffix(text, ".") + "."
	if r.Answer != "" {
		return text + " They answered: " + strings.TrimSpace(string(r.Answer))
	}
	return text + " They have not answered yet."
}

// DecidedInWords is an outcome other than pursue, in a word or two.
func DecidedInWords(o plumbline.Outcome) string {
	return map[plumbline.Outcome]string{plumbline.Decline: "Declined", plumbline.Later: "Put off", plumbline.Redirect: "Not ours"}[o]
}

// Headline says in a few words where an item stands.
func Headline(def *flow.Definition, it plumbline.Item, d plumbline.Decision, decided bool) string {
	sd, _ := def.State(it.State)
	switch {
	case it.State.Name() == "withdrawn":
		return "Withdrawn"
	case sd != nil && sd.Kind == flow.Done:
		return "Done"
	case sd != nil && sd.Kind == flow.Dropped && it.State.Lane() == def.HandOff.To.Lane():
		return "Cancelled"
	case decided && d.Outcome == plumbline.Pursue && it.Team != "":
		return "Worth pursuing: handed to engineering"
	case decided && d.Outcome == plumbline.Pursue:
		return "Worth pursuing"
	case decided && d.Outcome == plumbline.Later:
		return "Not now"
	case decided && d.Outcome == plumbline.Redirect:
		return "Not ours to do"
	case decided:
		return "Declined"
	case it.Remit == plumbline.RemitAsked:
		return "A question for you"
	case it.Remit == plumbline.RemitIn:
		return "In validation with the infrastructure product manager"
	}
	return "Picked up by the infrastructure product manager"
}
