package standing

import (
	"plumbline"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// Passes says of any scope and type of work whether it may go on.
type Passes func(scope plumbline.Scope, work string) limit.Gate

// GatesNow are the gates of all scopes as they stand, read in two statements and
// those of the groups; each is asked without another.
func (r *Room) GatesNow(tx *store.Tx) (Passes, error) {
	groups, err := r.groupsNow(tx)
	if err != nil {
		return nil, err
	}
	standings, err := r.standingsNow(tx, store.ConstraintFilter{})
	if err != nil {
		return nil, err
	}
	return func(scope plumbline.Scope, work string) limit.Gate { return groups.Pass(scope, work, standings) }, nil
}
