package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"plumbline"
)

// The argon2id cost, as OWASP's password storage guidance gives it: two passes
// over 19 MiB, one lane.
const (
	argonTime, argonMemory, argonLanes = 2, 19 * 1024, 1
	minPassword                        = 12
	maxPassword                        = 1024
)

// hashNew checks and hashes a new password; "" stays "".
func (d *Register) hashNew(ctx context.Context, password string) (string, error) {
	if password == "" {
		return "", nil
	}
	if n := len([]rune(password)); n < minPassword || len(password) > maxPassword {
		return "", plumbline.FieldError("password", "A password has at least %d characters and at most %d.", minPassword, maxPassword)
	}
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key, err := d.argon(ctx, password, salt)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, enc(salt), enc(key)), nil
}

// argon runs one hash; at most two at a time, since each takes 19 MiB.
func (d *Register) argon(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case d.slow <- struct{}{}:
		defer func() { <-d.slow }()
	case <-ctx.Done():
		return nil, plumbline.Errorf(plumbline.Unavailable, "Too many people sign in at once. Try again in a moment.")
	}
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, 32), nil
}

// matches checks a password against a stored hash. A malformed hash takes as
// long as a wrong password, so that handles cannot be probed.
func (d *Register) matches(ctx context.Context, hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	salt, want := []byte("0123456789abcdef"), []byte(nil)
	if len(parts) == 6 {
		salt, _ = base64.RawStdEncoding.DecodeString(parts[4])
		want, _ = base64.RawStdEncoding.DecodeString(parts[5])
	}
	got, err := d.argon(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return len(want) > 0 && subtle.ConstantTimeCompare(got, want) == 1, nil
}
