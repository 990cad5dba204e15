// Package moves is how an item is moved and edited by our own will: the process
// must allow it, the template and the process check what is filled in, and the
// item's issue is told.
//
// Laws: as in package app. A move that may not be made says every reason why.
package moves

import (
	"plumbline"
	"plumbline/internal/app/templates"
	"plumbline/internal/app/trackers"
)

// Mover is the use cases about moves over the trackers that hear of them.
type Mover struct {
	*trackers.Trackers
	*templates.Drawer

	now func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(t *trackers.Trackers, d *templates.Drawer, now func() plumbline.Time) *Mover {
	return &Mover{Trackers: t, Drawer: d, now: now}
}
