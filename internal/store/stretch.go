package store

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"plumbline"
)

// A list of what matches words goes through the items that match a stretch at a
// time: so many of those that the reader sees, the newest first, or the oldest if
// the list begins with them. What a page costs is then the same however many
// match. A stretch is sorted and paged as a list is; the page after its last one
// begins the next. Where all matches are one stretch, nothing is different.

// searching says how much a search does at once.
type searching struct {
	stretch int // items that match and are gone through

	// Where words that many items have are found by looking at one item after the
	// other: items of the sample; those of them that must match for it; and the
	// numbers that are then looked at. Of the other words, those that fewer than
	// seldom of the sample have are few.
	sample, often, seldom, look int
	fewEras                     int // so few are asked for at once
}

func searchesOf() searching {
	return searching{stretch: 500, sample: 1000, often: 50, seldom: 5, look: 20_000, fewEras: 4}
}

// walk asks for the items that match a query, in the order of their numbers.
type walk struct {
	asked string // the query, an expression
	edge  int64  // the number after which it begins; 0: at the very first
	up    bool   // from the oldest to the newest; else from the newest to the oldest
	at    searching
	seen  string // the condition on item i that the reader sees it; "": sees all
}

// walked is how a database goes such a walk.
type walked struct {
	with  string // begins the statement
	items string // select of the items, one after the other
	near  string // expression: only so many of the next numbers were looked at
}

// beyond is the condition that a number lies beyond the edge.
func (w walk) beyond(n string) string {
	switch {
	case w.edge == 0:
		return "1 = 1"
	case w.up:
		return n + " > " + strconv.FormatInt(w.edge, 10)
	}
	return n + " < " + strconv.FormatInt(w.edge, 10)
}

// direction is how the numbers are ordered.
func (w walk) direction() string {
	if w.up {
		return "asc"
	}
	return "desc"
}

// stretched is a stretch of the items that match a list's words.
type stretched struct {
	items string // their numbers, with commas
	n     int    // how many they are
	cut   bool   // there may be more
	edge  int64  // where the next one begins, if there may be more
	about int    // if there may be more: how many match in all, for each of these
}

// search finds the stretch of what matches the list's words that its page lies
// in. It takes one statement, or none. One's own items are few and each is looked
// at.
func (tx *Tx) search(q *query) error {
	q.found = &stretched{}
	words := typed(q.filter.Text)
	if len(words) == 0 || q.filter.Mine {
		return nil
	}
	w := walk{edge: q.edge, up: q.order.name == "oldest", at: tx.db.searching}
	s := tx.db.dialect.search
	w.asked = s.asked(words, begun(words), q.arg)
	if !q.sight.all() {
		q.seenItem(q.sight)
		w.seen, q.conds = strings.Join(q.conds, " and "), nil
	}
	way := s.walk(w)
	row, _, err := first(tx, scanReach, way.with+`
		select count(*), coalesce(`+s.list+`, ''), (select coalesce(max(n), 0) from items), `+way.near+`
		from (select * from (`+way.items+`) as m limit `+strconv.Itoa(w.at.stretch+1)+`) as m`, q.args...)
	q.args = nil
	if err != nil {
		return err
	}
	q.found = row.stretch(w)
	return nil
}

// reached is what the database says of a walk: how many items it met, their
// numbers, the newest number of all items, and whether it looked only so far.
type reached struct {
	n     int
	items string
	top   int64
	near  bool
}

func scanReach(r row) (out reached, err error) {
	err = r.Scan(&out.n, &out.items, &out.top, &out.near)
	return out, err
}

// stretch makes of a walk that was to meet one item more than a stretch has what
// its list goes through.
func (r reached) stretch(w walk) *stretched {
	most, look := w.at.stretch, int64(w.at.look)
	numbers := r.numbers()
	if !w.up {
		slices.Reverse(numbers)
	}
	out := &stretched{n: min(r.n, most)}
	begins := w.begins(r.top)
	switch {
	case r.n > most:
		out.cut, out.edge = true, numbers[most-1]
	case r.near && w.up && begins+look < r.top:
		out.cut, out.edge = true, begins+look
	case r.near && !w.up && begins-look > 1:
		out.cut, out.edge = true, begins-look
	}
	var b strings.Builder
	for i, n := range numbers[:out.n] {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(n, 10))
	}
	out.items = b.String()
	if span := math.Abs(float64(out.edge - begins)); out.cut && span > 0 {
		out.about = int(math.Round(float64(out.n) * float64(r.top) / span))
	}
	return out
}

// begins is the number after which the walk begins, when top is the newest.
func (w walk) begins(top int64) int64 {
	switch {
	case w.edge != 0:
		return w.edge
	case w.up:
		return 0
	}
	return top + 1
}

// numbers are those of the items, smallest first.
func (r reached) numbers() []int64 {
	var out []int64
	for part := range strings.SplitSeq(r.items, ",") {
		if n, err := strconv.ParseInt(part, 10, 64); err == nil {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// tell notes on a page that it is of a stretch only: how many items with the
// words were gone through, and about how many the whole list has, to two digits.
func (s *stretched) tell(out *plumbline.Rows, q *query) {
	out.AtLeast = out.AtLeast || s.cut || q.edge != 0
	if !s.cut {
		return
	}
	out.Stretch = s.n
	if s.n > 0 {
		out.About = rounded(float64(out.Total) * float64(s.about) / float64(s.n))
	}
	if out.Next == "" {
		out.Next = q.order.cursor(q.order.before(s.edge))
	}
}

// rounded is a number to two digits.
func rounded(x float64) int {
	unit := math.Pow(10, max(0, math.Floor(math.Log10(max(x, 1)))-1))
	return int(math.Round(x/unit) * unit)
}
