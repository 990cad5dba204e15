package link

import (
	"fmt"
	"strings"
)

// A marker makes our own comment or issue findable again. It is a hidden line
// at the very beginning of the text, where nothing that a requester wrote can
// stand, and it counts only on what our own bot wrote.

// Tagged is the text with its marker before it.
func Tagged(marker, text string) string { return markerLine(marker) + "\n" + text }

// Carries says whether the body begins with the marker.
func Carries(body, marker string) bool {
	return marker != "" && strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), markerLine(marker))
}

// markerLine writes every byte that could end the HTML comment as %XX.
func markerLine(marker string) string {
	var b strings.Builder
	b.WriteString("<!-- plumbline:")
	for i := 0; i < len(marker); i++ {
		c := marker[i]
		plain := isNameByte(c) || strings.IndexByte(".:/", c) >= 0 || c == '-' && i > 0 && marker[i-1] != '-'
		if plain {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	b.WriteString(" -->")
	return b.String()
}

// sameText says whether two texts are the same but for the line breaks and the
// blank ends that trackers change.
func sameText(a, b string) bool { return settled(a) == settled(b) }

func settled(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}
