package wording

import (
	"cmp"
	"fmt"
)

// judgedInWords is inWords for what people judge: what they said is in no event.
// What it does not know keeps its type.
func judgedInWords(typ string, d eventData) (sentence, detail string) {
	switch typ {
	case "estimate given":
		return "estimated " + phrase(d.Changed), ""
	case "round opened":
		return "opened a blind round about " + phrase(d.Changed), d.Title
	case "round closed":
		return "closed the blind round about " + phrase(d.Changed), d.Title
	case "items compared":
		return "compared this with another item", ""
	case "factor resolved":
		return "wrote down what " + phrase(d.Changed) + " turned out to be", ""
	case "extension asked":
		return "asked for " + d.Text + " more on the clock " + d.Detail, ""
	case "extension approved":
		return "approved " + d.Text + " more on the clock " + d.Detail, ""
	case "policy saved":
		return "saved the policy " + d.Detail, ""
	case "evidence imported":
		return "took in a file that bears evidence (" + d.Format + ")", fmt.Sprintf("%d new, %d changed, %d the same, %d skipped", d.New, d.Altered, d.Same, d.Skipped)
	case "bill read":
		return "took in a bill", ""
	case "cost rules put":
		return "put other rules in force of whose cost a charge is", ""
	case "costs allotted":
		return "allotted all cost once more", ""
	case "budget planned":
		return "planned the budget " + d.Text + " month by month", ""
	case "cost driver put":
		return "said what " + d.Text + " did: " + d.Detail, ""
	case "policy used":
		return "put the policy " + d.Detail + " in force", ""
	case "reach unit changed":
		return "said what the reach of " + d.Detail + " is counted in", ""
	}
	if sentence, detail, ok := findingInWords(typ, d); ok {
		return sentence, detail
	}
	if sentence, detail, ok := standingInWords(typ, d); ok {
		return sentence, detail
	}
	if sentence, detail, ok := capacityInWords(typ, d); ok {
		return sentence, detail
	}
	if sentence, detail, ok := incidentsInWords(typ, d); ok {
		return sentence, detail
	}
	if sentence, detail, ok := objectivesInWords(typ, d); ok {
		return sentence, detail
	}
	return typ, cmp.Or(d.Detail, d.Text, d.Link, d.Handle)
}
