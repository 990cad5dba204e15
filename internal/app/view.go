package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// historyShown is how many entries an item's page shows.
const historyShown = 100

// Item is everything that who may see of the item with this key.
func (a *App) Item(ctx context.Context, who plumbline.Actor, key plumbline.Key) (ItemView, error) {
	var out ItemView
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		it, err := a.seeing(tx, who, key)
		if err != nil {
			return err
		}
		out, err = a.view(tx, who, it)
		return err
	})
	return out, err
}

// view gathers an item for one reader, in a fixed number of statements.
func (a *App) view(tx *store.Tx, who plumbline.Actor, it plumbline.Item) (ItemView, error) {
	def, err := a.process(it.Process)
	if err != nil {
		return ItemView{}, err
	}
	v := ItemView{Process: viewProcess(def), Lanes: viewLanes(def, it), Verbs: map[rights.Verb]bool{}, Followers: []Follower{}}
	v.Row.Item = it
	t, _, err := a.template(tx, def, it)
	if err != nil {
		return ItemView{}, err
	}
	v.Process.Fields = withTemplate(v.Process.Fields, t, it)
	hideFields(who, def, &v.Row.Item)
	f := factsOf(it, a.now())
	for _, load := range []func(*store.Tx, plumbline.Actor, *ItemView, *flow.Facts) error{
		loadTogether, loadDecisions, a.loadDemands(t), loadEvidence, loadComments, a.loadTracker, loadPeople, loadHistory, a.loadAsked,
	} {
		if err := load(tx, who, &v, &f); err != nil {
			return ItemView{}, err
		}
	}
	if err := a.loadTime(tx, who, def, &v); err != nil {
		return ItemView{}, err
	}
	if v.Seq, err = tx.LastSeq(); err != nil {
		return ItemView{}, err
	}
	if it.Merged == "" {
		v.Targets = targets(def, f, who)
	}
	v.Sentence = standing(def, v)
	for _, verb := range rights.Verbs() {
		v.Verbs[verb] = rights.May(who, verb)
	}
	own := it.Requester == who.Person && who.Person != "" && !it.Remit.Checked() && it.Open()
	v.Verbs[rights.EditOwn] = v.Verbs[rights.EditItem] || v.Verbs[rights.EditOwn] && own
	return v, nil
}

// hideFields takes out the fields that a process marks private, for readers
// who may not read internal notes.
func hideFields(who plumbline.Actor, def *flow.Definition, it *plumbline.Item) {
	if rights.May(who, rights.ReadInternal) {
		return
	}
	it.Fields = copyFields(it.Fields)
	for _, fd := range def.Fields {
		if fd.Private {
			delete(it.Fields, fd.Name)
		}
	}
}

func viewLanes(def *flow.Definition, it plumbline.Item) []LaneView {
	lanes := viewProcess(def).Lanes
	for i := range lanes {
		pos, in := it.States[lanes[i].ID]
		for j := range lanes[i].States {
			s := &lanes[i].States[j]
			if in && s.State == pos.State {
				s.Here, s.Since = true, pos.Since
			}
		}
	}
	return lanes
}

// loadDemands reads who wants an item, and, by its template, what still has to be
// found out before it is decided.
func (a *App) loadDemands(t plumbline.Template) func(*store.Tx, plumbline.Actor, *ItemView, *flow.Facts) error {
	return func(tx *store.Tx, who plumbline.Actor, v *ItemView, f *flow.Facts) error {
		return readDemands(tx, who, v, f, t)
	}
}

func readDemands(tx *store.Tx, who plumbline.Actor, v *ItemView, f *flow.Facts, t plumbline.Template) error {
	ds, err := tx.Demands(v.ID)
	if err != nil {
		return err
	}
	teams, err := tx.Teams()
	if err != nil {
		return err
	}
	accounts, err := tx.Accounts()
	if err != nil {
		return err
	}
	byTeam := map[plumbline.TeamRef]plumbline.Team{}
	for _, t := range teams {
		byTeam[t.Ref] = t
	}
	byRef := map[plumbline.AccountRef]plumbline.Account{}
	for _, acc := range accounts {
		byRef[acc.Ref] = acc
	}
	ids := []plumbline.PersonID{v.Requester}
	for _, d := range ds {
		ids = append(ids, d.By)
	}
	names, err := tx.Names(ids)
	if err != nil {
		return err
	}
	v.RequesterName = names[v.Requester]
	v.TeamName = byTeam[v.Team].Name
	wanting := map[string]bool{}
	for _, d := range ds {
		wanting[string(d.Team)+" "+string(d.Account)] = true
		if !v.has(d.Item) {
			continue
		}
		dv := viewDemand(who.Clearance(), d, byTeam[d.Team], byRef[d.Account], names[d.By])
		dv.More = moreInWords(who.Clearance(), d, t)
		v.Wanted = append(v.Wanted, dv)
	}
	if v.Open() && !slices.ContainsFunc(v.Decisions, func(d plumbline.Decision) bool { return d.Ended.IsZero() }) {
		v.Lacking = t.Lacking(filled(f.Item, ds))
	}
	v.Demands, f.Demands = len(wanting), len(wanting)
	return nil
}

// moreInWords is what a demand keeps beyond its columns, under the labels of the
// template, for cleared readers.
func moreInWords(c plumbline.Clearance, d plumbline.Demand, t plumbline.Template) []Labelled {
	raw, _ := d.More.Reveal(c)
	values := moreOf(raw)
	var out []Labelled
	for _, f := range t.Fields {
		if v := values[f.ID]; v != "" {
			out = append(out, Labelled{Name: f.Label, Value: v})
			delete(values, f.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(values)) {
		out = append(out, Labelled{Name: strings.ReplaceAll(id, "_", " "), Value: values[id]})
	}
	return out
}

// viewDemand is the projection of a demand for one reader.
func viewDemand(c plumbline.Clearance, d plumbline.Demand, team plumbline.Team, acc plumbline.Account, by string) DemandView {
	v := DemandView{
		ID: d.ID, Strength: d.Strength, Points: d.Points, Users: d.Users, ByName: by, At: d.At, Invented: d.Invented,
	}
	if v.Internal = d.Team != ""; v.Internal {
		v.Who, v.Team = team.Name, d.Team
	} else {
		v.Who = "A customer"
	}
	note, cleared := d.Note.Reveal(c)
	if !cleared {
		v.Withheld = true
		return v
	}
	v.Note = note
	if name, _ := acc.Name.Reveal(c); !v.Internal {
		v.Who, v.Account = name, string(d.Account)
	}
	if m, _ := d.Worth.Reveal(c); m.Currency != "" {
		v.Worth = m.String()
	}
	v.Seats, _ = d.Seats.Reveal(c)
	v.Stage, _ = d.Stage.Reveal(c)
	v.Close, _ = d.Close.Reveal(c)
	if p, _ := d.Probability.Reveal(c); p >= 0 && d.Account != "" {
		v.Probability = fmt.Sprintf("%.0f %%", p*100)
	}
	return v
}

func loadEvidence(tx *store.Tx, who plumbline.Actor, v *ItemView, f *flow.Facts) error {
	es, err := tx.Evidence(v.ID)
	if err != nil {
		return err
	}
	ids := make([]plumbline.PersonID, 0, len(es))
	for _, e := range es {
		ids = append(ids, e.By)
	}
	names, err := tx.Names(ids)
	if err != nil {
		return err
	}
	for _, e := range es {
		if e.Internal && !rights.May(who, rights.ReadInternal) || !v.has(e.Item) {
			continue
		}
		v.Proof = append(v.Proof, EvidenceView{Evidence: e, ByName: names[e.By]})
	}
	v.Row.Evidence, f.Evidence = len(v.Proof), len(es)
	return nil
}

func loadDecisions(tx *store.Tx, who plumbline.Actor, v *ItemView, f *flow.Facts) error {
	ds, err := tx.Decisions(v.ID)
	if err != nil {
		return err
	}
	for _, d := range ds {
		if d.Ended.IsZero() {
			now := d
			f.Decision, f.Note, f.Message = &now, d.Reason, d.Sentence
		}
		v.Decisions = append(v.Decisions, readable(who, d))
	}
	return nil
}

func loadComments(tx *store.Tx, who plumbline.Actor, v *ItemView, _ *flow.Facts) error {
	cs, err := tx.Comments(v.ID)
	if err != nil {
		return err
	}
	for _, c := range cs {
		if !v.has(c.Item) || c.Internal && !rights.May(who, rights.ReadInternal) {
			continue
		}
		v.Said = append(v.Said, c)
		if c.Deleted.IsZero() {
			v.Comments++
		}
	}
	if err := loadNamed(tx, who, v); err != nil {
		return err
	}
	return loadEarlier(tx, who, v)
}

// loadEarlier reads what the comments said before; of a deleted one only for
// those who read the audit log.
func loadEarlier(tx *store.Tx, who plumbline.Actor, v *ItemView) error {
	texts, err := tx.EarlierTexts(v.ID)
	if err != nil {
		return err
	}
	shown := map[string]bool{}
	for _, c := range v.Said {
		shown[c.ID] = c.Deleted.IsZero() || rights.May(who, rights.ReadAudit)
	}
	for _, t := range texts {
		if shown[t.Comment] {
			v.Earlier = append(v.Earlier, EarlierText{Comment: t.Comment, Body: t.Body, Until: t.Until})
		}
	}
	return nil
}

// loadTime reads what clocks and the time in each state are worked out from, and
// why the item waits.
func (a *App) loadTime(tx *store.Tx, who plumbline.Actor, def *flow.Definition, v *ItemView) error {
	events, answered, err := tx.TimeOf(v.ID, v.Requester, append([]string{"item filed", "item picked up"}, clockTypes[:]...))
	if err != nil {
		return err
	}
	v.Clocks = a.clocks(def, v.Row.Item, timed{answered, events})
	v.Stays = stays(def, v.Row.Item, events, a.now())
	if w, ok, err := tx.Wait(v.ID); err != nil {
		return err
	} else if ok && rights.May(who, rights.Triage) {
		v.Wait = &w
	}
	return nil
}

// loadTracker reads the mirror and what was, is and will be written. Those who
// may not read internal notes see the link only.
func (a *App) loadTracker(tx *store.Tx, who plumbline.Actor, v *ItemView, _ *flow.Facts) error {
	acts, err := tx.ActionsFor(v.ID)
	if err != nil {
		return err
	}
	m, ok, err := tx.MirrorByItem(v.ID)
	if err != nil || !ok && len(acts) == 0 {
		return err
	}
	t := &TrackerView{Link: m.Link, Ref: m.Ref, URL: v.URL, Episode: m.Episode, Seen: m.Seen, Gone: m.Gone}
	if ok {
		t.Labels = m.Snapshot.LabelNames()
	}
	if rights.May(who, rights.ReadInternal) {
		t.Actions = acts
	}
	v.Tracker = t
	return nil
}

func loadPeople(tx *store.Tx, who plumbline.Actor, v *ItemView, _ *flow.Facts) error {
	ws, err := tx.Watchers(v.ID)
	if err != nil {
		return err
	}
	v.Watchers = len(ws)
	for _, p := range ws {
		v.Followers = append(v.Followers, Follower{Handle: p.Handle, Name: p.Name})
		v.Watching = v.Watching || p.ID == who.Person && who.Person != ""
	}
	if v.Product == "" {
		return nil
	}
	p, err := tx.Product(v.Product)
	if err != nil && plumbline.KindOf(err) != plumbline.NotFound {
		return err
	}
	v.ProductName = p.Name
	return nil
}

func loadHistory(tx *store.Tx, who plumbline.Actor, v *ItemView, _ *flow.Facts) error {
	events, err := tx.History(v.ID, historyShown, 0)
	if err != nil {
		return err
	}
	if len(events) == historyShown {
		v.Older = events[len(events)-1].Seq
	}
	v.History = readableHistory(who, v.Row.Item, events)
	return nil
}
