package judging

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/rank"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// How much a round asks at most.
const (
	maxRoundItems   = 100
	maxRoundFactors = 10
	maxRoundPeople  = 50
)

// OpenRound asks several people for estimates that nobody sees until it is
// closed.
func (j *Judge) OpenRound(ctx context.Context, who plumbline.Actor, in RoundInput) (out RoundView, err error) {
	if err := rights.Need(who, rights.RunRounds); err != nil {
		return RoundView{}, err
	}
	if err := in.validate(j.now()); err != nil {
		return RoundView{}, err
	}
	err = j.db.Write(ctx, func(tx *store.Tx) error {
		r := plumbline.Round{
			ID: store.NewID(), Title: strings.TrimSpace(in.Title), Factors: in.Factors, By: who.Person, ByName: who.Name, At: j.now(), Until: in.Until,
		}
		items, err := j.roundItems(tx, who, in)
		if err != nil {
			return err
		}
		if r.People, err = j.roundPeople(tx, in.People); err != nil {
			return err
		}
		ids := make([]plumbline.ItemID, len(items))
		for i, it := range items {
			ids[i] = it.ID
		}
		if err := tx.InsertRound(r, ids); err != nil {
			return err
		}
		for _, it := range items {
			if err := j.noteRound(tx, who, it, "round opened", r); err != nil {
				return err
			}
		}
		out, err = j.viewRound(tx, who, r, ids)
		return err
	})
	return out, err
}

func (in RoundInput) validate(now plumbline.Time) error {
	var bad plumbline.Problems
	if t := strings.TrimSpace(in.Title); t == "" || len(t) > plumbline.MaxTitle {
		bad.Add("title", "Give the round a title, so that people know what they are asked about.")
	}
	if n := len(in.Items); n < 1 || n > maxRoundItems {
		bad.Add("items", "A round is about 1 to %d items, not %d.", maxRoundItems, n)
	}
	if n := len(in.Factors); n < 1 || n > maxRoundFactors {
		bad.Add("factors", "A round asks for 1 to %d factors, not %d.", maxRoundFactors, n)
	}
	if n := len(in.People); n > maxRoundPeople {
		bad.Add("people", "A round asks at most %d people, not %d.", maxRoundPeople, n)
	}
	if !in.Until.IsZero() && in.Until <= now {
		bad.Add("until", "That moment has passed: choose a later one, or none.")
	}
	return bad.Err()
}

// roundItems are the items of an input, each once, all of them open; its factors
// are checked too.
func (j *Judge) roundItems(tx *store.Tx, who plumbline.Actor, in RoundInput) ([]plumbline.Item, error) {
	p, err := j.order.Policy(tx)
	if err != nil {
		return nil, err
	}
	for i, id := range in.Factors {
		f, err := order.FactorOf(p, id)
		switch {
		case err != nil:
			return nil, plumbline.FieldError("factors", "%s", plumbline.TextOf(err))
		case f.Private && !who.Cleared:
			return nil, plumbline.FieldError("factors", "%s is an amount: only people who are cleared for amounts ask for it.", f.Name)
		case slices.Contains(in.Factors[:i], id):
			return nil, plumbline.FieldError("factors", "%s is asked for twice.", f.Name)
		}
	}
	seen, err := j.seeing(tx, who, in.Items)
	if err != nil {
		return nil, err
	}
	var out []plumbline.Item
	for i, key := range in.Items {
		it, ok := seen[key]
		switch {
		case !ok:
			return nil, plumbline.FieldError("items", "There is no item %s, or you may not see it.", key)
		case !it.Open():
			return nil, plumbline.FieldError("items", "%s is closed: only open items are estimated.", key)
		case slices.Contains(in.Items[:i], key):
			return nil, plumbline.FieldError("items", "%s is named twice.", key)
		}
		out = append(out, it)
	}
	return out, nil
}

// roundPeople are the people with the handles, who may all estimate.
func (j *Judge) roundPeople(tx *store.Tx, handles []string) ([]plumbline.PersonID, error) {
	found, err := tx.PeopleByHandles(handles)
	if err != nil {
		return nil, err
	}
	var out []plumbline.PersonID
	for _, h := range handles {
		p, ok := found[strings.ToLower(strings.TrimPrefix(h, "@"))]
		if !ok || p.Disabled || !rights.May(plumbline.Actor{Person: p.ID, Role: p.Role}, rights.GiveEstimate) {
			return nil, plumbline.FieldError("people", "Nobody with the handle %q may estimate: contributors, product managers and administrators do.", h)
		}
		if !slices.Contains(out, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out, nil
}

func (j *Judge) noteRound(tx *store.Tx, who plumbline.Actor, it plumbline.Item, typ string, r plumbline.Round) error {
	data := map[string]any{"round": r.ID, "title": r.Title, "changed": r.Factors}
	return j.items.NoteFor(tx, who, it, typ, "user", ledger.Narrower(it.Visibility, plumbline.InternalOnly), data)
}

// Rounds are the newest rounds, the open ones first.
func (j *Judge) Rounds(ctx context.Context, who plumbline.Actor) (out []RoundView, err error) {
	if err := rights.Need(who, rights.ReadEstimates); err != nil {
		return nil, err
	}
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Rounds()
		if err != nil {
			return err
		}
		out, err = j.headRounds(tx, who, all)
		sorted.By(out, func(a, b RoundView) int {
			switch {
			case a.Open == b.Open:
				return 0
			case a.Open:
				return -1
			}
			return 1
		})
		return err
	})
	return out, err
}

// headRounds are rounds without their rows, in four statements.
func (j *Judge) headRounds(tx *store.Tx, who plumbline.Actor, all []plumbline.Round) ([]RoundView, error) {
	ids := make([]string, len(all))
	var people []plumbline.PersonID
	for i, r := range all {
		ids[i] = r.ID
		people = append(people, r.People...)
	}
	items, err := tx.RoundItems(ids)
	if err != nil {
		return nil, err
	}
	turnouts, err := tx.Turnouts(ids)
	if err != nil {
		return nil, err
	}
	names, err := tx.Names(slices.Compact(slices.Sorted(slices.Values(people))))
	if err != nil {
		return nil, err
	}
	var of []plumbline.ItemID
	for _, list := range items {
		of = append(of, list...)
	}
	heads, err := j.headsSeen(tx, who, slices.Compact(slices.Sorted(slices.Values(of))))
	out := make([]RoundView, len(all))
	for i, r := range all {
		out[i] = headRound(who, r, len(items[r.ID]), turnouts[r.ID], names)
		for _, id := range items[r.ID] {
			if it, ok := heads[id]; ok {
				out[i].Items = append(out[i].Items, it.Key)
			}
		}
	}
	return out, err
}

// headsSeen are the items with the ids that who may see.
func (j *Judge) headsSeen(tx *store.Tx, who plumbline.Actor, ids []plumbline.ItemID) (map[plumbline.ItemID]plumbline.Item, error) {
	seen, err := tx.SeenAmong(who, ids)
	if err != nil {
		return nil, err
	}
	heads, err := tx.HeadsByID(ids)
	for id := range heads {
		if !seen[id] {
			delete(heads, id)
		}
	}
	return heads, err
}

// headRound is a round with how much was answered, by whom.
func headRound(who plumbline.Actor, r plumbline.Round, items int, turnout []store.Turnout, names map[plumbline.PersonID]string) RoundView {
	v := RoundView{Round: r, Open: r.Closed.IsZero(), Asked: asks(r, who)}
	of := items * len(r.Factors)
	given := map[plumbline.PersonID]int{}
	for _, t := range turnout {
		given[t.Person] = t.Given
		if len(r.People) == 0 {
			v.Answers = append(v.Answers, Answer{Person: t.Name, Given: t.Given, Of: of})
		}
	}
	done := 0
	for _, p := range r.People {
		v.Answers = append(v.Answers, Answer{Person: names[p], Given: given[p], Of: of})
	}
	for _, a := range v.Answers {
		if a.Given >= of {
			done++
		}
	}
	switch {
	case !v.Open:
		v.Sentence = fmt.Sprintf("Closed: %s answered.", several(len(turnout), "person"))
		if len(turnout) != 1 {
			v.Sentence = fmt.Sprintf("Closed: %d people answered.", len(turnout))
		}
	case len(r.People) == 0:
		v.Sentence = fmt.Sprintf("Open: %d answered so far. Nobody sees the others' answers until it is closed.", len(turnout))
	default:
		v.Sentence = fmt.Sprintf("Open: %d of %d have answered everything. Nobody sees the others' answers until it is closed.", done, len(r.People))
	}
	return v
}

// Round is one round: while it is open with the reader's own answers, afterwards
// with everybody's.
func (j *Judge) Round(ctx context.Context, who plumbline.Actor, id string) (out RoundView, err error) {
	if err := rights.Need(who, rights.ReadEstimates); err != nil {
		return RoundView{}, err
	}
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		r, err := roundCalled(tx, id)
		if err != nil {
			return err
		}
		items, err := tx.RoundItems([]string{r.ID})
		if err != nil {
			return err
		}
		out, err = j.viewRound(tx, who, r, items[r.ID])
		return err
	})
	return out, err
}

// roundCalled is the round with the id; "last" is the newest.
func roundCalled(tx *store.Tx, id string) (plumbline.Round, error) {
	if id != "last" {
		return tx.Round(id)
	}
	all, err := tx.Rounds()
	if err == nil && len(all) == 0 {
		err = plumbline.Errorf(plumbline.NotFound, "There was no round yet.")
	}
	if err != nil {
		return plumbline.Round{}, err
	}
	return all[0], nil
}

// viewRound is a round with its rows.
func (j *Judge) viewRound(tx *store.Tx, who plumbline.Actor, r plumbline.Round, ids []plumbline.ItemID) (RoundView, error) {
	heads, err := j.headRounds(tx, who, []plumbline.Round{r})
	if err != nil {
		return RoundView{}, err
	}
	v := heads[0]
	p, err := j.order.Policy(tx)
	if err != nil {
		return v, err
	}
	seen, err := j.headsSeen(tx, who, ids)
	if err != nil {
		return v, err
	}
	l := looked{who: who, now: j.now(), policy: p, counts: map[plumbline.ItemID]map[plumbline.Factor][]plumbline.Estimate{}}
	if v.Open {
		l.rounds = map[plumbline.ItemID][]plumbline.Round{}
		for _, id := range ids {
			l.rounds[id] = []plumbline.Round{r}
		}
		l.held, err = tx.HeldBy(who.Person, ids)
	} else {
		err = l.answersOf(tx, r.ID)
	}
	if err != nil {
		return v, err
	}
	for _, id := range ids {
		it, ok := seen[id]
		if !ok {
			continue
		}
		row := RoundRow{Key: it.Key, Title: it.Title}
		for _, f := range r.Factors {
			row.Cells = append(row.Cells, l.cellOf(it, f))
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}

// cellOf is a factor by its id; one that the policy in force no longer has stands
// there by its id alone.
func (l looked) cellOf(it plumbline.Item, id plumbline.Factor) FactorView {
	f, err := order.FactorOf(l.policy, id)
	if err != nil {
		f = rank.FactorInfo{ID: id, Name: string(id), Private: true}
	}
	return l.factor(it, f)
}

// answersOf reads the answers of a round that is closed.
func (l *looked) answersOf(tx *store.Tx, round string) error {
	all, err := tx.RoundEstimates(round)
	for _, e := range all {
		if l.counts[e.Item] == nil {
			l.counts[e.Item] = map[plumbline.Factor][]plumbline.Estimate{}
		}
		l.counts[e.Item][e.Factor] = append(l.counts[e.Item][e.Factor], e)
	}
	return err
}

// CloseRound ends a round: its answers count from now on, and are shown.
func (j *Judge) CloseRound(ctx context.Context, who plumbline.Actor, id string) (out RoundView, err error) {
	if err := rights.Need(who, rights.RunRounds); err != nil {
		return RoundView{}, err
	}
	err = j.db.Write(ctx, func(tx *store.Tx) error {
		r, err := roundCalled(tx, id)
		if err != nil {
			return err
		}
		id := r.ID
		was, err := tx.CloseRound(id, j.now())
		if err == nil && !was {
			err = plumbline.Errorf(plumbline.Conflict, "The round was closed already.")
		}
		if err != nil {
			return err
		}
		if err := tx.ReleaseRound(id, j.now()); err != nil {
			return err
		}
		items, err := tx.RoundItems([]string{id})
		if err != nil {
			return err
		}
		heads, err := tx.HeadsByID(items[id])
		if err != nil {
			return err
		}
		r.Closed = j.now()
		for _, it := range items[id] {
			if err := j.noteRound(tx, who, heads[it], "round closed", r); err != nil {
				return err
			}
		}
		out, err = j.viewRound(tx, who, r, items[id])
		return err
	})
	return out, err
}
