package objectives

import (
	"context"
	"encoding/json"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// ObjectivesView is the objectives of a product or a process.
type ObjectivesView struct {
	Ref        plumbline.ProductRef    `json:"ref"`
	Name       string                  `json:"name"`
	Kind       string                  `json:"kind"` // "product" or "process"
	At         plumbline.Time          `json:"at"`
	Objectives []ObjectiveView         `json:"objectives"`
	Sources    []plumbline.SourceState `json:"-"` // for those who may read settings
	Seq        int64                   `json:"-"`
}

// ObjectiveView is an objective with how it stands and what that rests on.
type ObjectiveView struct {
	plumbline.SLO
	Product    plumbline.ProductRef   `json:"bears_on,omitempty"`
	Tied       string                 `json:"tied,omitempty"` // how it came to its product
	Source     plumbline.LinkID       `json:"source,omitempty"`
	File       string                 `json:"file,omitempty"`
	Kept       string                 `json:"file_id,omitempty"`
	Hash       string                 `json:"hash,omitempty"` // of the file; its beginning is in the refs of evidence
	Constraint plumbline.ConstraintID `json:"constraint,omitempty"`
	Until      plumbline.Time         `json:"measured_until"` // null: never
	Missing    bool                   `json:"missing,omitempty"`
	Problem    string                 `json:"problem,omitempty"`
	Status     plumbline.Status       `json:"status,omitempty"`   // empty: it bears on nothing
	Headroom   plumbline.Decimal      `json:"headroom,omitempty"` // share of the budget that is left, rounded; empty: not known
	Reason     string                 `json:"reason,omitempty"`
	Exhausted  plumbline.Time         `json:"exhausted"`         // when the budget is likely to be used up; null: not at this pace
	Follows    []string               `json:"follows,omitempty"` // what follows from it
	Standing   *limit.Standing        `json:"-"`                 // nil: it bears on nothing
	Alarms     []Alarm                `json:"burn"`
	Days       []BurnDay              `json:"days"`
	Queries    []QueryView            `json:"queries,omitempty"`
	Rules      *RulesSay              `json:"rules,omitempty"`
}

// BurnDay is a day of the window: what was counted, and how much of the budget of
// the whole window was left at its end.
type BurnDay struct {
	Start   plumbline.Time `json:"start"`
	Bad     float64        `json:"bad"`
	Total   float64        `json:"total"`
	Covered float64        `json:"covered"` // share of the day that was measured, 0 to 1
	Left    float64        `json:"left"`    // 1 is all, less than 0 is overspent
}

// QueryView is what is asked of the source.
type QueryView struct {
	What  string `json:"what"`
	Query string `json:"query"`
}

// Objectives are those of a product or a process. The number of statements does not
// depend on how many there are.
func (r *Room) Objectives(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef) (out ObjectivesView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		p, err := tx.Product(ref)
		if err != nil {
			return err
		}
		rows, err := tx.SLOsOfProduct(ref)
		if err != nil {
			return err
		}
		out = ObjectivesView{Ref: ref, Name: p.Name, Kind: p.Kind, At: r.now(), Objectives: make([]ObjectiveView, 0, len(rows))}
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		if out.Sources, err = tx.FigureSources(); err != nil {
			return err
		}
		known, err := r.known(tx, ref, rows)
		if err != nil {
			return err
		}
		for _, s := range rows {
			v, err := r.view(s, known)
			if err != nil {
				return err
			}
			out.Objectives = append(out.Objectives, v)
		}
		return nil
	})
	return out, err
}

// known is what several objectives are shown from.
type known struct {
	fine, hours, days map[int64][]store.SLOSum
	stood             map[plumbline.ConstraintID]store.StandingRow
}

func (r *Room) known(tx *store.Tx, ref plumbline.ProductRef, rows []store.SLORow) (k known, err error) {
	now := r.now()
	if k.fine, err = tx.SLOSumsOfProduct(ref, r.grain(), now.Add(-fineFor)); err != nil {
		return k, err
	}
	if k.hours, err = tx.SLOSumsOfProduct(ref, store.GrainHour, now.Add(-4*day)); err != nil {
		return k, err
	}
	longest := now
	ids := make([]plumbline.ConstraintID, 0, len(rows))
	for _, s := range rows {
		longest = min(longest, beginOf(s.Window, now))
		if s.Limit != "" {
			ids = append(ids, s.Limit)
		}
	}
	if k.days, err = tx.SLOSumsOfProduct(ref, store.GrainDay, longest); err != nil {
		return k, err
	}
	k.stood, err = tx.StandingsOf(ids)
	return k, err
}

func (r *Room) view(s store.SLORow, k known) (ObjectiveView, error) {
	v := ObjectiveView{SLO: s.SLO, Product: s.Product, Tied: s.Tied, Source: s.Source, File: s.File, Kept: s.Kept, Hash: s.Hash, Constraint: s.Limit, Until: s.ReadUntil,
		Missing: s.Missing, Problem: s.Problem}
	if row, ok := k.stood[s.Limit]; ok {
		v.Standing = &limit.Standing{}
		if err := json.Unmarshal([]byte(row.Body), v.Standing); err != nil {
			return v, err
		}
		v.stands()
	}
	c := counts{fine: k.fine[s.N], hours: k.hours[s.N], days: k.days[s.N]}
	at := s.ReadUntil
	if at != 0 {
		v.Alarms = c.alarms(s.Target, periodOf(s.Window), at)
		v.Days = burnDown(s.SLO, c.days, at)
	}
	parts, _ := queries(s.SLO, r.step)
	for _, p := range parts {
		v.Queries = append(v.Queries, QueryView{What: p.name, Query: p.query})
	}
	if readsRules(s) {
		v.Queries = append(v.Queries, QueryView{What: partShare, Query: ruleName + ruleLabels(s)})
	}
	if s.Said != "" {
		v.Rules = &RulesSay{}
		if err := json.Unmarshal([]byte(s.Said), v.Rules); err != nil {
			return v, err
		}
	}
	return v, nil
}

// stands copies what the standing says to where programs read it.
func (v *ObjectiveView) stands() {
	s := v.Standing
	v.Status, v.Reason, v.Exhausted = s.Status, s.Reason, s.Breach
	if h := s.Headroom.Decimal().Rat(); h != nil {
		f, _ := h.Float64()
		v.Headroom = plumbline.DecimalOf(f)
	}
	for _, e := range s.Effects {
		v.Follows = append(v.Follows, e.What)
	}
}

// burnDown is the budget of the window as it was left at the end of each day. What
// the days of the window counted together is what there was to fail.
func burnDown(s plumbline.SLO, days []store.SLOSum, at plumbline.Time) []BurnDay {
	from := beginOf(s.Window, at)
	allowed := failing(s.Target) * sum(days, from, at).Total
	var out []BurnDay
	bad := 0.0
	for _, d := range days {
		if d.Start < from || d.Start >= at || allowed <= 0 {
			continue
		}
		bad += d.Bad
		length := min(day, at.Sub(d.Start))
		out = append(out, BurnDay{Start: d.Start, Bad: d.Bad, Total: d.Total, Covered: min(1, float64(d.Covered)/length.Seconds()), Left: 1 - bad/allowed})
	}
	return out
}

// Objective is one objective by its id.
func (r *Room) Objective(ctx context.Context, who plumbline.Actor, id string) (out ObjectiveView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		s, err := tx.SLO(id)
		if err != nil {
			return err
		}
		k := known{fine: map[int64][]store.SLOSum{}, hours: map[int64][]store.SLOSum{}, days: map[int64][]store.SLOSum{}}
		now := r.now()
		for grain, into := range map[int64]map[int64][]store.SLOSum{r.grain(): k.fine, store.GrainHour: k.hours, store.GrainDay: k.days} {
			from := map[int64]plumbline.Time{store.GrainHour: now.Add(-4 * day), store.GrainDay: beginOf(s.Window, now)}[grain]
			if grain == r.grain() {
				from = now.Add(-fineFor)
			}
			if into[s.N], err = tx.SLOSums(s.N, grain, from, now); err != nil {
				return err
			}
		}
		if k.stood, err = tx.StandingsOf([]plumbline.ConstraintID{s.Limit}); err != nil {
			return err
		}
		out, err = r.view(s, k)
		return err
	})
	return out, err
}

// ObjectiveLine is an objective in a list.
type ObjectiveLine struct {
	ID         string                 `json:"id"`
	Title      string                 `json:"title"`
	Product    plumbline.ProductRef   `json:"bears_on,omitempty"`
	Target     plumbline.Decimal      `json:"target"`
	Window     plumbline.Window       `json:"window"`
	Format     string                 `json:"format"`
	Constraint plumbline.ConstraintID `json:"constraint,omitempty"`
	Status     plumbline.Status       `json:"status,omitempty"` // empty: it bears on nothing
	Until      plumbline.Time         `json:"measured_until"`
	Missing    bool                   `json:"missing,omitempty"`
	Problem    string                 `json:"problem,omitempty"`
}

// AllObjectives are the objectives by id, after the one given, a page of them.
func (r *Room) AllObjectives(ctx context.Context, who plumbline.Actor, after string) (out []ObjectiveLine, next string, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, "", err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.SLOs(after, plumbline.PageSize+1)
		if err != nil {
			return err
		}
		if len(rows) > plumbline.PageSize {
			rows = rows[:plumbline.PageSize]
			next = rows[len(rows)-1].ID
		}
		ids := make([]plumbline.ConstraintID, len(rows))
		for i, s := range rows {
			ids[i] = s.Limit
		}
		stood, err := tx.StandingsOf(ids)
		out = make([]ObjectiveLine, len(rows))
		for i, s := range rows {
			out[i] = ObjectiveLine{ID: s.ID, Title: s.Title, Product: s.Product, Target: s.Target, Window: s.Window, Format: s.Format, Constraint: s.Limit,
				Status: stood[s.Limit].Status, Until: s.ReadUntil, Missing: s.Missing, Problem: s.Problem}
		}
		return err
	})
	return out, next, err
}
