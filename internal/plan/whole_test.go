package plan

import (
	"math"
	"math/rand/v2"
	"testing"

	"plumbline/internal/chance"
)

// What loads can fill of a cell is what the best of all subsets fills.
func TestWholeIsTheLargestSum(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 3))
		unit := []float64{0.1, 0.5, 1, 3, 0.25}[rng.IntN(5)]
		room := 1 + 20*rng.Float64()
		p := &Problem{Periods: []string{"Q"}, Teams: []Team{{ID: "T", Capacity: []chance.Dist{known(room)}}}}
		var sizes []float64
		for k := range 1 + rng.IntN(9) {
			sizes = append(sizes, unit*float64(1+rng.IntN(12)))
			p.Items = append(p.Items, Item{ID: string(rune('A' + k)), Values: []float64{1}, Effort: []Effort{{"T", known(sizes[k])}}})
		}
		want := 0.0
		for set := range 1 << len(sizes) {
			sum := 0.0
			for k, x := range sizes {
				if set>>k&1 == 1 {
					sum += x
				}
			}
			if sum <= room {
				want = max(want, sum)
			}
		}
		if got := newModel(p).whole()[0]; math.Abs(got-want) > 1e-6 {
			t.Errorf("seed %d: %v of %v can be filled with %v, want %v", seed, got, room, sizes, want)
		}
	}
}

// Efforts that are no whole numbers of a unit leave the room as it is.
func TestRoughEffortsLeaveTheRoom(t *testing.T) {
	p := &Problem{Periods: []string{"Q"}, Teams: []Team{{ID: "T", Capacity: []chance.Dist{known(7.5)}}},
		Items: []Item{{ID: "A", Values: []float64{1}, Effort: []Effort{{"T", known(math.Pi)}}}, {ID: "B", Values: []float64{1}, Effort: []Effort{{"T", known(2)}}}}}
	if got := newModel(p).whole()[0]; got != 7.5 {
		t.Errorf("got %v of 7.5", got)
	}
}
