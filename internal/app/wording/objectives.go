package wording

// objectivesInWords is inWords for what happens to service level objectives and to
// the sources of their figures; ok says that it is about them.
func objectivesInWords(typ string, d eventData) (sentence, detail string, ok bool) {
	switch typ {
	case "objectives read":
		return "took in " + d.Detail + " from " + d.Text, "", true
	case "objective found":
		return "found the objective " + d.Text + " in the rules of " + d.Detail, "", true
	case "objective tied":
		if d.Detail == "" {
			return "untied the objective " + d.Text, "", true
		}
		return "tied the objective " + d.Text + " to " + d.Detail, "", true
	case "sources configured":
		return "configured the sources of figures: " + d.Text, "", true
	case "source failed":
		return "got no answer from the source " + d.Text, d.Why, true
	case "source answered":
		return "got answers from the source " + d.Text + " again", "", true
	}
	return "", "", false
}
