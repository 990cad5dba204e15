package worker

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"math/rand/v2"
	"sync"
	"time"

	"plumbline"
	"plumbline/internal/app"
)

const (
	maxSights = 2000                   // issues of which a peer remembers the history
	burst     = 300 * time.Millisecond // at least between two looks at one issue
)

// peer is what this server remembers of one tracker between jobs. What other
// servers must know too is in the stored [plumbline.LinkState].
type peer struct {
	Adapter
	id        plumbline.LinkID
	resolving chan struct{} // a token while the container is resolved

	mu       sync.Mutex
	state    plumbline.LinkState // as last read, or as this server changed it
	known    bool                // the state was read once
	path     string              // of the container, once resolved
	resolved bool                // since this server started, or since it was resumed
	last     plumbline.Time      // when it was resolved last
	forgive  bool                // the next look lifts a read-only that a refused write caused
	busy     bool                // its list is being read
	rest     plumbline.Time      // rate limited until
	limits   int                 // answers in a row that we were rate limited without being told until when
	fails    int                 // reads or writes of issues in a row that got no answer
	down     plumbline.Time      // not to be tried before this, since it did not answer
	trouble  [2]string           // why it counts as degraded just now, by what fails; empty: it answers
	answered plumbline.Time      // when a read of the container last went well
	resolve  plumbline.Time      // not to be resolved again before this
	poll     plumbline.Time      // not to be polled again before this
	passed   bool                // this server has read its list once since it started
	pollBad  int                 // passes in a row that failed
	fill     plumbline.Time      // whether the first look is complete is not to be asked again before this
	sweepTry plumbline.Time      // not to be swept again before this
	warned   int                 // how near the token's end was when last logged
	mark     string              // why this server knows it to be read-only, see readOnlyMark
	writes   []plumbline.Time    // of the last hour, oldest first
	capped   bool                // the write limit was reached and logged
	working  map[string]chan struct{}
	sights   map[string]sight
}

// sight is one issue as this server last handed it in.
type sight struct {
	sum     [sha256.Size]byte
	since   plumbline.Time // when it was first handed in so
	last    plumbline.Time // when it was handed in last
	history []plumbline.LabelChange
	whole   bool // the history was read, and is all there is to this state of the issue
}

func newPeer(id plumbline.LinkID, a Adapter) *peer {
	return &peer{
		Adapter: a, id: id, resolving: make(chan struct{}, 1),
		working: map[string]chan struct{}{}, sights: map[string]sight{},
	}
}

// learn takes over the stored state. A link that was resumed is resolved at
// once.
func (p *peer) learn(st plumbline.LinkState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known && p.state.Paused != "" && st.Paused == "" {
		p.resolved, p.resolve, p.poll, p.fails, p.down, p.trouble = false, 0, 0, 0, 0, [2]string{}
	}
	p.state, p.known = st, true
}

// now returns the state as last read.
func (p *peer) now() plumbline.LinkState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// locked calls f while nobody else touches the peer.
func (p *peer) locked(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// due says when the peer's list wants to be read next; never for one that a
// person paused. The caller holds mu.
func (p *peer) due(every time.Duration) (plumbline.Time, bool) {
	switch {
	case p.busy || !p.known || p.state.Paused != "" && !ours(p.state.Paused):
		return 0, false
	case p.state.Paused != "" || !p.resolved:
		return max(p.resolve, p.rest, p.down), true
	}
	poll := p.poll
	if !p.state.Polled.IsZero() && p.passed {
		poll = max(poll, p.state.Polled.Add(every))
	}
	if p.state.Filled.IsZero() && !p.state.Polled.IsZero() {
		poll = min(poll, p.fill)
	}
	return max(min(poll, p.resolve), p.rest, p.down), true
}

// next is due for those who do not hold mu.
func (p *peer) next(every time.Duration) (plumbline.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.due(every)
}

// start marks the peer as being read when that is due.
func (p *peer) start(now plumbline.Time, every time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	when, ok := p.due(every)
	p.busy = p.busy || ok && when <= now
	return ok && when <= now
}

// fresh says that this server has made no pass yet: the first one after a start
// is made at once, since deliveries may have been missed.
func (p *peer) fresh() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.passed
}

func (p *peer) stop() { p.locked(func() { p.busy = false }) }

// resting says until when no request may be sent, and why; 0: it may.
func (p *peer) resting(now plumbline.Time) (until plumbline.Time, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.rest > now:
		return p.rest, "the tracker wants no more requests for now"
	case p.down > now:
		return p.down, "the tracker does not answer"
	}
	return 0, ""
}

// unanswered counts a read or write of an issue that got no answer. From the third in a row on, others
// wait for up to a minute, so that a tracker that hangs does not hold up those
// that answer.
func (p *peer) unanswered(now plumbline.Time) (many bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fails++; p.fails >= 3 {
		p.down = max(p.down, now.Add(min(backoff(p.fails-3), time.Minute)))
	}
	return p.fails >= 3
}

// part is a part of a tracker that may fail by itself.
type part int

const (
	listing part = iota // the container and its list of issues
	issues              // single issues
)

// good notes that the part answered. When it was in trouble, the container is
// resolved again soon, which says how it is.
func (p *peer) good(what part, now plumbline.Time) (recovered bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.trouble[what] != "" {
		p.trouble[what], p.resolve, p.poll = "", now, now
		recovered = p.trouble == [2]string{}
	}
	p.limits, p.answered = 0, now
	if what == issues {
		p.fails, p.down = 0, 0
	} else {
		p.pollBad = 0
	}
	return recovered
}

// take makes the caller the only one who works on the issue on this server;
// release ends that. Not ok when ctx ended first.
func (p *peer) take(ctx context.Context, ref string) (release func(), ok bool) {
	for {
		p.mu.Lock()
		ended, taken := p.working[ref]
		if !taken {
			ended = make(chan struct{})
			p.working[ref] = ended
			p.mu.Unlock()
			return func() {
				p.locked(func() { delete(p.working, ref) })
				close(ended)
			}, true
		}
		p.mu.Unlock()
		select {
		case <-ended:
		case <-ctx.Done():
			return nil, false
		}
	}
}

// mayWrite counts a write against the hourly limit, or says when the next one
// may go out. First says that the limit was reached just now.
func (p *peer) mayWrite(now plumbline.Time, limit int) (next plumbline.Time, first bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.writes) > 0 && p.writes[0].Add(time.Hour) <= now {
		p.writes = p.writes[1:]
	}
	if len(p.writes) >= limit {
		first, p.capped = !p.capped, true
		return p.writes[0].Add(time.Hour), first
	}
	p.capped = false
	p.writes = append(p.writes, now)
	return 0, false
}

// unwritten takes back the newest write from the count: nothing was sent.
func (p *peer) unwritten() {
	p.locked(func() {
		if n := len(p.writes); n > 0 {
			p.writes = p.writes[:n-1]
		}
	})
}

// sum is the fingerprint of an issue: it differs when anything that we read
// differs.
func sum(s plumbline.Snapshot) [sha256.Size]byte {
	b, err := json.Marshal(s)
	if err != nil { // it holds nothing that cannot be written
		return [sha256.Size]byte{}
	}
	return sha256.Sum256(b)
}

// recall returns what was handed in last, when this server handed in exactly
// this snapshot.
func (p *peer) recall(ref string, s plumbline.Snapshot) (sight, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	old, ok := p.sights[ref]
	return old, ok && old.sum == sum(s)
}

// remember keeps what was handed in. Trackers tell the time of a change to the
// second, so a history is whole when it was read some seconds after the issue
// was first seen so: an older one may lack a change within the same second.
func (p *peer) remember(s app.Sighting, read bool, now plumbline.Time) {
	sum := sum(s.Snapshot)
	p.locked(func() {
		old, ok := p.sights[s.Ref]
		if !ok || old.sum != sum {
			old = sight{sum: sum, since: now}
		}
		if len(p.sights) >= maxSights {
			clear(p.sights)
		}
		old.last, old.history = now, s.History
		old.whole = old.whole || read && now.Sub(old.since) >= 3*time.Second
		p.sights[s.Ref] = old
	})
}

// tooSoon is how long to wait before an issue is read again, so that a burst of
// hints is one look.
func (p *peer) tooSoon(ref string, now plumbline.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if since := now.Sub(p.sights[ref].last); since >= 0 && since < burst {
		return burst - since
	}
	return 0
}

// backoff is how long to wait after n failures in a row: 1 s, doubling, up to
// 10 min, with a fifth of jitter to either side.
func backoff(n int) time.Duration {
	d := 10 * time.Minute
	if n < 10 {
		d = min(d, time.Second<<max(n, 0))
	}
	return jitter(d)
}

// jitter moves d by up to a fifth to either side, so that servers and jobs do
// not march in step.
func jitter(d time.Duration) time.Duration {
	return d - d/5 + rand.N(2*d/5+1)
}
