// Package notices is what people and programs are told of: the notices of each
// person with their reasons and mutes, the daily digest by mail, the addresses
// of feeds, and the webhooks of others. Notices and webhook letters follow from
// events and are made by [Desk.Spread], which the worker calls.
//
// Laws: as in package app. Nobody is told of their own acts, of what they may
// not see, or of what they have muted; what is told is looked at again with the
// reader's eyes when it is read. A webhook gets a projection of public events
// and nothing else. Letters go out by the worker.
package notices

import (
	"encoding/json"

	"plumbline"
	"plumbline/internal/store"
)

// Config is what the desk needs to know of the installation.
type Config struct {
	BaseURL      string // public address, without a slash at the end
	Mail         bool   // mail can be sent
	PrivateHooks bool   // webhooks may lead into private networks, and without TLS
}

// Desk is the use cases about notices over one database.
type Desk struct {
	db   *store.DB
	now  func() plumbline.Time
	conf Config
	say  func(plumbline.Event) (sentence, detail string) // an event in words
	told *counter
}

// New makes the use cases. The clock is the only one they read; say puts an
// event into a half sentence after the actor's name.
func New(db *store.DB, now func() plumbline.Time, conf Config, say func(plumbline.Event) (sentence, detail string)) *Desk {
	return &Desk{db: db, now: now, conf: conf, say: say, told: &counter{}}
}

// note appends an event about notices, webhooks or mail; those who may read
// settings see it.
func (d *Desk) note(tx *store.Tx, who plumbline.Actor, typ string, data map[string]string) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	cause := "user"
	if who.System {
		cause = who.Via
	}
	return tx.Append(plumbline.Event{
		At: d.now(), Type: typ, Actor: who.Person, By: who.Name, Via: who.Via, Cause: cause, Seen: plumbline.Confidential, Data: raw,
	})
}

// reader is a person as the one who reads what they are told.
func reader(p plumbline.Person, via string) plumbline.Actor {
	return plumbline.Actor{Person: p.ID, Name: p.Name, Handle: p.Handle, Role: p.Role, Cleared: p.Cleared, Team: p.Team, Via: via, Scopes: []string{"read"}}
}
