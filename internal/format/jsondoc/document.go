package jsondoc

import (
	"bytes"
	"encoding/json"
	"strings"

	"plumbline"
)

// Document reads what a file says beside its rows into v, a pointer to a struct:
// one object as a whole. It says whether the file is one.
func Document(data []byte, v any) bool {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	return len(data) > 0 && data[0] == '{' && json.Unmarshal(data, v) == nil
}

// Unfit says why a row cannot be kept, "" when it can: it cannot be read, or
// holds a NUL character, which no database of ours takes.
func (r Row) Unfit() string {
	if r.Bad != "" {
		return r.Bad
	}
	for at := 0; ; {
		i := bytes.Index(r.JSON[at:], []byte(`\u0000`))
		if i < 0 {
			return ""
		}
		at += i
		before := len(r.JSON[:at]) - len(bytes.TrimRight(r.JSON[:at], `\`))
		if before%2 == 0 {
			return "it holds a NUL character"
		}
		at++
	}
}

// Clip is a text in one line of at most so many characters.
func Clip(t Text, most int) string {
	line := Line(t)
	if r := []rune(line); len(r) > most {
		return strings.TrimSpace(string(r[:most-1])) + "…"
	}
	return line
}

// Past is a time that may be written as nonsense, such as the year 1: that is not
// known.
type Past plumbline.Time

// UnmarshalJSON implements json.Unmarshaler.
func (p *Past) UnmarshalJSON(b []byte) error {
	var m Moment
	if m.UnmarshalJSON(b) != nil {
		m = 0
	}
	*p = Past(m)
	return nil
}
