package linktest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// Parcel is one webhook delivery.
type Parcel struct {
	Hook   int64
	URL    string
	Header http.Header
	Body   []byte
	Status int   // what the receiver answered; 0: nothing yet
	Err    error // why it was not answered
}

// Courier delivers webhooks one after the other, in the background, as trackers
// do: once each. It is safe for several goroutines.
type Courier struct {
	client  *http.Client
	mu      sync.Mutex
	idle    *sync.Cond
	waiting []job
	held    bool
	busy    bool
	closed  bool
	sent    []Parcel
}

type job struct {
	parcel Parcel
	done   func(status int)
}

// NewCourier makes a courier that waits for an answer as long as the tracker
// would, and follows redirects only if that does.
func NewCourier(patience time.Duration, follow bool) *Courier {
	c := &Courier{client: &http.Client{Timeout: patience}}
	c.idle = sync.NewCond(&c.mu)
	if !follow {
		c.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return c
}

// Send puts a parcel on its way; done, when not nil, is told the status, 0 when
// there was no answer.
func (c *Courier) Send(p Parcel, done func(status int)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.waiting = append(c.waiting, job{p, done})
	c.start()
}

// Hold keeps new parcels back until [Courier.Release].
func (c *Courier) Hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = true
}

// Release sends what was held. The given function, when not nil, may reorder,
// drop, repeat or change the parcels first.
func (c *Courier) Release(change func([]Parcel) []Parcel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = false
	if change != nil {
		var parcels []Parcel
		for _, j := range c.waiting {
			parcels = append(parcels, j.parcel)
		}
		c.waiting = nil
		for _, p := range change(parcels) {
			c.waiting = append(c.waiting, job{parcel: p})
		}
	}
	c.start()
}

// Wait blocks until nothing is on its way, save what is held. It says false
// when that takes longer than the given time.
func (c *Courier) Wait(most time.Duration) bool {
	late := false
	t := time.AfterFunc(most, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		late = true
		c.idle.Broadcast()
	})
	defer t.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for (c.busy || len(c.waiting) > 0 && !c.held) && !late {
		c.idle.Wait()
	}
	return !late
}

// Sent are all parcels that were tried, in order.
func (c *Courier) Sent() []Parcel {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Parcel(nil), c.sent...)
}

// Close drops what waits, and waits for what is on its way.
func (c *Courier) Close() {
	c.mu.Lock()
	c.closed = true
	c.waiting = nil
	c.mu.Unlock()
	c.Wait(c.client.Timeout)
}

// start needs the lock.
func (c *Courier) start() {
	if c.busy || c.held || len(c.waiting) == 0 {
		return
	}
	c.busy = true
	go c.run()
}

func (c *Courier) run() {
	for {
		c.mu.Lock()
		if c.held || len(c.waiting) == 0 {
			c.busy = false
			c.idle.Broadcast()
			c.mu.Unlock()
			return
		}
		j := c.waiting[0]
		c.waiting = c.waiting[1:]
		c.mu.Unlock()
		j.parcel.Status, j.parcel.Err = c.deliver(j.parcel)
		if j.done != nil {
			j.done(j.parcel.Status)
		}
		c.mu.Lock()
		c.sent = append(c.sent, j.parcel)
		c.mu.Unlock()
	}
}

func (c *Courier) deliver(p Parcel) (int, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.URL, bytes.NewReader(p.Body))
	if err != nil {
		return 0, err
	}
	req.Header = p.Header.Clone()
	res, err := c.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
	return res.StatusCode, nil
}
