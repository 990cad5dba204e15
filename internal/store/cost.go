package store

import "plumbline"

// Amounts are what charges come to, as billed and as effective.
type Amounts struct{ Billed, Effective plumbline.Sum }

// values are the six columns of amounts.
func (a Amounts) values() []any {
	b0, b1, b2 := a.Billed.Words()
	e0, e1, e2 := a.Effective.Words()
	return []any{b0, b1, b2, e0, e1, e2}
}

const amountColumns = `billed, billed_mid, billed_low, effective, effective_mid, effective_low`

// sums adds the columns of amounts of a table up, one by one.
func sums(of string) string {
	return `cast(sum(` + of + `billed) as bigint), cast(sum(` + of + `billed_mid) as bigint), cast(sum(` + of + `billed_low) as bigint), ` +
		`cast(sum(` + of + `effective) as bigint), cast(sum(` + of + `effective_mid) as bigint), cast(sum(` + of + `effective_low) as bigint)`
}

// amountWords are the six columns while they are read.
type amountWords [6]int64

func (w *amountWords) fields() []any { return []any{&w[0], &w[1], &w[2], &w[3], &w[4], &w[5]} }

// amounts puts the words together; what is too large is an error.
func (w *amountWords) amounts() (a Amounts, err error) {
	var ok1, ok2 bool
	a.Billed, ok1 = plumbline.SumOf(w[0], w[1], w[2])
	a.Effective, ok2 = plumbline.SumOf(w[3], w[4], w[5])
	if !ok1 || !ok2 {
		err = plumbline.Errorf(plumbline.Invalid, "The amounts are too large to be added up.")
	}
	return a, err
}

// scanAmounts reads a row whose last six columns are amounts.
func scanAmounts(r row, before ...any) (Amounts, error) {
	var w amountWords
	if err := r.Scan(append(before, w.fields()...)...); err != nil {
		return Amounts{}, err
	}
	return w.amounts()
}

// CostFile is a reading of a bill; Source is the file that is kept.
type CostFile struct {
	ID, Source    string
	Name, Hash    string
	At            plumbline.Time
	Rows, Skipped int64
	Loaded        bool
	Rules         string // version by which its tags were kept
	By            plumbline.PersonID
	ByName        string
}

const costFileColumns = `id, source, name, hash, at, n, skipped, loaded, rules, person, person_name`

func scanCostFile(r row) (f CostFile, err error) {
	err = r.Scan(&f.ID, &f.Source, &f.Name, &f.Hash, &f.At, &f.Rows, &f.Skipped, &f.Loaded, &f.Rules, &f.By, &f.ByName)
	return f, err
}

// PutCostFile adds a bill, or replaces what is known of it.
func (tx *Tx) PutCostFile(f CostFile) error {
	_, err := tx.exec(`
		insert into cost_files (`+costFileColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (id) do update set at = excluded.at, n = excluded.n, skipped = excluded.skipped, loaded = excluded.loaded, rules = excluded.rules`,
		f.ID, f.Source, f.Name, f.Hash, f.At, f.Rows, f.Skipped, f.Loaded, f.Rules, f.By, f.ByName)
	return err
}

// CostFileByHash is the loaded bill with these bytes, if there is one.
func (tx *Tx) CostFileByHash(hash string) (CostFile, bool, error) {
	return first(tx, scanCostFile, `select `+costFileColumns+` from cost_files where hash = $1 and loaded order by at desc, id desc limit 1`, hash)
}

// CostFiles are the loaded bills, the latest first, at most n of them.
func (tx *Tx) CostFiles(n int) ([]CostFile, error) {
	return list(tx, scanCostFile, `select `+costFileColumns+` from cost_files where loaded order by at desc, id desc limit $1`, n)
}

// CostFilesByID are the bills with the ids.
func (tx *Tx) CostFilesByID(ids []string) (map[string]CostFile, error) {
	found, err := byMany(tx, scanCostFile, ids, func(in string) string { return `select ` + costFileColumns + ` from cost_files where id in ` + in })
	return keyed(found, func(f CostFile) string { return f.ID }, itself), err
}

// DropCostLoads takes away what readings of a file that were cut off have left.
func (tx *Tx) DropCostLoads(source string) error {
	const cut = ` in (select id from cost_files where source = $1 and not loaded)`
	for _, table := range [...]string{"cost_facts where file", "cost_slices where file", "cost_files where id"} {
		if _, err := tx.exec(`delete from `+table+cut, source); err != nil {
			return err
		}
	}
	return nil
}

// CostSlice is what a bill says of one billing account in one billing period.
type CostSlice struct {
	File                      string
	Slice                     int64
	Provider, Account, Period string
	BillTo                    plumbline.Time
	LastDay                   int64 // number of the last day that anything is charged for
	Rows                      int64
	At                        plumbline.Time // when it was read
	Live                      bool
	Ended                     plumbline.Time
	EndedBy                   string
}

const costSliceColumns = `file, slice, provider, account, period, bill_to, last_day, n, at, live, ended, ended_by`

func scanCostSlice(r row) (s CostSlice, err error) {
	err = r.Scan(&s.File, &s.Slice, &s.Provider, &s.Account, &s.Period, &s.BillTo, &s.LastDay, &s.Rows, &s.At, &s.Live, &s.Ended, &s.EndedBy)
	return s, err
}

// PutCostSlice adds a slice or replaces it.
func (tx *Tx) PutCostSlice(s CostSlice) error {
	_, err := tx.exec(`
		insert into cost_slices (`+costSliceColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (file, slice) do update set bill_to = excluded.bill_to, last_day = excluded.last_day, n = excluded.n, live = excluded.live`,
		s.File, s.Slice, s.Provider, s.Account, s.Period, s.BillTo, s.LastDay, s.Rows, s.At, s.Live, s.Ended, s.EndedBy)
	return err
}

// LiveCostSlices are the slices that count.
func (tx *Tx) LiveCostSlices() ([]CostSlice, error) {
	return list(tx, scanCostSlice, `select `+costSliceColumns+` from cost_slices where live order by slice, file`)
}

// LoadedTo are for each provider and bill how far it tells, the latest first.
func (tx *Tx) LoadedTo() ([]CostSlice, error) {
	return list(tx, func(r row) (s CostSlice, err error) {
		err = r.Scan(&s.Provider, &s.File, &s.BillTo, &s.LastDay, &s.At)
		return s, err
	}, `select provider, file, max(bill_to), max(last_day), max(at) from cost_slices where live group by provider, file order by max(last_day) desc, provider, file limit 200`)
}

// EndCostSlice lets another bill take the place of a slice: what it says is kept in
// its file and counts no more.
func (tx *Tx) EndCostSlice(s CostSlice, at plumbline.Time, by string) error {
	if _, err := tx.exec(`delete from cost_facts where file = $1 and slice = $2`, s.File, s.Slice); err != nil {
		return err
	}
	_, err := tx.exec(`update cost_slices set live = false, ended = $3, ended_by = $4 where file = $1 and slice = $2`, s.File, s.Slice, at, by)
	return err
}

// CostKey is what charges have in common that fall together on a day.
type CostKey struct {
	ID                                              int64
	Body                                            string // all of it, as JSON
	Service, Category, Account, Region, Kind, Usual string
	Currency                                        string
	Product                                         plumbline.ProductRef
	Share                                           int // the rule by which it is split; 0: it is not
	Rule                                            int
	Tags                                            [][2]string
}

// InsertCostKeys adds those that are not there.
func (tx *Tx) InsertCostKeys(keys []CostKey) error {
	var rows, tags [][]any
	for _, k := range keys {
		rows = append(rows, []any{k.ID, k.Body, k.Service, k.Category, k.Account, k.Region, k.Kind, k.Usual, k.Currency, k.Product, k.Share, k.Rule})
		for _, t := range k.Tags {
			tags = append(tags, []any{k.ID, t[0], t[1]})
		}
	}
	err := tx.insertRows(`insert into cost_keys (id, body, service, category, account, region, kind, usual, currency, product, share, rule)`, rows, `on conflict (id) do nothing`)
	if err != nil {
		return err
	}
	return tx.insertRows(`insert into cost_key_tags (cost_key, tag, value)`, tags, `on conflict (cost_key, tag) do nothing`)
}

// CostKeysAfter are keys by id, for going through all of them.
func (tx *Tx) CostKeysAfter(id int64, n int) ([]CostKey, error) {
	return list(tx, func(r row) (k CostKey, err error) {
		err = r.Scan(&k.ID, &k.Body, &k.Product, &k.Share, &k.Rule)
		return k, err
	}, `select id, body, product, share, rule from cost_keys where id > $1 order by id limit $2`, id, n)
}

// AllotCostKey says whose the charges of a key are.
func (tx *Tx) AllotCostKey(k CostKey) error {
	_, err := tx.exec(`update cost_keys set product = $2, share = $3, rule = $4 where id = $1`, k.ID, k.Product, k.Share, k.Rule)
	return err
}

// CostFact is what the charges of a key come to on a day, in one slice of a bill.
// Line is where the first of them stands.
type CostFact struct {
	Slice, Key, Day int64
	Month           string
	Rows, Line      int64
	Amounts
}

// AddCostFacts adds to what a bill has told so far.
func (tx *Tx) AddCostFacts(file string, facts []CostFact) error {
	rows := make([][]any, len(facts))
	for i, f := range facts {
		rows[i] = append([]any{file, f.Slice, f.Key, f.Day, f.Month, f.Rows, f.Line}, f.values()...)
	}
	return tx.insertRows(`insert into cost_facts (file, slice, cost_key, day, month, n, line, `+amountColumns+`)`, rows, `
		on conflict (file, slice, cost_key, day) do update set n = cost_facts.n + excluded.n,
			billed = cost_facts.billed + excluded.billed, billed_mid = cost_facts.billed_mid + excluded.billed_mid, billed_low = cost_facts.billed_low + excluded.billed_low,
			effective = cost_facts.effective + excluded.effective, effective_mid = cost_facts.effective_mid + excluded.effective_mid, effective_low = cost_facts.effective_low + excluded.effective_low`)
}

// CostMonths are the months that the charges of a bill fall into; all months for
// "".
func (tx *Tx) CostMonths(file string) ([]string, error) {
	if file == "" {
		return list(tx, column[string], `select distinct month from cost_facts order by month`)
	}
	return list(tx, column[string], `select distinct month from cost_facts where file = $1 order by month`, file)
}

// CostMonthsOf are those of one slice.
func (tx *Tx) CostMonthsOf(file string, slice int64) ([]string, error) {
	return list(tx, column[string], `select distinct month from cost_facts where file = $1 and slice = $2 order by month`, file, slice)
}
