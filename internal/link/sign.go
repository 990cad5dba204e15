package link

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"plumbline"
)

// window is how far a signed delivery's time may be from our clock, as the
// Standard Webhooks specification recommends.
const window = 5 * time.Minute

// Refused is the error of a delivery that did not prove where it comes from.
func Refused(text string) error {
	return &plumbline.Error{Kind: plumbline.Unauthenticated, Text: text}
}

// SameSecret compares a plain secret with the accepted ones in constant time.
// An empty one is never the same.
func SameSecret(got string, accepted []string) bool {
	ok := 0
	g := sha256.Sum256([]byte(got))
	for _, a := range accepted {
		if a == "" {
			continue
		}
		w := sha256.Sum256([]byte(a))
		ok |= subtle.ConstantTimeCompare(g[:], w[:])
	}
	return ok == 1 && got != ""
}

// SameHMAC checks a hexadecimal HMAC-SHA256 of the raw body against the
// accepted secrets. An empty signature, as Gitea sends without a secret, or an
// empty secret is never good.
func SameHMAC(body []byte, signature string, accepted []string) bool {
	got, err := hex.DecodeString(signature)
	if err != nil || len(got) != sha256.Size {
		return false
	}
	ok := false
	for _, a := range accepted {
		if a == "" {
			continue
		}
		mac := hmac.New(sha256.New, []byte(a))
		mac.Write(body)
		ok = hmac.Equal(mac.Sum(nil), got) || ok
	}
	return ok
}

// SigningKey reads a signing token of the form whsec_<base64>.
func SigningKey(token string) ([]byte, error) {
	raw := strings.TrimRight(strings.TrimPrefix(strings.TrimSpace(token), "whsec_"), "=")
	key, err := base64.RawStdEncoding.DecodeString(raw)
	if err != nil || len(key) == 0 {
		return nil, plumbline.FieldError("signing", "A signing token looks like whsec_ followed by base64 text.")
	}
	return key, nil
}

// CheckSigned checks a delivery by Standard Webhooks: the header
// webhook-signature holds "v1,<base64 of HMAC-SHA256>" one or more times, over
// "{webhook-id}.{webhook-timestamp}.{raw body}", and the timestamp is within
// five minutes of now.
func CheckSigned(h http.Header, body []byte, keys [][]byte, now time.Time) error {
	id, stamp, given := h.Get("webhook-id"), h.Get("webhook-timestamp"), h.Get("webhook-signature")
	if given == "" {
		return Refused("The delivery is not signed, and this link accepts only signed ones: set the signing token in the tracker's webhook.")
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" {
		return Refused("The delivery's webhook-id or webhook-timestamp is missing or malformed.")
	}
	ok := false
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + stamp + "."))
		mac.Write(body)
		want := mac.Sum(nil)
		for _, one := range strings.Fields(given) {
			sum, v1 := strings.CutPrefix(one, "v1,")
			got, err := base64.StdEncoding.DecodeString(sum)
			if v1 && err == nil && hmac.Equal(want, got) {
				ok = true
			}
		}
	}
	if !ok {
		return Refused("The delivery's signature does not match any signing token of this link.")
	}
	if off := now.Sub(time.Unix(seconds, 0)); off > window || off < -window {
		return Refused("The delivery is signed for another time, " + off.Abs().Round(time.Minute).String() +
			" away: it is a replay, or one of the two clocks is wrong.")
	}
	return nil
}

// DeliveryID is the first of the ids that can be one, else a digest of the
// body, so that a delivery always has an id.
func DeliveryID(body []byte, ids ...string) string {
	for _, id := range ids {
		if len(id) > 0 && len(id) <= 128 && !strings.ContainsFunc(id, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.IsControl(r)
		}) {
			return id
		}
	}
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Object is nil when the body is one JSON object, else an Invalid error.
func Object(body []byte, v any) error {
	trimmed := strings.TrimLeft(string(body[:min(len(body), 64)]), " \t\r\n")
	if !strings.HasPrefix(trimmed, "{") {
		return plumbline.Errorf(plumbline.Invalid, "The delivery's body is not a JSON object.")
	}
	if err := Lenient(body, v); err != nil {
		return &plumbline.Error{Kind: plumbline.Invalid, Text: "The delivery's body is not valid JSON.", Err: err}
	}
	return nil
}
