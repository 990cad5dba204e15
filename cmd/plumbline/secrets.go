package main

import (
	"fmt"
	"os"
	"strings"

	"plumbline"
)

// maxSecret is the most that is read of a file that holds a secret.
const maxSecret = 64 << 10

// secret reads a secret from a file or a variable; neither is no secret. The
// name is that of the setting, for the error.
func (s *shell) secret(name, file, variable string) (string, error) {
	switch {
	case variable != "":
		v := s.env[variable]
		if v == "" {
			return "", plumbline.Errorf(plumbline.Invalid, "%s_env: the environment variable %s is empty or not set.", name, variable)
		}
		return strings.TrimSpace(v), nil
	case file != "":
		st, err := os.Stat(file)
		if err == nil && st.Size() > maxSecret {
			err = fmt.Errorf("it has %d bytes", st.Size())
		}
		var b []byte
		if err == nil {
			b, err = os.ReadFile(file)
		}
		if err != nil {
			return "", &plumbline.Error{Kind: plumbline.Invalid, Text: fmt.Sprintf("%s_file: the file %s cannot be read.", name, file), Err: err}
		}
		v := strings.TrimSpace(string(b))
		if v == "" {
			return "", plumbline.Errorf(plumbline.Invalid, "%s_file: the file %s is empty.", name, file)
		}
		return v, nil
	}
	return "", nil
}

// secrets are several: a line each, or with commas between, the newest first.
func (s *shell) secrets(name, file, variable string) ([]string, error) {
	text, err := s.secret(name, file, variable)
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ',' || r == ' ' }), nil
}
