package main

import (
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/link/prometheus"
)

// sourceConfig is one source of figures.
type sourceConfig struct {
	ID        string `json:"id" jsonschema:"Name of the source here, in lower case."`
	Kind      string `json:"kind,omitempty" jsonschema:"prometheus, or what speaks its HTTP API; prometheus when not said."`
	URL       string `json:"url" jsonschema:"Address of the source, for example https://prometheus.example.com."`
	TokenFile string `json:"token_file,omitempty" jsonschema:"File that holds the bearer token, or the whole value of the Authorization header."`
	TokenEnv  string `json:"token_env,omitempty" jsonschema:"Environment variable that holds it."`
	NoRules   bool   `json:"no_rules,omitempty" jsonschema:"Do not read the recording rules of Sloth there."`
}

// figureSources are the kinds of source. A new one is a folder below internal/link
// and a line here.
var figureSources = map[string]func(link.Config) (link.Source, error){
	"prometheus": func(c link.Config) (link.Source, error) { return prometheus.New(c) },
}

func (f sourceConfig) kind() string {
	if f.Kind == "" {
		return "prometheus"
	}
	return f.Kind
}

// check looks at one source's settings.
func (f sourceConfig) check(path string, seen map[string]bool, say func(path, format string, args ...any)) {
	switch {
	case !plumbline.ValidRef(f.ID):
		say(path+".id", "it must be 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q", f.ID)
	case seen[f.ID]:
		say(path+".id", "two sources are called %q", f.ID)
	}
	seen[f.ID] = true
	if figureSources[f.kind()] == nil {
		say(path+".kind", "it must be one of %s, not %q", strings.Join(slices.Sorted(maps.Keys(figureSources)), ", "), f.Kind)
	}
	if f.TokenFile != "" && f.TokenEnv != "" {
		say(path+".token_file", "give token_file or token_env, not both")
	}
	_, err := link.Config{URL: f.URL, Project: f.kind()}.Checked()
	for field, text := range plumbline.FieldsOf(err) {
		say(path+"."+field, "%s", text)
	}
}

// gauges are the configured sources of figures, ready for the worker and the store.
type gauges struct {
	sources map[plumbline.LinkID]link.Source
	states  []plumbline.SourceState
}

// gauges makes the configured sources. Nothing is sent yet.
func (s *shell) gauges(list []sourceConfig) (gauges, error) {
	g := gauges{sources: map[plumbline.LinkID]link.Source{}}
	for _, f := range list {
		token, err := s.secret("token", f.TokenFile, f.TokenEnv)
		var src link.Source
		if err == nil {
			src, err = figureSources[f.kind()](link.Config{ID: plumbline.LinkID(f.ID), Kind: f.kind(), URL: f.URL, Token: token, Now: s.clock})
		}
		if err != nil {
			return g, plumbline.Errorf(plumbline.Invalid, "The source %s: %s", f.ID, plumbline.TextOf(err))
		}
		g.sources[plumbline.LinkID(f.ID)] = src
		g.states = append(g.states, plumbline.SourceState{ID: plumbline.LinkID(f.ID), Kind: f.kind(), URL: f.URL, Rules: !f.NoRules})
	}
	return g, nil
}
