package plumbline

import "strconv"

// EvidenceFile is a file that bears evidence, kept as it came.
type EvidenceFile struct {
	ID       string            `json:"id"`
	Format   string            `json:"format"`
	Name     string            `json:"name"`
	Hash     string            `json:"hash"` // SHA-256 of the bytes, in hexadecimal
	Size     int64             `json:"size"` // bytes, unpacked
	Lines    int64             `json:"lines"`
	Settings map[string]string `json:"settings,omitempty"`
	Kept     bool              `json:"kept"` // false: it was only sent to be looked at
	By       PersonID          `json:"-"`
	ByName   string            `json:"by,omitempty"`
	At       Time              `json:"at"`
	Report   *ImportReport     `json:"report,omitempty"` // of when it was taken in last
}

// fileRefDigits is how many digits of a hash tell a file from others.
const fileRefDigits = 12

// FileRef is where a line of a file stands, as the Ref of an observation: "file
// 0123456789ab line 7". Line 0 is the file as a whole.
func FileRef(hash string, line int) string {
	ref := "file " + hash[:min(len(hash), fileRefDigits)]
	if line > 0 {
		ref += " line " + strconv.Itoa(line)
	}
	return ref
}

// ParseFileRef is the beginning of the file's hash and the line, 0 for the whole,
// that a Ref names; ok is false when it names no file.
func ParseFileRef(ref string) (hash string, line int, ok bool) {
	const begin, mid = "file ", " line "
	if len(ref) < len(begin)+fileRefDigits || ref[:len(begin)] != begin {
		return "", 0, false
	}
	hash, rest := ref[len(begin):len(begin)+fileRefDigits], ref[len(begin)+fileRefDigits:]
	if !IsFileHash(hash) {
		return "", 0, false
	}
	if rest == "" {
		return hash, 0, true
	}
	if len(rest) <= len(mid) || rest[:len(mid)] != mid {
		return "", 0, false
	}
	line, err := strconv.Atoi(rest[len(mid):])
	return hash, line, err == nil && line > 0
}

// IsFileHash says whether a text can be the beginning of a file's hash: twelve
// digits or more.
func IsFileHash(text string) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(text) >= fileRefDigits && len(text) <= 64
}
