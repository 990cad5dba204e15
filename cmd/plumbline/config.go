package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/link"
	"plumbline/internal/sorted"
)

// config is everything that an installation can say. The JSON names are those
// of the YAML file; a name with PLUMBLINE_ in front, in capitals and with _ for
// every step down (PLUMBLINE_LOG_LEVEL, PLUMBLINE_LINKS_0_URL) is its variable.
type config struct {
	Listen       string       `json:"listen,omitempty" jsonschema:"Address and port to serve on, for example 127.0.0.1:8080 or :8080."`
	Data         string       `json:"data,omitempty" jsonschema:"Folder of the SQLite database, when there is no PostgreSQL."`
	Database     string       `json:"database,omitempty" jsonschema:"PostgreSQL address without a password, for example postgres://plumbline@db/plumbline. With a password use database_file or database_env."`
	DatabaseFile string       `json:"database_file,omitempty" jsonschema:"File that holds the PostgreSQL address."`
	DatabaseEnv  string       `json:"database_env,omitempty" jsonschema:"Environment variable that holds the PostgreSQL address."`
	BaseURL      string       `json:"base_url,omitempty" jsonschema:"Address that people and trackers reach this server at, for example https://plumbline.example.com."`
	Organisation string       `json:"organisation,omitempty" jsonschema:"Name of the organisation."`
	Processes    string       `json:"processes,omitempty" jsonschema:"Folder with processes of one's own, each a YAML file; one with the id of a built-in process takes its place."`
	Log          logConfig    `json:"log,omitempty" jsonschema:"The log on standard error."`
	Mail         mailConfig   `json:"mail,omitempty" jsonschema:"The SMTP server that digests are sent through; without it none are sent."`
	Webhooks     hookConfig   `json:"webhooks,omitempty" jsonschema:"What is told to the webhooks of others."`
	Links        []linkConfig `json:"links,omitempty" jsonschema:"The trackers to follow."`

	Sources []sourceConfig `json:"sources,omitempty" jsonschema:"Where figures are read that objectives are measured by."`
	Alarms  []alarmConfig  `json:"alarms,omitempty" jsonschema:"Who tells of alarms, which become incidents."`
}

// logConfig says what is logged.
type logConfig struct {
	Level  string `json:"level,omitempty" jsonschema:"Least level that is logged: debug, info, warn or error; info when not said."`
	Format string `json:"format,omitempty" jsonschema:"text or json; text when not said."`
}

// linkConfig is one tracker.
type linkConfig struct {
	ID          string        `json:"id" jsonschema:"Name of the tracker here, in lower case; it is part of the hook's address: /hooks/ID."`
	Kind        string        `json:"kind" jsonschema:"gitlab, or gitea for Gitea and Forgejo."`
	URL         string        `json:"url" jsonschema:"Address of the tracker, for example https://gitlab.example.com."`
	Project     string        `json:"project" jsonschema:"Project or repository: group/project, owner/name, or its numeric id."`
	TokenFile   string        `json:"token_file,omitempty" jsonschema:"File that holds the access token."`
	TokenEnv    string        `json:"token_env,omitempty" jsonschema:"Environment variable that holds the access token."`
	SecretsFile string        `json:"secrets_file,omitempty" jsonschema:"File with the hook's secret; during a rotation two, a line each, the newest first."`
	SecretsEnv  string        `json:"secrets_env,omitempty" jsonschema:"Environment variable with the hook's secrets, as in secrets_file."`
	SigningFile string        `json:"signing_file,omitempty" jsonschema:"File with GitLab signing tokens (whsec_…), as in secrets_file; with one set, an unsigned delivery is refused."`
	SigningEnv  string        `json:"signing_env,omitempty" jsonschema:"Environment variable with GitLab signing tokens, as in signing_file."`
	Separator   string        `json:"separator,omitempty" jsonschema:"Between the scope and the value of a label: :: or /; :: when not said."`
	ReadOnly    bool          `json:"read_only,omitempty" jsonschema:"Never write to the tracker."`
	KeepLabel   bool          `json:"keep_label,omitempty" jsonschema:"Keep the workflow:: label when an item is handed off."`
	OnDecline   string        `json:"on_decline,omitempty" jsonschema:"What happens to the issue of a declined item: close, or leave; close when not said."`
	Poll        time.Duration `json:"poll,omitempty" jsonschema:"Time between two looks for what the hook did not tell, for example 60s; the shortest of all trackers counts."`
}

// complaint is one thing that is wrong with a configuration, and where.
type complaint struct {
	where string // "plumbline.yaml:12", "PLUMBLINE_LISTEN", "--listen"
	line  int
	text  string
}

// complaints become one error that shows them all.
type complaints []complaint

func (c *complaints) add(where string, line int, format string, args ...any) {
	*c = append(*c, complaint{where, line, fmt.Sprintf(format, args...)})
}

// err is nil when there is nothing to complain about.
func (c complaints) err() error {
	if len(c) == 0 {
		return nil
	}
	sorted.By(c, func(a, b complaint) int { return a.line - b.line })
	lines := make([]string, len(c))
	for i, one := range c {
		lines[i] = one.where + ": " + one.text
	}
	if len(lines) == 1 {
		return plumbline.Errorf(plumbline.Invalid, "%s", lines[0])
	}
	return plumbline.Errorf(plumbline.Invalid, "The configuration has %d mistakes:\n  %s", len(lines), strings.Join(lines, "\n  "))
}

// source says where each setting came from, by its path ("links[0].url").
type source struct {
	file  string
	lines map[string]int
	env   map[string]string
	flags map[string]string
}

func (s source) of(path string) (where string, line int) {
	if f, ok := s.flags[path]; ok {
		return f, 0
	}
	if e, ok := s.env[path]; ok {
		return e, 0
	}
	for p := path; p != ""; p = parent(p) {
		if n, ok := s.lines[p]; ok {
			return fmt.Sprintf("%s:%d", s.file, n), n
		}
	}
	if s.file != "" {
		return s.file, 0
	}
	return "configuration", 0
}

// parent is the path one step up.
func parent(path string) string {
	if i := strings.LastIndexAny(path, ".["); i >= 0 {
		return path[:i]
	}
	return ""
}

// check looks at what the settings say, wherever they came from.
func (c config) check(from source) error {
	var bad complaints
	say := func(path, format string, args ...any) {
		where, line := from.of(path)
		bad.add(where, line, "%s: "+format, append([]any{path}, args...)...)
	}
	if c.BaseURL != "" {
		if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" {
			say("base_url", "it must be an address such as https://plumbline.example.com, not %q", c.BaseURL)
		}
	}
	if c.Database != "" && !isPostgres(c.Database) {
		say("database", "it must begin with postgres://; for SQLite set data, a folder")
	}
	if !slices.Contains([]string{"", "debug", "info", "warn", "error"}, c.Log.Level) {
		say("log.level", "it must be debug, info, warn or error, not %q", c.Log.Level)
	}
	if !slices.Contains([]string{"", "text", "json"}, c.Log.Format) {
		say("log.format", "it must be text or json, not %q", c.Log.Format)
	}
	if c.Processes != "" {
		if st, err := os.Stat(c.Processes); err != nil || !st.IsDir() {
			say("processes", "there is no folder %s", c.Processes)
		}
	}
	c.Mail.check(say)
	seen := map[string]bool{}
	for i, l := range c.Links {
		l.check(fmt.Sprintf("links[%d]", i), seen, say)
	}
	for i, a := range c.Alarms {
		a.check(fmt.Sprintf("alarms[%d]", i), seen, say)
	}
	seen = map[string]bool{}
	for i, f := range c.Sources {
		f.check(fmt.Sprintf("sources[%d]", i), seen, say)
	}
	return bad.err()
}

// check looks at one tracker's settings. Its address, project and separator are
// judged by the link package, which the adapters ask again.
func (l linkConfig) check(path string, seen map[string]bool, say func(path, format string, args ...any)) {
	switch {
	case !plumbline.ValidRef(l.ID):
		say(path+".id", "it must be 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q", l.ID)
	case seen[l.ID]:
		say(path+".id", "two trackers are called %q", l.ID)
	}
	seen[l.ID] = true
	if adapters[l.Kind] == nil {
		say(path+".kind", "it must be one of %s, not %q", strings.Join(kindsOfLink(), ", "), l.Kind)
	}
	if !slices.Contains([]string{"", "close", "leave"}, l.OnDecline) {
		say(path+".on_decline", "it must be close or leave, not %q", l.OnDecline)
	}
	if l.Poll != 0 && l.Poll < time.Second {
		say(path+".poll", "it must be at least 1s, not %s", l.Poll)
	}
	for _, pair := range [][3]string{{"token", l.TokenFile, l.TokenEnv}, {"secrets", l.SecretsFile, l.SecretsEnv}, {"signing", l.SigningFile, l.SigningEnv}} {
		if pair[1] != "" && pair[2] != "" {
			say(path+"."+pair[0]+"_file", "give %s_file or %s_env, not both", pair[0], pair[0])
		}
	}
	_, err := link.Config{URL: l.URL, Project: l.Project, Separator: l.Separator}.Checked()
	for field, text := range plumbline.FieldsOf(err) {
		say(path+"."+field, "%s", text)
	}
}

func isPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// defaultData is where the database is when nobody says: the user's folder for
// data that programs keep.
func defaultData(env func(string) string, demo bool) string {
	name := "plumbline"
	if demo {
		name = "plumbline-demo"
	}
	if d := env("XDG_DATA_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, name)
	}
	if d := env("HOME"); d != "" {
		return filepath.Join(d, ".local", "share", name)
	}
	return name + "-data"
}
