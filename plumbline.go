// Package plumbline holds the words of the product: the nouns that every other
// package speaks in, what makes each of them valid, and the kinds of error.
//
// Everything that flows through a process is an [Item]: a request, a question,
// an incident or a change. An item is asked for by a [Person] or from a
// tracker, wanted by teams and accounts ([Demand]), supported by [Evidence],
// settled by a [Decision], handed off to a [Team], and followed in the mirror
// of its tracker issue ([Snapshot]) until it is done. Every change inside is an
// [Event]; every change outside is an [Action] first.
//
// Laws: standard library only, no system clock, no input or output, no global
// randomness. A value that must not leave the house is [Private].
package plumbline

import "time"

// Time is what every stored moment is: microseconds since 1970-01-01T00:00:00Z.
// The zero value means "not known" or "not yet".
type Time int64

// At converts a standard time to its stored form; the zero time becomes 0.
func At(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.UnixMicro())
}

// Std returns the moment in UTC, or the zero time for 0.
func (t Time) Std() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(t)).UTC()
}

// IsZero says that the moment is not known.
func (t Time) IsZero() bool { return t == 0 }

// Add moves the moment by d; a zero time stays zero.
func (t Time) Add(d time.Duration) Time {
	if t == 0 {
		return 0
	}
	return t + Time(d.Microseconds())
}

// Sub is the duration from u to t.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t-u) * time.Microsecond }

// MarshalJSON writes RFC 3339 in UTC, or null for 0.
func (t Time) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + t.Std().Format(time.RFC3339Nano) + `"`), nil
}

// UnmarshalJSON reads RFC 3339 or null.
func (t *Time) UnmarshalJSON(b []byte) error {
	if string(b) == "null" || string(b) == `""` {
		*t = 0
		return nil
	}
	var s time.Time
	if err := s.UnmarshalJSON(b); err != nil {
		return &Error{Kind: Invalid, Text: "A time must be written as RFC 3339, for example 2026-11-22T13:00:00Z.", Err: err}
	}
	*t = At(s)
	return nil
}

// Typed identities. An id is a UUIDv7 in text unless said otherwise; a ref is
// the short name that people write.
type (
	ItemID     string
	PersonID   string
	ActionID   string
	TeamRef    string // lower case, for example "reliability"
	ProductRef string // lower case, for example "kubernetes-on-aws"
	AccountRef string // lower case, for example "acme"
	ProcessID  string // "request", "question", "incident", "change" or one's own
	LinkID     string // the name of a configured tracker, for example "gitlab"
	Key        string // an item's public name, for example "REQ-12"
)
