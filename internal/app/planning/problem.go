package planning

import (
	"cmp"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/capacity"
	"plumbline/internal/app/order"
	"plumbline/internal/app/standing"
	"plumbline/internal/chance"
	"plumbline/internal/crew"
	"plumbline/internal/limit"
	"plumbline/internal/plan"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// afterWish is what is left of the value of something that is finished after the
// date by which somebody would like to have it. The figure is Plumbline's own.
const afterWish = 0.5

// task is an item in a problem, with what the problem says of it and why. Weeks are
// engineer-weeks.
type task struct {
	Item    plumbline.ItemID  `json:"item"`
	Team    plumbline.TeamRef `json:"team"`
	Value   float64           `json:"value"` // if it is finished in the first period
	Scored  bool              `json:"scored"`
	Low     float64           `json:"low"` // 5 %, mean and 95 % of the work
	Mean    float64           `json:"mean"`
	High    float64           `json:"high"`
	Need    float64           `json:"need"`              // room for it alone, with the chance asked for
	Covered float64           `json:"covered,omitempty"` // of Mean, what is kept free for such work already
	SizeBy  string            `json:"size_by"`           // the factor that says how much
	Share   string            `json:"share"`             // which of the four kinds of work
	Forced  string            `json:"forced,omitempty"`
	Due     string            `json:"due,omitempty"`   // the last period allowed, by a date that cannot move
	Date    plumbline.Time    `json:"date,omitempty"`  // that date, or the wish
	Hard    bool              `json:"hard,omitempty"`  // the date cannot move
	Shut    string            `json:"shut,omitempty"`  // why a limit stops it for now
	After   []string          `json:"after,omitempty"` // what blocks it, ids
	PinnedI bool              `json:"pinned_in,omitempty"`
	PinnedO bool              `json:"pinned_out,omitempty"`
}

// unready is an item that cannot be planned yet, and why.
type unready struct {
	Item   plumbline.ItemID `json:"item"`
	Why    string           `json:"why"`
	Forced bool             `json:"forced,omitempty"`
}

// made is a problem with what it was made of.
type made struct {
	scenario plumbline.Scenario
	seq      int64
	problem  *plan.Problem
	tasks    []task
	unready  []unready
	nets     []capacity.Net
	model    rank.ModelInfo
	unit     string
	private  bool // what items are worth rests on amounts
}

// maker makes the problem of a scenario out of what is in the store.
type maker struct {
	*made
	world  *order.World
	table  *rank.Table
	pins   map[plumbline.ItemID]plumbline.Pin
	asked  map[plumbline.ItemID]asked
	blocks map[plumbline.ItemID][]plumbline.ItemID
	mends  map[plumbline.ItemID][]plumbline.ConstraintKind
	owners map[plumbline.ProductRef]plumbline.Product
	gates  standing.Passes
	passes map[string]limit.Gate
	has    map[plumbline.TeamRef]bool // its capacity is known
	loads  *crew.Book                 // says what comes by itself
	span   []plumbline.CalendarPeriod
	names  []string
	over   int // how many periods are over; the last one is never counted
}

// make reads what a scenario is planned from, in a number of statements that does
// not depend on how much there is. asks are items that are tried out: one that would
// not be planned by itself is in the problem, and forced out.
func (r *Room) make(tx *store.Tx, who plumbline.Actor, s plumbline.Scenario, asks ...asked) (*made, error) {
	m, err := r.gather(tx, who, s, r.now())
	if err != nil {
		return nil, err
	}
	w, release, err := r.order.World(tx)
	if err != nil {
		return nil, err
	}
	defer release()
	if m.table, err = r.order.Table(w, s.Model, 0); err != nil {
		return nil, err
	}
	if m.model, err = w.Policy(r.now()).Model(m.table.Model); err != nil {
		return nil, err
	}
	m.world, m.seq, m.unit, m.private = w, w.Seq, m.table.Unit, private(m.model)
	for _, a := range asks {
		m.asked[a.item] = a
	}
	for i, f := range w.Facts() {
		if err := m.add(r, i, f); err != nil {
			return nil, err
		}
	}
	if err := m.cover(tx); err != nil {
		return nil, err
	}
	m.rules()
	return m.made, nil
}

// private says whether what a model says rests on amounts.
func private(m rank.ModelInfo) bool {
	return m.Asks || slices.ContainsFunc(m.Factors, func(f rank.FactorInfo) bool { return f.Private })
}

// gather reads what stands beside the order; since is when a plan is made: of the
// period that it lies in, what was left then counts.
func (r *Room) gather(tx *store.Tx, who plumbline.Actor, s plumbline.Scenario, since plumbline.Time) (*maker, error) {
	m := &maker{made: &made{scenario: s}, pins: map[plumbline.ItemID]plumbline.Pin{}, asked: map[plumbline.ItemID]asked{}, passes: map[string]limit.Gate{},
		owners: map[plumbline.ProductRef]plumbline.Product{}, has: map[plumbline.TeamRef]bool{}, span: s.Span()}
	pins, err := tx.Pins([]string{s.ID})
	if err != nil {
		return nil, err
	}
	for _, p := range pins[s.ID] {
		m.pins[p.Item] = p
	}
	if m.blocks, err = tx.BlocksAmong(); err != nil {
		return nil, err
	}
	if m.mends, err = tx.MendedKinds(); err != nil {
		return nil, err
	}
	products, err := tx.Products()
	if err != nil {
		return nil, err
	}
	for _, p := range products {
		m.owners[p.Ref] = p
	}
	if m.gates, err = r.limits.GatesNow(tx); err != nil {
		return nil, err
	}
	var teams []plumbline.TeamRef
	if s.Team != "" {
		teams = append(teams, s.Team)
	}
	o, err := r.crews.OutlookIn(tx, who, since, m.span, teams...)
	if err != nil {
		return nil, err
	}
	m.nets, m.loads = o.Nets, o.Rules
	for m.over < len(m.span)-1 && m.span[m.over].To() <= since {
		m.over++
	}
	return m, m.begin()
}

// begin starts the problem with its periods and teams.
func (m *maker) begin() error {
	s := m.scenario
	m.problem = &plan.Problem{Confidence: s.Confidence, Seed: s.Seed, Exclusive: [][]string{}}
	for _, p := range m.span {
		m.names = append(m.names, p.String())
	}
	m.problem.Periods = m.names
	for _, n := range m.nets {
		if n.Known() && n.Basis != capacity.Over {
			m.has[n.Team] = true
		}
	}
	for _, n := range m.nets {
		if !m.has[n.Team] {
			continue
		}
		last := len(m.problem.Teams) - 1
		if last < 0 || m.problem.Teams[last].ID != string(n.Team) {
			m.problem.Teams, last = append(m.problem.Teams, plan.Team{ID: string(n.Team)}), last+1
		}
		room, err := chance.Known(max(n.Net, 0))
		if err != nil {
			return err
		}
		m.problem.Teams[last].Capacity = append(m.problem.Teams[last].Capacity, room)
	}
	return nil
}

// add puts an open item into the problem, or says why it cannot be planned.
func (m *maker) add(r *Room, subject int, f *order.Fact) error {
	it, e := f.Item, m.table.Entry(subject)
	pin, pinned := m.pins[it.ID]
	ask, tried := m.asked[it.ID]
	forced := e.Force.Group < rank.Scored
	wanted := forced || pinned || ask.in || r.ready(it)
	if !wanted && !tried {
		return nil
	}
	t := task{Item: it.ID, Team: cmp.Or(ask.team, it.Team, m.owners[it.Product].Owner), Share: string(plumbline.ShareOf(it))}
	if m.scenario.Team != "" && t.Team != m.scenario.Team {
		return nil
	}
	if forced {
		t.Forced = e.Force.Why
	}
	work := m.table.Work(subject)
	size := ask.size
	if size.IsUnknown() {
		size = work.Weeks
	}
	if why := m.unplannable(t, size); why != "" {
		m.unready = append(m.unready, unready{it.ID, why, forced || pin.In})
		return nil
	}
	t.Scored, t.Value, t.SizeBy = work.Scored, max(work.Value, 0), work.By
	t.Low, t.Mean, t.High = size.Quantile(0.05), size.Mean(), size.Quantile(0.95)
	t.Need = t.Mean + chance.Probit(m.problem.Confidence)*size.SD()
	for _, b := range m.blocks[it.ID] {
		t.After = append(t.After, string(b))
	}
	t.PinnedI, t.PinnedO = pinned && pin.In || ask.in, pinned && !pin.In && !ask.in
	m.dates(&t, it, e.Force)
	item := plan.Item{ID: string(it.ID), Effort: []plan.Effort{{Team: string(t.Team), Size: size}}, Category: t.Share, Out: t.PinnedO || !wanted, By: t.Due}
	item.Forced = !t.PinnedO && (t.PinnedI || forced || t.Hard && t.Due != "")
	if pinned && pin.In {
		item.By = m.sooner(item.By, pin.By.String())
	}
	item.Values, item.After = m.values(t), t.After
	m.gate(&t, &item, it)
	m.tasks, m.problem.Items = append(m.tasks, t), append(m.problem.Items, item)
	return nil
}

// unplannable says in a sentence what is missing before something can be planned.
func (m *maker) unplannable(t task, size chance.Dist) string {
	switch {
	case t.Team == "":
		return "No team is said to do it."
	case size.IsUnknown():
		return "Nobody has estimated how much work it is."
	case !m.has[t.Team]:
		return "Nobody has said what its team can do in these periods."
	}
	return ""
}

// ready says whether an item is far enough to be planned: the engineers have it, or
// its problem was found to be real. What waits for a later time is not.
func (r *Room) ready(it plumbline.Item) bool {
	if it.Kind == plumbline.Incident {
		return true
	}
	def, ok := r.book.Get(it.Process)
	if !ok || it.State.Lane() != def.Start.Lane() {
		return ok
	}
	switch it.State.Name() {
	case def.Start.Name(), "problem validation", "later":
		return false
	}
	return true
}

// values are what a task is worth if it is finished in each period: the part of the
// horizon that is left then, and less after the date by which it is wished for.
func (m *maker) values(t task) []float64 {
	out, n := make([]float64, len(m.span)), float64(len(m.span))
	for q, p := range m.span {
		out[q] = t.Value * (n - float64(q)) / n
		if !t.Date.IsZero() && !t.Hard && p.To() > t.Date.Add(24*time.Hour) {
			out[q] *= afterWish
		}
	}
	return out
}

// dates reads the date by which an item is wanted, and that of the duty that forces
// it. One that has passed, or lies within the first period that is left, leaves that one.
func (m *maker) dates(t *task, it plumbline.Item, f *rank.Force) {
	if day, ok := it.NeededBy(); ok {
		t.Date = day
		t.Hard = slices.Contains([]string{"contract", "regulation", "eol"}, it.Fields["date_hardness"])
	}
	if f.Forced && !f.Due.IsZero() && (!t.Hard || f.Due < t.Date) {
		t.Date, t.Hard = f.Due, true
	}
	if !t.Hard || t.Date > m.span[len(m.span)-1].To() {
		return
	}
	t.Due = m.names[m.over]
	for q, p := range m.span {
		if q >= m.over && p.To() <= t.Date.Add(24*time.Hour) {
			t.Due = m.names[q]
		}
	}
}

// sooner is the earlier of two names of periods, of which either may be empty or
// none of the plan's.
func (m *maker) sooner(a, b string) string {
	i, j := slices.Index(m.names, a), slices.Index(m.names, b)
	switch {
	case i < 0 && j < 0:
		return ""
	case i < 0 || j >= 0 && j < i:
		return b
	}
	return a
}
