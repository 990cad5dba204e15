package linktest

import "regexp"

// Comment is one as a fake server holds it.
type Comment struct {
	ID     string
	Author string
	Body   string
}

// People act on a fake server's issues as somebody else than us. What cannot
// be done panics: it is a mistake in the test.
type People interface {
	CreateIssue(user, title, body string, labels ...string) (ref string)
	AddLabels(user, ref string, names ...string)
	RemoveLabels(user, ref string, names ...string)
	CloseIssue(user, ref string)
}

// Shelf is the labels of a fake server's container, and those of an issue.
type Shelf interface {
	CreateLabel(name string) (id string)
	RenameLabel(old, name string)
	DeleteLabel(name string)
	IssueLabels(ref string) []string // names, sorted
}

// Thread is the comments of a fake server's issues.
type Thread interface {
	Comment(user, ref, body string) (id string)
	Comments(ref string) []Comment
	DeleteComment(id string)
	Mentioned(ref string) []string // names that the issue and its comments called, sorted
}

// Room is what can happen to the whole container.
type Room interface {
	RenameContainer(path string)
	DeleteIssue(ref string)
	RevokeToken()
	AddHook(url string) // with the secret of the server's options
}

// Peer is a fake server as the suite sees it.
type Peer interface {
	People
	Shelf
	Thread
	Room
}

// Mention finds what a tracker would take for a call of a user, group or team.
var mention = regexp.MustCompile(`(?:^|[^A-Za-z0-9_])@([A-Za-z0-9_](?:[A-Za-z0-9_./-]*[A-Za-z0-9_])?)`)

// Mentions are the names that the text calls.
func Mentions(text string) []string {
	var out []string
	for _, m := range mention.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}
