package store

import "strings"

// stem is the stem of word w by the Snowball stemmer; a word that it would drop
// as too common is kept, as SQLite keeps it.
const stem = `coalesce((ts_lexize('english_stem', w))[1], w)`

// searchPostgres asks a tsvector of stems. The words are given apart from each
// other and never parsed, since the parser would take "a.b" for a host name. A
// star after a word of a query stands for any ending.
func searchPostgres() search {
	return search{
		put: manyRows{
			head: `
			insert into item_text (n, words)
			select cast(item as INTEGER), array_to_tsvector(array(select distinct ` + stem + ` from unnest(string_to_array(text, ' ')) as w))
			from (values (0, ''), `, // says what the types are
			tail: `) as given (item, text)
			where item > 0
			on conflict (n) do update set words = excluded.words`,
		},
		few:  `select cast(x as INTEGER) as item from unnest(string_to_array(%s, ',')) as x`,
		list: `string_agg(cast(item as TEXT), ',')`,
		match: `select n as item from item_text where words @@ (
			select string_agg('''' || ` + stem + ` || '''' || star, ' & ')::tsquery
			from (
				select rtrim(x, '*') as w, case when x like '%%*' then ':*' else '' end as star
				from unnest(string_to_array(%s, ' ')) as x
			) as asked)`,
		query: func(words []string) string {
			query := strings.Join(words, " ")
			if begun(words) {
				query += "*"
			}
			return query
		},
		one: func(word string, begun bool) string {
			if begun {
				return word + "*"
			}
			return word
		},
	}
}
