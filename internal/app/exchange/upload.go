package exchange

import (
	"context"
	"encoding/json"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// MaxUpload is the most that a file sent from a page may have, in bytes; larger
// ones go by the command line.
const MaxUpload = 16 << 20

// uploadLife is how long a file is kept that nobody imports.
const uploadLife = 24 * time.Hour

// Upload is a file that somebody sent to look at before it is imported, and the
// report once it was. Then the file itself is gone.
type Upload struct {
	ID     string
	Import Import
	Name   string
	Done   *plumbline.ImportReport
}

// settings are what is kept beside the file.
type settings struct {
	Import Import `json:"import"`
	Name   string `json:"name"`
}

// KeepUpload keeps a file for its sender, and forgets the ones that are too old.
// With an id it changes how that file is to be imported.
func (d *Gate) KeepUpload(ctx context.Context, who plumbline.Actor, id string, in Import) (string, error) {
	if err := rights.Need(who, rights.ImportItems); err != nil {
		return "", err
	}
	if len(in.Files) != 1 || len(in.Files[0].Data) == 0 && id == "" {
		return "", plumbline.FieldError("file", "Choose a file to import.")
	}
	if n := len(in.Files[0].Data); n > MaxUpload {
		return "", plumbline.FieldError("file", "The file has %d bytes; at most %d go by this page. Use \"plumbline import\" for it.", n, MaxUpload)
	}
	u := store.Upload{ID: id, Person: who.Person, At: d.now(), Body: in.Files[0].Data}
	if id == "" {
		u.ID = store.NewID()
	}
	b, err := json.Marshal(settings{in, in.Files[0].Name})
	if err != nil {
		return "", err
	}
	u.Settings = string(b)
	return u.ID, d.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PurgeUploads(d.now().Add(-uploadLife)); err != nil {
			return err
		}
		return tx.PutUpload(u)
	})
}

// Upload is one that the actor sent.
func (d *Gate) Upload(ctx context.Context, who plumbline.Actor, id string) (Upload, error) {
	if err := rights.Need(who, rights.ImportItems); err != nil {
		return Upload{}, err
	}
	var u store.Upload
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		u, err = tx.Upload(who.Person, id)
		return err
	})
	if err != nil {
		return Upload{}, err
	}
	var s settings
	if err := json.Unmarshal([]byte(u.Settings), &s); err != nil {
		return Upload{}, err
	}
	out := Upload{ID: u.ID, Import: s.Import, Name: s.Name}
	out.Import.Files = []plumbline.ImportFile{{Name: s.Name, Data: u.Body}}
	if u.Report != "" {
		out.Done = &plumbline.ImportReport{}
		return out, json.Unmarshal([]byte(u.Report), out.Done)
	}
	return out, nil
}

// ImportUpload imports a file that was sent, or only says what would become of
// it. After an import the report is kept in the file's place.
func (d *Gate) ImportUpload(ctx context.Context, who plumbline.Actor, u Upload, dry bool) (plumbline.ImportReport, error) {
	rep := plumbline.ImportReport{ImportCount: plumbline.ImportCount{DryRun: dry}}
	in := u.Import
	in.DryRun = dry
	_, err := d.Import(ctx, who, in, func(rows []plumbline.RowReport) error {
		rep.Take(rows)
		return nil
	})
	if err != nil || dry {
		return rep, err
	}
	set, err := json.Marshal(settings{u.Import, u.Name})
	if err != nil {
		return rep, err
	}
	text, err := json.Marshal(rep)
	if err != nil {
		return rep, err
	}
	return rep, d.db.Write(ctx, func(tx *store.Tx) error {
		return tx.PutUpload(store.Upload{ID: u.ID, Person: who.Person, Settings: string(set), Report: string(text), At: d.now()})
	})
}
