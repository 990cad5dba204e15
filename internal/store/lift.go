package store

import (
	"slices"

	"plumbline"
)

// lift makes of a filter's query what the filter itself can say, so that a list
// finds its index: "team:a" becomes the team. What is left are conditions to be
// checked of every item on the walk. A board's columns are its states, so there
// those stay conditions.
func lift(f plumbline.Filter, board bool) plumbline.Filter {
	if f.Query.IsZero() {
		return f
	}
	if f.Status == "" && f.Query.SaysStatus() {
		f.Status = "all"
	}
	var rest []plumbline.Cond
	for _, c := range f.Query.Conjuncts() {
		if !lifted(&f, c, board) {
			rest = append(rest, c)
		}
	}
	f.Query = plumbline.QueryOf(rest)
	return f
}

func lifted(f *plumbline.Filter, c plumbline.Cond, board bool) bool {
	if c.Op == plumbline.CondWords && f.Text == "" {
		f.Text = c.Text
		return true
	}
	if c.Op != plumbline.CondTerm || c.Term.Cmp != "=" || slices.ContainsFunc(c.Term.Values, func(v plumbline.Value) bool { return v.Prefix }) {
		return false
	}
	t := c.Term
	if t.Field == "state" && !board && len(f.States) == 0 && wholeStates(t.Values) {
		for _, v := range t.Values {
			f.States = append(f.States, plumbline.State(v.Text))
		}
		return true
	}
	return len(t.Values) == 1 && liftedValue(f, t.Field, t.Values[0].Text)
}

// wholeStates says that the values are states and not the last parts of some.
func wholeStates(values []plumbline.Value) bool {
	return !slices.ContainsFunc(values, func(v plumbline.Value) bool { return plumbline.State(v.Text).Lane() == "" })
}

func liftedValue(f *plumbline.Filter, field, v string) bool {
	switch field {
	case "process":
		return liftInto(&f.Process, v)
	case "kind":
		return liftInto(&f.Kind, v)
	case "lane":
		return liftInto(&f.Lane, v)
	case "team":
		return liftInto(&f.Team, v)
	case "product":
		return liftInto(&f.Product, v)
	case "class":
		return liftInto(&f.Class, v)
	case "assignee":
		return liftInto(&f.Assignee, v)
	case "label":
		return liftInto(&f.Label, v)
	case "is":
		return liftedIs(f, v)
	}
	return false
}

func liftInto[T ~string](dst *T, v string) bool {
	if *dst != "" {
		return *dst == T(v)
	}
	*dst = T(v)
	return true
}

func liftedIs(f *plumbline.Filter, v string) bool {
	switch {
	case v == "mine":
		f.Mine = true
	case v == "any":
	case v == "inbox" && f.Status != "closed":
		f.Inbox = true
	case (v == "open" || v == "closed") && f.Status == "all":
		f.Status = v
	default:
		return v == f.Status
	}
	return true
}
