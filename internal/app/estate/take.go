package estate

import (
	"fmt"
	"slices"

	"plumbline"
	"plumbline/internal/format/backstage"
	"plumbline/internal/store"
)

// entity takes in one entity: its descriptor, and the product or the team that
// it is.
func (t *taking) entity(e backstage.Entity) (plumbline.RowOutcome, []string, error) {
	old, known := t.known[string(e.Ref)]
	d := store.Descriptor{Ref: string(e.Ref), Kind: e.Kind, Product: e.Product, Team: e.Team, Body: e.Text, Hash: hashOf(e.Text),
		File: e.File, Line: int64(e.Line), Origin: t.origin, At: t.now()}
	if e.Annotations[backstage.AnnotatedOrphan] == "true" {
		d.Missing = t.now()
	}
	var notes []string
	var was backstage.Catalog // what its documents said before
	if known {
		was, _ = backstage.Of(old.Body)
		if d.Missing != 0 && old.Missing != 0 {
			d.Missing = old.Missing
		}
		notes = t.whose(old, &d)
	}
	there, changed, more, err := t.become(e, was)
	if err != nil {
		return "", nil, err
	}
	notes = append(notes, more...)
	if err := t.hold(d.Ref, int64(e.Line)); err != nil {
		return "", nil, err
	}
	if err := t.keep(e, old, d); err != nil {
		return "", nil, err
	}
	switch {
	case !there && !known:
		t.changed = append(t.changed, string(e.Ref))
		return plumbline.RowNew, notes, nil
	case changed || !known || old.Hash != d.Hash || (old.Missing == 0) != (d.Missing == 0):
		t.changed = append(t.changed, string(e.Ref))
		return plumbline.RowChanged, notes, nil
	}
	return plumbline.RowSame, notes, nil
}

// whose says which file an entity is of when several have it: the one that was read last,
// unless it says what the one before says, word for word.
func (t *taking) whose(old store.Descriptor, d *store.Descriptor) (notes []string) {
	others := t.others(d.Ref)
	for _, h := range others {
		switch {
		case old.Hash == d.Hash:
			notes = append(notes, place(h)+" has it too, word for word")
		case h.File == old.File:
			notes = append(notes, place(h)+" has it too, and says something else: what was read last counts, so take it out of one of them")
		default:
			notes = append(notes, place(h)+" has it too: take it out of one of them")
		}
		if h.File == old.File && old.Hash == d.Hash {
			d.File, d.Line, d.Origin = old.File, old.Line, old.Origin
		}
	}
	switch {
	case old.File != d.File && len(others) == 0:
		notes = append(notes, "it was read from "+old.File+" until now")
	case old.Missing != 0 && d.Missing == 0:
		notes = append(notes, "the file has it again")
	}
	if old.File != d.File {
		t.moved++
	}
	return notes
}

// hold keeps that the file has an entity.
func (t *taking) hold(ref string, line int64) error {
	h := store.Holder{Ref: ref, File: t.file, Line: line}
	if t.dry || slices.Contains(t.held[ref], h) {
		return nil
	}
	return t.tx.PutHolder(h)
}

// become makes of an entity what it is here; there says that it was before.
func (t *taking) become(e backstage.Entity, was backstage.Catalog) (there, changed bool, notes []string, err error) {
	switch {
	case e.Product != "":
		return t.product(e, was)
	case e.Team != "":
		i := slices.IndexFunc(t.said.Teams, func(s plumbline.Team) bool { return s.Ref == e.Team })
		return t.team(t.said.Teams[i], was)
	}
	return false, false, nil, nil
}

// keep writes the descriptor and what its documents say of others.
func (t *taking) keep(e backstage.Entity, old, d store.Descriptor) error {
	if t.dry {
		return nil
	}
	d.At = old.At
	if old.Hash == d.Hash && old.File == d.File && old.Missing == d.Missing && old.Line == d.Line && old.Product == d.Product && old.Team == d.Team {
		return nil
	}
	d.At = t.now()
	if err := t.tx.PutDescriptor(d); err != nil || old.Hash == d.Hash {
		return err
	}
	if e.Product != "" {
		if err := t.tx.SetLocators(e.Product, e.Annotations); err != nil {
			return err
		}
	}
	ties := make([]store.EntityRelation, len(e.Relations))
	for i, rel := range e.Relations {
		ties[i] = store.EntityRelation{From: string(rel.From), Kind: rel.Kind, To: string(rel.To), Line: int64(rel.Line)}
	}
	return t.tx.SetEntityRelations(string(e.Ref), "", ties)
}

// three is a value where the file said one before, says one now, and one stands
// here.
type three struct {
	first bool // the file said nothing before
	notes []string
}

// text is the one of the three values that counts: the file's, when it changed
// there and not here.
func (m *three) text(name, was, says, here string) string {
	if m.first || here == says {
		return says
	}
	return pick(m, name, says == was, here == was, says, here)
}

// list is text for lists.
func (m *three) list(name string, was, says, here []string) []string {
	if m.first || slices.Equal(here, says) {
		return says
	}
	return pick(m, name, slices.Equal(says, was), slices.Equal(here, was), says, here)
}

// reach is text for what reach is counted in, which is one thing with its source.
func (m *three) reach(was, says, here backstage.Reach) backstage.Reach {
	if m.first || here == says {
		return says
	}
	return pick(m, "what reach is counted in", says == was, here == was, says, here)
}

// count says what the reach of a product is counted in from now on, under the name of
// whoever took the file in.
func (t *taking) count(p plumbline.ProductRef, r backstage.Reach) error {
	u := plumbline.ReachUnit{ID: store.NewID(), Product: p, Unit: r.Unit, Many: r.Many, Source: r.Source, By: t.who.Person, ByName: t.who.Name, At: t.now()}
	if err := t.tx.PutReachUnit(u); err != nil {
		return err
	}
	return t.note(t.tx, t.who, "reach unit changed", map[string]any{"product": p, "detail": p})
}

func pick[T any](m *three, name string, sameThere, sameHere bool, says, here T) T {
	switch {
	case sameThere:
		return here
	case sameHere:
		return says
	}
	m.notes = append(m.notes, fmt.Sprintf("%s was changed here and stays", name))
	return here
}

// product lays what a file says of a product over what stands here.
func (t *taking) product(e backstage.Entity, before backstage.Catalog) (there, changed bool, notes []string, err error) {
	i := slices.IndexFunc(t.said.Products, func(s plumbline.Product) bool { return s.Ref == e.Product })
	says := t.said.Products[i]
	here, there := t.products[e.Product]
	m := three{first: !there || len(before.Products) == 0}
	next, facts, factsHere := says, e.Facts, t.facts[e.Product]
	if !m.first {
		was, wasFacts := before.Products[0], before.Entities[0].Facts
		next.Name = m.text("the name", was.Name, says.Name, here.Name)
		next.Description = m.text("the description", was.Description, says.Description, here.Description)
		next.Owner = plumbline.TeamRef(m.text("the owner", string(was.Owner), string(says.Owner), string(here.Owner)))
		next.Lifecycle = m.text("the lifecycle", was.Lifecycle, says.Lifecycle, here.Lifecycle)
		next.Kind = m.text("the kind", was.Kind, says.Kind, here.Kind)
		next.Links = m.list("the list of links", was.Links, says.Links, here.Links)
		next.Tags = m.list("the list of tags", was.Tags, says.Tags, here.Tags)
		facts.Manager = m.text("the product manager", wasFacts.Manager, e.Facts.Manager, factsHere.Manager)
		facts.Tier = m.text("the tier", wasFacts.Tier, e.Facts.Tier, factsHere.Tier)
		facts.DataClass = m.text("the class of data", wasFacts.DataClass, e.Facts.DataClass, factsHere.DataClass)
		facts.Users = m.list("the list of users", wasFacts.Users, e.Facts.Users, factsHere.Users)
		facts.Reach = m.reach(wasFacts.Reach, e.Facts.Reach, factsHere.Reach)
	} else {
		facts = filled(facts, factsHere)
	}
	changed = there && !sameRecord(here, next) || !sameFacts(facts, factsHere)
	if t.dry {
		return there, changed, m.notes, nil
	}
	if _, err := t.tx.PutProduct(next); err != nil {
		return there, changed, nil, err
	}
	if own := EntityOf(next); there && m.first && own != e.Ref {
		if err := t.tx.RenameEntity(string(own), string(e.Ref)); err != nil {
			return there, changed, nil, err
		}
	}
	if !sameFacts(facts, factsHere) {
		err = putFacts(t.tx, e.Product, facts)
	}
	if err == nil && facts.Reach != factsHere.Reach {
		err = t.count(e.Product, facts.Reach)
	}
	return there, changed, m.notes, err
}

// filled are facts with what the others say where they say nothing.
func filled(a, b backstage.Facts) backstage.Facts {
	if a.Manager == "" {
		a.Manager = b.Manager
	}
	if a.Tier == "" {
		a.Tier = b.Tier
	}
	if a.DataClass == "" {
		a.DataClass = b.DataClass
	}
	if len(a.Users) == 0 {
		a.Users = b.Users
	}
	if a.Reach.Unit == "" {
		a.Reach = b.Reach
	}
	return a
}

func sameFacts(a, b backstage.Facts) bool {
	return a.Manager == b.Manager && a.Tier == b.Tier && a.DataClass == b.DataClass && a.Reach == b.Reach && slices.Equal(a.Users, b.Users)
}

// sameRecord compares what a product is, wherever that is said.
func sameRecord(a, b plumbline.Product) bool {
	return a.Ref == b.Ref && a.Name == b.Name && a.Kind == b.Kind && a.Description == b.Description && a.Owner == b.Owner && a.Lifecycle == b.Lifecycle &&
		slices.Equal(a.Links, b.Links) && slices.Equal(a.Tags, b.Tags)
}

// putFacts writes the facts of a product that are for everybody.
func putFacts(tx *store.Tx, p plumbline.ProductRef, f backstage.Facts) error {
	if err := tx.PutProductFacts(store.ProductFacts{Product: p, Manager: f.Manager, Tier: f.Tier, DataClass: f.DataClass}); err != nil {
		return err
	}
	return tx.SetProductUsers(p, store.UserTeam, f.Users)
}

// team lays what a file says of a team over what stands here, which keeps its
// label and its tracker.
func (t *taking) team(says plumbline.Team, before backstage.Catalog) (there, changed bool, notes []string, err error) {
	here, there := t.teams[says.Ref]
	m := three{first: !there || len(before.Teams) == 0}
	next := says
	next.Label, next.Link = here.Label, here.Link
	if !m.first {
		was := before.Teams[0]
		next.Name = m.text("the name", was.Name, says.Name, here.Name)
		next.Description = m.text("the description", was.Description, says.Description, here.Description)
		next.Parent = m.text("the parent", was.Parent, says.Parent, here.Parent)
	}
	if !t.dry {
		_, err = t.tx.PutTeam(next)
	}
	here.Source = next.Source
	return there, there && here != next, m.notes, err
}
