package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/standing"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// constraintPage is the page of one limit.
type constraintPage struct {
	standing.ConstraintPageView
	Name              string
	Now               plumbline.Time
	May, MayTie       bool // change it; say which items mend it
	MayTell, MayPause bool // give evidence; ask for an exception
}

// evidenceShown is how much evidence the page of a limit shows; the rest is a page
// of its own.
const evidenceShown = 10

func (w *Web) constraint(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	p, err := w.app.ConstraintPage(r.Context(), who, plumbline.ConstraintID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := constraintPage{
		ConstraintPageView: p, Name: limitName(p.Constraint), Now: w.app.Now(), May: rightsTo(who), MayTie: rights.May(who, rights.EditItem),
		MayTell: rights.May(who, rights.GiveEvidence), MayPause: rights.May(who, rights.AskException),
	}
	return w.show(rw, r, who, ui.Page{Title: v.Name, Width: ui.Wide, After: after(p.Seq), Room: assets.Limits}, constraintBody(v))
}

// longRef is how long the name of a source is at most that is shown as it is; longer
// ones are queries, which open.
const longRef = 60

// limitName is what a limit is called.
func limitName(c plumbline.Constraint) string { return cmp.Or(c.Name, string(c.ID)) }

// limitCrumbs lead back from a page below a limit.
func limitCrumbs(id plumbline.ConstraintID, name, here string) []ui.Link {
	return []ui.Link{{Text: "Cockpit", Href: "/cockpit"}, {Text: name, Href: constraintAddress(id)}, {Text: here}}
}

// evidenceListView is a page of the evidence about a limit.
type evidenceListView struct {
	standing.EvidencePage
	Limit standing.ConstraintView
	Query standing.EvidenceQuery
	Next  string // address
	Now   plumbline.Time
}

func (w *Web) constraintEvidence(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	id, q := plumbline.ConstraintID(r.PathValue("id")), r.URL.Query()
	c, err := w.app.Constraint(r.Context(), who, id)
	if err != nil {
		return err
	}
	v := evidenceListView{Limit: c, Now: w.app.Now(), Query: standing.EvidenceQuery{Subject: q.Get("subject"), Superseded: q.Get("superseded") != "", Cursor: q.Get("cursor")}}
	if v.EvidencePage, err = w.app.ConstraintEvidence(r.Context(), who, id, v.Query); err != nil {
		return err
	}
	if v.EvidencePage.Next != "" {
		q.Set("cursor", v.EvidencePage.Next)
		v.Next = constraintAddress(id) + "/evidence?" + q.Encode()
	}
	return w.show(rw, r, who, ui.Page{Title: "Evidence about " + limitName(c.Constraint), Width: ui.Wide, Room: assets.Limits}, evidenceListBody(v))
}

// trailView is a page of how a limit stood before.
type trailView struct {
	standing.TrailPage
	Limit standing.ConstraintView
	Now   plumbline.Time
}

func (w *Web) constraintTrail(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	id := plumbline.ConstraintID(r.PathValue("id"))
	c, err := w.app.Constraint(r.Context(), who, id)
	if err != nil {
		return err
	}
	v := trailView{Limit: c, Now: w.app.Now()}
	if v.TrailPage, err = w.app.ConstraintTrail(r.Context(), who, id, r.URL.Query().Get("cursor")); err != nil {
		return err
	}
	return w.show(rw, r, who, ui.Page{Title: "How " + limitName(c.Constraint) + " stood", Width: ui.Wide, Room: assets.Limits}, trailBody(v))
}

// standsNow is how it stands, or that it was never judged.
func standsNow(c standing.ConstraintView) standing.Standing {
	if c.Standing == nil {
		return standing.Standing{Status: plumbline.StatusUnknown, Reason: "It was never judged."}
	}
	return *c.Standing
}

// limitFacts are the figures at the head of a limit.
func limitFacts(v constraintPage) []ui.Fact {
	s := standsNow(v.ConstraintView)
	out := []ui.Fact{{Name: "Headroom", Text: headroomWords(s.Headroom)}}
	if p := s.Pace.Percent(); p != "" {
		out = append(out, ui.Fact{Name: paceNames[v.Kind], Text: p})
	}
	if s.Status == plumbline.StatusMet || s.Status == plumbline.StatusAtRisk {
		ahead := "not foreseen"
		if s.Breach != 0 {
			ahead = ui.Ago(s.Breach, v.Now)
		}
		out = append(out, ui.Fact{Name: "Likely to break", Text: ahead})
	}
	for _, d := range []struct {
		name string
		at   plumbline.Time
	}{{dueNames[v.Kind], s.Due}, {"Mending begins by", s.LatestStart}, {"Exempt until", s.Until}} {
		if d.at != 0 {
			out = append(out, ui.Fact{Name: d.name, Text: d.at.Std().Format(time.DateOnly)})
		}
	}
	if v.Since != 0 {
		out = append(out, ui.Fact{Name: "So since", Text: ui.Ago(v.Since, v.Now)})
	}
	return out
}

// dueNames say what the date of a kind is.
var dueNames = map[plumbline.ConstraintKind]string{
	plumbline.Reliability: "Due", plumbline.Cost: "The period ends", plumbline.Compliance: "Due first", plumbline.Security: "Due first", plumbline.Support: "Due", plumbline.Capacity: "Full", plumbline.Commitment: "Promised",
}

// paceNames say what the pace of a kind is.
var paceNames = map[plumbline.ConstraintKind]string{
	plumbline.Reliability: "Pace of spending", plumbline.Cost: "Pace of spending", plumbline.Compliance: "Controls met", plumbline.Security: "Mended in time",
	plumbline.Support: "Comes in for each that is closed", plumbline.Capacity: "Pace", plumbline.Commitment: "Pace",
}

// limitAbout is what a limit is, as it was written down.
func limitAbout(v constraintPage) []ui.Fact {
	c := v.Constraint
	hard := "soft: it asks, and refuses nothing"
	if c.Hard {
		hard = "hard: it may refuse work"
	}
	out := []ui.Fact{{Name: "Kind", Text: capital(string(c.Kind))}, {Name: "Holds for", Part: inside(c.Scope.Kind+" "+c.Scope.Ref, scopeAddress(c.Scope))}}
	if t := objectiveText(c, v.Withheld); t != "" {
		out = append(out, ui.Fact{Name: "Limit", Text: t})
	}
	out = append(out, ui.Fact{Name: "Force", Text: hard}, ui.Fact{Name: "Owner", Text: cmp.Or(v.OwnerName, "nobody")}, ui.Fact{Name: "Approves overrides", Text: cmp.Or(v.ApproverName, "any product manager")})
	for _, d := range []struct {
		name string
		d    time.Duration
	}{{"Evidence expected every", c.Cadence}, {"Warned ahead", c.Lead}, {"Mending takes", c.Cycle}} {
		if d.d > 0 {
			out = append(out, ui.Fact{Name: d.name, Text: spanText(d.d)})
		}
	}
	if c.From != 0 || c.To != 0 {
		out = append(out, ui.Fact{Name: "In force", Text: strings.TrimSpace(fromTo(c.From, c.To))})
	}
	if c.Source != "" {
		out = append(out, ui.Fact{Name: "Written in", Part: sourceLink(c.Source)})
	}
	return append(out, ui.Fact{Name: "Policies", Text: cmp.Or(v.Policies, "none yet")}, ui.Fact{Name: "Id", Text: string(c.ID), Source: "version " + strconv.FormatInt(v.Version, 10) + ", by " + v.By})
}

// fromTo is a stretch of time in words.
func fromTo(from, to plumbline.Time) (s string) {
	if from != 0 {
		s = "from " + from.Std().Format(time.DateOnly)
	}
	if to != 0 {
		s += " to " + to.Std().Format(time.DateOnly)
	}
	return s
}

// objectiveText is the limit itself.
func objectiveText(c plumbline.Constraint, withheld bool) string {
	switch {
	case withheld:
		return "withheld"
	case c.Kind == plumbline.Reliability:
		return targetText(c.Objective) + " in " + windowText(c.Window)
	case c.Kind == plumbline.Cost:
		return money(c.Objective) + " " + c.Currency + " (" + c.Basis + ") in " + windowText(c.Window)
	case c.Kind == plumbline.Support:
		return "at most " + targetText(c.Objective) + " of the time in " + windowText(c.Window)
	case c.Kind == plumbline.Capacity && c.Objective.Known():
		return string(c.Objective) + " days ahead"
	case c.Kind == plumbline.Commitment:
		return "promised for " + c.Due.Std().Format(time.DateOnly)
	}
	return ""
}

// historyTitle is what the chart of a limit shows, as a sentence.
func historyTitle(days []standing.Day) string {
	list := headroomDays(days)
	if len(list) == 0 {
		return "Nothing is known of the days before"
	}
	first, last := list[0], list[len(list)-1]
	is := "It went from " + leftWords(first.Left) + " to " + leftWords(last.Left)
	if leftWords(first.Left) == leftWords(last.Left) {
		is = "It did not change: " + leftWords(last.Left)
	}
	return is + ", since " + first.Start.Std().Format(time.DateOnly)
}

// headroomText is a headroom of the past.
func headroomText(h plumbline.Decimal) string {
	x := h.Rat()
	if x == nil {
		return "unknown"
	}
	f, _ := x.Float64()
	return leftWords(f)
}

// earlierFacts are the versions of a limit that were replaced.
func earlierFacts(v constraintPage) (out []ui.Fact) {
	for _, e := range v.Earlier {
		text := cmp.Or(objectiveText(e.Constraint, v.Withheld), limitName(e.Constraint))
		out = append(out, ui.Fact{Name: "Version " + strconv.FormatInt(e.Version, 10), Text: text, Source: e.By + ", " + e.At.Std().Format(time.DateOnly)})
	}
	return out
}

// exceptionActions lead to the form that asks for an exception.
func exceptionActions(v constraintPage) []ui.Do {
	if !v.MayPause {
		return nil
	}
	return []ui.Do{{Text: "Ask for one", Href: constraintAddress(v.ID) + "/exception", Small: true}}
}
