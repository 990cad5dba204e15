package bulk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/moves"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// maxBulk is how many items one change of many may name: a page of a list.
const maxBulk = plumbline.MaxPage

// BulkInput changes many items alike. A nil pointer leaves a column as it is.
// Versions are those that the actor saw, by key; an item without one is taken as
// it is.
type BulkInput struct {
	Keys     []plumbline.Key         `json:"keys"`
	Versions map[plumbline.Key]int64 `json:"versions,omitempty"`
	Team     *plumbline.TeamRef      `json:"team,omitempty"`
	Product  *plumbline.ProductRef   `json:"product,omitempty"`
	Assignee *string                 `json:"assignee,omitempty"`
	Priority *string                 `json:"priority,omitempty"`
	Fields   map[string]string       `json:"fields,omitempty"`
	To       plumbline.State         `json:"to,omitempty"`
	Note     string                  `json:"note,omitempty"`    // with To, as in a move
	Message  plumbline.PublicText    `json:"message,omitempty"` // with To
	Despite  string                  `json:"despite,omitempty"` // with To, as in a move
	Watch    bool                    `json:"watch,omitempty"`
}

// BulkLine is what a change of many does, or did, to one item; or why not.
type BulkLine struct {
	Key     plumbline.Key `json:"key"`
	Title   string        `json:"title,omitempty"`
	Version int64         `json:"version,omitempty"`
	Allowed bool          `json:"allowed"`           // in a result: it was done
	Changes []string      `json:"changes,omitempty"` // "assignee: mara → oana"
	Why     string        `json:"why,omitempty"`
}

// BulkView is a change of many items, to be done or done. Batch names it once it
// is done, so that it can be taken back.
type BulkView struct {
	Batch string     `json:"batch,omitempty"`
	Lines []BulkLine `json:"items"`
	Count int        `json:"count"` // of the allowed ones that change
}

func (in BulkInput) validate() error {
	switch {
	case len(in.Keys) == 0:
		return plumbline.FieldError("keys", "Choose at least one item.")
	case len(in.Keys) > maxBulk:
		return plumbline.FieldError("keys", "%d items were chosen; at most %d are changed at once.", len(in.Keys), maxBulk)
	case !in.edits() && in.To == "" && !in.Watch:
		return plumbline.FieldError("to", "Say what is to be changed: a team, a person, a priority, a field, a state, or following them.")
	}
	return nil
}

func (in BulkInput) edits() bool {
	return in.Team != nil || in.Product != nil || in.Assignee != nil || in.Priority != nil || len(in.Fields) > 0
}

// unique are the keys in order, each once.
func (in BulkInput) unique() (out []plumbline.Key) {
	for _, k := range in.Keys {
		if k = plumbline.Key(strings.ToUpper(strings.TrimSpace(string(k)))); !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// PreviewBulk says what a change of many would do to each item, or why it may
// not be done. It changes nothing.
func (a *Batcher) PreviewBulk(ctx context.Context, who plumbline.Actor, in BulkInput) (out BulkView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	if err := in.validate(); err != nil {
		return out, err
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		for _, key := range in.unique() {
			line, _, err := a.weigh(tx, who, key, in)
			if err != nil {
				return err
			}
			out.add(line)
		}
		return nil
	})
	return out, err
}

func (v *BulkView) add(line BulkLine) {
	v.Lines = append(v.Lines, line)
	if line.Allowed && len(line.Changes) > 0 {
		v.Count++
	}
}

// weighed is an item as a change of many would leave it, short of its move.
type weighed struct {
	was, it plumbline.Item
	def     *flow.Definition
	facts   flow.Facts
	watch   bool // does not follow it yet
}

// weigh judges what the change does to one item. What stands in its way is said
// in the line; the error is for what is nobody's input.
func (a *Batcher) weigh(tx *store.Tx, who plumbline.Actor, key plumbline.Key, in BulkInput) (BulkLine, weighed, error) {
	line := BulkLine{Key: key}
	w, err := a.alter(tx, who, key, in)
	line.Title, line.Version = w.was.Title, w.was.Version
	if err != nil {
		if k := plumbline.KindOf(err); k == plumbline.Internal || k == plumbline.Unavailable {
			return line, w, err
		}
		line.Why = plumbline.TextOf(err)
		return line, w, nil
	}
	line.Allowed = true
	was, became := deltas(w, in)
	for _, name := range slices.Sorted(maps.Keys(became)) {
		if name == watchDelta {
			line.Changes = append(line.Changes, "you follow it")
			continue
		}
		line.Changes = append(line.Changes, plainDelta(name)+": "+cmp.Or(plainValue(name, was[name]), "nothing")+" → "+cmp.Or(plainValue(name, became[name]), "nothing"))
	}
	return line, w, nil
}

// alter makes the change to a copy of the item, and asks the flow about the
// move.
func (a *Batcher) alter(tx *store.Tx, who plumbline.Actor, key plumbline.Key, in BulkInput) (w weighed, err error) {
	it, err := a.Seeing(tx, who, key)
	if err != nil {
		return w, err
	}
	w.was, w.it = it, it
	w.it.Fields, w.it.States = ledger.CopyFields(it.Fields), maps.Clone(it.States)
	if err := ledger.Fresh(it, in.Versions[key]); err != nil {
		return w, err
	}
	if w.def, err = a.Process(it.Process); err != nil {
		return w, err
	}
	if in.edits() {
		if err := rights.Need(who, rights.EditItem); err != nil {
			return w, err
		}
		edit := moves.EditInput{Team: in.Team, Product: in.Product, Assignee: in.Assignee, Priority: in.Priority, Fields: in.Fields}
		if err := a.ApplyEdit(tx, w.def, &w.it, edit); err != nil {
			return w, err
		}
	}
	if err := a.alterState(tx, who, &w, in); err != nil {
		return w, err
	}
	if in.Watch {
		if err := rights.Need(who, rights.WatchItem); err != nil || who.Person == "" {
			return w, cmp.Or[error](err, plumbline.Errorf(plumbline.Denied, "Only a person can watch an item."))
		}
		follows, err := tx.Watches(it.ID, who.Person)
		if err != nil {
			return w, err
		}
		w.watch = !follows
	}
	return w, w.it.Validate()
}

// alterState asks whether the move may be made.
func (a *Batcher) alterState(tx *store.Tx, who plumbline.Actor, w *weighed, in BulkInput) error {
	if in.To == "" {
		return nil
	}
	if _, ok := w.def.State(in.To); !ok {
		return plumbline.FieldError("to", "The process %s has no state %q.", w.def.Name, in.To)
	}
	if w.was.States[in.To.Lane()].State == in.To {
		return nil // it is there
	}
	if err := rights.Need(who, ledger.LaneVerb(w.def, in.To)); err != nil {
		return err
	}
	f, err := a.Facts(tx, w.it)
	if err != nil {
		return err
	}
	f.Note, f.Message = cmp.Or(in.Note, f.Note), plumbline.PublicText(cmp.Or(string(in.Message), string(f.Message)))
	w.facts = f
	_, reasons := w.def.Next(f, in.To, who.Role)
	return ledger.Refused(reasons, string(w.it.Key)+" cannot move to "+in.To.Name()+".")
}

// The names of what a batch changes, beside columns and fields.
const (
	stateDelta = "state"
	watchDelta = "watch"
)

// deltas are the values before and after of all that changes, by name.
func deltas(w weighed, in BulkInput) (was, became map[string]string) {
	was, became = map[string]string{}, map[string]string{}
	for _, name := range ledger.Differences(w.was, w.it) {
		was[name], became[name] = w.was.Field(name), w.it.Field(name)
	}
	if in.To != "" && w.was.States[in.To.Lane()].State != in.To {
		was[stateDelta], became[stateDelta] = string(firstState(w.was, in.To)), string(in.To)
	}
	if w.watch {
		was[watchDelta], became[watchDelta] = "", "1"
	}
	return was, became
}

// firstState is where an item stands in the lane of a move, or where it comes
// from into the lane.
func firstState(it plumbline.Item, to plumbline.State) plumbline.State {
	if pos, ok := it.States[to.Lane()]; ok {
		return pos.State
	}
	return it.State
}

func plainDelta(name string) string { return strings.ReplaceAll(name, "_", " ") }

func plainValue(name, v string) string {
	if name == stateDelta {
		return plumbline.State(v).Name()
	}
	if len(v) > 60 {
		return "a text of " + several(len([]rune(v)), "character")
	}
	return v
}

func several(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}
