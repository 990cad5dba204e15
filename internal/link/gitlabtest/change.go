package gitlabtest

import (
	"strconv"
	"strings"
)

// edit is what one request, person or command changes about an issue.
type edit struct {
	title, body  *string
	add, remove  []string
	replace      *[]string
	state        string // "close", "reopen" or ""
	confidential *bool
}

func (s *Server) create(who string, p *project, title, body string, labels []string, confidential bool) *issue {
	now := s.now()
	is := &issue{id: s.id(), iid: p.next(), project: p, title: title, author: who, created: now, updated: now, confidential: confidential}
	rest, done := s.commands(is.project, body)
	is.body = rest
	p.issues = append(p.issues, is)
	done.add = append(labels, done.add...)
	s.relabel(who, is, done)
	if done.state == "close" && s.level(who) >= Planner {
		is.closed = true
	}
	s.announce(is, who, "open", nil)
	return is
}

func (p *project) next() int64 {
	p.lastIID++
	return p.lastIID
}

// update changes an issue and announces it. Nothing happens, and nothing is
// announced, when nothing changes.
func (s *Server) update(who string, is *issue, e edit) {
	before := is.titles()
	changed := false
	if e.title != nil && *e.title != is.title {
		is.title, changed = *e.title, true
	}
	if e.body != nil {
		rest, done := s.commands(is.project, *e.body)
		e.add, e.remove = append(e.add, done.add...), append(e.remove, done.remove...)
		def(&e.state, done.state)
		changed = changed || rest != is.body
		is.body = rest
	}
	if e.confidential != nil && *e.confidential != is.confidential {
		is.confidential, changed = *e.confidential, true
	}
	relabeled := s.relabel(who, is, e)
	action := "update"
	if e.state == "close" && !is.closed || e.state == "reopen" && is.closed {
		is.closed = e.state == "close"
		action, changed = e.state, true
		is.changes = append(is.changes, change{id: s.id(), who: who, at: s.now(), state: map[bool]string{true: "closed", false: "reopened"}[is.closed]})
	}
	if !changed && !relabeled {
		return
	}
	is.updated = s.now()
	if !relabeled {
		before = nil
	}
	s.announce(is, who, action, before)
}

// relabel changes the labels: ((replaced or present) and added) without
// removed, then the exclusive scopes. Below Planner nothing happens, silently.
func (s *Server) relabel(who string, is *issue, e edit) bool {
	if s.level(who) < Planner || e.replace == nil && len(e.add) == 0 && len(e.remove) == 0 {
		return false
	}
	old := append([]*label(nil), is.labels...)
	now := append([]*label(nil), is.labels...)
	if e.replace != nil {
		now = nil
		for _, t := range *e.replace {
			now = with(now, s.findOrCreate(is.project, t))
		}
	}
	for _, t := range e.add {
		now = with(now, s.findOrCreate(is.project, t))
	}
	for _, t := range e.remove {
		if l := s.label(is.project, t); l != nil {
			now = without(now, l)
		}
	}
	if s.opt.Premium {
		now = exclusive(now, old)
	}
	is.labels = now
	changed := false
	for _, l := range old {
		if !has(now, l) {
			s.record(who, is, l, false)
			changed = true
		}
	}
	for _, l := range now {
		if !has(old, l) {
			s.record(who, is, l, true)
			changed = true
		}
	}
	return changed
}

func (s *Server) record(who string, is *issue, l *label, added bool) {
	is.changes = append(is.changes, change{id: s.id(), who: who, at: s.now(), label: l, added: added})
}

// exclusive keeps, of each scope that got a new label, only the last new one.
// A scope with two labels that got none is left alone.
func exclusive(now, old []*label) []*label {
	last := map[string]*label{}
	for _, l := range now {
		if sc := scope(l.title); sc != "" && !has(old, l) {
			last[sc] = l
		}
	}
	var out []*label
	for _, l := range now {
		if keep := last[scope(l.title)]; keep == nil || keep == l {
			out = append(out, l)
		}
	}
	return out
}

// scope is everything before the last "::".
func scope(title string) string {
	if i := strings.LastIndex(title, "::"); i > 0 {
		return title[:i]
	}
	return ""
}

// label finds a title, with its case, in the project and in the group.
func (s *Server) label(p *project, title string) *label {
	for _, l := range append(append([]*label(nil), p.labels...), s.shared...) {
		if l.title == title {
			return l
		}
	}
	return nil
}

func (s *Server) findOrCreate(p *project, title string) *label {
	if l := s.label(p, title); l != nil {
		return l
	}
	return s.newLabel(p, title)
}

func (s *Server) newLabel(p *project, title string) *label {
	l := &label{id: s.id(), title: title}
	p.labels = append(p.labels, l)
	return l
}

// comment runs the commands in a comment and keeps the rest of it. Commands
// only: no note, and what they did in words.
func (s *Server) comment(who string, is *issue, body string) (*note, string) {
	rest, done := s.commands(is.project, body)
	var n *note
	if strings.TrimSpace(rest) != "" {
		n = &note{id: s.id(), author: who, body: rest, created: s.now(), updated: s.now()}
		is.notes = append(is.notes, n)
		is.updated = s.now()
		s.announceNote(is, n)
	}
	if s.level(who) >= Planner {
		s.update(who, is, done)
	}
	return n, done.words()
}

func (e edit) words() string {
	return strings.TrimSpace(e.state + " " + strings.Join(e.add, ",") + " " + strings.Join(e.remove, ","))
}

func has(labels []*label, l *label) bool {
	for _, one := range labels {
		if one == l {
			return true
		}
	}
	return false
}

func with(labels []*label, l *label) []*label {
	return append(without(labels, l), l)
}

func without(labels []*label, l *label) []*label {
	var out []*label
	for _, one := range labels {
		if one != l {
			out = append(out, one)
		}
	}
	return out
}

func asUser(s *Server, login string) map[string]any {
	return map[string]any{
		"id": userID(login), "username": login, "name": strings.ToUpper(login[:1]) + login[1:], "state": "active",
		"avatar_url": nil, "web_url": s.URL + "/" + login,
	}
}

func userID(login string) int64 {
	var n int64
	for _, c := range login {
		n = (n*31 + int64(c)) % 100_000
	}
	return n + 1
}

func (s *Server) asIssue(is *issue) map[string]any {
	state := "opened"
	if is.closed {
		state = "closed"
	}
	var moved any
	if is.movedTo != nil {
		moved = is.movedTo.id
	}
	return map[string]any{
		"id": is.id, "iid": is.iid, "project_id": is.project.id, "title": is.title, "description": is.body, "state": state,
		"created_at": iso(is.created), "updated_at": iso(is.updated), "closed_at": nil, "labels": is.titles(),
		"author": asUser(s, is.author), "assignees": []any{}, "assignee": nil, "milestone": nil, "type": "ISSUE", "issue_type": "issue",
		"confidential": is.confidential, "moved_to_id": moved, "user_notes_count": len(is.notes),
		"web_url":    s.URL + "/" + is.project.path + "/-/issues/" + strconv.FormatInt(is.iid, 10),
		"references": map[string]any{"full": is.reference()}, "severity": "UNKNOWN", "milestone_id": "",
	}
}

func asNote(s *Server, is *issue, n *note) map[string]any {
	return map[string]any{
		"id": n.id, "type": nil, "body": n.body, "author": asUser(s, n.author), "created_at": iso(n.created), "updated_at": iso(n.updated),
		"system": n.system, "noteable_id": is.id, "noteable_type": "Issue", "noteable_iid": is.iid, "internal": false,
	}
}
