package demo

import (
	"net/url"

	"plumbline"
)

// Rotation is who is on triage in the demo: those who may judge requests, its
// product manager in the week of now, and one week of hers taken by the other.
func Rotation(org Organisation, now plumbline.Time) plumbline.Rotation {
	r := plumbline.Rotation{Start: plumbline.Monday(now)}
	for _, p := range org.People {
		if p.Role == plumbline.PM || p.Role == plumbline.Admin {
			r.Order = append(r.Order, p.ID)
		}
	}
	if len(r.Order) > 1 {
		r.Swaps = map[int64]plumbline.PersonID{2: r.Order[1]}
	}
	return r
}

// Views are the shared views of the demo, which its product manager keeps: the
// blocker board of an initiative, what lacks evidence, and what has a priority.
func Views(org Organisation) []plumbline.View {
	asked := func(q string, more ...string) string {
		v := url.Values{"q": {q}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v.Encode()
	}
	views := []plumbline.View{
		{ID: "demo-migration", Name: "Kubernetes migration blockers", Layout: plumbline.AsBoard, Filter: asked("migration or has:field.blocker or state:Blocked", "process", "request", "lane", "workflow-infra"),
			Limits: map[plumbline.State]int{"workflow-infra::In Progress": 3, "workflow-infra::Stalled": 3, blocked: 2}},
		{ID: "demo-evidence", Name: "Needs evidence", Layout: plumbline.AsList, Filter: asked("no:evidence has:demands", "sort", "oldest")},
		{ID: "demo-priorities", Name: "With a priority", Layout: plumbline.AsTable, Filter: asked("has:priority"),
			Columns: []string{"key", "state", "team", "assignee", "priority", "due", "field.blocker", "updated"}},
	}
	for i := range views {
		v := &views[i]
		v.Owner, v.Shared, v.Version, v.Created, v.Updated = org.People[0].ID, true, 1, org.AsOf, org.AsOf
	}
	return views
}
