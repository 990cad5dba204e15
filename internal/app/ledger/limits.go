package ledger

import (
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Full is a state that a hard limit lets nothing more into.
type Full struct {
	plumbline.ColumnLimit
	In      int
	MayPass bool // the reader, by giving a reason
}

// Text says what is full, what one may do, and who may do more.
func (f Full) Text() string {
	out := fmt.Sprintf("The column %s is full: it holds %d and its hard limit is %d. ", f.State.Name(), f.In, f.Most)
	if f.MayPass {
		return out + "Move something out of it first, or say why this one goes in all the same."
	}
	return out + "Move something out of it first, or ask a product manager or an administrator: they may change the limit, or move this one all the same."
}

// Room asks whether a state has room for one item more. Who may pass a limit does
// so with a reason, which is kept. What a tracker says is not asked about: it has
// happened.
func (a *Ledger) Room(tx *store.Tx, who plumbline.Actor, it plumbline.Item, to plumbline.State, despite string) error {
	if it.State == to {
		return nil
	}
	f, limited, err := tx.HoldFilling(it.Process, to)
	if err != nil || !limited || f.In < f.Most {
		return err
	}
	full := Full{f.ColumnLimit, f.In, rights.May(who, rights.ManageLimits)}
	switch despite = strings.TrimSpace(despite); {
	case despite == "":
		return plumbline.FieldError("despite", "%s", full.Text())
	case !full.MayPass:
		return plumbline.Errorf(plumbline.Denied, "%s", full.Text())
	case len(despite) > plumbline.MaxNote:
		return plumbline.FieldError("despite", "The reason has %d bytes; at most %d fit.", len(despite), plumbline.MaxNote)
	}
	return a.NoteFor(tx, who, it, "limit passed", "user", Narrower(it.Visibility, plumbline.InternalOnly),
		map[string]any{"to": to, "points": f.Most, "text": fmt.Sprintf("%d were there, the limit is %d", f.In, f.Most), "why": despite})
}
