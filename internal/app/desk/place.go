package desk

import (
	"context"
	"slices"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/estate"
	"plumbline/internal/app/foretold"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rights"
	"plumbline/internal/clock"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// placeShown is how many lines each part of a product's or a team's page has.
const placeShown = 8

// LaneCount is what is open in one lane, by state in the lane's order.
type LaneCount struct {
	ID     string             `json:"id"`
	Name   string             `json:"name"`
	Items  int                `json:"items"`
	Oldest plumbline.Time     `json:"oldest,omitempty"` // when the one that stands longest came to where it is
	States []store.StateCount `json:"states"`
}

// PlaceView is what a product's and a team's page have in common.
type PlaceView struct {
	Lanes     []LaneCount             `json:"lanes"`
	Open      int                     `json:"open"`
	Demands   int                     `json:"demands"`
	Clocks    []TodayLine             `json:"clocks"`
	Decisions []reading.DecisionEntry `json:"decisions"`
	Recent    []plumbline.Row         `json:"recent"`
	Seq       int64                   `json:"-"`
}

// ProductView is a product with its owner and what there is of it.
type ProductView struct {
	plumbline.Product
	OwnerName string             `json:"owner_name,omitempty"`
	Catalog   estate.CatalogView `json:"catalog"`
	PlaceView
}

// TeamView is a team with its products and its work.
type TeamView struct {
	plumbline.Team
	Foretold []foretold.ToldForecast `json:"forecasts,omitempty"` // what it finishes in the next weeks, for those who read internal notes
	Products []plumbline.Product     `json:"products"`
	InWork   int                     `json:"in_work"` // open and not waiting, in the engineers' lanes
	PlaceView
}

// Counted is the name of a product or a team with its open items.
type Counted struct {
	Products []plumbline.Product
	Teams    []plumbline.Team
	Open     map[string]int // by ref
	Seq      int64
}

// CountedProducts lists the products with how much of each is open.
func (a *Clerk) CountedProducts(ctx context.Context, who plumbline.Actor) (Counted, error) {
	return a.counted(ctx, who, true)
}

// CountedTeams lists the teams with how much each has open.
func (a *Clerk) CountedTeams(ctx context.Context, who plumbline.Actor) (Counted, error) {
	return a.counted(ctx, who, false)
}

func (a *Clerk) counted(ctx context.Context, who plumbline.Actor, products bool) (out Counted, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		if out.Teams, err = tx.Teams(); err != nil {
			return err
		}
		if products {
			if out.Products, err = tx.Products(); err != nil {
				return err
			}
		}
		out.Open, err = tx.OpenCounts(who, products)
		return err
	})
	return out, err
}

// Product is everything about one product.
func (a *Clerk) Product(ctx context.Context, who plumbline.Actor, ref plumbline.ProductRef) (out ProductView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		if out.Product, err = tx.Product(ref); err != nil {
			return absent(err, "There is no product %q. All of them are listed under Products.", ref)
		}
		names, err := ledger.TeamNames(tx)
		if err != nil {
			return err
		}
		out.OwnerName = names[out.Owner]
		if out.Catalog, err = a.estate.Of(tx, who, out.Product); err != nil {
			return err
		}
		out.PlaceView, err = a.place(tx, who, store.Place{Product: ref}, plumbline.Filter{Product: ref, Limit: placeShown})
		return err
	})
	return out, err
}

// Team is everything about one team.
func (a *Clerk) Team(ctx context.Context, who plumbline.Actor, ref plumbline.TeamRef) (out TeamView, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	out.Products = []plumbline.Product{}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		if out.Team, err = tx.Team(ref); err != nil {
			return absent(err, "There is no team %q. All of them are listed under Teams.", ref)
		}
		products, err := tx.Products()
		if err != nil {
			return err
		}
		for _, p := range products {
			if p.Owner == ref {
				out.Products = append(out.Products, p)
			}
		}
		out.PlaceView, err = a.place(tx, who, store.Place{Team: ref}, plumbline.Filter{Team: ref, Limit: placeShown})
		out.InWork = a.inWork(out.Lanes)
		if err == nil && rights.May(who, rights.ReadInternal) {
			out.Foretold, err = foretold.OfTeam(tx, ref, a.now())
		}
		return err
	})
	return out, err
}

// absent says which thing is not there.
func absent(err error, text string, ref any) error {
	if plumbline.KindOf(err) != plumbline.NotFound {
		return err
	}
	return plumbline.Errorf(plumbline.NotFound, text, ref)
}

// inWork counts what stands in open states of the lanes that work is handed to.
func (a *Clerk) inWork(lanes []LaneCount) (n int) {
	for _, def := range a.book.All() {
		for _, l := range lanes {
			for _, s := range l.States {
				sd, ok := def.State(s.State)
				if ok && def.HandOff.To != "" && s.State.Lane() == def.HandOff.To.Lane() && s.State != def.HandOff.To && sd.Kind == flow.Open {
					n += s.Items
				}
			}
		}
	}
	return n
}

func (a *Clerk) place(tx *store.Tx, who plumbline.Actor, p store.Place, f plumbline.Filter) (out PlaceView, err error) {
	counts, err := tx.StateCounts(who, p)
	if err != nil {
		return out, err
	}
	out.Lanes = a.laneCounts(counts)
	for _, c := range counts {
		out.Open += c.Items
		out.Demands += c.Demands
	}
	clocks, err := tx.AgendaOfPlace(who, p, agenda.OnClock, placeShown)
	if err != nil {
		return out, err
	}
	out.Clocks, out.Decisions = []TodayLine{}, []reading.DecisionEntry{}
	for _, r := range clocks {
		out.Clocks = append(out.Clocks, a.line(r))
	}
	decided, err := tx.DecisionsOfPlace(who, p, placeShown)
	if err != nil {
		return out, err
	}
	for _, d := range decided {
		out.Decisions = append(out.Decisions, reading.DecisionEntry{Decision: reading.Readable(who, d.Decision), Key: d.Key, Title: d.Title, State: d.State, Team: d.TeamName})
	}
	rows, err := tx.List(who, f)
	if err != nil {
		return out, err
	}
	out.Recent = rows.Rows
	out.Seq, err = tx.LastSeq()
	return out, err
}

// laneCounts sorts counts as the processes have their lanes and states; what no
// process has any more comes last.
func (a *Clerk) laneCounts(counts []store.StateCount) []LaneCount {
	out := []LaneCount{}
	left := slices.Clone(counts)
	for _, def := range a.book.All() {
		for _, l := range def.Lanes {
			lane := LaneCount{ID: l.ID, Name: laneOf(def, l), States: []store.StateCount{}}
			for _, s := range l.States {
				if i := slices.IndexFunc(left, func(c store.StateCount) bool { return c.State == s.State }); i >= 0 {
					lane.add(left[i])
					left = slices.Delete(left, i, i+1)
				}
			}
			if lane.Items > 0 {
				out = append(out, lane)
			}
		}
	}
	for _, c := range left {
		lane := LaneCount{ID: c.State.Lane(), Name: c.State.Lane()}
		lane.add(c)
		out = append(out, lane)
	}
	return out
}

// laneOf is a lane's name beside those of other processes.
func laneOf(def *flow.Definition, l flow.Lane) string {
	if l.Name == def.Name {
		return def.Name
	}
	return def.Name + ": " + l.Name
}

func (l *LaneCount) add(c store.StateCount) {
	l.States = append(l.States, c)
	l.Items += c.Items
	if l.Oldest == 0 || c.Oldest < l.Oldest {
		l.Oldest = c.Oldest
	}
}

// RuleView is a condition of a process in words.
type RuleView struct {
	Text string `json:"text"`         // what is asked when it does not hold
	On   string `json:"on,omitempty"` // "forward", "back", "drop"; "": every move
}

// StateRules is a state with what the process says of it.
type StateRules struct {
	reading.StateView
	Label  string            `json:"label,omitempty"` // in the tracker
	DRI    string            `json:"dri,omitempty"`   // who is responsible
	Next   []plumbline.State `json:"next,omitempty"`
	Back   bool              `json:"back,omitempty"`
	Any    bool              `json:"any,omitempty"`
	Enter  []RuleView        `json:"enter,omitempty"`
	Leave  []RuleView        `json:"leave,omitempty"`
	Open   int               `json:"open"` // items there
	Oldest plumbline.Time    `json:"oldest,omitempty"`
}

// LaneRules is a lane with its states.
type LaneRules struct {
	ID     string           `json:"id"`
	Name   string           `json:"name"`
	Roles  []plumbline.Role `json:"roles,omitempty"` // who moves in it; none: everybody who may move
	States []StateRules     `json:"states"`
}

// Policy is a promise of time, as a process makes it.
type Policy = clock.Policy

// ProcessRules is a process as it is written down, in words, with how many items
// are where.
type ProcessRules struct {
	reading.ProcessView
	Source string                  `json:"source,omitempty"`
	Rules  []RuleView              `json:"rules,omitempty"`
	Clocks []Policy                `json:"clocks,omitempty"`
	Needs  []RuleView              `json:"hand_off_needs,omitempty"`
	Tracks []LaneRules             `json:"tracks"`
	Limits []plumbline.ColumnLimit `json:"limits,omitempty"`
	Seq    int64                   `json:"-"`
}

// ProcessByID is one process with its rules and how many items are where.
func (a *Clerk) ProcessByID(ctx context.Context, who plumbline.Actor, id plumbline.ProcessID) (out ProcessRules, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	def, ok := a.book.Get(id)
	if !ok {
		return out, plumbline.Errorf(plumbline.NotFound, "There is no process %q.", id)
	}
	out = ProcessRules{ProcessView: reading.ViewProcess(def), Source: def.Source, Rules: ruleViews(def.Rules), Needs: ruleViews(def.HandOff.Needs)}
	counts := map[plumbline.State]store.StateCount{}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		reign, err := a.Shelf.Reign(tx)
		if err != nil {
			return err
		}
		out.Clocks = agenda.ClocksOf(reign.At(a.now()), def)
		list, err := tx.StateCounts(who, store.Place{Process: id})
		for _, c := range list {
			counts[c.State] = c
		}
		if err != nil {
			return err
		}
		if out.Limits, err = tx.ColumnLimits(id); err != nil {
			return err
		}
		out.Seq, err = tx.LastSeq()
		return err
	})
	for _, l := range def.Lanes {
		lane := LaneRules{ID: l.ID, Name: l.Name, Roles: l.Roles}
		for _, s := range l.States {
			lane.States = append(lane.States, StateRules{
				StateView: reading.StateView{State: s.State, Name: s.State.Name(), Help: s.Help, Kind: s.Kind}, Label: s.Label, DRI: s.DRI, Next: s.Next,
				Back: s.Back, Any: s.Any, Enter: ruleViews(s.Enter), Leave: ruleViews(s.Leave), Open: counts[s.State].Items, Oldest: counts[s.State].Oldest,
			})
		}
		out.Tracks = append(out.Tracks, lane)
	}
	return out, err
}

func ruleViews(guards []flow.Guard) []RuleView {
	var out []RuleView
	for _, g := range guards {
		out = append(out, RuleView{Text: g.Else, On: g.On})
	}
	return out
}
