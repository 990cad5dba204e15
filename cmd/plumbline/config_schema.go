package main

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
)

// configSchema is the JSON Schema of the configuration file, for editors.
func configSchema() ([]byte, error) {
	s, err := jsonschema.For[config](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[time.Duration](): {Type: "string", Pattern: `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`},
	}})
	if err != nil {
		return nil, err
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "Plumbline configuration"
	choices(s.Properties["log"].Properties["level"], "debug", "info", "warn", "error")
	choices(s.Properties["log"].Properties["format"], "text", "json")
	choices(s.Properties["mail"].Properties["tls"], "starttls", "tls", "none")
	// A list that is left empty in YAML is null to a parser; it is written as a list or not at all.
	for _, list := range []string{"links", "sources", "alarms"} {
		s.Properties[list].Type, s.Properties[list].Types = "array", nil
		s.Properties[list].Items.Properties["id"].Pattern = "^[a-z0-9][a-z0-9._-]{0,59}$"
	}
	l := s.Properties["links"].Items
	kinds := make([]any, 0, len(adapters))
	for _, k := range kindsOfLink() {
		kinds = append(kinds, k)
	}
	choices(l.Properties["kind"], kinds...)
	kinds = nil
	for _, k := range kindsOfAlarm() {
		kinds = append(kinds, k)
	}
	choices(s.Properties["alarms"].Items.Properties["kind"], kinds...)
	choices(l.Properties["separator"], "::", "/")
	choices(l.Properties["on_decline"], "close", "leave")
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

func choices(s *jsonschema.Schema, values ...any) { s.Enum = values }
