package link_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/link"
)

// The example that the Standard Webhooks specification publishes.
const (
	whToken = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	whID    = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	whStamp = "1614265330"
	whBody  = `{"test": 2432232314}`
	whSign  = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

func whHeader(id, stamp, signature string) http.Header {
	h := http.Header{}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", stamp)
	h.Set("webhook-signature", signature)
	return h
}

func TestCheckSigned(t *testing.T) {
	key, err := link.SigningKey(whToken)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1614265330, 0)
	other, _ := link.SigningKey("whsec_AAAA")
	for _, c := range []struct {
		name                       string
		id, stamp, signature, body string
		off                        time.Duration
		keys                       [][]byte
		want                       bool
	}{
		{"the published example", whID, whStamp, whSign, whBody, 0, [][]byte{key}, true},
		{"with others before it", whID, whStamp, "v1a,x v1,AAAA " + whSign, whBody, 0, [][]byte{key}, true},
		{"with an old and a new key", whID, whStamp, whSign, whBody, 0, [][]byte{other, key}, true},
		{"with another key", whID, whStamp, whSign, whBody, 0, [][]byte{other}, false},
		{"without a key", whID, whStamp, whSign, whBody, 0, nil, false},
		{"5 min late", whID, whStamp, whSign, whBody, 5 * time.Minute, [][]byte{key}, true},
		{"6 min late", whID, whStamp, whSign, whBody, 6 * time.Minute, [][]byte{key}, false},
		{"5 min early", whID, whStamp, whSign, whBody, -5 * time.Minute, [][]byte{key}, true},
		{"6 min early", whID, whStamp, whSign, whBody, -6 * time.Minute, [][]byte{key}, false},
		{"another body", whID, whStamp, whSign, whBody + "\n", 0, [][]byte{key}, false},
		{"another id", whID + "x", whStamp, whSign, whBody, 0, [][]byte{key}, false},
		{"another time", whID, "1614265331", whSign, whBody, 0, [][]byte{key}, false},
		{"no id", "", whStamp, whSign, whBody, 0, [][]byte{key}, false},
		{"no time", whID, "", whSign, whBody, 0, [][]byte{key}, false},
		{"no signature", whID, whStamp, "", whBody, 0, [][]byte{key}, false},
		{"an empty signature", whID, whStamp, "v1,", whBody, 0, [][]byte{key}, false},
		{"another version", whID, whStamp, "v2" + whSign[2:], whBody, 0, [][]byte{key}, false},
		{"a time far off", whID, "99999999999999", whSign, whBody, 0, [][]byte{key}, false},
	} {
		err := link.CheckSigned(whHeader(c.id, c.stamp, c.signature), []byte(c.body), c.keys, at.Add(c.off))
		if (err == nil) != c.want {
			t.Errorf("%s: got %v, want good: %v", c.name, err, c.want)
		}
		if err != nil && (plumbline.KindOf(err) != plumbline.Unauthenticated || strings.Contains(err.Error(), whToken[6:])) {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	// A wrong clock is told apart from a forged signature.
	err = link.CheckSigned(whHeader(whID, whStamp, whSign), []byte(whBody), [][]byte{key}, at.Add(12*time.Minute))
	if err == nil || !strings.Contains(err.Error(), "clock") || !strings.Contains(err.Error(), "12m") {
		t.Errorf("got %v", err)
	}
}

func TestCheckSignedBits(t *testing.T) {
	key, _ := link.SigningKey(whToken)
	now := time.Unix(1614265330, 0)
	for i := range len(whBody) * 8 {
		body := []byte(whBody)
		body[i/8] ^= 1 << (i % 8)
		if link.CheckSigned(whHeader(whID, whStamp, whSign), body, [][]byte{key}, now) == nil {
			t.Errorf("bit %d of the body does not matter", i)
		}
	}
	for i := range len(whSign) * 8 {
		s := []byte(whSign)
		s[i/8] ^= 1 << (i % 8)
		if link.CheckSigned(whHeader(whID, whStamp, string(s)), []byte(whBody), [][]byte{key}, now) == nil && string(s) != whSign {
			// The last character of base64 carries unused bits.
			if i/8 != len(whSign)-2 {
				t.Errorf("bit %s of the signature does not matter", strconv.Itoa(i))
			}
		}
	}
}

func TestSigningKey(t *testing.T) {
	for _, bad := range []string{"", "whsec_", "whsec_?", "whsec_a b", "plain secret"} {
		if _, err := link.SigningKey(bad); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func TestSameHMAC(t *testing.T) {
	// GitHub's documentation publishes this one; Gitea signs the same way, bare.
	const secret, body, good = "It's a Secret to Everybody", "Hello, World!", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
	for _, c := range []struct {
		signature string
		secrets   []string
		want      bool
	}{
		{good, []string{secret}, true},
		{strings.ToUpper(good), []string{secret}, true},
		{good, []string{"new", secret}, true},
		{good, []string{"new"}, false},
		{good, nil, false},
		{good[:62], []string{secret}, false},
		{good + "00", []string{secret}, false},
		{"sha256=" + good, []string{secret}, false},
		{"", []string{secret}, false},
		{"", []string{""}, false},
		// The HMAC of the body under the empty key, as a server without a secret could be made to send.
		{"", nil, false},
	} {
		if got := link.SameHMAC([]byte(body), c.signature, c.secrets); got != c.want {
			t.Errorf("%q with %d secrets: got %v", c.signature, len(c.secrets), got)
		}
	}
}

func TestSameSecret(t *testing.T) {
	for _, c := range []struct {
		got      string
		accepted []string
		want     bool
	}{
		{"a", []string{"a"}, true}, {"a", []string{"b", "a"}, true}, {"a", []string{"b"}, false}, {"", []string{""}, false},
		{"", nil, false}, {"a", []string{""}, false}, {"ab", []string{"a"}, false},
	} {
		if got := link.SameSecret(c.got, c.accepted); got != c.want {
			t.Errorf("%q in %q: got %v", c.got, c.accepted, got)
		}
	}
}

func TestDeliveryID(t *testing.T) {
	digest := link.DeliveryID([]byte("x"))
	for _, c := range []struct {
		ids  []string
		want string
	}{
		{[]string{"a", "b"}, "a"}, {[]string{"", "b"}, "b"}, {[]string{"two words", "b"}, "b"}, {[]string{strings.Repeat("a", 200)}, digest}, {[]string{"a\n"}, digest},
	} {
		if got := link.DeliveryID([]byte("x"), c.ids...); got != c.want {
			t.Errorf("%q: got %q, want %q", c.ids, got, c.want)
		}
	}
	if digest == link.DeliveryID([]byte("y")) {
		t.Error("two bodies have one digest")
	}
}
