package ui

import (
	"github.com/a-h/templ"

	"plumbline"
	"plumbline/internal/web/assets"
)

// Page is the frame around what a page shows.
type Page struct {
	Title string // of the browser's tab; the product's name is added
	Nav   []NavLink
	Who   *Me       // nil: nobody is signed in
	Theme string    // "light", "dark" or empty: as the system is
	Width PageWidth // how wide the content may become
	Demo  string    // a sentence shown on every page of a demo; empty: none
	Flash []Flash   // what came of the last form
	Help  Link      // the help page about this page; an empty Href: none

	Bell    *Bell  // nil: nobody is signed in
	New     Link   // the button in the bar; an empty Href: none
	Search  Search // the field in the bar; an empty Action: none
	Live    string // the address of the event stream; empty: the page does not follow changes
	After   string // the last event that this page has seen; the stream goes on from there
	KeysOff bool   // single-key shortcuts are turned off by the person
	Keys    []KeyGroup
	Room    assets.Room // whose styles and script the page loads beside those of all
	Version string      // of the program, in the foot of the page
}

// PageWidth is one of the widths that pages have.
type PageWidth string

// The widths: a table takes what there is, a page of parts is bounded, text is
// narrow, a board fills the window and scrolls inside.
const (
	Full PageWidth = ""
	Wide PageWidth = "wide"
	Read PageWidth = "read"
	Fill PageWidth = "fill"
)

// NavLink is a place in the navigation. On a phone the first four are in the
// bar and the others in the menu.
type NavLink struct {
	Text    string
	Href    string
	Icon    IconName
	Count   int    // shown when above 0
	Live    bool   // the count is renewed with the page
	Hotkey  string // "g i"
	Current bool
	More    bool // only in the menu "More", on wide screens too
}

// hotkey are the attributes of the link's shortcut, where only the menu has it:
// the others have theirs in the bar.
func (l NavLink) hotkey() templ.Attributes {
	if !l.More || l.Hotkey == "" {
		return nil
	}
	return templ.Attributes{"data-hotkey": l.Hotkey, "data-label": l.Text}
}

// MyRequests is where those who ask find what they asked for.
const MyRequests = "/mine"

// AskNav is the navigation of those who ask: what they asked for comes first,
// and what is for those who judge is left out.
func AskNav(current string) []NavLink {
	nav := []NavLink{
		{Text: "My requests", Href: MyRequests, Icon: IconCircleUser, Hotkey: "g m"},
		{Text: "Ask", Href: "/ask", Icon: IconSend, Hotkey: "g a"},
		{Text: "Items", Href: "/items", Icon: IconList, Hotkey: "g l"},
		{Text: "Board", Href: "/board", Icon: IconSquareKanban, Hotkey: "g b"},
		{Text: "Decisions", Href: "/decisions", Icon: IconGavel, Hotkey: "g d"},
	}
	for i := range nav {
		nav[i].Current = nav[i].Href == current
	}
	return nav
}

// MainNav is the navigation of those who work here; current is the Href of the
// place that the page belongs to, inbox the number that wait there.
func MainNav(current string, inbox int) []NavLink {
	nav := []NavLink{
		{Text: "Today", Href: "/today", Icon: IconSunrise, Hotkey: "g t"},
		{Text: "Inbox", Href: "/inbox", Icon: IconInbox, Count: inbox, Hotkey: "g i"},
		{Text: "Items", Href: "/items", Icon: IconList, Hotkey: "g l"},
		{Text: "Board", Href: "/board", Icon: IconSquareKanban, Hotkey: "g b"},
		{Text: "Ranking", Href: "/ranking", Icon: IconChartLine, Hotkey: "g r"},
		{Text: "Cockpit", Href: "/cockpit", Icon: IconGauge, Hotkey: "g c"},
		{Text: "Decisions", Href: "/decisions", Icon: IconGavel, Hotkey: "g d", More: true},
		{Text: "Plan", Href: "/plan", Icon: IconListChecks, Hotkey: "g o", More: true},
		{Text: "Duties", Href: "/duties", Icon: IconShieldCheck, Hotkey: "g u", More: true},
		{Text: "Estimates", Href: "/ranking/estimates", Icon: IconTable2, More: true},
		{Text: "Ask", Href: "/ask", Icon: IconSend, Hotkey: "g a", More: true},
		{Text: "Products", Href: "/products", Icon: IconBox, Hotkey: "g p", More: true},
		{Text: "Teams", Href: "/teams", Icon: IconUsers, Hotkey: "g e", More: true},
		{Text: "Processes", Href: "/processes/request", Icon: IconWaypoints, Hotkey: "g w", More: true},
		{Text: "Flow", Href: "/flow", Icon: IconTrendingUp, Hotkey: "g f", More: true},
		{Text: "Capacity", Href: "/capacity", Icon: IconGauge, Hotkey: "g c", More: true},
		{Text: "Evidence", Href: "/evidence", Icon: IconFileText, More: true},
		{Text: "Reports", Href: "/reports", Icon: IconCalendar, More: true},
		{Text: "Settings", Href: "/settings", Icon: IconSettings, Hotkey: "g s", More: true},
	}
	for i := range nav {
		nav[i].Current = nav[i].Href == current
	}
	return nav
}

// hasMore says whether the menu "More" is needed on wide screens.
func hasMore(nav []NavLink) bool {
	for _, l := range nav {
		if l.More {
			return true
		}
	}
	return false
}

// Me is who looks at the page.
type Me struct {
	Name   string
	Handle string
	Role   string // in words
	Links  []Link // in the menu of the avatar: "My requests", "Tokens"
}

// Bell leads to what the reader was told.
type Bell struct {
	Unread int // items with something new
	Most   int // the highest number that is told exactly
	Here   bool
	Reads  bool // this page shows what was new, which does not count any more
}

func (b Bell) words() string {
	if b.Unread > b.Most {
		return "Notifications, more than " + itoa(b.Most) + " new"
	}
	if b.Unread == 0 {
		return "Notifications, nothing new"
	}
	return "Notifications, " + itoa(b.Unread) + " new"
}

// Search is the field in the bar and what the palette asks.
type Search struct {
	Action   string // where the form leads: GET with q
	Value    string
	Complete string // answers GET ?q= with {"from","options":[{"put","text","says"}]}
	Palette  string // answers GET ?q= with {"items":[{"key","title","href","state"}],"views":[{"label","href","hint"}]}
}

// Flash is a message about what just happened.
type Flash struct {
	Tone Tone // OK or Bad
	Text string
	Undo *Undo
	See  Link // where to go on
}

// Undo is the form that takes something back.
type Undo struct {
	Action string
	Fields [][2]string
}

// flashTone is what the toast is marked with.
func (f Flash) flashTone() string {
	if f.Tone == Bad || f.Tone == Warn {
		return "bad"
	}
	return "ok"
}

// KeyGroup is a part of the sheet of shortcuts.
type KeyGroup struct {
	Title string
	Keys  []KeyHelp
}

// KeyHelp is one shortcut: its keys in order, and what it does.
type KeyHelp struct {
	Keys []string
	Does string
}

// StandardKeys are the shortcuts that work on every page; a page adds its own
// group in front.
func StandardKeys() []KeyGroup {
	return []KeyGroup{
		{Title: "Anywhere", Keys: []KeyHelp{
			{[]string{"Ctrl", "K"}, "Open the palette"}, {[]string{"/"}, "Search"}, {[]string{"C"}, "New request"},
			{[]string{"?"}, "Show this sheet"}, {[]string{"Esc"}, "Close, or choose nothing"},
		}},
		{Title: "Go to", Keys: []KeyHelp{
			{[]string{"G", "T"}, "Today"}, {[]string{"G", "I"}, "Inbox"}, {[]string{"G", "L"}, "Items"}, {[]string{"G", "B"}, "Board"}, {[]string{"G", "R"}, "Ranking"}, {[]string{"G", "C"}, "Cockpit"}, {[]string{"G", "O"}, "Plan"}, {[]string{"G", "U"}, "Duties"},
			{[]string{"G", "D"}, "Decisions"}, {[]string{"G", "A"}, "Ask"}, {[]string{"G", "P"}, "Products"},
			{[]string{"G", "E"}, "Teams"}, {[]string{"G", "F"}, "Flow"}, {[]string{"G", "W"}, "Processes"}, {[]string{"G", "N"}, "Notifications"}, {[]string{"G", "S"}, "Settings"},
		}},
		{Title: "Rows and cards", Keys: []KeyHelp{
			{[]string{"J"}, "Next"}, {[]string{"K"}, "Previous"}, {[]string{"Enter"}, "Open"}, {[]string{"X"}, "Select"},
			{[]string{"E"}, "Edit"}, {[]string{"M"}, "Move to another state"},
		}},
		{Title: "In a table", Keys: []KeyHelp{
			{[]string{"←", "→", "↑", "↓"}, "Go from cell to cell"}, {[]string{"F2"}, "Change the cell"}, {[]string{"Tab"}, "Save, and change the next"}, {[]string{"Esc"}, "Leave it as it was"},
		}},
		{Title: "On the board", Keys: []KeyHelp{
			{[]string{"←", "→"}, "Go to the next column"}, {[]string{"Alt", "→"}, "Move the card right"}, {[]string{"Alt", "←"}, "Move the card left"},
		}},
	}
}

// ErrorPage is what is shown instead of a page.
type ErrorPage struct {
	Status int
	Kind   plumbline.Kind
	Text   string // what is wrong and what to do, from plumbline.TextOf
	Ref    string // finds the log line; empty: nothing was logged
	Back   Link
	Help   Link
}

// heading is the error's kind as a title.
func (e ErrorPage) heading() string {
	switch e.Kind {
	case plumbline.NotFound:
		return "There is nothing here"
	case plumbline.Denied:
		return "You may not do this"
	case plumbline.Unauthenticated:
		return "Sign in first"
	case plumbline.Conflict:
		return "It changed meanwhile"
	case plumbline.Invalid:
		return "That cannot be read"
	case plumbline.Unavailable:
		return "Not available now"
	}
	return "Something broke on our side"
}
