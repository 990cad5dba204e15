package objectives

import (
	"math"
	"slices"
	"strconv"

	"plumbline"
	"plumbline/internal/store"
)

// ruleKey names an objective in Sloth's recording rules.
type ruleKey struct{ id, service, slo string }

func keyOf(labels map[string]string) ruleKey {
	return ruleKey{labels["sloth_id"], labels["sloth_service"], labels["sloth_slo"]}
}

// takeRules takes what Sloth's rules say in: one answer for each series, joined on
// sloth_id, sloth_service and sloth_slo.
func (m *measurer) takeRules() error {
	goals, asked := m.rules["slo:objective:ratio"]
	if !asked || goals.Fault != "" {
		return nil
	}
	values := map[ruleKey]map[string]float64{}
	twice := map[ruleKey]bool{}
	var order []ruleKey
	for _, s := range goals.Series {
		k := keyOf(s.Labels)
		if k.service == "" || k.slo == "" || len(s.Points) == 0 {
			continue
		}
		if values[k] != nil {
			twice[k] = true
			continue
		}
		values[k] = map[string]float64{}
		order = append(order, k)
	}
	for name, f := range m.rules {
		for _, s := range f.Series {
			if v := values[keyOf(s.Labels)]; v != nil && f.Step == 0 && len(s.Points) > 0 && sound(s.Points[0].Value) {
				if _, there := v[name]; !there {
					v[name] = s.Points[0].Value
				}
			}
		}
	}
	known, err := m.known(order)
	if err != nil {
		return err
	}
	for _, k := range order {
		problem := ""
		if twice[k] {
			problem = "Several series of the recording rules have the same sloth_id: nothing is added up or averaged."
		}
		if err := m.rule(k, known[plumbline.SLOName(k.service, k.slo)], values[k], problem); err != nil {
			return err
		}
	}
	return m.absent(known)
}

// absent goes on from objectives whose rules are not there: nothing was measured of
// them in the time that was asked for.
func (m *measurer) absent(known map[string]store.SLORow) error {
	f, asked := m.rules["range"]
	if !asked || f.Fault != "" {
		return nil
	}
	for after := ""; ; {
		rows, err := m.tx.SLOs(after, listed)
		if err != nil {
			return err
		}
		for _, s := range rows {
			if _, ok := known[s.ID]; ok || !readsRules(s) || s.Source != m.in.Round.Source && s.Source != "" || s.ReadUntil >= f.To {
				continue
			}
			s.ReadUntil = f.To
			if _, err := m.tx.PutSLO(s); err != nil {
				return err
			}
		}
		if len(rows) < listed {
			return nil
		}
		after = rows[len(rows)-1].ID
	}
}

func (m *measurer) known(keys []ruleKey) (map[string]store.SLORow, error) {
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = plumbline.SLOName(k.service, k.slo)
	}
	return m.tx.SLOsByID(ids)
}

// rule takes one objective in that the rules tell of. What a file defines stays as
// the file says; then the rules only add what they say themselves.
func (m *measurer) rule(k ruleKey, s store.SLORow, values map[string]float64, problem string) error {
	m.found++
	at := m.rules["slo:objective:ratio"].To
	if s.N == 0 || s.Hash == "" && s.Format == "" {
		s.SLO = plumbline.SLO{ID: plumbline.SLOName(k.service, k.slo), Service: k.service, Name: k.slo, Title: k.slo, Method: plumbline.Timeslices,
			Format: "recording rules", Indicator: plumbline.Indicator{Kind: plumbline.ByRules, System: "prometheus"}}
		s.Source = m.in.Round.Source
	}
	before := s
	days := int(math.Round(values["slo:time_period:days"]))
	if s.RuleID, s.Period = k.id, days; s.Hash == "" {
		s.Target = plumbline.RoundedShare(decimalOf(values["slo:objective:ratio"]))
		s.Window = plumbline.Window{Days: days}
		if remark := m.products.tie(&s, ""); remark != "" && s.N == 0 {
			s.Said = ""
		}
	}
	if s.SLO.Validate() != nil {
		return nil // rules that are not whole yet
	}
	if readsRules(s) {
		s.Problem = problem
	}
	s.Said = RulesSay{At: at, Values: values}.text()
	isNew := s.N == 0
	changed := isNew || before.Target != s.Target || before.Window != s.Window || before.Product != s.Product
	if changed {
		s.At = m.now()
	}
	s, err := m.tx.PutSLO(s)
	if err != nil {
		return err
	}
	if changed {
		if err := m.rebind(m.tx, m.who, m.products, s); err != nil {
			return err
		}
		if s, err = m.tx.SLOByNumber(s.N); err != nil {
			return err
		}
	}
	if isNew {
		if err := m.note(m.tx, m.who, plumbline.Public, "objective found", told{Text: s.ID, Detail: string(m.in.Round.Source)}); err != nil {
			return err
		}
	}
	if !readsRules(s) || problem != "" {
		return nil
	}
	return m.ruleSlices(k, s)
}

// ruleSlices takes the five-minute shares of one objective in: each slice of time
// counts by its share of bad, as Sloth counts, since the rules do not say how many
// events there were. A share that is NaN, no traffic, is no slice.
func (m *measurer) ruleSlices(k ruleKey, s store.SLORow) error {
	f, asked := m.rules["range"]
	if !asked || f.Fault != "" || s.ReadUntil >= f.To || f.From > m.begin(s, m.in.Round.At)+micros(m.step) {
		return nil // or it was found just now: the next round asks from where it begins
	}
	i := slices.IndexFunc(f.Series, func(x plumbline.Series) bool { return keyOf(x.Labels) == k })
	one := f
	if one.Series = nil; i >= 0 {
		one.Series = f.Series[i : i+1]
	}
	return m.add(s, measured(map[string]plumbline.Figures{partShare: one}, s.ReadUntil, micros(m.step)), f.To, ruleName+ruleLabels(s))
}

// ruleLabels narrow a series of Sloth to one objective.
func ruleLabels(s store.SLORow) string { return "{sloth_id=" + strconv.Quote(s.RuleID) + "}" }

// decimalOf is a float as its shortest decimal.
func decimalOf(x float64) plumbline.Decimal {
	if !sound(x) {
		return ""
	}
	d, err := plumbline.ParseDecimal(strconv.FormatFloat(x, 'f', -1, 64))
	if err != nil {
		return ""
	}
	return d
}
