// Package ui is the parts that pages are made of: the frame, forms, badges,
// rows, the board, history, dialogs. A part takes plain values, small structs of
// this package and words of the module's root, never a type of the application,
// and returns HTML that works without script.
//
// Laws: a colour never speaks alone, a word or an icon stands beside it; no
// style attribute and no inline script, so that the page runs under the content
// security policy default-src 'self'; a moment is given together with now.
//
// What the script adds is asked for by data attributes: see the package
// comment of assets and the doc comments of the parts.
package ui

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.977 generate -path .

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"plumbline"
)

// IconName is the Lucide name of an icon that assets/gen was asked for.
type IconName string

// Tone is what a colour means. The zero value is neutral.
type Tone string

// The tones.
const (
	Neutral Tone = ""
	Info    Tone = "info"
	OK      Tone = "ok"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Violet  Tone = "violet"
	Teal    Tone = "teal"
	Pink    Tone = "pink"
)

// class is the CSS class of the tone.
func (t Tone) class() string {
	if t == "" {
		return "tone-neutral"
	}
	return "tone-" + string(t)
}

// SafeHTML is HTML that went through the sanitiser. Nothing else may be
// converted to it: it is written to the page as it is.
type SafeHTML string

// Link is a word and where it leads.
type Link struct {
	Text string
	Href string
}

// Choice is one option of a select, a group of radio buttons or a filter.
type Choice struct {
	Value string
	Text  string
	Hint  string // a line under the text, where there is room
	Off   bool   // shown, but cannot be chosen
}

// hueOf gives a name one of twelve hues, the same on every page and server.
func hueOf(name string) string {
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(name)))
	return fmt.Sprintf("hue-%d", h.Sum32()%12)
}

// Initials are the first letters of the first and last word, at most two.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || r == '.' || r == '-' || r == '_' || r == '@' || r == ':'
	})
	if len(words) == 0 {
		return "?"
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	out := string(unicode.ToUpper(first))
	if len(words) > 1 {
		last, _ := utf8.DecodeRuneInString(words[len(words)-1])
		out += string(unicode.ToUpper(last))
	}
	return out
}

// domID makes a part of an id out of any text.
func domID(parts ...string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, strings.Join(parts, "-"))
}

// look is the icon and the tone that a state is shown with, by its name.
func look(s plumbline.State) (IconName, Tone) {
	switch strings.ToLower(s.Name()) {
	case "inbox", "new", "":
		return IconInbox, Info
	case "validation backlog", "backlog", "concept":
		return IconCircleDashed, Neutral
	case "problem validation", "solution validation":
		return IconFlaskConical, Violet
	case "triage", "triage-estimating":
		return IconCircleDotDashed, Info
	case "needs more info", "input_requested", "waiting for requester":
		return IconCircleQuestionMark, Warn
	case "design", "ready for design":
		return IconPencilRuler, Pink
	case "planning breakdown", "scheduling":
		return IconListChecks, Violet
	case "proposal":
		return IconFileText, Violet
	case "ready", "ready for development":
		return IconCircle, Info
	case "in progress", "in dev", "implementation in progress":
		return IconCircleDot, Info
	case "in review", "under review":
		return IconEye, Teal
	case "verify", "verification":
		return IconClipboardCheck, Teal
	case "waiting", "awaiting security release":
		return IconHourglass, Warn
	case "stalled", "paused":
		return IconCirclePause, Warn
	case "blocked":
		return IconOctagonAlert, Bad
	case "escalated":
		return IconSiren, Bad
	case "done", "complete", "resolved", "answered":
		return IconCircleCheck, OK
	case "cancelled", "canceled", "declined", "closed", "duplicate":
		return IconCircleSlash, Neutral
	}
	return IconCircle, Neutral
}

// Counted is a number of items; where counting stopped, a plus says that there
// are more.
func Counted(n int, atLeast bool) string {
	if atLeast {
		return itoa(n) + "+"
	}
	return itoa(n)
}

// StateName is a state as people read it: "Needs More Info", "Input requested".
func StateName(s plumbline.State) string {
	return title(strings.ReplaceAll(s.Name(), "_", " "))
}

// kindLook is the icon of a kind of item.
func kindLook(k plumbline.ItemKind) IconName {
	switch k {
	case plumbline.Question:
		return IconMessageCircleQuestionMark
	case plumbline.Incident:
		return IconFlame
	case plumbline.Change:
		return IconArrowRightLeft
	}
	return IconLightbulb
}

// urgency is the icon and tone of a priority "P1" … "P4" or a severity "S1" … "S4".
func urgency(code string) (IconName, Tone) {
	if len(code) != 2 {
		return IconMinus, Neutral
	}
	switch code[1] {
	case '1':
		return IconOctagonAlert, Bad
	case '2':
		return IconChevronsUp, Warn
	case '3':
		return IconMinus, Neutral
	}
	return IconArrowDown, Neutral
}

// AvatarSize is how large an avatar is.
type AvatarSize string

// The sizes.
const (
	Small AvatarSize = ""
	Large AvatarSize = " avatar-large"
)

// urgencyWord says what a priority or a severity means.
func urgencyWord(code string) string {
	if len(code) != 2 {
		return code
	}
	word := map[byte]string{'1': "highest", '2': "high", '3': "medium", '4': "low"}[code[1]]
	switch {
	case code[0] == 'P' && word != "":
		return "Priority " + code[1:] + ", " + word
	case code[0] == 'S' && word != "":
		return "Severity " + code[1:] + ", " + word
	}
	return code
}

// title is s with its first letter in upper case.
func title(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func itoa(n int) string { return strconv.Itoa(n) }

func upper(s string) string { return strings.ToUpper(s) }

// atMost writes a count that must stay short: "99+".
func atMost(n, most int) string {
	if n > most {
		return itoa(most) + "+"
	}
	return itoa(n)
}

// plural is "1 item", "2 items".
// someOf is such a number of items with their word.
func someOf(n int, atLeast bool, one, many string) string {
	if atLeast {
		return Counted(n, atLeast) + " " + many
	}
	return plural(n, one, many)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return itoa(n) + " " + many
}
