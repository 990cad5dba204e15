package link

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxText  = 60_000   // bytes of a comment or an issue's body; what is longer is cut
	maxTitle = 255      // characters of an issue's title, as GitLab and Gitea allow
	joiner   = "\u2060" // word joiner: invisible, takes no space, ends a mention
)

// Inert makes text safe to post with the bot's rights. Whoever wrote it, the
// tracker runs nothing and calls nobody but the known logins:
//
//   - a line whose first visible character is "/" gets a backslash before it:
//     GitLab runs such lines as quick actions (/close, /label) with the rights
//     of the poster, in comments and in descriptions;
//   - a mention gets an invisible joiner after its "@", so that @all, a group
//     or a team is not notified; e-mail and web addresses stay as they are;
//   - outside of code, "<" before a tag or an HTML comment becomes "&lt;";
//   - line breaks become \n; control and text-direction characters go; more than
//     60,000 bytes are cut.
//
// Inert text stays the same when made inert again.
func Inert(text string, known ...string) string {
	text = cut(plain(text))
	lines := strings.Split(text, "\n")
	fence := ""
	for i, line := range lines {
		line = stillSlash(line)
		line = stillMentions(line, known)
		inside := fence != ""
		fence = nextFence(fence, line)
		if !inside && fence == "" {
			line = stillTags(line)
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// InertTitle is [Inert] for the one line of an issue's title, where no commands
// run and no tags are read.
func InertTitle(text string, known ...string) string {
	line := strings.Join(strings.Fields(plain(text)), " ")
	return clipRunes(stillMentions(line, known), maxTitle)
}

// plain is text with one kind of line break and without characters that hide
// or reorder what is read.
func plain(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, text)
}

func cut(text string) string {
	const mark = "\n\n(cut here)"
	if len(text) <= maxText {
		return text
	}
	end := maxText - len(mark)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}

func clipRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// stillSlash takes invisible characters (zero width and the like) for blanks
// too, in case a tracker drops them before it looks for commands.
func stillSlash(line string) string {
	for i, r := range line {
		if r == '/' {
			return line[:i] + `\` + line[i:]
		}
		if !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) {
			return line
		}
	}
	return line
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// What trackers make a link of may hold an "@" without naming anybody: a word
// that begins with a web address, and one in angle brackets.
var (
	webAddress = regexp.MustCompile(`(?i)^https?://([a-z0-9-]+\.)+[a-z]{2,}(:[0-9]+)?/`)
	autolink   = regexp.MustCompile(`(?i)^<https?://[^\s<>]+>`)
)

func stillMentions(line string, known []string) string {
	if !strings.Contains(line, "@") {
		return line
	}
	var b strings.Builder
	done, address := 0, 0 // address: from here on the word is a web address's path; 0: it is none
	for i := 0; i < len(line); i++ {
		if line[i] == '<' {
			i += max(len(autolink.FindString(line[i:]))-1, 0)
		}
		if i == 0 || strings.IndexByte(" \t(", line[i-1]) >= 0 {
			address = 0
			if m := webAddress.FindStringIndex(line[i:min(len(line), i+300)]); m != nil {
				address = i + m[1]
			}
		}
		if line[i] != '@' || i+1 == len(line) || !isNameByte(line[i+1]) {
			continue
		}
		email := i > 0 && isNameByte(line[i-1])
		if email || address > 0 && i >= address || isKnown(line[i+1:], known) {
			continue
		}
		b.WriteString(line[done:i+1] + joiner)
		done = i + 1
	}
	return b.String() + line[done:]
}

// isKnown says whether the text begins with one of the logins, whole.
func isKnown(text string, known []string) bool {
	end := 0
	for end < len(text) && (isNameByte(text[end]) || strings.IndexByte("-./", text[end]) >= 0) {
		end++
	}
	name := strings.TrimRight(text[:end], "-./")
	for _, k := range known {
		if k != "" && strings.EqualFold(k, name) {
			return true
		}
	}
	return false
}

// nextFence is the fence that is open after the line: "" or the run of ` or ~
// that opened the code block.
func nextFence(open, line string) string {
	t := strings.TrimLeft(line, " ")
	if len(line)-len(t) > 3 || t == "" || t[0] != '`' && t[0] != '~' {
		return open
	}
	run := t[:len(t)-len(strings.TrimLeft(t, t[:1]))]
	rest := t[len(run):]
	switch {
	case len(run) < 3:
		return open
	case open == "" && run[0] == '`' && strings.Contains(rest, "`"):
		return open
	case open == "":
		return run
	case run[0] == open[0] && len(run) >= len(open) && strings.TrimSpace(rest) == "":
		return ""
	}
	return open
}

var codeSpan = regexp.MustCompile("`[^`]+`|``[^`](?:.*?[^`])?``")

func stillTags(line string) string {
	if !strings.Contains(line, "<") {
		return line
	}
	var b strings.Builder
	at := 0
	for _, span := range codeSpan.FindAllStringIndex(line, -1) {
		b.WriteString(escapeTags(line[at:span[0]]))
		b.WriteString(line[span[0]:span[1]])
		at = span[1]
	}
	return b.String() + escapeTags(line[at:])
}

func escapeTags(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		tag := s[i] == '<' && i+1 < len(s) && (isNameByte(s[i+1]) || strings.IndexByte("!/?", s[i+1]) >= 0)
		if tag && !autolink.MatchString(s[i:]) {
			b.WriteString("&lt;")
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
