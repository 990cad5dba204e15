package sources

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// EvidenceFiles are the files that were taken in, the latest first; next is the
// cursor of the page after this one, empty on the last.
func (s *Sources) EvidenceFiles(ctx context.Context, who plumbline.Actor, cursor string) (out []plumbline.EvidenceFile, next string, err error) {
	if err := rights.Need(who, rights.ReadEvidence); err != nil {
		return nil, "", err
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		var after *store.File
		if cursor != "" {
			f, err := tx.File(cursor)
			if err != nil {
				return plumbline.FieldError("cursor", "This page does not exist any more. Begin again with the first one.")
			}
			after = &f
		}
		files, err := tx.Files(after, plumbline.PageSize+1)
		if len(files) > plumbline.PageSize {
			files = files[:plumbline.PageSize]
			next = files[len(files)-1].ID
		}
		for _, f := range files {
			out = append(out, said(f))
		}
		return err
	})
	return out, next, err
}

// EvidenceFile is one file, with what became of its rows: by its id or, when it is
// kept, by twelve digits or more of its hash, as the Ref of an observation has them.
func (s *Sources) EvidenceFile(ctx context.Context, who plumbline.Actor, id string) (plumbline.EvidenceFile, error) {
	f, err := s.readable(ctx, who, id)
	if err != nil {
		return plumbline.EvidenceFile{}, err
	}
	return said(f), nil
}

// EvidenceBytes writes a kept file as it came, unpacked.
func (s *Sources) EvidenceBytes(ctx context.Context, who plumbline.Actor, id string, to io.Writer) error {
	f, err := s.readable(ctx, who, id)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, &parts{ctx: ctx, db: s.db, file: f.ID})
	return err
}

// readable is a file that the actor may read: one that is kept, or that they
// sent themselves.
func (s *Sources) readable(ctx context.Context, who plumbline.Actor, id string) (store.File, error) {
	if err := rights.Need(who, rights.ReadEvidence); err != nil {
		return store.File{}, err
	}
	f, err := s.file(ctx, id)
	if err == nil && !f.Kept && f.By != who.Person {
		err = plumbline.Errorf(plumbline.NotFound, "There is no file with the id %q.", clip(id, 60))
	}
	return f, err
}

func (s *Sources) file(ctx context.Context, id string) (f store.File, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		f, err = tx.File(id)
		if plumbline.KindOf(err) == plumbline.NotFound && err != nil && plumbline.IsFileHash(id) {
			f, err = tx.FileByHash(id)
		}
		return err
	})
	return f, err
}

// Line is one line of a file. Cut says that it is longer than what is shown.
type Line struct {
	N    int64  `json:"line"`
	Text string `json:"text"`
	Cut  bool   `json:"cut,omitempty"`
}

const (
	maxLine   = 4000 // bytes of a line that are shown
	maxAround = 50   // lines that are shown before and after one
)

// EvidenceLines are a line of a kept file, from 1, and some around it.
func (s *Sources) EvidenceLines(ctx context.Context, who plumbline.Actor, id string, line int64, around int64) ([]Line, error) {
	f, err := s.readable(ctx, who, id)
	if err != nil {
		return nil, err
	}
	around = min(max(around, 0), maxAround)
	if line < 1 || line > f.Lines {
		return nil, plumbline.FieldError("line", "The file has the lines 1 to %d.", f.Lines)
	}
	from, to := max(line-around, 1), min(line+around, f.Lines)
	var first []store.FilePart
	err = s.db.Read(ctx, func(tx *store.Tx) (err error) {
		first, err = tx.FilePartOfLine(id, from)
		return err
	})
	if err != nil || len(first) == 0 {
		return nil, err
	}
	return linesOf(bufio.NewReaderSize(&parts{ctx: ctx, db: s.db, file: id, n: first[0].N}, 64<<10), first[0].Line, from, to)
}

// linesOf reads the lines from from to to; what is read begins within the line
// at, or with it.
func linesOf(r *bufio.Reader, at, from, to int64) ([]Line, error) {
	var out []Line
	var text []byte
	cut := false
	for at <= to {
		piece, err := r.ReadSlice('\n')
		if room := maxLine - len(text); at >= from && room > 0 {
			text = append(text, piece[:min(len(piece), room)]...)
		}
		cut = cut || at >= from && len(bytes.TrimRight(piece, "\r\n")) > 0 && len(text) >= maxLine
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		if at >= from && (err == nil || len(text) > 0) {
			out = append(out, Line{N: at, Text: strings.ToValidUTF8(strings.TrimRight(string(text), "\r\n"), "\uFFFD"), Cut: cut})
		}
		if err == io.EOF {
			break
		}
		at++
		text, cut = text[:0], false
	}
	return out, nil
}

// said is a file for its readers.
func said(f store.File) plumbline.EvidenceFile {
	out := plumbline.EvidenceFile{ID: f.ID, Format: f.Format, Name: f.Name, Hash: f.Hash, Size: f.Size, Lines: f.Lines, Kept: f.Kept, By: f.By, ByName: f.ByName, At: f.At}
	_ = json.Unmarshal([]byte(f.Settings), &out.Settings) // it was written by us
	if f.Report != "" && f.Report != "{}" {
		out.Report = &plumbline.ImportReport{}
		_ = json.Unmarshal([]byte(f.Report), out.Report)
	}
	return out
}
