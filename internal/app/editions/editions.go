// Package editions is the editions of the ranking policy, and which of them was in
// force when: what forces work, the clocks that run for it, the models.
//
// Laws: as in package app. Its methods are parts of a transaction that a use case of
// another room has begun. An edition never changes, so what was read of it is kept.
package editions

import (
	"slices"
	"strings"
	"sync"

	"plumbline"
	"plumbline/internal/rank"
	"plumbline/internal/store"
)

// Shelf is where the editions are found.
type Shelf struct {
	now      func() plumbline.Time
	policies parsed
}

// New makes the shelf. The clock is the only one it reads.
func New(now func() plumbline.Time) *Shelf { return &Shelf{now: now} }

// parsed keeps policies that were read: they never change.
type parsed struct {
	mu      sync.Mutex
	all     map[string]*rank.Policy
	builtin []*rank.Policy // the newest first
}

// known is an edition that was read already, or comes with the product.
func (p *parsed) known(version string) (*rank.Policy, bool) {
	ours, err := p.ours()
	if err != nil {
		return nil, false
	}
	if i := slices.IndexFunc(ours, func(o *rank.Policy) bool { return o.Version == version }); i >= 0 {
		return ours[i], true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	found, ok := p.all[version]
	return found, ok
}

// ours are the policies that come with the product, the newest first.
func (p *parsed) ours() ([]*rank.Policy, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.builtin == nil {
		all, err := rank.Builtin()
		if err != nil {
			return nil, err
		}
		p.builtin = all
	}
	return p.builtin, nil
}

// maxParsed is how many editions of one's own are kept in memory.
const maxParsed = 32

func (p *parsed) read(row store.PolicyRow) (*rank.Policy, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if found, ok := p.all[row.Version]; ok {
		return found, nil
	}
	made, err := rank.ParsePolicy(row.Version, []byte(row.Body))
	if err != nil {
		return nil, err
	}
	if p.all == nil || len(p.all) >= maxParsed {
		p.all = map[string]*rank.Policy{}
	}
	p.all[row.Version] = made
	return made, nil
}

// Edition is a policy with where it comes from.
type Edition struct {
	*rank.Policy
	Builtin bool
	By      string
	At      plumbline.Time
	Body    string // of one's own
}

// Editions are all editions of the policy: those that come with the product,
// then those saved here, newest first.
func (k *Shelf) Editions(tx *store.Tx) ([]Edition, error) {
	var out []Edition
	ours, err := k.policies.ours()
	if err != nil {
		return nil, err
	}
	for _, p := range ours {
		out = append(out, Edition{Policy: p, Builtin: true})
	}
	rows, err := tx.Policies()
	for _, r := range rows {
		p, err := k.policies.read(r)
		if err != nil {
			return nil, err
		}
		out = append(out, Edition{Policy: p, By: r.ByName, At: r.At, Body: r.Body})
	}
	return out, err
}

// Edition is the edition with the version.
func (k *Shelf) Edition(tx *store.Tx, version string) (Edition, error) {
	all, err := k.Editions(tx)
	if err != nil {
		return Edition{}, err
	}
	i := slices.IndexFunc(all, func(e Edition) bool { return e.Version == version })
	if i < 0 {
		names := make([]string, len(all))
		for i, e := range all {
			names[i] = e.Version
		}
		return Edition{}, plumbline.FieldError("version", "There is no policy %q; there are %s.", version, strings.Join(names, ", "))
	}
	return all[i], nil
}

// Reign is which editions were in force, and when.
type Reign struct {
	first *rank.Policy // until the first change
	from  []plumbline.Time
	then  []*rank.Policy
}

// Reign reads which editions were in force. It takes one statement, and a second
// only when one of them has not been read yet.
func (k *Shelf) Reign(tx *store.Tx) (Reign, error) {
	ours, err := k.policies.ours()
	if err != nil {
		return Reign{}, err
	}
	uses, err := tx.PolicyUses()
	if err != nil {
		return Reign{}, err
	}
	out := Reign{first: ours[0]}
	read := false
	for _, u := range uses {
		p, ok := k.policies.known(u.Version)
		if !ok && !read {
			if _, err := k.Editions(tx); err != nil {
				return Reign{}, err
			}
			read = true
			p, ok = k.policies.known(u.Version)
		}
		if ok { // else it came with an earlier version of the product
			out.from, out.then = append(out.from, u.At), append(out.then, p)
		}
	}
	return out, nil
}

// At is the policy that was in force at a moment.
func (r Reign) At(at plumbline.Time) *rank.Policy {
	for i := len(r.from) - 1; i >= 0; i-- {
		if r.from[i] <= at {
			return r.then[i]
		}
	}
	return r.first
}

// Policy is the policy in force.
func (k *Shelf) Policy(tx *store.Tx) (*rank.Policy, error) {
	r, err := k.Reign(tx)
	if err != nil {
		return nil, err
	}
	return r.At(k.now()), nil
}
