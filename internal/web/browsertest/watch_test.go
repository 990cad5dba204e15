package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// watch sees everything that a tab loads and complains about.
type watch struct {
	mu       sync.Mutex
	origin   string
	faults   []string
	expected map[int]bool // answers that the test provokes
	sent     []string     // addresses that were asked for
	size     map[network.RequestID]float64
}

func newWatch(origin string) *watch {
	return &watch{origin: origin, expected: map[int]bool{}, size: map[network.RequestID]float64{}}
}

// expect says that the test provokes answers with these statuses.
func (w *watch) expect(statuses ...int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range statuses {
		w.expected[s] = true
	}
}

// found is what went wrong so far.
func (w *watch) found() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.faults)
}

// load is what was asked for, and how many bytes came over the wire with heads.
func (w *watch) load() (sent []string, bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	total := 0.0
	for _, n := range w.size {
		total += n
	}
	return slices.Clone(w.sent), int(total)
}

// event is told everything that happens in the tab.
func (w *watch) event(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		w.request(e.Request.URL)
	case *network.EventResponseReceived:
		w.size[e.RequestID] += e.Response.EncodedDataLength
		if s := int(e.Response.Status); s >= http.StatusBadRequest && !w.expected[s] {
			w.fault("%s answered %d", e.Response.URL, s)
		}
	case *network.EventDataReceived:
		w.size[e.RequestID] += float64(e.EncodedDataLength)
	case *network.EventLoadingFinished:
		w.size[e.RequestID] = e.EncodedDataLength
	case *runtime.EventExceptionThrown:
		w.fault("the script failed: %s", thrown(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			w.fault("the console says: %s", spoken(e.Args))
		}
	case *log.EventEntryAdded:
		w.entry(e.Entry)
	}
}

func (w *watch) request(address string) {
	if strings.HasPrefix(address, "data:") || strings.HasPrefix(address, "about:") || strings.HasPrefix(address, "chrome") {
		return
	}
	w.sent = append(w.sent, address)
	if !strings.HasPrefix(address, w.origin+"/") {
		w.fault("a request left the origin: %s", address)
	}
}

// entry reads the browser's log: breaches of the policy, and answers that are
// errors, are written there.
func (w *watch) entry(e *log.Entry) {
	if e.Level != log.EntryLevelError && e.Level != log.EntryLevelWarning && e.Source != log.EntrySourceSecurity {
		return
	}
	if e.Source == log.EntrySourceNetwork {
		for s := range w.expected {
			if strings.Contains(e.Text, "status of "+strconv.Itoa(s)) {
				return
			}
		}
	}
	w.fault("the browser says: %s (%s)", e.Text, e.URL)
}

func (w *watch) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

func thrown(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

func spoken(args []*runtime.RemoteObject) string {
	var out []string
	for _, a := range args {
		out = append(out, strings.TrimSpace(string(a.Value)+" "+a.Description))
	}
	return strings.Join(out, " ")
}

// command is a command of the protocol as something to do.
func command[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[R] {
	return func(ctx context.Context, t *chromedp.Target) (R, error) { return cdp.Call(ctx, t, cmd, params) }
}

// call is a command whose answer nobody needs.
func call[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := command(cmd, params)(ctx, t)
		return err
	})
}
