package plumbline

import "strings"

// Attachment is something elsewhere that belongs to an item: its address and
// what it is called.
type Attachment struct {
	ID     string   `json:"id"`
	Item   ItemID   `json:"-"`
	Name   string   `json:"name"`
	URL    string   `json:"url"` // http or https
	By     PersonID `json:"by"`
	ByName string   `json:"by_name,omitempty"`
	At     Time     `json:"at"`
}

// Validate checks what an attachment must have.
func (a Attachment) Validate() error {
	var bad Problems
	if !WebAddress(a.URL) {
		bad.Add("url", "The link is a web address, beginning with https://, not %q.", a.URL)
	}
	checkText(&bad, "name", a.Name, 1, 200)
	if strings.ContainsAny(a.Name, "\r\n") {
		bad.Add("name", "The name is one line.")
	}
	return bad.Err()
}

// Redirection is where an item went that is not ours: the team or the place
// that owns it, what was written for them, and what they answered.
type Redirection struct {
	ID       string     `json:"id"`
	Item     ItemID     `json:"-"`
	Team     TeamRef    `json:"team,omitempty"`
	Place    string     `json:"place,omitempty"` // in words, when it is no team of ours
	URL      string     `json:"url,omitempty"`   // of the place, or of the issue once it is open
	Text     PublicText `json:"text"`            // the feature request, in Markdown
	Action   ActionID   `json:"-"`               // that opens the issue; empty: somebody has to paste it
	Link     LinkID     `json:"link,omitempty"`
	Ref      string     `json:"ref,omitempty"` // of the issue
	Answer   PublicText `json:"answer,omitempty"`
	Answered Time       `json:"answered"`
	By       PersonID   `json:"by"`
	At       Time       `json:"at"`
}

// Validate checks what a redirection must have.
func (r Redirection) Validate() error {
	var bad Problems
	if r.Team == "" && strings.TrimSpace(r.Place) == "" {
		bad.Add("place", "Say whose it is: choose the team, or write where it belongs.")
	}
	checkText(&bad, "place", r.Place, 0, 300)
	if r.URL != "" && !WebAddress(r.URL) {
		bad.Add("place_url", "The place's address begins with https://, not %q.", r.URL)
	}
	return bad.Err()
}
