package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// request is one to be sent, and what its answer is checked for.
type request struct {
	Method, Path string
	Form         string // a body; %d in it becomes a number that no other request has
	JSON         bool   // the body is JSON and the token is sent, else a form and the cookie
	Want         int    // status
	Has          string // a piece of the body, "": not looked at
}

// job is what a process that loads the server is told.
type job struct {
	Base, Cookie, Token string
	Requests            []request
	Conns               int
	For                 time.Duration
	Once                bool // each request is sent once
	Start               int  // of the numbers
}

// result is what it tells.
type result struct {
	Requests, Errors, Bytes int
	Times                   []int64 // of each request, in microseconds, sorted
	Took                    time.Duration
	Fault                   string // the first error
}

func (r result) rate() float64 {
	if r.Took <= 0 {
		return 0
	}
	return float64(r.Requests) / r.Took.Seconds()
}

// run sends the job's requests, one after the other on each connection.
func (j job) run(ctx context.Context) result {
	ctx, cancel := context.WithTimeout(ctx, j.For+30*time.Second)
	defer cancel()
	b := newBrowser(j)
	var next atomic.Int64
	var mu sync.Mutex
	var out result
	var times []time.Duration
	began := time.Now()
	var wg sync.WaitGroup
	for range j.Conns {
		wg.Go(func() {
			var mine []time.Duration
			bytes, failed, fault := 0, 0, ""
			for time.Since(began) < j.For {
				n := int(next.Add(1)) - 1
				if j.Once && n >= len(j.Requests) {
					break
				}
				req := j.Requests[n%len(j.Requests)]
				if strings.Contains(req.Form, "%d") {
					req.Form = fmt.Sprintf(req.Form, j.Start+n)
				}
				if n%16 != 0 && n >= 2*j.Conns {
					req.Has = "" // unpacking every answer would load the machine more than serving it
				}
				t := time.Now()
				got, err := b.do(ctx, req, j.Base)
				mine = append(mine, time.Since(t))
				bytes += len(got.wire)
				if err != nil {
					failed++
					fault = err.Error()
				}
			}
			mu.Lock()
			defer mu.Unlock()
			times = append(times, mine...)
			out.Bytes += bytes
			out.Errors += failed
			if out.Fault == "" {
				out.Fault = fault
			}
		})
	}
	wg.Wait()
	out.Took = time.Since(began)
	for _, t := range times {
		out.Times = append(out.Times, t.Microseconds())
	}
	slices.Sort(out.Times)
	out.Requests = len(times)
	return out
}

// at is the time that this share of the requests took at most.
func (r result) at(share float64) time.Duration {
	if len(r.Times) == 0 {
		return 0
	}
	return time.Duration(r.Times[min(int(share*float64(len(r.Times))), len(r.Times)-1)]) * time.Microsecond
}

// and is both results as one.
func (r result) and(o result) result {
	r.Requests += o.Requests
	r.Errors += o.Errors
	r.Bytes += o.Bytes
	r.Took += o.Took
	r.Times = slices.Sorted(slices.Values(append(r.Times, o.Times...)))
	if r.Fault == "" {
		r.Fault = o.Fault
	}
	return r
}

// browser sends requests over connections that stay open.
type browser struct {
	job job
	c   *http.Client
}

func newBrowser(j job) browser {
	t := &http.Transport{MaxIdleConnsPerHost: max(j.Conns, 1), MaxConnsPerHost: j.Conns, DisableCompression: true}
	return browser{j, &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is a body as it went over the wire.
type answer struct {
	wire           []byte
	kind, encoding string
}

func (b browser) do(ctx context.Context, req request, base string) (answer, error) {
	r, err := newRequest(ctx, req, base, b.job)
	if err != nil {
		return answer{}, err
	}
	res, err := b.c.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	wire, err := io.ReadAll(res.Body)
	a := answer{wire, res.Header.Get("Content-Type"), res.Header.Get("Content-Encoding")}
	switch {
	case err != nil:
		return a, err
	case res.StatusCode != req.Want:
		return a, fmt.Errorf("%s %s: %s, want %d: %.200s", req.Method, req.Path, res.Status, req.Want, a.text())
	case req.Has != "" && !strings.Contains(a.text(), req.Has):
		return a, fmt.Errorf("%s %s: %q is not in the answer", req.Method, req.Path, req.Has)
	}
	return a, nil
}

func newRequest(ctx context.Context, req request, base string, j job) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, req.Method, base+req.Path, strings.NewReader(req.Form))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept-Encoding", "gzip")
	switch {
	case req.JSON:
		r.Header.Set("Authorization", "Bearer "+j.Token)
		r.Header.Set("Content-Type", "application/json")
	default:
		r.Header.Set("Cookie", "plumbline_session="+j.Cookie)
		if req.Form != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
	}
	return r, nil
}

// text is the body unpacked.
func (a answer) text() string {
	if a.encoding != "gzip" {
		return string(a.wire)
	}
	z, err := gzip.NewReader(bytes.NewReader(a.wire))
	if err != nil {
		return err.Error()
	}
	plain, err := io.ReadAll(z)
	if err != nil && !errors.Is(err, io.EOF) {
		return err.Error()
	}
	return string(plain)
}
