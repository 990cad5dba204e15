package plumbline

// RelationKind says how two items belong together.
type RelationKind string

// The kinds of relation, read from one item to the other. That one is asked for
// twice is no relation but a merge.
const (
	Blocks   RelationKind = "blocks"  // the other cannot go on before this one is done
	ParentOf RelationKind = "parent"  // this one consists of the other, among others
	Relates  RelationKind = "related" // the same both ways
)

// RelationKinds lists the kinds of relation.
var RelationKinds = [...]RelationKind{Blocks, ParentOf, Relates}

// Valid says whether k is a kind of relation.
func (k RelationKind) Valid() bool { return k == Blocks || k == ParentOf || k == Relates }

// Relation says that Item blocks Other, is its parent, or has to do with it.
type Relation struct {
	Item  ItemID       `json:"-"`
	Kind  RelationKind `json:"kind"`
	Other ItemID       `json:"-"`
	By    PersonID     `json:"by,omitempty"`
	At    Time         `json:"at"`
}

// Ordered is the relation as it is kept: one that is the same both ways begins
// with the smaller id, so that it is not kept twice.
func (r Relation) Ordered() Relation {
	if r.Kind == Relates && r.Other < r.Item {
		r.Item, r.Other = r.Other, r.Item
	}
	return r
}
