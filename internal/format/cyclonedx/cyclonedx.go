// Package cyclonedx reads bills of materials in CycloneDX JSON, 1.2 and later:
// components, and vulnerabilities with what was found out about them (VEX).
//
// Laws: pure: bytes in, rows out, each with its line. It judges no verdict: what
// a file says is kept as it stands, also when it says two things about one
// vulnerability.
package cyclonedx

import (
	"encoding/json"
	"strings"

	"plumbline"
	"plumbline/internal/format/jsondoc"
)

// The most that is read of one file, and of one vulnerability.
const (
	MaxRows    = 200_000
	MaxAffects = 5000
	maxDepth   = 64 // of components in components
)

// Document is a file.
type Document struct {
	Serial  string // "urn:uuid:…", or empty
	At      plumbline.Time
	Tool    string // that wrote it
	Subject Component
	Lists   bool // it has a list of components
	Scans   bool // it has a list of vulnerabilities, be it empty
	Parts   []Component
	Vulns   []Vulnerability

	byRef map[string]Component // the parts that can be read, and the subject
}

// Component is a part, or why it cannot be read.
type Component struct {
	Line    int
	Skip    string
	Ref     string // what the file calls it
	Package string // its package URL without the version, else its group and name
	Version string
	Kind    string // "library", "container", …
}

// Vulnerability is one, or why it cannot be read.
type Vulnerability struct {
	Line      int
	Skip      string
	ID        string
	Aliases   []string
	Title     string
	Published plumbline.Time
	Ratings   []Rating
	Judged    bool // it has an analysis
	Judgement plumbline.Judgement
	Affects   []Affected
}

// Rating is a severity by one source.
type Rating struct {
	Method string            // "CVSSv31", "CVSSv2", "OWASP", "other", or empty
	Score  plumbline.Decimal // "" when it has none
	Word   string            // "high"
	Vector string
}

// Affected is what has the vulnerability.
type Affected struct {
	Ref      string
	Versions []Version
}

// Version is a version, or a range of them, with its status: "affected",
// "unaffected" or "unknown"; empty counts as affected.
type Version struct {
	Version, Range, Status string
}

type header struct {
	Format     jsondoc.Text    `json:"bomFormat"`
	Spec       jsondoc.Text    `json:"specVersion"`
	Serial     jsondoc.Text    `json:"serialNumber"`
	Components json.RawMessage `json:"components"`
	Vulns      json.RawMessage `json:"vulnerabilities"`
	Metadata   struct {
		Timestamp jsondoc.Past    `json:"timestamp"`
		Component *component      `json:"component"`
		Tools     json.RawMessage `json:"tools"`
	} `json:"metadata"`
}

// Parse reads a file. It fails, with an error of kind Invalid, when the file is
// none.
func Parse(name string, data []byte) (*Document, error) {
	var head header
	if len(data) > plumbline.MaxImport {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s has %d bytes; at most %d are read.", name, len(data), plumbline.MaxImport)
	}
	if !jsondoc.Document(data, &head) || head.Format != "CycloneDX" && !strings.HasPrefix(string(head.Spec), "1.") {
		return nil, plumbline.Errorf(plumbline.Invalid, "%s is no CycloneDX document in JSON, or breaks off. Export it as CycloneDX JSON, 1.4 or later.", name)
	}
	out := &Document{Serial: jsondoc.Clip(head.Serial, 200), At: plumbline.Time(head.Metadata.Timestamp), Tool: tool(head.Metadata.Tools), Lists: isList(head.Components), Scans: isList(head.Vulns)}
	if head.Metadata.Component != nil {
		out.Subject, _ = head.Metadata.Component.read(1)
	}
	if out.Lists {
		if err := out.readParts(name, data); err != nil {
			return nil, err
		}
	}
	out.byRef = map[string]Component{}
	for _, c := range append(out.Parts, out.Subject) {
		if _, twice := out.byRef[c.Ref]; c.Ref != "" && c.Skip == "" && !twice {
			out.byRef[c.Ref] = c
		}
	}
	if out.Scans {
		return out, out.readVulns(name, data)
	}
	return out, nil
}

func isList(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '[' }

// tool is the name of the tool that wrote the file: a list until 1.4, an object
// with components from 1.5 on.
func tool(raw json.RawMessage) string {
	type named struct {
		Name jsondoc.Text `json:"name"`
	}
	var list []named
	var object struct {
		Components []named `json:"components"`
	}
	if json.Unmarshal(raw, &list) != nil && json.Unmarshal(raw, &object) == nil {
		list = object.Components
	}
	if len(list) == 0 {
		return ""
	}
	return jsondoc.Clip(list[0].Name, 80)
}

func (d *Document) readParts(name string, data []byte) error {
	rows, err := jsondoc.Rows(name, data, "components")
	if err != nil {
		return err
	}
	for r := range rows {
		var in component
		one := Component{Line: r.Line, Skip: r.Unfit()}
		if one.Skip == "" {
			one.Skip = r.Into(&in)
		}
		if one.Skip != "" {
			d.Parts = append(d.Parts, one)
			continue
		}
		if err := d.add(in, r.Line, 0); err != nil {
			return err
		}
	}
	return nil
}

// add takes in a component and those that it is made of.
func (d *Document) add(in component, line, depth int) error {
	if len(d.Parts) >= MaxRows {
		return plumbline.Errorf(plumbline.Invalid, "The file lists more than %d components. Split it.", MaxRows)
	}
	one, _ := in.read(line)
	d.Parts = append(d.Parts, one)
	if depth == maxDepth {
		if len(in.Components) > 0 {
			d.Parts = append(d.Parts, Component{Line: line, Skip: "its components are nested too deep"})
		}
		return nil
	}
	for _, inner := range in.Components {
		if err := d.add(inner, line, depth+1); err != nil {
			return err
		}
	}
	return nil
}

type component struct {
	Ref        jsondoc.Text `json:"bom-ref"`
	Type       jsondoc.Text `json:"type"`
	Name       jsondoc.Text `json:"name"`
	Group      jsondoc.Text `json:"group"`
	Version    jsondoc.Text `json:"version"`
	PURL       jsondoc.Text `json:"purl"`
	Components []component  `json:"components"`
}

func (in component) read(line int) (Component, bool) {
	out := Component{Line: line, Ref: jsondoc.Clip(in.Ref, 500), Version: jsondoc.Clip(in.Version, 100), Kind: jsondoc.Clip(in.Type, 40)}
	if purl := jsondoc.Line(in.PURL); purl != "" {
		version := ""
		if out.Package, version = Package(purl); out.Version == "" {
			out.Version = version
		}
	} else {
		out.Package = strings.Trim(jsondoc.Line(in.Group)+"/"+jsondoc.Line(in.Name), "/")
	}
	switch {
	case out.Package == "":
		out.Skip = "it has neither a package URL nor a name"
	case len(out.Package) > 400:
		out.Skip = "its name is longer than 400 bytes"
	}
	return out, out.Skip == ""
}

// Package is a package URL without version, qualifiers and subpath, and the
// version: pkg:maven/a/b@1?type=jar is pkg:maven/a/b and 1.
func Package(purl string) (name, version string) {
	name, _, _ = strings.Cut(purl, "#")
	name, _, _ = strings.Cut(name, "?")
	if at := strings.LastIndexByte(name, '@'); at > strings.LastIndexByte(name, '/') {
		name, version = name[:at], name[at+1:]
	}
	return name, version
}

// Resolve is the package that a reference of a vulnerability means: a part of the
// file, or the package URL that it is itself, also behind the "#" of a link into
// another bill. Of other links it is the name in that bill.
func (d *Document) Resolve(ref string) (part Component, ok bool) {
	for _, p := range [...]string{ref, behindHash(ref)} {
		if c, ok := d.byRef[p]; ok {
			return c, true
		}
		if strings.HasPrefix(p, "pkg:") {
			name, version := Package(p)
			return Component{Ref: p, Package: name, Version: version}, true
		}
	}
	if after := behindHash(ref); after != "" {
		ref = after
	}
	return Component{Ref: ref, Package: ref}, false
}

// behindHash is what a link into another bill (urn:cdx:…#ref) names there.
func behindHash(ref string) string {
	if !strings.HasPrefix(ref, "urn:cdx:") {
		return ""
	}
	_, after, _ := strings.Cut(ref, "#")
	return after
}
