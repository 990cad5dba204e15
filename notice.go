package plumbline

// NoticeReason says why a person is told of an event.
type NoticeReason string

// The reasons, the strongest first: one event is told to one person once, for
// the strongest reason that they have not turned off.
const (
	Mentioned      NoticeReason = "mentioned"
	AssignedToYou  NoticeReason = "assigned"
	YouAsked       NoticeReason = "asked"
	DecisionNeeded NoticeReason = "decision" // somebody who may decide has to look
	YourTeam       NoticeReason = "team"
	YouFollow      NoticeReason = "following"
	YouOwn         NoticeReason = "owner" // the constraint that changed is yours, or you approve exceptions from it
	YouAdminister  NoticeReason = "admin" // about the installation, not about an item
)

// NoticeReasons are the reasons, the strongest first.
var NoticeReasons = [...]NoticeReason{Mentioned, AssignedToYou, YouAsked, DecisionNeeded, YourTeam, YouFollow, YouOwn, YouAdminister}

// Label is the reason in words, for the person who is told.
func (r NoticeReason) Label() string {
	switch r {
	case Mentioned:
		return "You were mentioned"
	case AssignedToYou:
		return "Assigned to you"
	case YouAsked:
		return "You asked for it"
	case DecisionNeeded:
		return "A decision is needed"
	case YourTeam:
		return "Your team's"
	case YouFollow:
		return "You follow it"
	case YouOwn:
		return "Your constraint"
	case YouAdminister:
		return "You administer"
	}
	return string(r)
}

// Valid says whether there is such a reason.
func (r NoticeReason) Valid() bool {
	for _, known := range NoticeReasons {
		if r == known {
			return true
		}
	}
	return false
}

// Notice is an event that a person is told of.
type Notice struct {
	Person PersonID
	Item   ItemID // "": the event is about none
	Seq    int64  // of the event
	Reason NoticeReason
}

// LetterKind is how a letter goes out.
type LetterKind string

// The kinds of letter.
const (
	MailLetter LetterKind = "mail"
	HookLetter LetterKind = "hook"
)

// MailTarget is the target of every mail.
const MailTarget = "mail"

// Letter is something to be sent out, by mail or to a webhook, once. Its id is
// the same at every attempt, so that a receiver knows a repeat. Of its statuses
// those of an action are used but held, stale and ignored.
type Letter struct {
	ID        string
	Key       string // what makes it happen once: "digest:PERSON:DATE", "hook:ID:SEQ"
	Kind      LetterKind
	Target    string   // the webhook's id, or MailTarget
	Person    PersonID // to whom a mail goes
	Type      string   // "digest", "ping" or the event's type with dots: "item.moved"
	Seq       int64    // of the event; of a mail, the newest it may tell of
	Body      string   // what a webhook gets; a mail is written when it is sent
	Status    ActionStatus
	Attempts  int
	NotBefore Time
	Result    string // of the last attempt, in words
	Created   Time
	Done      Time
}

// Webhook is an address of somebody else's that is told of public events.
type Webhook struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	URL       string   `json:"url"`
	Types     []string `json:"types,omitempty"` // of events, with dots; none: all
	By        PersonID `json:"-"`               // who made it
	Created   Time     `json:"created"`
	Disabled  Time     `json:"disabled,omitempty"` // since when; 0: it is in use
	Why       string   `json:"why,omitempty"`      // it is disabled
	Failing   Time     `json:"failing,omitempty"`  // since when every delivery failed
	Delivered Time     `json:"delivered,omitempty"`
	OldUntil  Time     `json:"old_until,omitempty"` // how long a replaced secret still signs
}

// Mail is one message to one person. Nothing in it is private.
type Mail struct {
	ID          string // of the letter; becomes the Message-ID, the same at every attempt
	To, Name    string
	Subject     string
	Text, HTML  string
	Unsubscribe string // address that ends such mail with one POST
}

// Post is one delivery to a webhook, made of a public event.
type Post struct {
	ID      string // webhook-id, the same at every attempt
	URL     string
	At      Time     // of this attempt
	Secrets []string // whsec_…; each signs. They are sent nowhere
	Body    string
}

// Sent is what became of an attempt to send a letter.
type Sent struct {
	OK    bool
	Gone  bool   // the receiver wants no more, for good (410)
	Final bool   // trying again is of no use
	Text  string // for the person who looks
}
