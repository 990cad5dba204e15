// Package alertmanager reads what Alertmanager sends to a webhook (version 4), and
// Grafana, which sends nearly the same and calls it version 1.
//
// It owns no nouns: a notification is a list of [plumbline.Alarm]s.
//
// Laws: pure. There is no signature, so a delivery has to carry a secret: as a bearer
// token, or as "user:password" of basic authentication. The same alert is the same
// fingerprint and the same start; an end that is the zero time is none.
package alertmanager

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// Watcher receives the notifications of one Alertmanager.
type Watcher struct{ cfg link.Config }

// New makes a watcher; of the configuration it needs the ID and the Secrets, each a
// token or "user:password".
func New(cfg link.Config) *Watcher {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Watcher{cfg: cfg}
}

// notification is what is read of a delivery.
type notification struct {
	Version     string            `json:"version"`
	GroupKey    string            `json:"groupKey"`
	Status      string            `json:"status"`
	Truncated   int               `json:"truncatedAlerts"`
	Common      map[string]string `json:"commonAnnotations"`
	ExternalURL string            `json:"externalURL"`
	Alerts      *[]alert          `json:"alerts"`
}

type alert struct {
	Status       string            `json:"status"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     link.Stamp        `json:"startsAt"`
	EndsAt       link.Stamp        `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"`
}

// Parse verifies a delivery. One that is sent again, as Alertmanager does while an
// alert goes on, is the same delivery when it says the same.
func (w *Watcher) Parse(header http.Header, body []byte) (plumbline.Delivery, error) {
	var none plumbline.Delivery
	if len(w.cfg.Secrets) == 0 {
		return none, link.Refused("This source has no secret, so it accepts nothing: set one here, and in Alertmanager under http_config as authorization or basic_auth.")
	}
	if !link.SameSecret(secretOf(header), w.cfg.Secrets) {
		return none, link.Refused("The delivery has no bearer token or password of this source.")
	}
	var n notification
	if err := link.Object(body, &n); err != nil {
		return none, err
	}
	return plumbline.Delivery{Link: w.cfg.ID, ID: link.DeliveryID(body), Event: strings.TrimSpace("alerts " + link.AlarmText(n.Status)), At: plumbline.At(w.cfg.Now())}, nil
}

// secretOf is what a request proves itself with: a token, or "user:password".
func secretOf(h http.Header) string {
	scheme, value, _ := strings.Cut(h.Get("Authorization"), " ")
	value = strings.TrimSpace(value)
	switch strings.ToLower(scheme) {
	case "bearer":
		return value
	case "basic":
		pair, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return ""
		}
		return string(pair)
	}
	return ""
}

// Read are the alarms of a delivery that was verified.
func (w *Watcher) Read(body []byte) plumbline.AlarmReading {
	var n notification
	if err := link.Object(body, &n); err != nil {
		return plumbline.AlarmReading{Fault: plumbline.TextOf(err)}
	}
	if n.Alerts == nil {
		return plumbline.AlarmReading{Passed: "it has no alerts"}
	}
	out := plumbline.AlarmReading{More: max(n.Truncated, 0)}
	for _, a := range *n.Alerts {
		if len(out.Alarms) == link.MaxAlarms {
			out.More++
			continue
		}
		out.Alarms = append(out.Alarms, n.alarm(a))
	}
	if len(out.Alarms) == 0 {
		out.Passed = "it has no alerts"
	}
	return out
}

func (n notification) alarm(a alert) plumbline.Alarm {
	labels := link.AlarmLabels(a.Labels)
	out := plumbline.Alarm{
		Key: keyOf(a), Group: link.AlarmText(n.GroupKey), Labels: labels, Severity: labels["severity"],
		Title:   cmp.Or(link.AlarmText(a.Annotations["summary"]), link.AlarmText(n.Common["summary"]), labels["alertname"], "An alert without a name"),
		Text:    cmp.Or(link.AlarmText(a.Annotations["description"]), link.AlarmText(a.Annotations["message"])),
		Started: link.AlarmTime(a.StartsAt), URL: link.AlarmText(cmp.Or(a.GeneratorURL, n.ExternalURL)),
	}
	// Grafana sends an end in the future with what fires; only the status says that
	// it is over.
	if strings.EqualFold(a.Status, "resolved") {
		out.Ended = max(link.AlarmTime(a.EndsAt), out.Started, 1)
	}
	return out
}

// keyOf is the name of an alert: fingerprint and start. Without a fingerprint the
// labels stand for it, as Alertmanager makes it of them.
func keyOf(a alert) string {
	print := link.AlarmText(a.Fingerprint)
	if print == "" {
		text, _ := json.Marshal(a.Labels) // in order of the names
		sum := sha256.Sum256(text)
		print = "labels-" + hex.EncodeToString(sum[:8])
	}
	start := "unknown"
	if t := link.AlarmTime(a.StartsAt); t != 0 {
		start = t.Std().Format(time.RFC3339Nano)
	}
	return print + " " + start
}
