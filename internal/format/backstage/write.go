package backstage

import (
	"reflect"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// Written is what stands here of a product when it is written to a file.
type Written struct {
	Product   plumbline.Product
	Facts     Facts
	DependsOn []Ref // said here, besides what its documents say
	PartOf    []Ref // the same: systems and domains
	Orphan    bool  // its file has it no longer
}

// WriteProduct gives the documents of a product. When they say what stands here
// they are given as they came, else the first one with what differs; what is not
// understood here stays in it. An entity without documents gets a new one.
func WriteProduct(self Ref, text string, w Written) string {
	root, was, ok := before(text)
	if ok && !w.Orphan && len(w.DependsOn)+len(w.PartOf) == 0 && sameProduct(was.Products[0], w.Product) && reflect.DeepEqual(was.Entities[0].Facts, w.Facts) {
		return text
	}
	if !ok {
		root = blank(self)
		was.Products, was.Entities = []plumbline.Product{{Name: self.Name()}}, []Entity{{Ref: self}}
	}
	old, p := was.Products[0], w.Product
	meta, spec := root.Below("metadata"), root.Below("spec")
	put(meta, "title", old.Name, p.Name)
	put(meta, "description", old.Description, p.Description)
	writeTags(root, p.Tags, self)
	writeLinks(meta, old.Links, p.Links)
	put(spec, "lifecycle", old.Lifecycle, p.Lifecycle)
	put(spec, "owner", string(old.Owner), string(p.Owner))
	if old.Owner != p.Owner && p.Owner != "" && self.Namespace() != DefaultNamespace {
		spec.Set("owner", yamldoc.Text("group:default/"+string(p.Owner)))
	}
	writeFacts(meta, was.Entities[0].Facts, w.Facts, w.Orphan)
	addRefs(spec, "dependsOn", w.DependsOn)
	for _, r := range w.PartOf {
		field := map[string]string{"system": "system", "domain": "domain", "component": "subcomponentOf"}[r.Kind()]
		if self.Kind() == "domain" {
			field = "subdomainOf"
		}
		if field != "" {
			spec.Set(field, yamldoc.Text(string(r)))
		}
	}
	return string(yamldoc.Write(root))
}

// WriteTeam is WriteProduct for a team.
func WriteTeam(self Ref, text string, t plumbline.Team) string {
	root, was, ok := before(text)
	if !ok {
		root = blank(self)
		root.Below("spec").Set("type", yamldoc.Text("team"))
		root.Below("spec").Set("children", &yamldoc.Node{Kind: yamldoc.List})
		was.Teams = []plumbline.Team{{Name: self.Name()}}
	}
	old := was.Teams[0]
	if ok && old.Name == t.Name && old.Description == t.Description && old.Parent == t.Parent {
		return text
	}
	put(root.Below("metadata"), "title", old.Name, t.Name)
	put(root.Below("metadata"), "description", old.Description, t.Description)
	put(root.Below("spec"), "parent", old.Parent, t.Parent)
	return string(yamldoc.Write(root))
}

// before is what documents say: the first of them as a tree, and all in words.
func before(text string) (*yamldoc.Node, Catalog, bool) {
	docs, err := yamldoc.Read([]byte(text))
	if err != nil || len(docs) == 0 || docs[0].Err != nil {
		return nil, Catalog{}, false
	}
	c, _, err := Read(File{Data: []byte(text)})
	if err != nil || len(c.Entities) == 0 || len(c.Products)+len(c.Teams) == 0 {
		return nil, Catalog{}, false
	}
	return docs[0].Root, c, true
}

// Of is what documents of one entity say by themselves.
func Of(text string) (Catalog, bool) {
	_, c, ok := before(text)
	return c, ok
}

func sameProduct(a, b plumbline.Product) bool {
	return a.Name == b.Name && a.Kind == b.Kind && a.Description == b.Description && a.Owner == b.Owner && a.Lifecycle == b.Lifecycle &&
		slices.Equal(a.Links, b.Links) && slices.Equal(a.Tags, b.Tags)
}

// blank is the document of an entity that has none.
func blank(self Ref) *yamldoc.Node {
	root := &yamldoc.Node{Kind: yamldoc.Mapping}
	version, kind := "backstage.io/v1alpha1", strings.ToUpper(self.Kind()[:1])+self.Kind()[1:]
	switch self.Kind() {
	case "process":
		version = ProcessVersion
	case "api":
		kind = "API"
	}
	root.Set("apiVersion", yamldoc.Text(version))
	root.Set("kind", yamldoc.Text(kind))
	root.Below("metadata").Set("name", yamldoc.Text(self.Name()))
	if self.Namespace() != DefaultNamespace {
		root.Below("metadata").Set("namespace", yamldoc.Text(self.Namespace()))
	}
	if self.Kind() == "component" || self.Kind() == "process" {
		root.Below("spec").Set("type", yamldoc.Text("service"))
	}
	return root
}

// put writes a value that changed.
func put(m *yamldoc.Node, key, was, is string) {
	switch {
	case was == is:
	case is == "":
		m.Set(key, nil)
	default:
		m.Set(key, yamldoc.Text(is))
	}
}

// writeTags writes the tags that do not come from the kind or the type.
func writeTags(root *yamldoc.Node, list []string, self Ref) {
	none := func(*yamldoc.Node, string) {}
	kind := root.Get("kind").Str()
	given := tags(kind, root, none)
	if slices.Equal(given, list) {
		return
	}
	var own []string
	for _, t := range list {
		if t != self.Kind() && t != root.Get("spec", "type").Str() {
			own = append(own, t)
		}
	}
	if len(own) == 0 {
		root.Below("metadata").Set("tags", nil)
		return
	}
	root.Below("metadata").Set("tags", yamldoc.Texts(own))
}

// writeLinks takes away links that are gone and adds those that are new.
func writeLinks(meta *yamldoc.Node, was, is []string) {
	list := &yamldoc.Node{Kind: yamldoc.List}
	changed := false
	if have := meta.Get("links"); have != nil && have.Kind == yamldoc.List {
		for _, l := range have.Items {
			if url := l.Get("url").Str(); slices.Contains(was, url) && !slices.Contains(is, url) {
				changed = true
				continue
			}
			list.Items = append(list.Items, l)
		}
	}
	if src := meta.Get("annotations", annotatedSource); src.Str() != "" && slices.Contains(was, sourceOf(src.Str())) && !slices.Contains(is, sourceOf(src.Str())) {
		meta.Below("annotations").Set(annotatedSource, nil)
	}
	for _, url := range is {
		if !slices.Contains(was, url) {
			link := &yamldoc.Node{Kind: yamldoc.Mapping}
			link.Set("url", yamldoc.Text(url))
			list.Items = append(list.Items, link)
			changed = true
		}
	}
	switch {
	case changed && len(list.Items) == 0:
		meta.Set("links", nil)
	case changed:
		meta.Set("links", list)
	}
}

// sourceOf is the address in a location "type:target", which is cut at its first
// colon only.
func sourceOf(location string) string {
	if kind, target, ok := strings.Cut(location, ":"); ok && kind == "url" {
		return target
	}
	return location
}

func writeFacts(meta *yamldoc.Node, was, is Facts, orphan bool) {
	set := func(name, old, v string) {
		if old != v {
			put(meta.Below("annotations"), name, old, v)
		}
	}
	set(AnnotatedTier, was.Tier, is.Tier)
	set(AnnotatedData, was.DataClass, is.DataClass)
	set(AnnotatedManager, was.Manager, is.Manager)
	set(AnnotatedUsers, strings.Join(was.Users, ","), strings.Join(is.Users, ","))
	set(AnnotatedReach, was.Reach.String(), is.Reach.String())
	set(AnnotatedCounted, was.Reach.Source, is.Reach.Source)
	if orphan {
		meta.Below("annotations").Set(AnnotatedOrphan, &yamldoc.Node{Text: "true", Quote: true})
	}
}

// addRefs adds references to a list of a spec.
func addRefs(spec *yamldoc.Node, field string, refs []Ref) {
	if len(refs) == 0 {
		return
	}
	list := &yamldoc.Node{Kind: yamldoc.List, Items: spec.Get(field).Scalars()}
	for _, r := range refs {
		list.Items = append(list.Items, yamldoc.Text(string(r)))
	}
	spec.Set(field, list)
}
