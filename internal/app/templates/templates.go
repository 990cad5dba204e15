// Package templates is what requests are asked with: the template of each class
// as it came with the product, or as product managers changed it, every version
// of it kept.
//
// Laws: as in package app. Only a template that reads without a mistake is kept,
// so that no form ever meets a broken one.
package templates

import (
	"context"
	"encoding/json"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/format/intake"
	"plumbline/internal/store"
)

// Drawer is the use cases about templates over one database.
type Drawer struct {
	db  *store.DB
	now func() plumbline.Time
}

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, now func() plumbline.Time) *Drawer { return &Drawer{db: db, now: now} }

// TemplateView is a template with its text and who changed it last.
type TemplateView struct {
	plumbline.Template
	Source   string            `json:"source"`             // YAML
	Shipped  bool              `json:"shipped"`            // as it came with the product
	By       string            `json:"by,omitempty"`       // who changed it last
	At       plumbline.Time    `json:"at"`                 // when
	Versions []TemplateVersion `json:"versions,omitempty"` // newest first, up to 50
}

// TemplateVersion is one version of a template.
type TemplateVersion struct {
	Version int64          `json:"version"`
	Shipped bool           `json:"shipped"`
	By      string         `json:"by"`
	At      plumbline.Time `json:"at"`
}

// TemplateIn is the template of a class as it is now; not ok when the class has none.
func (s *Drawer) TemplateIn(tx *store.Tx, class string) (plumbline.Template, bool, error) {
	row, ok, err := tx.Template(class)
	if err != nil || intake.Source(class) == "" {
		return plumbline.Template{}, false, err
	}
	if !ok {
		row = store.TemplateRow{Class: class}
	}
	v, err := view(row)
	return v.Template, err == nil, err
}

// TemplatesIn are the templates of every class as they are now, by class.
func (s *Drawer) TemplatesIn(tx *store.Tx) (map[string]plumbline.Template, error) {
	rows, err := tx.Templates()
	if err != nil {
		return nil, err
	}
	out := map[string]plumbline.Template{}
	for _, class := range intake.Classes() {
		v, err := view(newest(rows, class))
		if err != nil {
			return nil, err
		}
		out[class] = v.Template
	}
	return out, nil
}

// Templates are the templates as they are now, in the order in which people are
// offered them.
func (s *Drawer) Templates(ctx context.Context, who plumbline.Actor) ([]TemplateView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	var out []TemplateView
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Templates()
		if err != nil {
			return err
		}
		for _, class := range intake.Classes() {
			v, err := view(newest(rows, class))
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

// Template is the template of one class, with its text and its versions. A
// version of 0 is the newest.
func (s *Drawer) Template(ctx context.Context, who plumbline.Actor, class string, version int64) (TemplateView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return TemplateView{}, err
	}
	if err := known(class); err != nil {
		return TemplateView{}, err
	}
	var out TemplateView
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		versions, err := tx.TemplateVersions(class, 50)
		if err != nil {
			return err
		}
		row := newest(versions, class)
		if version != 0 {
			if row, err = tx.TemplateVersion(class, version); err != nil {
				return err
			}
		}
		if out, err = view(row); err != nil {
			return err
		}
		for _, r := range versions {
			out.Versions = append(out.Versions, TemplateVersion{Version: r.Version, Shipped: r.Source == "", By: r.ByName, At: r.At})
		}
		return nil
	})
	return out, err
}

// PutTemplate replaces the template of a class by what the text says, as the
// next version. Saw is the version that the text was made from; another one
// meanwhile is a Conflict, and -1 takes it over whatever there is. The same text
// again changes nothing.
func (s *Drawer) PutTemplate(ctx context.Context, who plumbline.Actor, class, source string, saw int64) (TemplateView, error) {
	if err := rights.Need(who, rights.ManageTemplates); err != nil {
		return TemplateView{}, err
	}
	if err := known(class); err != nil {
		return TemplateView{}, err
	}
	source = strings.ReplaceAll(source, "\r\n", "\n")
	if _, err := intake.Read(class, source); err != nil {
		return TemplateView{}, err
	}
	if source == intake.Source(class) {
		source = ""
	}
	return s.put(ctx, who, class, source, saw)
}

// ResetTemplate goes back to the template that came with the product. What was
// there stays as an earlier version.
func (s *Drawer) ResetTemplate(ctx context.Context, who plumbline.Actor, class string) (TemplateView, error) {
	if err := rights.Need(who, rights.ManageTemplates); err != nil {
		return TemplateView{}, err
	}
	if err := known(class); err != nil {
		return TemplateView{}, err
	}
	return s.put(ctx, who, class, "", -1)
}

func (s *Drawer) put(ctx context.Context, who plumbline.Actor, class, source string, saw int64) (TemplateView, error) {
	var out TemplateView
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		row, _, err := tx.Template(class)
		if err != nil {
			return err
		}
		if saw >= 0 && saw != row.Version {
			return plumbline.Errorf(plumbline.Conflict, "The template was changed meanwhile: you saw version %d, it is now version %d. Look at the newer one and repeat your change.", saw, row.Version)
		}
		row.Class = class
		if row.Source == source {
			out, err = view(row)
			return err
		}
		row = store.TemplateRow{Class: class, Version: row.Version + 1, Source: source, By: who.Person, ByName: who.Name, At: s.now()}
		if err := tx.InsertTemplate(row); err != nil {
			return err
		}
		if out, err = view(row); err != nil {
			return err
		}
		return s.note(tx, who, row)
	})
	return out, err
}

// note appends the event of a change; everybody who asks meets the new form.
func (s *Drawer) note(tx *store.Tx, who plumbline.Actor, row store.TemplateRow) error {
	raw, err := json.Marshal(map[string]any{"class": row.Class, "version": row.Version, "shipped": row.Source == ""})
	if err != nil {
		return err
	}
	return tx.Append(plumbline.Event{
		At: s.now(), Type: "template changed", Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.Confidential, Data: raw,
	})
}

func known(class string) error {
	if intake.Source(class) == "" {
		return plumbline.Errorf(plumbline.NotFound, "There is no template for %q; there are %s.", class, strings.Join(intake.Classes(), ", "))
	}
	return nil
}

// newest is the newest of the rows of a class, or that nobody changed it.
func newest(rows []store.TemplateRow, class string) store.TemplateRow {
	for _, r := range rows {
		if r.Class == class {
			return r
		}
	}
	return store.TemplateRow{Class: class}
}

// view reads a row. What was kept was read without a mistake then; if a newer
// program finds one, people are asked with the template that came with it.
func view(row store.TemplateRow) (TemplateView, error) {
	v := TemplateView{Source: row.Source, Shipped: row.Source == "", By: row.ByName, At: row.At}
	var err error
	if !v.Shipped {
		v.Template, err = intake.Read(row.Class, row.Source)
	}
	if v.Shipped || err != nil {
		v.Shipped, v.Source = true, intake.Source(row.Class)
		v.Template, err = intake.Default(row.Class)
	}
	v.Version = row.Version
	return v, err
}
