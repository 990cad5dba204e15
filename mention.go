package plumbline

import "regexp"

// What is found in a text: references to items as they are named, and mentions
// of people by handle. Nothing is found inside a word, an address or a path.
var (
	keyInText    = regexp.MustCompile(`(?:^|[^\w/@.#-])([A-Z]{2,10}-[1-9][0-9]{0,8})\b`)
	handleInText = regexp.MustCompile(`(?:^|[^\w/@.-])@([a-z0-9][a-z0-9._-]{0,59})`)
)

// MaxFound is how many different names are looked up in one text.
const MaxFound = 50

// KeysIn are the keys that a text names, each once, in order, at most MaxFound.
func KeysIn(text string) []Key { return found[Key](keyInText, text) }

// MentionsIn are the handles that a text mentions with an @, likewise. A dot or
// a dash at the end belongs to the sentence.
func MentionsIn(text string) []string { return found[string](handleInText, text) }

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
