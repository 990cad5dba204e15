package standing

import (
	"encoding/json"

	"plumbline"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// said is what events about a constraint say. It holds no amounts.
type said struct {
	Constraint plumbline.ConstraintID `json:"constraint,omitempty"`
	Text       string                 `json:"text,omitempty"` // its name
	Scope      string                 `json:"scope,omitempty"`
	Owner      plumbline.PersonID     `json:"owner,omitempty"`
	Approver   plumbline.PersonID     `json:"approver,omitempty"`
	From       plumbline.Status       `json:"from,omitempty"`
	To         plumbline.Status       `json:"to,omitempty"`
	Kind       string                 `json:"kind,omitempty"`   // the policy
	Detail     string                 `json:"detail,omitempty"` // its name
	Why        string                 `json:"why,omitempty"`
}

// about begins what is said of a constraint.
func about(k plumbline.Constraint) said {
	name := k.Name
	if name == "" {
		name = string(k.ID)
	}
	return said{Constraint: k.ID, Text: name, Scope: k.Scope.String(), Owner: k.Owner, Approver: k.Approver}
}

// note appends an event about a constraint, which everybody may read.
func (r *Room) note(tx *store.Tx, who plumbline.Actor, typ string, d said) error {
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	cause := "user"
	if who.System {
		cause = "time"
	}
	return tx.Append(plumbline.Event{
		At: r.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: cause, Seen: plumbline.Public, Data: raw,
	})
}

// tellChange writes the events of one change.
func (r *Room) tellChange(tx *store.Tx, who plumbline.Actor, w *watched, book *limit.Book, c store.StandingChange, s *limit.Standing) error {
	d := about(w.row.Constraint)
	d.Why = s.Plainly()
	if c.Was != c.Status {
		d.From, d.To = c.Was, c.Status
		if err := r.note(tx, who, "standing changed", d); err != nil {
			return err
		}
		d.From, d.To = "", ""
	}
	for _, p := range c.Fired {
		d.Kind, d.Detail = p, policyName(book, p)
		if err := r.note(tx, who, "consequence began", d); err != nil {
			return err
		}
	}
	for _, p := range c.Lifted {
		d.Kind, d.Detail = p, policyName(book, p)
		if err := r.note(tx, who, "consequence ended", d); err != nil {
			return err
		}
	}
	return nil
}

func policyName(book *limit.Book, id string) string {
	for i := range book.Policies {
		if p := &book.Policies[i]; p.ID == id && p.Name != "" {
			return p.Name
		}
	}
	return id
}
