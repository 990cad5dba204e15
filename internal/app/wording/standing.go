package wording

import (
	"strings"

	"plumbline"
)

// standingInWords is inWords for what happens to constraints; ok says that it is
// about them.
func standingInWords(typ string, d eventData) (sentence, detail string, ok bool) {
	switch typ {
	case "constraint put":
		return "wrote the constraint " + d.Text, d.Why, true
	case "standing changed":
		if d.From == "" {
			return "judged " + d.Text + " for the first time: it is " + statusWords(d.To), d.Why, true
		}
		return "found " + d.Text + " to be " + statusWords(d.To) + ", no longer " + statusWords(d.From), d.Why, true
	case "item tied to a constraint":
		return "said that this mends the limit " + d.Text, "", true
	case "item untied from a constraint":
		return "said that this does not mend the limit " + d.Text, "", true
	case "gate overridden":
		return "let this pass though the limit " + d.Text + " stands in its way", strings.TrimSpace(d.Detail + " " + d.Why), true
	case "gate asked for a review":
		return "let this pass, and the limit " + d.Text + " asks for a review", strings.TrimSpace(d.Detail + " " + d.Why), true
	case "duty began":
		return "forced this by the limit " + d.Text, strings.TrimSpace(d.Detail + " " + d.Why), true
	case "duty changed":
		return "changed what the limit " + d.Text + " asks of this", strings.TrimSpace(d.Detail + " " + d.Why), true
	case "duty ended":
		return "no longer forces this by the limit " + d.Text, d.Why, true
	case "evidence given":
		return "gave evidence about " + d.Text, d.Detail, true
	case "exception asked":
		return "asked for an exception from " + d.Text + " " + d.Detail, d.Why, true
	case "exception approved":
		return "approved an exception from " + d.Text + " " + d.Detail, d.Why, true
	case "exception refused":
		return "refused an exception from " + d.Text, d.Why, true
	case "exception taken back":
		return "ended an exception from " + d.Text + " before its time", d.Why, true
	case "exception over":
		return "ended an exception from " + d.Text + ": its time is up", d.Why, true
	case "constraint policies saved":
		return "saved the policies about constraints " + d.Detail, "", true
	case "constraint policies used":
		return "put the policies about constraints " + d.Detail + " in force", "", true
	case "consequence began":
		return "began a consequence of " + d.Text + ": " + d.Detail, d.Why, true
	case "consequence ended":
		return "ended a consequence of " + d.Text + ": " + d.Detail, d.Why, true
	}
	return "", "", false
}

func statusWords(s plumbline.State) string { return Status(plumbline.Status(s)) }

// Status is a status in a sentence: "at risk".
func Status(s plumbline.Status) string { return strings.ReplaceAll(string(s), "_", " ") }
