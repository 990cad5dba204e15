package likeness

import (
	"sync"

	"plumbline/internal/alike"
	"plumbline/internal/store"
)

// How much is learned: a sample is enough to know which words are rare.
const (
	atFirst  = 500    // items, when the first text is asked for
	atOnce   = 50     // items with every further text, until there are enough
	enough   = 10_000 // items
	newItems = 50     // of those filed since, with every text
)

// memory knows how rare words are. It learns from the items themselves, a few
// with every search: the newest first, then older ones, then what is filed. It is
// for each server its own and is not kept: a new one learns again.
type memory struct {
	mu     sync.Mutex
	sketch *alike.Sketch
	high   int64 // the number of the newest item learned; 0: none yet
	low    int64 // the number of the oldest
}

func newMemory() memory { return memory{sketch: alike.NewSketch()} }

// ask learns a little more and then prepares a text. It says whether all items
// were learned, so that a word not met is in none. It takes one statement.
func (m *memory) ask(tx *store.Tx, t alike.Text) (q *alike.Query, all bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newer, older := newItems, atOnce
	switch {
	case m.high == 0:
		newer, older = atFirst, 0
	case m.sketch.Docs() >= enough:
		older = 0
	}
	learned, err := tx.Openings(m.high, m.low, alike.Opening, newer, older)
	if err != nil {
		return nil, false, err
	}
	for _, o := range learned {
		m.sketch.Add(alike.Text{Title: o.Title, Body: o.Body})
		m.high = max(m.high, o.N)
		if m.low == 0 || o.N < m.low {
			m.low = o.N
		}
	}
	all = m.low <= 1 && int64(m.sketch.Docs()) == m.high
	return m.sketch.Ask(t), all, nil
}
