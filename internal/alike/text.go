package alike

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// Text is a title and what was written below it.
type Text struct{ Title, Body string }

// Opening is how many characters of a body count. What people mean stands at
// the beginning; logs and stack traces that follow are alike for the wrong
// reason, and the work stays bounded.
const Opening = 400

// titleWeight is how often a word or gram of the title counts; see the
// reference in the package comment.
const titleWeight = 3

// gramLength is the length of a gram in characters.
const gramLength = 4

// plain is a text in lower case and without accents, its words parted by single
// spaces. A word is a run of letters and digits.
func plain(s string) string {
	if !ascii(s) {
		s = strings.Map(withoutMark, norm.NFD.String(s))
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// withoutMark drops the marks that a decomposition has split off.
func withoutMark(r rune) rune {
	if unicode.Is(unicode.Mn, r) {
		return -1
	}
	return r
}

// opening is the first characters of a text.
func opening(s string) string {
	if len(s) <= Opening {
		return s
	}
	n := 0
	for i := range s {
		if n == Opening {
			return s[:i]
		}
		n++
	}
	return s
}

// prepared is a text as it is compared: title and opening, both plain.
func prepared(t Text) Text {
	return Text{Title: plain(t.Title), Body: plain(opening(t.Body))}
}

// eachWord calls do with the words of a plain text.
func eachWord(s string, do func(word string)) {
	for len(s) > 0 {
		word, rest, _ := strings.Cut(s, " ")
		do(word)
		s = rest
	}
}

// stem is the stem of an English word, by the Snowball rules.
func stem(word string) string { return english.Stem(word, true) }

// gram is a run of four characters, as a number: exact for ASCII, else a hash.
type gram uint32

// eachGram calls do with the grams of a plain text, which is taken to stand
// between spaces. A text that is too short has none.
func eachGram(s string, do func(g gram)) {
	if s == "" {
		return
	}
	if !ascii(s) {
		eachWideGram(s, do)
		return
	}
	window := gram(' ')
	for i := range len(s) {
		window = window<<8 | gram(s[i])
		if i >= gramLength-2 {
			do(window)
		}
	}
	if len(s) >= gramLength-2 {
		do(window<<8 | gram(' '))
	}
}

func eachWideGram(s string, do func(g gram)) {
	runes := []rune(" " + s + " ")
	for i := 0; i+gramLength <= len(runes); i++ {
		h := uint32(2166136261) // FNV-1a over the characters
		exact := uint32(0)
		wide := false
		for _, r := range runes[i : i+gramLength] {
			h = (h ^ uint32(r)) * 16777619
			exact = exact<<8 | uint32(r)&0x7f
			wide = wide || r >= utf8.RuneSelf
		}
		if !wide {
			do(gram(exact))
			continue
		}
		do(gram(h | 1<<31)) // no ASCII gram has that bit
	}
}
