package focus

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"plumbline"
)

// most is how many texts of a kind are remembered; what comes later is made anew
// each time.
const most = 20_000

// longest is the longest text that is remembered.
const longest = 512

// memory keeps what the rows of a bill repeat: names, times, tags.
type memory struct {
	texts  map[string]string
	times  map[string]plumbline.Time
	months map[plumbline.Time]string
	tagged map[string][]Tag
}

func newMemory() memory {
	return memory{map[string]string{}, map[string]plumbline.Time{}, map[plumbline.Time]string{}, map[string][]Tag{}}
}

// text is the bytes as a text of their own.
func (m memory) text(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := m.texts[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(m.texts) < most && len(s) <= longest {
		m.texts[s] = s
	}
	return s
}

// time reads a time; nothing is 0.
func (m memory) time(b []byte) (plumbline.Time, bool) {
	if len(b) == 0 {
		return 0, true
	}
	if t, ok := m.times[string(b)]; ok {
		return t, true
	}
	t, ok := parseTime(string(b))
	if ok && len(m.times) < most {
		m.times[string(b)] = t
	}
	return t, ok
}

// timeForms are those of the specification and of bills: with or without T and Z,
// and fractions of a second in each.
var timeForms = [...]string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05 MST"}

func parseTime(text string) (plumbline.Time, bool) {
	for _, form := range timeForms {
		t, err := time.Parse(form, text)
		if err != nil {
			continue
		}
		if name, off := t.Zone(); off == 0 && name != "UTC" && name != "" {
			return 0, false // a zone whose offset is not known
		}
		return plumbline.At(t), t.Year() > 1970 && t.Year() <= 9999
	}
	return 0, false
}

// month is that of a moment, as 2026-11.
func (m memory) month(t plumbline.Time) string {
	if s, ok := m.months[t]; ok {
		return s
	}
	s := t.Std().Format("2006-01")
	if len(m.months) < most {
		m.months[t] = s
	}
	return s
}

// tags reads the JSON object of a row's tags, in order of their keys.
func (m memory) tags(b []byte) ([]Tag, error) {
	if len(b) == 0 || string(b) == "{}" {
		return nil, nil
	}
	if tags, ok := m.tagged[string(b)]; ok {
		return tags, nil
	}
	tags, err := parseTags(b)
	if err == nil && len(m.tagged) < most && len(b) <= 4*longest {
		m.tagged[string(b)] = tags
	}
	return tags, err
}

func parseTags(b []byte) ([]Tag, error) {
	bad := plumbline.Errorf(plumbline.Invalid, "Tags: %q is no JSON object of texts, numbers, true, false and null", shorten(string(b)))
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, bad
	}
	var tags []Tag
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, bad
		}
		value, err := d.Token()
		if err != nil {
			return nil, bad
		}
		text, ok := tagText(value)
		if !ok {
			return nil, bad
		}
		if len(tags) == maxTags {
			return nil, plumbline.Errorf(plumbline.Invalid, "Tags: there are more than %d", maxTags)
		}
		tags = append(tags, Tag{clean(key.(string)), text})
	}
	if end, err := d.Token(); err != nil || end != json.Delim('}') || d.More() {
		return nil, bad
	}
	slices.SortStableFunc(tags, func(a, b Tag) int { return strings.Compare(a.Key, b.Key) })
	return tags, nil
}

func tagText(value json.Token) (string, bool) {
	switch v := value.(type) {
	case string:
		return clean(v), true
	case json.Number:
		return v.String(), true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	case nil:
		return "", true
	}
	return "", false
}

// clean takes zero bytes out, which JSON may hold and databases may not.
func clean(s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}

// shorten keeps a stranger's text short in a report.
func shorten(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// listed is a list of names in a sentence.
func listed(names []string) string {
	slices.Sort(names)
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
