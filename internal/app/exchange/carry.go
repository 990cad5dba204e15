package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

// carry puts in what another Plumbline says of an item. Where it stands it keeps,
// if its process has those states here too; what waits there for an answer or
// for a day comes to the inbox here, since nothing would wake it.
func (w *row) carry(it *plumbline.Item, teams map[plumbline.TeamRef]bool, now plumbline.Time) {
	c := w.in.Carried
	if c == nil {
		return
	}
	if w.fits(c) {
		it.State, it.States, it.Since = c.State, c.States, within(c.Since, it.Created, now)
		it.Closed = within(w.in.Closed, 0, now)
	}
	switch {
	case c.Remit.Checked():
		it.Remit = c.Remit
	case c.Remit.Waits():
		w.remark("it waits there, and comes to the inbox here")
	}
	if it.Team = c.Team; c.Team != "" && !teams[c.Team] {
		w.remark("there is no team %q", c.Team)
		it.Team = ""
	}
	if c.Wanted > 0 {
		w.remark("who wants it, and what that is worth, stays there: %d", c.Wanted)
	}
}

// fits says whether the item's process has the states here.
func (w *row) fits(c *plumbline.Carried) bool {
	if _, ok := w.def.State(c.State); !ok {
		w.remark("there is no state %q here: it begins anew", c.State)
		return false
	}
	for lane, p := range c.States {
		if _, ok := w.def.State(p.State); !ok || p.State.Lane() != lane {
			w.remark("there is no state %q here: it begins anew", p.State)
			return false
		}
	}
	return len(c.States) > 0
}

// idIn is the id here of something that hangs on an item there, so that it is
// known when it comes again. Our own ids sort in the order in which they were
// made, and what is made of them does too: it tells what was said first of two
// things said at the same time.
func idIn(source, external, id string) string {
	sum := sha256.Sum256([]byte(source + "\n" + external + "\n" + id))
	plain := len(id) <= 100 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
	if source == own && plain {
		return "x" + id + "-" + hex.EncodeToString(sum[:6])
	}
	return "x" + hex.EncodeToString(sum[:16])
}

// found puts evidence and decisions into a row.
func (w *row) found(source string, teams map[plumbline.TeamRef]bool, now plumbline.Time) {
	if w.in.Carried == nil {
		return
	}
	leftOut := func(what string, err error) bool {
		if err != nil {
			w.remark("%s is left out: %s", what, strings.TrimSuffix(plumbline.TextOf(err), "."))
		}
		return err != nil
	}
	for _, e := range w.in.Carried.Evidence {
		was := e.By
		e.ID, e.At, e.Observed, e.By = idIn(source, w.in.External, e.ID), within(e.At, w.item.Created, now), within(e.Observed, w.item.Created, now), ""
		if !leftOut("a piece of evidence", e.Validate()) {
			w.evidence, w.finders = append(w.evidence, e.Evidence), append(w.finders, nameOr(string(was), e.ByName))
		}
	}
	current := false
	for _, d := range w.in.Carried.Decisions {
		was := d.By
		d.ID, d.At, d.By = idIn(source, w.in.External, d.ID), within(d.At, w.item.Created, now), ""
		if !teams[d.Team] {
			d.Team = ""
		}
		if d.Ended.IsZero() && current {
			w.remark("a second decision that holds is left out")
			continue
		}
		if !leftOut("a decision", d.Validate()) {
			current = current || d.Ended.IsZero()
			w.decisions, w.deciders = append(w.decisions, d), append(w.deciders, nameOr(string(was), d.ByName))
		}
	}
}

// adopt adds to an item that came again what was found out, decided and followed
// there since, and says in words what.
func (r *run) adopt(tx *store.Tx, b *batch, w *row, id plumbline.ItemID) (more []string, err error) {
	there := map[string]bool{}
	for _, e := range b.parts.Evidence[id] {
		there[e.ID] = true
	}
	for _, d := range b.parts.Decisions[id] {
		there[d.ID] = true
	}
	for _, e := range w.evidence {
		if there[e.ID] {
			continue
		}
		more = append(more, "evidence")
		if e.Item = id; !r.in.DryRun {
			if err := tx.InsertEvidence(e); err != nil {
				return nil, err
			}
		}
	}
	for _, d := range w.decisions {
		if there[d.ID] {
			continue
		}
		more = append(more, "decisions")
		if d.Item = id; !r.in.DryRun {
			if err := tx.InsertDecision(d); err != nil {
				return nil, err
			}
		}
	}
	thought, err := r.rethink(tx, b, w, id)
	if err != nil {
		return nil, err
	}
	more = append(more, thought...)
	for _, p := range w.followers { // nobody, in a preview
		fresh, err := tx.Watch(id, p)
		if err != nil {
			return nil, err
		}
		if fresh {
			more = append(more, "followers")
		}
	}
	return more, nil
}
