package reading

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// historyShown is how many entries an item's page shows.
const historyShown = 100

// Item is everything that who may see of the item with this key.
func (a *Reader) Item(ctx context.Context, who plumbline.Actor, key plumbline.Key) (ItemView, error) {
	var out ItemView
	err := a.db.Read(ctx, func(tx *store.Tx) error {
		it, err := a.SeeingWhole(tx, who, key)
		if err != nil {
			return err
		}
		out, err = a.ItemFor(tx, who, it)
		return err
	})
	return out, err
}

// viewing is an item's view while it is gathered for one reader.
type viewing struct {
	*ItemView
	reader *Reader
	tx     *store.Tx
	who    plumbline.Actor
	has    store.Whole
	def    *flow.Definition
	form   plumbline.Template
	facts  flow.Facts
}

// ItemFor gathers an item for one reader, in a number of statements that has a
// bound; what the item does not have is not looked for.
func (a *Reader) ItemFor(tx *store.Tx, who plumbline.Actor, it store.Whole) (ItemView, error) {
	def, err := a.Process(it.Process)
	if err != nil {
		return ItemView{}, err
	}
	out := ItemView{
		Row: it.Row, Process: ViewProcess(def), Lanes: viewLanes(def, it.Row.Item), Verbs: map[rights.Verb]bool{}, Followers: []Follower{}, Seq: it.Seq,
	}
	v := viewing{ItemView: &out, reader: a, tx: tx, who: who, has: it, def: def, facts: ledger.FactsOf(it.Row.Item, a.now())}
	if v.form, _, err = a.TemplateFor(tx, def, it.Row.Item); err != nil {
		return ItemView{}, err
	}
	out.Process.Fields = withTemplate(out.Process.Fields, v.form, it.Row.Item)
	HideFields(who, def, &out.Row.Item)
	for _, load := range []func() error{
		v.loadTogether, v.loadDecisions, v.loadDemands, v.loadEvidence, v.loadComments, v.loadTracker, v.loadFollowers, v.loadHistory, v.loadAsked,
		v.loadWait, v.loadPlan,
	} {
		if err := load(); err != nil {
			return ItemView{}, err
		}
	}
	if it.Merged == "" {
		out.Targets = targets(def, v.facts, who)
	}
	out.Sentence = standing(def, out)
	for _, verb := range rights.Verbs() {
		out.Verbs[verb] = rights.May(who, verb)
	}
	own := it.Requester == who.Person && who.Person != "" && !it.Remit.Checked() && it.Open()
	out.Verbs[rights.EditOwn] = out.Verbs[rights.EditItem] || out.Verbs[rights.EditOwn] && own
	return out, nil
}

// HideFields takes out the fields that a process marks private, for readers
// who may not read internal notes.
func HideFields(who plumbline.Actor, def *flow.Definition, it *plumbline.Item) {
	if rights.May(who, rights.ReadInternal) {
		return
	}
	it.Fields = ledger.CopyFields(it.Fields)
	for _, fd := range def.Fields {
		if fd.Private {
			delete(it.Fields, fd.Name)
		}
	}
}

func viewLanes(def *flow.Definition, it plumbline.Item) []LaneView {
	lanes := ViewProcess(def).Lanes
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
func (v *viewing) loadDemands() error {
	var ds []plumbline.Demand
	if v.has.Demands > 0 {
		var err error
		if ds, err = v.tx.Demands(v.has.Family); err != nil {
			return err
		}
		if err := v.showDemands(ds); err != nil {
			return err
		}
	}
	if v.Open() && !slices.ContainsFunc(v.Decisions, func(d plumbline.Decision) bool { return d.Ended.IsZero() }) {
		v.Lacking = v.form.Lacking(Filled(v.facts.Item, ds))
	}
	v.facts.Demands = v.Demands
	return nil
}

func (v *viewing) showDemands(ds []plumbline.Demand) error {
	var ids []plumbline.PersonID
	var refs []plumbline.AccountRef
	for _, d := range ds {
		ids = append(ids, d.By)
		if d.Account != "" {
			refs = append(refs, d.Account)
		}
	}
	teams, err := v.tx.Teams()
	if err != nil {
		return err
	}
	accounts, err := v.tx.AccountsByRef(refs)
	if err != nil {
		return err
	}
	names, err := v.tx.Names(ids)
	if err != nil {
		return err
	}
	byTeam := map[plumbline.TeamRef]plumbline.Team{}
	for _, t := range teams {
		byTeam[t.Ref] = t
	}
	wanting := map[string]bool{}
	for _, d := range ds {
		wanting[string(d.Team)+" "+string(d.Account)] = true
		if !v.shows(d.Item) {
			continue
		}
		dv := ViewDemand(v.who.Clearance(), d, byTeam[d.Team], accounts[d.Account], names[d.By])
		dv.More = moreInWords(v.who.Clearance(), d, v.form)
		v.Wanted = append(v.Wanted, dv)
	}
	v.Demands = len(wanting)
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

// ViewDemand is the projection of a demand for one reader.
func ViewDemand(c plumbline.Clearance, d plumbline.Demand, team plumbline.Team, acc plumbline.Account, by string) DemandView {
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

func (v *viewing) loadEvidence() error {
	if v.has.Evidence == 0 {
		return nil
	}
	es, err := v.tx.Evidence(v.has.Family)
	if err != nil {
		return err
	}
	ids := make([]plumbline.PersonID, 0, len(es))
	for _, e := range es {
		ids = append(ids, e.By)
	}
	names, err := v.tx.Names(ids)
	if err != nil {
		return err
	}
	for _, e := range es {
		if e.Internal && !rights.May(v.who, rights.ReadInternal) || !v.shows(e.Item) {
			continue
		}
		v.Proof = append(v.Proof, EvidenceView{Evidence: e, ByName: names[e.By]})
	}
	v.Evidence, v.facts.Evidence = len(v.Proof), len(es)
	return nil
}

func (v *viewing) loadDecisions() error {
	if !v.has.Decisions {
		return nil
	}
	ds, err := v.tx.Decisions(v.ID)
	if err != nil {
		return err
	}
	for _, d := range ds {
		if d.Ended.IsZero() {
			now := d
			v.facts.Decision, v.facts.Note, v.facts.Message = &now, d.Reason, d.Sentence
		}
		v.Decisions = append(v.Decisions, Readable(v.who, d))
	}
	return nil
}

func (v *viewing) loadComments() error {
	cs, err := v.tx.Comments(v.has.Family)
	if err != nil {
		return err
	}
	v.Comments = 0
	for _, c := range cs {
		if !v.shows(c.Item) || c.Internal && !rights.May(v.who, rights.ReadInternal) {
			continue
		}
		v.Said = append(v.Said, c)
		if c.Deleted.IsZero() {
			v.Comments++
		}
	}
	if err := v.loadNamed(); err != nil {
		return err
	}
	return v.loadEarlier()
}

// loadEarlier reads what the comments said before; of a deleted one only for
// those who read the audit log.
func (v *viewing) loadEarlier() error {
	if !v.has.Earlier {
		return nil
	}
	texts, err := v.tx.EarlierTexts(v.ID)
	if err != nil {
		return err
	}
	shown := map[string]bool{}
	for _, c := range v.Said {
		shown[c.ID] = c.Deleted.IsZero() || rights.May(v.who, rights.ReadAudit)
	}
	for _, t := range texts {
		if shown[t.Comment] {
			v.Earlier = append(v.Earlier, EarlierText{Comment: t.Comment, Body: t.Body, Until: t.Until})
		}
	}
	return nil
}

// loadWait reads why the item waits.
func (v *viewing) loadWait() error {
	if !v.has.Waits || !rights.May(v.who, rights.Triage) {
		return nil
	}
	w, ok, err := v.tx.Wait(v.ID)
	if ok {
		v.Wait = &w
	}
	return err
}

// loadTracker reads the mirror and what was, is and will be written. Those who
// may not read internal notes see the link only.
func (v *viewing) loadTracker() error {
	if !v.has.Mirrored && !v.has.Actions {
		return nil
	}
	acts, err := v.tx.ActionsFor(v.ID)
	if err != nil {
		return err
	}
	m, ok, err := v.tx.MirrorByItem(v.ID)
	if err != nil {
		return err
	}
	t := &TrackerView{Link: m.Link, Ref: m.Ref, URL: v.URL, Episode: m.Episode, Seen: m.Seen, Gone: m.Gone}
	if ok {
		t.Labels = m.Snapshot.LabelNames()
	}
	if rights.May(v.who, rights.ReadInternal) {
		t.Actions = acts
	}
	v.Tracker = t
	return nil
}

func (v *viewing) loadFollowers() error {
	v.Watchers = 0
	if v.has.Watchers == 0 {
		return nil
	}
	ws, err := v.tx.Watchers(v.has.Family)
	if err != nil {
		return err
	}
	v.Watchers = len(ws)
	for _, p := range ws {
		v.Followers = append(v.Followers, Follower{Handle: p.Handle, Name: p.Name})
		v.Watching = v.Watching || p.ID == v.who.Person && v.who.Person != ""
	}
	return nil
}

// loadHistory reads what happened, and from it the clocks and the time in each
// state. A history that has older entries than are shown is looked up once more
// for those.
func (v *viewing) loadHistory() error {
	events, err := v.tx.History(v.ID, historyShown, 0)
	if err != nil {
		return err
	}
	v.History = readableHistory(v.who, v.Row.Item, events)
	var told agenda.Timed
	if len(events) < historyShown {
		told = agenda.TimesIn(events, v.Requester)
	} else {
		v.Older = events[len(events)-1].Seq
		if told.Events, told.Answered, err = v.tx.TimeOf(v.ID, v.Requester, agenda.TimeTypes()); err != nil {
			return err
		}
	}
	reign, err := v.reader.Shelf.Reign(v.tx)
	if err != nil {
		return err
	}
	v.Clocks = agenda.Clocks(reign, v.def, v.Row.Item, told, v.reader.now())
	v.Stays = agenda.Stays(v.def, v.Row.Item, told.Events, v.reader.now())
	return nil
}
