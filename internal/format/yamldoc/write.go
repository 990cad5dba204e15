package yamldoc

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Text makes a scalar of text.
func Text(s string) *Node { return &Node{Text: s, Quote: !plain(s)} }

// Texts makes a list of text.
func Texts(list []string) *Node {
	out := &Node{Kind: List}
	for _, s := range list {
		out.Items = append(out.Items, Text(s))
	}
	return out
}

// Set puts a value under the key of a mapping, at its end when the key is new; a
// nil value takes the key away.
func (n *Node) Set(key string, value *Node) {
	for i, k := range n.Keys {
		switch {
		case k != key:
		case value == nil:
			n.Keys, n.Items = append(n.Keys[:i:i], n.Keys[i+1:]...), append(n.Items[:i:i], n.Items[i+1:]...)
			return
		default:
			n.Items[i] = value
			return
		}
	}
	if value != nil {
		n.Keys, n.Items = append(n.Keys, key), append(n.Items, value)
	}
}

// Below is the mapping under a key of a mapping, made when it is not there.
func (n *Node) Below(key string) *Node {
	if m := n.get(key); m != nil && m.Kind == Mapping {
		return m
	}
	m := &Node{Kind: Mapping}
	n.Set(key, m)
	return m
}

// Write is the node as a YAML document in block form. Read gives the same node
// again, but for lines and for keys that were written twice.
func Write(n *Node) []byte {
	var b bytes.Buffer
	write(&b, n, 0, false)
	if b.Len() == 0 || b.Bytes()[b.Len()-1] != '\n' {
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// write puts a node at the end of what is there: behind a key or a dash when
// inline, else on a line of its own.
func write(b *bytes.Buffer, n *Node, indent int, inline bool) {
	switch {
	case n == nil || n.Kind == Scalar:
		if inline {
			b.WriteByte(' ')
		}
		b.WriteString(scalar(n))
		b.WriteByte('\n')
	case len(n.Items) == 0:
		if inline {
			b.WriteByte(' ')
		}
		b.WriteString(map[Kind]string{List: "[]\n", Mapping: "{}\n"}[n.Kind])
	case n.Kind == List:
		if inline {
			b.WriteByte('\n')
		}
		for _, it := range n.Items {
			pad(b, indent)
			b.WriteByte('-')
			if it != nil && it.Kind != Scalar && len(it.Items) > 0 {
				b.WriteByte('\n')
				write(b, it, indent+1, false)
				continue
			}
			write(b, it, indent+1, true)
		}
	default:
		if inline {
			b.WriteByte('\n')
		}
		for i, key := range n.Keys {
			pad(b, indent)
			b.WriteString(scalar(Text(key)))
			b.WriteByte(':')
			write(b, n.Items[i], indent+1, true)
		}
	}
}

func pad(b *bytes.Buffer, indent int) { b.WriteString(strings.Repeat("  ", indent)) }

// scalar writes what was written plain as it was, and all else in double quotes,
// whose escapes are those of JSON.
func scalar(n *Node) string {
	if n == nil || n.Null {
		return "null"
	}
	if !n.Quote && safe(n.Text) && !strings.EqualFold(n.Text, "null") {
		return n.Text
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(n.Text); err != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// plain says whether text can stand without quotes and is still text.
func plain(s string) bool {
	if !safe(s) {
		return false
	}
	first := s[0]
	letter := first >= 'a' && first <= 'z' || first >= 'A' && first <= 'Z'
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	return letter
}

// safe says whether a value can stand without quotes. The parser takes a key that ends
// with << for a merge key.
func safe(s string) bool {
	if s == "" || strings.TrimSpace(s) != s || strings.Contains(s, "<<") || strings.ContainsAny(s[:1], "-?:,[]{}#&*!|>'\"%@`=~<") && !number(s) {
		return false
	}
	if strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.HasSuffix(s, ":") || strings.HasPrefix(s, "...") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff
	})
}

// number says whether a value that begins with a dash can only be a number.
func number(s string) bool {
	return len(s) > 1 && s[0] == '-' && strings.Trim(s[1:], "0123456789.") == ""
}
