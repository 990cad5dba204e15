package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"plumbline"
	"plumbline/internal/app/judging"
	"plumbline/internal/web/assets"
	"plumbline/internal/web/ui"
)

// gridPage is estimates as a sheet: a row for each item, a column for each factor.
type gridPage struct {
	judging.GridView
	Place rankPlace
	Who   plumbline.Actor
	typedRanges
	First string
	More  string
}

func (w *Web) estimates(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	p, done, err := parsePlace(rw, r)
	if err != nil || done {
		return err
	}
	return w.grid(rw, r, who, http.StatusOK, gridPage{Place: p})
}

// sheetRows is how many items a page of the sheet has, so that the first look at
// it stays below 100 kB.
const sheetRows = 40

// grid draws the sheet; v says what was typed and refused.
func (w *Web) grid(rw http.ResponseWriter, r *http.Request, who plumbline.Actor, status int, v gridPage) (err error) {
	v.Who = who
	f := v.Place.filter
	if f.Limit == 0 {
		f.Limit = sheetRows
	}
	if f.Text == "" && f.Kind == "" {
		f.Kind = plumbline.Request // what is ranked by worth
	}
	v.GridView, err = w.app.Grid(r.Context(), who, judging.GridQuery{Filter: f, Model: v.Place.model})
	if err != nil {
		return err
	}
	if v.Next != "" {
		v.More = v.Place.with(func(p *rankPlace) { p.filter.Cursor = v.Next })
	}
	if v.Place.filter.Cursor != "" {
		v.First = v.Place.with(func(p *rankPlace) { p.filter.Cursor = "" })
	}
	return w.showAs(rw, r, who, status, ui.Page{Title: "Estimates", Width: ui.Full, Room: assets.Judging, Keys: keys(inGrid)}, gridBody(v))
}

// doEstimates saves the cells that were changed. What is wrong stays as it was
// typed, beside what is wrong with it; the others are kept.
func (w *Web) doEstimates(rw http.ResponseWriter, r *http.Request, who plumbline.Actor) error {
	n, typed, err := w.saveRanges(r, who)
	if err != nil {
		return err
	}
	if len(typed.Wrong) == 0 {
		return w.done(rw, r, "/ranking/estimates", ui.Flash{Text: plural(n, "estimate", "estimates") + " saved."})
	}
	u, err := url.Parse(r.PostFormValue("next"))
	if err != nil || u.Path != "/ranking/estimates" {
		u = &url.URL{Path: "/ranking/estimates"}
	}
	r.URL.Path, r.URL.RawQuery = u.Path, u.RawQuery
	p, done, err := parsePlace(rw, r)
	if err != nil || done {
		return err
	}
	return w.grid(rw, r, who, http.StatusUnprocessableEntity, gridPage{Place: p, typedRanges: typed})
}

// everyone says what all together think of a cell.
func everyone(c judging.Cell) string {
	switch {
	case c.Withheld:
		return "for cleared people only"
	case c.Blind != "":
		return "blind round"
	case !c.Known:
		return "unknown"
	}
	text := c.Text
	if c.Amounts != "" {
		text += ": " + c.Amounts
	}
	if c.People > 1 {
		text += ", " + strconv.Itoa(c.People) + " people"
	}
	return text
}

// countedIn is what the shares of reach on the sheet are shares of, with the products
// of which that is said.
func (v gridPage) countedIn() (out []countedGroup) {
	for _, u := range v.Reaches {
		words := reachWords(u) + " (" + judging.CountedFrom(u) + "): "
		if i := slices.IndexFunc(out, func(g countedGroup) bool { return g.Words == words }); i >= 0 {
			out[i].Products = append(out[i].Products, u.Product)
		} else {
			out = append(out, countedGroup{words, []plumbline.ProductRef{u.Product}})
		}
	}
	return out
}

// countedGroup is products of whose reach the same is said.
type countedGroup struct {
	Words    string
	Products []plumbline.ProductRef
}

// next is where the form leads back to.
func (v gridPage) next() string { return v.Place.href() }

// cell is the input for a factor of an item.
func (v gridPage) cell(key plumbline.Key, f judging.FactorView, c judging.Cell) rangeCell {
	name := cellName(key, c.Factor)
	out := rangeCell{Name: name, Label: f.Name + " of " + string(key) + ", " + everyone(c), Mine: c.Mine}
	if len(f.Bins) > 0 {
		out.List = "bins-" + string(f.Factor)
	}
	return out
}
