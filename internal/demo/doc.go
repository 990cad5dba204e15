// Package demo holds the demo organisation: real proposals with their real
// histories, real teams and products, and made-up customers, demands, evidence
// and decisions around them, so that every page has something true to show.
//
// Nouns: an [Organisation] is words ready to be stored; an [Item] is an item with
// its [Step]s, demands, evidence, decision and comments; a [Report] says what it
// holds and what was left out.
//
// Laws: no clock, no network, no randomness: the same day makes the same
// organisation, identities included. What is made up says so, wherever it is
// read: its text ends with [InventedMark], its source is "demo: invented", its
// account says (invented), and the item's body names the parts. Customers are
// named in accounts only.
//
// # The data
//
// 654 enhancement proposals of kubernetes/enhancements at 64765b4b0238, with 2,018
// commits that changed their status, stage, target milestone or owner; 12 groups
// and 68 components of giantswarm/backstage-catalogs at ff2061a22ea1. Both are
// under the Apache License 2.0; [Notice] is to be shown with the demo. The raw
// files are in data/ and are not embedded; "go generate" makes digest.json.gz of
// them, which is.
//
// # How a proposal becomes a request
//
//	proposal                        request
//	first author                    requester, a person known from GitHub only
//	creation-date, else first commit  filed, in problem validation
//	owning-sig                      team, label team::sig-… once handed off
//	feature gates' component        product: that of the own SIG first; kubeadm by folder
//	stage, latest-milestone         labels stage::… and milestone::…
//	first author, once handed off   assignee
//	every commit                    steps: moved, retargeted, staged, owner changed
//
// A commit puts the request where the proposal's status and stage say, at the
// commit's time:
//
//	status                stage              product manager     engineers
//	provisional                              problem validation  –
//	provisional again                        problem validation  Needs More Info
//	implementable         none               handed off          Triage
//	implementable         alpha, other       handed off          In Progress
//	implementable         beta               handed off          Under Review
//	implementable         stable             handed off          Verify
//	implemented                              handed off          Done
//	deferred                                 later               Cancelled, if handed off
//	rejected                                 declined            Cancelled, if handed off
//	withdrawn, removed                       withdrawn           Cancelled, if handed off
//	replaced, superseded                     redirected          Cancelled, if handed off
//
// The last commit is seen from the end of the data, 2026-07-15, when v1.37 was in
// flight (the release that most proposals aimed for):
//
//	provisional, no target, touched in the last 1,200 days      problem validation, remit unchecked: the inbox
//	provisional, no target, older                               validation backlog
//	provisional, target, untouched for two years                validation backlog
//	provisional, target before the release in flight            problem validation
//	provisional, target in flight or later                      solution validation
//	implementable, stable                                       Verify
//	implementable, no target                                    backlog
//	implementable, handed off in the last 30 days               Triage
//	implementable, target after the release in flight           Ready
//	implementable, target in flight                             by stage, as above
//	implementable, target at most two releases back             Ready: for its next stage
//	implementable, target further back                          Stalled
//
// A status is read as format/kep reads it. Nothing is made of what the data does
// not say: requests from proposals have no priority, no severity and no estimate
// but those of the made-up table in estimates.go.
package demo
