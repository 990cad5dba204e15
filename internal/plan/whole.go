package plan

import (
	"math"
	"math/big"
)

// The finest unit in which efforts are looked at as whole numbers, and the most units
// of a cell for which the sums are gone through.
const (
	finest   = 1e-3
	maxUnits = 1 << 16
)

// whole is how much of the room of each cell loads can fill: the largest sum of
// efforts that fits, when all are known and are whole numbers of one unit. No plan
// fills a cell further, so that the bound may count on no more (a Chvátal-Gomory cut of
// each capacity; the sums by the usual dynamic programme for subset sums).
func (m *model) whole() []float64 {
	room := append([]float64(nil), m.room...)
	if !m.sure {
		return room
	}
	unit := m.units()
	sizes := make([][]int64, len(room))
	for _, u := range m.uses {
		for q := range m.periods {
			if c := int(u.row)*m.periods + q; unit[u.row] > 0 && m.allowed(u.item, q) {
				sizes[c] = append(sizes[c], int64(math.Round(u.mean/finest))/unit[u.row])
			}
		}
	}
	for c := range room {
		if g := unit[c/m.periods]; g > 0 {
			step := float64(g) * finest
			room[c] = min(room[c], float64(reached(sizes[c], math.Floor(m.full[c]/step+slack)))*step*(1+slack))
		}
	}
	return room
}

// units is the greatest common divisor of the efforts of each row, in the finest unit;
// 0 where they are not whole numbers of it.
func (m *model) units() []int64 {
	unit := make([]int64, m.rows)
	rough := make([]bool, m.rows)
	for _, u := range m.uses {
		x := math.Round(u.mean / finest)
		if x < 1 || x > 1<<50 || math.Abs(x*finest-u.mean) > slack*u.mean {
			rough[u.row] = true
			continue
		}
		for a, b := unit[u.row], int64(x); ; a, b = b, a%b {
			if b == 0 {
				unit[u.row] = a
				break
			}
		}
	}
	for r := range unit {
		if rough[r] {
			unit[r] = 0
		}
	}
	return unit
}

// reached is the largest sum of some of the sizes that is no more than most; most
// itself where that would take long to find out.
func reached(sizes []int64, most float64) int64 {
	if most < 0 {
		return 0
	}
	if most > maxUnits {
		return int64(min(most, 1<<60))
	}
	top := int64(most)
	all := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(top)+1), big.NewInt(1))
	sums, more := big.NewInt(1), new(big.Int)
	for _, s := range sizes {
		if s <= top && sums.Bit(int(top)) == 0 {
			sums.Or(sums, more.And(more.Lsh(sums, uint(s)), all))
		}
	}
	return int64(sums.BitLen() - 1)
}
