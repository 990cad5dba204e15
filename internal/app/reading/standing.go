package reading

import (
	"cmp"
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/wording"
	"plumbline/internal/flow"
)

// untilWords is when a wait ends, as the end of a sentence.
func untilWords(w *plumbline.Wait) string {
	if w == nil {
		return ""
	}
	return wording.WhenWords(w.Until, w.OnComment)
}

// standing says in one sentence where an item stands and what comes next.
func standing(def *flow.Definition, v ItemView) string {
	sd, ok := def.State(v.State)
	switch {
	case v.Merged != "":
		return "Asked for already: it goes on as " + string(v.Merged) + ", where every voice counts."
	case !ok:
		return "In " + v.State.Name() + "."
	case sd.Kind == flow.Done && v.State.Name() != "handed off":
		return "Done. Nothing more is planned."
	case sd.Kind == flow.Dropped:
		return ending(v)
	case v.Remit == plumbline.RemitAsked:
		return "We asked " + cmp.Or(v.RequesterName, "the requester") + " something; it goes on when they answer."
	case v.Remit == plumbline.RemitSnoozed:
		return "New: put off for a while" + untilWords(v.Wait) + "."
	case v.Remit == plumbline.RemitUnchecked && v.Kind == plumbline.Request:
		return "New: the product manager checks whether this is in remit."
	case v.State.Lane() == def.HandOff.To.Lane() && def.HandOff.To != "":
		who := cmp.Or(v.TeamName, "the team")
		return fmt.Sprintf("With %s, in %s. %s", who, v.State.Name(), sd.Help)
	case len(v.Decisions) > 0 && v.Decisions[0].Outcome == plumbline.Pursue && v.Decisions[0].Ended.IsZero():
		return "Worth pursuing. Next: hand it to a team."
	case v.State == def.Start && v.Kind == plumbline.Request:
		return validating(v)
	}
	return "In " + v.State.Name() + ". " + sd.Help
}

// validating says what is still missing before a decision.
func validating(v ItemView) string {
	missing := agenda.Lacking(v.Row.Item, v.Demands, v.Row.Evidence)
	if len(missing) == 0 {
		return "Validated. Next: decide whether it is worth pursuing."
	}
	return "In problem validation. Still missing: " + strings.Join(missing, ", ") + "."
}

func ending(v ItemView) string {
	for _, d := range v.Decisions {
		if d.Ended.IsZero() && d.Reopen != "" {
			return fmt.Sprintf("Ended as %s. We look at it again when: %s", v.State.Name(), d.Reopen)
		}
	}
	return "Ended as " + v.State.Name() + "."
}
