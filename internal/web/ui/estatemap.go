package ui

import "fmt"

// EstateMap is what stands on what: boxes in columns, from left to right in the
// direction in which one stands on the next, and lines between them. It is drawn;
// a table beside it says the same in words.
type EstateMap struct {
	Title   string // the finding, in one sentence
	Columns []EstateColumn
	Lines   []EstateLine
}

// EstateColumn is a column of boxes under its name.
type EstateColumn struct {
	Name  string
	Boxes []EstateBox
}

// EstateBox is one thing. Dashed says that it is not sure to be there.
type EstateBox struct {
	ID, Text string
	Self     bool
	Dashed   bool
}

// EstateLine leads from what stands on something to what it stands on, by ID.
type EstateLine struct{ From, To string }

// The measures of the drawing, in its own units, which are pixels at full width.
const (
	boxWide, boxHigh = 168, 30
	boxGap, colGap   = 8, 36
	mapHead          = 22
)

// drawnBox is a box with its place, and drawnLine a line with its path.
type drawnBox struct {
	EstateBox
	X, Y int
}

type drawnLine struct{ Path, Tip string }

func (m EstateMap) width() int { return len(m.Columns)*(boxWide+colGap) - colGap }

func (m EstateMap) tallest() int {
	n := 1
	for _, c := range m.Columns {
		n = max(n, len(c.Boxes))
	}
	return n
}

func (m EstateMap) height() int { return mapHead + m.tallest()*(boxHigh+boxGap) }

func (m EstateMap) columnAt(i int) int { return i * (boxWide + colGap) }

// boxes are all boxes, each column in the middle of the height.
func (m EstateMap) boxes() (out []drawnBox) {
	for i, c := range m.Columns {
		top := mapHead + (m.tallest()-len(c.Boxes))*(boxHigh+boxGap)/2
		for j, b := range c.Boxes {
			out = append(out, drawnBox{b, m.columnAt(i), top + j*(boxHigh+boxGap)})
		}
	}
	return out
}

// lines are the lines between boxes that are there.
func (m EstateMap) lines() (out []drawnLine) {
	at := map[string]drawnBox{}
	for _, b := range m.boxes() {
		at[b.ID] = b
	}
	for _, l := range m.Lines {
		from, ok1 := at[l.From]
		to, ok2 := at[l.To]
		if !ok1 || !ok2 || from.X >= to.X {
			continue
		}
		x1, y1, x2, y2 := from.X+boxWide, from.Y+boxHigh/2, to.X-2, to.Y+boxHigh/2
		mid := (x1 + x2) / 2
		out = append(out, drawnLine{
			Path: fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, mid, y1, mid, y2, x2, y2),
			Tip:  fmt.Sprintf("M%d %dl-6 -4v8z", x2, y2),
		})
	}
	return out
}

// short is a box's text as far as there is room.
func (b EstateBox) short() string {
	const most = 22
	if r := []rune(b.Text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return b.Text
}

// Steps is a small chart: for each row how many of the steps are reached.
type Steps struct {
	Title string // the finding, in one sentence
	Most  int
	Rows  []StepRow
}

// StepRow is one row; 0 steps is not known.
type StepRow struct {
	Name string
	Step int
}

const (
	stepWide, stepHigh = 44, 14
	stepRowHigh        = 26
	stepText           = 104
)

func (s Steps) width() int  { return stepText + s.Most*(stepWide+4) }
func (s Steps) height() int { return len(s.Rows) * stepRowHigh }
