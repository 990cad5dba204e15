// Package itemjson reads our own export as JSON: one item a line with what hangs
// on it, as another installation has written it, or this one.
//
// Laws: pure: bytes in, items out. What people said, voted, found out, estimated and
// decided there comes with their names. Left out are what an installation does not give
// away: its customers and what they pay, its trackers, and its log of events.
package itemjson

import (
	"iter"
	"maps"
	"slices"

	"plumbline"
	"plumbline/internal/format/jsondoc"
)

// person is somebody who voted or follows.
type person struct {
	Person plumbline.PersonID `json:"person"`
	Name   string             `json:"name"`
	At     plumbline.Time     `json:"at"`
}

// item is a line of the export.
type item struct {
	plumbline.Item
	RequesterName string                      `json:"requester_name"`
	Wanted        []struct{}                  `json:"wanted_by"`
	Evidence      []plumbline.CarriedEvidence `json:"evidence"`
	Decisions     []plumbline.Decision        `json:"decisions"`
	Estimates     []plumbline.CarriedEstimate `json:"estimates"`
	ReachOf       *plumbline.ReachUnit        `json:"reach_of"`
	Comments      []plumbline.Comment         `json:"comments"`
	Votes         []person                    `json:"votes"`
	Followers     []person                    `json:"followers"`
	Bonds         []plumbline.Bond            `json:"bonds"`
}

// given are the fields that an item here takes from its own line.
var given = []string{"title", "body", "class", "visibility", "product", "on_behalf_of", "assignee", "priority", "severity"}

// Read reads an export.
func Read(f plumbline.ImportFile) (iter.Seq[plumbline.Incoming], error) {
	return jsondoc.Items(f, item.take)
}

// take puts a line into an item.
func (e item) take(in *plumbline.Incoming) {
	if in.External, in.Title = string(e.ID), e.Title; in.External == "" {
		in.Skip = "it has no id"
		return
	}
	in.Item, in.Version, in.URL = e.ID, e.Version, e.URL
	in.Body, in.Process, in.Class, in.Visibility, in.Product = e.Body, e.Process, e.Class, e.Visibility, e.Product
	in.Priority, in.Severity, in.Assignee, in.OnBehalfOf = e.Priority, e.Severity, e.Assignee, e.OnBehalfOf
	in.Author, in.AuthorName = string(e.Requester), e.RequesterName
	in.Labels, in.Fields, in.Status = e.Labels, e.Fields, string(e.State)
	in.Created, in.Updated, in.Closed = e.Created, e.Updated, e.Closed
	if in.Ended = plumbline.EndingOf(in.Status); in.Ended == plumbline.StillOpen && !e.Closed.IsZero() {
		in.Ended = plumbline.EndedDone
	}
	in.Given = slices.Clone(given)
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		in.Given = append(in.Given, "field."+name)
	}
	for _, c := range e.Comments {
		in.Comments = append(in.Comments, plumbline.IncomingComment{
			ID: c.ID, Author: string(c.By), AuthorName: c.ByName, Body: c.Body, Internal: c.Internal, At: c.At, Edited: c.Edited, Deleted: c.Deleted})
	}
	in.Counted = e.ReachOf
	in.Voters = voters(e.Votes)
	in.Votes = len(in.Voters)
	in.Carried = &plumbline.Carried{State: e.State, Since: e.Since, States: e.States, Remit: e.Remit, Team: e.Team,
		Followers: voters(e.Followers), Evidence: e.Evidence, Decisions: e.Decisions, Estimates: e.Estimates, Bonds: e.Bonds, Wanted: len(e.Wanted)}
}

func voters(list []person) (out []plumbline.Voter) {
	for _, p := range list {
		out = append(out, plumbline.Voter{Login: string(p.Person), Name: p.Name, At: p.At})
	}
	return out
}
