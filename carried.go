package plumbline

// Carried is what only another Plumbline says of an item: what was found out,
// judged and connected there. It comes in as history, under the names of those
// who did it there.
type Carried struct {
	State     State               `json:"state"`
	Since     Time                `json:"since"`
	States    map[string]Position `json:"states"`
	Remit     Remit               `json:"remit,omitempty"`
	Team      TeamRef             `json:"team,omitempty"`
	Followers []Voter             `json:"followers,omitempty"`
	Evidence  []CarriedEvidence   `json:"evidence,omitempty"`
	Decisions []Decision          `json:"decisions,omitempty"` // oldest first
	Estimates []CarriedEstimate   `json:"estimates,omitempty"` // oldest first
	Bonds     []Bond              `json:"bonds,omitempty"`
	Wanted    int                 `json:"wanted,omitempty"` // demands, which are not carried
}

// CarriedEvidence is a piece of evidence with the name of who attached it.
type CarriedEvidence struct {
	Evidence
	ByName string `json:"by_name"`
}

// CarriedEstimate is an estimate that says its value: for a reader who may read
// it, or from a file that such a reader wrote.
// The round in which it was given stays there.
type CarriedEstimate struct {
	ID       string   `json:"id"`
	Factor   Factor   `json:"factor"`
	Value    Quantity `json:"value"`
	Grade    Grade    `json:"grade"`
	Source   string   `json:"source,omitempty"`
	Observed Time     `json:"observed"`
	By       PersonID `json:"by"`
	ByName   string   `json:"by_name,omitempty"`
	At       Time     `json:"at"`
	Ended    Time     `json:"ended,omitempty"` // when a newer one took its place
	Invented bool     `json:"invented,omitempty"`
}

// Merging is the kind of a bond between an item and the one that it was merged
// into; the other kinds are those of relations.
const Merging RelationKind = "merge"

// Bond says how an item belongs together with another, as one of the two has it.
type Bond struct {
	Kind   RelationKind `json:"kind"`
	From   bool         `json:"from"` // it is read from here to there: this one blocks, is the parent, or was merged into the other
	Item   ItemID       `json:"item"` // the other
	Key    Key          `json:"key"`
	By     PersonID     `json:"by,omitempty"`
	ByName string       `json:"by_name,omitempty"`
	At     Time         `json:"at"`
	State  State        `json:"state,omitempty"`  // of a merge: where the merged item stood
	Closed Time         `json:"closed,omitempty"` // of a merge: when that had closed
}

// People goes through those that a row names, by their login there, or else
// their name, and their name.
func (in Incoming) People(yield func(login, name string) bool) {
	if !yield(in.Author, in.AuthorName) {
		return
	}
	for _, c := range in.Comments {
		if !yield(c.Author, c.AuthorName) {
			return
		}
	}
	for _, v := range in.Voters {
		if !yield(v.Login, v.Name) {
			return
		}
	}
	if in.Carried != nil {
		in.Carried.people(yield)
	}
}

// people goes through those that it names; who is nobody is left out.
func (c *Carried) people(yield func(login, name string) bool) {
	var all []Voter
	all = append(all, c.Followers...)
	for _, e := range c.Evidence {
		all = append(all, Voter{Login: string(e.By), Name: e.ByName})
	}
	for _, d := range c.Decisions {
		all = append(all, Voter{Login: string(d.By), Name: d.ByName})
	}
	for _, e := range c.Estimates {
		all = append(all, Voter{Login: string(e.By), Name: e.ByName})
	}
	for _, b := range c.Bonds {
		all = append(all, Voter{Login: string(b.By), Name: b.ByName})
	}
	for _, p := range all {
		if p.Login+p.Name != "" && !yield(p.Login, p.Name) {
			return
		}
	}
}
