package judging

import (
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/rights"
	"plumbline/internal/clock"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// longestExtension is the most that is asked for at once, in calendar days.
const longestExtension = 365

// AskExtension asks for more time on a clock that takes extensions. It counts
// once somebody else has approved it. Lack of people, or other work that seems
// more pressing, is no reason: the source of the rule says so.
func (j *Judge) AskExtension(ctx context.Context, who plumbline.Actor, key plumbline.Key, in ExtensionInput) error {
	in.Reason = strings.TrimSpace(in.Reason)
	var bad plumbline.Problems
	if in.Days < 1 || in.Days > longestExtension {
		bad.Add("days", "Ask for 1 to %d days, not %d.", longestExtension, in.Days)
	}
	if in.Reason == "" || len(in.Reason) > plumbline.MaxNote {
		bad.Add("reason", "Say what the time is needed for: whoever approves it reads this. Lack of people and other work are no reasons.")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return j.items.AddTo(ctx, who, key, rights.AskMoreTime, func(tx *store.Tx, it plumbline.Item) error {
		if !it.Open() {
			return plumbline.Errorf(plumbline.Conflict, "%s is closed: its clocks have stopped.", it.Key)
		}
		c, err := j.extendable(tx, it, in.Clock)
		if err != nil {
			return err
		}
		was, err := tx.Extensions([]plumbline.ItemID{it.ID})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(was[it.ID], func(x store.ExtensionRow) bool { return x.Clock == c.ID && x.ApprovedAt.IsZero() }) {
			return plumbline.Errorf(plumbline.Conflict, "More time for this clock was asked for already and waits to be approved.")
		}
		x := store.ExtensionRow{
			ID: store.NewID(), Item: it.ID, AskedName: who.Name, At: j.now(),
			Extension: plumbline.Extension{Clock: c.ID, Days: in.Days, Reason: in.Reason, Asked: who.Person},
		}
		if err := tx.InsertExtension(x); err != nil {
			return err
		}
		return j.noteExtension(tx, who, it, "extension asked", c, in.Days)
	})
}

// ApproveExtension approves what somebody else asked for, or fewer days of it.
func (j *Judge) ApproveExtension(ctx context.Context, who plumbline.Actor, key plumbline.Key, in ExtensionInput) error {
	return j.items.AddTo(ctx, who, key, rights.GiveMoreTime, func(tx *store.Tx, it plumbline.Item) error {
		was, err := tx.Extensions([]plumbline.ItemID{it.ID})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(was[it.ID], func(x store.ExtensionRow) bool { return x.Clock == in.Clock && x.ApprovedAt.IsZero() })
		if i < 0 {
			return plumbline.Errorf(plumbline.NotFound, "Nobody waits for more time on this clock of %s.", it.Key)
		}
		x := was[it.ID][i]
		switch {
		case x.Asked == who.Person:
			return plumbline.Errorf(plumbline.Denied, "You asked for this time yourself: somebody else approves it.")
		case in.Days < 0 || in.Days > x.Days:
			return plumbline.FieldError("days", "At most the %d days that were asked for can be approved.", x.Days)
		case in.Days > 0:
			x.Days = in.Days
		}
		c, err := j.extendable(tx, it, x.Clock)
		if err != nil {
			return err
		}
		x.Approved, x.ApprovedName, x.ApprovedAt = who.Person, who.Name, j.now()
		first, err := tx.ApproveExtension(x)
		if err == nil && !first {
			err = plumbline.Errorf(plumbline.Conflict, "Somebody approved it already.")
		}
		if err != nil {
			return err
		}
		return j.noteExtension(tx, who, it, "extension approved", c, x.Days)
	})
}

func (j *Judge) noteExtension(tx *store.Tx, who plumbline.Actor, it plumbline.Item, typ string, c clock.Policy, days int) error {
	data := map[string]any{"clock": c.ID, "detail": c.Name, "days": days, "text": several(days, "day")}
	seen := it.Visibility
	if typ == "extension asked" {
		seen = ledger.Narrower(seen, plumbline.InternalOnly) // until it counts it is ours alone
	}
	return j.items.NoteFor(tx, who, it, typ, "user", seen, data)
}

// extendable is the clock with the id, if its policy lets it be extended. It is
// that of the policy under which the item was filed.
func (j *Judge) extendable(tx *store.Tx, it plumbline.Item, id string) (clock.Policy, error) {
	reign, err := j.order.Reign(tx)
	if err != nil {
		return clock.Policy{}, err
	}
	p := reign.At(it.Created)
	for _, c := range p.Clocks {
		switch {
		case c.ID != id || !runs(c, it):
		case !c.Extends:
			return c, plumbline.FieldError("clock", "The policy %s lets nobody extend the clock %q.", p.Version, c.Name)
		default:
			return c, nil
		}
	}
	return clock.Policy{}, plumbline.FieldError("clock", "%s has no clock %q. %s", it.Key, id, extendables(p, it))
}

func runs(c clock.Policy, it plumbline.Item) bool {
	return c.Applies(append(slices.Clone(it.Labels), "kind:"+string(it.Kind), "class:"+string(it.Class)))
}

func extendables(p *rank.Policy, it plumbline.Item) string {
	var out []string
	for _, c := range p.Clocks {
		if c.Extends && runs(c, it) {
			out = append(out, c.ID)
		}
	}
	if len(out) == 0 {
		return "None of its clocks can be extended."
	}
	return "Those that can be extended are " + strings.Join(out, ", ") + "."
}

// extensions are those of an item, for who reads what is internal.
func (j *Judge) extensions(tx *store.Tx, who plumbline.Actor, id plumbline.ItemID) ([]ExtensionView, error) {
	all, err := tx.Extensions([]plumbline.ItemID{id})
	return ViewExtensions(who, all[id]), err
}

// ViewExtensions are extensions as who may see them: the reason is internal.
func ViewExtensions(who plumbline.Actor, all []store.ExtensionRow) []ExtensionView {
	var out []ExtensionView
	for _, x := range all {
		v := ExtensionView{ID: x.ID, Clock: x.Clock, Days: x.Days, Asked: x.AskedName, Approved: x.ApprovedName, At: x.At, Mine: x.Asked == who.Person}
		if rights.May(who, rights.ReadInternal) {
			v.Reason = x.Reason
		}
		out = append(out, v)
	}
	return out
}
