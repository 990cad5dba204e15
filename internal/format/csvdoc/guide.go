package csvdoc

import (
	"fmt"
	"slices"
	"strings"

	"plumbline"
)

// Guide says what the columns of a file mean. The zero value leaves it to the
// usual names.
type Guide struct {
	Map   map[string]string // header as written → field, or "" to leave it out; it goes before everything else
	Known map[string]string // header, as [Plain] writes it → field: the names that one system's exports have
	Only  bool              // Known is all that is known: the usual names are not tried
}

// The fields that a column can be taken for, beside "field.NAME", a field of
// the item's process.
const (
	External   = "id"
	Title      = "title"
	Body       = "body"
	Process    = "process"
	Class      = "class"
	Visibility = "visibility"
	Product    = "product"
	Priority   = "priority"
	Severity   = "severity"
	Assignee   = "assignee"
	OnBehalfOf = "on_behalf_of"
	Author     = "author"
	AuthorName = "author_name"
	Status     = "status"
	Created    = "created"
	Updated    = "updated"
	Closed     = "closed"
	Labels     = "labels"
	Votes      = "votes"
	Voters     = "voters"
	URL        = "url"
	Answer     = "answer"       // what was answered, kept as a comment
	Secret     = "confidential" // yes makes the item confidential
)

// ofProcess begins the names of fields that a process defines.
const ofProcess = "field."

// Fields lists the fields that a column can be taken for, in the order in which
// a person is asked.
func Fields() []string {
	return []string{External, Title, Body, Process, Class, Visibility, Product, Priority, Severity, Assignee, OnBehalfOf,
		Author, AuthorName, Status, Created, Updated, Closed, Labels, Votes, Voters, URL, Answer, Secret}
}

// usual are the names that people give columns, as Plain writes them.
var usual = map[string]string{
	"id": External, "external id": External, "issue id": External, "issue key": External, "ticket id": External, "ticket": External, "number": External, "nr": External, "ref": External, "reference": External, "key": External,
	"title": Title, "summary": Title, "subject": Title, "name": Title, "request": Title, "idea": Title, "post title": Title, "issue title": Title, "headline": Title,
	"body": Body, "description": Body, "details": Body, "text": Body, "content": Body, "detail": Body, "notes": Body, "post details": Body,
	"process": Process, "kind": Process, "type": Process, "issue type": Process,
	"class": Class, "visibility": Visibility, "product": Product, "component": Product, "service": Product,
	"priority": Priority, "severity": Severity, "assignee": Assignee, "assigned to": Assignee, "assignee username": Assignee, "owner": Assignee,
	"on behalf of": OnBehalfOf, "requested for": OnBehalfOf, "customer contact": OnBehalfOf,
	"author": Author, "author username": Author, "created by": Author, "reporter": Author, "requester": Author, "requested by": Author, "submitter": Author, "submitted by": Author, "user": Author, "opened by": Author,
	"author name": AuthorName, "requester name": AuthorName,
	"status": Status, "state": Status, "resolution": Status, "stage": Status,
	"created": Created, "created at": Created, "created at utc": Created, "created on": Created, "date": Created, "opened": Created, "opened at": Created, "submitted": Created, "submitted at": Created, "date created": Created, "creation date": Created,
	"updated": Updated, "updated at": Updated, "updated at utc": Updated, "last updated": Updated, "modified": Updated, "last modified": Updated,
	"closed": Closed, "closed at": Closed, "closed at utc": Closed, "resolved": Closed, "resolved at": Closed, "completed at": Closed, "date closed": Closed,
	"labels": Labels, "label": Labels, "tags": Labels, "tag": Labels, "categories": Labels, "category": Labels,
	"votes": Votes, "total votes": Votes, "vote count": Votes, "upvotes": Votes, "likes": Votes, "score": Votes, "votes count": Votes, "number of votes": Votes,
	"voters": Voters, "voted by": Voters, "supporters": Voters,
	"url": URL, "link": URL, "web url": URL, "html url": URL, "permalink": URL, "post url": URL,
	"response": Answer, "answer": Answer, "official response": Answer,
	"confidential": Secret, "private": Secret,
}

// Plain writes a header so that spelling does not matter: lower case, single
// spaces, no punctuation, "createdAt" as "created at".
func Plain(header string) string {
	var b strings.Builder
	lower := false
	for _, r := range header {
		switch {
		case r >= 'A' && r <= 'Z':
			if lower {
				b.WriteByte(' ')
			}
			b.WriteRune(r + 'a' - 'A')
			lower = false
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80:
			b.WriteRune(r)
			lower = true
		default:
			b.WriteByte(' ')
			lower = false
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// assign decides what each column is taken for. Of two that could be the same,
// the first one is.
func (s *Sheet) assign(g Guide) error {
	var bad plumbline.Problems
	taken := map[string]string{}
	heads := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		heads[i] = c.Header
	}
	for i, h := range heads {
		if field, given := g.Map[h]; given {
			if field != "" && !known(field) {
				bad.Add(h, "The column %q cannot be taken for %q; fields are %s, or field.NAME of the process.", h, field, strings.Join(Fields(), ", "))
			}
			if other, twice := taken[field]; twice && field != "" {
				bad.Add(h, "The columns %q and %q cannot both be the %s.", other, h, field)
			}
			s.Columns[i].Field, taken[field] = field, h
		}
	}
	for h := range g.Map {
		if !slices.Contains(heads, h) {
			bad.Add(h, "There is no column %q; columns are %s.", clip(h), clipAll(heads))
		}
	}
	for i, h := range heads {
		if _, given := g.Map[h]; given {
			continue
		}
		field := s.guess(h, g)
		if _, twice := taken[field]; !twice && field != "" {
			s.Columns[i].Field, taken[field] = field, h
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if _, ok := taken[Title]; !ok {
		return plumbline.FieldError(Title, "%s: no column is the title. Say which one is; the columns are %s.", s.name, clipAll(heads))
	}
	return nil
}

func (s *Sheet) guess(header string, g Guide) string {
	if s.own {
		return ownFields[header]
	}
	plain := Plain(header)
	if field, ok := g.Known[plain]; ok || g.Only {
		return field
	}
	if name, ok := strings.CutPrefix(strings.ToLower(header), ofProcess); ok && name != "" {
		return ofProcess + name
	}
	return usual[plain]
}

func known(field string) bool {
	name, ok := strings.CutPrefix(field, ofProcess)
	return ok && name != "" || slices.Contains(Fields(), field)
}

func clipAll(heads []string) string {
	var out []string
	for i, h := range heads {
		if i == 20 {
			return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", len(heads)-i)
		}
		out = append(out, fmt.Sprintf("%q", clip(h)))
	}
	return strings.Join(out, ", ")
}
