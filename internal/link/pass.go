package link

import (
	"sort"
	"strings"
	"time"

	"plumbline"
)

// Overlap is how far a pass goes back before the moment at which the last one
// began: a change that was committed late carries an earlier time.
const Overlap = 5 * time.Minute

// Pass collects the issues that one pass of polling saw, each once. The zero
// value is ready.
type Pass struct {
	at   map[string]plumbline.Time
	mark time.Time // the server's clock at the first answer
}

// Began notes the server's clock; the first one that is known stays.
func (p *Pass) Began(a Answer) {
	if p.mark.IsZero() {
		p.mark = a.ServerTime()
	}
}

// Mark is the server's clock when the pass began, or zero.
func (p *Pass) Mark() time.Time { return p.mark }

// Add notes an issue and says whether it is new to the pass.
func (p *Pass) Add(ref string, updated plumbline.Time) bool {
	if p.at == nil {
		p.at = map[string]plumbline.Time{}
	}
	_, known := p.at[ref]
	p.at[ref] = max(p.at[ref], updated)
	return !known
}

// Len is the number of issues so far.
func (p *Pass) Len() int { return len(p.at) }

// Batch is what the pass found, and where the next one begins. Only the
// server's times count: its clock when the pass began, or the newest change
// when it did not tell.
func (p *Pass) Batch(cursor string) Batch {
	b := Batch{Cursor: cursor}
	newest := plumbline.At(p.mark)
	for ref, at := range p.at {
		b.Refs = append(b.Refs, ref)
		if p.mark.IsZero() {
			newest = max(newest, at)
		}
	}
	sort.Slice(b.Refs, func(i, j int) bool {
		x, y := b.Refs[i], b.Refs[j]
		if p.at[x] != p.at[y] {
			return p.at[x] < p.at[y]
		}
		if len(x) != len(y) { // numbers in text
			return len(x) < len(y)
		}
		return x < y
	})
	if newest != 0 {
		b.Cursor = newest.Add(-Overlap).Std().Format(time.RFC3339Nano)
	}
	return b
}

// Since reads a cursor.
func Since(cursor string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, cursor)
	if err != nil {
		return t, &Fault{Kind: Invalid, Text: "The poll's cursor cannot be read; start it anew."}
	}
	return t.UTC(), nil
}

// Wanted returns the given names that are not empty, each once: the labels
// that a first pass looks for.
func Wanted(names []string) []string {
	var out []string
	for _, n := range unique(names) {
		if strings.TrimSpace(n) != "" {
			out = append(out, n)
		}
	}
	return out
}

// HasAny says whether a label of one of the names is among them.
func HasAny(labels []plumbline.Label, names []string) bool {
	for _, n := range names {
		if named(labels, n) != nil {
			return true
		}
	}
	return false
}
