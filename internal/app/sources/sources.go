// Package sources is how files that bear evidence come in: a bill, a list of
// findings, objectives, controls. One door serves every format; what is in a file
// belongs to the room that reads it.
//
// It owns these nouns. A File is what was sent, kept as it came (unpacked), so
// that a figure can be followed to the line that it stands on. A Format is what a
// file can be; it names its Reader, which is given by the room that owns the facts.
//
// Laws: as in package app, save that taking a large file in is many transactions.
// Sending the same bytes twice keeps one file, and taking it in twice changes
// nothing. What is private in itself is not kept once it has been read.
package sources

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// A Format is one kind of file.
type Format struct {
	Name     string
	Help     string    // one line: what it is and where it comes from
	Settings []Setting // what it needs to be told beside the bytes
	Max      int64     // bytes, unpacked; 0: MaxSize
	Passing  bool      // its bytes are private: they are gone once they are read
	Read     Reader
}

// A Setting is something that a file does not say itself.
type Setting struct {
	Name, Help string
	Required   bool
}

// A Reader takes in one file. It opens its own transactions (one for a small
// file, several for a large one), calls tell with what became of the rows, and
// changes nothing when the file is only looked at. A file that is none of its
// format is Invalid.
type Reader func(ctx context.Context, who plumbline.Actor, f File, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error)

// File is a file as its reader gets it.
type File struct {
	ID       string
	Format   string
	Name     string
	Hash     string // SHA-256 of the bytes, in hexadecimal
	Size     int64  // bytes, unpacked
	Settings map[string]string
	DryRun   bool
	Open     func() (io.ReadCloser, error) // from the start; may be called again
}

// Bytes are all of it, for formats whose files are small.
func (f File) Bytes() ([]byte, error) {
	body, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

// Ref is where a line of the file stands, as evidence refers to it.
func (f File) Ref(line int) string { return plumbline.FileRef(f.Hash, line) }

// MaxSize is the most that a file may have when its format does not say, in bytes
// unpacked.
const MaxSize = 64 << 20

// looseLife is how long a file that was only sent is kept.
const looseLife = 24 * time.Hour

// Sources is the use cases over one database.
type Sources struct {
	db      *store.DB
	now     func() plumbline.Time
	formats []Format
}

// New makes the use cases. The formats are in the order in which people choose.
func New(db *store.DB, now func() plumbline.Time, formats ...Format) *Sources {
	return &Sources{db: db, now: now, formats: formats}
}

// EvidenceFormats are the formats of files that bear evidence.
func (s *Sources) EvidenceFormats() []Format { return s.formats }

// Sent is a file on its way in. Body may be packed by gzip.
type Sent struct {
	Format, Name string
	Settings     map[string]string
	Body         io.Reader
}

// SendEvidence keeps a file for a day, to be looked at and taken in by
// TakeEvidence. The same bytes once more are the file that is there.
func (s *Sources) SendEvidence(ctx context.Context, who plumbline.Actor, in Sent) (plumbline.EvidenceFile, error) {
	if err := rights.Need(who, rights.TakeEvidence); err != nil {
		return plumbline.EvidenceFile{}, err
	}
	format, err := s.known(in.Format, in.Settings)
	if err != nil {
		return plumbline.EvidenceFile{}, err
	}
	if err := s.purge(ctx); err != nil {
		return plumbline.EvidenceFile{}, err
	}
	settings, err := json.Marshal(in.Settings)
	if err != nil {
		return plumbline.EvidenceFile{}, err
	}
	f := store.File{ID: store.NewID(), Format: in.Format, Name: clip(in.Name, 200), Settings: string(settings), By: who.Person, ByName: who.Name, At: s.now()}
	if err := s.keepBytes(ctx, &f, in.Body, format.max()); err != nil {
		return plumbline.EvidenceFile{}, s.forget(ctx, f.ID, err)
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		old, err := tx.KeptFile(f.Format, f.Hash)
		if err != nil || len(old) == 0 {
			return err
		}
		if err := tx.DropFile(f.ID); err != nil {
			return err
		}
		settings := f.Settings
		if f = old[0]; settings != "{}" && settings != "null" {
			f.Settings = settings
		}
		return tx.PutFile(f)
	})
	if err != nil {
		return plumbline.EvidenceFile{}, err
	}
	return said(f), nil
}

// TakeEvidence takes in a file that was sent, or only says what would become of
// its rows. tell is called with the report in parts; an error of its stops the
// taking there.
func (s *Sources) TakeEvidence(ctx context.Context, who plumbline.Actor, id string, dry bool, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
	count := plumbline.ImportCount{DryRun: dry}
	if err := rights.Need(who, rights.TakeEvidence); err != nil {
		return count, err
	}
	kept, err := s.file(ctx, id)
	if err != nil {
		return count, err
	}
	f := File{ID: kept.ID, Format: kept.Format, Name: kept.Name, Hash: kept.Hash, Size: kept.Size, DryRun: dry,
		Open: func() (io.ReadCloser, error) { return &parts{ctx: ctx, db: s.db, file: id}, nil }}
	if err := json.Unmarshal([]byte(kept.Settings), &f.Settings); err != nil {
		return count, err
	}
	format, err := s.known(kept.Format, f.Settings)
	if err == nil {
		err = format.wants(f.Settings)
	}
	if err != nil {
		return count, err
	}
	report := plumbline.ImportReport{ImportCount: count}
	got, err := format.Read(ctx, who, f, func(rows []plumbline.RowReport) error {
		report.Take(rows)
		return tell(rows)
	})
	got.DryRun = dry
	if err != nil || dry {
		return got, err
	}
	report.ImportCount = got
	return got, s.taken(ctx, who, kept, format, report)
}

// taken keeps the file with its report, and says that it came.
func (s *Sources) taken(ctx context.Context, who plumbline.Actor, f store.File, format Format, report plumbline.ImportReport) error {
	text, err := json.Marshal(report)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *store.Tx) error {
		first := !f.Kept
		f.Report, f.Kept, f.At = string(text), true, s.now()
		if format.Passing {
			if err := tx.DropFile(f.ID); err != nil {
				return err
			}
		} else if err := tx.PutFile(f); err != nil {
			return err
		}
		if (!first || format.Passing) && report.New+report.Changed == 0 {
			return nil // nothing came, or nothing that was not there
		}
		data, err := json.Marshal(map[string]any{"file": f.ID, "format": f.Format, "new": report.New, "altered": report.Changed, "same": report.Same, "skipped": report.Skipped})
		if err != nil {
			return err
		}
		return tx.Append(plumbline.Event{At: s.now(), Type: "evidence imported", Actor: who.Person, By: who.Name, Via: who.Via, Cause: "user", Seen: plumbline.Confidential, Data: data})
	})
}

// LookAtEvidence says what would become of a file's rows, and forgets the file.
func (s *Sources) LookAtEvidence(ctx context.Context, who plumbline.Actor, in Sent, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
	f, err := s.SendEvidence(ctx, who, in)
	if err != nil {
		return plumbline.ImportCount{DryRun: true}, err
	}
	count, err := s.TakeEvidence(ctx, who, f.ID, true, tell)
	if f.Kept {
		return count, err
	}
	return count, s.forget(ctx, f.ID, err)
}

// SetEvidence says what a file that was sent does not say itself, in place of
// what was said.
func (s *Sources) SetEvidence(ctx context.Context, who plumbline.Actor, id string, settings map[string]string) error {
	if err := rights.Need(who, rights.TakeEvidence); err != nil {
		return err
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *store.Tx) error {
		f, err := tx.File(id)
		if err != nil {
			return err
		}
		if _, err := s.known(f.Format, settings); err != nil {
			return err
		}
		f.Settings = string(text)
		return tx.PutFile(f)
	})
}

// known finds the format, and refuses settings that it does not have.
func (s *Sources) known(name string, settings map[string]string) (Format, error) {
	f, ok := s.format(name)
	if !ok {
		return f, plumbline.FieldError("format", "%q is no format of files that bear evidence; there are %s.", clip(name, 60), strings.Join(s.names(), ", "))
	}
	var bad plumbline.Problems
	for name := range settings {
		if !slices.ContainsFunc(f.Settings, func(have Setting) bool { return have.Name == name }) {
			bad.Add(name, "%q is no setting of the format %s.", clip(name, 60), f.Name)
		}
	}
	return f, bad.Err()
}

// wants asks for the settings that a format cannot do without.
func (f Format) wants(settings map[string]string) error {
	var bad plumbline.Problems
	for _, want := range f.Settings {
		if want.Required && strings.TrimSpace(settings[want.Name]) == "" {
			bad.Add(want.Name, "Say the %s: %s", want.Name, want.Help)
		}
	}
	return bad.Err()
}

func (s *Sources) format(name string) (Format, bool) {
	for _, f := range s.formats {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

func (s *Sources) names() (out []string) {
	for _, f := range s.formats {
		out = append(out, f.Name)
	}
	return out
}

func (f Format) max() int64 {
	if f.Max > 0 {
		return f.Max
	}
	return MaxSize
}

// purge forgets files that were sent a day ago and not taken in.
func (s *Sources) purge(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		loose, err := tx.LooseFiles(s.now().Add(-looseLife))
		for _, id := range loose {
			if err := tx.DropFile(id); err != nil {
				return err
			}
		}
		return err
	})
}

// forget drops a file that is not needed, also when the request is over.
func (s *Sources) forget(ctx context.Context, id string, because error) error {
	err := s.db.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.DropFile(id) })
	if because != nil {
		return because
	}
	return err
}

func clip(text string, most int) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}
