package judging

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/order"
	"plumbline/internal/app/rights"
	"plumbline/internal/chance"
	"plumbline/internal/rank"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// Resolve says what a factor turned out to be. The intervals that people gave
// before are scored by it.
func (j *Judge) Resolve(ctx context.Context, who plumbline.Actor, key plumbline.Key, in RealityInput) error {
	in.Source = strings.TrimSpace(in.Source)
	var bad plumbline.Problems
	if math.IsNaN(in.Value) || math.IsInf(in.Value, 0) {
		bad.Add("value", "Give an ordinary number.")
	}
	if in.Source == "" || len(in.Source) > 2000 {
		bad.Add("source", "Say where the number comes from: a link, or a few words.")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return j.items.AddTo(ctx, who, key, rights.SayReality, func(tx *store.Tx, it plumbline.Item) error {
		p, err := j.order.Policy(tx)
		if err != nil {
			return err
		}
		f, err := order.FactorOf(p, in.Factor)
		if err != nil {
			return err
		}
		if !mayRead(who, f.Private) {
			return plumbline.Errorf(plumbline.Denied, "%s is an amount: only people who are cleared for amounts write it down.", f.Name)
		}
		open, err := tx.OpenRounds([]plumbline.ItemID{it.ID})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(open[it.ID], func(r plumbline.Round) bool { return slices.Contains(r.Factors, f.ID) }) {
			return plumbline.Errorf(plumbline.Conflict, "A blind round is open about this. Close it first, so that its answers are kept as they were given.")
		}
		r := plumbline.Reality{
			ID: store.NewID(), Item: it.ID, Factor: f.ID, Value: plumbline.Hide(in.Value), Source: in.Source, By: who.Person, ByName: who.Name, At: j.now(),
		}
		if err := tx.PutReality(r); err != nil {
			return err
		}
		return j.items.NoteFor(tx, who, it, "factor resolved", "user", ledger.Narrower(it.Visibility, plumbline.InternalOnly), map[string]any{"changed": []string{string(f.ID)}})
	})
}

// realities are what became of an item's factors.
func (j *Judge) realities(tx *store.Tx, who plumbline.Actor, p *rank.Policy, id plumbline.ItemID) ([]RealityView, error) {
	all, err := tx.Realities([]plumbline.ItemID{id})
	var out []RealityView
	for _, r := range all[id] {
		f, err := order.FactorOf(p, r.Factor)
		v := RealityView{Factor: r.Factor, Text: plumbline.Withheld, Source: r.Source, ByName: r.ByName, At: r.At}
		if err == nil && mayRead(who, f.Private) {
			v.Text = numberText(r.Value.Keep(), f.Share)
		}
		out = append(out, v)
	}
	return out, err
}

func numberText(x float64, share bool) string {
	return order.Text(plumbline.Quantity{Shape: plumbline.Exact, Low: x, High: x}, share)
}

// Calibration is how well intervals held when it became known what came. One's
// own record is for oneself and for product managers; teams and factors are for
// all who estimate.
func (j *Judge) Calibration(ctx context.Context, who plumbline.Actor) (out CalibrationView, err error) {
	if err := rights.Need(who, rights.ReadEstimates); err != nil {
		return out, err
	}
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Resolved()
		if err != nil {
			return err
		}
		p, err := j.order.Policy(tx)
		if err != nil {
			return err
		}
		teams, err := ledger.TeamNames(tx)
		if err != nil {
			return err
		}
		ids := make([]plumbline.ItemID, len(all))
		for i, r := range all {
			ids[i] = r.Item
		}
		seen, err := tx.SeenAmong(who, slices.Compact(slices.Sorted(slices.Values(ids))))
		out = calibrate(who, p, all, teams, seen)
		return err
	})
	return out, err
}

// maxIntervals is how many intervals with what came are shown: the newest.
const maxIntervals = 100

// calibrate makes the records of people, teams and factors.
func calibrate(who plumbline.Actor, p *rank.Policy, all []store.Resolved, teams map[plumbline.TeamRef]string, seen map[plumbline.ItemID]bool) CalibrationView {
	groups := map[[2]string][]chance.Outcome{}
	var out CalibrationView
	for _, r := range all {
		f, err := order.FactorOf(p, r.Factor)
		q, actual := r.Value.Keep(), r.Actual.Keep()
		if err != nil || !mayRead(who, f.Private) || !q.Known() || q.Low == q.High || q.Low <= 0 || actual <= 0 {
			continue // what has no logarithm, or is no interval, has no record
		}
		o := chance.Outcome{Low: q.Low, High: q.High, Actual: actual}
		add := func(kind, name string) { groups[[2]string{kind, name}] = append(groups[[2]string{kind, name}], o) }
		if r.By == who.Person || rights.May(who, rights.RunRounds) {
			add("person", r.ByName)
		}
		if r.Team != "" {
			add("team", cmp.Or(teams[r.Team], string(r.Team)))
		}
		add("factor", f.Name)
		if len(out.Intervals) < maxIntervals && seen[r.Item] && rights.May(who, rights.ReadEstimates) {
			out.Intervals = append(out.Intervals, ResolvedView{
				Key: r.Key, Title: r.Title, Factor: r.Factor, By: r.ByName, Text: order.Text(q, f.Share), Actual: numberText(actual, f.Share),
				Inside: q.Low <= actual && actual <= q.High,
			})
		}
	}
	for at, outcomes := range groups {
		if g, err := group(at[0], at[1], outcomes); err == nil {
			out.Groups = append(out.Groups, g)
		}
	}
	kinds := []string{"person", "team", "factor"}
	sorted.By(out.Groups, func(a, b CalibrationGroup) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(b.Resolved, a.Resolved), cmp.Compare(a.Name, b.Name))
	})
	out.Sentence = "Nothing that was estimated is known yet. Write down what came, and the next intervals get better."
	if n := len(out.Intervals); n > 0 {
		hit := 0
		for _, v := range out.Intervals {
			if v.Inside {
				hit++
			}
		}
		out.Sentence = fmt.Sprintf("Of %d intervals %d held what came; 9 of 10 should.", n, hit)
	}
	return out
}

// group is the record of a group in words, with one verdict: kindly, since narrow
// intervals are how everybody begins.
func group(kind, name string, outcomes []chance.Outcome) (CalibrationGroup, error) {
	r, err := chance.RecordOf(outcomes)
	if err != nil {
		return CalibrationGroup{}, err
	}
	h := r.Holding()
	g := CalibrationGroup{Kind: kind, Name: name, Resolved: r.Resolved, Hit: r.Hits, Rate: h.Rate, Low: h.Low, High: h.High, Widen: r.Widening, Verdict: r.Verdict(), Bias: biasWords(r)}
	g.Sentence, g.Next = h.Evidence()+" ", fmt.Sprintf("%.1f times as wide", r.Widening)
	switch g.Verdict {
	case chance.TooEarly:
		g.Sentence, g.Next = fmt.Sprintf("%d of %d held. After ten we can say more.", r.Hits, r.Resolved), "too early to say"
	case chance.AsPromised:
		g.Sentence, g.Next = g.Sentence+"These ranges can be relied on.", "as they are"
	case chance.PerhapsBold:
		g.Sentence += fmt.Sprintf("That may be chance; ranges %s would be safer.", g.Next)
	case chance.TooBold:
		g.Sentence += fmt.Sprintf("That is usual: most people's first ranges are too narrow. Make them about %s.", g.Next)
	case chance.PerhapsCareful:
		g.Sentence += fmt.Sprintf("That may be luck; ranges could be narrower, %s.", g.Next)
	case chance.TooCareful:
		g.Sentence += fmt.Sprintf("You could dare narrower ranges, %s.", g.Next)
	}
	if g.Bias != "" {
		g.Sentence += " " + g.Bias
	}
	return g, nil
}

// biasWords says whether too low or too high was said, when a record is long
// enough and it is more than a tenth.
func biasWords(r chance.Record) string {
	if !r.Counts() || math.Abs(r.Bias) < 0.1 {
		return ""
	}
	if r.Bias > 0 {
		return fmt.Sprintf("What came was typically %.1f times the middle of what was said.", math.Exp(r.Bias))
	}
	return fmt.Sprintf("What came was typically %.0f %% of the middle of what was said.", 100*math.Exp(r.Bias))
}
