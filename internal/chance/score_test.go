package chance

import (
	"math"
	"testing"
)

func forecasts(ps []float64, came []int) (out []Forecast) {
	for i, p := range ps {
		out = append(out, Forecast{p, came[i] == 1})
	}
	return out
}

func TestT26Brier(t *testing.T) {
	list := forecasts([]float64{.9, .9, .9, .6, .6, .3, .3, .3, .1, .1}, []int{1, 1, 0, 1, 0, 0, 1, 0, 0, 0})
	b, err := Brier(list)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "score", b.Score, .204, 1e-12)
	near(t, "reliability", b.Reliability, .020667, 5e-7)
	near(t, "resolution", b.Resolution, .056667, 5e-7)
	near(t, "uncertainty", b.Uncertainty, .24, 1e-12)
	near(t, "parts", b.Reliability-b.Resolution+b.Uncertainty, b.Score, 1e-15)
	score, err := LogScore(list)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "log score", score, .606847, 5e-7)
}

func TestT27CRPS(t *testing.T) {
	for y, want := range map[float64]float64{0: .2336950, 1: .6024414, 2: 1.4527918} {
		near(t, "N(0,1)", CRPSNormal(0, 1, y), want, 5.1e-8)
	}
	near(t, "N(5,2)", CRPSNormal(5, 2, 8), 1.9888480, 5.1e-8)
	near(t, "LN(0,1)", CRPSLognormal(0, 1, 1), .2674055, 5.1e-8)
	near(t, "ensemble", CRPSEnsemble([]float64{6, 2, 1, 3}, 4), 1, 1e-15)
	near(t, "fair", CRPSFair([]float64{6, 2, 1, 3}, 4), .6666667, 5.1e-8)
	near(t, "Winkler", Winkler(10, 20, .9, 23), 70, 1e-12)
	near(t, "Winkler inside", Winkler(10, 20, .9, 20), 10, 0)
	near(t, "pinball above", Pinball(10, .85, 14), 3.4, 1e-15)
	near(t, "pinball below", Pinball(10, .85, 6), .6, 1e-15)
}

// The score is twice the mean pinball loss over all quantiles, and what a large
// sample of the same forecast has.
func TestCRPSAgrees(t *testing.T) {
	d := must(t)(LognormalOf(.3, .6))
	for _, y := range []float64{-1, .5, 1.4, 6} {
		const n = 20000
		sample, loss := make([]float64, n), 0.0
		for i := range sample {
			p := (float64(i) + .5) / n
			sample[i] = d.Quantile(p)
			loss += 2 * Pinball(sample[i], p, y) / n
		}
		near(t, "pinball", CRPSLognormal(.3, .6, y), loss, 1e-3)
		near(t, "ensemble", CRPSEnsemble(sample, y), loss, 1e-3)
		plain := 0.0
		for _, a := range sample[:300] {
			for _, b := range sample[:300] {
				plain += math.Abs(a-b) / 2 / 300 / 300
			}
		}
		off := 0.0
		for _, a := range sample[:300] {
			off += math.Abs(a-y) / 300
		}
		near(t, "by all pairs", CRPSEnsemble(sample[:300], y), off-plain, 1e-12)
	}
}

func TestRecord(t *testing.T) {
	none, err := RecordOf(nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "prior", none.HitRate, .9, 1e-15)
	near(t, "no widening", none.Widening, 1, 1e-12)
	var list []Outcome
	for i := range 25 { // 17 of 25 inside: (9+17)/35 = .743, as in the reference
		o := Outcome{Low: 2, High: 8, Actual: 4, Group: "effort"}
		if i >= 17 {
			o.Actual, o.Group = 16, "impact"
		}
		list = append(list, o)
	}
	r, err := RecordOf(list)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "hit rate", r.HitRate, .743, 5e-4)
	near(t, "widening", r.Widening, 1.45, 5e-3)
	near(t, "bias", r.Bias, 0, 1e-12)
	groups, err := RecordsOf(list)
	if err != nil {
		t.Fatal(err)
	}
	if e, i := groups["effort"], groups["impact"]; e.Resolved != 17 || e.Hits != 17 || i.Resolved != 8 || i.Hits != 0 || i.Counts() || !e.Counts() {
		t.Errorf("groups are %+v", groups)
	}
	near(t, "bias of impact", groups["impact"].Bias, math.Log(4), 1e-12)
	near(t, "narrower", groups["effort"].Widening, Z90/Probit((1+26.0/27)/2), 1e-12)
	d := must(t)(FromInterval(2, 8))
	c := must(t)(r.Corrected(d))
	near(t, "corrected", c.b, d.b*r.Widening, 1e-12)
	if _, err := RecordOf([]Outcome{{Low: 2, High: 8, Actual: 0}}); err == nil {
		t.Error("an actual value of zero was read")
	}
}

// Weights wait for ten resolved intervals, and then favour the better record.
func TestWeights(t *testing.T) {
	good := Record{Resolved: 20, Score: 1}
	middle := Record{Resolved: 20, Score: 2}
	bad := Record{Resolved: 20, Score: 100}
	fresh := Record{Resolved: 9, Score: .001}
	got := Weights([]Record{good, middle, bad, fresh})
	for i, want := range []float64{2, 1, 1.0 / 3, 1} {
		near(t, "weight", got[i], want, 1e-15)
	}
}
