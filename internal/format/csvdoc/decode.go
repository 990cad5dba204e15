package csvdoc

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"plumbline"
)

// decode makes a file UTF-8. What it is written in is said by its byte order
// mark, else by the zero bytes of UTF-16, else it is UTF-8 if it is valid as
// that, else Windows-1252, which holds Latin-1. A file with good UTF-8 in it and
// bad bytes beside stays UTF-8: its rows are judged one by one.
func decode(name string, data []byte) (string, error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", plumbline.Errorf(plumbline.Invalid, "%s: %s", name, fmt.Sprintf(format, args...))
	}
	switch {
	case len(data) > plumbline.MaxImport:
		return refuse("it has %d bytes; at most %d are read. Split it.", len(data), plumbline.MaxImport)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return refuse("it is a workbook or an archive; save the table as CSV.")
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(name, data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(name, data[2:], binary.BigEndian)
	default:
		if order := zeros(data); order != nil {
			return fromUTF16(name, data, order)
		}
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return refuse("line %d has a zero byte; it is no text.", lineAt(data, i))
	}
	if utf8.Valid(data) || someUTF8(data) {
		return string(data), nil
	}
	return from1252(name, data)
}

// zeros says which half of each pair is zero in a file of UTF-16 without a mark:
// text in Latin letters has a zero in nearly every pair.
func zeros(data []byte) binary.ByteOrder {
	head := data[:min(len(data), 4096)&^1]
	low, high := 0, 0
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			high++
		}
		if head[i+1] == 0 {
			low++
		}
	}
	switch pairs := len(head) / 2; {
	case pairs > 1 && low > pairs/2 && high == 0:
		return binary.LittleEndian
	case pairs > 1 && high > pairs/2 && low == 0:
		return binary.BigEndian
	}
	return nil
}

func fromUTF16(name string, data []byte, order binary.ByteOrder) (string, error) {
	if len(data)%2 == 1 {
		return "", plumbline.Errorf(plumbline.Invalid, "%s: it is UTF-16 and ends in the middle of a character.", name)
	}
	var b strings.Builder
	b.Grow(len(data) / 2)
	line := 1
	for i := 0; i < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if i+4 <= len(data) {
				low = rune(order.Uint16(data[i+2:]))
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return "", plumbline.Errorf(plumbline.Invalid, "%s: line %d has half a character of UTF-16.", name, line)
			}
			i += 2
		}
		switch r {
		case 0:
			return "", plumbline.Errorf(plumbline.Invalid, "%s: line %d has a zero character; it is no text.", name, line)
		case '\n':
			line++
		}
		b.WriteRune(r)
	}
	return b.String(), nil
}

// someUTF8 says whether a character of several bytes is well written in data.
func someUTF8(data []byte) bool {
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if r != utf8.RuneError {
			return true
		}
		i += n
	}
	return false
}

// upper1252 are the characters of the bytes 0x80 to 0x9f in Windows-1252; the
// rest of it is Latin-1. Zero: the byte is not used.
var upper1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

func from1252(name string, data []byte) (string, error) {
	var b strings.Builder
	b.Grow(len(data) + len(data)/8)
	for i, c := range data {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = upper1252[c-0x80]
		}
		if r == 0 || c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return "", plumbline.Errorf(plumbline.Invalid, "%s: line %d has the byte 0x%02X, which is neither UTF-8 nor Latin-1 (Windows-1252) text. Save the file as UTF-8.", name, lineAt(data, i), c)
		}
		b.WriteRune(r)
	}
	return b.String(), nil
}

func lineAt(data []byte, i int) int { return 1 + bytes.Count(data[:i], []byte("\n")) }

// separator finds what separates cells: said by a first line "sep=;", as
// spreadsheets write it, else the one that the first line has most of outside of
// quotes.
func separator(text string) (rest string, sep byte, line int) {
	first, after, _ := strings.Cut(text, "\n")
	first = strings.TrimSuffix(first, "\r")
	if len(first) == 5 && strings.EqualFold(first[:4], "sep=") && strings.IndexByte(separators, first[4]) >= 0 {
		return after, first[4], 2
	}
	counts, inside := map[byte]int{}, false
	for i := 0; i < len(first); i++ {
		if first[i] == '"' {
			inside = !inside
		}
		if !inside {
			counts[first[i]]++
		}
	}
	sep = separators[0]
	for i := range separators {
		if counts[separators[i]] > counts[sep] {
			sep = separators[i]
		}
	}
	return text, sep, 1
}

const separators = ",;\t|"
