package store

import (
	"strconv"
	"strings"

	"plumbline"
)

// Wanted is a word that items are to be found by, what finding it is worth, the
// share of items that have it as far as is known, 0 to 1, and whether it may be
// only the beginning of a word.
type Wanted struct {
	Word  string
	Worth float64
	Often float64
	Begun bool
}

// Opening is an item's title and the first characters of its text, under its
// number in the order of filing.
type Opening struct {
	N     int64
	Title string
	Body  string
}

// Bounds of what is read to find similar items, whatever the number of items.
const (
	perWord   = 200 // items of one word
	perSearch = 250 // items with the most worth of words, of which those seen are kept
)

// Nominees are items that have some of the words, at most limit of them and those
// with the most worth first, that who may see; the item except is left out. From
// each word at most perWord items are taken, so that the work is the same however
// many items there are and however common a word is. Of each text so many
// characters are read. It takes one statement.
func (tx *Tx) Nominees(who plumbline.Actor, words []Wanted, except plumbline.ItemID, characters, limit int) ([]Opening, error) {
	if len(words) == 0 {
		return nil, nil
	}
	var w where
	s := tx.db.dialect.search
	var parts []string
	for i, x := range words {
		match := s.newest(s.asked([]string{foldWord(x.Word)}, x.Begun, w.arg), x.Often, perWord)
		parts = append(parts, "select item, cast("+w.arg(x.Worth)+" as double precision) as worth from ("+match+") as w"+strconv.Itoa(i))
	}
	w.and("i.n = c.item")
	if except != "" {
		w.and("i.id <> " + w.arg(except))
	}
	w.seenItem(sightOf(who))
	return list(tx, scanOpening, `
		select p.n, p.title, substr(b.body, 1, `+w.arg(characters)+`) from (
			select i.n, i.title, c.worth from (
				select item, sum(worth) as worth from (`+strings.Join(parts, " union all ")+`) as f
				group by item order by 2 desc, 1 desc limit `+strconv.Itoa(perSearch)+`
			) as c cross join items i `+w.text()+` order by c.worth desc, i.n desc `+atMost(limit)+`
		) as p cross join item_bodies b where b.n = p.n order by p.worth desc, p.n desc`, w.args...)
}

func scanOpening(r row) (o Opening, err error) {
	err = r.Scan(&o.N, &o.Title, &o.Body)
	return o, err
}

// foldWord is the word as search keeps it.
func foldWord(w string) string { return cut(w, maxWord) }

// Openings are the newest items with numbers above after, at most newer of them,
// and those with numbers next below before, at most older: for learning which
// words are rare. They are for nobody's eyes.
func (tx *Tx) Openings(after, before int64, characters, newer, older int) ([]Opening, error) {
	const columns = `select i.n, i.title, substr(b.body, 1, $3) as body from items i cross join item_bodies b where b.n = i.n and `
	return list(tx, scanOpening, `
		select * from (`+columns+`i.n > $1 order by i.n desc `+atMost(newer)+`) as newer
		union all select * from (`+columns+`i.n < $2 order by i.n desc `+atMost(older)+`) as older`,
		after, before, characters)
}

// Answered is an item as a list shows it, with what was decided about it or
// answered: the public sentence, the outcome, and an answer that the process has
// a field for.
type Answered struct {
	plumbline.Row
	N        int64
	Outcome  plumbline.Outcome
	Sentence plumbline.PublicText
	Answer   string
}

// AnsweredByNumber are the items with these numbers that who may see. It takes
// one statement.
func (tx *Tx) AnsweredByNumber(who plumbline.Actor, numbers []int64) ([]Answered, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	var w where
	marks := make([]string, len(numbers))
	for i, n := range numbers {
		marks[i] = w.arg(n)
	}
	w.and("i.n in (" + strings.Join(marks, ", ") + ")")
	w.seenItem(sightOf(who))
	return list(tx, scanAnswered, `
		select `+rowColumns+`, i.n_demands, i.n_evidence, i.n_comments, i.n_watchers, i.n_votes, i.n,
			coalesce(d.outcome, ''), coalesce(d.sentence, ''), b.fields
		from items i join item_bodies b on b.n = i.n
		left join decisions d on d.item = i.id and d.ended = 0 `+w.text(), w.args...)
}

func scanAnswered(r row) (a Answered, err error) {
	a.States = map[string]plumbline.Position{}
	fields := map[string]string{}
	err = r.Scan(append(rowFields(nil, &a.Item), &a.Demands, &a.Evidence, &a.Comments, &a.Watchers, &a.Votes, &a.N,
		&a.Outcome, &a.Sentence, fromJSON{&fields})...)
	a.Answer = fields["answer"]
	return a, err
}
