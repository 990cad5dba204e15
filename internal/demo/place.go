package demo

import (
	"strconv"
	"strings"
	"time"

	"plumbline"
)

// The states used here, of the process "request".
const (
	backlog    plumbline.State = "workflow::validation backlog"
	problem    plumbline.State = "workflow::problem validation"
	solution   plumbline.State = "workflow::solution validation"
	handedOff  plumbline.State = "workflow::handed off"
	declined   plumbline.State = "workflow::declined"
	later      plumbline.State = "workflow::later"
	redirected plumbline.State = "workflow::redirected"
	withdrawn  plumbline.State = "workflow::withdrawn"

	triage     plumbline.State = "workflow-infra::Triage"
	moreInfo   plumbline.State = "workflow-infra::Needs More Info"
	queued     plumbline.State = "workflow-infra::backlog"
	ready      plumbline.State = "workflow-infra::Ready"
	inProgress plumbline.State = "workflow-infra::In Progress"
	inReview   plumbline.State = "workflow-infra::Under Review"
	verify     plumbline.State = "workflow-infra::Verify"
	stalled    plumbline.State = "workflow-infra::Stalled"
	done       plumbline.State = "workflow-infra::Done"
	cancelled  plumbline.State = "workflow-infra::Cancelled"
)

// How long things stay fresh at the end of the data.
const (
	day          = 24 * time.Hour
	freshHandoff = 30 * day   // handed off since: the team has not begun
	freshValid   = 730 * day  // provisional with a target, touched since: being validated
	freshInbox   = 1200 * day // provisional without a target, touched since: nobody has looked
)

// facts are what is known of a proposal at one moment.
type facts struct{ status, stage, milestone, sig string }

// spot is where an item stands in both lanes; eng is empty before the hand-off.
type spot struct{ pm, eng plumbline.State }

// lead is the leading position: the engineers' while it is open, and also when
// nothing is; else the product manager's.
func (s spot) lead() plumbline.State {
	if s.eng != "" && (!ended(s.eng) || ended(s.pm)) {
		return s.eng
	}
	return s.pm
}

// ended says that no lane is open.
func (s spot) ended() bool { return ended(s.pm) && (s.eng == "" || ended(s.eng)) }

// ended says that a state is an end of its lane. Later is none: it is looked at
// again.
func ended(s plumbline.State) bool {
	switch s {
	case handedOff, declined, redirected, withdrawn, done, cancelled, closed, reviewed, complete:
		return true
	}
	return false
}

// then is where a change put the proposal at the time, knowing nothing of what
// came after it.
func then(f facts, before spot) spot {
	drop := func(pm plumbline.State) spot {
		if before.eng != "" {
			return spot{pm, cancelled}
		}
		return spot{pm: pm}
	}
	switch f.status {
	case "implemented":
		return spot{handedOff, done}
	case "implementable":
		switch f.stage {
		case "":
			return spot{handedOff, triage}
		case "beta":
			return spot{handedOff, inReview}
		case "stable":
			return spot{handedOff, verify}
		}
		return spot{handedOff, inProgress}
	case "deferred":
		return drop(later)
	case "rejected":
		return drop(declined)
	case "withdrawn", "removed":
		return drop(withdrawn)
	case "replaced":
		return drop(redirected)
	}
	if before.eng != "" { // sent back
		return spot{problem, moreInfo}
	}
	return spot{pm: problem}
}

// present is where the last change left the proposal, seen from the end of the
// data: flight is the release in flight then, idle how long ago the last change
// was, handed how long ago the work was handed off.
func present(f facts, before spot, flight string, idle, handed time.Duration) spot {
	s := then(f, before)
	behind := minor(flight) - minor(f.milestone) // releases that the target lies back
	switch {
	case f.status == "" || f.status == "provisional":
		switch {
		case before.eng != "":
		case f.milestone == "" && idle <= freshInbox: // the inbox: where every request begins
		case f.milestone == "" || idle > freshValid:
			s.pm = backlog
		case behind <= 0:
			s.pm = solution
		}
		return s
	case f.status != "implementable":
		return s
	case f.stage == "stable":
		s.eng = verify // merged, until somebody says implemented
	case f.milestone == "":
		s.eng = queued // triaged, for no release yet
	case handed <= freshHandoff:
		s.eng = triage
	case behind < 0:
		s.eng = ready // for a release to come
	case behind == 0:
	case behind <= 2:
		s.eng = ready // this stage is out; the next one is not aimed at yet
	default:
		s.eng = stalled
	}
	return s
}

// unseen says that nobody has looked at a proposal yet: it is in the inbox.
func unseen(s spot, f facts) bool { return s == spot{pm: problem} && f.milestone == "" }

// minor is 36 for "v1.36".
func minor(milestone string) int {
	_, s, _ := strings.Cut(milestone, ".")
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
