package cost

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/allot"
	"plumbline/internal/format/focus"
	"plumbline/internal/store"
)

// take puts a charge where it falls.
func (l *loader) take(c *focus.Charge, looks bool) error {
	l.rows++
	s := l.sliceOf(c)
	s.Rows++
	s.total.Add(c)
	day := dayOf(c.From)
	s.LastDay, s.BillTo = max(s.LastDay, lastDay(c)), max(s.BillTo, c.BillTo)
	if s.total.Overflow {
		return plumbline.Errorf(plumbline.Invalid, "%s:%d: the amounts are too large to be added up.", l.bill.Name, c.Line)
	}
	if looks {
		return nil
	}
	at := place{s.Slice, l.keyOf(c), day}
	f := l.facts[at]
	if f == nil {
		f = &store.CostFact{Slice: at.slice, Key: at.key, Day: day, Month: monthOf(day), Line: int64(c.Line)}
		l.facts[at] = f
		l.months[f.Month] = true
	}
	f.Rows++
	var ok1, ok2 bool
	f.Billed, ok1 = f.Billed.Plus(c.Billed)
	f.Effective, ok2 = f.Effective.Plus(c.Effective)
	if !ok1 || !ok2 {
		return plumbline.Errorf(plumbline.Invalid, "%s:%d: the amounts are too large to be added up.", l.bill.Name, c.Line)
	}
	if c.Correction {
		l.fixes[f.Month] = true
	}
	return nil
}

// lastDay is the last day that a charge of usage is about; what is charged for
// longer than a day says nothing about days.
func lastDay(c *focus.Charge) int64 {
	if c.To == 0 || c.To.Sub(c.From) > 36*time.Hour {
		return dayOf(c.From)
	}
	return max(dayOf(c.To-1), dayOf(c.From))
}

func (l *loader) sliceOf(c *focus.Charge) *slice {
	name := c.Provider + "\x00" + c.Account + "\x00" + c.Period
	s := l.slices[name]
	if s == nil {
		s = &slice{CostSlice: store.CostSlice{File: l.id, Slice: number(name), Provider: clean(c.Provider), Account: clean(c.Account), Period: c.Period, At: l.at}, line: c.Line, currency: c.Currency}
		l.slices[name] = s
	}
	s.mixed = s.mixed || s.currency != c.Currency
	return s
}

// number is a number that stands for a text: 63 bits of its hash.
func number(text string) int64 {
	h := sha256.Sum256([]byte(text))
	return int64(binary.BigEndian.Uint64(h[:8]) >> 1)
}

// keyOf is the key of a charge.
func (l *loader) keyOf(c *focus.Charge) int64 {
	d := dims{service: c.Service, group: c.Group, account: c.SubAccount, accountName: c.SubAccountName, region: c.Region, category: c.Category, usual: usualOf(c), currency: c.Currency,
		correction: c.Correction, tags: l.tagsOf(c)}
	if l.book.KeepsResource(c.Resource) {
		d.resource = c.Resource
	}
	if l.book.KeepsCommitment(c.Commitment) {
		d.commitment = c.Commitment
	}
	id, ok := l.keys[d]
	if !ok {
		k := l.newKey(d)
		l.fresh = append(l.fresh, k)
		id = k.ID
		l.keys[d] = id
	}
	return id
}

// The ways in which a day's cost is usual or not.
const (
	usual  = "usual"
	oneOff = plumbline.StateOneOff
	unused = plumbline.StateUnused
	shared = "shared"
)

// usualOf says whether a charge says anything about other days: a purchase, a tax
// on a month or a credit does not, nor does what is charged for more than a day.
func usualOf(c *focus.Charge) string {
	switch {
	case c.Unused:
		return unused
	case c.Correction || c.Frequency == "One-Time" || c.Category == focus.Tax || c.Category == focus.Credit || c.Category == focus.Adjustment:
		return oneOff
	case c.To != 0 && c.To.Sub(c.From) > 36*time.Hour:
		return oneOff
	}
	return usual
}

// tagsOf are the tags of a charge that are kept, as JSON.
func (l *loader) tagsOf(c *focus.Charge) string {
	if len(c.Tags) == 0 {
		return ""
	}
	at := &c.Tags[0] // rows with the same tags share them
	if text, ok := l.kept[at]; ok {
		return text
	}
	kept := l.book.Kept(func(add func(key, value string)) {
		for _, t := range c.Tags {
			add(t.Key, t.Value)
		}
	})
	text := ""
	if len(kept) > 0 {
		b, err := json.Marshal(kept)
		if err == nil { // texts always are JSON
			text = string(b)
		}
	}
	if len(l.kept) > chunk {
		clear(l.kept)
	}
	l.kept[at] = text
	return text
}

// body is a key as JSON: what the rules look at, and what makes it one of its own.
type body struct {
	allot.Facts
	Group, Region, Name, Category, Usual, Currency string
	Correction                                     bool
}

func (l *loader) newKey(d dims) key {
	b := body{Facts: allot.Facts{Resource: clean(d.resource), Account: clean(d.account), Service: clean(d.service), Commitment: clean(d.commitment)},
		Group: clean(d.group), Region: clean(d.region), Name: clean(d.accountName), Category: d.category, Usual: d.usual, Currency: d.currency, Correction: d.correction}
	if d.tags != "" {
		_ = json.Unmarshal([]byte(d.tags), &b.Tags) // it was written by us
	}
	text, err := json.Marshal(b)
	if err != nil {
		text = nil // texts always are JSON
	}
	kind := d.category
	if d.correction {
		kind += ", correction"
	}
	account := b.Account
	if b.Name != "" && b.Name != b.Account {
		account = strings.TrimSpace(b.Name + " (" + b.Account + ")")
	}
	k := key{store.CostKey{ID: number(string(text)), Body: string(text), Service: b.Service, Category: b.Group, Account: account, Region: b.Region, Kind: kind, Usual: d.usual, Currency: d.currency}}
	for _, t := range b.Tags {
		k.Tags = append(k.Tags, [2]string{t.Key, t.Value})
	}
	k.allot(l.book.Whose(b.Facts, l.known))
	return k
}

// clean makes a text of a bill fit to be kept.
func clean(s string) string {
	const most = 300
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
