package standing

import (
	"slices"

	"plumbline"
	"plumbline/internal/store"
)

// Refresh asks the feeders of the kind about every constraint that bears on the
// scopes, the scopes themselves and the groups above them, keeps what is new or
// changed, and judges those constraints again. Call it in the transaction that wrote
// the facts. It writes events for statuses that changed and for policies that began or
// ended to have an effect.
func (r *Room) Refresh(tx *store.Tx, who plumbline.Actor, kind plumbline.ConstraintKind, scopes ...plumbline.Scope) error {
	rows, err := r.bearing(tx, kind, scopes)
	if err != nil || len(rows) == 0 {
		return err
	}
	watched, err := r.watch(tx, rows)
	if err != nil {
		return err
	}
	for _, w := range watched {
		if err := r.feed(tx, w); err != nil {
			return err
		}
	}
	return r.keep(tx, who, watched)
}

// feed asks the feeders about one constraint.
func (r *Room) feed(tx *store.Tx, w *watched) error {
	for _, f := range r.feeders[w.row.Kind] {
		told, err := f(tx, w.row.Constraint)
		if err != nil {
			return err
		}
		for _, o := range told {
			if _, err := w.tell(o, r.now()); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep writes what was told, and judges what has changed or was never judged.
func (r *Room) keep(tx *store.Tx, who plumbline.Actor, all []*watched) error {
	all = slices.DeleteFunc(all, func(w *watched) bool { return len(w.fresh) == 0 && w.judged() })
	if err := r.writeTold(tx, all); err != nil {
		return err
	}
	return r.judge(tx, who, all)
}

// writeTold writes what was told anew, and ends what that supersedes.
func (r *Room) writeTold(tx *store.Tx, all []*watched) error {
	var fresh []plumbline.Observation
	var ended []string
	for _, w := range all {
		fresh, ended = append(fresh, w.fresh...), append(ended, w.ended...)
	}
	if err := tx.EndObservations(ended, r.now()); err != nil {
		return err
	}
	return tx.InsertObservations(fresh)
}

// told says which observation takes the place of which: those that are told under
// the same name about the same.
type told struct {
	source, external, subject, basis string
	from, to                         plumbline.Time
}

func nameOf(o plumbline.Observation) told {
	return told{o.Source, o.External, o.Subject, o.Basis, o.From, o.To}
}

// watched is a constraint with all that is known about it, while it is judged.
type watched struct {
	row        store.ConstraintRow
	counting   []plumbline.Observation // that were not superseded
	exceptions []plumbline.Exception   // those that were approved
	was        kept                    // how it stood
	fresh      []plumbline.Observation // to be written
	ended      []string                // what they supersede
	at         map[told]int            // of counting, by name
}

func (w *watched) judged() bool { return w.was.row.Constraint != "" }

// tell takes an observation in, and says whether it tells anything new.
func (w *watched) tell(o plumbline.Observation, now plumbline.Time) (bool, error) {
	replaces := o.Supersedes
	o.ID, o.Constraint, o.Ingested, o.Supersedes = "", w.row.ID, now, ""
	if err := o.Validate(); err != nil {
		return false, err
	}
	if replaces != "" {
		return true, w.replace(replaces, o)
	}
	if w.at == nil {
		w.at = make(map[told]int, len(w.counting))
		for i, have := range w.counting {
			w.at[nameOf(have)] = i
		}
	}
	i, again := w.at[nameOf(o)]
	if again && w.says(i, o) {
		return false, nil
	}
	o.ID = store.NewID()
	if again && o.External != "" {
		w.supersede(i, o)
		return true, nil
	}
	if o.External != "" {
		w.at[nameOf(o)] = len(w.counting)
	}
	w.counting, w.fresh = append(w.counting, o), append(w.fresh, o)
	return true, nil
}

// replace puts an observation in the place of the one with an id.
func (w *watched) replace(id string, o plumbline.Observation) error {
	i := slices.IndexFunc(w.counting, func(have plumbline.Observation) bool { return have.ID == id })
	if i < 0 {
		return plumbline.FieldError("supersedes", "There is no evidence %q of %s that counts.", id, w.row.ID)
	}
	o.ID = store.NewID()
	w.supersede(i, o)
	w.at = nil
	return nil
}

// says says whether what is known at i is what the observation tells.
func (w *watched) says(i int, o plumbline.Observation) bool {
	have := w.counting[i]
	have.ID, have.Ingested, have.Supersedes = "", o.Ingested, ""
	return have == o
}

// supersede puts an observation in the place of the one at i, which is ended, or, if
// it was told just before, never written.
func (w *watched) supersede(i int, o plumbline.Observation) {
	have := w.counting[i]
	for j := range w.fresh {
		if w.fresh[j].ID == have.ID {
			o.ID, o.Supersedes = have.ID, have.Supersedes
			w.fresh[j], w.counting[i] = o, o
			return
		}
	}
	o.Supersedes = have.ID
	w.ended, w.fresh, w.counting[i] = append(w.ended, have.ID), append(w.fresh, o), o
}
