package githubissues

import (
	"encoding/json"
	"strings"

	"plumbline"
	"plumbline/internal/format/jsondoc"
)

// reactions are what the REST API has: how many of each with an issue, or who
// ("List reactions for an issue") where somebody has put that in its place. The
// GraphQL API has a list of nodes.
type reactions struct {
	plus int
	who  []reaction
}

type reaction struct {
	Content   jsondoc.Text   `json:"content"`
	User      *user          `json:"user"`
	CreatedAt jsondoc.Moment `json:"created_at"`
	Created   jsondoc.Moment `json:"createdAt"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *reactions) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, &r.who)
	}
	var o struct {
		Plus  int        `json:"+1"`
		Nodes []reaction `json:"nodes"`
	}
	err := json.Unmarshal(b, &o)
	r.plus, r.who = o.Plus, o.Nodes
	return err
}

// group is the reactions of one kind, as gh and the GraphQL API write them.
type group struct {
	Content string `json:"content"`
	Users   struct {
		Total int    `json:"totalCount"`
		Nodes []user `json:"nodes"`
	} `json:"users"`
}

// votes are the thumbs up: how many, and whose where the export says it.
func (i issue) votes(in *plumbline.Incoming) {
	in.Votes = i.Reactions.plus
	seen := map[jsondoc.Text]bool{}
	add := func(u *user, at plumbline.Time) {
		if u != nil && u.Login != "" && !seen[u.Login] {
			seen[u.Login] = true
			in.Voters = append(in.Voters, plumbline.Voter{Login: string(u.Login), Name: string(u.Name), At: at})
		}
	}
	for _, r := range i.Reactions.who {
		if r.Content == "+1" || strings.EqualFold(string(r.Content), "thumbs_up") {
			add(r.User, either(r.CreatedAt, r.Created))
		}
	}
	for _, g := range i.Groups {
		if g.Content == "THUMBS_UP" {
			in.Votes = max(in.Votes, g.Users.Total)
			for _, u := range g.Users.Nodes {
				add(&u, 0)
			}
		}
	}
	in.Votes = max(in.Votes, len(in.Voters))
}
