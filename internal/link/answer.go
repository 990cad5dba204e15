package link

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"

	"plumbline"
)

// judge turns an answer into nil or a fault.
func (c *Caller) judge(call Call, a Answer, err error) error {
	if err != nil {
		return err
	}
	if a.Status != http.StatusTooManyRequests {
		c.mu.Lock()
		c.bare = 0
		c.mu.Unlock()
	}
	if a.Status >= 200 && a.Status < 300 {
		return nil
	}
	f := &Fault{Status: a.Status}
	f.Kind, f.Text = c.kindOf(call, a.Status)
	if f.Kind == RateLimited {
		f.Until = c.until(a.Header)
		f.Text += " until " + f.Until.UTC().Format("15:04:05 UTC") + "."
	}
	if said := c.redact(said(a.Body)); said != "" {
		f.Text += " It says: " + clipRunes(said, 200) // cut last, or the beginning of a secret might stay
	}
	return f
}

func (c *Caller) kindOf(call Call, status int) (FaultKind, string) {
	what := call.Method + " " + c.redact(call.Path)
	switch status {
	case http.StatusUnauthorized:
		return Auth, c.name + " does not accept our token (expired or revoked?): give this link a new one."
	case http.StatusForbidden:
		return Forbidden, c.name + " does not allow " + what + ": the token's user or scope lacks the right."
	case http.StatusNotFound:
		return NotFound, c.name + " has nothing at " + c.redact(call.Path) + ", or our token may not see it."
	case http.StatusGone:
		return Gone, c.name + " says that " + c.redact(call.Path) + " was deleted."
	case http.StatusLocked:
		return Archived, c.name + " refuses " + what + ": it is archived or locked."
	case http.StatusTooManyRequests:
		return RateLimited, c.name + " wants no more requests"
	}
	if status >= 500 {
		return kindWhenLost(call.Method, true), c.name + " answered " + strconv.Itoa(status) + " to " + what + "."
	}
	return Invalid, c.name + " answered " + strconv.Itoa(status) + " to " + what + "."
}

// until reads Retry-After (seconds or a date), else RateLimit-Reset (seconds
// since 1970), else waits 60 s and doubles, up to 16 min: GitLab leaves both
// out on some of its 429s.
func (c *Caller) until(h http.Header) time.Time {
	now := c.now()
	if s := h.Get("Retry-After"); s != "" {
		if n, err := strconv.Atoi(s); err == nil && n >= 0 && n < 7*24*3600 {
			return now.Add(time.Duration(n) * time.Second)
		}
		if t, err := http.ParseTime(s); err == nil && t.After(now) {
			return t
		}
	}
	if n, err := strconv.ParseInt(h.Get("RateLimit-Reset"), 10, 64); err == nil {
		if t := time.Unix(n, 0); t.After(now) && t.Before(now.Add(7*24*time.Hour)) {
			return t
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	wait := time.Minute << min(c.bare, 4)
	c.bare++
	return now.Add(wait)
}

// said is the server's own message, on one line.
func said(body []byte) string {
	var m struct {
		Message     any    `json:"message"`
		Error       any    `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(body, &m) != nil {
		return ""
	}
	if m.Message == nil {
		m.Message = m.Error
	}
	text := flat(m.Message)
	if m.Description != "" {
		text += " (" + m.Description + ")"
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// flat writes a message that is a text, or lists of texts by field.
func flat(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var parts []string
		for _, one := range v {
			parts = append(parts, flat(one))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		var parts []string
		for k, one := range v {
			parts = append(parts, k+": "+flat(one))
		}
		sort.Strings(parts)
		return strings.Join(parts, "; ")
	}
	return ""
}

// Into reads the answer's JSON into v. Fields of an unexpected type are left
// empty, since trackers disagree with their own documents about them; types
// that must not be misread have an UnmarshalJSON that fails.
func (a Answer) Into(v any) error {
	if err := Lenient(a.Body, v); err != nil {
		return &Fault{Kind: Invalid, Status: a.Status, Text: "The answer is not what a tracker's API sends: is the address of this link right?", Err: err}
	}
	return nil
}

// Lenient is json.Unmarshal that leaves a field of the wrong type empty. The
// whole having the wrong type is an error.
func Lenient(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	var odd *json.UnmarshalTypeError
	if errors.As(err, &odd) && odd.Field != "" {
		return nil
	}
	return err
}

// Next is the query of the next page, or nil. Only the Link header says that a
// list goes on: GitLab's pages may hold fewer rows than asked for. Its address
// is not used, since behind a proxy it may be a wrong one.
func (a Answer) Next() url.Values {
	for _, one := range strings.Split(strings.Join(a.Header.Values("Link"), ","), ",") {
		address, params, ok := strings.Cut(one, ";")
		if !ok || !strings.Contains(params, `rel="next"`) {
			continue
		}
		u, err := url.Parse(strings.Trim(strings.TrimSpace(address), "<>"))
		if err == nil && u.RawQuery != "" {
			return u.Query()
		}
	}
	return nil
}

// ServerTime is the server's clock when it answered, or zero.
func (a Answer) ServerTime() time.Time {
	t, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Stamp is a moment as trackers write it; what cannot be read is zero.
type Stamp struct{ plumbline.Time }

// UnmarshalJSON reads RFC 3339, and "2017-09-15 16:50:55 UTC" as GitLab's hooks
// write it. It never fails.
func (s *Stamp) UnmarshalJSON(b []byte) error {
	s.Time = 0
	var text string
	if json.Unmarshal(b, &text) != nil {
		return nil
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700", "2006-01-02"} {
		if t, err := time.Parse(form, text); err == nil && t.Year() > 1970 && t.Year() < 10000 {
			s.Time = plumbline.At(t)
			return nil
		}
	}
	return nil
}

// CheckRef refuses what is not the number of an issue.
func CheckRef(ref string) error {
	n, err := strconv.ParseInt(ref, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != ref {
		return &Fault{Kind: Invalid, Text: "An issue's ref is its number, not " + strconv.Quote(clipRunes(ref, 40)) + "."}
	}
	return nil
}

// IsKind says whether err is a [Fault] of the kind.
func IsKind(err error, kind FaultKind) bool {
	var f *Fault
	return errors.As(err, &f) && f.Kind == kind
}
