package plumbline

import "time"

// Series is a line of figures that an outside system measured, oldest first.
type Series struct {
	Labels map[string]string
	Points []Point
}

// Point is one figure. It may be NaN or infinite: then nothing is known.
type Point struct {
	At    Time
	Value float64
}

// FigureQuery is one query to a source of figures, over a stretch of time or, when
// Step is 0, at the moment To.
type FigureQuery struct {
	ID    string // of whoever asks
	Query string
	From  Time // the first moment
	To    Time // the last moment
	Step  time.Duration
}

// Figures is the answer to a question. No series is no data, which is not 0.
type Figures struct {
	FigureQuery
	Series   []Series
	Warnings []string // the answer may be incomplete
	Fault    string   // why there is no answer; empty: there is one
	Refused  bool     // with Fault: the query itself is wrong, asking again does not help
}

// SourceState is how a configured source of figures is.
type SourceState struct {
	ID       LinkID   `json:"id"`
	Kind     string   `json:"kind"`
	URL      string   `json:"url"`
	Rules    bool     `json:"rules"`              // Sloth's recording rules are read
	Version  string   `json:"version,omitempty"`  // of the server
	Asked    Time     `json:"asked,omitempty"`    // the last round
	Answered Time     `json:"answered,omitempty"` // the last round that was answered
	Queries  int64    `json:"queries"`            // of the last round
	Failures int64    `json:"failures"`           // rounds in a row that failed
	Retry    Time     `json:"retry,omitempty"`    // when it is asked again
	Problem  string   `json:"problem,omitempty"`  // why the last round failed
	Warnings []string `json:"warnings,omitempty"` // that came with the answers
	Found    int64    `json:"found"`              // objectives that its rules tell of
}
