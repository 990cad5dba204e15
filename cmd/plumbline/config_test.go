package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"plumbline"
)

const goodConfig = `# everything
listen: 127.0.0.1:9000
data: /var/lib/plumbline
base_url: https://plumbline.example.com
organisation: Example
log:
  level: warn
  format: json
links:
  - id: gitlab
    kind: gitlab
    url: https://gitlab.example.com
    project: group/infra
    token_file: /run/secrets/token
    secrets_env: HOOKS
    separator: "::"
    read_only: true
    keep_label: yes please
    on_decline: leave
    poll: 2m
`

func readText(t *testing.T, text string, env map[string]string) (config, error) {
	t.Helper()
	file := ""
	if text != "" {
		file = filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, from, err := readConfig(file, env)
	if err == nil {
		err = c.check(from)
	}
	return c, err
}

func TestConfigReads(t *testing.T) {
	c, err := readText(t, strings.Replace(goodConfig, "yes please", "true", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := config{Listen: "127.0.0.1:9000", Data: "/var/lib/plumbline", BaseURL: "https://plumbline.example.com", Organisation: "Example",
		Log: logConfig{"warn", "json"}, Links: []linkConfig{{ID: "gitlab", Kind: "gitlab", URL: "https://gitlab.example.com", Project: "group/infra",
			TokenFile: "/run/secrets/token", SecretsEnv: "HOOKS", Separator: "::", ReadOnly: true, KeepLabel: true, OnDecline: "leave", Poll: 2 * time.Minute}}}
	got, wanted := asJSON(t, c), asJSON(t, want)
	if got != wanted {
		t.Errorf("got %s, want %s", got, wanted)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestConfigMistakes wants each mistake to be said with its line.
func TestConfigMistakes(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown key", "listen: x\ncolour: red", "c.yaml:2: colour is not a setting"},
		{"unknown key below", "log:\n  loud: true", "c.yaml:2: log.loud is not a setting; log has level, format"},
		{"unknown key in a list", "links:\n  - id: a\n    colour: red", "c.yaml:3: links[0].colour is not a setting"},
		{"twice", "listen: a\nlisten: b", "c.yaml:2: listen stands here a second time"},
		{"a list where a value belongs", "listen: [a, b]", "c.yaml:1: listen: this must be one value, not a list"},
		{"a value where a list belongs", "links: gitlab", "c.yaml:1: links: this must be a list"},
		{"a value where a mapping belongs", "log: info", "c.yaml:1: log: this must be a mapping"},
		{"a list at the top", "- listen: a", "c.yaml:1: the file: this must be a mapping"},
		{"a bad truth", "links:\n  - read_only: perhaps", "c.yaml:2: links[0].read_only: it must be true or false"},
		{"a bad duration", "links:\n  - poll: 60", "c.yaml:2: links[0].poll: \"60\" is not a duration"},
		{"a secret in the file", "links:\n  - id: a\n    token: hunter2", "c.yaml:3: links[0].token: a secret does not stand in this file; put it into a file (token_file)"},
		{"a hook secret in the file", "links:\n  - secret: hunter2", "c.yaml:2: links[0].secret: a secret does not stand in this file; put it into a file (secrets_file)"},
		{"a password in the address", "database: postgres://a:hunter2@b/c", "c.yaml:1: database: a password does not stand in this file"},
		{"a password as a parameter", "database: postgres://b/c?password=hunter2", "c.yaml:1: database: a password does not stand in this file"},
		{"an alias", "a: &x 1\nlisten: *x", "c.yaml:2: an alias"},
		{"not YAML", "listen: [", "c.yaml:1: not valid YAML"},
		{"a second document", "listen: a\n---\nlisten: b", "the file holds one document; a second begins here"},
		{"a bad level", "log:\n  level: loud", "c.yaml:2: log.level: it must be debug, info, warn or error"},
		{"not PostgreSQL", "database: mysql://x", "c.yaml:1: database: it must begin with postgres://"},
		{"a bad base address", "base_url: plumbline", "c.yaml:1: base_url: it must be an address"},
		{"no folder", "processes: /nowhere/at/all", "c.yaml:1: processes: there is no folder"},
		{"no project", "links:\n  - id: a\n    kind: gitlab\n    url: https://x", "c.yaml:2: links[0].project: Say which project"},
		{"two of one name", "links:\n  - &x {id: a, kind: gitlab, url: https://x, project: a/b}\n  - {id: a, kind: gitlab, url: https://x, project: a/b}", "c.yaml:3: links[1].id: two trackers are called \"a\""},
		{"a bad separator", "links:\n  - {id: a, kind: gitea, url: https://x, project: a/b, separator: \"-\"}", "links[0].separator: The separator"},
		{"file and variable", "links:\n  - {id: a, kind: gitea, url: https://x, project: a/b, token_file: x, token_env: Y}", "give token_file or token_env, not both"},
		{"too often", "links:\n  - {id: a, kind: gitea, url: https://x, project: a/b, poll: 10ms}", "links[0].poll: it must be at least 1s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readText(t, tt.text, nil)
			if plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the secret is shown: %v", err)
			}
		})
	}
}

func TestConfigAllMistakesAtOnce(t *testing.T) {
	_, err := readText(t, "colour: red\nlog: {level: x, loud: y}\nlinks:\n  - poll: z\n", nil)
	text := plumbline.TextOf(err)
	for _, want := range []string{"c.yaml:1: colour", "c.yaml:2: log.loud", "c.yaml:4: links[0].poll"} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in %s", want, text)
		}
	}
}

// TestEnvironmentWins sets every key by its variable, and lays variables over a
// file.
func TestEnvironmentWins(t *testing.T) {
	c, err := readText(t, "listen: a:1\nlog: {level: info}\nlinks:\n  - {id: one, kind: gitlab, url: https://x, project: a/b}\n", map[string]string{
		"PLUMBLINE_LISTEN": "b:2", "PLUMBLINE_LOG_LEVEL": "debug", "PLUMBLINE_LINKS_0_PROJECT": "c/d", "PLUMBLINE_LINKS_0_POLL": "5s",
		"PLUMBLINE_LINKS_1_ID": "two", "PLUMBLINE_LINKS_1_KIND": "gitea", "PLUMBLINE_LINKS_1_URL": "https://y", "PLUMBLINE_LINKS_1_PROJECT": "e/f", "PLUMBLINE_LINKS_1_READ_ONLY": "true",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "b:2" || c.Log.Level != "debug" || c.Links[0].Project != "c/d" || c.Links[0].Poll != 5*time.Second || len(c.Links) != 2 || !c.Links[1].ReadOnly {
		t.Errorf("got %+v", c)
	}
	_, err = readText(t, "", map[string]string{"PLUMBLINE_LINKS_0_POLL": "often"})
	if !strings.Contains(plumbline.TextOf(err), "PLUMBLINE_LINKS_0_POLL: \"often\" is not a duration") {
		t.Errorf("got %v", err)
	}
}

// TestWhere lays flags over variables over the file.
func TestWhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "address")
	if err := os.WriteFile(file, []byte("postgres://in-file/x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name           string
		env            map[string]string
		data, database string
		demo           bool
		want           string
	}{
		{"nothing said", map[string]string{"HOME": "/home/mara"}, "", "", false, "/home/mara/.local/share/plumbline/plumbline.db"},
		{"the demo", map[string]string{"HOME": "/home/mara"}, "", "", true, "/home/mara/.local/share/plumbline-demo/plumbline.db"},
		{"XDG", map[string]string{"HOME": "/home/mara", "XDG_DATA_HOME": "/data"}, "", "", false, "/data/plumbline/plumbline.db"},
		{"a folder", nil, "/d", "", true, "/d/plumbline.db"},
		{"a variable", map[string]string{"PLUMBLINE_DATA": "/v"}, "", "", false, "/v/plumbline.db"},
		{"PostgreSQL by variable", map[string]string{"PLUMBLINE_DATABASE": "postgres://a:b@c/d"}, "", "", false, "postgres://a:b@c/d"},
		{"PostgreSQL by file", map[string]string{"PLUMBLINE_DATABASE_FILE": file}, "", "", false, "postgres://in-file/x"},
		{"PostgreSQL by named variable", map[string]string{"PLUMBLINE_DATABASE_ENV": "DB", "DB": "postgres://in-env/x"}, "", "", false, "postgres://in-env/x"},
		{"a folder over PostgreSQL", map[string]string{"PLUMBLINE_DATABASE": "postgres://a/b"}, "/d", "", false, "/d/plumbline.db"},
		{"an address over a folder", map[string]string{"PLUMBLINE_DATA": "/v"}, "", "postgres://flag/x", false, "postgres://flag/x"},
	}
	for _, tt := range tests {
		s := &shell{env: tt.env}
		s.flags.data, s.flags.database = tt.data, tt.database
		c, err := s.settings()
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got, err := s.where(c, tt.demo); err != nil || got != tt.want {
			t.Errorf("%s: got %s, %v, want %s", tt.name, got, err, tt.want)
		}
	}
}

func TestSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("new\nold\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := &shell{env: map[string]string{"TWO": "a,b"}}
	for _, tt := range []struct {
		file, env, want string
		good            bool
	}{
		{file, "", "new|old", true}, {"", "TWO", "a|b", true}, {"", "", "", true},
		{"", "NOT_SET", "", false}, {empty, "", "", false}, {file + "x", "", "", false},
	} {
		got, err := s.secrets("secrets", tt.file, tt.env)
		if strings.Join(got, "|") != tt.want || (err == nil) != tt.good {
			t.Errorf("%s%s: got %v, %v", tt.file, tt.env, got, err)
		}
	}
}

// TestSchema holds the published schema against the program's, and the schema
// against configurations.
func TestSchema(t *testing.T) {
	const published = "../../doc/config.schema.json"
	got, err := configSchema()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("PLUMBLINE_TEST_UPDATE") != "" {
		if err := os.WriteFile(published, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(published)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the schema is not %s: run ./do golden ./cmd/plumbline and read the difference", published)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(got, &s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text string
		good bool
	}{
		{`{}`, true},
		{`{"listen":":8080","log":{"level":"info"},"links":[{"id":"a","kind":"gitlab","url":"https://x","project":"a/b","poll":"60s","read_only":true}]}`, true},
		{`{"colour":"red"}`, false},
		{`{"log":{"level":"loud"}}`, false},
		{`{"links":[{"id":"a","kind":"jira","url":"https://x","project":"a/b"}]}`, false},
		{`{"links":[{"kind":"gitlab","url":"https://x","project":"a/b"}]}`, false},
		{`{"links":[{"id":"a","kind":"gitlab","url":"https://x","project":"a/b","poll":60}]}`, false},
		{`{"links":[{"id":"a","kind":"gitlab","url":"https://x","project":"a/b","token":"secret"}]}`, false},
	} {
		var v any
		if err := json.Unmarshal([]byte(tt.text), &v); err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(v); (err == nil) != tt.good {
			t.Errorf("%s: got %v", tt.text, err)
		}
	}
}
