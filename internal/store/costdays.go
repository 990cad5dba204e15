package store

import "plumbline"

// The dimensions of parts that are no tag.
const (
	CostTotal    = "total"
	CostService  = "service"
	CostCategory = "category"
	CostAccount  = "account"
	CostRegion   = "region"
	CostKind     = "kind"
	CostUsual    = "usual"
	CostShare    = "share"
	CostTag      = "tag:" // with the key behind it
)

// CostDay is what a product cost on a day. No product: nobody's, or with Share what
// is yet to be split by that rule.
type CostDay struct {
	Product  plumbline.ProductRef
	Share    int
	Currency string
	Day      int64
	Usual    string
	Rows     int64
	File     string // the latest one that tells of it
	Amounts
}

// SumCostDays adds up what counts in some months.
func (tx *Tx) SumCostDays(months []string) ([]CostDay, error) {
	return byMany(tx, func(r row) (d CostDay, err error) {
		d.Amounts, err = scanAmounts(r, &d.Product, &d.Share, &d.Currency, &d.Day, &d.Usual, &d.Rows, &d.File)
		return d, err
	}, months, func(in string) string {
		return `select k.product, k.share, k.currency, f.day, k.usual, cast(sum(f.n) as bigint), max(f.file), ` + sums("f.") + `
			from cost_facts f join cost_keys k on k.id = f.cost_key join cost_slices s on s.file = f.file and s.slice = f.slice
			where s.live and f.month in ` + in + ` group by k.product, k.share, k.currency, f.day, k.usual order by f.day, k.product, k.share, k.currency, k.usual`
	})
}

// CostDaysBetween are the days of all products from one day to before another.
func (tx *Tx) CostDaysBetween(from, to int64) ([]CostDay, error) {
	return list(tx, scanCostDay, `select `+costDayColumns+` from cost_days where day >= $1 and day < $2 order by day, product, currency, usual`, from, to)
}

// CostDaysOf are the days of some products from one day on.
func (tx *Tx) CostDaysOf(products []plumbline.ProductRef, currency string, from int64) ([]CostDay, error) {
	return byMany(tx, scanCostDay, products, func(in string) string {
		return `select ` + costDayColumns + ` from cost_days where currency = $1 and day >= $2 and product in ` + in + ` order by day, product, usual`
	}, currency, from)
}

const costDayColumns = `product, currency, day, usual, n, file, ` + amountColumns

func scanCostDay(r row) (d CostDay, err error) {
	d.Amounts, err = scanAmounts(r, &d.Product, &d.Currency, &d.Day, &d.Usual, &d.Rows, &d.File)
	return d, err
}

// PutCostDays replaces what products cost on days.
func (tx *Tx) PutCostDays(days []CostDay) error {
	rows := make([][]any, len(days))
	for i, d := range days {
		rows[i] = append([]any{d.Product, d.Currency, d.Day, d.Usual, d.Rows, d.File}, d.values()...)
	}
	return tx.insertRows(`insert into cost_days (`+costDayColumns+`)`, rows, `
		on conflict (product, currency, day, usual) do update set n = excluded.n, file = excluded.file,
			billed = excluded.billed, billed_mid = excluded.billed_mid, billed_low = excluded.billed_low,
			effective = excluded.effective, effective_mid = excluded.effective_mid, effective_low = excluded.effective_low`)
}

// CostPart is one part of a product's month.
type CostPart struct {
	Product         plumbline.ProductRef
	Currency, Month string
	Dim, Value      string
	Rows            int64
	Amounts
}

const costPartColumns = `product, currency, month, dim, value, n, ` + amountColumns

func scanCostPart(r row) (p CostPart, err error) {
	p.Amounts, err = scanAmounts(r, &p.Product, &p.Currency, &p.Month, &p.Dim, &p.Value, &p.Rows)
	return p, err
}

// SumCostParts works out the parts of some months again, and writes them in place
// of those that are there. What is split is nobody's here: PutCostParts adds it.
func (tx *Tx) SumCostParts(months []string, tags []string) error {
	for rest := months; len(rest) > 0; {
		n := min(perQuestion, len(rest))
		args := make([]any, n)
		for i, m := range rest[:n] {
			args[i] = m
		}
		if err := tx.sumCostParts(args, tags); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

func (tx *Tx) sumCostParts(months []any, tags []string) error {
	in := "(" + holes(1, len(months)) + ")"
	if _, err := tx.exec(`delete from cost_parts where month in `+in, months...); err != nil {
		return err
	}
	const insert = `insert into cost_parts (` + costPartColumns + `) `
	from := ` from cost_facts f join cost_keys k on k.id = f.cost_key join cost_slices s on s.file = f.file and s.slice = f.slice`
	where := ` where s.live and k.share = 0 and f.month in ` + in
	for _, dim := range [...]string{CostTotal, CostService, CostCategory, CostAccount, CostRegion, CostKind, CostUsual} {
		value, group := "k."+dim, ", k."+dim
		if dim == CostTotal {
			value, group = "''", ""
		}
		_, err := tx.exec(insert+`select k.product, k.currency, f.month, '`+dim+`', `+value+`, cast(sum(f.n) as bigint), `+sums("f.")+from+where+
			` group by k.product, k.currency, f.month`+group, months...)
		if err != nil {
			return err
		}
	}
	if len(tags) == 0 {
		return nil
	}
	_, err := tx.exec(insert+`select k.product, k.currency, f.month, '`+CostTag+`' || t.tag, t.value, cast(sum(f.n) as bigint), `+sums("f.")+from+
		` join cost_key_tags t on t.cost_key = k.id`+where+` group by k.product, k.currency, f.month, t.tag, t.value`, months...)
	return err
}

// PutCostParts adds parts, to those that are there already.
func (tx *Tx) PutCostParts(parts []CostPart) error {
	rows := make([][]any, len(parts))
	for i, p := range parts {
		rows[i] = append([]any{p.Product, p.Currency, p.Month, p.Dim, p.Value, p.Rows}, p.values()...)
	}
	return tx.insertRows(`insert into cost_parts (`+costPartColumns+`)`, rows, `
		on conflict (product, currency, month, dim, value) do update set n = cost_parts.n + excluded.n,
			billed = cost_parts.billed + excluded.billed, billed_mid = cost_parts.billed_mid + excluded.billed_mid, billed_low = cost_parts.billed_low + excluded.billed_low,
			effective = cost_parts.effective + excluded.effective, effective_mid = cost_parts.effective_mid + excluded.effective_mid, effective_low = cost_parts.effective_low + excluded.effective_low`)
}

// CostTotals are what all products cost in some months.
func (tx *Tx) CostTotals(months []string) ([]CostPart, error) {
	return byMany(tx, scanCostPart, months, func(in string) string {
		return `select ` + costPartColumns + ` from cost_parts where dim = '` + CostTotal + `' and month in ` + in + ` order by month desc, product, currency`
	})
}

// CostMonthSums are what all products cost in each month, the latest first, at most n.
func (tx *Tx) CostMonthSums(n int) ([]CostPart, error) {
	return list(tx, scanCostPart, `
		select '', currency, month, '`+CostTotal+`', '', cast(sum(n) as bigint), `+sums("")+`
		from cost_parts where dim = '`+CostTotal+`' group by currency, month order by month desc, currency limit $1`, n)
}

// CostPartsOf are the parts of a product's month in one currency, the largest of
// each dimension first, and of each dimension at most n.
func (tx *Tx) CostPartsOf(product plumbline.ProductRef, currency, month string, n int) ([]CostPart, error) {
	return list(tx, scanCostPart, `
		select `+costPartColumns+` from (
			select `+costPartColumns+`, row_number() over (partition by dim order by abs(effective) + abs(billed) desc, value) as place
			from cost_parts where product = $1 and currency = $2 and month = $3
		) as placed where place <= $4 order by dim, place`, product, currency, month, n)
}

// CostMonthsFor are the months that a product has cost in, the latest first.
func (tx *Tx) CostMonthsFor(product plumbline.ProductRef) ([]CostPart, error) {
	return list(tx, scanCostPart, `select `+costPartColumns+` from cost_parts where product = $1 and dim = '`+CostTotal+`' order by month desc, currency limit 120`, product)
}

// CostFactRow is a fact as a day's page shows it.
type CostFactRow struct {
	CostFact
	File, Service, Kind, Usual, Account, Region, Currency string
	Rule                                                  int
}

// CostFactsOn are the charges of a product on a day, the largest first, at most n.
func (tx *Tx) CostFactsOn(product plumbline.ProductRef, month string, day int64, n int) ([]CostFactRow, error) {
	return list(tx, func(r row) (f CostFactRow, err error) {
		f.Amounts, err = scanAmounts(r, &f.File, &f.Slice, &f.Key, &f.Day, &f.Rows, &f.Line, &f.Service, &f.Kind, &f.Usual, &f.Account, &f.Region, &f.Currency, &f.Rule)
		return f, err
	}, `
		select f.file, f.slice, f.cost_key, f.day, f.n, f.line, k.service, k.kind, k.usual, k.account, k.region, k.currency, k.rule, `+amountColumns+`
		from cost_facts f join cost_keys k on k.id = f.cost_key join cost_slices s on s.file = f.file and s.slice = f.slice
		where s.live and f.month = $1 and f.day = $2 and k.product = $3 and k.share = 0
		order by abs(effective) + abs(billed) desc, f.line limit $4`, month, day, product, n)
}
