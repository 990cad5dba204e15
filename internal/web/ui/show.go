package ui

import (
	"github.com/a-h/templ"

	"plumbline"
)

// Fact is one line of a list of facts. Text is shown when Part is nil; with
// neither it is shown as unknown.
type Fact struct {
	Name   string
	Text   string
	Part   templ.Component
	Source string // where it comes from and how old it is
}

// Entry is one thing in an item's history: something that happened, or, with a
// Body, something that was said.
type Entry struct {
	ID       string   // for links to it
	By       string   // who
	Icon     IconName // of what happened; none: the avatar is drawn
	Tone     Tone
	Text     string // what they did: "moved it to Design"
	At       plumbline.Time
	Via      string // "GitLab", "API"; empty: here
	Body     SafeHTML
	Internal bool            // not for the requester
	About    Link            // the item that it is about, where the page is about more than one
	Note     string          // beside the time: "changed since"
	Label    string          // who reads it: "Public"; an internal one says so by itself
	Tools    templ.Component // what its author can do with it; nil: nothing
}

// EmptyPlace is what stands where there is nothing yet: what would be here, and
// the next step.
type EmptyPlace struct {
	Icon  IconName
	Title string
	Text  string
	Next  []Do
}

// Stat is a figure at the head of a page.
type Stat struct {
	What string
	Text string
	More string // what it is compared with
	Tone Tone   // of More
	Href string // where it comes from
}

// Note is a sentence in a box: a warning, a condition, a way on.
type Note struct {
	Tone  Tone
	Icon  IconName
	Title string
	Text  string
	Next  []Do
}

// NextStep is the one thing that an item waits for. Tone and Icon are of what
// became of it when nothing is left to do; without them it is a step to take.
type NextStep struct {
	Text string
	Tone Tone
	Icon IconName
	Next []Do
}

func (n NextStep) icon() IconName {
	if n.Icon == "" {
		return IconCircleArrowRight
	}
	return n.Icon
}
