package web

import (
	"strings"

	"plumbline"
	"plumbline/internal/app"
	"plumbline/internal/web/ui"
)

// outcomeLook draws an outcome with its word, colour and icon.
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

// classWords are the classes of request in words.
var classWords = map[plumbline.Class]string{
	plumbline.ClassDogfooding: "Dogfooding", plumbline.ClassSecurity: "Security and compliance", plumbline.ClassCustomer: "Customer operational need",
	plumbline.ClassInternal: "Internal team", plumbline.ClassAppChange: "Change in the application", plumbline.ClassOutreach: "Outreach to customers",
	plumbline.ClassCost: "Cost efficiency",
}

// actionWords say what an outside change does.
func actionWords(a plumbline.Action) string {
	switch a.Kind {
	case plumbline.SetLabels:
		return "labels: " + labelChange(a.Want)
	case plumbline.TellComment:
		return "our status comment"
	case plumbline.CloseIssue:
		return "close the issue"
	case plumbline.ReopenIssue:
		return "open the issue again"
	case plumbline.OpenIssue:
		return "open an issue"
	}
	return string(a.Kind)
}

func labelChange(w plumbline.WantedChange) string {
	var out []string
	for _, l := range w.Add {
		out = append(out, "+"+l)
	}
	for _, l := range w.Remove {
		out = append(out, "−"+l)
	}
	if len(out) == 0 {
		return "no change"
	}
	return strings.Join(out, " ")
}
