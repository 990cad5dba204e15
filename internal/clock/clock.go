// Package clock measures promised time: how long a team has to answer, mend or
// review something, when that runs out, and whether it was missed.
//
// It owns four nouns. A [Calendar] says which hours are working hours. A
// [Policy] says how much time there is (by severity, or for all), from which
// event to which, and in which states of the item the clock stands still. An
// [Event] is something that happened at a moment. A [Status] is what the policy
// says of the events at a given moment.
//
// Laws: pure. The time is an argument, a time zone is passed in as a
// *time.Location, nothing is read from the system. The same policy, events and
// moment give the same status. A status names the version of the policy that
// the clock was born under; a later version does not change it.
//
// The rules are those of the GitLab handbook for service levels (issue triage
// and infrastructure workflow 2022, vulnerability management 2026): due is the
// start plus the time to resolve plus approved extensions; a change of severity
// recomputes it from the original start, and what would be past is due now.
package clock

import "plumbline"

// The kinds of time that a policy counts.
const (
	CalendarTime = "calendar" // every hour counts; a day is a civil day
	BusinessTime = "business" // only working hours count; a day is a working day
)

// The types of event that have a meaning of their own. Every other type is a
// name that a policy may start or stop on, for example "created" or "resolved".
const (
	Moved    = "moved"    // the item entered Event.State
	Severity = "severity" // the severity became Event.Severity
	Extended = "extended" // Event.By approved Event.Extension more time
	Reopened = "reopened" // a stop before this one does not count
)

// Event is something that happened to an item. Which fields count depends on
// Type.
type Event struct {
	At        plumbline.Time
	Type      string
	State     plumbline.State // of Moved
	Severity  string          // of Severity: "S1" … "S4", or empty for "no longer known"
	Extension Span            // of Extended
	By        string          // of Extended: who approved; without an approver it does not count
	Clock     string          // of Extended: the id of the policy that it is for; empty: for all
}

// Policy is one promise of time, as data.
type Policy struct {
	ID       string          // "bug", "first-answer"
	Name     string          // "Bug", "First answer", for the person
	Version  string          // "2026"
	Calendar string          // CalendarTime or BusinessTime
	Time     Span            // when one duration holds for every severity
	Times    map[string]Span // by severity; when set, Time is not used
	Starts   []string        // event types: the first must have happened, the latest of all that have is the start
	Stops    []string        // event types: the first of any after the start stops the clock
	Pauses   []plumbline.State
	Extends  bool     // approved extensions count
	Labels   []string // the clock is for items with one of these, see Applies; empty: for all
	Source   string   // where the rule is written down, in words
}
