package wording

import (
	"encoding/json"
	"fmt"

	"plumbline"
)

// controlData is what events about controls say.
type controlData struct {
	Product, Framework, Control, Text string
	Changed                           []string
	New, Altered                      int
	From, To                          plumbline.ControlState
}

// controlsInWords is InWordsOf for what happens to controls; ok says that it is about
// them.
func controlsInWords(e plumbline.Event) (sentence, detail string, ok bool) {
	var d controlData
	if len(e.Data) > 0 {
		_ = json.Unmarshal(e.Data, &d)
	}
	many := fmt.Sprintf("%d new, %d changed", d.New, d.Altered)
	switch e.Type {
	case "controls changed":
		if d.Control == "" {
			return "said how controls of " + d.Text + " stand for " + d.Product, many, true
		}
		name := plumbline.ControlID(d.Control).Label() + " of " + d.Framework
		if d.From == d.To {
			return "changed what is known of " + name + " for " + d.Product, "", true
		}
		return fmt.Sprintf("said that %s is %s for %s", name, controlState(d.To), d.Product), "It was " + controlState(d.From) + ".", true
	case "framework changed":
		return "took in the framework " + d.Text, fmt.Sprintf("%d controls changed", d.Altered), true
	case "risks changed":
		return "took in risks of " + d.Product, many, true
	case "product held to framework":
		return "held " + d.Product + " to " + d.Text, "", true
	case "product let go from framework":
		return "ended that " + d.Product + " is held to " + d.Text, "", true
	}
	return "", "", false
}

func controlState(s plumbline.ControlState) string {
	switch s {
	case "":
		return "not known"
	case plumbline.ControlNotApplicable:
		return "not applicable"
	}
	return string(s)
}
