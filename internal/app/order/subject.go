package order

import (
	"cmp"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/rank"
)

func compareFiled(a, b plumbline.Item) int {
	return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.ID, b.ID))
}

// Subjects are the facts as the policy judges them, in the same order.
func (w *World) Subjects(p *rank.Policy) []rank.Subject {
	out, ok := w.subjects[p.Version]
	if !ok {
		out = make([]rank.Subject, len(w.Facts))
		for i, f := range w.Facts {
			out[i] = w.subject(p, f)
		}
		w.subjects[p.Version] = out
	}
	return out
}

func (w *World) subject(p *rank.Policy, f *Fact) rank.Subject {
	it := f.Item
	s := rank.Subject{
		ID: string(it.Key), Title: it.Title, Labels: it.Labels, Class: string(it.Class), Kind: string(it.Kind), Severity: it.Severity,
		Priority: it.Priority, Opened: it.Created, Hardness: it.Fields["date_hardness"], Events: f.Events, Category: string(it.Product),
		Born: w.reign.At(it.Created), Duties: f.Duties,
		Profile: it.Fields["urgency_profile"], Sponsor: it.Fields["sponsor"],
		Factors: map[plumbline.Factor]rank.Factor{},
	}
	if day, err := time.Parse(time.DateOnly, strings.TrimSpace(it.Fields["needed_by"])); err == nil {
		s.Due = plumbline.At(day)
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
	return s
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
