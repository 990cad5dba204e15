package store

import "github.com/pressly/goose/v3"

// dialect is all that differs between the two databases, but for opening them
// and for search, whose statements are in search_sqlite.go and
// search_postgres.go.
type dialect struct {
	name       string        // "sqlite" or "postgres"
	goose      goose.Dialect // for migrations
	text       string        // the type of a text column
	skipLocked string        // ends a select of rows to claim
	takeTurns  string        // makes claims of actions wait for each other; "": writers do anyway
	notify     string        // wakes other processes at commit; "": cannot
	unnumbered bool          // placeholders of long statements are "?": the driver looks every "$n" up in a list of all
	field      string        // the field ? of the JSON object b.fields
	number     string        // the text v as a number; null: it is none
	search     search
}

// search finds items by the words in them.
type search struct {
	put            manyRows // replaces the words of items: rows of the number and the words, separated by spaces
	has            string   // the condition that item i matches the query %s
	these, thisOne string   // where items come from whose numbers the placeholder %s lists, with commas, and the condition
	list           string   // aggregate of the column item into such a list

	// asked is an expression: the query for all of the words, the last one perhaps
	// only begun.
	asked func(words []string, begun bool, arg func(any) string) string
	walk  func(w walk) walked
	// newest is the select of items that match a query, at most so many and the
	// newest first where that costs nothing more; often is the share of all items
	// that match, as far as is known, 0 to 1.
	newest func(asked string, often float64, most int) string
}

// dialectSQLite needs no locks of its own: there is one writer at a time.
func dialectSQLite() dialect {
	return dialect{
		name:   "sqlite",
		goose:  goose.DialectSQLite3,
		text:   "TEXT",
		field:  "b.fields ->> ?",
		number: "(case when v not glob '*[^0-9.-]*' and length(v) between 1 and 30 and json_valid(v) then cast(v as real) end)",
		search: searchSQLite(),

		unnumbered: true,
	}
}

// dialectPostgres orders text by bytes, as SQLite does: the order is then the same
// everywhere and no upgrade of a system library can spoil an index.
func dialectPostgres() dialect {
	return dialect{
		name:       "postgres",
		goose:      goose.DialectPostgres,
		text:       `TEXT COLLATE "C"`,
		skipLocked: " for update skip locked",
		takeTurns:  "select count(pg_advisory_xact_lock(7586854801))",
		notify:     "select pg_notify('" + channel + "', $1)",
		field:      `((b.fields::jsonb ->> ?) collate "C")`,
		number:     `(case when length(v) <= 30 and v ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?$' then v::double precision end)`,
		search:     searchPostgres(),
	}
}
