package ui

import "github.com/a-h/templ"

// A table that is narrow enough for a phone has the class "table-cards": there
// each row is a card, in which a cell is named by its column. The roles keep it
// a table for screen readers, since some of them forget that once its parts are
// laid out as something else.

// TableCards are the attributes of such a table.
func TableCards() templ.Attributes {
	return templ.Attributes{"class": "table table-cards", "role": "table"}
}

// Group are those of its head and body, RowOf those of a row.
func Group() templ.Attributes { return templ.Attributes{"role": "rowgroup"} }

// RowOf is a row of a table of cards.
func RowOf() templ.Attributes { return templ.Attributes{"role": "row"} }

// ColHead is the head of a column.
func ColHead() templ.Attributes { return templ.Attributes{"scope": "col", "role": "columnheader"} }

// RowHead is the cell that names its row; it is the title of the card.
func RowHead() templ.Attributes { return templ.Attributes{"scope": "row", "role": "rowheader"} }

// Cell is a cell of the named column.
func Cell(column string) templ.Attributes {
	return templ.Attributes{"role": "cell", "data-label": column}
}
