package store

import "strings"

// searchSQLite asks an FTS5 table. Words hold no quote, so quoting each makes
// every one a plain term; the Porter stemmer is applied by the table.
func searchSQLite() search {
	return search{
		put:   manyRows{head: `insert or replace into item_text (rowid, words) values `},
		few:   `select value as item from json_each('[' || %s || ']')`,
		list:  `group_concat(item)`,
		match: `select rowid as item from item_text where item_text match %s`,
		query: func(words []string) string {
			query := `"` + strings.Join(words, `" AND "`) + `"`
			if begun(words) {
				query += " *"
			}
			return query
		},
		one: func(word string, begun bool) string {
			if begun {
				return `"` + word + `" *`
			}
			return `"` + word + `"`
		},
		newest: " order by item desc",
	}
}
