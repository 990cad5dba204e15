package planning

import (
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/store"
)

// WatchPlan looks whether the plan that is committed still holds, and tells when
// something of it does not any more, and when all of it does again. The worker calls
// it every hour. The plan stays as it was decided.
func (r *Room) WatchPlan(ctx context.Context) error {
	who := plumbline.SystemActor("worker")
	var watched commitment
	var was, now string
	err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		watched, was, now, err = r.watch(tx, who)
		return err
	})
	if err != nil || was == now {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		c, ok, err := tx.Commitment()
		if err != nil || !ok || c.ID != watched.ID {
			return err // another one was committed meanwhile: it is looked at next time
		}
		if err := tx.PutFlagged(c.ID, now); err != nil {
			return err
		}
		s, err := tx.Scenario(c.Scenario)
		if err != nil {
			return err
		}
		return r.tellFlags(tx, who, s, was, now)
	})
}

// watch is the commitment with what was told of it and what is so now; without a
// commitment both are empty.
func (r *Room) watch(tx *store.Tx, who plumbline.Actor) (c commitment, was, now string, err error) {
	c, ok, err := r.commitment(tx)
	if err != nil || !ok {
		return c, "", "", err
	}
	if was, err = tx.Flagged(c.ID); err != nil {
		return c, "", "", err
	}
	s, err := r.look(tx, who, c.ids())
	if err != nil {
		return c, "", "", err
	}
	v, err := r.flagged(tx, &s, c)
	if err != nil {
		return c, "", "", err
	}
	var lines []string
	for _, f := range v.Flags {
		if f.Item != nil {
			lines = append(lines, "item "+string(f.Item.id)+" "+f.Period)
		} else {
			lines = append(lines, "team "+f.Team+" "+f.Period)
		}
	}
	slices.Sort(lines)
	return c, was, strings.Join(lines, "\n"), nil
}

// tellFlags tells what is new: that more of a plan does not hold, or that all of it
// does again. That less of it fails is no news.
func (r *Room) tellFlags(tx *store.Tx, who plumbline.Actor, s plumbline.Scenario, was, now string) error {
	if now == "" {
		return r.note(tx, who, "plan holds again", s, nil)
	}
	before, all := strings.Split(was, "\n"), strings.Split(now, "\n")
	if !slices.ContainsFunc(all, func(line string) bool { return !slices.Contains(before, line) }) {
		return nil
	}
	return r.note(tx, who, "plan flagged", s, map[string]any{"many": len(all)})
}
