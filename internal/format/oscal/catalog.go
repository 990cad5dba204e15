package oscal

import (
	"strings"

	"plumbline"
)

// Catalog is the controls of a catalog, in its order.
type Catalog struct {
	Families []plumbline.ControlFamily
	Controls []Control
}

// Control is a control with the line where it begins; 0 when that is not known.
type Control struct {
	plumbline.Control
	Line int
}

type catalog struct {
	Metadata metadata  `json:"metadata"`
	Groups   []group   `json:"groups"`
	Controls []control `json:"controls"`
}

type group struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Groups   []group   `json:"groups"`
	Controls []control `json:"controls"`
}

type control struct {
	Line     int       `json:"#line"`
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Params   []param   `json:"params"`
	Props    []prop    `json:"props"`
	Parts    []part    `json:"parts"`
	Controls []control `json:"controls"`
}

type param struct {
	ID     string   `json:"id"`
	Label  string   `json:"label"`
	Values []string `json:"values"`
	Select *struct {
		HowMany string   `json:"how-many"`
		Choice  []string `json:"choice"`
	} `json:"select"`
}

type part struct {
	Name  string `json:"name"`
	Prose string `json:"prose"`
	Props []prop `json:"props"`
	Parts []part `json:"parts"`
}

// shelf is a catalog while its controls are taken.
type shelf struct {
	*reader
	out  *Catalog
	seen map[plumbline.ControlID]bool
	full bool
}

func (r *reader) catalog(c *catalog) {
	s := &shelf{reader: r, out: &Catalog{}, seen: map[plumbline.ControlID]bool{}}
	r.file.Catalog = s.out
	s.controls(c.Controls, "", "", 0)
	for _, g := range c.Groups {
		s.group(g, 0)
	}
}

func (s *shelf) group(g group, depth int) {
	if depth > maxDepth {
		s.remark(0, g.ID, "Groups are nested more than %d deep; what is within is left out.", maxDepth)
		return
	}
	family := ""
	if id, err := plumbline.ParseControlID(g.ID); err == nil {
		family = string(id)
	}
	if len(g.Controls) > 0 && family != "" {
		s.out.Families = append(s.out.Families, plumbline.ControlFamily{ID: family, Title: clip(clean(g.Title))})
	}
	s.controls(g.Controls, family, "", depth)
	for _, in := range g.Groups {
		s.group(in, depth+1)
	}
}

func (s *shelf) controls(list []control, family string, parent plumbline.ControlID, depth int) {
	for _, c := range list {
		line := s.seek.find("id", c.ID, c.Line)
		id, err := plumbline.ParseControlID(c.ID)
		switch {
		case s.full:
			return
		case err != nil:
			s.remark(line, c.ID, "It is left out: %s", plumbline.TextOf(err))
			continue
		case depth > maxDepth:
			s.remark(line, c.ID, "Controls are nested more than %d deep; it is left out.", maxDepth)
			continue
		case s.seen[id]:
			s.remark(line, c.ID, "There are two controls of this name; the first one counts.")
			continue
		case len(s.out.Controls) == plumbline.MaxControls:
			s.remark(line, c.ID, "The catalog has more than %d controls; those from here on are left out.", plumbline.MaxControls)
			s.full = true
			return
		}
		s.seen[id] = true
		s.out.Controls = append(s.out.Controls, Control{Line: line, Control: s.control(c, id, family, parent, line)})
		s.controls(c.Controls, family, id, depth+1)
	}
}

func (s *shelf) control(c control, id plumbline.ControlID, family string, parent plumbline.ControlID, line int) plumbline.Control {
	out := plumbline.Control{ID: id, Label: id.Label(), Family: family, Parent: parent, Title: clip(clean(c.Title))}
	if family == "" {
		out.Family = id.Family()
	}
	for _, p := range c.Props {
		switch {
		case p.Name == "label" && p.Class == "":
			if l := clip(clean(p.Value)); l != "" {
				out.Label = l
			}
		case p.Name == "status" && strings.EqualFold(strings.TrimSpace(p.Value), "withdrawn"):
			out.Withdrawn = true
		}
	}
	pr := printer{params: map[string]*param{}}
	for i := range c.Params {
		pr.params[c.Params[i].ID] = &c.Params[i]
	}
	out.Text = clean(pr.print(c.Parts, "statement"))
	out.Guidance = clean(pr.print(c.Parts, "guidance"))
	if pr.cut {
		s.remark(line, c.ID, "Its text is longer than %d bytes, or nested too deep; the rest is left out.", plumbline.MaxControlText)
	}
	return out
}

// printer writes the parts of a control as plain text.
type printer struct {
	params map[string]*param
	b      strings.Builder
	cut    bool
}

// print is the text of the parts with a name.
func (p *printer) print(parts []part, name string) string {
	p.b.Reset()
	for _, it := range parts {
		if it.Name == name {
			p.part(it, 0)
		}
	}
	return p.b.String()
}

// part writes a part and those in it, a line each, with their labels.
func (p *printer) part(it part, depth int) {
	if depth > maxDepth {
		p.cut = true
		return
	}
	text := strings.TrimSpace(it.Prose)
	for _, l := range it.Props {
		if l.Name == "label" && l.Class == "" && text != "" {
			text = strings.TrimSpace(l.Value) + " " + text
			break
		}
	}
	if text != "" {
		p.write(strings.Repeat("  ", max(0, depth-1)))
		p.prose(text, 0)
		p.write("\n")
	}
	for _, in := range it.Parts {
		p.part(in, depth+1)
	}
}

func (p *printer) write(s string) {
	if p.b.Len()+len(s) > plumbline.MaxControlText {
		p.cut = true
		return
	}
	p.b.WriteString(s)
}

// prose writes text in which parameters are inserted: "{{ insert: param, id }}".
func (p *printer) prose(text string, depth int) {
	for {
		before, rest, ok := strings.Cut(text, "{{")
		p.write(before)
		if !ok {
			return
		}
		inside, after, closed := strings.Cut(rest, "}}")
		if !closed {
			p.write("{{" + rest)
			return
		}
		_, id, _ := strings.Cut(inside, ",")
		p.param(strings.TrimSpace(id), depth+1)
		text = after
	}
}

// param writes what a parameter stands for: its values, its choices, or what it
// is called.
func (p *printer) param(id string, depth int) {
	const most = 4 // choices insert parameters too
	it := p.params[id]
	switch {
	case it == nil || depth > most:
		p.write("[" + id + "]")
	case len(it.Values) > 0:
		p.write("[" + strings.Join(it.Values, "; ") + "]")
	case it.Select != nil:
		p.write("[choose")
		if it.Select.HowMany == "one-or-more" {
			p.write(" one or more")
		}
		p.write(": ")
		for i, c := range it.Select.Choice {
			if i > 0 {
				p.write("; ")
			}
			p.prose(strings.TrimSpace(c), depth)
		}
		p.write("]")
	case it.Label != "":
		p.write("[" + strings.TrimSpace(it.Label) + "]")
	default:
		p.write("[" + id + "]")
	}
}
