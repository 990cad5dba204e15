package backstage

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// A process is an entity of a kind of our own: what is run for others again and
// again, such as support or the update of clusters.
const (
	Process        = "Process"
	ProcessVersion = "ipm/v1"
)

// The annotations of our own.
const (
	AnnotatedTier    = "ipm/tier"
	AnnotatedData    = "ipm/data-class"
	AnnotatedManager = "ipm/product-manager"
	AnnotatedUsers   = "ipm/users"
	AnnotatedReach   = "ipm/reach"        // "24 teams"
	AnnotatedCounted = "ipm/reach-source" // who or what counted them
	AnnotatedSLO     = "ipm/slo"
	AnnotatedCost    = "ipm/cost-selector"
	AnnotatedOrphan  = "backstage.io/orphan"
	annotatedSource  = "backstage.io/source-location"
	mostAnnotated    = 500 // bytes of a value
	mostFact         = 40  // runes of a tier or a data class
	mostUsers        = 100
)

// annotated are the annotations that say where evidence about a product is.
var annotated = [...]string{
	AnnotatedSLO, AnnotatedCost, "github.com/project-slug", "gitlab.com/project-slug", "pagerduty.com/service-id", "sonarqube.org/project-key",
	"backstage.io/techdocs-ref", annotatedSource, "backstage.io/kubernetes-id", AnnotatedOrphan,
}

// Annotations names the annotations that say where evidence about a product is,
// in the order in which they are shown.
func Annotations() []string { return slices.Clone(annotated[:]) }

// annotations are those of an entity that are used here.
func annotations(root *yamldoc.Node) map[string]string {
	out := map[string]string{}
	for _, name := range annotated {
		v := root.Get("metadata", "annotations", name).Str()
		if v != "" && len(v) <= mostAnnotated && !strings.ContainsRune(v, 0) {
			out[name] = v
		}
	}
	return out
}

// Facts are what annotations of our own say of a product.
type Facts struct {
	Manager   string   // the product manager's handle
	Tier      string   // "1"
	DataClass string   // "confidential"
	Users     []string // teams that use it, by ref
	Reach     Reach
}

// Reach is what the reach of a product's items is counted in: the denominator of their
// shares. Its zero value says nothing.
type Reach struct {
	Many   int64  // 1 or more
	Unit   string // "teams"
	Source string // a link, or words that say where it comes from
}

// String is the reach as its annotation has it, "24 teams"; empty: it says nothing.
func (r Reach) String() string {
	if r.Unit == "" {
		return ""
	}
	return strconv.FormatInt(r.Many, 10) + " " + r.Unit
}

// ReachOf reads what an annotation says; the source may be empty.
func ReachOf(text, source string) (Reach, error) {
	many, unit, _ := strings.Cut(oneLine(text), " ")
	n, err := strconv.ParseInt(many, 10, 64)
	r := Reach{Many: n, Unit: strings.TrimSpace(unit), Source: source}
	if err != nil || r.Unit == "" || (plumbline.ReachUnit{Unit: r.Unit, Many: r.Many, Source: r.Source}).Validate() != nil {
		return Reach{}, plumbline.Errorf(plumbline.Invalid, "%s is not how many there are and of what, such as 24 teams", clip(text))
	}
	return r, nil
}

func facts(self Ref, root *yamldoc.Node, note func(*yamldoc.Node, string)) Facts {
	get := func(name string) *yamldoc.Node { return root.Get("metadata", "annotations", name) }
	word := func(name string) string {
		n := get(name)
		if s := oneLine(n.Str()); utf8.RuneCountInString(s) <= mostFact && !strings.ContainsRune(s, 0) {
			return s
		}
		note(n, name+" has more than 40 characters; left out")
		return ""
	}
	out := Facts{Tier: word(AnnotatedTier), DataClass: word(AnnotatedData)}
	if n := get(AnnotatedManager); n.Str() != "" {
		ref, err := ParseRef(n.Str(), "user", self.Namespace())
		if err != nil || ref.Kind() != "user" {
			note(n, "the product manager "+clip(n.Str())+" is not a person's handle; left out")
		} else {
			out.Manager = ref.Name()
		}
	}
	if n := get(AnnotatedReach); n.Str() != "" {
		var err error
		if out.Reach, err = ReachOf(n.Str(), oneLine(get(AnnotatedCounted).Str())); err != nil {
			note(n, plumbline.TextOf(err)+"; left out")
		}
	}
	n := get(AnnotatedUsers)
	for s := range strings.SplitSeq(n.Str(), ",") {
		if strings.TrimSpace(s) == "" {
			continue
		}
		ref, err := ParseRef(s, "group", self.Namespace())
		if err != nil || ref.Kind() != "group" || len(out.Users) == mostUsers {
			note(n, "the user "+clip(strings.TrimSpace(s))+" is not a team's ref; left out")
			continue
		}
		out.Users = union(out.Users, []string{ref.Short()})
	}
	slices.Sort(out.Users)
	return out
}
