package store

import (
	"plumbline"
)

// SLORow is an objective with where it stands and how far it was measured.
type SLORow struct {
	plumbline.SLO
	N         int64 // its number, 0 before it is kept
	Product   plumbline.ProductRef
	Tied      string                 // how it came to its product: "service", "annotation", "catalog", "setting", "person"; empty: to none
	Source    plumbline.LinkID       // that it is read from; empty: the first that there is
	Hash      string                 // of the file that defines it; empty: its rules alone
	Kept      string                 // the id of that file
	File      string                 // the name of that file
	Limit     plumbline.ConstraintID // that it feeds; empty: none
	ReadUntil plumbline.Time         // measured as far as this
	Cut       plumbline.Time         // told as evidence as far as this
	Burning   string                 // how it stood when it was told last
	Missing   bool                   // the newest file of that name does not have it any more
	Problem   string                 // why its queries were refused
	Said      string                 // what its rules say themselves, as JSON
	At        plumbline.Time         // when its definition changed
}

const sloColumns = `n, id, product, tied, source, hash, kept, file, body, limit_id, read_until, cut, burning, missing, problem, said, at`

func scanSLO(r row) (s SLORow, err error) {
	var id string
	err = r.Scan(&s.N, &id, &s.Product, &s.Tied, &s.Source, &s.Hash, &s.Kept, &s.File, fromJSON{&s.SLO}, &s.Limit, &s.ReadUntil, &s.Cut, &s.Burning, &s.Missing, &s.Problem, &s.Said, &s.At)
	s.ID = id
	return s, err
}

// PutSLO adds an objective, which gets a number, or replaces it.
func (tx *Tx) PutSLO(s SLORow) (SLORow, error) {
	if s.N == 0 {
		n, err := number(tx, `select coalesce(max(n), 0) + 1 from slos`)
		if err != nil {
			return s, err
		}
		s.N = n
	}
	_, err := tx.exec(`
		insert into slos (`+sloColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		on conflict (n) do update set id = excluded.id, product = excluded.product, tied = excluded.tied, source = excluded.source, hash = excluded.hash, kept = excluded.kept,
			file = excluded.file, body = excluded.body, limit_id = excluded.limit_id, read_until = excluded.read_until, cut = excluded.cut,
			burning = excluded.burning, missing = excluded.missing, problem = excluded.problem, said = excluded.said, at = excluded.at`,
		s.N, s.ID, s.Product, s.Tied, s.Source, s.Hash, s.Kept, s.File, asJSON(s.SLO), s.Limit, s.ReadUntil, s.Cut, s.Burning, s.Missing, s.Problem, s.Said, s.At)
	return s, err
}

// SLO is the objective with the id.
func (tx *Tx) SLO(id string) (SLORow, error) {
	return need(tx, missing("There is no objective %q.", id), scanSLO, `select `+sloColumns+` from slos where id = $1`, id)
}

// SLOs are the objectives with an id after the one given, by id, at most n.
func (tx *Tx) SLOs(after string, n int) ([]SLORow, error) {
	return list(tx, scanSLO, `select `+sloColumns+` from slos where id > $1 order by id `+atMost(n), after)
}

// SLOsByID are the objectives with the ids, by id; what is not there is left out.
func (tx *Tx) SLOsByID(ids []string) (map[string]SLORow, error) {
	found, err := byMany(tx, scanSLO, ids, func(in string) string { return `select ` + sloColumns + ` from slos where id in ` + in })
	return keyed(found, func(s SLORow) string { return s.ID }, itself), err
}

// SLOsOfProduct are the objectives of a product, by id.
func (tx *Tx) SLOsOfProduct(p plumbline.ProductRef) ([]SLORow, error) {
	return list(tx, scanSLO, `select `+sloColumns+` from slos where product = $1 order by id`, p)
}

// SLOsOfLimit are the objectives that feed a constraint, by id.
func (tx *Tx) SLOsOfLimit(id plumbline.ConstraintID) ([]SLORow, error) {
	return list(tx, scanSLO, `select `+sloColumns+` from slos where limit_id = $1 order by id`, id)
}

// SLOsOfFile are the objectives that were last defined by a file of the name.
func (tx *Tx) SLOsOfFile(name string) ([]SLORow, error) {
	return list(tx, scanSLO, `select `+sloColumns+` from slos where file = $1 order by id`, name)
}

// The grains of sums, in seconds.
const (
	GrainHour = 3600
	GrainDay  = 86400
)

// SLOSum is what was counted of an objective in a stretch of time.
type SLOSum struct {
	Start   plumbline.Time
	Bad     float64
	Total   float64
	Covered int64 // seconds of it in which something was measured
}

// AddSLOSums adds to what was counted in stretches of a grain, in seconds.
func (tx *Tx) AddSLOSums(n, grain int64, sums []SLOSum) error {
	rows := make([][]any, len(sums))
	for i, s := range sums {
		rows[i] = []any{n, grain, s.Start, s.Bad, s.Total, s.Covered}
	}
	return tx.insertRows(`insert into slo_sums (n, grain, start, bad, total, covered)`, rows,
		`on conflict (n, grain, start) do update set bad = slo_sums.bad + excluded.bad, total = slo_sums.total + excluded.total, covered = slo_sums.covered + excluded.covered`)
}

// SLOSums are the stretches of a grain that begin in a time, in order.
func (tx *Tx) SLOSums(n, grain int64, from, to plumbline.Time) ([]SLOSum, error) {
	return list(tx, func(r row) (s SLOSum, err error) {
		err = r.Scan(&s.Start, &s.Bad, &s.Total, &s.Covered)
		return s, err
	}, `select start, bad, total, covered from slo_sums where n = $1 and grain = $2 and start >= $3 and start < $4 order by start`, n, grain, from, to)
}

// SLOSumsOfProduct are the stretches of a grain that begin in a time, of the
// objectives of a product, by their number.
func (tx *Tx) SLOSumsOfProduct(p plumbline.ProductRef, grain int64, from plumbline.Time) (map[int64][]SLOSum, error) {
	found, err := list(tx, func(r row) (v pair[int64, SLOSum], err error) {
		err = r.Scan(&v.key, &v.value.Start, &v.value.Bad, &v.value.Total, &v.value.Covered)
		return v, err
	}, `select x.n, x.start, x.bad, x.total, x.covered from slos s join slo_sums x on x.n = s.n
		where s.product = $1 and x.grain = $2 and x.start >= $3 order by x.n, x.start`, p, grain, from)
	return grouped(found, keyOf, valueOf), err
}

// DropSLOSums forgets the stretches of a grain, in seconds, that began before a
// time, and says how many there were.
func (tx *Tx) DropSLOSums(n, grain int64, before plumbline.Time) (int64, error) {
	return tx.exec(`delete from slo_sums where n = $1 and grain = $2 and start < $3`, n, grain, before)
}

// SLOChunk is a stretch of time that was told as evidence.
type SLOChunk struct {
	From, To   plumbline.Time
	Bad, Total plumbline.Decimal
	Ref        string
}

// InsertSLOChunks keeps stretches that were told; they do not overlap.
func (tx *Tx) InsertSLOChunks(n int64, chunks []SLOChunk) error {
	rows := make([][]any, len(chunks))
	for i, c := range chunks {
		rows[i] = []any{n, c.From, c.To, c.Bad, c.Total, c.Ref}
	}
	return tx.insertRows(`insert into slo_chunks (n, begins, until, bad, total, ref)`, rows, "")
}

// SLOChunks are the stretches of an objective that began at a time or after it,
// in order.
func (tx *Tx) SLOChunks(n int64, since plumbline.Time) ([]SLOChunk, error) {
	return list(tx, func(r row) (c SLOChunk, err error) {
		err = r.Scan(&c.From, &c.To, &c.Bad, &c.Total, &c.Ref)
		return c, err
	}, `select begins, until, bad, total, ref from slo_chunks where n = $1 and begins >= $2 order by begins`, n, since)
}

// FigureSources are the sources of figures, in the order of the configuration.
func (tx *Tx) FigureSources() ([]plumbline.SourceState, error) {
	return list(tx, func(r row) (s plumbline.SourceState, err error) {
		err = r.Scan(fromJSON{&s})
		return s, err
	}, `select body from figure_sources order by place, id`)
}

// PutFigureSource keeps how a source of figures is.
func (tx *Tx) PutFigureSource(place int, s plumbline.SourceState) error {
	_, err := tx.exec(`insert into figure_sources (id, place, body) values ($1, $2, $3) on conflict (id) do update set place = excluded.place, body = excluded.body`,
		s.ID, place, asJSON(s))
	return err
}

// DropFigureSource forgets a source of figures.
func (tx *Tx) DropFigureSource(id plumbline.LinkID) error {
	_, err := tx.exec(`delete from figure_sources where id = $1`, id)
	return err
}

// SLOByNumber is the objective with the number.
func (tx *Tx) SLOByNumber(n int64) (SLORow, error) {
	return need(tx, missing("There is no objective with the number %d.", n), scanSLO, `select `+sloColumns+` from slos where n = $1`, n)
}
