package giteatest

import (
	"crypto/sha256"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

func (s *Server) create(who, title, body string, labels []*label, pull bool) *issue {
	n := s.id("issue")
	is := &issue{id: n, number: n, title: title, body: body, author: who, pull: pull, created: s.now(), updated: s.now()}
	s.repo.issues = append(s.repo.issues, is)
	if !s.mayWrite(who) {
		labels = nil
	}
	s.put(who, is, labels)
	s.announce(who, is, "issues", "opened", is.labels)
	if len(labels) > 0 {
		s.announce(who, is, "issue_label", "label_updated", is.labels)
	}
	return is
}

// put adds labels in the order of their names, whatever the order they came
// in: of two of one exclusive scope, the last by name stays.
func (s *Server) put(who string, is *issue, labels []*label) {
	labels = append([]*label(nil), labels...)
	sort.SliceStable(labels, func(i, j int) bool { return labels[i].name < labels[j].name })
	for _, l := range labels {
		if has(is.labels, l) {
			continue
		}
		for _, old := range is.labels {
			if l.exclusive && old.exclusive && scope(l) != "" && scope(l) == scope(old) {
				s.take(who, is, old)
			}
		}
		is.labels = append(is.labels, l)
		s.record(who, is, l, "1")
	}
}

func (s *Server) take(who string, is *issue, l *label) {
	if has(is.labels, l) {
		is.labels = without(is.labels, l)
		s.record(who, is, l, "")
	}
}

func (s *Server) record(who string, is *issue, l *label, body string) {
	is.line = append(is.line, &entry{id: s.id("comment"), kind: "label", who: who, body: body, label: l, created: s.now(), updated: s.now()})
	is.updated = s.now()
}

// add announces a change even when there is none.
func (s *Server) add(who string, is *issue, labels []*label) {
	s.put(who, is, labels)
	s.announce(who, is, "issue_label", "label_updated", is.labels)
}

func (s *Server) remove(who string, is *issue, l *label) {
	s.take(who, is, l)
	s.announce(who, is, "issue_label", "label_updated", is.labels)
}

// replace announces no labels at all.
func (s *Server) replace(who string, is *issue, labels []*label) {
	for _, l := range append([]*label(nil), is.labels...) {
		if !has(labels, l) {
			s.take(who, is, l)
		}
	}
	s.put(who, is, labels)
	s.announce(who, is, "issue_label", "label_updated", nil)
}

// clear announces the labels that were there before.
func (s *Server) clear(who string, is *issue) {
	old := is.labels
	for _, l := range append([]*label(nil), old...) {
		s.take(who, is, l)
	}
	s.announce(who, is, "issue_label", "label_cleared", old)
}

func (s *Server) setState(who string, is *issue, closed bool) {
	if is.closed == closed {
		return
	}
	is.closed, is.updated = closed, s.now()
	action := "reopened"
	if closed {
		action = "closed"
	}
	s.announce(who, is, "issues", action, is.labels)
}

func (s *Server) edit(who string, is *issue, title, body *string) {
	if title != nil {
		is.title = *title
	}
	if body != nil {
		is.body = *body
	}
	is.updated = s.now()
	s.announce(who, is, "issues", "edited", is.labels)
}

func (s *Server) comment(who string, is *issue, body string) *entry {
	e := &entry{id: s.id("comment"), kind: "comment", who: who, body: body, created: s.now(), updated: s.now()}
	is.line = append(is.line, e)
	is.updated = s.now()
	s.announceComment(who, is, e, "created")
	return e
}

// scope is everything before the last "/".
func scope(l *label) string {
	if i := strings.LastIndex(l.name, "/"); i > 0 {
		return l.name[:i]
	}
	return ""
}

func has(labels []*label, l *label) bool {
	for _, one := range labels {
		if one == l {
			return true
		}
	}
	return false
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

func (s *Server) asUser(login string) map[string]any {
	sum := sha256.Sum256([]byte(login))
	return map[string]any{
		"id": int64(sum[0])<<8 | int64(sum[1]), "login": login, "login_name": "", "full_name": "", "email": login + "@noreply.localhost",
		"html_url": s.URL + "/" + login, "language": "", "is_admin": false, "username": login, "created": "2026-11-21T21:33:13Z",
	}
}

func (s *Server) asLabels(labels []*label) []any {
	out := []any{}
	for _, l := range labels {
		out = append(out, s.asLabel(l))
	}
	return out
}

func (s *Server) asLabel(l *label) map[string]any {
	return map[string]any{
		"id": l.id, "name": l.name, "exclusive": l.exclusive, "is_archived": false, "color": "0052cc", "description": "",
		"url": fmt.Sprintf("%s/api/v1/repos/%s/labels/%d", s.URL, s.repo.path, l.id),
	}
}

func (s *Server) asIssue(is *issue, labels []*label) map[string]any {
	owner, name, _ := strings.Cut(s.repo.path, "/")
	state, number := "open", strconv.FormatInt(is.number, 10)
	if is.closed {
		state = "closed"
	}
	var pull any
	if is.pull {
		pull = map[string]any{"merged": false, "merged_at": nil, "draft": false}
	}
	comments := 0
	for _, e := range is.line {
		if e.kind == "comment" {
			comments++
		}
	}
	out := map[string]any{
		"id": is.id, "number": is.number, "url": s.URL + "/api/v1/repos/" + s.repo.path + "/issues/" + number, "html_url": s.URL + "/" + s.repo.path + "/issues/" + number,
		"user": s.asUser(is.author), "original_author": "", "original_author_id": 0, "title": is.title, "body": is.body, "ref": "", "assets": []any{},
		"labels": s.asLabels(labels), "milestone": nil, "assignee": nil, "assignees": nil, "state": state, "is_locked": false, "comments": comments,
		"created_at": iso(is.created), "updated_at": iso(is.updated), "closed_at": nil, "due_date": nil, "pull_request": pull,
		"repository": map[string]any{"id": s.repo.id, "name": name, "owner": owner, "full_name": s.repo.path}, "pin_order": 0,
	}
	if s.recent() {
		out["content_version"], out["time_estimate"] = 0, 0
	}
	return out
}

func (s *Server) asComment(is *issue, e *entry) map[string]any {
	page := fmt.Sprintf("%s/%s/issues/%d", s.URL, s.repo.path, is.number)
	return map[string]any{
		"id": e.id, "html_url": page + "#issuecomment-" + strconv.FormatInt(e.id, 10), "pull_request_url": "", "issue_url": page, "user": s.asUser(e.who),
		"original_author": "", "original_author_id": 0, "body": e.body, "assets": []any{}, "created_at": iso(e.created), "updated_at": iso(e.updated),
	}
}

func (s *Server) asRepo(who string) map[string]any {
	owner, name, _ := strings.Cut(s.repo.path, "/")
	right := s.right(who)
	return map[string]any{
		"id": s.repo.id, "owner": s.asUser(owner), "name": name, "full_name": s.repo.path, "private": true, "archived": s.repo.archived,
		"html_url": s.URL + "/" + s.repo.path, "default_branch": "main", "has_issues": !s.repo.off,
		"permissions": map[string]any{"admin": right == Admin, "push": s.mayWrite(who), "pull": right != None},
	}
}
