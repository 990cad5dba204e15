package sources

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"plumbline"
	"plumbline/internal/store"
)

const (
	partSize = 1 << 20 // bytes of a part before it is packed
	partsAt  = 8       // parts written in one transaction
)

// keepBytes reads a body to its end and keeps it in parts; it fills in the
// file's hash, size and lines.
func (s *Sources) keepBytes(ctx context.Context, f *store.File, body io.Reader, most int64) error {
	if err := s.db.Write(ctx, func(tx *store.Tx) error { return tx.PutFile(*f) }); err != nil {
		return err
	}
	plain, err := unpacked(body)
	if err != nil {
		return err
	}
	hash, line := sha256.New(), int64(1)
	var wait []store.FilePart
	flush := func() error {
		if len(wait) == 0 {
			return nil
		}
		defer func() { wait = wait[:0] }()
		return s.db.Write(ctx, func(tx *store.Tx) error { return tx.PutFileParts(f.ID, wait) })
	}
	buf := make([]byte, partSize)
	for n := int64(0); ; n++ {
		k, end, err := fill(plain, buf)
		if err != nil {
			return unreadable(err)
		}
		if f.Size+int64(k) > most {
			return plumbline.FieldError("file", "The file has more than %d MiB, unpacked; that is the most for the format %s. Split it.", most>>20, f.Format)
		}
		if k > 0 {
			part := store.FilePart{N: n, Start: f.Size, Line: line, Body: packed(buf[:k])}
			hash.Write(buf[:k])
			f.Size += int64(k)
			line += int64(bytes.Count(buf[:k], []byte{'\n'}))
			if wait = append(wait, part); len(wait) == partsAt {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		if end {
			break
		}
	}
	if f.Size == 0 {
		return plumbline.FieldError("file", "The file is empty.")
	}
	if err := flush(); err != nil {
		return err
	}
	f.Hash, f.Lines = hex.EncodeToString(hash.Sum(nil)), line
	return s.db.Write(ctx, func(tx *store.Tx) error { return tx.PutFile(*f) })
}

// fill reads until the buffer is full or the body is at its end; one that breaks
// off, as a packed body may, is an error.
func fill(from io.Reader, buf []byte) (n int, end bool, err error) {
	for n < len(buf) {
		k, err := from.Read(buf[n:])
		n += k
		if err == io.EOF {
			return n, true, nil
		}
		if err != nil {
			return n, false, err
		}
	}
	return n, false, nil
}

// unpacked is a body without its packing, if it has one.
func unpacked(body io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(body, 64<<10)
	if head, _ := b.Peek(2); len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, unreadable(err)
	}
	return z, nil
}

// unreadable is an error of reading, for whoever sent the file; one that says
// itself what is wrong stays.
func unreadable(err error) error {
	var known *plumbline.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		return plumbline.FieldError("file", "The file begins like one that is packed by gzip and cannot be unpacked to its end. Send it again, or unpacked.")
	}
	return &plumbline.Error{Kind: plumbline.Invalid, Text: "The file could not be read to its end. Send it again.", Err: err}
}

func packed(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed) // the level is a valid one
	_, _ = z.Write(b)                                 // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

// parts reads a kept file from its start, a part at a time.
type parts struct {
	ctx  context.Context
	db   *store.DB
	file string
	n    int64
	left []byte
	end  bool
}

// Read implements io.Reader.
func (p *parts) Read(b []byte) (int, error) {
	for len(p.left) == 0 {
		if p.end {
			return 0, io.EOF
		}
		if err := p.next(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	return n, nil
}

func (p *parts) next() error {
	var got []store.FilePart
	err := p.db.Look(p.ctx, func(tx *store.Tx) (err error) {
		got, err = tx.FilePart(p.file, p.n)
		return err
	})
	if err != nil {
		return err
	}
	if p.end = len(got) == 0; p.end {
		return nil
	}
	p.n++
	p.left, err = plain(got[0].Body)
	return err
}

// plain unpacks a part.
func plain(body []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// Close implements io.Closer.
func (p *parts) Close() error {
	p.left, p.end = nil, true
	return nil
}
