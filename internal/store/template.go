package store

import (
	"plumbline"
)

// TemplateRow is one version of a class's template. An empty Source is the one
// that comes with the product.
type TemplateRow struct {
	Class   string
	Version int64
	Source  string
	By      plumbline.PersonID
	ByName  string
	At      plumbline.Time
}

const templateColumns = `class, version, source, person, person_name, at`

func scanTemplate(r row) (t TemplateRow, err error) {
	err = r.Scan(&t.Class, &t.Version, &t.Source, &t.By, &t.ByName, &t.At)
	return t, err
}

// Template is the newest version of a class's template, if it was ever changed.
func (tx *Tx) Template(class string) (TemplateRow, bool, error) {
	newest, err := Remember(tx, "template "+class, func() ([]TemplateRow, error) { return tx.TemplateVersions(class, 1) })
	if err != nil || len(newest) == 0 {
		return TemplateRow{}, false, err
	}
	return newest[0], true, nil
}

// TemplateVersion is one version of a class's template.
func (tx *Tx) TemplateVersion(class string, version int64) (TemplateRow, error) {
	return need(tx, missing("The template of %q has no version %d.", class, version), scanTemplate,
		`select `+templateColumns+` from templates where class = $1 and version = $2`, class, version)
}

// TemplateVersions are the versions of a class's template, newest first, at most
// limit.
func (tx *Tx) TemplateVersions(class string, limit int) ([]TemplateRow, error) {
	return list(tx, scanTemplate, `select `+templateColumns+` from templates where class = $1 order by version desc `+atMost(limit), class)
}

// Templates are the newest version of each class's template that was changed.
func (tx *Tx) Templates() ([]TemplateRow, error) {
	return list(tx, scanTemplate, `
		select `+templateColumns+` from templates t
		where version = (select max(n.version) from templates n where n.class = t.class) order by class`)
}

// InsertTemplate adds a version; one that is there already is a Conflict.
func (tx *Tx) InsertTemplate(t TemplateRow) error {
	_, err := tx.exec(`insert into templates (`+templateColumns+`) values ($1, $2, $3, $4, $5, $6)`,
		t.Class, t.Version, t.Source, t.By, t.ByName, t.At)
	return err
}
