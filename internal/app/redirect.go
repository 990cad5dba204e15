package app

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// redirect writes down where an item goes that is not ours, with the feature
// request filled in for them. When the team has a linked tracker the request is
// opened there; what is not public stays here, for a person to word.
func (a *App) redirect(tx *store.Tx, who plumbline.Actor, it *plumbline.Item, in DecisionInput) error {
	r := plumbline.Redirection{
		ID: store.NewID(), Item: it.ID, Team: in.Team, Place: strings.TrimSpace(in.Place), URL: strings.TrimSpace(in.PlaceURL), By: who.Person, At: a.now(),
	}
	if err := r.Validate(); err != nil {
		return err
	}
	var team plumbline.Team
	if r.Team != "" {
		var err error
		if team, err = tx.Team(r.Team); err != nil {
			if plumbline.KindOf(err) == plumbline.NotFound {
				return plumbline.FieldError("team", "There is no team %q. Teams are listed under Settings.", r.Team)
			}
			return err
		}
	}
	text, err := a.featureRequest(tx, *it)
	if err != nil {
		return err
	}
	r.Text = text
	if team.Link != "" && it.Visibility == plumbline.Public {
		if r.Action, err = a.OpenElsewhere(tx, *it, team, text); err != nil {
			return err
		}
		r.Link = team.Link
	}
	if err := tx.PutRedirection(r); err != nil {
		return err
	}
	data := map[string]string{"team": string(r.Team), "detail": cmp.Or(team.Name, r.Place), "url": r.URL}
	return a.Note(tx, who, *it, "item redirected", "user", data)
}

// featureRequest fills in the template that teams are asked for a feature with.
// Only what everybody who sees the item may read gets into it.
func (a *App) featureRequest(tx *store.Tx, it plumbline.Item) (plumbline.PublicText, error) {
	def, err := a.Process(it.Process)
	if err != nil {
		return "", err
	}
	private := map[string]bool{}
	for _, f := range def.Fields {
		private[f.Name] = f.Private
	}
	demands, err := tx.Demands(store.Family{Item: it.ID})
	if err != nil {
		return "", err
	}
	links, err := tx.Attachments(it.ID)
	if err != nil {
		return "", err
	}
	field := func(name string) string {
		if private[name] {
			return ""
		}
		return strings.TrimSpace(it.Field(name))
	}
	var b strings.Builder
	part := func(title, text, missing string) {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", title, cmp.Or(text, "_"+missing+"_"))
	}
	part("Problem to solve", cmp.Or(field("statement"), strings.TrimSpace(it.Body)), "Not written down yet: who has which problem, and when?")
	part("Why it matters", strings.TrimSpace(field("why")+"\n\n"+field("consequence")), "Not known.")
	part("Intended users", reached(it, demands), "Not known.")
	part("Current workaround", field("workaround"), "None is known.")
	part("Proposal", "", "Yours to find: this request tells the problem only.")
	part("Needed by", neededBy(field("needed_by"), field("date_hardness")), "No date.")
	var urls strings.Builder
	for _, l := range links {
		fmt.Fprintf(&urls, "- [%s](%s)\n", strings.NewReplacer("[", "(", "]", ")").Replace(l.Name), l.URL)
	}
	fmt.Fprintf(&urls, "- Asked as %s", a.Address(it.Key))
	part("Links", urls.String(), "")
	return plumbline.PublicText(strings.TrimSpace(b.String())), nil
}

// reached is how many want it, without saying who.
func reached(it plumbline.Item, ds []plumbline.Demand) string {
	var users int64
	for _, d := range ds {
		users += d.Users
	}
	var out []string
	if users > 0 {
		out = append(out, fmt.Sprintf("About %d people.", users))
	} else if n := it.Fields["users_affected"]; n != "" {
		out = append(out, "About "+n+" people.")
	}
	switch len(ds) {
	case 0:
	case 1:
		out = append(out, "One team or customer asked for it.")
	default:
		out = append(out, fmt.Sprintf("%d teams or customers asked for it.", len(ds)))
	}
	return strings.Join(out, " ")
}

func neededBy(date, hardness string) string {
	if date == "" || hardness == "" {
		return date
	}
	return date + ", by a " + hardness
}

// AnswerRedirect notes what those answered whose work it is. The requester
// reads it.
func (a *App) AnswerRedirect(ctx context.Context, who plumbline.Actor, key plumbline.Key, answer plumbline.PublicText) error {
	if strings.TrimSpace(string(answer)) == "" {
		return plumbline.FieldError("answer", "Write what they answered.")
	}
	if len(answer) > plumbline.MaxNote {
		return plumbline.FieldError("answer", "The answer has %d bytes; at most %d fit.", len(answer), plumbline.MaxNote)
	}
	return a.AddTo(ctx, who, key, rights.Triage, func(tx *store.Tx, it plumbline.Item) error {
		r, ok, err := tx.Redirection(it.ID)
		if err != nil {
			return err
		}
		if !ok {
			return plumbline.Errorf(plumbline.Conflict, "%s was not redirected, so nobody else has to answer.", it.Key)
		}
		r.Answer, r.Answered = answer, a.now()
		return a.NoteAnswer(tx, who, r, "user")
	})
}
