package capacity

import (
	"context"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/crew"
	"plumbline/internal/store"
)

// MaxPeriods is how many periods are shown at most.
const MaxPeriods = 26

// Query says which periods are shown.
type Query struct {
	Unit    plumbline.CalendarUnit   // "": quarters, or that of From
	From    plumbline.CalendarPeriod // the first; none: the one before this one
	Periods int                      // 0: four
}

// CapacityView is what all teams can do, and whose work left its plan.
type CapacityView struct {
	Periods []plumbline.CalendarPeriod `json:"periods"`
	Teams   []TeamCapacityView         `json:"teams"` // those of which something is known
	Others  []TeamName                 `json:"others"`
	Rules   string                     `json:"rules"`             // the version of the rules
	Learned plumbline.Time             `json:"learned,omitempty"` // up to when finished work was measured; 0: none was
	MaySay  bool                       `json:"-"`
	Seq     int64                      `json:"-"`
}

// TeamName is a team of which nothing is known.
type TeamName struct {
	Team plumbline.TeamRef `json:"team"`
	Name string            `json:"name"`
}

// TeamCapacityView is what one team can do, and where its work went.
type TeamCapacityView struct {
	Team    plumbline.TeamRef    `json:"team"`
	Name    string               `json:"name"`
	Nets    []Net                `json:"nets"`   // of each period
	Ledger  []LedgerRow          `json:"ledger"` // of those that have begun
	Drifts  []DriftView          `json:"drifts"`
	Mix     []MixView            `json:"mix"`
	OwnMix  bool                 `json:"own_mix"` // false: the rules' mix
	Focus   FocusView            `json:"focus"`
	Entered []plumbline.Staffing `json:"entered"` // all that was entered, the earliest first
}

// DriftView is a kind of work that stands away from what was planned.
type DriftView struct {
	Share   plumbline.WorkShare `json:"share"`
	Planned float64             `json:"planned"` // share of the work, 0 to 1
	Spent   float64             `json:"spent"`
	Since   plumbline.Time      `json:"since"`
	Why     string              `json:"why"`
}

// MixView is the planned share of one kind of work, 0 to 1.
type MixView struct {
	Share plumbline.WorkShare `json:"share"`
	Part  float64             `json:"part"`
}

// FocusView is the focus that was entered beside what was measured: the share of
// people's time that went into items that were finished.
type FocusView struct {
	Entered  float64 `json:"entered"`  // of the newest entry; 0: none
	Measured float64 `json:"measured"` // 0: not enough data
	Weeks    int     `json:"weeks"`    // that were measured and entered for
	Least    int     `json:"least"`    // that have to be
}

// Capacity is what all teams can do.
func (r *Room) Capacity(ctx context.Context, who plumbline.Actor, q Query) (out CapacityView, err error) {
	err = r.look(ctx, who, &q, func(tx *store.Tx, f facts, periods []plumbline.CalendarPeriod) error {
		out = CapacityView{Periods: periods, Teams: []TeamCapacityView{}, Others: []TeamName{}, Rules: f.book.Version, MaySay: rights.May(who, rights.SayCapacity)}
		for _, t := range f.teams {
			if !f.tells(t.Ref) {
				out.Others = append(out.Others, TeamName{t.Ref, t.Name})
				continue
			}
			v, err := f.view(t, periods)
			if err != nil {
				return err
			}
			out.Teams = append(out.Teams, v)
		}
		if len(f.rows) > 0 {
			out.Learned = f.past.until
		}
		out.Seq, err = tx.LastSeq()
		return err
	})
	return out, err
}

// TeamCapacity is what one team can do, whatever is known of it.
func (r *Room) TeamCapacity(ctx context.Context, who plumbline.Actor, team plumbline.TeamRef, q Query) (out CapacityView, err error) {
	err = r.look(ctx, who, &q, func(tx *store.Tx, f facts, periods []plumbline.CalendarPeriod) error {
		t, err := tx.Team(team)
		if err != nil {
			return err
		}
		v, err := f.view(t, periods)
		if err != nil {
			return err
		}
		out = CapacityView{Periods: periods, Teams: []TeamCapacityView{v}, Others: []TeamName{}, Rules: f.book.Version, MaySay: rights.May(who, rights.SayCapacity)}
		if f.past.teams[team] != nil {
			out.Learned = f.past.until
		}
		out.Seq, err = tx.LastSeq()
		return err
	})
	return out, err
}

func (r *Room) look(ctx context.Context, who plumbline.Actor, q *Query, show func(*store.Tx, facts, []plumbline.CalendarPeriod) error) error {
	if err := rights.Need(who, rights.ReadCapacity); err != nil {
		return err
	}
	periods, err := q.periods(r.now())
	if err != nil {
		return err
	}
	return r.db.Read(ctx, func(tx *store.Tx) error {
		f, err := r.facts(tx, who)
		if err != nil {
			return err
		}
		if f.drifting, err = tx.DriftRows(); err != nil {
			return err
		}
		return show(tx, f, periods)
	})
}

func (q *Query) periods(now plumbline.Time) ([]plumbline.CalendarPeriod, error) {
	var bad plumbline.Problems
	switch q.Unit {
	case "":
		q.Unit = plumbline.InQuarters
		if q.From.Unit != "" {
			q.Unit = q.From.Unit
		}
	case plumbline.InWeeks, plumbline.InMonths, plumbline.InQuarters:
	default:
		bad.Add("by", "Periods are a week, a month or a quarter, not %q.", string(q.Unit))
	}
	if q.From.Unit == "" {
		q.From = plumbline.CalendarPeriodOf(q.Unit, now).Add(-1)
	} else if q.From.Unit != q.Unit {
		q.From = plumbline.CalendarPeriodOf(q.Unit, q.From.From())
	}
	if q.Periods == 0 {
		q.Periods = 4
	}
	if q.Periods < 1 || q.Periods > MaxPeriods {
		bad.Add("periods", "Ask for 1 to %d periods, not %d.", MaxPeriods, q.Periods)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return plumbline.CalendarPeriods(q.From, q.Periods), nil
}

func (f facts) view(t plumbline.Team, periods []plumbline.CalendarPeriod) (TeamCapacityView, error) {
	mix, own := f.mix(t.Ref)
	v := TeamCapacityView{Team: t.Ref, Name: t.Name, Nets: []Net{}, Ledger: f.ledger(t.Ref, periods), Drifts: []DriftView{}, Mix: []MixView{}, OwnMix: own, Entered: f.said[t.Ref]}
	for _, p := range periods {
		since := f.now
		if p.To() <= since {
			since = p.From() // it is over, and shown as it was
		}
		n, err := f.net(t, p, since)
		if err != nil {
			return v, err
		}
		v.Nets = append(v.Nets, n)
	}
	for _, share := range plumbline.WorkShares {
		for _, d := range f.drifting {
			if d.Team == t.Ref && d.Share == share {
				v.Drifts = append(v.Drifts, DriftView{d.Share, d.Planned, d.Spent, d.Since, d.Why})
			}
		}
		v.Mix = append(v.Mix, MixView{share, mix[share]})
	}
	v.Focus.Least = f.book.Reserve.Least
	if n := len(v.Entered); n > 0 {
		v.Focus.Entered = v.Entered[n-1].Focus
	} else {
		v.Entered = []plumbline.Staffing{}
	}
	focus, weeks, ok := f.measuredFocus(t.Ref)
	if v.Focus.Weeks = weeks; ok {
		v.Focus.Measured = focus
	}
	return v, nil
}

// Mix is what part of the work goes into each of the four kinds, as the rules have it.
type Mix = crew.Mix
