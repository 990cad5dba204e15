package gitlabtest

import (
	"regexp"
	"strings"
)

// GitLab looks for commands in every text that is saved. A command is a line
// that begins with a slash and a known word; code blocks, inline code, blocks
// of HTML and quotes between >>> are passed over (Gitlab::QuickActions::
// Extractor). The fake also takes blanks before the slash, so that it is
// never the milder one.
var (
	passedOver = regexp.MustCompile("(?ms)^```.+?\\n```$|`[^`\\n]+`|^<[^>]+?>\\n.+?\\n</[^>]+?>$|^>>>.+?\\n>>>$")
	command    = regexp.MustCompile(`(?mi)^[ \t]*/(close|reopen|label|labels|unlabel|remove_label|relabel|confidential|assign|title)(?:[ \t]+([^\n]*))?\s*?(?:\n|$)`)
	labelRef   = regexp.MustCompile(`~"([^"]+)"|~([^\s~,]+)`)
)

// commands takes the commands out of a text. Unlike the API, they find labels
// and never create them.
func (s *Server) commands(p *project, body string) (rest string, done edit) {
	body = strings.ReplaceAll(body, "\r\n", "\n")
	var b strings.Builder
	at := 0
	for _, safe := range append(passedOver.FindAllStringIndex(body, -1), []int{len(body), len(body)}) {
		if safe[0] < at {
			continue
		}
		b.WriteString(take(body[at:safe[0]], &done))
		b.WriteString(body[safe[0]:safe[1]])
		at = safe[1]
	}
	var found []string
	for _, name := range done.add {
		if s.label(p, name) != nil {
			found = append(found, name)
		}
	}
	done.add = found
	return strings.TrimSpace(b.String()), done
}

func take(text string, done *edit) string {
	return command.ReplaceAllStringFunc(text, func(line string) string {
		m := command.FindStringSubmatch(line)
		names := labelNames(m[2])
		switch word := strings.ToLower(m[1]); word {
		case "close", "reopen":
			done.state = word
		case "label", "labels":
			done.add = append(done.add, names...)
		case "unlabel", "remove_label":
			done.remove = append(done.remove, names...)
		case "relabel":
			done.replace = &names
		case "confidential":
			yes := true
			done.confidential = &yes
		case "title":
			title := strings.TrimSpace(m[2])
			done.title = &title
		}
		return ""
	})
}

func labelNames(text string) []string {
	var out []string
	for _, m := range labelRef.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1]+m[2])
	}
	return out
}
