package store

import "github.com/google/uuid"

// NewID is a new id: a UUIDv7 (RFC 9562, 5.7) in text. Ids made one after the
// other in a process sort in that order. It panics when the system has no
// random numbers.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }
