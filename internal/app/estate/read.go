package estate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"plumbline"
	"plumbline/internal/format/backstage"
	"plumbline/internal/store"
)

// taking is one file while it is taken in.
type taking struct {
	*Estate
	tx       *store.Tx
	who      plumbline.Actor
	dry      bool
	file     string
	origin   string
	known    map[string]store.Descriptor // by ref, of the entities in the file
	held     map[string][]store.Holder   // by ref, of those, and of what the file had
	products map[plumbline.ProductRef]plumbline.Product
	teams    map[plumbline.TeamRef]plumbline.Team
	facts    map[plumbline.ProductRef]backstage.Facts
	said     backstage.Catalog
	rows     []plumbline.RowReport
	changed  []string // refs, for the event
	moved    int      // from another file, or to one
	missing  int
}

// take takes in a file; on a dry run it only says what would become of it.
func (r *Estate) take(tx *store.Tx, who plumbline.Actor, file backstage.File, origin string, dry bool) ([]plumbline.RowReport, error) {
	t := &taking{Estate: r, tx: tx, who: who, dry: dry, file: file.Name, origin: origin}
	before, err := t.look()
	if err != nil {
		return nil, err
	}
	said, report, err := backstage.ReadOnto(before, file)
	if err != nil {
		return nil, err
	}
	t.said = said
	refs := make([]string, len(said.Entities))
	for i, e := range said.Entities {
		refs[i] = string(e.Ref)
	}
	if t.known, err = tx.DescriptorsByRef(refs); err != nil {
		return nil, err
	}
	had, err := tx.EntitiesHeldBy(t.file)
	if err != nil {
		return nil, err
	}
	for _, h := range had {
		refs = append(refs, h.Ref)
	}
	slices.Sort(refs)
	if t.held, err = tx.HoldersOf(slices.Compact(refs)); err != nil {
		return nil, err
	}
	if err := t.each(report); err != nil {
		return nil, err
	}
	if err := t.miss(report, had); err != nil || dry || len(t.changed)+t.moved+t.missing == 0 {
		return t.rows, err
	}
	const most = 20
	data := map[string]any{"file": file.Name, "changed": len(t.changed), "moved": t.moved, "missing": t.missing, "refs": t.changed[:min(most, len(t.changed))]}
	return t.rows, r.note(tx, who, "catalog read", data)
}

// Take takes in a file in somebody else's transaction. The actor may, and what is
// wrong with the file is not reported: an error says that something is.
func (r *Estate) Take(tx *store.Tx, who plumbline.Actor, file backstage.File) error {
	rows, err := r.take(tx, who, file, "", false)
	for _, row := range rows {
		if err == nil && row.Outcome == plumbline.RowSkipped {
			err = plumbline.Errorf(plumbline.Invalid, "%s, line %d: %s", row.File, row.Line, row.Reason)
		}
	}
	return err
}

// look reads what stands in the catalog.
func (t *taking) look() (backstage.Known, error) {
	k := backstage.Known{Teams: map[plumbline.TeamRef]bool{}, Products: map[plumbline.ProductRef]backstage.Ref{}}
	t.products, t.teams = map[plumbline.ProductRef]plumbline.Product{}, map[plumbline.TeamRef]plumbline.Team{}
	teams, err := t.tx.Teams()
	if err != nil {
		return k, err
	}
	for _, team := range teams {
		k.Teams[team.Ref], t.teams[team.Ref] = true, team
	}
	products, err := t.tx.Products()
	if err != nil {
		return k, err
	}
	for _, p := range products {
		t.products[p.Ref] = p
	}
	entities, err := t.tx.Entities()
	for _, e := range entities {
		if e.Product != "" {
			k.Products[e.Product] = backstage.Ref(e.Ref)
		}
	}
	if err != nil {
		return k, err
	}
	t.facts, err = factsWithReach(t.tx)
	return k, err
}

// factsWithReach are the facts of all products, with what their reach is counted in.
func factsWithReach(tx *store.Tx) (map[plumbline.ProductRef]backstage.Facts, error) {
	out, err := factsOf(tx, "")
	if err != nil {
		return nil, err
	}
	units, err := tx.ReachUnits()
	for _, u := range units {
		f := out[u.Product]
		f.Reach = backstage.Reach{Many: u.Many, Unit: u.Unit, Source: u.Source}
		out[u.Product] = f
	}
	return out, err
}

// factsOf are the facts of one product, or with "" of all.
func factsOf(tx *store.Tx, p plumbline.ProductRef) (map[plumbline.ProductRef]backstage.Facts, error) {
	out := map[plumbline.ProductRef]backstage.Facts{}
	rows, err := tx.ProductFacts(p)
	if err != nil {
		return nil, err
	}
	for _, f := range rows {
		out[f.Product] = backstage.Facts{Manager: f.Manager, Tier: f.Tier, DataClass: f.DataClass}
	}
	users, err := tx.ProductUsers(p)
	for _, u := range users {
		if f := out[u.Product]; u.Kind == store.UserTeam {
			f.Users = append(f.Users, u.Ref)
			out[u.Product] = f
		}
	}
	return out, err
}

// each goes through the report: what was kept becomes a row that says what it
// changes here.
func (t *taking) each(report backstage.Report) error {
	byLine := map[int]backstage.Entity{}
	for _, e := range t.said.Entities {
		byLine[e.Line] = e
	}
	for _, row := range report.Rows {
		out := plumbline.RowReport{File: row.File, Line: row.Line, Ref: row.Ref, Reason: row.Reason}
		e, entity := byLine[row.Line]
		switch row.Outcome {
		case backstage.Kept:
			outcome, notes, err := t.entity(e)
			if err != nil {
				return err
			}
			out.Outcome = outcome
			t.rows = append(t.rows, out)
			for _, n := range notes {
				t.rows = append(t.rows, plumbline.RowReport{File: row.File, Line: row.Line, Ref: row.Ref, Outcome: plumbline.RowNoted, Reason: n})
			}
			continue
		case backstage.Skipped:
			out.Outcome = plumbline.RowSkipped
			if entity {
				if _, _, err := t.entity(e); err != nil {
					return err
				}
			}
		default:
			out.Outcome = plumbline.RowNoted
		}
		t.rows = append(t.rows, out)
	}
	return nil
}

// miss says what the file had and has no longer: it is that of another file that has it,
// or is marked as an orphan when none has. A document that could not be read may be any
// of them, so then nothing is said.
func (t *taking) miss(report backstage.Report, had []store.Holder) error {
	unread := 0
	for _, row := range report.Rows {
		if row.Outcome == backstage.Skipped {
			unread++
		}
	}
	has := map[string]bool{}
	for _, e := range t.said.Entities {
		has[string(e.Ref)] = true
		if e.Product == "" && e.Team == "" && e.Kind != "User" && e.Kind != "Location" {
			unread-- // it was skipped, and read
		}
	}
	var gone []string
	for _, h := range had {
		if has[h.Ref] {
			continue
		}
		if gone = append(gone, h.Ref); unread > 0 {
			t.rows = append(t.rows, plumbline.RowReport{File: t.file, Ref: h.Ref, Outcome: plumbline.RowNoted,
				Reason: "it is not among what could be read; it is not marked as an orphan, since some documents could not be"})
		}
	}
	if unread > 0 || len(gone) == 0 {
		return nil
	}
	known, err := t.tx.DescriptorsByRef(gone)
	if err != nil {
		return err
	}
	for _, ref := range gone {
		if err := t.lose(known[ref]); err != nil {
			return err
		}
	}
	return nil
}

// lose says that the file has an entity no longer.
func (t *taking) lose(d store.Descriptor) error {
	row := plumbline.RowReport{File: t.file, Ref: d.Ref, Outcome: plumbline.RowChanged, Reason: "the file has it no longer: it stays, marked as an orphan"}
	others := t.others(d.Ref)
	if len(others) > 0 {
		t.moved++
		row.Outcome, row.Reason = plumbline.RowNoted, "the file has it no longer, and "+place(others[0])+" has it still"
	} else if d.Missing == 0 {
		t.missing++
	}
	if len(others) > 0 || d.Missing == 0 {
		t.rows = append(t.rows, row)
	}
	if t.dry {
		return nil
	}
	if err := t.tx.DropHolder(d.Ref, t.file); err != nil {
		return err
	}
	switch {
	case len(others) > 0 && d.File == t.file:
		return t.tx.HandEntity(others[0])
	case len(others) == 0 && d.Missing == 0:
		return t.tx.MissEntity(d.Ref, t.now())
	}
	return nil
}

// others are the other files that have an entity.
func (t *taking) others(ref string) (out []store.Holder) {
	for _, h := range t.held[ref] {
		if h.File != t.file {
			out = append(out, h)
		}
	}
	return out
}

func place(h store.Holder) string { return fmt.Sprintf("%s, line %d,", h.File, h.Line) }

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
