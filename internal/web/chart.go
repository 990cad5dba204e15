package web

import (
	"fmt"
	"strconv"
	"strings"

	"plumbline/internal/web/ui"
)

// chart is a picture of numbers over time: parts that stand on one another, as bands
// or as bars, in a box of 100 by 100, with a key that says each in words and the
// numbers as a table.
type chart struct {
	Words    string // what it shows, for who does not see it
	Height   string // in pixels
	Parts    []chartPart
	Line     string // a path over the parts; "": none
	LineName string
	Top      string // what the top of the box is
	First    string // what its left end is
	Last     string
	Table    chartTable
}

// chartPart is one of them.
type chartPart struct {
	Hue  string // a class of colour: "hue-8"
	Name string
	Path string
}

// chartTable is its numbers.
type chartTable struct {
	Caption string
	Head    []string
	Rows    [][]string
	Cut     string // what is left out; "": nothing
}

// mostRows is how many rows a chart's table has at most.
const mostRows = 53

// topOf is the highest stack of series, at least 1.
func topOf(series [][]int) int {
	top := 1
	if len(series) == 0 {
		return top
	}
	for i := range series[0] {
		sum := 0
		for _, s := range series {
			sum += max(s[i], 0)
		}
		top = max(top, sum)
	}
	return top
}

// bands are the paths of series that stand on one another, the last of them at the
// bottom. Each reaches down to the ground, where those drawn after it cover it.
func bands(series [][]int) []string {
	out := make([]string, len(series))
	if len(series) == 0 || len(series[0]) < 2 {
		return out
	}
	top, n := float64(topOf(series)), len(series[0])
	floor := make([]int, n)
	for k := len(series) - 1; k >= 0; k-- {
		line := "M0 100"
		for i := range n {
			floor[i] += max(series[k][i], 0)
		}
		for i, v := range floor {
			if i > 0 && i < n-1 && floor[i-1] == v && floor[i+1] == v {
				continue // on a straight line
			}
			line += "L" + trimmed(100*float64(i)/float64(n-1)) + " " + trimmed(100-100*float64(v)/top)
		}
		out[k] = line + "L100 100Z"
	}
	return out
}

// bars are the paths of series as bars that stand on one another, the last of them at
// the bottom.
func bars(series [][]int) []string {
	out := make([]string, len(series))
	if len(series) == 0 {
		return out
	}
	top, n := float64(topOf(series)), len(series[0])
	width := 100 / float64(n)
	for i := range n {
		floor := 0
		for k := len(series) - 1; k >= 0; k-- {
			v := max(series[k][i], 0)
			if v == 0 {
				continue
			}
			out[k] += fmt.Sprintf("M%s %sh%sv%sh-%sZ", trimmed((float64(i)+0.1)*width), trimmed(100-100*float64(floor)/top),
				trimmed(0.8*width), trimmed(-100*float64(v)/top), trimmed(0.8*width))
			floor += v
		}
	}
	return out
}

// trimmed is a coordinate with at most one decimal: a thousandth of the box.
func trimmed(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// cut leaves the last rows of a table.
func (t *chartTable) cut() {
	if n := len(t.Rows); n > mostRows {
		t.Rows = t.Rows[n-mostRows:]
		t.Cut = fmt.Sprintf("The last %d of %d rows; all of them are in the answer of the API.", mostRows, n)
	}
}

// timesMark is days on a scale that begins at 0: a share of the items up to Half, more
// up to Many, nearly all up to Most; and perhaps a point that is now.
type timesMark struct {
	Half, Many, Most float64
	Now, Limit       float64 // 0: none
	Max              float64 // of the scale
	Words            string
}

func (m timesMark) at(days float64) string {
	return ui.Spread{Min: 0, Max: m.Max}.At(days)
}
