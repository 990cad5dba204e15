package gitlabtest

import (
	"sort"
	"strconv"

	"plumbline/internal/link/linktest"
)

// CreateIssue opens an issue as a person. Below Planner, labels are dropped.
func (s *Server) CreateIssue(user, title, body string, labels ...string) string {
	defer s.lock()()
	return strconv.FormatInt(s.create(user, s.projects[0], title, body, labels, false).iid, 10)
}

// CreateConfidential opens a confidential issue as a person.
func (s *Server) CreateConfidential(user, title, body string, labels ...string) string {
	defer s.lock()()
	return strconv.FormatInt(s.create(user, s.projects[0], title, body, labels, true).iid, 10)
}

// AddLabels puts labels on an issue as a person. Unknown ones are created, as
// the API does.
func (s *Server) AddLabels(user, ref string, names ...string) {
	defer s.lock()()
	s.update(user, s.ref(ref), edit{add: names})
}

// RemoveLabels takes labels off an issue as a person.
func (s *Server) RemoveLabels(user, ref string, names ...string) {
	defer s.lock()()
	s.update(user, s.ref(ref), edit{remove: names})
}

// CloseIssue closes an issue as a person.
func (s *Server) CloseIssue(user, ref string) {
	defer s.lock()()
	s.update(user, s.ref(ref), edit{state: "close"})
}

// ReopenIssue reopens an issue as a person.
func (s *Server) ReopenIssue(user, ref string) {
	defer s.lock()()
	s.update(user, s.ref(ref), edit{state: "reopen"})
}

// EditIssue gives an issue another title and body as a person.
func (s *Server) EditIssue(user, ref, title, body string) {
	defer s.lock()()
	s.update(user, s.ref(ref), edit{title: &title, body: &body})
}

// DeleteIssue deletes an issue; no webhook tells.
func (s *Server) DeleteIssue(ref string) {
	defer s.lock()()
	is := s.ref(ref)
	p := is.project
	for i, one := range p.issues {
		if one == is {
			p.issues = append(p.issues[:i], p.issues[i+1:]...)
			return
		}
	}
}

// MoveIssue moves an issue to another project as a person: a new issue there,
// the old one closed. It returns the full reference, for example
// "group/other#1". Labels without a namesake there are lost.
func (s *Server) MoveIssue(user, ref, path string) string {
	defer s.lock()()
	is := s.ref(ref)
	var to *project
	for _, p := range s.projects {
		if p.path == path {
			to = p
		}
	}
	if to == nil {
		to = &project{id: s.id(), path: path}
		s.projects = append(s.projects, to)
	}
	var keep []string
	for _, l := range is.labels {
		if s.label(to, l.title) != nil {
			keep = append(keep, l.title)
		}
	}
	is.movedTo = s.create(is.author, to, is.title, is.body, keep, is.confidential)
	s.update(user, is, edit{state: "close"})
	return is.movedTo.reference()
}

// IssueLabels are the titles on an issue, sorted.
func (s *Server) IssueLabels(ref string) []string {
	defer s.lock()()
	return s.ref(ref).titles()
}

// IssueOpen says whether an issue is open.
func (s *Server) IssueOpen(ref string) bool {
	defer s.lock()()
	return !s.ref(ref).closed
}

// IssueBody is an issue's description.
func (s *Server) IssueBody(ref string) string {
	defer s.lock()()
	return s.ref(ref).body
}

// Issues are the refs of all issues.
func (s *Server) Issues() []string {
	defer s.lock()()
	var out []string
	for _, is := range s.projects[0].issues {
		out = append(out, strconv.FormatInt(is.iid, 10))
	}
	return out
}

// Comment comments as a person. Commands in it run; a comment of commands only
// makes no note and returns "".
func (s *Server) Comment(user, ref, body string) string {
	defer s.lock()()
	n, _ := s.comment(user, s.ref(ref), body)
	if n == nil {
		return ""
	}
	return strconv.FormatInt(n.id, 10)
}

// Comments are the notes that persons and bots wrote, oldest first.
func (s *Server) Comments(ref string) []linktest.Comment {
	defer s.lock()()
	var out []linktest.Comment
	for _, n := range s.ref(ref).notes {
		if !n.system && !n.hidden {
			out = append(out, linktest.Comment{ID: strconv.FormatInt(n.id, 10), Author: n.author, Body: n.body})
		}
	}
	return out
}

// DeleteComment deletes a note, whoever wrote it.
func (s *Server) DeleteComment(id string) {
	defer s.lock()()
	for _, is := range s.projects[0].issues {
		for i, n := range is.notes {
			if strconv.FormatInt(n.id, 10) == id {
				is.notes = append(is.notes[:i], is.notes[i+1:]...)
				return
			}
		}
	}
	panic("gitlabtest: there is no note " + id)
}

// AddHiddenNotes adds notes that no reader sees but that take up places on the
// pages.
func (s *Server) AddHiddenNotes(ref string, n int) {
	defer s.lock()()
	is := s.ref(ref)
	for range n {
		is.notes = append(is.notes, &note{id: s.id(), author: "root", body: "mentioned in a private issue", system: true, hidden: true, created: s.now(), updated: s.now()})
	}
}

// Mentioned are the names that the issue and its notes call, sorted.
func (s *Server) Mentioned(ref string) []string {
	defer s.lock()()
	is := s.ref(ref)
	out := linktest.Mentions(is.body)
	for _, n := range is.notes {
		out = append(out, linktest.Mentions(n.body)...)
	}
	sort.Strings(out)
	return out
}

// CreateLabel makes a project label and returns its id.
func (s *Server) CreateLabel(name string) string {
	defer s.lock()()
	return strconv.FormatInt(s.newLabel(s.projects[0], name).id, 10)
}

// CreateGroupLabel makes a label of the parent group and returns its id.
func (s *Server) CreateGroupLabel(name string) string {
	defer s.lock()()
	l := &label{id: s.id(), title: name, group: true}
	s.shared = append(s.shared, l)
	return strconv.FormatInt(l.id, 10)
}

// RenameLabel renames a label; its id stays, issues are not touched, no
// webhook tells.
func (s *Server) RenameLabel(old, name string) {
	defer s.lock()()
	s.mustLabel(old).title = name
}

// DeleteLabel deletes a label: issues lose it silently, and in their history
// it becomes null.
func (s *Server) DeleteLabel(name string) {
	defer s.lock()()
	l := s.mustLabel(name)
	l.gone = true
	for _, p := range s.projects {
		p.labels = without(p.labels, l)
		for _, is := range p.issues {
			is.labels = without(is.labels, l)
		}
	}
	s.shared = without(s.shared, l)
}

// Labels are the titles of all labels, sorted.
func (s *Server) Labels() []string {
	defer s.lock()()
	var out []string
	for _, l := range append(append([]*label(nil), s.projects[0].labels...), s.shared...) {
		out = append(out, l.title)
	}
	sort.Strings(out)
	return out
}

// RenameContainer gives the project another path; the old one is answered with
// a redirect.
func (s *Server) RenameContainer(path string) {
	defer s.lock()()
	p := s.projects[0]
	p.formerly = append(p.formerly, p.path)
	p.path = path
}

// Archive makes the project read-only, or not.
func (s *Server) Archive(archived bool) {
	defer s.lock()()
	s.projects[0].archived = archived
}

// SwitchIssuesOff hides all issues, or not.
func (s *Server) SwitchIssuesOff(off bool) {
	defer s.lock()()
	s.projects[0].off = off
}

func (s *Server) mustLabel(name string) *label {
	l := s.label(s.projects[0], name)
	if l == nil {
		panic("gitlabtest: there is no label " + name)
	}
	return l
}
