package plumbline

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"unique"
)

// Withheld is what a [Private] value prints as, wherever it is printed.
const Withheld = "[withheld]"

// Clearance is the right to read private values. Only [Actor.Clearance] gives
// one that reveals anything; the zero value reveals nothing.
type Clearance struct{ cleared bool }

// Private wraps a value that must not leave the house: a customer's name, an
// amount, a number of seats. Printing, logging or encoding it gives
// [Withheld]; reading it takes a [Clearance]. No link, metric or export
// accepts the type. Two private values are equal, by ==, when what they hold is.
//
// What is stored is a handle and not the value: fmt does not ask a type how to
// print it for some wrong verbs (%p, %w) nor in an unexported field, and would
// print the value itself.
type Private[T comparable] struct{ h unique.Handle[T] }

// Hide makes a private value.
func Hide[T comparable](v T) Private[T] {
	var zero T
	if v == zero {
		return Private[T]{}
	}
	return Private[T]{unique.Make(v)}
}

// Reveal returns the value when c is good for it.
func (p Private[T]) Reveal(c Clearance) (v T, ok bool) {
	if !c.cleared {
		return v, false
	}
	return p.Keep(), true
}

// Keep returns the value for the one use that is not showing it: writing it to
// our own database and computing with it. Doors must not call it; a test reads
// their source for the name.
func (p Private[T]) Keep() (v T) {
	if p == (Private[T]{}) {
		return v
	}
	return p.h.Value()
}

// String implements fmt.Stringer.
func (p Private[T]) String() string { return Withheld }

// Format implements fmt.Formatter, so that no verb prints the value.
func (p Private[T]) Format(f fmt.State, _ rune) { fmt.Fprint(f, Withheld) }

// LogValue implements slog.LogValuer.
func (p Private[T]) LogValue() slog.Value { return slog.StringValue(Withheld) }

// MarshalJSON encodes the value as [Withheld].
func (p Private[T]) MarshalJSON() ([]byte, error) { return json.Marshal(Withheld) }

// PublicText is text that was written, or projected, to be read by anybody who
// can see the tracker issue. It is the only text a link accepts for a comment
// or a new issue.
type PublicText string

// Money is an amount in millionths of a currency unit, with its ISO 4217 code.
type Money struct {
	Micros   int64  `json:"micros"`
	Currency string `json:"currency"`
}

// String is the amount in whole units, for example "1200000 EUR".
func (m Money) String() string {
	if m.Currency == "" {
		return "unknown"
	}
	if m.Micros%1_000_000 == 0 {
		return fmt.Sprintf("%d %s", m.Micros/1_000_000, m.Currency)
	}
	return fmt.Sprintf("%.2f %s", float64(m.Micros)/1e6, m.Currency)
}
