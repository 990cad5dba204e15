package store

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// searchSQLite asks an FTS5 table. Words hold no quote, so quoting each makes
// every one a plain term; the Porter stemmer is applied by the table.
func searchSQLite() search {
	return search{
		put:     manyRows{head: `insert or replace into item_text (rowid, words) values `},
		has:     `+i.n in (select rowid from item_text where item_text match %s)`,
		these:   `json_each('[' || %s || ']') as s cross join items i`,
		thisOne: `i.n = s.value`,
		list:    `group_concat(item)`,
		newest:  newestSQLite,
		asked:   askedSQLite,
		walk:    walkSQLite,
	}
}

// walkSQLite reads the index in the order of numbers, which it is in, only as far
// as it is asked to.
func walkSQLite(w walk) walked {
	from, seen := "item_text", ""
	if w.seen != "" {
		from, seen = "item_text cross join items i", " and i.n = item_text.rowid and "+w.seen
	}
	items := `select item_text.rowid as item from ` + from + ` where item_text match ` + w.asked + ` and ` + w.beyond("item_text.rowid") + seen +
		` order by item_text.rowid ` + w.direction()
	return walked{items: items, near: "false"}
}

func newestSQLite(asked string, _ float64, most int) string {
	return `select rowid as item from item_text where item_text match ` + asked + ` order by rowid desc limit ` + strconv.Itoa(most)
}

// begunWords is how many words that begin alike are looked for one by one. More
// are merged by the index, which reads all of their items to do so.
const begunWords = 32

// indexedLetters is how long beginnings are that the index knows.
const indexedLetters = 3

// askedSQLite looks the words up that begin as the last one does, so that they
// are asked for like any others, and only as far as the walk goes.
func askedSQLite(words []string, begun bool, arg func(any) string) string {
	last := len(words) - 1
	whole := `"` + strings.Join(words, `" AND "`) + `"`
	if !begun {
		return arg(whole)
	}
	if utf8.RuneCountInString(words[last]) <= indexedLetters {
		return arg(whole + " *")
	}
	before := ""
	if last > 0 {
		before = `"` + strings.Join(words[:last], `" AND "`) + `" AND `
	}
	w := arg(words[last])
	within := " and term < " + w + " || char(1114111) limit 1"
	return `(
		with recursive t (term) as (
			select * from (select term from item_terms where term >= ` + w + within + `)
			union all
			select (select term from item_terms where term >= t.term || char(1)` + within + `) from t where t.term is not null
			limit ` + strconv.Itoa(begunWords+1) + `
		)
		select ` + arg(before) + ` || case when count(term) > ` + strconv.Itoa(begunWords) + ` then '"' || ` + w + ` || '" *'
			else '("' || ` + w + ` || coalesce('" OR "' || group_concat(term, '" OR "'), '') || '")' end
		from t)`
}
