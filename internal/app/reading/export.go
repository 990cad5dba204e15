package reading

import (
	"context"
	"encoding/json"
	"io"
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/wording"
	"plumbline/internal/format/csvdoc"
	"plumbline/internal/store"
)

// ExportFormats are the formats in which items go out.
func ExportFormats() []string { return []string{"csv", "json"} }

// Exported is an item in a JSON export, one a line: everything that its reader
// may see, as on its page.
type Exported struct {
	plumbline.Item
	RequesterName string                      `json:"requester_name"`
	Wanted        []DemandView                `json:"wanted_by"`
	Proof         []EvidenceView              `json:"evidence"`
	Decisions     []plumbline.Decision        `json:"decisions"`          // oldest first
	Estimates     []plumbline.CarriedEstimate `json:"estimates"`          // oldest first, of factors that the reader may read
	ReachOf       *plumbline.ReachUnit        `json:"reach_of,omitempty"` // what a share of its product's reach is a share of
	Said          []plumbline.Comment         `json:"comments"`
	History       []wording.HistoryEntry      `json:"history"` // oldest first
	Votes         []ExportedPerson            `json:"votes"`   // of the item itself, not of what was merged into it
	Followers     []ExportedPerson            `json:"followers"`
	Bonds         []plumbline.Bond            `json:"bonds"` // with other items that the reader may see
}

// ExportedPerson is somebody who voted for an item, and when, or follows it.
type ExportedPerson struct {
	Person plumbline.PersonID `json:"person"`
	Name   string             `json:"name"`
	At     plumbline.Time     `json:"at,omitempty"`
}

func exportedPeople(list []store.Voter) []ExportedPerson {
	out := make([]ExportedPerson, len(list))
	for i, v := range list {
		out[i] = ExportedPerson(v)
	}
	return out
}

// Export writes the items that the filter shows, all pages of it, in the order
// in which they were made: a list that is sorted by its last change would move
// under the reader. It reads a page at a time and keeps no more in memory. Each
// item is as of one moment; what is made meanwhile comes at the end.
func (a *Reader) Export(ctx context.Context, who plumbline.Actor, f plumbline.Filter, format string, out io.Writer) error {
	if err := rights.Need(who, rights.See); err != nil {
		return err
	}
	if !slices.Contains(ExportFormats(), format) {
		return plumbline.FieldError("format", "%q is not a format that is exported; formats are csv and json.", format)
	}
	if err := f.Validate(); err != nil {
		return err
	}
	f.Sort, f.Limit, f.Cursor = "oldest", plumbline.MaxPage, ""
	write, flush := a.csvTo(out, f)
	if format == "json" {
		write, flush = a.jsonTo(who, out)
	}
	for {
		next := ""
		err := a.db.Read(ctx, func(tx *store.Tx) error {
			page, err := tx.List(who, f)
			if err != nil {
				return err
			}
			next = page.Next
			if err := a.whole(tx, who, page.Rows); err != nil {
				return err
			}
			return write(tx, page.Rows)
		})
		if err != nil {
			return err
		}
		if err := flush(); err != nil || next == "" {
			return err
		}
		f.Cursor = next
	}
}

// whole puts the texts and fields into the rows of a list.
func (a *Reader) whole(tx *store.Tx, who plumbline.Actor, rows []plumbline.Row) error {
	ids := make([]plumbline.ItemID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	items, err := tx.ItemsByID(ids)
	if err != nil {
		return err
	}
	for i := range rows {
		it := items[rows[i].ID]
		if def, ok := a.book.Get(it.Process); ok {
			HideFields(who, def, &it)
		}
		rows[i].Item = it
	}
	return nil
}

// exporter writes one page.
type exporter func(tx *store.Tx, rows []plumbline.Row) error

// csvTo writes rows as CSV, with a column for each field of the processes that
// the filter can show.
func (a *Reader) csvTo(out io.Writer, f plumbline.Filter) (exporter, func() error) {
	var fields []string
	for _, def := range a.book.All() {
		if f.Process != "" && def.ID != f.Process {
			continue
		}
		for _, fd := range def.Fields {
			if !slices.Contains(fields, fd.Name) {
				fields = append(fields, fd.Name)
			}
		}
	}
	w := csvdoc.NewWriter(out, fields)
	return func(_ *store.Tx, rows []plumbline.Row) error {
		for _, r := range rows {
			if err := w.Row(r); err != nil {
				return err
			}
		}
		return nil
	}, w.Flush
}

// jsonTo writes rows as JSON lines, with all that hangs on them.
func (a *Reader) jsonTo(who plumbline.Actor, out io.Writer) (exporter, func() error) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	var page []Exported
	write := func(tx *store.Tx, rows []plumbline.Row) (err error) {
		page, err = a.complete(tx, who, rows)
		return err
	}
	return write, func() error { // out of the transaction: the reader may be slow
		for _, e := range page {
			if err := enc.Encode(e); err != nil {
				return err
			}
		}
		return nil
	}
}

// complete gathers what hangs on a page of items, in a number of statements that
// does not depend on the items.
func (a *Reader) complete(tx *store.Tx, who plumbline.Actor, rows []plumbline.Row) ([]Exported, error) {
	var ids []plumbline.ItemID
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	parts, err := tx.Parts(ids)
	if err != nil {
		return nil, err
	}
	bonds, err := tx.Bonds(who, ids)
	if err != nil {
		return nil, err
	}
	l, err := loadLexicon(tx, parts)
	if err != nil {
		return nil, err
	}
	thought, err := a.estimates(tx, who, ids, parts.Estimates)
	if err != nil {
		return nil, err
	}
	units, err := reachUnits(tx)
	if err != nil {
		return nil, err
	}
	internal := rights.May(who, rights.ReadInternal)
	out := make([]Exported, 0, len(rows))
	for _, r := range rows {
		e := Exported{Item: r.Item, RequesterName: r.RequesterName, Wanted: []DemandView{}, Proof: []EvidenceView{}, Decisions: []plumbline.Decision{}, Said: []plumbline.Comment{}, History: []wording.HistoryEntry{},
			Estimates: append([]plumbline.CarriedEstimate{}, thought[r.ID]...), ReachOf: units[r.Product],
			Votes: exportedPeople(parts.Votes[r.ID]), Followers: exportedPeople(parts.Followers[r.ID]), Bonds: append([]plumbline.Bond{}, bonds[r.ID]...)}
		for _, d := range parts.Demands[r.ID] {
			e.Wanted = append(e.Wanted, ViewDemand(who.Clearance(), d, l.teams[d.Team], l.accounts[d.Account], l.names[d.By]))
		}
		for _, p := range parts.Evidence[r.ID] {
			if internal || !p.Internal {
				e.Proof = append(e.Proof, EvidenceView{Evidence: p, ByName: l.names[p.By]})
			}
		}
		for _, d := range parts.Decisions[r.ID] {
			e.Decisions = append(e.Decisions, Readable(who, d))
		}
		for _, c := range parts.Comments[r.ID] {
			if internal || !c.Internal {
				e.Said = append(e.Said, c)
			}
		}
		for _, h := range wording.Entries(parts.History[r.ID]) {
			if internal || h.Seen == r.Visibility || who.Sees(h.Seen, false) {
				e.History = append(e.History, h)
			}
		}
		out = append(out, e)
	}
	return out, nil
}

// lexicon is what ids in a page mean.
type lexicon struct {
	teams    map[plumbline.TeamRef]plumbline.Team
	accounts map[plumbline.AccountRef]plumbline.Account
	names    map[plumbline.PersonID]string
}

func loadLexicon(tx *store.Tx, parts store.Parts) (l lexicon, err error) {
	l.teams, l.accounts = map[plumbline.TeamRef]plumbline.Team{}, map[plumbline.AccountRef]plumbline.Account{}
	teams, err := tx.Teams()
	if err != nil {
		return l, err
	}
	for _, t := range teams {
		l.teams[t.Ref] = t
	}
	accounts, err := tx.Accounts()
	if err != nil {
		return l, err
	}
	for _, acc := range accounts {
		l.accounts[acc.Ref] = acc
	}
	var ids []plumbline.PersonID
	for _, ds := range parts.Demands {
		for _, d := range ds {
			ids = append(ids, d.By)
		}
	}
	for _, es := range parts.Evidence {
		for _, e := range es {
			ids = append(ids, e.By)
		}
	}
	slices.Sort(ids)
	l.names, err = tx.Names(slices.Compact(ids))
	return l, err
}
