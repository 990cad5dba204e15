package main

import (
	"maps"
	"slices"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/gitea"
	"plumbline/internal/link/gitlab"
	"plumbline/internal/worker"
)

// adapters are the kinds of tracker that can be followed. A new one is a folder
// below internal/link and a line here.
var adapters = map[string]func(link.Config) (link.Tracker, error){
	"gitlab": func(c link.Config) (link.Tracker, error) { return gitlab.New(c) },
	"gitea":  func(c link.Config) (link.Tracker, error) { return gitea.New(c) },
}

func kindsOfLink() []string { return slices.Sorted(maps.Keys(adapters)) }

// wired is the configured trackers, ready for the doors and the store.
type wired struct {
	adapters map[plumbline.LinkID]worker.Adapter
	hooks    map[plumbline.LinkID]link.Hook
	states   []plumbline.LinkState
	alarmed  alarmed
}

// wire makes the adapters of the configured trackers. Nothing is sent yet.
func (s *shell) wire(links []linkConfig) (wired, error) {
	w := wired{adapters: map[plumbline.LinkID]worker.Adapter{}, hooks: map[plumbline.LinkID]link.Hook{}}
	for _, l := range links {
		conf, err := s.linkSettings(l)
		if err != nil {
			return w, plumbline.Errorf(plumbline.Invalid, "The tracker %s: %s", l.ID, plumbline.TextOf(err))
		}
		t, err := adapters[l.Kind](conf)
		if err != nil {
			return w, plumbline.Errorf(plumbline.Invalid, "The tracker %s: %s", l.ID, plumbline.TextOf(err))
		}
		a := worker.Adapter{Tracker: t}
		a.History, _ = t.(link.Historian)
		a.Opener, _ = t.(link.Opener)
		w.adapters[conf.ID] = a
		if h, ok := t.(link.Hook); ok {
			w.hooks[conf.ID] = h
		}
		decline := l.OnDecline
		if decline == "" {
			decline = "close"
		}
		sep := l.Separator
		if sep == "" {
			sep = "::"
		}
		w.states = append(w.states, plumbline.LinkState{ID: conf.ID, Kind: l.Kind, URL: l.URL, Project: l.Project, Separator: sep,
			ReadOnly: l.ReadOnly, KeepLabel: l.KeepLabel, OnDecline: decline})
	}
	return w, nil
}

// linkSettings reads the secrets that a tracker's settings point at.
func (s *shell) linkSettings(l linkConfig) (link.Config, error) {
	c := link.Config{ID: plumbline.LinkID(l.ID), Kind: l.Kind, URL: l.URL, Project: l.Project, Separator: l.Separator, ReadOnly: l.ReadOnly, Now: s.clock}
	var err error
	if c.Token, err = s.secret("token", l.TokenFile, l.TokenEnv); err != nil {
		return c, err
	}
	if c.Secrets, err = s.secrets("secrets", l.SecretsFile, l.SecretsEnv); err != nil {
		return c, err
	}
	c.Signing, err = s.secrets("signing", l.SigningFile, l.SigningEnv)
	return c, err
}
