package exchange

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Limits of one row. What is beyond them is refused, never cut.
const (
	maxLabels   = 200
	maxComments = 5000
	maxVoters   = 20_000
)

// row is one row on its way in: the item that the source says, and what is
// known of it.
type row struct {
	in       plumbline.Incoming
	def      *flow.Definition
	item     plumbline.Item // what the source says, as far as it fits here
	moves    []plumbline.State
	comments []plumbline.Comment
	authors  []string // of the comments, there
	voters   []store.Voter

	evidence  []plumbline.Evidence
	finders   []string // of the evidence, there
	decisions []plumbline.Decision
	deciders  []string // of the decisions, there
	estimates []plumbline.Estimate
	judges    []string // of the estimates, there
	followers []plumbline.PersonID
	people    map[string]plumbline.PersonID // that it names, by handle
	here      plumbline.ItemID              // the item that it became, once it is written; of one that came again too

	report plumbline.RowReport
	notes  []string
	hash   string
}

func (w *row) remark(format string, args ...any) {
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
}

func (w *row) skip(why string) { w.report.Outcome, w.report.Reason = plumbline.RowSkipped, why }

// done fills the report of a row that was taken.
func (w *row) done(o plumbline.RowOutcome, key plumbline.Key) {
	w.report.Outcome, w.report.Key, w.report.Reason = o, key, strings.Join(w.notes, "; ")
}

// prepare makes an item of what a row says. What does not fit here is left out
// and remarked on; a row that cannot be an item is skipped.
func (r *run) prepare(in plumbline.Incoming, cat catalog) *row {
	w := &row{in: in, report: plumbline.RowReport{File: in.File, Line: in.Line, Ref: in.External, Title: in.Title}}
	if in.Skip != "" {
		w.skip(in.Skip)
		return w
	}
	if in.External == "" || len(in.External) > 500 || len(in.Labels) > maxLabels || len(in.Comments) > maxComments || len(in.Voters) > maxVoters {
		w.skip(fmt.Sprintf("a row has a name of at most 500 bytes, at most %d labels, %d comments and %d voters", maxLabels, maxComments, maxVoters))
		return w
	}
	var ok bool
	if w.def, ok = r.book.Get(in.Process); !ok {
		w.def, _ = r.book.Get(r.in.Process)
		if in.Process != "" {
			w.remark("%q is no process here; it is taken for %s", in.Process, w.def.ID)
		}
	}
	if !nameable(in) {
		w.skip("a name in it has a character that cannot be kept (NUL)")
		return w
	}
	now := r.now()
	it := plumbline.Item{
		Kind: w.def.Kind, Process: w.def.ID, Title: in.Title, Body: in.Body, Visibility: in.Visibility, OnBehalfOf: in.OnBehalfOf, Assignee: in.Assignee,
		Fields: map[string]string{}, Source: "import: " + r.in.Source,
		Created: within(in.Created, now, now), Closed: 0,
	}
	it.Updated = max(within(in.Updated, it.Created, now), it.Created)
	if it.Visibility == "" {
		it.Visibility = plumbline.Public
	}
	w.fit(&it, cat.products)
	w.labels(&it)
	w.state(&it, now)
	w.carry(&it, cat.teams, now)
	if err := it.Validate(); err != nil {
		w.skip(strings.TrimSuffix(plumbline.TextOf(err), "."))
		return w
	}
	w.item = it
	w.said(r.in.Source, now)
	w.found(r.in.Source, cat.teams, now)
	w.hash = hashOf(in)
	w.thought(r, cat.policy)
	return w
}

// within is a time that is known and not to come, else the other.
func within(t, other, now plumbline.Time) plumbline.Time {
	if t.IsZero() || t > now {
		return other
	}
	return t
}

// fit puts in what has a fixed set of values here.
func (w *row) fit(it *plumbline.Item, products map[plumbline.ProductRef]bool) {
	in := w.in
	if it.Class = in.Class; !in.Class.Valid() {
		w.remark("%q is no class of request", in.Class)
		it.Class = ""
	}
	if it.Product = in.Product; in.Product != "" && !products[in.Product] {
		w.remark("there is no product %q", in.Product)
		it.Product = ""
	}
	if it.Priority = in.Priority; in.Priority != "" && !slices.Contains([]string{"P1", "P2", "P3", "P4"}, in.Priority) {
		w.remark("%q is no priority (P1 to P4)", in.Priority)
		it.Priority = ""
	}
	if it.Severity = in.Severity; in.Severity != "" && !slices.Contains([]string{"S1", "S2", "S3", "S4"}, in.Severity) {
		w.remark("%q is no severity (S1 to S4)", in.Severity)
		it.Severity = ""
	}
	if u, err := url.Parse(in.URL); in.URL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(in.URL) > 2000) {
		w.remark("its address is no web address")
	} else {
		it.URL = in.URL
	}
	for _, name := range slices.Sorted(maps.Keys(in.Fields)) {
		if err := w.def.CheckField(name, in.Fields[name]); err != nil {
			w.remark("%s", strings.TrimSuffix(plumbline.TextOf(err), "."))
			continue
		}
		it.Fields[name] = in.Fields[name]
	}
}

// labels keeps the labels that do not mean a state; those that do say where the
// item begins.
func (w *row) labels(it *plumbline.Item) {
	for _, l := range w.in.Labels {
		if s, ok := w.def.StateOfLabel(l, "::"); ok {
			w.moves = append(w.moves, s)
			continue
		}
		if len(l) > 255 || strings.ContainsFunc(l, func(r rune) bool { return r < ' ' }) {
			w.remark("a label is longer than 255 bytes or more than one line")
			continue
		}
		it.Labels = append(it.Labels, l)
	}
}

// state puts the item where it begins, or where it ended. An import follows what
// happened elsewhere: no guard is asked.
func (w *row) state(it *plumbline.Item, now plumbline.Time) {
	if end := ending(w.def, w.in.Ended); end != "" {
		it.Closed = within(w.in.Closed, it.Updated, now)
		it.State, it.Since = end, it.Closed
		it.States = map[string]plumbline.Position{end.Lane(): {State: end, Since: it.Closed}}
		return
	}
	step := w.def.Begin(it, w.moves, now)
	it.States, it.State, it.Since = step.States, step.State, now
	if step.Closed {
		it.Closed = now
	}
}

// ending is the state of the starting lane that an end elsewhere means; "" when
// it is open, or the process has none.
func ending(def *flow.Definition, e plumbline.Ending) plumbline.State {
	if e == plumbline.StillOpen {
		return ""
	}
	lane, _ := def.Lane(def.Start.Lane())
	find := func(kind string) (found plumbline.State) {
		for _, s := range lane.States {
			if s.Kind == kind && s.State != def.HandOff.Ends {
				found = s.State
			}
		}
		return found
	}
	if e == plumbline.EndedDropped {
		if s := def.Withdrawn(); s != "" {
			return s
		}
		if s := find(flow.Dropped); s != "" {
			return s
		}
	}
	if s := find(flow.Done); s != "" {
		return s
	}
	return find(flow.Dropped)
}

// said makes comments of what was said. A comment's id is made of its name in
// the source, so that it is known when it comes again.
func (w *row) said(source string, now plumbline.Time) {
	for _, c := range w.in.Comments {
		id := c.ID
		if id == "" {
			id = c.Author + "\n" + c.Body + "\n" + fmt.Sprint(c.At)
		}
		out := plumbline.Comment{ID: idIn(source, w.in.External, id), Body: c.Body, Internal: c.Internal, At: within(c.At, w.item.Created, now), ByName: nameOf(c.AuthorName, c.Author),
			Edited: within(c.Edited, 0, now), Deleted: within(c.Deleted, 0, now)}
		if err := out.Validate(); err != nil && out.Deleted.IsZero() {
			if strings.TrimSpace(c.Body) != "" {
				w.remark("a comment is left out: %s", strings.TrimSuffix(plumbline.TextOf(err), "."))
			}
			continue
		}
		if !slices.ContainsFunc(w.comments, func(o plumbline.Comment) bool { return o.ID == out.ID }) {
			w.comments = append(w.comments, out)
			w.authors = append(w.authors, nameOr(c.Author, c.AuthorName))
		}
	}
}

// hashOf is of all that a row says, but for where it stands.
func hashOf(in plumbline.Incoming) string {
	in.File, in.Line = "", 0
	b, err := json.Marshal(in)
	if err != nil {
		return "" // what was read from text can be written as text; if not, it counts as changed
	}
	sum := sha256.Sum256(b)
	return base64.RawStdEncoding.EncodeToString(sum[:18])
}

// owned are the fields that a source owns until somebody here changes them.
var owned = []string{"title", "body", "class", "visibility", "product", "assignee", "priority", "severity", "on_behalf_of", "labels", "url", "state"}

// valueOf is a field of an item as text.
func valueOf(it plumbline.Item, field string) string {
	switch field {
	case "labels":
		return strings.Join(it.Labels, "\n")
	case "url":
		return it.URL
	case "state":
		return string(it.State)
	}
	if name, ok := strings.CutPrefix(field, "field."); ok {
		return it.Fields[name]
	}
	return it.Field(field)
}

// takenOf are the hashes of all that the source says of an item, by field.
func takenOf(it plumbline.Item) map[string]string {
	out := map[string]string{}
	for _, f := range owned {
		out[f] = short(valueOf(it, f))
	}
	for name := range it.Fields {
		out["field."+name] = short(it.Fields[name])
	}
	return out
}

// short is a hash of a value, long enough to tell two values of one field apart.
func short(v string) string {
	if v == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(v))
	return base64.RawStdEncoding.EncodeToString(sum[:9])
}
