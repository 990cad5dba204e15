package wording

// planInWords is what happened to a plan, or to an item because of one; empty: it is
// no such event.
func planInWords(typ string, d eventData) string {
	of := " " + d.Text
	switch typ {
	case "scenario made":
		return "made the scenario" + of
	case "scenario changed":
		return "changed the scenario" + of
	case "scenario put away":
		return "put the scenario" + of + " away"
	case "item forced in", "item forced out", "item set free":
		return "changed what is forced in and out of" + of
	case "planning stopped":
		return "asked for the best plan found so far of" + of
	case "plan made":
		return "planned" + of
	case "plan committed":
		return "committed to the plan of" + of
	case "plan withdrawn":
		return "withdrew the plan of" + of
	case "plan flagged":
		return "found that the committed plan of" + of + " does not hold any more"
	case "plan holds again":
		return "found that the committed plan of" + of + " holds again"
	case "plan displaced", "plan kept":
		return "answered an escalation in the plan of" + of
	case "item escalated":
		return "took this into the plan of" + of + ", since " + d.For + " asked for it"
	case "escalation answered":
		return "left the plan of" + of + " as it is, though " + d.For + " asked for this"
	case "item displaced":
		return "took this out of the plan of" + of + ", for something that was escalated"
	case "item delayed":
		return "moved this to a later time in the plan of" + of + ", for something that was escalated"
	}
	return ""
}
