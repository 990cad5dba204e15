package backstage

import (
	"strings"

	"plumbline"
)

// Ref names an entity: "kind:namespace/name" in lower case, for example
// "group:default/team-a". Two ways to write the same entity give the same Ref.
type Ref string

// DefaultNamespace is where an entity is that does not say.
const DefaultNamespace = "default"

// maxName is how long a name, a kind or a namespace is at most ("Descriptor
// Format of Catalog Entities", metadata.name).
const maxName = 63

// ParseRef reads a reference "[kind:][namespace/]name". What it leaves out is
// the kind that its field stands for and the namespace of the entity that
// refers. The text is cut at its first colon only: "url:https://…" is a
// location, not a reference, and an error.
func ParseRef(s, kind, namespace string) (Ref, error) {
	rest := strings.TrimSpace(s)
	if before, after, ok := strings.Cut(rest, ":"); ok {
		kind, rest = before, after
	}
	if before, after, ok := strings.Cut(rest, "/"); ok {
		namespace, rest = before, after
	}
	if namespace == "" {
		namespace = DefaultNamespace
	}
	if !validName(kind) || !validName(namespace) || !validName(rest) {
		return "", plumbline.Errorf(plumbline.Invalid, "%q is not a reference: it is written [kind:][namespace/]name, for example group:default/team-a", clip(s))
	}
	return Ref(strings.ToLower(kind + ":" + namespace + "/" + rest)), nil
}

// Kind is the kind in lower case.
func (r Ref) Kind() string {
	kind, _, _ := strings.Cut(string(r), ":")
	return kind
}

// Namespace is where the entity is.
func (r Ref) Namespace() string {
	_, rest, _ := strings.Cut(string(r), ":")
	ns, _, _ := strings.Cut(rest, "/")
	return ns
}

// Name is the entity's name.
func (r Ref) Name() string {
	_, name, _ := strings.Cut(string(r), "/")
	return name
}

// Short is how the entity is called here as a team or a product: its name, after
// "namespace." when that is not the default one.
func (r Ref) Short() string {
	if r.Namespace() == DefaultNamespace {
		return r.Name()
	}
	return r.Namespace() + "." + r.Name()
}

// validName says whether s is 1 to 63 letters and digits, with dashes,
// underscores and dots between them.
func validName(s string) bool {
	if s == "" || len(s) > maxName {
		return false
	}
	for i := range len(s) {
		c := s[i]
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alnum && (i == 0 || i == len(s)-1 || c != '-' && c != '_' && c != '.') {
			return false
		}
	}
	return true
}
