package web

import (
	"net/http"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ranking"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// dutiesPage is the forced work with its clocks.
type dutiesPage struct {
	ranking.DutiesView
	Place rankPlace
	Who   plumbline.Actor
	Now   plumbline.Time
}

func (w *Web) duties(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	p, done, err := parsePlace(rw, r)
	if err != nil || done {
		return err
	}
	v := dutiesPage{Place: p, Who: who, Now: w.app.Now()}
	if v.DutiesView, err = w.app.Duties(r.Context(), who, p.filter); err != nil {
		return err
	}
	seq, err := w.app.LastSeq(r.Context())
	if err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "Duties", Width: ui.Wide, After: after(seq), Room: assets.Judging}, dutiesBody(v))
}

// doExtend asks for more time for a clock, or approves it.
func (w *Web) doExtend(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	days, err := whole(r.PostForm, "days")
	if err != nil {
		return err
	}
	in := judging.ExtensionInput{Clock: r.PostFormValue("clock"), Days: int(days), Reason: strings.TrimSpace(r.PostFormValue("reason"))}
	text := "Asked. It counts once somebody else has approved it."
	if r.PostFormValue("do") == "approve" {
		err, text = w.app.ApproveExtension(r.Context(), who, key(r), in), "Approved: the clock has more time."
	} else {
		err = w.app.AskExtension(r.Context(), who, key(r), in)
	}
	if err != nil {
		return err
	}
	return w.done(rw, r, "/duties", ui.Flash{Text: text})
}

// mayAsk says whether somebody may ask for more time, and mayApprove whether they
// may approve what somebody else asked for.
func mayAsk(who plumbline.Actor) bool { return rights.May(who, rights.AskMoreTime) }

func mayApprove(who plumbline.Actor) bool { return rights.May(who, rights.GiveMoreTime) }

// untendedClock is the clock of a limit that nobody works on.
func untendedClock(u standing.UntendedView, now plumbline.Time) *agenda.ClockView {
	c := agenda.RunningClock(u.Name, "", u.Due, now)
	return &c
}

// dutyFacts are the rules of a duty's clock.
func dutyFacts(v dutiesPage, d ranking.DutyView) (out []ui.Fact) {
	for _, f := range [][2]string{{"Starts", d.Starts}, {"Stands still", d.Pauses}, {"Extended", d.Extended}, {"Severity", d.Severity}} {
		if f[1] != "" {
			out = append(out, ui.Fact{Name: f[0], Text: f[1]})
		}
	}
	return append(out, ui.Fact{Name: "Policy", Part: policyWords(v.Who, d.PolicyName, d.Policy, d.Limit)})
}

// policyAddress is where an edition of a policy is read: of the policy about limits
// when it is a limit that forces.
func policyAddress(version string, limit plumbline.ConstraintID) string {
	if limit != "" {
		return limitPolicyAddress + "?edition=" + escape(version)
	}
	return "/settings/policies?edition=" + escape(version) + "#text"
}

// pushedWords says how many items forced work keeps out; their keys follow.
func pushedWords(v dutiesPage) string {
	text := "Together they keep " + plural(v.Displaced, "item", "items") + " out of the first " + strconv.Itoa(v.Top)
	switch hidden := v.Displaced - len(v.Pushed); {
	case len(v.Pushed) == 0:
		return text + "."
	case hidden > 0:
		return text + ", of which " + strconv.Itoa(hidden) + " not named here: "
	}
	return text + ": "
}
