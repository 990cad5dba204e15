package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/planning"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// scenariosPage is scenarios side by side, with the form of one that is changed.
type scenariosPage struct {
	planning.CompareView
	Form form
	Edit string // the id of the scenario in the form; empty: a new one
	Who  plumbline.Actor
	Now  plumbline.Time
}

func (w *Web) scenarios(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	return w.scenariosAs(rw, r, who, http.StatusOK, r.URL.Query().Get("edit"), form{})
}

// scenariosAs draws the scenarios; f is the form as it was refused.
func (w *Web) scenariosAs(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, edit string, f form) error {
	v := scenariosPage{Form: f, Edit: edit, Who: who, Now: w.app.Now()}
	var err error
	if v.CompareView, err = w.app.CompareScenarios(r.Context(), who, r.URL.Query()["scenario"]); err != nil {
		return err
	}
	if !f.failed() {
		v.Form = newForm(v.typed())
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Scenarios", Width: ui.Full, After: after(v.Seq), Room: assets.Planning}, scenariosBody(v))
}

// typed is what the form of a scenario begins with.
func (v scenariosPage) typed() url.Values {
	i := slices.IndexFunc(v.Columns, func(c planning.ComparedView) bool { return c.ID == v.Edit })
	if i < 0 {
		return url.Values{}
	}
	s := v.Columns[i].Scenario
	out := url.Values{
		"name": {s.Name}, "first": {s.First.String()}, "periods": {strconv.Itoa(s.Periods)}, "confidence": {strconv.FormatFloat(100*s.Confidence, 'f', -1, 64)},
		"seconds": {strconv.FormatFloat(s.Seconds, 'f', -1, 64)}, "seed": {strconv.FormatUint(s.Seed, 10)}, "shut": {strconv.Itoa(s.Shut)}, "team": {string(s.Team)},
	}
	for _, m := range s.Mix {
		line := fmt.Sprintf("%s %.0f", m.Work, 100*m.Min)
		if m.Max > 0 {
			line += fmt.Sprintf("-%.0f", 100*m.Max)
		}
		out.Set("mix", strings.TrimSpace(out.Get("mix")+"\n"+strings.TrimSpace(line+" "+string(m.Team))))
	}
	for _, g := range s.Exclusive {
		out.Set("exclusive", strings.TrimSpace(out.Get("exclusive")+"\n"+joined(g)))
	}
	if b := s.Budget; b != nil {
		out.Set("currency", b.Currency)
		out.Set("amounts", joined(b.Amounts))
		for _, key := range slices.Sorted(maps.Keys(b.Costs)) {
			out.Set("costs", strings.TrimSpace(out.Get("costs")+"\n"+string(key)+" "+string(b.Costs[key])))
		}
	}
	return out
}

func joined[T ~string](list []T) string {
	var out []string
	for _, x := range list {
		out = append(out, string(x))
	}
	return strings.Join(out, " ")
}

// doScenario makes a scenario or changes one, and does what the buttons beside it say.
func (w *Web) doScenario(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	id, do := r.PostFormValue("scenario"), r.PostFormValue("do")
	ctx := r.Context()
	switch do {
	case "commit":
		_, err := w.app.Commit(ctx, who, id, planning.CommitInput{Plan: r.PostFormValue("plan"), Reason: r.PostFormValue("reason")})
		return w.scenarioDone(rw, r, err, "Committed: this plan is what we will do. It stays as it is.")
	case "withdraw":
		_, err := w.app.Withdraw(ctx, who, r.PostFormValue("reason"))
		return w.scenarioDone(rw, r, err, "No plan is committed now.")
	case "away":
		return w.scenarioDone(rw, r, w.app.PutAwayScenario(ctx, who, id), "Put away.")
	case "copy":
		_, err := w.app.MakeScenario(ctx, who, planning.ScenarioInput{From: id, Name: new(r.PostFormValue("name"))})
		return w.scenarioDone(rw, r, err, "Copied with its pins. Change it, and plan it.")
	case "free":
		err := w.app.PinItem(ctx, who, id, planning.PinInput{Key: plumbline.Key(r.PostFormValue("item")), Way: planning.Unpin})
		return w.scenarioDone(rw, r, err, "Set free. Plan the scenario again to see what that does.")
	}
	in, err := scenarioInput(r.PostForm)
	if err == nil && id == "" {
		_, err = w.app.MakeScenario(ctx, who, in)
	} else if err == nil {
		_, err = w.app.ChangeScenario(ctx, who, id, in)
	}
	if plumbline.KindOf(err) == plumbline.Invalid && err != nil && !wantsJSON(r) {
		return w.scenariosAs(rw, r, who, http.StatusUnprocessableEntity, id, refused(r.PostForm, err))
	}
	return w.scenarioDone(rw, r, err, "Saved. Plan it to see what comes of it.")
}

func (w *Web) scenarioDone(rw http.ResponseWriter, r *http.Request, err error, text string) error {
	if err != nil {
		return err
	}
	return w.done(rw, r, "/plan/scenarios", ui.Flash{Text: text})
}

// scenarioInput reads the form of a scenario.
func scenarioInput(v url.Values) (in planning.ScenarioInput, err error) {
	var bad plumbline.Problems
	in.Name, in.Team = new(v.Get("name")), new(plumbline.TeamRef(strings.TrimSpace(v.Get("team"))))
	if text := strings.TrimSpace(v.Get("first")); text != "" {
		p, err := plumbline.ParseCalendarPeriod(text)
		if err != nil {
			bad.Add("first", "%s", plumbline.TextOf(err))
		}
		in.First = &p
	}
	for name, to := range map[string]**int{"periods": &in.Periods, "shut": &in.Shut} {
		if text := strings.TrimSpace(v.Get(name)); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				bad.Add(name, "Write a whole number, not %q.", text)
			}
			*to = &n
		}
	}
	for name, to := range map[string]**float64{"confidence": &in.Confidence, "seconds": &in.Seconds} {
		if text := strings.TrimSuffix(strings.TrimSpace(v.Get(name)), "%"); text != "" {
			x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil {
				bad.Add(name, "Write a number, not %q.", text)
			}
			if name == "confidence" {
				x /= 100
			}
			*to = &x
		}
	}
	if text := strings.TrimSpace(v.Get("seed")); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			bad.Add("seed", "The seed is a whole number from 0 on, not %q.", text)
		}
		in.Seed = &n
	}
	in.Mix, in.Exclusive = new(mixLines(v.Get("mix"), &bad)), new(groupLines(v.Get("exclusive")))
	in.Budget = budgetLines(v, &bad)
	return in, bad.Err()
}

// mixLines reads "upkeep 40", "features 0-60 sig-node", a line each.
func mixLines(text string, bad *plumbline.Problems) []plumbline.MixRule {
	out := []plumbline.MixRule{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		i := slices.IndexFunc(plumbline.WorkShares[:], func(s plumbline.WorkShare) bool { return strings.HasPrefix(strings.ToLower(line), string(s)+" ") })
		if i < 0 {
			bad.Add("mix", "Begin a line with features, upkeep, tech debt or support, then its share in per cent, for example upkeep 40; %q does not.", line)
			continue
		}
		m := plumbline.MixRule{Work: plumbline.WorkShares[i]}
		share, team, _ := strings.Cut(strings.TrimSpace(line[len(m.Work):]), " ")
		low, high, ranged := strings.Cut(strings.TrimSuffix(share, "%"), "-")
		least, err1 := strconv.ParseFloat(low, 64)
		most, err2 := 0.0, error(nil)
		if ranged {
			most, err2 = strconv.ParseFloat(high, 64)
		}
		if err1 != nil || err2 != nil {
			bad.Add("mix", "%q is no share in per cent: write 40, or 20-60.", share)
		}
		m.Min, m.Max, m.Team = least/100, most/100, plumbline.TeamRef(strings.TrimSpace(team))
		out = append(out, m)
	}
	return out
}

// groupLines reads keys that exclude each other, a line for each group.
func groupLines(text string) [][]plumbline.Key {
	out := [][]plumbline.Key{}
	for line := range strings.Lines(text) {
		var g []plumbline.Key
		for _, k := range words(line) {
			g = append(g, plumbline.Key(strings.ToUpper(k)))
		}
		if len(g) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// budgetLines reads the budget; one without amounts is none.
func budgetLines(v url.Values, bad *plumbline.Problems) *plumbline.PlanBudget {
	b := &plumbline.PlanBudget{Costs: map[plumbline.Key]plumbline.Decimal{}}
	for _, text := range words(v.Get("amounts")) {
		d, err := plumbline.ParseDecimal(text)
		if err != nil {
			bad.Add("amounts", "%s", plumbline.TextOf(err))
		}
		b.Amounts = append(b.Amounts, d)
	}
	for line := range strings.Lines(v.Get("costs")) {
		parts := strings.Fields(line)
		if len(parts) == 0 {
			continue
		}
		d, err := plumbline.ParseDecimal(parts[len(parts)-1])
		if err != nil || len(parts) != 2 {
			bad.Add("costs", "Write a line as REQ-12 20000, not as %q.", strings.TrimSpace(line))
		}
		b.Costs[plumbline.Key(strings.ToUpper(parts[0]))] = d
	}
	if len(b.Amounts) > 0 || len(b.Costs) > 0 {
		b.Currency = strings.ToUpper(strings.TrimSpace(v.Get("currency")))
	}
	return b
}
