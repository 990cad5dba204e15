package store

import (
	"strconv"
	"strings"
)

// stem is the stem of word w by the Snowball stemmer; a word that it would drop
// as too common is kept, as SQLite keeps it.
const stem = `coalesce((ts_lexize('english_stem', w))[1], w)`

// era is how many numbers make one: an item has its era among its words, so that
// the index can be read an era at a time. No word has that sign.
const (
	era    = "65536"
	eraSig = "#"
)

// searchPostgres asks a tsvector of stems. The words are given apart from each
// other and never parsed, since the parser would take "a.b" for a host name. A
// star after a word of a query stands for any ending.
func searchPostgres() search {
	return search{
		put: manyRows{
			head: `
			insert into item_text (n, words)
			select cast(item as INTEGER), array_to_tsvector(array(select distinct ` + stem + ` from unnest(string_to_array(text, ' ')) as w)
				|| ('` + eraSig + `' || cast(item as INTEGER) / ` + era + `))
			from (values (0, ''), `, // says what the types are
			tail: `) as given (item, text)
			where item > 0
			on conflict (n) do update set words = excluded.words`,
		},
		has:     `exists (select 1 from item_text x where x.n = i.n and x.words @@ %s)`,
		these:   `(select cast(string_to_array(%s, ',') as INTEGER[]) as all_of) as s cross join items i`,
		thisOne: `i.n = any(s.all_of)`,
		list:    `string_agg(cast(item as TEXT), ',')`,
		newest:  newestPostgres,
		asked:   askedPostgres,
		walk:    walkPostgres,
	}
}

func askedPostgres(words []string, begun bool, arg func(any) string) string {
	query := strings.Join(words, " ")
	if begun {
		query += "*"
	}
	return `(select string_agg('(''' || ` + stem + ` || '''' || case when star then ' | ''' || w || ''':*)' else ')' end, ' & ')::tsquery
		from (select rtrim(x, '*') as w, x like '%*' as star from unnest(string_to_array(` + arg(query) + `, ' ')) as x) as asked)`
}

// walkPostgres chooses by how many of a sample of items next to the edge match and
// are seen. Often: it looks at the items one by one, as most are found in few steps
// then. Seldom, or if there are few eras: it asks the index once. Else it asks an
// era after the other, since the index knows nothing of order, and reading of it
// all that match would take long.
func walkPostgres(w walk) walked {
	begins := strconv.FormatInt(w.edge, 10)
	if w.edge == 0 && !w.up {
		begins = "(select coalesce(max(n), 0) + 1 from item_text)"
	}
	sample, often, seldom := strconv.Itoa(w.at.sample), strconv.Itoa(w.at.often), strconv.Itoa(w.at.seldom)
	look, fewEras := strconv.Itoa(w.at.look), strconv.Itoa(w.at.fewEras)
	next := "n < " + begins + " and n >= " + begins + " - "
	eras := "generate_series((" + begins + " - 1) / " + era + ", 0, -1)"
	if w.up {
		next = "n > " + begins + " and n <= " + begins + " + "
		eras = "generate_series(" + begins + " / " + era + ", (select coalesce(max(n), 0) from item_text) / " + era + ")"
	}
	seen := func(n string) string { return "" }
	if w.seen != "" {
		seen = func(n string) string {
			return " cross join lateral (select 1 from items i where i.n = " + n + " and " + w.seen + " offset 0) as s"
		}
	}
	step := func(most string) string {
		return "(select n, words from item_text where " + next + most + " order by n " + w.direction() + " limit " + most + ") as a"
	}
	const asked = "a.words @@ (select q from asked)"
	near := "(select n >= " + often + " from near)"
	once := "(select n < " + often + " and (n < " + seldom + " or (select coalesce(max(n), 0) from item_text) < " + fewEras + " * " + era + ") from near)"
	return walked{
		near: near,
		with: `with asked as materialized (select ` + w.asked + ` as q),
			near as materialized (select count(*) as n from ` + step(sample) + seen("a.n") + ` where ` + asked + `)`,
		items: `select item from (
			select a.n as item from ` + step(look) + ` where ` + asked + ` and ` + near + `
			union all
			select b.n from ` + eras + ` as e (k) cross join lateral (
				select n from item_text
				where words @@ ((select q from asked) && cast('''` + eraSig + `' || e.k || '''' as tsquery)) and ` + w.beyond("n") + `
				order by n ` + w.direction() + `) as b
			where not ` + near + ` and not ` + once + `
			union all
			select * from (
				select n from item_text where words @@ (select q from asked) and ` + w.beyond("n") + `
				order by n ` + w.direction() + `) as c
			where ` + once + `
		) as m` + seen("m.item"),
	}
}

// newestPostgres looks at the newest items one by one, not too many of them, when
// that soon finds enough; the index would read all that match.
func newestPostgres(asked string, often float64, most int) string {
	const soon = 0.03
	from := "item_text"
	if often >= soon {
		from = "(select n, words from item_text order by n desc limit 3000) as a"
	}
	return "select n as item from " + from + " where words @@ " + asked + " " + atMost(most)
}
