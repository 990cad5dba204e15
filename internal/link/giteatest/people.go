package giteatest

import (
	"sort"
	"strconv"
	"strings"

	"plumbline/internal/link/linktest"
)

// CreateIssue opens an issue as a person. A reader's labels are dropped. With
// labels there are two webhooks.
func (s *Server) CreateIssue(user, title, body string, labels ...string) string {
	defer s.lock()()
	return strconv.FormatInt(s.create(user, title, body, s.named(labels...), false).number, 10)
}

// CreatePull opens a pull request, which the list of issues holds too.
func (s *Server) CreatePull(user, title string, labels ...string) string {
	defer s.lock()()
	return strconv.FormatInt(s.create(user, title, "", s.named(labels...), true).number, 10)
}

// AddLabels puts labels on an issue as a person, by name: of the repository
// and of the organisation, all that are called so.
func (s *Server) AddLabels(user, ref string, names ...string) {
	defer s.lock()()
	s.add(user, s.ref(ref), s.named(names...))
}

// RemoveLabels takes labels off an issue as a person, one after the other.
func (s *Server) RemoveLabels(user, ref string, names ...string) {
	defer s.lock()()
	for _, l := range s.named(names...) {
		s.remove(user, s.ref(ref), l)
	}
}

// ReplaceLabels gives an issue other labels as a person.
func (s *Server) ReplaceLabels(user, ref string, names ...string) {
	defer s.lock()()
	s.replace(user, s.ref(ref), s.named(names...))
}

// ClearLabels takes all labels off an issue as a person.
func (s *Server) ClearLabels(user, ref string) {
	defer s.lock()()
	s.clear(user, s.ref(ref))
}

// CloseIssue closes an issue as a person.
func (s *Server) CloseIssue(user, ref string) {
	defer s.lock()()
	s.setState(user, s.ref(ref), true)
}

// ReopenIssue reopens an issue as a person.
func (s *Server) ReopenIssue(user, ref string) {
	defer s.lock()()
	s.setState(user, s.ref(ref), false)
}

// EditIssue gives an issue another title and body as a person.
func (s *Server) EditIssue(user, ref, title, body string) {
	defer s.lock()()
	s.edit(user, s.ref(ref), &title, &body)
}

// DeleteIssue deletes an issue. Version 1.26 announces it.
func (s *Server) DeleteIssue(ref string) {
	defer s.lock()()
	is := s.ref(ref)
	for i, one := range s.repo.issues {
		if one == is {
			s.repo.issues = append(s.repo.issues[:i], s.repo.issues[i+1:]...)
			break
		}
	}
	if s.recent() {
		s.announce("root", is, "issues", "deleted", is.labels)
	}
}

// IssueLabels are the names on an issue, sorted; a name is there as often as
// there are labels of it.
func (s *Server) IssueLabels(ref string) []string {
	defer s.lock()()
	return s.ref(ref).names()
}

// IssueOpen says whether an issue is open.
func (s *Server) IssueOpen(ref string) bool {
	defer s.lock()()
	return !s.ref(ref).closed
}

// IssueBody is an issue's text.
func (s *Server) IssueBody(ref string) string {
	defer s.lock()()
	return s.ref(ref).body
}

// Issues are the refs of all issues and pull requests.
func (s *Server) Issues() []string {
	defer s.lock()()
	var out []string
	for _, is := range s.repo.issues {
		out = append(out, strconv.FormatInt(is.number, 10))
	}
	return out
}

// Comment comments as a person and returns the comment's id.
func (s *Server) Comment(user, ref, body string) string {
	defer s.lock()()
	return strconv.FormatInt(s.comment(user, s.ref(ref), body).id, 10)
}

// Comments are an issue's comments, oldest first.
func (s *Server) Comments(ref string) []linktest.Comment {
	defer s.lock()()
	var out []linktest.Comment
	for _, e := range s.ref(ref).line {
		if e.kind == "comment" {
			out = append(out, linktest.Comment{ID: strconv.FormatInt(e.id, 10), Author: e.who, Body: e.body})
		}
	}
	return out
}

// DeleteComment deletes a comment, whoever wrote it.
func (s *Server) DeleteComment(id string) {
	defer s.lock()()
	is, e := s.findComment(id)
	if e == nil {
		panic("giteatest: there is no comment " + id)
	}
	for i, one := range is.line {
		if one == e {
			is.line = append(is.line[:i], is.line[i+1:]...)
			return
		}
	}
}

func (s *Server) findComment(id string) (*issue, *entry) {
	for _, is := range s.repo.issues {
		for _, e := range is.line {
			if e.kind == "comment" && strconv.FormatInt(e.id, 10) == id {
				return is, e
			}
		}
	}
	return nil, nil
}

// Mentioned are the names that the issue and its comments call, sorted.
func (s *Server) Mentioned(ref string) []string {
	defer s.lock()()
	is := s.ref(ref)
	out := linktest.Mentions(is.body)
	for _, e := range is.line {
		if e.kind == "comment" {
			out = append(out, linktest.Mentions(e.body)...)
		}
	}
	sort.Strings(out)
	return out
}

// CreateLabel makes a label of the repository and returns its id. Another one
// of the same name is allowed.
func (s *Server) CreateLabel(name string) string { return s.newLabel(label{name: name}) }

// CreateExclusiveLabel makes a label of the repository with the exclusive
// flag: its scope is everything before the last "/".
func (s *Server) CreateExclusiveLabel(name string) string {
	return s.newLabel(label{name: name, exclusive: true})
}

// CreateGroupLabel makes a label of the organisation.
func (s *Server) CreateGroupLabel(name string) string {
	return s.newLabel(label{name: name, org: true})
}

func (s *Server) newLabel(l label) string {
	defer s.lock()()
	l.id = s.id("label")
	if l.org {
		s.shared = append(s.shared, &l)
	} else {
		s.repo.labels = append(s.repo.labels, &l)
	}
	return strconv.FormatInt(l.id, 10)
}

// RenameLabel renames a label: no webhook, no issue's time of change moves.
func (s *Server) RenameLabel(old, name string) {
	defer s.lock()()
	for _, l := range s.named(old) {
		l.name = name
	}
}

// DeleteLabel deletes a label: issues lose it silently, no webhook, no issue's
// time of change moves.
func (s *Server) DeleteLabel(name string) {
	defer s.lock()()
	for _, l := range s.named(name) {
		l.gone = true
		s.repo.labels, s.shared = without(s.repo.labels, l), without(s.shared, l)
		for _, is := range s.repo.issues {
			is.labels = without(is.labels, l)
		}
	}
}

// Labels are the names of all labels, sorted.
func (s *Server) Labels() []string {
	defer s.lock()()
	var out []string
	for _, l := range s.all() {
		out = append(out, l.name)
	}
	sort.Strings(out)
	return out
}

// RenameContainer gives the repository another path. The old one redirects.
// With another owner it is a transfer: labels of the organisation fall off.
func (s *Server) RenameContainer(path string) {
	defer s.lock()()
	old, _, _ := strings.Cut(s.repo.path, "/")
	owner, _, _ := strings.Cut(path, "/")
	s.repo.formerly = append(s.repo.formerly, s.repo.path)
	s.repo.path = path
	if owner == old {
		return
	}
	for _, l := range s.shared {
		for _, is := range s.repo.issues {
			is.labels = without(is.labels, l)
		}
	}
	s.shared = nil
}

// Archive makes the repository read-only, or not.
func (s *Server) Archive(archived bool) {
	defer s.lock()()
	s.repo.archived = archived
}

// SwitchIssuesOff hides all issues, or not.
func (s *Server) SwitchIssuesOff(off bool) {
	defer s.lock()()
	s.repo.off = off
}

// named are all labels of the names, or a panic: the test is wrong.
func (s *Server) named(names ...string) []*label {
	var out []*label
	for _, n := range names {
		found := s.byName(n)
		if len(found) == 0 {
			panic("giteatest: there is no label " + n)
		}
		out = append(out, found...)
	}
	return out
}

func (s *Server) byName(name string) []*label {
	var out []*label
	for _, l := range s.all() {
		if l.name == name {
			out = append(out, l)
		}
	}
	return out
}
