package app

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// RedirectionView is where an item went that is not ours.
type RedirectionView struct {
	plumbline.Redirection
	Whose   string `json:"whose"`   // the team's name, or the place
	Opening bool   `json:"opening"` // an issue is being opened there
}

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
		if r.Action, err = a.openElsewhere(tx, *it, team, text); err != nil {
			return err
		}
		r.Link = team.Link
	}
	if err := tx.PutRedirection(r); err != nil {
		return err
	}
	data := map[string]string{"team": string(r.Team), "detail": cmp.Or(team.Name, r.Place), "url": r.URL}
	return a.note(tx, who, *it, "item redirected", "user", data)
}

// featureRequest fills in the template that teams are asked for a feature with.
// Only what everybody who sees the item may read gets into it.
func (a *App) featureRequest(tx *store.Tx, it plumbline.Item) (plumbline.PublicText, error) {
	def, err := a.process(it.Process)
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
	fmt.Fprintf(&urls, "- Asked as %s", a.address(it.Key))
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

// openElsewhere plans an issue in the tracker of the team whose work it is. It
// carries the team's label and no state of ours: nothing there is ours to move.
func (a *App) openElsewhere(tx *store.Tx, it plumbline.Item, team plumbline.Team, text plumbline.PublicText) (plumbline.ActionID, error) {
	link, err := tx.Link(team.Link)
	if err != nil {
		if plumbline.KindOf(err) == plumbline.NotFound {
			return "", plumbline.FieldError("team", "The team %s has the tracker %q, which is not configured.", team.Name, team.Link)
		}
		return "", err
	}
	want := plumbline.WantedChange{Marker: string(it.Key) + ":redirected", Title: plumbline.PublicText(it.Title), Body: text}
	if team.Label != "" {
		want.Add = []string{flow.LabelWith(team.Label, link.Separator)}
	}
	act := plumbline.Action{
		ID: plumbline.ActionID(store.NewID()), Key: fmt.Sprintf("%s:redirect:%s:v%d", link.ID, it.Key, it.Version+1), Link: link.ID,
		Item: it.ID, Kind: plumbline.OpenIssue, Want: want, Status: plumbline.ActionWaiting, NotBefore: a.now(), Created: a.now(),
	}
	if link.ReadOnly {
		act.Status, act.Result = plumbline.ActionHeld, readOnly
	}
	_, err = tx.InsertAction(act)
	return act.ID, err
}

// openedElsewhere keeps where the issue is that a redirection opened; not ours
// when the action opened no such issue.
func (a *App) openedElsewhere(tx *store.Tx, act plumbline.Action, snap plumbline.Snapshot) (ours bool, err error) {
	r, ok, err := tx.RedirectionByAction(act.ID)
	if err != nil || !ok {
		return false, err
	}
	it, err := tx.Item(r.Item)
	if err != nil {
		return true, err
	}
	r.Ref, r.URL = snap.Ref, snap.URL
	if err := tx.PutRedirection(r); err != nil {
		return true, err
	}
	who := plumbline.SystemActor("link:" + string(act.Link))
	if err := a.note(tx, who, it, "issue opened elsewhere", "op:"+act.Key, map[string]string{"url": snap.URL}); err != nil {
		return true, err
	}
	return true, a.tell(tx, it)
}

// heardElsewhere takes in what became of an issue that a redirection opened:
// that it was closed is the answer, as far as a tracker gives one.
func (a *App) heardElsewhere(tx *store.Tx, s Sighting) (ours bool, err error) {
	r, ok, err := tx.RedirectionByIssue(s.Link, s.Ref)
	if err != nil || !ok || s.Snapshot.Open || !r.Answered.IsZero() {
		return ok, err
	}
	r.Answer, r.Answered = "They closed the issue.", a.now()
	return true, a.noteAnswer(tx, plumbline.SystemActor("link:"+string(s.Link)), r, s.Cause)
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
	return a.addTo(ctx, who, key, rights.Triage, func(tx *store.Tx, it plumbline.Item) error {
		r, ok, err := tx.Redirection(it.ID)
		if err != nil {
			return err
		}
		if !ok {
			return plumbline.Errorf(plumbline.Conflict, "%s was not redirected, so nobody else has to answer.", it.Key)
		}
		r.Answer, r.Answered = answer, a.now()
		return a.noteAnswer(tx, who, r, "user")
	})
}

func (a *App) noteAnswer(tx *store.Tx, who plumbline.Actor, r plumbline.Redirection, cause string) error {
	if err := tx.PutRedirection(r); err != nil {
		return err
	}
	it, err := tx.Item(r.Item)
	if err != nil {
		return err
	}
	if err := a.note(tx, who, it, "redirection answered", cause, map[string]string{"sentence": string(r.Answer)}); err != nil {
		return err
	}
	return a.tell(tx, it)
}

// wentTo says in public where an item went that is not ours, and what was
// noteAnswer there.
func wentTo(tx *store.Tx, it plumbline.Item) (string, error) {
	r, ok, err := tx.Redirection(it.ID)
	if err != nil || !ok || it.Open() {
		return "", err
	}
	whose, err := whoseIs(tx, r)
	if err != nil {
		return "", err
	}
	text := "It belongs to " + whose
	if r.URL != "" {
		text += ": " + r.URL
	}
	text = strings.TrimSuffix(text, ".") + "."
	if r.Answer != "" {
		text += " They answered: " + strings.TrimSpace(string(r.Answer))
	}
	return text, nil
}

// whoseIs is the name of the team, or of the place.
func whoseIs(tx *store.Tx, r plumbline.Redirection) (string, error) {
	if r.Team == "" {
		return r.Place, nil
	}
	t, err := tx.Team(r.Team)
	if err != nil && plumbline.KindOf(err) != plumbline.NotFound {
		return "", err
	}
	return cmp.Or(t.Name, string(r.Team)), nil
}

// loadAsked reads what came with an item and where it went.
func (v *viewing) loadAsked() (err error) {
	if v.has.Attachments {
		if v.Links, err = v.tx.Attachments(v.ID); err != nil {
			return err
		}
	}
	if !v.has.Redirected {
		return nil
	}
	r, ok, err := v.tx.Redirection(v.ID)
	if err != nil || !ok {
		return err
	}
	whose, err := whoseIs(v.tx, r)
	v.Redirected = &RedirectionView{Redirection: r, Whose: whose, Opening: r.Action != "" && r.Ref == ""}
	return err
}
