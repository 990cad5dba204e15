package main

import (
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/alertmanager"
	"plumbline/internal/link/pagerduty"
)

// alarmConfig is one source of alarms.
type alarmConfig struct {
	ID          string `json:"id" jsonschema:"Name of the source here, in lower case; it is part of the hook's address: /hooks/ID."`
	Kind        string `json:"kind" jsonschema:"alertmanager (Grafana too), or pagerduty."`
	Product     string `json:"product,omitempty" jsonschema:"Product of alarms that name none; without it they stand with the unassigned."`
	SecretsFile string `json:"secrets_file,omitempty" jsonschema:"File with the secret: of alertmanager a bearer token or user:password, of pagerduty the signing secret; during a rotation two, a line each, the newest first."`
	SecretsEnv  string `json:"secrets_env,omitempty" jsonschema:"Environment variable with the secrets, as in secrets_file."`
}

// watchers are the kinds of source of alarms. A new one is a folder below
// internal/link and a line here.
var watchers = map[string]func(link.Config) link.Watcher{
	"alertmanager": func(c link.Config) link.Watcher { return alertmanager.New(c) },
	"pagerduty":    func(c link.Config) link.Watcher { return pagerduty.New(c) },
}

func kindsOfAlarm() []string { return slices.Sorted(maps.Keys(watchers)) }

// check looks at one source's settings; it shares its address with the trackers.
func (a alarmConfig) check(path string, seen map[string]bool, say func(path, format string, args ...any)) {
	switch {
	case !plumbline.ValidRef(a.ID):
		say(path+".id", "it must be 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q", a.ID)
	case seen[a.ID]:
		say(path+".id", "two hooks are called %q", a.ID)
	}
	seen[a.ID] = true
	if watchers[a.Kind] == nil {
		say(path+".kind", "it must be one of %s, not %q", strings.Join(kindsOfAlarm(), ", "), a.Kind)
	}
	if a.Product != "" && !plumbline.ValidRef(a.Product) {
		say(path+".product", "it must be the ref of a product or a process, not %q", a.Product)
	}
	if a.SecretsFile != "" && a.SecretsEnv != "" {
		say(path+".secrets_file", "give secrets_file or secrets_env, not both")
	}
}

// alarmed are the configured sources of alarms, ready for the doors and the store.
type alarmed struct {
	watchers map[plumbline.LinkID]link.Watcher
	states   []plumbline.AlarmSource
}

// alarms makes the configured sources.
func (s *shell) alarms(list []alarmConfig) (alarmed, error) {
	out := alarmed{watchers: map[plumbline.LinkID]link.Watcher{}}
	for _, a := range list {
		secrets, err := s.secrets("secrets", a.SecretsFile, a.SecretsEnv)
		if err != nil {
			return out, plumbline.Errorf(plumbline.Invalid, "The source of alarms %s: %s", a.ID, plumbline.TextOf(err))
		}
		id := plumbline.LinkID(a.ID)
		out.watchers[id] = watchers[a.Kind](link.Config{ID: id, Kind: a.Kind, Secrets: secrets, Now: s.clock})
		out.states = append(out.states, plumbline.AlarmSource{ID: id, Kind: a.Kind, Product: plumbline.ProductRef(a.Product)})
	}
	return out, nil
}

// hooks are the sources as the door verifies them.
func (a alarmed) hooks() map[plumbline.LinkID]link.Hook {
	out := make(map[plumbline.LinkID]link.Hook, len(a.watchers))
	for id, w := range a.watchers {
		out[id] = w
	}
	return out
}
