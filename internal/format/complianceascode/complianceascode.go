// Package complianceascode reads the control files of the ComplianceAsCode
// project: one YAML document that says for each control of a policy how far a
// platform meets it.
//
// It owns these nouns. A [Policy] is such a file. An [Entry] is one control with
// its state and the line where it begins.
//
// Laws: pure: bytes in, words out. A status is read whatever the blanks around
// it are; one that is not known is told and its control is left out. What a file
// says to be automated is said by it, and is no evidence that it passed.
package complianceascode

import (
	"bytes"
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// The limits. The largest file of the project has 1 MB.
const (
	maxBytes = 16 << 20
	maxNodes = 500_000
	maxDepth = 5 // of controls within controls
)

// Policy is a control file.
type Policy struct {
	ID, Title, Version, Source string
	Entries                    []Entry
}

// Entry is one control. Skip says why it is not taken; then only Line, Ref and
// Skip mean something. Remark is something odd about one that is.
type Entry struct {
	Line    int
	Ref     string // as written
	Skip    string
	Remark  string
	Control plumbline.Control
	State   plumbline.ControlState
	Need    string // the file's word for how it is met
	Note    string
	Levels  []string
}

// Read reads a file. The error is Invalid: it is no control file, or too large.
func Read(data []byte) (*Policy, error) {
	docs, err := yamldoc.ReadWithin(data, yamldoc.Bounds{Bytes: maxBytes, Nodes: maxNodes})
	switch {
	case err != nil:
		return nil, err
	case len(docs) != 1:
		return nil, plumbline.Errorf(plumbline.Invalid, "The file is no control file: it has %d documents, and one is wanted.", len(docs))
	case docs[0].Err != nil:
		return nil, docs[0].Err
	}
	root := docs[0].Root
	list := root.Get("controls")
	if list == nil || list.Kind != yamldoc.List {
		return nil, plumbline.Errorf(plumbline.Invalid, "The file is no control file: it has no list of controls.")
	}
	r := reader{seen: map[plumbline.ControlID]bool{}, policy: &Policy{
		ID: clean(root.Get("id").Str()), Title: short(root.Get("title").Str()), Version: short(root.Get("version").Str()), Source: short(root.Get("source").Str()),
	}}
	r.controls(list, "", 0)
	return r.policy, nil
}

type reader struct {
	policy *Policy
	seen   map[plumbline.ControlID]bool
}

func (r *reader) controls(list *yamldoc.Node, parent plumbline.ControlID, depth int) {
	if list == nil || list.Kind != yamldoc.List {
		return
	}
	for _, n := range list.Items {
		e := Entry{Line: n.Line, Ref: short(n.Get("id").Str())}
		switch {
		case n.Kind != yamldoc.Mapping || e.Ref == "":
			e.Skip = "it is no control with an id"
		case depth > maxDepth:
			e.Skip = fmt.Sprintf("controls are nested more than %d deep", maxDepth)
		case len(r.policy.Entries) >= plumbline.MaxControls:
			e.Skip = fmt.Sprintf("the file has more than %d controls; those from here on are left out", plumbline.MaxControls)
			r.policy.Entries = append(r.policy.Entries, e)
			return
		default:
			r.read(&e, n, parent)
		}
		r.policy.Entries = append(r.policy.Entries, e)
		if e.Skip == "" {
			r.controls(n.Get("controls"), e.Control.ID, depth+1)
		}
	}
}

// read takes what a control says. One without a status is pending, as the
// project has it.
func (r *reader) read(e *Entry, n *yamldoc.Node, parent plumbline.ControlID) {
	id, err := plumbline.ParseControlID(e.Ref)
	switch {
	case err != nil:
		e.Skip = sentence(err)
		return
	case r.seen[id]:
		e.Skip = "there are two controls of this name; the first one counts"
		return
	}
	status := n.Get("status").Str()
	if status == "" {
		status, e.Remark = "pending", "it has no status, and counts as pending"
	}
	if e.State, e.Need, err = plumbline.ParseControlState(status); err != nil {
		e.Skip = sentence(err)
		return
	}
	r.seen[id] = true
	e.Note = noteOf(n.Get("notes").Str())
	for _, l := range n.Get("levels").Scalars() {
		e.Levels = append(e.Levels, short(l.Str()))
	}
	title := short(strings.Join(strings.Fields(n.Get("title").Str()), " "))
	if rest, ok := strings.CutPrefix(title, e.Ref+" - "); ok {
		title = rest
	}
	e.Control = plumbline.Control{ID: id, Label: e.Ref, Family: id.Family(), Parent: parent, Title: title}
}

func sentence(err error) string { return strings.TrimSuffix(plumbline.TextOf(err), ".") }

func clean(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\x00", "\ufffd"))
}

// short is a stranger's text as a title.
func short(s string) string {
	const most = 200
	s = clean(s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// noteOf keeps a note to its length, and to whole letters.
func noteOf(s string) string {
	s = clean(s)
	if len(s) > plumbline.MaxNote {
		s = string(bytes.ToValidUTF8([]byte(s[:plumbline.MaxNote-3]), nil)) + "…"
	}
	return s
}
