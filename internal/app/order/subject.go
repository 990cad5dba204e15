package order

import (
	"cmp"
	"strings"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/rank"
	"plumbline/internal/shared"
)

func compareFiled(a, b plumbline.Item) int {
	return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.ID, b.ID))
}

// judged is the facts as a policy judges them, in the same order.
func (w *World) judged(p *rank.Policy) shared.List[*rank.Subject] {
	out, ok := w.subjects[p.Version]
	if !ok {
		all := make([]*rank.Subject, w.facts.Len())
		for i, f := range w.facts.All() {
			all[i] = w.subject(p, f)
		}
		out = shared.Of(all)
		w.subjects[p.Version] = out
	}
	return out
}

func (w *World) subject(p *rank.Policy, f *Fact) *rank.Subject {
	it := f.Item
	s := agenda.Judged(it, f.Events)
	s.Hardness, s.Category, s.Born = it.Fields["date_hardness"], string(it.Product), w.reign.At(it.Created)
	s.Duties = f.Duties
	s.Profile, s.Sponsor, s.Factors = it.Fields["urgency_profile"], it.Fields["sponsor"], map[plumbline.Factor]rank.Factor{}
	if day, ok := it.NeededBy(); ok {
		s.Due = day
	}
	for factor, all := range Effective(p, it, f.Estimates) {
		if pooled, ok := Pool(all); ok {
			s.Factors[factor] = pooled.Factor
		}
	}
	for _, d := range f.Demands {
		if a, ok := w.ask(d); ok {
			s.Asks = append(s.Asks, a)
		}
	}
	return &s
}

// ask is a demand as the influence economy counts it: one with the size of an
// opportunity counts as growth, any other as retention, with what the account
// pays. An amount in another currency than most accounts have is unknown: nobody
// has said what it is worth in theirs.
func (w *World) ask(d plumbline.Demand) (rank.Ask, bool) {
	account, known := w.accounts[d.Account]
	if d.Account == "" {
		return rank.Ask{}, false
	}
	a := rank.Ask{Account: string(d.Account), Pool: rank.Retention, Priority: d.Points, At: d.At}
	amount := plumbline.Money{}
	if known {
		amount, a.Renewal = account.ARR.Keep(), account.Renewal.Keep()
	}
	if worth := d.Worth.Keep(); worth.Micros > 0 {
		a.Pool, amount, a.Close = rank.Growth, worth, d.Close.Keep()
		a.Win = max(0, d.Probability.Keep())
	}
	stage := strings.ToLower(d.Stage.Keep())
	a.Lost = strings.Contains(stage, "lost") || strings.Contains(stage, "closed")
	a.Unknown = amount.Currency == "" || amount.Currency != w.currency
	a.Amount = float64(amount.Micros) / 1e6
	return a, true
}

// commonest is the currency that most accounts pay in.
func commonest(accounts []plumbline.Account) string {
	n := map[string]int{}
	best := ""
	for _, a := range accounts {
		c := a.ARR.Keep().Currency
		if c == "" {
			continue
		}
		n[c]++
		if best == "" || n[c] > n[best] || n[c] == n[best] && c < best {
			best = c
		}
	}
	return best
}
