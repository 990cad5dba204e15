package chance

import (
	"math/bits"
	"sync"
)

// Stream is the random numbers of one factor of one item under one seed. The
// number of a sample is its only state: Uint64(7) is the same whoever asks, and
// when. Make one with [NewStream], outside of the inner loop; it is 16 bytes and
// may be copied and shared freely.
type Stream struct {
	key   uint64
	table *[1 << 16]float32 // of all streams, read only
}

// NewStream derives a stream from a seed, the id of an item and the name of a
// factor. Different arguments give streams that have nothing to do with each other.
func NewStream(seed uint64, id, factor string) Stream {
	k := mix(seed + golden)
	k = absorb(k, id)
	k = absorb(k, factor)
	return Stream{key: k, table: tableNormals()}
}

// The odd constant nearest to 2^64 over the golden ratio, and the two multipliers of
// Stafford's thirteenth variant of the MurmurHash3 finalizer.
const (
	golden = 0x9e3779b97f4a7c15
	stir1  = 0xbf58476d1ce4e5b9
	stir2  = 0x94d049bb133111eb
)

// mix is a bijection of 64 bits in which each bit of the input moves each bit of the
// output about half of the time.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * stir1
	z = (z ^ z>>27) * stir2
	return z ^ z>>31
}

// absorb adds a text and its length to a hash, eight bytes at a time.
func absorb(k uint64, s string) uint64 {
	k = mix(k ^ uint64(len(s))*golden)
	for len(s) > 0 {
		var w uint64
		n := min(8, len(s))
		for i := range n {
			w |= uint64(s[i]) << (8 * i)
		}
		k = mix(bits.RotateLeft64(k, 23)*golden ^ w)
		s = s[n:]
	}
	return k
}

// Uint64 is the random word of a sample: two rounds of a 64-bit mixer over the
// sample's number, with the key added before each, so that no two streams are
// shifted copies of each other.
func (s Stream) Uint64(sample uint64) uint64 {
	z := sample*golden + s.key
	z = (z ^ z>>30) * stir1
	z = (z ^ z>>27 ^ s.key) * stir2
	return z ^ z>>31
}

// Uniform is the sample as a number strictly between 0 and 1, one of 2^52.
func (s Stream) Uniform(sample uint64) float64 {
	return (float64(s.Uint64(sample)>>12) + 0.5) * (1.0 / (1 << 52))
}

// Normal is the sample as a standard normal of full precision.
func (s Stream) Normal(sample uint64) float64 { return Probit(s.Uniform(sample)) }

// Normals makes four standard normals of one random word, each from 16 of its bits by
// a table of the normal's quantiles: the fast way, for sums over many samples. They
// take 65,536 values between -4.33 and 4.33, with mean 0 and variance 1 - 0.00003.
func (s Stream) Normals(sample uint64) (a, b, c, d float32) {
	w := s.Uint64(sample)
	t := s.table
	return t[uint16(w)], t[uint16(w>>16)], t[uint16(w>>32)], t[uint16(w>>48)]
}

// tableNormals holds the normal quantile at (i+0.5)/65536 for each 16-bit word i. It
// takes a few milliseconds to make, so it is made when it is first asked for.
var tableNormals = sync.OnceValue(func() *[1 << 16]float32 {
	const n = 1 << 16
	t := new([n]float32)
	for i := range n / 2 {
		x := Probit((float64(i) + 0.5) / n)
		t[i], t[n-1-i] = float32(x), float32(-x)
	}
	return t
})
