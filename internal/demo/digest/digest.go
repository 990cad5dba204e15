// Package digest holds the demo's real data in the compact form that is embedded
// in the program: the proposals of kubernetes/enhancements with what happened to
// each and when, and the teams and products of two catalogs.
//
// The generator (internal/demo/gen) writes a [Digest] from the raw files in
// internal/demo/data; internal/demo reads it. Laws: pure; the same digest is the
// same bytes; nothing in it is invented.
package digest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"

	"plumbline"
)

// Digest is all of it.
type Digest struct {
	AsOf      plumbline.Time      `json:"as_of"`     // just after the newest change
	Milestone string              `json:"milestone"` // the release that most proposals aim for then
	Proposals []Proposal          `json:"proposals"` // by path
	Teams     []plumbline.Team    `json:"teams"`
	Products  []plumbline.Product `json:"products"`
	Notes     []string            `json:"notes"` // what was left out or repaired, and why
}

// Proposal is one enhancement proposal as its metadata says at the end.
type Proposal struct {
	Path         string            `json:"path"` // of its folder, "keps/sig-node/1287-…"
	Number       int               `json:"n,omitempty"`
	Title        string            `json:"title"`
	SIG          string            `json:"sig"`
	Product      string            `json:"product,omitempty"` // ref of the component that it changes
	Components   []string          `json:"components,omitempty"`
	Status       string            `json:"status,omitempty"` // of format/kep, empty when not known
	Stage        string            `json:"stage,omitempty"`
	Milestone    string            `json:"milestone,omitempty"` // the latest one named
	Milestones   map[string]string `json:"milestones,omitempty"`
	Authors      []string          `json:"authors,omitempty"`
	Approvers    []string          `json:"approvers,omitempty"`
	Created      plumbline.Time    `json:"created,omitempty"` // a day; 0: not known
	SeeAlso      []string          `json:"see_also,omitempty"`
	Replaces     []string          `json:"replaces,omitempty"`
	SupersededBy []string          `json:"superseded_by,omitempty"`
	Changes      []Change          `json:"changes"` // oldest first
}

// Cleared is what a field of a [Change] holds when the field became empty.
const Cleared = "-"

// Change is one commit that changed the proposal. A field that it did not change
// is empty.
type Change struct {
	At        int64  `json:"t"` // seconds since 1970
	Commit    string `json:"c"` // abbreviated hash
	Status    string `json:"s,omitempty"`
	Stage     string `json:"g,omitempty"`
	Milestone string `json:"m,omitempty"`
	SIG       string `json:"o,omitempty"`
}

// Time is when it was committed.
func (c Change) Time() plumbline.Time { return plumbline.Time(c.At * 1_000_000) }

// Text is the digest as JSON, one proposal a line, so that a change of the data
// is a readable difference.
func (d Digest) Text() ([]byte, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	b = bytes.ReplaceAll(b, []byte(`},{"path":`), []byte("},\n{\"path\":"))
	return append(b, '\n'), nil
}

// Pack compresses the text. The same text is the same bytes under one version of
// Go; across versions only the text stays the same.
func Pack(text []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(text); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Unpack is the text of a packed digest.
func Unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// Read reads a packed digest.
func Read(packed []byte) (Digest, error) {
	text, err := Unpack(packed)
	if err != nil {
		return Digest{}, err
	}
	var d Digest
	err = json.Unmarshal(text, &d)
	return d, err
}
