package plumbline

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Limits on text, in bytes. What is longer is refused, never cut.
const (
	MaxTitle = 300
	MaxBody  = 1 << 20 // one mebibyte of Markdown
	MaxNote  = 20_000
)

// ItemKind is one of the four things that flow through processes.
type ItemKind string

// The kinds of item.
const (
	Request  ItemKind = "request"
	Question ItemKind = "question"
	Incident ItemKind = "incident"
	Change   ItemKind = "change"
)

// Kinds lists the kinds of item.
var Kinds = [...]ItemKind{Request, Question, Incident, Change}

// Valid says whether k is a kind of item.
func (k ItemKind) Valid() bool {
	return k == Request || k == Question || k == Incident || k == Change
}

// Visibility says who may see something.
type Visibility string

// The visibilities; see [Actor.Sees].
const (
	Public       Visibility = "public"
	InternalOnly Visibility = "internal"
	Confidential Visibility = "confidential"
)

// Valid says whether v is a visibility.
func (v Visibility) Valid() bool { return v == Public || v == InternalOnly || v == Confidential }

// State is a place in a process, written "lane::name" as the label in the
// tracker is, for example "workflow::problem validation" or
// "workflow-infra::Triage". The lane is everything before the last "::".
type State string

// Lane is the part before the last "::".
func (s State) Lane() string {
	if i := strings.LastIndex(string(s), "::"); i >= 0 {
		return string(s[:i])
	}
	return ""
}

// Name is the part after the last "::".
func (s State) Name() string {
	if i := strings.LastIndex(string(s), "::"); i >= 0 {
		return string(s[i+2:])
	}
	return string(s)
}

// Position is where an item stands in one lane, since when, where it came from
// within the lane, and the sentence that was given to the requester with it.
type Position struct {
	State   State      `json:"state"`
	Since   Time       `json:"since"`
	From    State      `json:"from,omitempty"`
	Message PublicText `json:"message,omitempty"`
}

// Remit says whether an item is ours to judge.
type Remit string

// The verdicts of the remit check. Unchecked items are in the inbox; those that
// wait come back to it.
const (
	RemitUnchecked Remit = ""
	RemitIn        Remit = "in"
	RemitOut       Remit = "out"
	RemitAsked     Remit = "asked"   // the requester was asked something first
	RemitSnoozed   Remit = "snoozed" // it was put off for a while
)

// Checked says that somebody has judged whether the item is ours.
func (r Remit) Checked() bool { return r == RemitIn || r == RemitOut }

// Waits says that the item is out of the inbox for a while.
func (r Remit) Waits() bool { return r == RemitAsked || r == RemitSnoozed }

// Wait is why and until when an item is out of the inbox.
type Wait struct {
	Item      ItemID   `json:"-"`
	Kind      Remit    `json:"kind"`            // RemitAsked or RemitSnoozed
	Until     Time     `json:"until,omitempty"` // when it comes back by itself; 0: not by time
	OnComment bool     `json:"on_comment,omitempty"`
	By        PersonID `json:"by"`
	At        Time     `json:"at"`
}

// Class says how an item came to us or where it goes; a request has one.
type Class string

// The classes of request.
const (
	ClassDogfooding Class = "dogfooding"           // inbound: our own teams
	ClassSecurity   Class = "security-compliance"  // inbound
	ClassCustomer   Class = "customer-operational" // inbound: a customer's operational need
	ClassInternal   Class = "internal-team"        // inbound
	ClassAppChange  Class = "app-change"           // outbound: change in the application
	ClassOutreach   Class = "customer-outreach"    // outbound
	ClassCost       Class = "cost-efficiency"      // outbound
)

// Classes lists the classes of request, inbound first.
var Classes = [...]Class{ClassDogfooding, ClassSecurity, ClassCustomer, ClassInternal, ClassAppChange, ClassOutreach, ClassCost}

// Valid says whether c is a class; the empty class is "not yet said".
func (c Class) Valid() bool {
	if c == "" {
		return true
	}
	for _, k := range Classes {
		if c == k {
			return true
		}
	}
	return false
}

// Item is anything that flows through a process.
//
// State is the leading position: the engineering lane's once work was handed
// off, else the product manager's. States holds the position in every lane
// that the item is in. Fields holds what the process defines beyond the columns
// here ("statement", "reach", "blocker", …) as text; the process says their type.
type Item struct {
	ID         ItemID              `json:"id"`
	Key        Key                 `json:"key"`
	Kind       ItemKind            `json:"kind"`
	Process    ProcessID           `json:"process"`
	Title      string              `json:"title"`
	Body       string              `json:"body"` // Markdown, as the requester wrote it
	Class      Class               `json:"class,omitempty"`
	Visibility Visibility          `json:"visibility"`
	State      State               `json:"state"`
	Since      Time                `json:"since"` // when State was entered
	States     map[string]Position `json:"states"`
	Remit      Remit               `json:"remit,omitempty"`
	Team       TeamRef             `json:"team,omitempty"`
	Product    ProductRef          `json:"product,omitempty"`
	Requester  PersonID            `json:"requester"`
	OnBehalfOf string              `json:"on_behalf_of,omitempty"`
	Assignee   string              `json:"assignee,omitempty"` // a handle, ours or the tracker's
	Priority   string              `json:"priority,omitempty"` // "P1" … "P4"
	Severity   string              `json:"severity,omitempty"` // "S1" … "S4"
	Labels     []string            `json:"labels,omitempty"`   // of the tracker, without those that mean a state
	Fields     map[string]string   `json:"fields,omitempty"`
	Link       LinkID              `json:"link,omitempty"` // the tracker it lives in, if any
	Ref        string              `json:"ref,omitempty"`  // the issue there
	URL        string              `json:"url,omitempty"`
	Source     string              `json:"source,omitempty"` // provenance: "form", "api", "link:gitlab", "demo: kubernetes/enhancements"
	Merged     Key                 `json:"merged,omitempty"` // the item that this one was merged into
	Created    Time                `json:"created"`
	Updated    Time                `json:"updated"`
	Closed     Time                `json:"closed,omitempty"`
	Version    int64               `json:"version"` // grows by one with every change; the ETag
}

// Field returns a field's text, of the columns or of the process.
func (it Item) Field(name string) string {
	switch name {
	case "title":
		return it.Title
	case "body":
		return it.Body
	case "class":
		return string(it.Class)
	case "visibility":
		return string(it.Visibility)
	case "team":
		return string(it.Team)
	case "product":
		return string(it.Product)
	case "assignee":
		return it.Assignee
	case "priority":
		return it.Priority
	case "severity":
		return it.Severity
	case "on_behalf_of":
		return it.OnBehalfOf
	}
	return it.Fields[name]
}

// NeededBy is the day in the field needed_by by which an item is wanted; 0 and false: it
// has none.
func (it Item) NeededBy() (Time, bool) {
	day, err := time.Parse(time.DateOnly, strings.TrimSpace(it.Fields["needed_by"]))
	if err != nil {
		return 0, false
	}
	return At(day), true
}

// Open says that the item has not ended. One that was merged into another has.
func (it Item) Open() bool { return it.Closed.IsZero() }

// Validate checks the columns. What the process asks of Fields is checked by
// the flow.
func (it Item) Validate() error {
	var bad Problems
	checkText(&bad, "title", it.Title, 1, MaxTitle)
	if strings.ContainsAny(it.Title, "\n\r") {
		bad.Add("title", "The title is one line.")
	}
	checkText(&bad, "body", it.Body, 0, MaxBody)
	if !it.Kind.Valid() {
		bad.Add("kind", "The kind is request, question, incident or change, not %q.", it.Kind)
	}
	if !it.Visibility.Valid() {
		bad.Add("visibility", "The visibility is public, internal or confidential, not %q.", it.Visibility)
	}
	if !it.Class.Valid() {
		bad.Add("class", "%q is not a class of request.", it.Class)
	}
	if !oneOf(it.Priority, "", "P1", "P2", "P3", "P4") {
		bad.Add("priority", "The priority is P1 to P4, not %q.", it.Priority)
	}
	if !oneOf(it.Severity, "", "S1", "S2", "S3", "S4") {
		bad.Add("severity", "The severity is S1 to S4, not %q.", it.Severity)
	}
	checkText(&bad, "assignee", it.Assignee, 0, 120)
	checkText(&bad, "on_behalf_of", it.OnBehalfOf, 0, 200)
	for name, v := range it.Fields {
		checkText(&bad, name, v, 0, MaxNote)
	}
	return bad.Err()
}

func oneOf(s string, choices ...string) bool {
	for _, c := range choices {
		if s == c {
			return true
		}
	}
	return false
}

// checkText wants valid UTF-8 without control characters, of lo to hi bytes.
func checkText(bad *Problems, field, s string, lo, hi int) {
	switch {
	case len(s) < lo || lo > 0 && strings.TrimSpace(s) == "":
		bad.Add(field, "%s is missing.", title(field))
	case len(s) > hi:
		bad.Add(field, "%s has %d bytes; at most %d fit.", title(field), len(s), hi)
	case !utf8.ValidString(s):
		bad.Add(field, "%s is not valid UTF-8 text.", title(field))
	case strings.ContainsRune(s, 0):
		bad.Add(field, "%s contains a NUL byte.", title(field))
	}
}

func title(field string) string {
	if field == "" {
		return field
	}
	return "The " + strings.ReplaceAll(field, "_", " ")
}
