// Package likeness finds what was asked before: the items that are like a text,
// with the answers that are known. It owns the words Finder and Like.
//
// Laws: nobody is shown what they may not see; what one search reads is bounded,
// whatever the number of items; it changes nothing.
package likeness

import (
	"context"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/alike"
	"plumbline/internal/app/rights"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// Bounds of a search, whatever the number of items.
const (
	askedWords = 12   // of the text, the rarest; and as many that were not met yet
	nominated  = 100  // items that are compared with it
	shown      = 20   // items that a caller may ask for, at most
	least      = 0.12 // share of the text's own score that an item must reach to be shown
)

// Finder is the search over one database.
type Finder struct {
	db     *store.DB
	memory memory
}

// New makes the search.
func New(db *store.DB) *Finder {
	return &Finder{db: db, memory: newMemory()}
}

// Like is an item that is like a text.
type Like struct {
	plumbline.Row
	Share    float64 `json:"share"`            // how much of the text is found in it, 0 to about 1
	Standing string  `json:"standing"`         // "open", "answered", "decided", "done" or "merged"
	Answer   string  `json:"answer,omitempty"` // the known answer or the decision's public sentence
}

// Question is a text to which items are to be alike.
type Question struct {
	Title  string
	Body   string
	Except plumbline.ItemID // the item that the text is of, if it is of one
	Limit  int              // 0: five
	Faint  bool             // also those that are hardly alike
}

// Similar are the items that who may see and that are most like the text, most
// alike first.
func (f *Finder) Similar(ctx context.Context, who plumbline.Actor, q Question) ([]Like, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	out := []Like{}
	err := f.db.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = f.In(tx, who, q)
		return err
	})
	return out, err
}

// In is Similar as a part of a transaction whose caller has checked the rights.
// It takes four statements at most.
func (f *Finder) In(tx *store.Tx, who plumbline.Actor, q Question) ([]Like, error) {
	q.Title, q.Body = shortened(q.Title), shortened(q.Body)
	asked, all, err := f.memory.ask(tx, alike.Text{Title: q.Title, Body: q.Body})
	if err != nil {
		return nil, err
	}
	found, err := tx.Nominees(who, wanted(asked, all), q.Except, alike.Opening, nominated)
	if err != nil {
		return nil, err
	}
	best, shares := choose(asked, found, q)
	if len(best) == 0 {
		return []Like{}, nil
	}
	return likes(tx, who, best, shares)
}

// shortened keeps of a long text what could count.
func shortened(s string) string {
	const most = 8 * alike.Opening // bytes; a character has up to four
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
	}
	return s
}

// wanted are the rarest words of a text, and as many that were not met yet. When
// all items were learned, those not met are in none and not looked for, unless
// they may be the beginning of a word.
func wanted(asked *alike.Query, all bool) []store.Wanted {
	var out []store.Wanted
	met, unmet := 0, 0
	for _, t := range asked.Terms() {
		switch {
		case t.Docs > 0 && met < askedWords:
			met++
		case t.Docs == 0 && (t.Begun || !all) && unmet < askedWords:
			unmet++
		default:
			continue
		}
		out = append(out, store.Wanted{Word: t.Word, Worth: t.Worth, Often: t.Share, Begun: t.Begun})
	}
	return out
}

// choose ranks what was found and keeps the best.
func choose(asked *alike.Query, found []store.Opening, q Question) (best []int64, shares map[int64]float64) {
	texts := make([]alike.Text, len(found))
	for i, o := range found {
		texts[i] = alike.Text{Title: o.Title, Body: o.Body}
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 5
	}
	shares = map[int64]float64{}
	for _, m := range asked.Rank(texts) {
		if len(best) == min(limit, shown) {
			break
		}
		if m.Share >= least || q.Faint {
			n := found[m.At].N
			best = append(best, n)
			shares[n] = m.Share
		}
	}
	return best, shares
}

// likes reads the items with these numbers, in this order.
func likes(tx *store.Tx, who plumbline.Actor, best []int64, shares map[int64]float64) ([]Like, error) {
	rows, err := tx.AnsweredByNumber(who, best)
	if err != nil {
		return nil, err
	}
	ids := make([]plumbline.ItemID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	voted, err := tx.Voted(ids, who.Person)
	if err != nil {
		return nil, err
	}
	sorted.By(rows, func(a, b store.Answered) int { return slices.Index(best, a.N) - slices.Index(best, b.N) })
	out := make([]Like, 0, len(rows))
	for _, r := range rows {
		l := Like{Row: r.Row, Share: shares[r.N]}
		l.Voted = voted[r.ID]
		l.Standing, l.Answer = standing(r)
		out = append(out, l)
	}
	return out, nil
}

// standing says in a word how far an item is, and what was answered or decided.
func standing(r store.Answered) (word, answer string) {
	answer = strings.TrimSpace(r.Answer)
	if answer == "" {
		answer = strings.TrimSpace(string(r.Sentence))
	}
	if answer == "" {
		answer = strings.TrimSpace(string(r.States[r.State.Lane()].Message))
	}
	switch {
	case r.Merged != "":
		return "merged", answer
	case r.Answer != "":
		return "answered", answer
	case r.Outcome != "":
		return "decided", answer
	case !r.Open():
		return "done", answer
	}
	return "open", answer
}
