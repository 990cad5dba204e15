package plumbline

import (
	"regexp"
	"strings"
)

// What is found in a text: references to items as they are named, and mentions
// of people by handle. Nothing is found inside a word, an address or a path.
var (
	keyInText    = regexp.MustCompile(`(?:^|[^\w/@.#-])([A-Z]{2,10}-[1-9][0-9]{0,8})\b`)
	handleInText = regexp.MustCompile(`(?:^|[^\w/@.-])@([a-z0-9][a-z0-9._-]{0,59})`)
)

// MaxFound is how many different names are looked up in one text.
const MaxFound = 50

// KeysIn are the keys that a text names, each once, in order, at most MaxFound.
func KeysIn(text string) []Key {
	if !mayHaveKey(text) {
		return nil
	}
	return found[Key](keyInText, text)
}

// mayHaveKey is quick, since most texts have none: a dash between a capital and a
// digit.
func mayHaveKey(text string) bool {
	for i := 1; i < len(text)-1; i++ {
		next := strings.IndexByte(text[i:len(text)-1], '-')
		if next < 0 {
			return false
		}
		i += next
		if before, after := text[i-1], text[i+1]; 'A' <= before && before <= 'Z' && '1' <= after && after <= '9' {
			return true
		}
	}
	return false
}

// MentionsIn are the handles that a text mentions with an @, likewise. A dot or
// a dash at the end belongs to the sentence.
func MentionsIn(text string) []string {
	if strings.IndexByte(text, '@') < 0 {
		return nil
	}
	return found[string](handleInText, text)
}

func found[T ~string](re *regexp.Regexp, text string) []T {
	var out []T
	seen := map[string]bool{}
	for _, m := range re.FindAllStringSubmatch(text, -1) {
		name := m[1]
		for name != "" && (name[len(name)-1] == '.' || name[len(name)-1] == '-' || name[len(name)-1] == '_') {
			name = name[:len(name)-1]
		}
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		if out = append(out, T(name)); len(out) == MaxFound {
			break
		}
	}
	return out
}
