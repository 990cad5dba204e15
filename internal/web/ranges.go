package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/judging"
)

// The names of the inputs of a cell for a range: what is typed, and what stood
// there when the page was opened, so that only what was changed is saved.
const (
	ofCell = "cell."
	ofWas  = "was."
)

func cellName(key plumbline.Key, f plumbline.Factor) string { return string(key) + "." + string(f) }

// cellID is the id of a cell's input.
func cellID(name string) string { return "cell-" + strings.ReplaceAll(name, ".", "-") }

// typedRanges are the cells of a form that was refused in part. The zero value is
// a form that was not sent.
type typedRanges struct {
	Wrong map[string]string // by the cell: what is wrong with it
	Typed url.Values
	Kept  int // how many were saved although others were refused
}

// value is what a cell shows: what was refused, else what its reader said before.
func (t typedRanges) value(name, mine string) string {
	if t.Wrong[name] != "" {
		return t.Typed.Get(ofCell + name)
	}
	return mine
}

// chosen is what was chosen for all cells in the refused form.
func (t typedRanges) chosen(name string) string { return t.Typed.Get(name) }

// rangeCell is the input for one range.
type rangeCell struct {
	Name  string
	Label string
	Mine  string
	List  string // the id of the steps that can be chosen; "": there are none
	Place string
	Off   bool
}

// saveRanges saves the cells of a form that were changed, and says how many; what
// was refused is in the ranges.
func (w *Web) saveRanges(r *http.Request, who plumbline.Actor) (int, typedRanges, error) {
	cells, err := changedRanges(r.PostForm)
	if err != nil {
		return 0, typedRanges{}, err
	}
	results, err := w.app.EstimateMany(r.Context(), who, cells)
	if err != nil {
		return 0, typedRanges{}, err
	}
	out := typedRanges{Wrong: map[string]string{}, Typed: r.PostForm}
	for _, c := range results {
		if c.Error != "" {
			out.Wrong[cellName(c.Key, c.Factor)] = c.Error
		}
	}
	out.Kept = len(cells) - len(out.Wrong)
	if wantsJSON(r) {
		for _, name := range slices.Sorted(maps.Keys(out.Wrong)) {
			return 0, out, plumbline.FieldError(ofCell+name, "%s: %s", name, out.Wrong[name])
		}
	}
	return len(cells), out, nil
}

// changedRanges are the cells of a form that say something else than when it was
// opened.
func changedRanges(vals url.Values) (out []judging.CellInput, err error) {
	observed, err := day(vals, "observed")
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(vals)) {
		at, ok := strings.CutPrefix(name, ofCell)
		key, factor, two := strings.Cut(at, ".")
		text := strings.TrimSpace(vals.Get(name))
		if !ok || !two || text == strings.TrimSpace(vals.Get(ofWas+at)) {
			continue
		}
		if text == "" {
			text = "?" // emptied: what was said is taken back
		}
		out = append(out, judging.CellInput{Key: plumbline.Key(key), EstimateInput: judging.EstimateInput{
			Factor: plumbline.Factor(factor), Text: text, Grade: plumbline.Grade(vals.Get("grade")), Source: strings.TrimSpace(vals.Get("source")),
			Observed: observed, Round: vals.Get("round"),
		}})
	}
	if len(out) == 0 {
		return nil, plumbline.Errorf(plumbline.Invalid, "Nothing was changed: type a range such as 2-5 into a cell, ~3 for about three, or ? for unknown.")
	}
	return out, nil
}
