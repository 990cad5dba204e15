package plumbline

import "strings"

// Role is what a person does here; it decides, with the verb, what they may.
type Role string

// The roles, from least to most. Visitor is somebody not signed in.
const (
	Visitor     Role = "visitor"
	Requester   Role = "requester"
	Contributor Role = "contributor" // engineers, managers, support: evidence, estimates, the engineering lane
	PM          Role = "pm"
	Admin       Role = "admin"
)

// Roles in order of what they may.
var Roles = [...]Role{Visitor, Requester, Contributor, PM, Admin}

// Valid says whether the role is one a person can have.
func (r Role) Valid() bool {
	return r == Requester || r == Contributor || r == PM || r == Admin
}

// Label is the role in words.
func (r Role) Label() string {
	switch r {
	case PM:
		return "Product manager"
	case Admin:
		return "Administrator"
	case Contributor:
		return "Contributor"
	case Requester:
		return "Requester"
	}
	return "Visitor"
}

// Person is somebody with an account, or somebody known from a tracker only
// (External: they cannot sign in).
type Person struct {
	ID       PersonID `json:"id"`
	Handle   string   `json:"handle"` // unique, lower case: "mara"; external: "gitlab:jdoe"
	Name     string   `json:"name"`
	Email    string   `json:"email,omitempty"`
	Role     Role     `json:"role"`
	Cleared  bool     `json:"cleared"` // may read amounts and customer names
	Team     TeamRef  `json:"team,omitempty"`
	External bool     `json:"external,omitempty"`
	Disabled bool     `json:"disabled,omitempty"`
	Created  Time     `json:"created"`
}

// Validate checks what a person must have.
func (p Person) Validate() error {
	var bad Problems
	if !ValidRef(strings.TrimPrefix(p.Handle, "@")) && !p.External {
		bad.Add("handle", "A handle is 1 to 40 lower-case letters, digits, dots, dashes or underscores.")
	}
	checkText(&bad, "name", p.Name, 1, 120)
	if p.Email != "" && !strings.Contains(p.Email, "@") {
		bad.Add("email", "%q is not an e-mail address.", p.Email)
	}
	if !p.Role.Valid() {
		bad.Add("role", "The role must be requester, contributor, pm or admin, not %q.", p.Role)
	}
	return bad.Err()
}

// Actor is who does something: the person behind a session or a token, or the
// system itself acting on what a tracker said.
type Actor struct {
	Person  PersonID `json:"person,omitempty"`
	Name    string   `json:"name"`
	Handle  string   `json:"handle,omitempty"`
	Role    Role     `json:"role"`
	Cleared bool     `json:"-"`
	System  bool     `json:"system,omitempty"`
	Via     string   `json:"via,omitempty"` // "web", "api", "cli", "link:gitlab"
	Scopes  []string `json:"-"`             // of the token, when there is one: "read", "write", "admin"
	Team    TeamRef  `json:"-"`
}

// Nobody is an actor who is not signed in.
var nobody = Actor{Name: "Somebody not signed in", Role: Visitor}

// Nobody returns the actor who is not signed in.
func Nobody() Actor { return nobody }

// SystemActor is Plumbline itself, acting for the named cause, for example
// "link:gitlab".
func SystemActor(via string) Actor {
	return Actor{Name: "Plumbline", Role: PM, System: true, Via: via}
}

// Clearance is the actor's right to read private values.
func (a Actor) Clearance() Clearance { return Clearance{cleared: a.Cleared && !a.System} }

// Known says whether somebody is signed in.
func (a Actor) Known() bool { return a.System || a.Person != "" }

// Sees says whether the actor may see something of this visibility, given
// whether they have a part in it (asked for it, are assigned, watch it).
// Public: everybody signed in. Internal: contributors and up, and those with a
// part. Confidential: PM and administrators, and those with a part.
func (a Actor) Sees(v Visibility, part bool) bool {
	switch v {
	case Public:
		return a.Known()
	case InternalOnly:
		return part && a.Known() || a.Role == Contributor || a.Role == PM || a.Role == Admin
	case Confidential:
		return part && a.Known() || a.Role == PM || a.Role == Admin
	}
	return false
}

// Team is a group of engineers that takes work.
type Team struct {
	Ref         TeamRef `json:"ref"`
	Name        string  `json:"name"`
	Description string  `json:"description,omitempty"`
	Label       string  `json:"label,omitempty"` // the tracker label that gives it work: "team::Reliability"
	Link        LinkID  `json:"link,omitempty"`  // where issues are opened for items that have none
	Parent      string  `json:"parent,omitempty"`
	Source      string  `json:"source,omitempty"` // where this record comes from, for example a catalog file
}

// Validate checks what a team must have.
func (t Team) Validate() error {
	var bad Problems
	if !ValidRef(string(t.Ref)) {
		bad.Add("ref", "A team's ref is 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q.", t.Ref)
	}
	checkText(&bad, "name", t.Name, 1, 120)
	checkText(&bad, "description", t.Description, 0, 2000)
	if strings.ContainsAny(t.Label, ",\n\r") || len(t.Label) > 255 {
		bad.Add("label", "A label has no comma or line break and at most 255 bytes.")
	}
	return bad.Err()
}

// Product is something other engineers use, or a process that is run for them.
type Product struct {
	Ref         ProductRef `json:"ref"`
	Name        string     `json:"name"`
	Kind        string     `json:"kind"` // "product" or "process"
	Description string     `json:"description,omitempty"`
	Owner       TeamRef    `json:"owner,omitempty"`
	Lifecycle   string     `json:"lifecycle,omitempty"` // "production", "experimental", "deprecated", …
	Links       []string   `json:"links,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
	Source      string     `json:"source,omitempty"`
}

// Validate checks what a product must have.
func (p Product) Validate() error {
	var bad Problems
	if !ValidRef(string(p.Ref)) {
		bad.Add("ref", "A product's ref is 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q.", p.Ref)
	}
	checkText(&bad, "name", p.Name, 1, 200)
	if p.Kind != "product" && p.Kind != "process" {
		bad.Add("kind", "The kind is product or process, not %q.", p.Kind)
	}
	return bad.Err()
}

// Account is a customer. Its name and what it pays are private.
type Account struct {
	Ref      AccountRef
	Name     Private[string]
	ARR      Private[Money] // annual recurring revenue; zero currency: unknown
	Seats    Private[int64] // 0: unknown
	Renewal  Private[Time]
	Invented bool // made up for the demo
}

// Validate checks what an account must have.
func (a Account) Validate() error {
	var bad Problems
	if !ValidRef(string(a.Ref)) {
		bad.Add("ref", "An account's ref is 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q.", a.Ref)
	}
	checkText(&bad, "name", a.Name.Keep(), 1, 200)
	if a.ARR.Keep().Micros < 0 {
		bad.Add("arr", "Revenue cannot be negative.")
	}
	if a.Seats.Keep() < 0 {
		bad.Add("seats", "Seats cannot be negative.")
	}
	return bad.Err()
}

// ValidRef says whether s can be a ref or a handle: 1 to 60 lower-case letters,
// digits, dots, dashes or underscores, beginning with a letter or digit.
func ValidRef(s string) bool {
	if len(s) == 0 || len(s) > 60 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		alnum := c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		if !alnum && (i == 0 || c != '-' && c != '_' && c != '.') {
			return false
		}
	}
	return true
}
