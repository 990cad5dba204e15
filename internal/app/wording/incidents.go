package wording

// incidentsInWords is inWords for what happens to incidents, to tickets and to the
// hours for support; ok says that it is about them.
func incidentsInWords(typ string, d eventData) (sentence, detail string, ok bool) {
	switch typ {
	case "incident began":
		return "told of " + d.Text + ": " + d.Detail, itIs(d.Why), true
	case "incident began again":
		return "told that " + d.Text + " goes on again: " + d.Detail, itIs(d.Why), true
	case "incident ended":
		return "told that " + d.Text + " is over: " + d.Detail, itIs(d.Why), true
	case "incident declared":
		return "declared " + d.Text + ": " + d.Detail, "", true
	case "incident changed":
		return "changed what is said of " + d.Text + ": " + d.Detail, itIs(d.Why), true
	case "incident untied":
		return "said that " + d.Text + " is no item any more: " + d.Detail, "", true
	case "item tied to an incident":
		return "said that this is " + d.Text + ": " + d.Detail, "", true
	case "sources of alarms configured":
		return "configured the sources of alarms, " + d.Text + " of them", "", true
	case "incident rules changed":
		return "put the rules of incidents " + d.Text + " in force", "", true
	case "tickets read":
		return "took in tickets of " + d.Text, "", true
	case "support capacity set":
		return "said how many hours there are for support of " + d.Text, d.Detail, true
	}
	return "", "", false
}

// itIs is a state as a sentence; nothing for none.
func itIs(state string) string {
	if state == "" {
		return ""
	}
	return "It is " + state + "."
}
