package planning

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/plan"
	"plumbline/internal/store"
)

// tellEvery is how often, while a scenario is planned, whoever waits is told how far it
// is, and the events are asked whether somebody on another server wants it to stop.
const tellEvery = 250 * time.Millisecond

// planningStopped is the event by which somebody asks for the best plan found so
// far. Every server that plans the scenario reads it.
const planningStopped = "planning stopped"

// PlanProgress is how far the planning of a scenario is. Value and Bound are in the
// unit of its model; they are withheld from readers who may not read what items are
// worth. It is known to the server that plans alone; others show what came of it.
type PlanProgress struct {
	Scenario string   `json:"scenario"`
	ByName   string   `json:"by_name"`
	Value    float64  `json:"value,omitempty"` // of the best plan found so far
	Bound    float64  `json:"bound,omitempty"` // no plan is worth more
	Gap      *float64 `json:"gap,omitempty"`   // between them, as a part of the bound; nil: there is no plan yet
	Seconds  float64  `json:"seconds"`         // since it began
	Limit    float64  `json:"limit"`           // after so many seconds the best plan found is taken
	Sentence string   `json:"sentence"`
}

// Tell is told now and then how far the planning is. It says whether to go on; if
// not, the best plan found so far is taken.
type Tell func(PlanProgress) (goOn bool)

// runs are the scenarios that this server is planning now, the newest run of each.
type runs struct {
	mu sync.Mutex
	of map[string]*run
}

func (r *runs) begin(u *run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of[u.made.scenario.ID] = u
}

func (r *runs) end(u *run) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of[u.made.scenario.ID] == u {
		delete(r.of, u.made.scenario.ID)
	}
}

// get is the run of a scenario, nil if there is none.
func (r *runs) get(scenario string) *run {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of[scenario]
}

// run is a scenario being planned. Its seconds measure work, so they are those of
// the machine and not of the clock that dates things.
type run struct {
	made  *made
	who   plumbline.Actor
	begun time.Time
	ask   func(after int64) (stop bool, last int64) // what other servers were asked
	tell  Tell

	seq int64 // the newest event that was read; who tells alone uses it

	mu      sync.Mutex
	at      plan.Progress
	beside  bool // the plan stands: what is worked out now is about others
	over    bool
	told    time.Time
	telling bool
}

// progress takes what the planner says of itself.
func (u *run) progress(p plan.Progress) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.beside {
		u.at = p
	}
}

// stand says that the plan itself is found.
func (u *run) stand() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.beside = true
}

// stop asks for what there is.
func (u *run) stop() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.over = true
}

// done says whether to stop with what there is. The planner asks it often. Whoever is
// told may stop it, so nothing is locked meanwhile.
func (u *run) done() bool {
	p, due := u.due()
	if !due {
		return u.ended()
	}
	goOn := u.tell(p)
	stop, last := u.ask(u.seq)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.seq, u.telling, u.over = last, false, u.over || stop || !goOn
	return u.over
}

// due is how far it is, if that is to be told now. One at a time tells.
func (u *run) due() (p PlanProgress, due bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := time.Now()
	if now.Sub(u.begun).Seconds() >= u.made.scenario.Seconds {
		u.over = true
	}
	if u.over || u.telling || now.Sub(u.told) < tellEvery {
		return p, false
	}
	u.told, u.telling = now, true
	return u.seen(u.who), true
}

func (u *run) ended() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.over
}

// sight is how far it is, for one reader.
func (u *run) sight(who plumbline.Actor) *PlanProgress {
	u.mu.Lock()
	defer u.mu.Unlock()
	p := u.seen(who)
	return &p
}

// seen is sight for who holds the lock.
func (u *run) seen(who plumbline.Actor) PlanProgress {
	s := u.made.scenario
	p := PlanProgress{Scenario: s.ID, ByName: u.who.Name, Seconds: math.Floor(time.Since(u.begun).Seconds()), Limit: s.Seconds}
	if value, bound := u.at.Value, u.at.Bound; u.at.Step != "" && u.at.Step != "prices" && bound > 0 && !math.IsInf(bound, 0) {
		gap := max(bound-value, 0) / bound
		p.Gap = &gap
		if !u.made.private || who.Cleared {
			p.Value, p.Bound = value, bound
		}
	}
	p.Sentence = p.words(u.beside, u.made.unit)
	return p
}

// words says how far it is in a sentence.
func (p *PlanProgress) words(beside bool, unit string) string {
	text := "No plan is found yet"
	if p.Gap != nil {
		text = fmt.Sprintf("The best plan so far is proven to be at most %.1f %% below the best there can be", 100**p.Gap)
	}
	if p.Bound > 0 {
		text += fmt.Sprintf(": worth %.0f of at most %.0f %s", p.Value, p.Bound, unit)
	}
	if beside {
		text += ". What stands beside it is being worked out"
	}
	return fmt.Sprintf("%s; %.0f of %g seconds.", text, p.Seconds, p.Limit)
}

// start begins a run, of which tell is told; nil tells nobody.
func (r *Room) start(ctx context.Context, who plumbline.Actor, m *made, tell Tell) *run {
	if tell == nil {
		tell = func(PlanProgress) bool { return true }
	}
	u := &run{made: m, who: who, begun: time.Now(), seq: m.seq}
	u.tell = func(p PlanProgress) bool { return tell(p) && ctx.Err() == nil }
	u.ask = func(after int64) (bool, int64) { return r.toldToStop(ctx, m.scenario.ID, after) }
	r.running.begin(u)
	return u
}

// toldToStop says whether somebody asked after an event that a scenario's planning
// stop, and which event was the last one read. What cannot be read now is read next time.
func (r *Room) toldToStop(ctx context.Context, scenario string, after int64) (stop bool, last int64) {
	const most = 500
	last = after
	_ = r.db.Read(ctx, func(tx *store.Tx) error {
		news, err := tx.Events(plumbline.SystemActor("worker"), after, most, "")
		for _, e := range news {
			var d struct {
				Scenario string `json:"scenario"`
			}
			stop = stop || e.Type == planningStopped && json.Unmarshal(e.Data, &d) == nil && d.Scenario == scenario
			last = e.Seq
		}
		return err
	})
	return stop, last
}

// StopPlan asks that a scenario that is being planned, on whichever server, take the
// best plan found so far. One that is not being planned stays as it is.
func (r *Room) StopPlan(ctx context.Context, who plumbline.Actor, id string) error {
	if err := rights.Need(who, rights.MakePlans); err != nil {
		return err
	}
	var s plumbline.Scenario
	err := r.db.Write(ctx, func(tx *store.Tx) (err error) {
		if s, err = r.scenario(tx, id); err != nil {
			return err
		}
		return r.note(tx, who, planningStopped, s, nil)
	})
	if err != nil {
		return err
	}
	if u := r.running.get(s.ID); u != nil {
		u.stop()
	}
	return nil
}
