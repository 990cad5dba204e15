package wording

import (
	"plumbline"
)

// The kinds of relation as an item's own page says them.
const (
	Blocks    = "blocks"
	BlockedBy = "blocked by"
	ParentOf  = "parent of"
	ChildOf   = "child of"
	Related   = "related"
)

// KindFrom is a kind of relation as the page of one of its items says it; from
// says that it is the one the relation begins at.
func KindFrom(k plumbline.RelationKind, from bool) string {
	switch {
	case k == plumbline.Blocks && from:
		return Blocks
	case k == plumbline.Blocks:
		return BlockedBy
	case k == plumbline.ParentOf && from:
		return ParentOf
	case k == plumbline.ParentOf:
		return ChildOf
	}
	return Related
}
