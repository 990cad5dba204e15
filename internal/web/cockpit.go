package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/standing"
	"plumbline/internal/sorted"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// limitPages are those about the limits that products and processes are managed
// within.
func (w *Web) limitPages() map[string]page {
	return map[string]page{
		"GET /cockpit":                   w.cockpit,
		"GET /constraints/{id}":          w.constraint,
		"GET /constraints/{id}/evidence": w.constraintEvidence,
		"GET /constraints/{id}/trail":    w.constraintTrail,
		"GET /constraints/{id}/{form}":   w.limitForm,
		"POST /constraints/{id}/{form}":  w.doLimitForm,
		"POST /exceptions/{id}":          w.doException,
		"GET /cockpit/new":               w.newLimit,
		"POST /cockpit/new":              w.doNewLimit,
	}
}

// How much of the cockpit is shown at first: what needs somebody, and products and
// processes. On paper there are fewer, so that they fit on a page.
const (
	cockpitNeeds = 6
	cockpitRows  = 50
	paperRows    = 10
)

// cockpitView is the page of how everything stands.
type cockpitView struct {
	standing.CockpitView
	Asked standing.CockpitQuery
	Kinds []plumbline.ConstraintKind // those that there are constraints of
	Table []standing.CockpitRow      // what has limits, the worst first
	More  int                        // rows that were left out
	None  int                        // products and processes without a limit
	Of    int                        // limits in all
	May   bool                       // make limits
}

func constraintAddress(id plumbline.ConstraintID) string { return "/constraints/" + escape(string(id)) }

// cockpitAddress is the cockpit, narrowed.
func cockpitAddress(q standing.CockpitQuery) string {
	v := url.Values{}
	for name, value := range map[string]string{"group": q.Group, "kind": string(q.Kind), "status": string(q.Status)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return "/cockpit"
	}
	return "/cockpit?" + v.Encode()
}

func (w *Web) cockpit(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	q := r.URL.Query()
	asked := standing.CockpitQuery{Group: q.Get("group"), Kind: plumbline.ConstraintKind(q.Get("kind")), Status: plumbline.Status(q.Get("status"))}
	c, err := w.app.Cockpit(r.Context(), who, asked)
	if err != nil {
		return err
	}
	v := cockpitView{CockpitView: c, Asked: asked, May: rightsTo(who)}
	v.arrange(q.Get("show") == "all")
	return w.show(rw, r, who, ui.Page{Title: "Cockpit", After: after(c.Seq), Room: assets.Limits}, cockpitBody(v))
}

// arrange puts what needs somebody first, and cuts what is long.
func (v *cockpitView) arrange(all bool) {
	for _, n := range v.Counts {
		v.Of += n
	}
	has := map[plumbline.ConstraintKind]bool{}
	for _, row := range append(v.Rows, v.Groups...) {
		if len(row.Cells) == 0 {
			v.None++
			continue
		}
		v.Table = append(v.Table, row)
		for _, c := range row.Cells {
			has[c.Kind] = true
		}
	}
	for _, k := range plumbline.ConstraintKinds {
		if has[k] {
			v.Kinds = append(v.Kinds, k)
		}
	}
	sorted.By(v.Table, func(a, b standing.CockpitRow) int { return cmp.Compare(badness(a), badness(b)) })
	if len(v.Table) > cockpitRows && !all {
		v.Table, v.More = v.Table[:cockpitRows], len(v.Table)-cockpitRows
	}
}

// badness orders rows: the worst has the lowest number.
func badness(row standing.CockpitRow) int {
	worst, of := len(standing.WorstFirst), 0
	for _, c := range row.Cells {
		switch place := slices.Index(standing.WorstFirst[:], c.Status); {
		case place < worst:
			worst, of = place, 1
		case place == worst:
			of++
		}
	}
	return 10*worst - of
}

// calm says that nothing of a row needs anybody.
func calm(row standing.CockpitRow) bool {
	return !slices.ContainsFunc(row.Cells, func(c standing.CockpitCell) bool {
		return c.Status != plumbline.StatusMet && c.Status != plumbline.StatusExempt
	})
}

// statusPills narrow the cockpit to how limits stand.
func (v cockpitView) statusPills() []ui.Tab {
	q := v.Asked
	q.Status = ""
	out := []ui.Tab{{Text: "All", Href: cockpitAddress(q), Count: v.Of, Current: v.Asked.Status == ""}}
	for _, s := range standing.WorstFirst {
		if n := v.Counts[s]; n > 0 || s == v.Asked.Status {
			q.Status = s
			text, _, icon := statusLook(s)
			out = append(out, ui.Tab{Text: text, Icon: icon, Href: cockpitAddress(q), Count: n, Current: s == v.Asked.Status})
		}
	}
	return out
}

func (v cockpitView) groupChoices() []ui.Choice {
	out := []ui.Choice{{Text: "All of them"}}
	return append(out, plainChoices(v.InGroups)...)
}

func kindChoices() []ui.Choice {
	out := []ui.Choice{{Text: "All kinds"}}
	for _, k := range plumbline.ConstraintKinds {
		out = append(out, ui.Choice{Value: string(k), Text: capital(string(k))})
	}
	return out
}

// finding is what the cockpit shows, as a sentence.
func (v cockpitView) finding() string {
	broken, all := v.Counts[plumbline.StatusBreached], thousands(int64(v.Of))
	s := thousands(int64(broken)) + " of " + all + " limits are broken"
	switch {
	case v.Of == 1 && broken == 1:
		s = "The limit is broken"
	case v.Of == 1:
		s = "The limit is not broken"
	case broken == 1:
		s = "1 of " + all + " limits is broken"
	case broken == 0:
		s = "None of " + all + " limits is broken"
	}
	switch unsure := v.Counts[plumbline.StatusUnknown] + v.Counts[plumbline.StatusStale]; {
	case v.Next != nil:
		name := v.Next.Name
		if !strings.Contains(name, v.Next.Of) {
			name += " of " + v.Next.Of
		}
		s += "; " + name + " " + breaksWords[v.Next.Kind] + " " + dayWords(v.Next.Breach, v.At)
	case v.Counts[plumbline.StatusAtRisk] > 0:
		s += "; " + strconv.Itoa(v.Counts[plumbline.StatusAtRisk]) + " more at risk"
	case unsure > 0:
		s += "; of " + strconv.Itoa(unsure) + " nobody can say"
	}
	return s + "."
}

// breaksWords say how a limit of a kind is likely to break.
var breaksWords = map[plumbline.ConstraintKind]string{
	plumbline.Reliability: "is likely to be used up", plumbline.Cost: "is likely to run over", plumbline.Capacity: "is likely to be full",
	plumbline.Compliance: "falls due", plumbline.Security: "falls due", plumbline.Commitment: "is likely to be late", plumbline.Support: "is likely to be passed",
}

// dayWords is a day to come: "today", or its date.
func dayWords(t, now plumbline.Time) string {
	if day := t.Std().Format(time.DateOnly); day != now.Std().Format(time.DateOnly) {
		return "on " + day
	}
	return "today"
}

// cellLeft says what is left in a cell. Time that is left until a date is named by
// the date instead.
func cellLeft(c standing.CockpitCell) string {
	left := headroomWords(c.Headroom)
	switch {
	case c.Status == plumbline.StatusExempt && c.Until != 0:
		return "until " + c.Until.Std().Format(time.DateOnly)
	case left == "":
		return ""
	case dated(c.Kind) && c.Due != 0 && c.Status == plumbline.StatusBreached && c.Due < c.At:
		return "since " + c.Due.Std().Format(time.DateOnly)
	case dated(c.Kind) && c.Due != 0 && c.Status == plumbline.StatusBreached:
		return "not by " + c.Due.Std().Format(time.DateOnly)
	case c.Status == plumbline.StatusStale:
		return "last known: " + left
	}
	return left
}

// cellAhead says what is to come in a cell: when it breaks, or is due.
func cellAhead(c standing.CockpitCell) string {
	switch {
	case c.Status != plumbline.StatusMet && c.Status != plumbline.StatusAtRisk:
		return ""
	case c.Days != nil && *c.Days == 0:
		return "breaks within a day"
	case c.Days != nil:
		return "breaks in " + plural(*c.Days, "day", "days")
	case dated(c.Kind) && c.Due != 0:
		return "due " + c.Due.Std().Format(time.DateOnly)
	}
	return ""
}

// cellWhose says whose limit it is that a cell shows, when that needs saying.
func cellWhose(c standing.CockpitCell) string {
	var out []string
	if c.Inherited {
		out = append(out, "from group "+c.Scope.Ref)
	}
	if c.Many > 1 {
		out = append(out, "worst of "+strconv.Itoa(c.Many))
	}
	return strings.Join(out, ", ")
}

// needWords say what somebody has to do about a limit.
var needWords = map[string]string{
	standing.NeedsWork: "Nobody works on it.", standing.NeedsMending: "Somebody works on it.", standing.NeedsApproval: "An exception waits for approval.",
	standing.NeedsEvidence: "Somebody has to look for evidence.",
}

// scopeAddress is the page of a product or a process, or the cockpit of a group.
func scopeAddress(s plumbline.Scope) string {
	switch s.Kind {
	case plumbline.ScopeProcess:
		return "/processes/" + escape(s.Ref)
	case plumbline.ScopeGroup:
		return cockpitAddress(standing.CockpitQuery{Group: s.Ref})
	}
	return productAddress(plumbline.ProductRef(s.Ref))
}

// offPaper is how many rows are left out on paper.
func (v cockpitView) offPaper() (n int) {
	for i, row := range v.Table {
		if i >= paperRows || calm(row) {
			n++
		}
	}
	return n + v.More
}

// allAddress is the same page with all of its rows.
func (v cockpitView) allAddress() string {
	at := cockpitAddress(v.Asked)
	if strings.Contains(at, "?") {
		return at + "&show=all"
	}
	return at + "?show=all"
}

func ofThisKind(k plumbline.ConstraintKind) string {
	if k == "" {
		return ""
	}
	return " of this kind"
}
