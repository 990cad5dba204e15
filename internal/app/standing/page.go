package standing

import (
	"encoding/base64"
	"strconv"
	"strings"

	"plumbline"
)

// writePlace is where a page by time and id ends, as text that means nothing to others.
func writePlace(at plumbline.Time, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(int64(at), 10) + " " + id))
}

// readPlace reads it back; empty is the start.
func readPlace(cursor string) (plumbline.Time, string, error) {
	if cursor == "" {
		return 0, "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	at, id, ok := strings.Cut(string(raw), " ")
	n, bad := strconv.ParseInt(at, 10, 64)
	if err != nil || bad != nil || !ok || id == "" {
		return 0, "", plumbline.FieldError("cursor", "The cursor does not belong to this list. Leave it out to begin at the start.")
	}
	return plumbline.Time(n), id, nil
}
