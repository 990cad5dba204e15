// Package link holds the contracts to outside systems: what a tracker adapter
// must do, how it fails, and its settings. Each adapter is a folder below this
// one and one line in the program's wiring.
//
// Laws: an adapter reads and writes one container (a project or repository). It
// never decides; it takes no private value. Only the worker calls the writing
// methods (Apply, Open). Every write is read back by the adapter: an
// [Outcome] says what the tracker really holds afterwards. A server's yes is not
// believed.
//
// What all adapters share is here too: [Caller] sends the requests and names
// their faults, [Apply] and [Open] are the order in which an issue is written,
// [PlanLabels] says which labels change, [Inert] makes text safe to post,
// [Pass] collects what a poll saw, and [CheckSigned] and [SameHMAC] verify
// deliveries.
package link

import (
	"context"
	"net/http"
	"time"

	"plumbline"
)

// Config is one configured tracker.
type Config struct {
	ID        plumbline.LinkID
	Kind      string   // "gitlab" or "gitea" (Forgejo is spoken to as gitea)
	URL       string   // base address, for example https://gitlab.example.com
	Project   string   // "group/project" or its numeric id
	Token     string   // secret
	Secrets   []string // for hooks, newest first; two are accepted during a rotation
	Signing   []string // GitLab signing tokens (whsec_…), newest first; when set, an unsigned delivery is refused
	Separator string   // between scope and value of a label: "::" (default) or "/"
	ReadOnly  bool     // refuse every request that is not a GET, before it is sent
	Client    *http.Client
	Now       func() time.Time // for signature windows and backoff
}

// Container is a resolved project or repository, and what may be done there.
type Container struct {
	ID         string // stable, numeric
	Path       string // current full path
	Bot        string // our login
	Version    string // of the server
	Expires    plumbline.Time
	Scopes     []string
	MayWrite   bool
	Archived   bool
	Labels     []plumbline.Label // all that can be put on an issue, inherited ones too
	Exclusive  string            // who keeps scopes exclusive: "native", "flagged" (labels with a flag), "none" or "unknown"; we do it ourselves anyway
	HookHealth string            // "healthy", "missing", "disabled", "drifted" or "unknown"
	HookDetail string
}

// Batch is one pass of polling.
type Batch struct {
	Refs   []string // issues that changed, oldest change first, each once
	Cursor string   // where the next pass begins; opaque; from the server's clock
}

// Outcome is what a write did, after reading back.
type Outcome struct {
	Changed bool               // false: it was already so
	Ignored bool               // the server answered yes but does not hold what we asked for
	Detail  string             // why, for the person, when Ignored
	Comment CommentFate        // what became of our comment
	After   plumbline.Snapshot // the issue as it is now
}

// CommentFate says what became of our comment.
type CommentFate string

// The fates of a comment. Created for a marker that was created before means
// that a person deleted it meanwhile.
const (
	NoComment      CommentFate = ""        // none was wanted
	CommentCreated CommentFate = "created" // there was none of ours
	CommentEdited  CommentFate = "edited"  // in place
	CommentSame    CommentFate = "same"    // nothing was written
)

// Tracker reads and writes the issues of one container.
type Tracker interface {
	// Resolve finds the container and who we are. Errors are [Fault]s.
	Resolve(ctx context.Context) (Container, error)
	// Get reads one issue. A moved issue is [Moved] with where it went when the
	// tracker says so; one that is not there, or not visible, is [NotFound].
	Get(ctx context.Context, ref string) (plumbline.Snapshot, error)
	// Changed lists the issues that changed since the cursor ("" = all that are
	// open and carry a label of the given names, which starts the mirror, with
	// the cursor set before reading). Results are complete: no issue updated
	// between two pages is missed. Labels are filtered by us again.
	Changed(ctx context.Context, cursor string, labels []string) (Batch, error)
	// Apply makes the issue so: labels added and removed by id in the fewest
	// calls, adding before removing; our one comment (found by Want.Marker)
	// created or edited in place; the issue closed. Unknown label names are never
	// created: the whole change fails with [Invalid] naming them. An unknown
	// outcome is resolved by reading before anything is repeated.
	Apply(ctx context.Context, ref string, want plumbline.WantedChange) (Outcome, error)
}

// Historian tells who changed which label when.
type Historian interface {
	History(ctx context.Context, ref string) ([]plumbline.LabelChange, error)
}

// Opener makes issues. Open first looks for one that carries Want.Marker in
// its body, so that a repeat after an unknown outcome makes no second one.
type Opener interface {
	Open(ctx context.Context, want plumbline.WantedChange) (Outcome, error)
}

// Hook verifies and reads deliveries: pure, no network. The body is the raw
// one. A refused delivery is an Unauthenticated [plumbline.Error]; a malformed
// one is Invalid; an event that is none of ours has an empty Ref.
type Hook interface {
	Parse(header http.Header, body []byte) (plumbline.Delivery, error)
}

// FaultKind says how an outside system failed.
type FaultKind string

// The kinds of fault.
const (
	RateLimited FaultKind = "rate limited" // until Fault.Until
	Auth        FaultKind = "auth"         // 401: the token is not good (any more)
	Forbidden   FaultKind = "forbidden"    // 403: it may not do this
	NotFound    FaultKind = "not found"    // 404
	Gone        FaultKind = "gone"         // 410
	Moved       FaultKind = "moved"        // Fault.To says where
	Archived    FaultKind = "archived"     // 423, or issues switched off
	Invalid     FaultKind = "invalid"      // the request cannot work as it is
	Down        FaultKind = "down"         // no answer, or a 5xx, to a read or a harmless repeat
	Unknown     FaultKind = "unknown"      // a write was sent and its outcome is not known
)

// Fault is how an outside system failed. Text is for the person and holds no
// secret.
type Fault struct {
	Kind   FaultKind
	Text   string
	Until  time.Time // when RateLimited
	To     string    // when Moved: "group/project#12" for an issue, else the new address; empty if the tracker keeps it to itself
	Status int       // HTTP status, if there was one
	Err    error
}

// Error implements error.
func (f *Fault) Error() string {
	s := string(f.Kind) + ": " + f.Text
	if f.Err != nil {
		s += " (" + f.Err.Error() + ")"
	}
	return s
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }
