package store

import "plumbline"

// Descriptor is an entity of a catalog file with its documents as they came.
type Descriptor struct {
	Ref     string // kind:namespace/name, in lower case
	Kind    string // as written
	Product plumbline.ProductRef
	Team    plumbline.TeamRef
	Body    string
	Hash    string // of the body
	File    string // its name
	Line    int64  // where the first document begins
	Origin  string // id of the file as it was kept; "" when it was not
	At      plumbline.Time
	Missing plumbline.Time // since when no file has it; 0: one has
}

const descriptorColumns = `ref, kind, product, team, body, hash, file, line, origin, at, missing`

func scanDescriptor(r row) (d Descriptor, err error) {
	err = r.Scan(&d.Ref, &d.Kind, &d.Product, &d.Team, &d.Body, &d.Hash, &d.File, &d.Line, &d.Origin, &d.At, &d.Missing)
	return d, err
}

// PutDescriptor adds or replaces a descriptor.
func (tx *Tx) PutDescriptor(d Descriptor) error {
	_, err := tx.exec(`
		insert into descriptors (`+descriptorColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (ref) do update set kind = excluded.kind, product = excluded.product, team = excluded.team, body = excluded.body, hash = excluded.hash,
			file = excluded.file, line = excluded.line, origin = excluded.origin, at = excluded.at, missing = excluded.missing`,
		d.Ref, d.Kind, d.Product, d.Team, d.Body, d.Hash, d.File, d.Line, d.Origin, d.At, d.Missing)
	return err
}

// DescriptorsByRef are the descriptors with the refs.
func (tx *Tx) DescriptorsByRef(refs []string) (map[string]Descriptor, error) {
	found, err := byMany(tx, scanDescriptor, refs, func(in string) string { return `select ` + descriptorColumns + ` from descriptors where ref in ` + in })
	return keyed(found, func(d Descriptor) string { return d.Ref }, itself), err
}

// DescriptorOf is the descriptor of a product, if it has one.
func (tx *Tx) DescriptorOf(p plumbline.ProductRef) (Descriptor, bool, error) {
	return first(tx, scanDescriptor, `select `+descriptorColumns+` from descriptors where product = $1 and product <> ''`, p)
}

// Descriptors are some of the descriptors by ref, those after a ref: all, those
// of one kind in lower case, or those that are missing.
func (tx *Tx) Descriptors(kind string, missing bool, after string, limit int) ([]Descriptor, error) {
	return list(tx, scanDescriptor, `
		select `+descriptorColumns+` from descriptors
		where ref > $1 and ($2 = '' or lower(kind) = $2) and (missing <> 0 or not $3) order by ref limit $4`, after, kind, missing, limit)
}

// Entity is what an entity is here.
type Entity struct {
	Ref     string
	Kind    string
	Product plumbline.ProductRef
	Team    plumbline.TeamRef
	Missing plumbline.Time
}

const entityColumns = `ref, kind, product, team, missing`

func scanEntity(r row) (e Entity, err error) {
	err = r.Scan(&e.Ref, &e.Kind, &e.Product, &e.Team, &e.Missing)
	return e, err
}

// Entities are all entities by ref, without their documents.
func (tx *Tx) Entities() ([]Entity, error) {
	return list(tx, scanEntity, `select `+entityColumns+` from descriptors order by ref`)
}

// EntitiesByRef are the entities with the refs.
func (tx *Tx) EntitiesByRef(refs []string) (map[string]Entity, error) {
	found, err := byMany(tx, scanEntity, refs, func(in string) string { return `select ` + entityColumns + ` from descriptors where ref in ` + in })
	return keyed(found, func(e Entity) string { return e.Ref }, itself), err
}

// Holder is a file of the catalog that has an entity now.
type Holder struct {
	Ref  string
	File string
	Line int64 // where the entity's first document begins
}

func scanHolder(r row) (h Holder, err error) {
	err = r.Scan(&h.Ref, &h.File, &h.Line)
	return h, err
}

// HoldersOf are the files that have the entities, by entity, in order of their names.
func (tx *Tx) HoldersOf(refs []string) (map[string][]Holder, error) {
	found, err := byMany(tx, scanHolder, refs, func(in string) string {
		return `select ref, file, line from descriptor_files where ref in ` + in + ` order by ref, file`
	})
	return grouped(found, func(h Holder) string { return h.Ref }, itself), err
}

// EntitiesHeldBy is what a file has, by entity.
func (tx *Tx) EntitiesHeldBy(file string) ([]Holder, error) {
	return list(tx, scanHolder, `select ref, file, line from descriptor_files where file = $1 order by ref`, file)
}

// PutHolder says that a file has an entity, or where in it.
func (tx *Tx) PutHolder(h Holder) error {
	_, err := tx.exec(`insert into descriptor_files (ref, file, line) values ($1, $2, $3) on conflict (ref, file) do update set line = excluded.line`, h.Ref, h.File, h.Line)
	return err
}

// DropHolder says that a file has an entity no longer.
func (tx *Tx) DropHolder(ref, file string) error {
	_, err := tx.exec(`delete from descriptor_files where ref = $1 and file = $2`, ref, file)
	return err
}

// HandEntity says that an entity is that of another file, which has it.
func (tx *Tx) HandEntity(to Holder) error {
	_, err := tx.exec(`update descriptors set file = $2, line = $3, origin = '' where ref = $1`, to.Ref, to.File, to.Line)
	return err
}

// MissEntity says since when no file has an entity.
func (tx *Tx) MissEntity(ref string, since plumbline.Time) error {
	_, err := tx.exec(`update descriptors set missing = $2 where ref = $1`, ref, since)
	return err
}

// EntityRelation is what one entity is to another.
type EntityRelation struct {
	From   string // an entity's ref
	Kind   string // of relation, as the format names them: "dependsOn"
	To     string
	SaidBy string // the entity whose document says it; "": somebody here
	Line   int64
}

func scanEntityRelation(r row) (t EntityRelation, err error) {
	err = r.Scan(&t.From, &t.Kind, &t.To, &t.SaidBy, &t.Line)
	return t, err
}

const entityRelationColumns = `source, kind, target, said_by, line`

// SetEntityRelations replaces all that an entity's documents say, or with "" and from all
// that was said here of the entity from.
func (tx *Tx) SetEntityRelations(saidBy, from string, ties []EntityRelation) error {
	if _, err := tx.exec(`delete from entity_relations where said_by = $1 and ($2 = '' or source = $2)`, saidBy, from); err != nil {
		return err
	}
	for _, t := range ties {
		_, err := tx.exec(`insert into entity_relations (`+entityRelationColumns+`) values ($1, $2, $3, $4, $5) on conflict (source, kind, target, said_by) do nothing`,
			t.From, t.Kind, t.To, saidBy, t.Line)
		if err != nil {
			return err
		}
	}
	return nil
}

// RenameEntity gives what was said here of an entity to another ref.
func (tx *Tx) RenameEntity(was, is string) error {
	if _, err := tx.exec(`update entity_relations set source = $2 where source = $1 and said_by = ''`, was, is); err != nil {
		return err
	}
	_, err := tx.exec(`update entity_relations set target = $2 where target = $1 and said_by = ''`, was, is)
	return err
}

// EntityRelationsOf are the ties of some entities from both ends, at most limit of each end
// for every 500 entities.
func (tx *Tx) EntityRelationsOf(refs []string, limit int) ([]EntityRelation, error) {
	return byMany(tx, scanEntityRelation, refs, func(in string) string {
		return `select * from (select ` + entityRelationColumns + ` from entity_relations where source in ` + in + ` order by source, kind, target, said_by limit $1) as a
			union select * from (select ` + entityRelationColumns + ` from entity_relations where target in ` + in + ` order by target, kind, source, said_by limit $1) as b
			order by source, kind, target, said_by`
	}, limit)
}

// EntityRelations are all ties of a kind.
func (tx *Tx) EntityRelations(kind string) ([]EntityRelation, error) {
	return list(tx, scanEntityRelation, `select `+entityRelationColumns+` from entity_relations where kind = $1 order by source, target, said_by`, kind)
}

// EntityRelationsSaidHere are all ties that people said here, by source.
func (tx *Tx) EntityRelationsSaidHere() ([]EntityRelation, error) {
	return list(tx, scanEntityRelation, `select `+entityRelationColumns+` from entity_relations where said_by = '' order by source, kind, target`)
}
