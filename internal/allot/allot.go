// Package allot says whose cost a charge is: by ordered rules about resources,
// tags, accounts, services and commitments, and how cost that is shared is split.
//
// It owns these nouns. A [Book] is a set of rules as data. [Facts] are what rules
// look at. A [Verdict] says which product a charge belongs to and by which rule. A
// [Part] is what one product bears of a shared amount.
//
// Laws: pure. The first rule that fits decides. What no rule fits is nobody's, and
// stays a line of its own: it is never spread over those who can be named. What is
// split comes to the same sum to the last digit.
package allot

import (
	"slices"
	"strings"
	"unicode"

	"plumbline"
)

// The ways of sharing.
const (
	Even   = "even"   // the same for each
	Direct = "direct" // by what each costs itself on that day
	Fixed  = "fixed"  // by weights
)

// Rule says whose the charges are that fit it. It looks at one thing: the resource,
// a tag, the account, the service or the commitment.
type Rule struct {
	Name       string
	Resource   []string          // exact ids
	Tag        string            // a key; Aliases are other ways to write it
	Aliases    []string          //
	Values     map[string]string // value of the tag to product; another value is the product of that name
	Account    []string          // ids of sub accounts
	Service    []string
	Commitment []string // ids of commitments, whose unused part somebody has to bear

	Product plumbline.ProductRef
	Share   string                           // instead of Product
	Among   []plumbline.ProductRef           // who shares; empty: everybody who has direct cost that day
	Weights map[plumbline.ProductRef]float64 // of Fixed

	key string // the kept key of Tag
}

// Book is a set of rules, in order. It does not change.
type Book struct {
	Version string
	Name    string
	Tags    []string // keys that are kept beside those of the rules
	Watch   string   // the group that is told of what nobody claims; "": no group
	Rules   []Rule

	keys      []string        // all tags that are kept, folded, without doubles
	keyOf     map[string]int  // folded key or alias to its place in keys
	resources map[string]bool // that some rule names
	committed map[string]bool
}

// Facts are what rules look at.
type Facts struct {
	Resource, Account, Service, Commitment string
	Tags                                   []Tag // as [Book.Kept] gives them
}

// Tag is a tag under its folded key.
type Tag struct {
	Key   string `json:"k"`
	Value string `json:"v"`
}

// Verdict says whose a charge is. No Product and no Share: nobody's. Rule counts
// from 1; 0 is none.
type Verdict struct {
	Product plumbline.ProductRef
	Share   bool
	Rule    int
}

// Fold is how keys and values of tags are compared: without spaces around them and
// without regard to case.
func Fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// Keys are the keys of tags that are kept, folded, in order.
func (b *Book) Keys() []string { return b.keys }

// Key is the kept key that a tag's key stands for; "" when it is not kept.
func (b *Book) Key(key string) string {
	if i, ok := b.keyOf[key]; ok {
		return b.keys[i]
	}
	if i, ok := b.keyOf[Fold(key)]; ok {
		return b.keys[i]
	}
	return ""
}

// Kept are those of some tags that are kept, under their keys, in order of them. Of
// several that are the same tag the first with a value counts; each calls its
// argument for one tag after the other.
func (b *Book) Kept(each func(add func(key, value string))) []Tag {
	values := make([]string, len(b.keys))
	each(func(key, value string) {
		i, ok := b.keyOf[Fold(key)]
		if value = strings.TrimSpace(value); ok && values[i] == "" {
			values[i] = value
		}
	})
	var out []Tag
	for i, v := range values {
		if v != "" {
			out = append(out, Tag{b.keys[i], v})
		}
	}
	return out
}

// KeepsResource says whether some rule names a resource.
func (b *Book) KeepsResource(id string) bool { return b.resources[id] }

// KeepsCommitment says whether some rule names a commitment.
func (b *Book) KeepsCommitment(id string) bool { return b.committed[id] }

// Whose says whose a charge is. A rule whose product is not known passes it on.
func (b *Book) Whose(f Facts, known func(plumbline.ProductRef) bool) Verdict {
	for i := range b.Rules {
		r := &b.Rules[i]
		product, fits := r.fits(f)
		switch {
		case !fits:
		case r.Share != "":
			return Verdict{Share: true, Rule: i + 1}
		case known(product):
			return Verdict{Product: product, Rule: i + 1}
		}
	}
	return Verdict{}
}

func (r *Rule) fits(f Facts) (plumbline.ProductRef, bool) {
	switch {
	case len(r.Resource) > 0:
		return r.Product, slices.Contains(r.Resource, f.Resource)
	case len(r.Account) > 0:
		return r.Product, slices.Contains(r.Account, f.Account)
	case len(r.Commitment) > 0:
		return r.Product, slices.Contains(r.Commitment, f.Commitment)
	case len(r.Service) > 0:
		return r.Product, slices.ContainsFunc(r.Service, func(s string) bool { return Fold(s) == Fold(f.Service) })
	}
	for _, t := range f.Tags {
		if t.Key != r.key {
			continue
		}
		named, listed := r.Values[Fold(t.Value)]
		switch {
		case r.Share != "":
			return "", len(r.Values) == 0 || listed
		case listed:
			return plumbline.ProductRef(named), true
		case r.Product != "":
			return r.Product, len(r.Values) == 0
		}
		return RefOf(t.Value), true
	}
	return "", false
}

// RefOf is the product that a value of a tag names when no list says another: the
// value in small letters, with a dash for what may not stand in a name.
func RefOf(value string) plumbline.ProductRef {
	var b strings.Builder
	for _, c := range Fold(value) {
		switch {
		case c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)) || c == '.' || c == '_' || c == '-':
			b.WriteRune(c)
		default:
			b.WriteByte('-')
		}
	}
	return plumbline.ProductRef(strings.Trim(b.String(), "-._"))
}
