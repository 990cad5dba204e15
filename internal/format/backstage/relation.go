package backstage

import (
	"cmp"
	"slices"
	"strings"

	"plumbline/internal/format/yamldoc"
	"plumbline/internal/sorted"
)

// Relation is what an entity says of itself and another one, in the direction
// of its Kind: From is owned by To, is part of To, depends on To. The other
// direction is not written down: [Inverse] names it.
type Relation struct {
	From Ref
	Kind string
	To   Ref
	Line int // where it is said
}

// The kinds of relation, each in one direction ("Well-known Relations" in the
// Backstage documentation).
const (
	OwnedBy     = "ownedBy"
	PartOf      = "partOf"
	DependsOn   = "dependsOn"
	ProvidesAPI = "providesApi"
	ConsumesAPI = "consumesApi"
	ChildOf     = "childOf"
	MemberOf    = "memberOf"
)

// Inverse is a relation as the other side calls it; "" for what is no kind of
// relation.
func Inverse(kind string) string {
	switch kind {
	case OwnedBy:
		return "ownerOf"
	case PartOf:
		return "hasPart"
	case DependsOn:
		return "dependencyOf"
	case ProvidesAPI:
		return "apiProvidedBy"
	case ConsumesAPI:
		return "apiConsumedBy"
	case ChildOf:
		return "parentOf"
	case MemberOf:
		return "hasMember"
	}
	return ""
}

// says is a field of a spec that says a relation.
type says struct {
	of       string // kinds of entity, in lower case, with blanks between; "": all
	field    string
	kind     string
	target   string // the kind that a reference stands for when it names none
	backward bool   // the other entity is From
}

// fields are the fields that say relations.
var fields = [...]says{
	{"", "owner", OwnedBy, "group", false},
	{"component resource api process", "system", PartOf, "system", false},
	{"component", "subcomponentOf", PartOf, "component", false},
	{"system process", "domain", PartOf, "domain", false},
	{"domain", "subdomainOf", PartOf, "domain", false},
	{"", "dependsOn", DependsOn, "component", false},
	{"", "dependencyOf", DependsOn, "component", true},
	{"component", "providesApis", ProvidesAPI, "api", false},
	{"component", "consumesApis", ConsumesAPI, "api", false},
	{"group", "parent", ChildOf, "group", false},
	{"group", "children", ChildOf, "group", true},
	{"group", "members", MemberOf, "user", true},
	{"user", "memberOf", MemberOf, "group", false},
}

// relations are what an entity's spec says, each once, in the order of kinds and
// targets; note is told of what is no reference.
func relations(self Ref, root *yamldoc.Node, note func(*yamldoc.Node, string)) []Relation {
	var out []Relation
	for _, f := range fields {
		if f.of != "" && !slices.Contains(strings.Fields(f.of), self.Kind()) {
			continue
		}
		for _, n := range root.Get("spec", f.field).Scalars() {
			if n.Str() == "" {
				continue
			}
			other, err := ParseRef(n.Str(), f.target, self.Namespace())
			switch {
			case err != nil && f.field == "owner": // the owner is told of by itself
			case err != nil:
				note(n, "spec."+f.field+": \""+clip(n.Str())+"\" is not a reference; left out")
			case other == self:
				note(n, "spec."+f.field+" refers to the entity itself; left out")
			case f.backward:
				out = append(out, Relation{From: other, Kind: f.kind, To: self, Line: n.Line})
			default:
				out = append(out, Relation{From: self, Kind: f.kind, To: other, Line: n.Line})
			}
		}
	}
	sorted.By(out, func(a, b Relation) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return slices.CompactFunc(out, func(a, b Relation) bool { return a.Kind == b.Kind && a.From == b.From && a.To == b.To })
}
