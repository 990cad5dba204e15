// Package kep reads Kubernetes enhancement proposals: the metadata file kep.yaml
// of each, and a table of how their fields changed over time.
//
// The form is that of keps/NNNN-kep-template/kep.yaml in kubernetes/enhancements
// and its README ("KEP metadata"): number, title, owning SIG, status, stage,
// milestones, people, dates, and links to other proposals.
//
// Laws: pure: bytes in, values and remarks out, the same for the same input.
// The files are written by hand, so reading is tolerant: a misspelt status is
// understood when only one is near, a milestone without its "v" is one, a name in
// curly quotes is a name. Whatever was understood, left out or impossible is said
// in a [Note] with file, line and reason. Nothing is guessed: a date with month
// 30 is no date.
package kep

import (
	"fmt"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/format/yamldoc"
)

// Status is where a proposal stands.
type Status string

// The statuses of the template, and Removed, which a few proposals use. Unknown
// is what is none of them.
const (
	Unknown       Status = ""
	Provisional   Status = "provisional"
	Implementable Status = "implementable"
	Implemented   Status = "implemented"
	Deferred      Status = "deferred"
	Rejected      Status = "rejected"
	Withdrawn     Status = "withdrawn"
	Replaced      Status = "replaced"
	Removed       Status = "removed"
)

var statuses = [...]Status{Provisional, Implementable, Implemented, Deferred, Rejected, Withdrawn, Replaced, Removed}

// Proposal is one kep.yaml.
type Proposal struct {
	Path            string // as given
	Number          int    // 0: not known
	Title           string
	SIG             string   // owning, for example "sig-node"
	Participating   []string // other SIGs
	Status          Status
	Stage           string            // "alpha", "beta", "stable", "deprecated", "disabled", "removed" or empty
	LatestMilestone string            // "v1.36", or empty
	Milestones      map[string]string // stage → "v1.36"; nil without a milestone block
	Authors         []string          // GitHub handles, without "@", as written
	Reviewers       []string
	Approvers       []string
	Created         plumbline.Time // a day, at 00:00 UTC; 0: not known
	LastUpdated     plumbline.Time
	SeeAlso         []string // as written: paths, addresses or words
	Replaces        []string
	SupersededBy    []string
	Components      []string // of its feature gates, each once, as written
}

// Note is a remark on one line of a file.
type Note struct {
	File   string
	Line   int
	Field  string
	Reason string
}

// String is the note as one line.
func (n Note) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", n.File, n.Line, n.Field, n.Reason)
}

// Read reads one kep.yaml. It fails, with an error of kind Invalid, when the file
// is no YAML mapping or has no title; everything else is a note.
func Read(path string, data []byte) (Proposal, []Note, error) {
	docs, err := yamldoc.Read(data)
	if err == nil && len(docs) > 0 {
		err = docs[0].Err
	}
	if err != nil {
		return Proposal{}, nil, plumbline.Errorf(plumbline.Invalid, "%s: %s", path, plumbline.TextOf(err))
	}
	if len(docs) == 0 || docs[0].Root.Kind != yamldoc.Mapping {
		return Proposal{}, nil, plumbline.Errorf(plumbline.Invalid, "%s: this is not the metadata of a proposal.", path)
	}
	r := reader{path: path, root: docs[0].Root}
	p := r.proposal()
	if len(docs) > 1 {
		r.note(nil, "file", "it has %d documents; the first one counts", len(docs))
	}
	if p.Title == "" {
		return Proposal{}, nil, plumbline.Errorf(plumbline.Invalid, "%s: the proposal has no title.", path)
	}
	return p, r.notes, nil
}

// reader gathers notes while it reads.
type reader struct {
	path  string
	root  *yamldoc.Node
	notes []Note
}

func (r *reader) note(at *yamldoc.Node, field, format string, args ...any) {
	r.notes = append(r.notes, Note{File: r.path, Line: at.LineOf(r.root.Line), Field: field, Reason: fmt.Sprintf(format, args...)})
}

func (r *reader) proposal() Proposal {
	for _, again := range r.root.Again {
		r.notes = append(r.notes, Note{r.path, again.Line, clip(again.Key), "written twice; the first one counts"})
	}
	p := Proposal{
		Path:          r.path,
		Number:        r.number(),
		Title:         strings.Join(strings.Fields(r.root.Get("title").Str()), " "),
		SIG:           strings.ToLower(r.root.Get("owning-sig").Str()),
		Participating: r.texts("participating-sigs"),
		Authors:       r.handles("authors"),
		Reviewers:     r.handles("reviewers"),
		Approvers:     r.handles("approvers"),
		Created:       r.date("creation-date"),
		LastUpdated:   r.date("last-updated"),
		SeeAlso:       r.texts("see-also"),
		Replaces:      r.texts("replaces"),
		SupersededBy:  r.texts("superseded-by"),
		Milestones:    r.milestones(),
		Components:    r.components(),
	}
	n := r.root.Get("status")
	status, remark := ParseStatus(n.Str())
	p.Status = status
	if remark != "" {
		r.note(n, "status", "%s", remark)
	}
	n = r.root.Get("stage")
	p.Stage, remark = ParseStage(n.Str())
	if remark != "" {
		r.note(n, "stage", "%s", remark)
	}
	n = r.root.Get("latest-milestone")
	p.LatestMilestone, remark = ParseMilestone(n.Str())
	if remark != "" {
		r.note(n, "latest-milestone", "%s", remark)
	}
	if p.SIG == "" {
		r.note(n, "owning-sig", "it is missing")
	}
	return p
}

func (r *reader) number() int {
	n := r.root.Get("kep-number")
	i, err := strconv.Atoi(strings.TrimPrefix(n.Str(), "#"))
	if err != nil || i < 0 || i > 1_000_000 {
		r.note(n, "kep-number", "%q is not a number", clip(n.Str()))
		return 0
	}
	return i
}

// texts are the values of a list, without the empty ones.
func (r *reader) texts(field string) []string {
	var out []string
	for _, n := range r.root.Get(field).Scalars() {
		if s := n.Str(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (r *reader) milestones() map[string]string {
	block := r.root.Get("milestone")
	if block == nil || block.Kind != yamldoc.Mapping || len(block.Keys) == 0 {
		return nil
	}
	out := map[string]string{}
	for i, stage := range block.Keys {
		m, remark := ParseMilestone(block.Items[i].Str())
		if m != "" {
			out[strings.ToLower(stage)] = m
		}
		if remark != "" {
			r.note(block.Items[i], "milestone."+clip(stage), "%s", remark)
		}
	}
	return out
}

// components are the programs that the feature gates are in.
func (r *reader) components() []string {
	var out []string
	seen := map[string]bool{}
	gates := r.root.Get("feature-gates")
	if gates == nil {
		return nil
	}
	for _, g := range gates.Items {
		for _, c := range g.Get("components").Scalars() {
			for name := range strings.SplitSeq(c.Str(), ",") {
				if name = strings.TrimSpace(name); name != "" && !seen[name] {
					seen[name] = true
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// clip keeps a stranger's text short in a report.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
