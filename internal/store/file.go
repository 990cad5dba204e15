package store

import (
	"plumbline"
)

// File is a file that bears evidence, without its bytes. Settings and Report are
// JSON. Until it is Kept it was only sent to be looked at.
type File struct {
	ID, Format, Name, Hash string // Hash: SHA-256 of the bytes, in hexadecimal
	Size, Lines            int64
	Settings, Report       string
	Kept                   bool
	By                     plumbline.PersonID
	ByName                 string
	At                     plumbline.Time
}

// FilePart is a run of a file's bytes, packed. Start is the place of its first
// byte in the file, Line the line, from 1, that this byte belongs to.
type FilePart struct {
	N, Start, Line int64
	Body           []byte
}

const fileColumns = `id, format, name, hash, size, lines, settings, report, kept, person, person_name, at`

func scanFile(r row) (f File, err error) {
	err = r.Scan(&f.ID, &f.Format, &f.Name, &f.Hash, &f.Size, &f.Lines, &f.Settings, &f.Report, &f.Kept, &f.By, &f.ByName, &f.At)
	return f, err
}

// PutFile keeps what is known of a file, in place of what was known.
func (tx *Tx) PutFile(f File) error {
	_, err := tx.exec(`
		insert into files (`+fileColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (id) do update set hash = excluded.hash, size = excluded.size, lines = excluded.lines, settings = excluded.settings,
			report = excluded.report, kept = excluded.kept, at = excluded.at`,
		f.ID, f.Format, f.Name, f.Hash, f.Size, f.Lines, orObject(f.Settings), orObject(f.Report), f.Kept, f.By, f.ByName, f.At)
	return err
}

// PutFileParts keeps parts of a file's bytes.
func (tx *Tx) PutFileParts(file string, parts []FilePart) error {
	rows := make([][]any, 0, len(parts))
	for _, p := range parts {
		rows = append(rows, []any{file, p.N, p.Start, p.Line, p.Body})
	}
	return tx.insertRows(`insert into file_parts (file, n, start, line, body)`, rows, ``)
}

// File is what is known of a file.
func (tx *Tx) File(id string) (File, error) {
	return need(tx, missing("There is no file with the id %q. One that was only looked at is forgotten after a day: send it again.", id), scanFile,
		`select `+fileColumns+` from files where id = $1`, id)
}

// KeptFile is the kept file of a format with the hash, if there is one; of
// several that which came last.
func (tx *Tx) KeptFile(format, hash string) ([]File, error) {
	return list(tx, scanFile, `select `+fileColumns+` from files where hash = $1 and format = $2 and kept order by at desc, id desc limit 1`, hash, format)
}

// FilePart is the part of a file with the number n, from 0; there is none behind
// the last.
func (tx *Tx) FilePart(file string, n int64) ([]FilePart, error) {
	return list(tx, scanFilePart, `select n, start, line, body from file_parts where file = $1 and n = $2`, file, n)
}

// FilePartOfLine is the last part that begins before a line, from 1, or with it:
// the line's first byte is in it.
func (tx *Tx) FilePartOfLine(file string, line int64) ([]FilePart, error) {
	return list(tx, scanFilePart, `select n, start, line, body from file_parts where file = $1 and (line < $2 or n = 0) order by n desc limit 1`, file, line)
}

func scanFilePart(r row) (p FilePart, err error) {
	err = r.Scan(&p.N, &p.Start, &p.Line, &p.Body)
	return p, err
}

// Files are the kept files, the latest first: those after the one that the last
// page ended with, when it is given.
func (tx *Tx) Files(after *File, limit int) ([]File, error) {
	if after == nil {
		return list(tx, scanFile, `select `+fileColumns+` from files where kept order by at desc, id desc limit $1`, limit)
	}
	return list(tx, scanFile, `select `+fileColumns+` from files where kept and (at, id) < ($1, $2) order by at desc, id desc limit $3`, after.At, after.ID, limit)
}

// DropFile forgets a file and its bytes.
func (tx *Tx) DropFile(id string) error {
	if _, err := tx.exec(`delete from file_parts where file = $1`, id); err != nil {
		return err
	}
	_, err := tx.exec(`delete from files where id = $1`, id)
	return err
}

// LooseFiles are the ids of files that were sent before the time and not kept.
func (tx *Tx) LooseFiles(before plumbline.Time) ([]string, error) {
	return list(tx, column[string], `select id from files where not kept and at < $1 order by at, id limit 100`, before)
}

// FileByHash is the kept file whose hash begins so; of several the one that came
// last.
func (tx *Tx) FileByHash(begin string) (File, error) {
	return need(tx, missing("There is no file whose hash begins with %s: its bytes were not kept.", begin), scanFile,
		`select `+fileColumns+` from files where hash >= $1 and hash < $2 and kept order by at desc, id desc limit 1`, begin, begin+"g")
}
