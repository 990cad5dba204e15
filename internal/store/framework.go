package store

import "plumbline"

const frameworkColumns = `ref, title, version, source, families, updated`

func scanFramework(r row) (f plumbline.Framework, err error) {
	err = r.Scan(&f.Ref, &f.Title, &f.Version, &f.Source, fromJSON{&f.Families}, &f.Updated)
	f.Families = orNil(f.Families)
	return f, err
}

// PutFramework adds or replaces a framework and says whether that changed
// anything but when it was updated.
func (tx *Tx) PutFramework(f plumbline.Framework) (changed bool, err error) {
	n, err := tx.exec(`
		insert into frameworks (`+frameworkColumns+`) values ($1, $2, $3, $4, $5, $6)
		on conflict (ref) do update set title = excluded.title, version = excluded.version, source = excluded.source, families = excluded.families, updated = excluded.updated
		where (frameworks.title, frameworks.version, frameworks.source, frameworks.families) <> (excluded.title, excluded.version, excluded.source, excluded.families)`,
		f.Ref, f.Title, f.Version, f.Source, asJSON(orEmpty(f.Families)), f.Updated)
	return n > 0, err
}

// Framework is the framework with the ref.
func (tx *Tx) Framework(ref plumbline.FrameworkRef) (plumbline.Framework, error) {
	return need(tx, missing("There is no framework %q.", ref), scanFramework, `select `+frameworkColumns+` from frameworks where ref = $1`, ref)
}

// Frameworks are all frameworks by ref.
func (tx *Tx) Frameworks() ([]plumbline.Framework, error) {
	return list(tx, scanFramework, `select `+frameworkColumns+` from frameworks order by ref`)
}

// ControlRow is a control of a framework without its texts. N is its place in
// the catalog; one that is gone is in no edition that is read now.
type ControlRow struct {
	plumbline.Control
	N    int64
	Gone bool
	Maps []plumbline.ControlMapping
}

const controlColumns = `c.id, c.n, c.label, c.family, c.parent, c.title, c.withdrawn, c.gone, c.maps`

func (c *ControlRow) parts() []any {
	return []any{&c.ID, &c.N, &c.Label, &c.Family, &c.Parent, &c.Title, &c.Withdrawn, &c.Gone, fromJSON{&c.Maps}}
}

func scanControl(r row) (c ControlRow, err error) {
	err = r.Scan(c.parts()...)
	c.Maps = orNil(c.Maps)
	return c, err
}

// Controls are the controls of a framework in its order, with those that are gone.
func (tx *Tx) Controls(ref plumbline.FrameworkRef) ([]ControlRow, error) {
	return list(tx, scanControl, `select `+controlColumns+` from framework_controls c where c.framework = $1 order by c.n, c.id`, ref)
}

// Control is one control of a framework, with its texts.
func (tx *Tx) Control(ref plumbline.FrameworkRef, id plumbline.ControlID) (ControlRow, error) {
	return need(tx, missing("There is no control %q.", string(id)), func(r row) (c ControlRow, err error) {
		err = r.Scan(append(c.parts(), &c.Text, &c.Guidance)...)
		c.Maps = orNil(c.Maps)
		return c, err
	}, `select `+controlColumns+`, coalesce(t.body, ''), coalesce(t.guidance, '')
		from framework_controls c left join control_texts t on t.framework = c.framework and t.id = c.id where c.framework = $1 and c.id = $2`, ref, id)
}

// ControlTexts are the texts of a framework's controls by id; those without any are
// left out.
func (tx *Tx) ControlTexts(ref plumbline.FrameworkRef) (map[plumbline.ControlID]plumbline.Control, error) {
	all, err := list(tx, func(r row) (c plumbline.Control, err error) {
		err = r.Scan(&c.ID, &c.Text, &c.Guidance)
		return c, err
	}, `select id, body, guidance from control_texts where framework = $1`, ref)
	return keyed(all, func(c plumbline.Control) plumbline.ControlID { return c.ID }, itself), err
}

// PutControls adds or replaces controls of a framework. Their texts are replaced
// when they have any.
func (tx *Tx) PutControls(ref plumbline.FrameworkRef, all []ControlRow) error {
	var rows, texts [][]any
	for _, c := range all {
		rows = append(rows, []any{ref, c.ID, c.N, c.Label, c.Family, c.Parent, c.Title, c.Withdrawn, c.Gone, asJSON(orEmpty(c.Maps))})
		if c.Text != "" || c.Guidance != "" {
			texts = append(texts, []any{ref, c.ID, c.Text, c.Guidance})
		}
	}
	err := tx.insertRows(`insert into framework_controls (framework, id, n, label, family, parent, title, withdrawn, gone, maps)`, rows, `
		on conflict (framework, id) do update set n = excluded.n, label = excluded.label, family = excluded.family, parent = excluded.parent,
			title = excluded.title, withdrawn = excluded.withdrawn, gone = excluded.gone, maps = excluded.maps`)
	if err != nil {
		return err
	}
	return tx.insertRows(`insert into control_texts (framework, id, body, guidance)`, texts, `
		on conflict (framework, id) do update set body = excluded.body, guidance = excluded.guidance`)
}

// HeldTo says that a product is held to a framework, since when and by whom.
type HeldTo struct {
	Product   plumbline.ProductRef
	Framework plumbline.FrameworkRef
	Since     plumbline.Time
	By        plumbline.PersonID
	ByName    string
}

// Hold holds a product to a framework, and says whether it was not.
func (tx *Tx) Hold(h HeldTo) (bool, error) {
	n, err := tx.exec(`insert into product_frameworks (product, framework, since, ended, person, person_name) values ($1, $2, $3, 0, $4, $5)
		on conflict (product, framework) do update set since = excluded.since, ended = 0, person = excluded.person, person_name = excluded.person_name where product_frameworks.ended <> 0`,
		h.Product, h.Framework, h.Since, h.By, h.ByName)
	return n > 0, err
}

// LetGo ends that a product is held to a framework, and says whether it was. What is
// known about its controls stays.
func (tx *Tx) LetGo(product plumbline.ProductRef, ref plumbline.FrameworkRef, at plumbline.Time) (bool, error) {
	n, err := tx.exec(`update product_frameworks set ended = $3 where product = $1 and framework = $2 and ended = 0`, product, ref, at)
	return n > 0, err
}

// Held is what products are held to, by product and framework; product may be empty,
// then all.
func (tx *Tx) Held(product plumbline.ProductRef) ([]HeldTo, error) {
	return list(tx, func(r row) (h HeldTo, err error) {
		err = r.Scan(&h.Product, &h.Framework, &h.Since, &h.By, &h.ByName)
		return h, err
	}, `select product, framework, since, person, person_name from product_frameworks where ended = 0 and ($1 = '' or product = $1) order by product, framework`, product)
}

// HolderProducts are the products that are held to a framework, by ref.
func (tx *Tx) HolderProducts(ref plumbline.FrameworkRef) ([]plumbline.Product, error) {
	return list(tx, scanProduct, `select `+productColumns+` from products where ref in (select product from product_frameworks where framework = $1 and ended = 0) order by ref`, ref)
}
