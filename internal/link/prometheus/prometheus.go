// Package prometheus asks a Prometheus, or what speaks its HTTP API (Thanos,
// Mimir, VictoriaMetrics), for figures: instant queries and ranges.
//
// Laws: as in package link. An answer is taken as it is: an empty one is no data
// and not 0, NaN and infinities stay what they are, and warnings are passed on.
// Nothing is sent but GET requests.
package prometheus

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/link"
)

// MaxSeries is how many series one answer has at most.
const MaxSeries = 20_000

// MaxPoints is how many points of one series a range is asked for at most:
// Prometheus refuses more than 11,000.
const MaxPoints = 10_000

// Source is one Prometheus.
type Source struct{ calls *link.Caller }

// New makes the source of a configuration. The project is not used.
func New(c link.Config) (*Source, error) {
	c.Project = "prometheus"
	c, err := c.Checked()
	if err != nil {
		return nil, err
	}
	c.ReadOnly = true
	value := c.Token
	if value != "" && !strings.Contains(value, " ") {
		value = "Bearer " + value
	}
	calls, err := link.NewCaller(c, "Prometheus", "/api/v1", "Authorization", value)
	if err != nil {
		return nil, err
	}
	return &Source{calls}, nil
}

// envelope is what every answer is in.
type envelope struct {
	Status    string          `json:"status"`
	Data      json.RawMessage `json:"data"`
	ErrorType string          `json:"errorType"`
	Error     string          `json:"error"`
	Warnings  []string        `json:"warnings"`
}

// Check asks for the version.
func (s *Source) Check(ctx context.Context) (string, error) {
	var about struct {
		Version string `json:"version"`
	}
	_, err := s.get(ctx, "/status/buildinfo", nil, &about)
	if link.IsKind(err, link.NotFound) { // some that speak this API have no such page
		_, err = s.get(ctx, "/query", url.Values{"query": {"1"}}, &struct{}{})
	}
	return clip(about.Version), err
}

// Ask answers one question.
func (s *Source) Ask(ctx context.Context, q plumbline.FigureQuery) (plumbline.Figures, error) {
	out := plumbline.Figures{FigureQuery: q}
	path, form := "/query", url.Values{"query": {q.Query}}
	if q.Step > 0 {
		if n := q.To.Sub(q.From)/q.Step + 1; n > MaxPoints || q.To < q.From {
			return out, &link.Fault{Kind: link.Invalid, Text: fmt.Sprintf("A range of %d points was asked for; at most %d are.", n, MaxPoints)}
		}
		path = "/query_range"
		form.Set("start", stamp(q.From))
		form.Set("end", stamp(q.To))
		form.Set("step", strconv.FormatFloat(q.Step.Seconds(), 'f', -1, 64))
	} else if q.To != 0 {
		form.Set("time", stamp(q.To))
	}
	var data struct {
		Type   string          `json:"resultType"`
		Result json.RawMessage `json:"result"`
	}
	warnings, err := s.get(ctx, path, form, &data)
	if err != nil {
		return out, err
	}
	out.Warnings = warnings
	out.Series, err = series(data.Type, data.Result)
	return out, err
}

// get reads one answer. A refusal comes with 400 or 422 and says why in the same
// envelope, which the caller has put into its fault.
func (s *Source) get(ctx context.Context, path string, form url.Values, into any) ([]string, error) {
	a, err := s.calls.Send(ctx, link.Call{Path: path, Query: form})
	if err != nil {
		return nil, err
	}
	var e envelope
	if err := json.Unmarshal(a.Body, &e); err != nil || e.Status != "success" {
		return nil, &link.Fault{Kind: link.Invalid, Status: a.Status, Text: "The answer is not what Prometheus sends: is the address of this source right?" + said(e), Err: err}
	}
	if err := json.Unmarshal(e.Data, into); err != nil {
		return nil, &link.Fault{Kind: link.Invalid, Status: a.Status, Text: "The answer of Prometheus cannot be read.", Err: err}
	}
	for i, w := range e.Warnings {
		e.Warnings[i] = clip(w)
	}
	return e.Warnings[:min(len(e.Warnings), 10)], nil
}

func said(e envelope) string {
	if e.Error == "" {
		return ""
	}
	return " It says: " + clip(e.ErrorType+": "+e.Error)
}

// series reads a result by its type.
func series(kind string, raw json.RawMessage) ([]plumbline.Series, error) {
	switch kind {
	case "vector", "matrix":
		var list []struct {
			Metric map[string]string `json:"metric"`
			Value  *sample           `json:"value"`
			Values []sample          `json:"values"`
		}
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, odd(err)
		}
		if len(list) > MaxSeries {
			return nil, &link.Fault{Kind: link.Invalid, Text: fmt.Sprintf("The query answers with %d series; at most %d are read. Narrow it.", len(list), MaxSeries)}
		}
		out := make([]plumbline.Series, len(list))
		for i, s := range list {
			out[i].Labels = s.Metric
			if s.Value != nil {
				s.Values = []sample{*s.Value}
			}
			for _, v := range s.Values {
				out[i].Points = append(out[i].Points, plumbline.Point(v))
			}
		}
		return out, nil
	case "scalar":
		var v sample
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, odd(err)
		}
		return []plumbline.Series{{Points: []plumbline.Point{plumbline.Point(v)}}}, nil
	}
	return nil, &link.Fault{Kind: link.Invalid, Text: fmt.Sprintf("The query answers with a %s, not with figures.", clip(kind))}
}

func odd(err error) error {
	return &link.Fault{Kind: link.Invalid, Text: "The answer of Prometheus cannot be read.", Err: err}
}

// sample is [seconds, "value"]; the value may be "NaN", "+Inf" or "-Inf".
type sample plumbline.Point

// UnmarshalJSON reads a sample.
func (s *sample) UnmarshalJSON(b []byte) error {
	var at float64
	var text string
	if err := json.Unmarshal(b, &[]any{&at, &text}); err != nil {
		return err
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("the value %q is no number", clip(text))
	}
	if math.Abs(at) > 1e11 {
		return fmt.Errorf("the time %g is none", at)
	}
	s.At, s.Value = plumbline.Time(math.Round(at*1e3))*1000, v
	return nil
}

// stamp is a moment in seconds, to the millisecond, as Prometheus keeps them.
func stamp(t plumbline.Time) string {
	return strconv.FormatFloat(float64(t.Std().UnixMilli())/1e3, 'f', 3, 64)
}

func clip(s string) string {
	const most = 300
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

var _ link.Source = (*Source)(nil)
