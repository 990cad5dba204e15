package demo

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/demo/digest"
	"plumbline/internal/sorted"
)

// builder gathers the organisation.
type builder struct {
	digest   digest.Digest
	org      Organisation   // AsOf is when the made-up things have happened by
	people   map[string]int // handle → index in org.People
	byNumber map[int]int    // number of a proposal → index in org.Items
}

func newBuilder(d digest.Digest, asOf plumbline.Time) *builder {
	return &builder{digest: d, org: Organisation{AsOf: asOf, Items: make([]Item, 0, len(d.Proposals)+50)}, people: map[string]int{}, byNumber: map[int]int{}}
}

// identity is a UUIDv7 (RFC 9562, section 5.7) whose time is at and whose random
// bits come from what it names, so that it is the same in every run.
func identity(at plumbline.Time, parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	ms := uint64(max(at, 0)) / 1000
	var id [16]byte
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	copy(id[6:], h[:10])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	s := hex.EncodeToString(id[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// external finds or makes a person known from GitHub only.
func (b *builder) external(handle string, seen plumbline.Time) plumbline.Person {
	key := "github:" + strings.ToLower(handle)
	i, ok := b.people[key]
	if !ok {
		i = b.person(plumbline.Person{Handle: key, Name: handle, Role: plumbline.Requester, External: true, Created: seen})
	}
	p := &b.org.People[i]
	p.Created = min(p.Created, seen)
	return *p
}

func (b *builder) person(p plumbline.Person) int {
	p.ID = plumbline.PersonID(identity(opened, "person", p.Handle))
	b.people[p.Handle] = len(b.org.People)
	b.org.People = append(b.org.People, p)
	return b.people[p.Handle]
}

// who is one of the people to sign in as.
func (b *builder) who(handle string) plumbline.Person { return b.org.People[b.people[handle]] }

// places makes the teams and products.
func (b *builder) places() {
	b.org.Teams = slices.Clone(b.digest.Teams)
	b.org.Products = slices.Clone(b.digest.Products)
	for _, p := range processes {
		b.org.Products = append(b.org.Products, plumbline.Product{
			Ref: p.ref, Name: p.name, Kind: "process", Description: invented(p.description), Owner: p.owner, Source: inventedSource,
		})
	}
}

// proposal makes an item of a proposal.
func (b *builder) proposal(p digest.Proposal) {
	filer := plumbline.Person{Name: commitBy}
	if len(p.Authors) > 0 {
		filer = b.external(p.Authors[0], cmp.Or(p.Created, p.Changes[0].Time()))
	}
	l := live(p, b.digest.AsOf, b.digest.Milestone, filer)
	it := plumbline.Item{
		ID: plumbline.ItemID(identity(l.created, "item", p.Path)), Kind: plumbline.Request, Process: "request",
		Title: p.Title, Body: body(p), Class: plumbline.ClassInternal, Visibility: plumbline.Public,
		State: l.now.lead(), States: l.positions(), Remit: plumbline.RemitIn,
		Team: plumbline.TeamRef(p.SIG), Product: plumbline.ProductRef(p.Product), Requester: filer.ID,
		Labels: labels(p, l), Fields: map[string]string{}, URL: tree + p.Path, Source: "demo: kubernetes/enhancements",
		Created: l.created, Updated: l.touched, Closed: l.closed,
	}
	if p.SIG == "sig-security" {
		it.Class = plumbline.ClassSecurity
	}
	it.Since = it.States[it.State.Lane()].Since
	if l.now.eng != "" && len(p.Authors) > 0 {
		it.Assignee = strings.ToLower(p.Authors[0])
	}
	if unseen(l.now, l.facts) {
		it.Remit = plumbline.RemitUnchecked
	}
	item := Item{Item: it, History: l.steps}
	if d, ok := b.decision(p, l); ok {
		d.Item = it.ID
		item.Decision, item.Invented = &d, append(item.Invented, "decision")
	}
	if p.Number != 0 {
		b.byNumber[p.Number] = len(b.org.Items)
	}
	b.org.Items = append(b.org.Items, item)
}

// labels are what a tracker would hold beside the states.
func labels(p digest.Proposal, l life) []string {
	var out []string
	if p.Milestone != "" {
		out = append(out, "milestone::"+p.Milestone)
	}
	if p.Stage != "" {
		out = append(out, "stage::"+p.Stage)
	}
	if l.now.eng != "" {
		out = append(out, "team::"+p.SIG)
	}
	return out
}

// finish puts items in the order of their filing and counts their versions.
func (b *builder) finish() Organisation {
	for i := range b.org.Items {
		it := &b.org.Items[i]
		for _, s := range it.History {
			it.Item.Updated = max(it.Item.Updated, s.At)
		}
		for _, c := range it.Comments {
			it.Item.Updated = max(it.Item.Updated, c.At)
		}
		for _, e := range it.Evidence {
			it.Item.Updated = max(it.Item.Updated, e.At)
		}
		for _, d := range it.Demands {
			it.Item.Updated = max(it.Item.Updated, d.At)
		}
		it.Item.Version = int64(len(it.History))
	}
	sorted.By(b.org.Items, func(x, y Item) int {
		return cmp.Or(cmp.Compare(x.Item.Created, y.Item.Created), cmp.Compare(x.Item.ID, y.Item.ID))
	})
	return b.org
}

// decision is what the product manager is made to have decided, with the words
// and the time from the data. Items still in validation have none.
func (b *builder) decision(p digest.Proposal, l life) (plumbline.Decision, bool) {
	at := l.states[problem.Lane()].Since
	mara := b.who("mara")
	d := plumbline.Decision{Team: plumbline.TeamRef(p.SIG), By: mara.ID, ByName: mara.Name, At: at}
	reason := fmt.Sprintf("The proposal's status became %q in %s.", p.Status, source(l.commit))
	switch l.now.pm {
	case handedOff:
		d.Outcome, d.Sentence = plumbline.Pursue, pursue(l.then)
		reason = fmt.Sprintf("The proposal became %q.", l.then.status)
	case solution:
		d.Outcome, d.Sentence = plumbline.Pursue, pursue(l.facts)
		reason = "Its authors aim at the release in flight."
	case later:
		d.Outcome, d.Code, d.Reopen = plumbline.Later, "deferred", "Its authors set it back to implementable."
		d.Sentence = "Not now: its authors have deferred it."
	case declined:
		d.Outcome, d.Code, d.Reopen = plumbline.Decline, "rejected", "Somebody proposes it again with a new case."
		d.Sentence = "Not pursued: the proposal was rejected."
	case withdrawn:
		d.Outcome, d.Code, d.Reopen = plumbline.Decline, p.Status, "Somebody takes the proposal up again."
		d.Sentence = plumbline.PublicText("Not pursued: the proposal was " + p.Status + ".")
	case redirected:
		d.Outcome, d.Code = plumbline.Redirect, "duplicate"
		d.Sentence = "Replaced by another proposal, which is followed instead."
		if len(p.SupersededBy) > 0 {
			d.Sentence = plumbline.PublicText("Replaced by another proposal, which is followed instead: " + p.SupersededBy[0] + ".")
		}
	default:
		return d, false
	}
	d.Sentence = plumbline.PublicText(invented(string(d.Sentence)))
	d.Reason = invented(reason)
	d.ID = identity(at, "decision", p.Path)
	return d, true
}

// pursue says, from the target at the hand-off, what was worth pursuing.
func pursue(f facts) plumbline.PublicText {
	switch {
	case f.milestone == "" && f.status == "implemented":
		return "Worth pursuing: it is there already."
	case f.milestone == "" || f.stage == "":
		return "Worth pursuing: no release is set yet."
	}
	return plumbline.PublicText(fmt.Sprintf("Worth pursuing: targeted for %s (%s).", f.milestone, f.stage))
}
