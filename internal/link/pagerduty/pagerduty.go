// Package pagerduty reads what the webhooks of PagerDuty (version 3) send.
//
// It owns no nouns: an incident there is one [plumbline.Alarm] here, whose Key is the
// id that it has there.
//
// Laws: pure. A delivery is signed over its raw bytes; while a secret is changed the
// header has several signatures, of which one must fit. Agent, client and priority
// may be null. Types of events that are not known are passed over in words. Events
// come in any order: At, which is when one occurred, says which is the newer.
package pagerduty

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// Watcher receives the events of one subscription.
type Watcher struct{ cfg link.Config }

// New makes a watcher; of the configuration it needs the ID and the Secrets.
func New(cfg link.Config) *Watcher {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Watcher{cfg: cfg}
}

// delivery is what is read of a delivery.
type delivery struct {
	Event *struct {
		ID       string     `json:"id"`
		Type     string     `json:"event_type"`
		Resource string     `json:"resource_type"`
		Occurred link.Stamp `json:"occurred_at"`
		Agent    *reference `json:"agent"`
		Data     *incident  `json:"data"`
	} `json:"event"`
}

type reference struct {
	ID      string `json:"id"`
	Summary string `json:"summary"`
}

type incident struct {
	ID       string     `json:"id"`
	Type     string     `json:"type"`
	Status   string     `json:"status"`
	Title    string     `json:"title"`
	URL      string     `json:"html_url"`
	Created  link.Stamp `json:"created_at"`
	Urgency  string     `json:"urgency"`
	Service  *reference `json:"service"`
	Priority *reference `json:"priority"`
}

// known are the types of events that carry a whole incident.
var known = [...]string{
	"incident.triggered", "incident.acknowledged", "incident.unacknowledged", "incident.resolved", "incident.reopened", "incident.escalated", "incident.delegated",
	"incident.reassigned", "incident.priority_updated", "incident.service_updated",
}

// Parse verifies a delivery. Its id is the event's, which stays when it is sent
// again.
func (w *Watcher) Parse(header http.Header, body []byte) (plumbline.Delivery, error) {
	var none plumbline.Delivery
	if len(w.cfg.Secrets) == 0 {
		return none, link.Refused("This source has no secret, so it accepts nothing: PagerDuty shows one when the webhook subscription is made.")
	}
	if !w.signed(header, body) {
		return none, link.Refused("No signature of the delivery was made with the secret of this source.")
	}
	var d delivery
	if err := link.Object(body, &d); err != nil {
		return none, err
	}
	if d.Event == nil {
		return none, plumbline.Errorf(plumbline.Invalid, "The delivery has no event.")
	}
	out := plumbline.Delivery{Link: w.cfg.ID, ID: link.DeliveryID(body, d.Event.ID), Event: link.AlarmText(d.Event.Type), At: link.AlarmTime(d.Event.Occurred)}
	if a := d.Event.Agent; a != nil {
		out.Actor = link.AlarmText(a.Summary)
	}
	if out.At == 0 {
		out.At = plumbline.At(w.cfg.Now())
	}
	return out, nil
}

// signed says whether one of the signatures "v1=HEX,v1=HEX" fits; those of versions
// that are not known count for nothing.
func (w *Watcher) signed(h http.Header, body []byte) bool {
	ok := false
	for n, one := range strings.Split(strings.Join(h.Values("X-PagerDuty-Signature"), ","), ",") {
		if n == 10 { // each costs a pass over the body
			break
		}
		if sum, v1 := strings.CutPrefix(strings.TrimSpace(one), "v1="); v1 {
			ok = link.SameHMAC(body, sum, w.cfg.Secrets) || ok
		}
	}
	return ok
}

// Read is the incident of a delivery that was verified, as an alarm.
func (w *Watcher) Read(body []byte) plumbline.AlarmReading {
	var d delivery
	if err := link.Object(body, &d); err != nil {
		return plumbline.AlarmReading{Fault: plumbline.TextOf(err)}
	}
	switch {
	case d.Event == nil:
		return plumbline.AlarmReading{Fault: "The delivery has no event."}
	case !slices.Contains(known[:], d.Event.Type):
		return plumbline.AlarmReading{Passed: "events of the type " + cmp.Or(link.AlarmText(d.Event.Type), "that is not said") + " tell of no incident that is read"}
	case d.Event.Data == nil || d.Event.Data.ID == "":
		return plumbline.AlarmReading{Fault: "The event has no incident with an id."}
	}
	return plumbline.AlarmReading{Alarms: []plumbline.Alarm{d.alarm()}}
}

func (d delivery) alarm() plumbline.Alarm {
	i, at := d.Event.Data, link.AlarmTime(d.Event.Occurred)
	labels := map[string]string{"urgency": i.Urgency}
	severity := i.Urgency
	if s := i.Service; s != nil {
		labels["service"], labels["service_id"] = s.Summary, s.ID
	}
	if p := i.Priority; p != nil && p.Summary != "" {
		severity, labels["priority"] = p.Summary, p.Summary
	}
	key := link.AlarmText(i.ID)
	a := plumbline.Alarm{
		Key: key, Group: key, Title: cmp.Or(link.AlarmText(i.Title), "Incident "+key), Severity: link.AlarmText(severity), Labels: link.AlarmLabels(labels),
		Started: link.AlarmTime(i.Created), At: at, URL: link.AlarmText(i.URL),
	}
	if i.Status == "resolved" || d.Event.Type == "incident.resolved" {
		a.Ended = max(at, a.Started, 1)
	}
	return a
}
