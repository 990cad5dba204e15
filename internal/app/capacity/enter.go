package capacity

import (
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/crew"
	"plumbline/internal/store"
)

// StaffingInput says who is there in a team for a period.
type StaffingInput struct {
	People float64  `json:"people"`          // in whole positions, 0 or more
	Weeks  *float64 `json:"weeks,omitempty"` // that one of them works; left out: the whole period
	Focus  float64  `json:"focus"`           // share of that time for work on items, 0 to 1
	Source string   `json:"source,omitempty"`
}

// PutCapacity says who is there in a team for a period, in place of what was said. It
// may not overlap another period of the team.
func (r *Room) PutCapacity(ctx context.Context, who plumbline.Actor, team plumbline.TeamRef, period plumbline.CalendarPeriod, in StaffingInput) (out plumbline.Staffing, err error) {
	if err := rights.Need(who, rights.SayCapacity); err != nil {
		return out, err
	}
	out = plumbline.Staffing{Team: team, Period: period, People: in.People, Weeks: period.Weeks(), Focus: in.Focus, Source: strings.TrimSpace(in.Source), By: who.Person, ByName: who.Name, At: r.now()}
	if in.Weeks != nil {
		out.Weeks = *in.Weeks
	}
	if err := out.Validate(); err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		e, err := entering(tx)
		if err != nil {
			return err
		}
		if field, why := e.fits(out); why != "" {
			return plumbline.FieldError(field, "%s.", why)
		}
		if err := tx.PutStaffing(out); err != nil {
			return err
		}
		return r.note(tx, who, "capacity entered", map[string]any{"team": team, "text": period.String()})
	})
	return out, err
}

// DropCapacity takes back what was said of a team and a period.
func (r *Room) DropCapacity(ctx context.Context, who plumbline.Actor, team plumbline.TeamRef, period plumbline.CalendarPeriod) error {
	if err := rights.Need(who, rights.SayCapacity); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		there, err := tx.DropStaffing(team, period)
		if err != nil {
			return err
		}
		if !there {
			return plumbline.Errorf(plumbline.NotFound, "Nothing is entered for %s in %s.", team, period)
		}
		return r.note(tx, who, "capacity taken back", map[string]any{"team": team, "text": period.String()})
	})
}

// PutCapacityMix says how a team means to divide its work, instead of the rules' mix;
// an empty mix goes back to that.
func (r *Room) PutCapacityMix(ctx context.Context, who plumbline.Actor, team plumbline.TeamRef, mix crew.Mix) error {
	if err := rights.Need(who, rights.SayCapacity); err != nil {
		return err
	}
	if len(mix) > 0 {
		if err := mix.Validate(); err != nil {
			return err
		}
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Team(team); err != nil {
			return err
		}
		var parts []store.MixPart
		for _, share := range plumbline.WorkShares {
			if len(mix) > 0 {
				parts = append(parts, store.MixPart{Team: team, Share: share, Part: mix[share], ByName: who.Name, At: r.now()})
			}
		}
		if err := tx.PutMix(team, parts); err != nil {
			return err
		}
		return r.note(tx, who, "mix planned", map[string]any{"team": team})
	})
}

// StaffIn takes in several entries at once, for other rooms that know them to be valid
// and not to overlap.
func (r *Room) StaffIn(tx *store.Tx, who plumbline.Actor, all []plumbline.Staffing) error {
	for _, s := range all {
		if err := tx.PutStaffing(s); err != nil {
			return err
		}
	}
	return r.note(tx, who, "capacity entered", map[string]any{"text": "the demo", "new": len(all)})
}

// entries are the teams and what was said of them, while more is said.
type entries struct {
	teams map[plumbline.TeamRef]bool
	said  map[plumbline.TeamRef][]plumbline.Staffing
}

func entering(tx *store.Tx) (*entries, error) {
	e := &entries{map[plumbline.TeamRef]bool{}, map[plumbline.TeamRef][]plumbline.Staffing{}}
	teams, err := tx.Teams()
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		e.teams[t.Ref] = true
	}
	said, err := tx.Staffings("")
	for _, s := range said {
		e.said[s.Team] = append(e.said[s.Team], s)
	}
	return e, err
}

// fits says which field stands in the way of an entry, and why; "": none.
func (e *entries) fits(s plumbline.Staffing) (field, why string) {
	if !e.teams[s.Team] {
		return "team", "There is no team " + string(s.Team) + ": add it in the settings first"
	}
	i := slices.IndexFunc(e.said[s.Team], func(have plumbline.Staffing) bool { return have.Period != s.Period && have.Period.Overlaps(s.Period) })
	if i >= 0 {
		have := e.said[s.Team][i].Period.String()
		return "period", s.Period.String() + " overlaps " + have + ", which is entered for " + string(s.Team) + " already: change that, or take it back first"
	}
	return "", ""
}

// put takes an entry in, and says what that changes.
func (e *entries) put(s plumbline.Staffing) plumbline.RowOutcome {
	i := slices.IndexFunc(e.said[s.Team], func(have plumbline.Staffing) bool { return have.Period == s.Period })
	if i < 0 {
		e.said[s.Team] = append(e.said[s.Team], s)
		return plumbline.RowNew
	}
	have := e.said[s.Team][i]
	if have.People == s.People && have.Weeks == s.Weeks && have.Focus == s.Focus && have.Source == s.Source && have.Invented == s.Invented {
		return plumbline.RowSame
	}
	e.said[s.Team][i] = s
	return plumbline.RowChanged
}
