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
		return "wrote the constraint " + d.Text, "", true
	case "standing changed":
		if d.From == "" {
			return "judged " + d.Text + " for the first time: it is " + statusWords(d.To), d.Why, true
		}
		return "found " + d.Text + " to be " + statusWords(d.To) + ", no longer " + statusWords(d.From), d.Why, true
	case "consequence began":
		return "began a consequence of " + d.Text + ": " + d.Detail, d.Why, true
	case "consequence ended":
		return "ended a consequence of " + d.Text + ": " + d.Detail, d.Why, true
	}
	return "", "", false
}

func statusWords(s plumbline.State) string { return strings.ReplaceAll(string(s), "_", " ") }
