package plumbline_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"plumbline"
)

func TestSumsAreReadAndWrittenToTheLastDigit(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"0", "0"}, {"-0.0", "0"}, {"12", "12"}, {".5", "0.5"}, {"20.52022672899", "20.52022672899"}, {"-0.00000000053", "-0.00000000053"},
		{"35.2E-7", "0.00000352"}, {"1.2345678901234567E-05", "0.000012345678901234567"}, {"123456789012.000000000000000000000000000001", "123456789012.000000000000000000000000000001"},
		{"-999999999999.999999999999999999", "-999999999999.999999999999999999"}, {"0.000000000000000001", "0.000000000000000001"}, {"0.0000001", "0.0000001"},
	} {
		s, err := plumbline.ParseSum([]byte(c.text))
		if err != nil || string(s.Decimal()) != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.text, s, err, c.want)
		}
	}
	for _, bad := range []string{"", "NULL", "$50,000.00 ", "1,5", "NaN", "1e99", "-", ".", "1.2.3", "0x10", "1234567890123", "0.0000000000000000000000000000001"} {
		if s, err := plumbline.ParseSum([]byte(bad)); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%q: got %s, %v", bad, s, err)
		}
	}
}

// decimals draws numbers as bills write them.
func decimals(t *rapid.T, name string) string {
	return rapid.StringMatching(`-?[0-9]{1,11}(\.[0-9]{1,29})?`).Draw(t, name)
}

// Sums are those of fractions, in any order, also when a database added the words.
func TestSumsAddLikeFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, got := new(big.Rat), plumbline.Sum{}
		var words [3]int64
		for range rapid.IntRange(1, 20).Draw(t, "many") {
			text := decimals(t, "amount")
			s, err := plumbline.ParseSum([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			r, _ := new(big.Rat).SetString(text)
			if s.Rat().Cmp(r) != 0 {
				t.Fatalf("%s was read as %s", text, s)
			}
			want.Add(want, r)
			got, _ = got.Plus(s)
			a, b, c := s.Words()
			words[0], words[1], words[2] = words[0]+a, words[1]+b, words[2]+c
		}
		if got.Rat().Cmp(want) != 0 {
			t.Fatalf("got %s, want %s", got, want.FloatString(30))
		}
		if of, ok := plumbline.SumOf(words[0], words[1], words[2]); !ok || of != got {
			t.Fatalf("the words come to %s, want %s", of, got)
		}
		if back := got.Negated().Negated(); back != got || got.Negated().Compare(got)*got.Compare(plumbline.Sum{}) > 0 {
			t.Fatalf("%s negated is %s", got, got.Negated())
		}
	})
}

// What does not fit is told.
func TestSumsNeverWrapRound(t *testing.T) {
	most, ok := plumbline.SumOf(1<<63-1, 0, 0)
	if !ok {
		t.Fatal("the largest sum is refused")
	}
	one, _ := plumbline.ParseSum([]byte("1"))
	if s, ok := most.Plus(one); ok {
		t.Errorf("more than the largest sum is %s", s)
	}
	if s, ok := most.Negated().Plus(one.Negated()); ok {
		t.Errorf("less than the smallest sum is %s", s)
	}
	if s, ok := plumbline.SumOf(1<<63-1, 999_999_999_999, 1<<62); ok {
		t.Errorf("a carry made %s of the largest sum", s)
	}
}

func TestSharesAreCutOffBehindTheLastDigit(t *testing.T) {
	s, _ := plumbline.ParseSum([]byte("1"))
	third := s.Share(big.NewRat(1, 1), big.NewRat(3, 1))
	if third.String() != "0.333333333333333333333333333333" {
		t.Errorf("a third of one is %s", third)
	}
	if got := s.Negated().Share(big.NewRat(1, 1), big.NewRat(3, 1)); got != third.Negated() {
		t.Errorf("a third of minus one is %s", got)
	}
}
