package api

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how many requests one actor may send: a steady number per second and
// a burst above it.
type Rate struct {
	PerSecond float64
	Burst     int
}

func (r Rate) orDefault() Rate {
	if r.PerSecond <= 0 || r.Burst <= 0 {
		return Rate{PerSecond: 50, Burst: 400}
	}
	return r
}

// maxKeys bounds the memory of a limiter: the key not seen for longest is
// forgotten, which can only be in its favour.
const maxKeys = 10_000

// limiter counts requests by key.
type limiter struct {
	rate  Rate
	mu    sync.Mutex
	order *list.List // of *bucket, the last used in front
	keys  map[string]*list.Element
}

type bucket struct {
	key   string
	limit *rate.Limiter
}

func newLimiter(r Rate) *limiter {
	return &limiter{rate: r, order: list.New(), keys: map[string]*list.Element{}}
}

// take uses one request of the key's allowance, or says how long until there
// is one.
func (l *limiter) take(key string, now time.Time) (wait time.Duration, ok bool) {
	b := l.bucket(key)
	res := b.limit.ReserveN(now, 1)
	if d := res.DelayFrom(now); d > 0 {
		res.CancelAt(now)
		return d, false
	}
	return 0, true
}

func (l *limiter) bucket(key string) *bucket {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.keys[key]; ok {
		l.order.MoveToFront(e)
		return e.Value.(*bucket)
	}
	if l.order.Len() >= maxKeys {
		oldest := l.order.Back()
		delete(l.keys, oldest.Value.(*bucket).key)
		l.order.Remove(oldest)
	}
	b := &bucket{key: key, limit: rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst)}
	l.keys[key] = l.order.PushFront(b)
	return b
}
