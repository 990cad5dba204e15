package alike

import "strings"

// slots is how many counters a sketch has for words and for grams each: what
// falls on the same one is taken for the same when its rarity is judged, which
// makes both look a little less rare and nothing else. A power of two.
const slots = 1 << 18

// Sketch knows how rare words and grams are, from the texts that were added to
// it. It takes six megabytes, however many those are. It is not safe for
// concurrent use; what [Sketch.Ask] returns does not touch it again.
type Sketch struct {
	docs         uint32
	words, grams rarity
	slot         map[string]uint32 // of words met, so that most are not stemmed again
}

// maxSlots is how many words a sketch remembers the slot of.
const maxSlots = 20_000

// rarity counts in how many texts something occurs.
type rarity struct {
	in    []uint32 // texts, by slot
	last  []uint32 // the text that counted last, so that each counts once
	total uint64   // of the lengths of all texts
}

// NewSketch is a sketch of no texts.
func NewSketch() *Sketch {
	s := &Sketch{slot: map[string]uint32{}}
	for _, r := range []*rarity{&s.words, &s.grams} {
		r.in, r.last = make([]uint32, slots), make([]uint32, slots)
	}
	return s
}

// Docs is how many texts were added.
func (s *Sketch) Docs() int { return int(s.docs) }

// Add takes a text into account.
func (s *Sketch) Add(t Text) {
	t = prepared(t)
	s.docs++
	for _, part := range weighed(t) {
		eachWord(part.text, func(w string) { s.words.add(s.slotOf(w), s.docs, part.weight) })
		eachGram(part.text, func(g gram) { s.grams.add(slotOfGram(g), s.docs, part.weight) })
	}
}

func (s *Sketch) slotOf(w string) uint32 {
	slot, ok := s.slot[w]
	if !ok {
		slot = slotOfWord(stem(w))
		if len(s.slot) < maxSlots && len(w) <= 20 {
			s.slot[strings.Clone(w)] = slot
		}
	}
	return slot
}

func (r *rarity) add(slot, doc uint32, weight int) {
	r.total += uint64(weight)
	if r.last[slot] != doc {
		r.last[slot] = doc
		r.in[slot]++
	}
}

// part is a piece of a text with how much it counts.
type part struct {
	text   string
	weight int
}

func weighed(t Text) [2]part {
	return [2]part{{t.Title, titleWeight}, {t.Body, 1}}
}

func slotOfWord(w string) uint32 {
	h := uint32(2166136261) // FNV-1a
	for i := range len(w) {
		h = (h ^ uint32(w[i])) * 16777619
	}
	return (h ^ h>>16) % slots
}

func slotOfGram(g gram) uint32 {
	h := uint32(g) * 2654435769 // Fibonacci hashing: the upper bits are the mixed ones
	return h >> (32 - 18)
}
