package order

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/rank"
)

func compareFiled(a, b plumbline.Item) int {
	return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.ID, b.ID))
}

// judged is the facts as a policy judges them: a list that worlds share, and what
// differs from it in one of them.
type judged struct {
	shared []rank.Subject
	edited map[int]*rank.Subject
}

func (j *judged) at(i int) *rank.Subject {
	if s, ok := j.edited[i]; ok {
		return s
	}
	return &j.shared[i]
}

// maxEdited is how much a list may differ before it is written anew.
const maxEdited = 256

func (j *judged) clone() *judged {
	out := &judged{j.shared, maps.Clone(j.edited)}
	if out.edited == nil {
		out.edited = map[int]*rank.Subject{}
	}
	if len(out.edited) > maxEdited {
		out.flatten()
	}
	return out
}

func (j *judged) flatten() {
	if len(j.edited) == 0 {
		return
	}
	j.shared = slices.Clone(j.shared)
	for i, s := range j.edited {
		j.shared[i] = *s
	}
	j.edited = map[int]*rank.Subject{}
}

func (w *World) judged(p *rank.Policy) *judged {
	out, ok := w.subjects[p.Version]
	if !ok {
		out = &judged{shared: make([]rank.Subject, len(w.Facts))}
		for i, f := range w.Facts {
			out.shared[i] = w.subject(p, f)
		}
		w.subjects[p.Version] = out
	}
	return out
}

// Subjects are the facts as the policy judges them, in the same order.
func (w *World) Subjects(p *rank.Policy) []rank.Subject {
	j := w.judged(p)
	j.flatten()
	return j.shared
}

func (w *World) subject(p *rank.Policy, f *Fact) rank.Subject {
	it := f.Item
	s := agenda.Judged(it, f.Events)
	s.Hardness, s.Category, s.Born = it.Fields["date_hardness"], string(it.Product), w.reign.At(it.Created)
	s.Duties = f.Duties
	s.Profile, s.Sponsor, s.Factors = it.Fields["urgency_profile"], it.Fields["sponsor"], map[plumbline.Factor]rank.Factor{}
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
