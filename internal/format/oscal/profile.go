package oscal

import "plumbline"

// Profile is what a profile chooses. It is not resolved: what it imports from
// is named in Imports and read by somebody else.
type Profile struct {
	Imports []Import
}

// Import is a choice of controls from one catalog: those of With, or all that it
// has, less those of Without.
type Import struct {
	Href     string
	All      bool
	With     []plumbline.ControlID // in the order written, each once
	Children bool                  // and their enhancements
	Without  []plumbline.ControlID
	Lines    map[plumbline.ControlID]int
}

type profile struct {
	Metadata metadata        `json:"metadata"`
	Imports  []profileImport `json:"imports"`
	Modify   struct {
		Set    []any `json:"set-parameters"`
		Alters []any `json:"alters"`
	} `json:"modify"`
}

type profileImport struct {
	Href     string      `json:"href"`
	All      *struct{}   `json:"include-all"`
	Includes []selection `json:"include-controls"`
	Excludes []selection `json:"exclude-controls"`
}

type selection struct {
	Line     int      `json:"#line"`
	Children string   `json:"with-child-controls"`
	IDs      []string `json:"with-ids"`
	Matching []any    `json:"matching"`
}

func (r *reader) profile(p *profile) {
	out := &Profile{}
	r.file.Profile = out
	for _, in := range p.Imports {
		imp := Import{Href: clean(in.Href), All: in.All != nil, Lines: map[plumbline.ControlID]int{}}
		for _, sel := range in.Includes {
			imp.With = r.chosen(imp.With, sel, imp.Lines)
			imp.Children = imp.Children || sel.Children == "yes"
		}
		for _, sel := range in.Excludes {
			imp.Without = r.chosen(imp.Without, sel, imp.Lines)
		}
		out.Imports = append(out.Imports, imp)
	}
	if n := len(p.Modify.Set) + len(p.Modify.Alters); n > 0 {
		r.remark(0, "modify", "%d changes to parameters and texts are not applied: import the catalog that its authors resolved to have them.", n)
	}
}

// chosen adds the names of a selection that are not there yet.
func (r *reader) chosen(have []plumbline.ControlID, sel selection, lines map[plumbline.ControlID]int) []plumbline.ControlID {
	if len(sel.Matching) > 0 {
		r.remark(sel.Line, "matching", "Controls chosen by a pattern are not found out; name them.")
	}
	for _, text := range sel.IDs {
		id, err := plumbline.ParseControlID(text)
		switch {
		case err != nil:
			r.remark(sel.Line, text, "It is left out: %s", plumbline.TextOf(err))
			continue
		case len(have) >= plumbline.MaxControls:
			r.remark(sel.Line, text, "The profile names more than %d controls; those from here on are left out.", plumbline.MaxControls)
			return have
		}
		if _, twice := lines[id]; twice {
			continue
		}
		lines[id] = sel.Line
		have = append(have, id)
	}
	return have
}

// System is how a system security plan says that controls are implemented.
type System struct {
	Records []Record
}

// Record is what a plan says about a control, and the line where.
type Record struct {
	plumbline.ControlRecord
	Line int
}

type systemPlan struct {
	Metadata       metadata `json:"metadata"`
	Implementation struct {
		Requirements []requirement `json:"implemented-requirements"`
	} `json:"control-implementation"`
}

type requirement struct {
	Line       int    `json:"#line"`
	UUID       string `json:"uuid"`
	Control    string `json:"control-id"`
	Components []struct {
		Status struct {
			State string `json:"state"`
		} `json:"implementation-status"`
	} `json:"by-components"`
}

// badness orders the states: a control is as good as the worst of what
// implements it.
var badness = map[plumbline.ControlState]int{
	plumbline.ControlNotApplicable: 1, plumbline.ControlImplemented: 2, plumbline.ControlAlternative: 3, plumbline.ControlPartial: 4, plumbline.ControlPlanned: 5, plumbline.ControlMissing: 6,
}

func (r *reader) system(p *systemPlan) {
	out := &System{}
	r.file.System = out
	at := map[plumbline.ControlID]int{}
	for _, q := range p.Implementation.Requirements {
		line := r.seek.find("uuid", q.UUID, q.Line)
		id, err := plumbline.ParseControlID(q.Control)
		if err != nil {
			r.remark(line, q.Control, "It is left out: %s", plumbline.TextOf(err))
			continue
		}
		worst := plumbline.ControlState("")
		for _, c := range q.Components {
			state, _, err := plumbline.ParseControlState(c.Status.State)
			if err != nil {
				r.remark(line, q.Control, "%s", plumbline.TextOf(err))
			}
			if badness[state] > badness[worst] {
				worst = state
			}
		}
		if worst == "" {
			r.remark(line, q.Control, "The plan does not say how far it is implemented.")
			continue
		}
		if i, twice := at[id]; twice {
			if badness[worst] > badness[out.Records[i].State] {
				out.Records[i].State = worst
			}
			continue
		}
		at[id] = len(out.Records)
		out.Records = append(out.Records, Record{Line: line, ControlRecord: plumbline.ControlRecord{Control: id, State: worst}})
	}
}
