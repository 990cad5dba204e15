package standing

import (
	"sync"

	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// books keeps editions of the policies that were read: they never change.
type books struct {
	mu  sync.Mutex
	all map[string]*limit.Book
}

// maxBooks is how many editions of one's own are kept in memory.
const maxBooks = 16

func (b *books) read(row store.PolicyRow) (*limit.Book, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if found, ok := b.all[row.Version]; ok {
		return found, nil
	}
	made, err := limit.ParsePolicies(row.Version, []byte(row.Body))
	if err != nil {
		return nil, err
	}
	if b.all == nil || len(b.all) >= maxBooks {
		b.all = map[string]*limit.Book{}
	}
	b.all[row.Version] = made
	return made, nil
}

// book is the edition of the policies that is in force: the one that was put in force
// last, else the one that comes with the product.
func (r *Room) book(tx *store.Tx) (*limit.Book, error) {
	uses, err := tx.LimitPolicyUses()
	if err != nil || len(uses) == 0 {
		return limit.Defaults(), err
	}
	rows, err := tx.LimitPolicies()
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.Version == uses[len(uses)-1].Version {
			return r.books.read(row)
		}
	}
	return limit.Defaults(), nil
}
