package main

import (
	"fmt"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// secretKeys stand for what must not be written into the file, each with the
// setting that says where the secret is.
var secretKeys = map[string]string{
	"token": "token", "password": "token", "secret": "secrets", "secrets": "secrets", "signing": "signing", "signing_token": "signing", "webhook_secret": "secrets",
}

// readConfig reads the file (none when the name is empty) and then the
// environment, whose settings win. All mistakes are reported at once.
func readConfig(file string, env map[string]string) (config, source, error) {
	var c config
	from := source{file: file, lines: map[string]int{}, env: map[string]string{}, flags: map[string]string{}}
	var bad complaints
	if file != "" {
		if err := c.readFile(file, &from, &bad); err != nil {
			return c, from, err
		}
	}
	c.readEnv(env, &from, &bad)
	return c, from, bad.err()
}

func (c *config) readFile(file string, from *source, bad *complaints) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("The configuration file %s cannot be read.", file), Err: err}
	}
	docs, err := yamldoc.Read(src)
	if err != nil {
		return plumbline.Errorf(plumbline.Invalid, "%s: %s", file, plumbline.TextOf(err))
	}
	for i, d := range docs {
		switch {
		case d.Err != nil:
			where, line, text := located(file, d)
			bad.add(where, line, "%s", text)
		case i > 0:
			bad.add(fmt.Sprintf("%s:%d", file, d.Line), d.Line, "the file holds one document; a second begins here")
		default:
			r := &filler{file: file, lines: from.lines, bad: bad}
			r.fill(d.Root, reflect.ValueOf(c).Elem(), "")
		}
	}
	return nil
}

// located takes the line out of the error's text and puts it where the others
// have it.
func located(file string, d yamldoc.Document) (where string, line int, text string) {
	line, text = d.Line, plumbline.TextOf(d.Err)
	if head, rest, ok := strings.Cut(text, ": "); ok {
		if _, err := fmt.Sscanf(strings.ToLower(head), "line %d", &line); err == nil {
			text = rest
		}
	}
	return fmt.Sprintf("%s:%d", file, line), line, text
}

// filler lays a YAML tree over a struct.
type filler struct {
	file  string
	lines map[string]int
	bad   *complaints
}

func (f *filler) say(line int, format string, args ...any) {
	f.bad.add(fmt.Sprintf("%s:%d", f.file, line), line, format, args...)
}

func (f *filler) fill(n *yamldoc.Node, v reflect.Value, path string) {
	if n == nil || n.Null {
		return
	}
	f.lines[path] = n.Line
	switch v.Kind() {
	case reflect.Struct:
		f.fillStruct(n, v, path)
	case reflect.Slice:
		if n.Kind != yamldoc.List {
			f.say(n.Line, "%s: this must be a list, each entry after a dash", path)
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items)))
		for i, it := range n.Items {
			f.fill(it, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	default:
		if n.Kind != yamldoc.Scalar {
			f.say(n.Line, "%s: this must be one value, not %s", path, n.Kind)
			return
		}
		if err := setLeaf(v, n.Str()); err != nil {
			f.say(n.Line, "%s: %v", path, err)
		}
	}
}

func (f *filler) fillStruct(n *yamldoc.Node, v reflect.Value, path string) {
	if n.Kind != yamldoc.Mapping {
		f.say(n.Line, "%s: this must be a mapping, \"key: value\" on each line", nameOf(path))
		return
	}
	for _, again := range n.Again {
		f.say(again.Line, "%s stands here a second time", join(path, again.Key))
	}
	keys := keysOf(v.Type())
	for i, key := range n.Keys {
		at := slices.Index(keys, key)
		if at >= 0 {
			f.fill(n.Items[i], v.Field(at), join(path, key))
			if join(path, key) == "database" && hasPassword(n.Items[i].Str()) {
				f.say(n.Items[i].Line, "database: a password does not stand in this file; put the address into a file (database_file) or a variable (database_env)")
			}
			continue
		}
		line := n.Items[i].Line
		stem := secretKeys[key]
		if slices.Contains(keys, key+"_file") {
			stem = key
		}
		if slices.Contains(keys, stem+"_file") {
			f.say(line, "%s: a secret does not stand in this file; put it into a file (%s_file) or a variable (%s_env)", join(path, key), stem, stem)
			continue
		}
		f.say(line, "%s is not a setting; %s has %s", join(path, key), nameOf(path), strings.Join(keys, ", "))
	}
}

func nameOf(path string) string {
	if path == "" {
		return "the file"
	}
	return path
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// keysOf are the names of a struct's settings, in order of its fields.
func keysOf(t reflect.Type) []string {
	keys := make([]string, t.NumField())
	for i := range keys {
		keys[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	return keys
}

// setLeaf sets one setting from its text.
func setLeaf(v reflect.Value, text string) error {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a duration such as 60s or 5m", text)
		}
		v.SetInt(int64(d))
		return nil
	}
	switch v.Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("it must be true or false, not %q", text)
		}
		v.SetBool(b)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("it must be a whole number, not %q", text)
		}
		v.SetInt(int64(n))
	default:
		v.SetString(text)
	}
	return nil
}

// readEnv takes the settings that stand in the environment.
func (c *config) readEnv(env map[string]string, from *source, bad *complaints) {
	readStructEnv(reflect.ValueOf(c).Elem(), "PLUMBLINE", "", env, from, bad)
	readListEnv(reflect.ValueOf(&c.Links).Elem(), "PLUMBLINE_LINKS", "links", env, from, bad)
	readListEnv(reflect.ValueOf(&c.Sources).Elem(), "PLUMBLINE_SOURCES", "sources", env, from, bad)
	readListEnv(reflect.ValueOf(&c.Alarms).Elem(), "PLUMBLINE_ALARMS", "alarms", env, from, bad)
}

// readListEnv takes the settings of a list's entries, by number from 0; those after
// the last one add to it.
func readListEnv(list reflect.Value, name, path string, env map[string]string, from *source, bad *complaints) {
	for i := 0; ; i++ {
		entry := fmt.Sprintf("%s_%d", name, i)
		if !anyUnder(env, entry+"_") {
			if i >= list.Len() {
				return
			}
			continue
		}
		if i >= list.Len() {
			list.Set(reflect.Append(list, reflect.Zero(list.Type().Elem())))
		}
		readStructEnv(list.Index(i), entry, fmt.Sprintf("%s[%d]", path, i), env, from, bad)
	}
}

func readStructEnv(v reflect.Value, name, path string, env map[string]string, from *source, bad *complaints) {
	for i, key := range keysOf(v.Type()) {
		variable := name + "_" + strings.ToUpper(key)
		field := v.Field(i)
		switch field.Kind() {
		case reflect.Struct:
			readStructEnv(field, variable, join(path, key), env, from, bad)
		case reflect.Slice: // by number, in readEnv
		default:
			text, ok := env[variable]
			if !ok || text == "" {
				continue
			}
			from.env[join(path, key)] = variable
			if err := setLeaf(field, text); err != nil {
				bad.add(variable, 0, "%v", err)
			}
		}
	}
}

func anyUnder(env map[string]string, prefix string) bool {
	for name, v := range env {
		if strings.HasPrefix(name, prefix) && v != "" {
			return true
		}
	}
	return false
}

// hasPassword says whether an address holds one.
func hasPassword(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return strings.Contains(address, "@")
	}
	if _, set := u.User.Password(); set {
		return true
	}
	return u.Query().Has("password")
}
