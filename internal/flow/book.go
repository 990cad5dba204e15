package flow

import (
	"embed"
	"maps"
	"slices"

	"plumbline"
)

//go:embed processes/*.yaml
var processes embed.FS

// Book is a set of processes by id. It does not change.
type Book struct {
	byID map[plumbline.ProcessID]*Definition
	ids  []plumbline.ProcessID
}

// NewBook makes a book. Two processes may not share an id or a prefix, nor ask
// for the product manager with one trigger.
func NewBook(defs ...*Definition) (*Book, error) {
	b := &Book{byID: map[plumbline.ProcessID]*Definition{}}
	prefixes, triggers := map[string]*Definition{}, map[string]*Definition{}
	for _, d := range defs {
		if b.byID[d.ID] != nil {
			return nil, plumbline.Errorf(plumbline.Invalid, "There are two processes called %s.", d.ID)
		}
		if other := prefixes[d.Prefix]; other != nil {
			return nil, plumbline.Errorf(plumbline.Invalid, "The processes %s and %s share the prefix %s.", other.ID, d.ID, d.Prefix)
		}
		if other := triggers[d.Trigger]; other != nil && d.Trigger != "" {
			return nil, plumbline.Errorf(plumbline.Invalid, "The processes %s and %s share the label %s.", other.ID, d.ID, d.Trigger)
		}
		b.byID[d.ID], prefixes[d.Prefix], triggers[d.Trigger] = d, d, d
	}
	b.ids = slices.Sorted(maps.Keys(b.byID))
	return b, nil
}

// Embedded is the book of the processes that come with the product: request,
// question, incident and change.
func Embedded() (*Book, error) {
	entries, err := processes.ReadDir("processes")
	if err != nil {
		return nil, &plumbline.Error{Kind: plumbline.Internal, Text: "cannot read the processes", Err: err}
	}
	var defs []*Definition
	for _, e := range entries {
		src, err := processes.ReadFile("processes/" + e.Name())
		if err != nil {
			return nil, &plumbline.Error{Kind: plumbline.Internal, Text: "cannot read the process " + e.Name(), Err: err}
		}
		d, err := load(e.Name(), src, true)
		if err != nil {
			return nil, err
		}
		defs = append(defs, d)
	}
	return NewBook(defs...)
}

// With is the book with other processes instead of those of the same id, or in
// addition.
func (b *Book) With(defs ...*Definition) (*Book, error) {
	byID := maps.Clone(b.byID)
	for _, d := range defs {
		byID[d.ID] = d
	}
	return NewBook(slices.Collect(maps.Values(byID))...)
}

// Get finds a process.
func (b *Book) Get(id plumbline.ProcessID) (*Definition, bool) { d, ok := b.byID[id]; return d, ok }

// Done says whether a process has an item in a state when what was asked for is done,
// and not dropped.
func (b *Book) Done(id plumbline.ProcessID, state plumbline.State) bool {
	d, ok := b.byID[id]
	if !ok {
		return false
	}
	s, ok := d.State(state)
	return ok && s.Kind == Done
}

// All lists the processes in the order of their ids.
func (b *Book) All() []*Definition {
	out := make([]*Definition, len(b.ids))
	for i, id := range b.ids {
		out[i] = b.byID[id]
	}
	return out
}

// ForTrigger finds the process that a tracker label asks for.
func (b *Book) ForTrigger(label string) (*Definition, bool) {
	for _, id := range b.ids {
		if d := b.byID[id]; d.Trigger != "" && d.Trigger == label {
			return d, true
		}
	}
	return nil, false
}

// ForKind finds the process of a kind of item: the one whose id is the kind, else
// the first.
func (b *Book) ForKind(kind plumbline.ItemKind) (*Definition, bool) {
	if d, ok := b.byID[plumbline.ProcessID(kind)]; ok && d.Kind == kind {
		return d, true
	}
	for _, id := range b.ids {
		if d := b.byID[id]; d.Kind == kind {
			return d, true
		}
	}
	return nil, false
}
