package client

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"plumbline"
)

// EvidenceImport is a file that bears evidence, on its way in.
type EvidenceImport struct {
	Format, Name string
	Settings     map[string]string // of the format
	DryRun       bool
}

// EvidenceFormat is a format of such files.
type EvidenceFormat struct {
	Name     string            `json:"name"`
	Help     string            `json:"help"`
	Settings []EvidenceSetting `json:"settings"`
}

// EvidenceSetting is something that a file does not say itself.
type EvidenceSetting struct {
	Name     string `json:"name"`
	Help     string `json:"help"`
	Required bool   `json:"required,omitempty"`
}

// FilePage is a page of files.
type FilePage struct {
	Files []plumbline.EvidenceFile `json:"files"`
	Next  string                   `json:"next,omitempty"`
}

// FileLine is a line of a file; Cut says that it goes on.
type FileLine struct {
	N    int64  `json:"line"`
	Text string `json:"text"`
	Cut  bool   `json:"cut,omitempty"`
}

// ImportEvidence takes in a file that bears evidence; it may be packed by gzip.
// each is called with every part of the report as it is done. Doing it again,
// also after an error, changes nothing that was done.
func (c *Client) ImportEvidence(ctx context.Context, in EvidenceImport, body io.Reader, each func([]plumbline.RowReport)) (plumbline.ImportCount, error) {
	count := plumbline.ImportCount{DryRun: in.DryRun}
	q := url.Values{}
	for name, value := range in.Settings {
		q.Set(name, value)
	}
	if in.Name != "" {
		q.Set("name", in.Name)
	}
	if in.DryRun {
		q.Set("dry_run", "1")
	}
	req, err := c.prepare(ctx, request{method: http.MethodPost, path: "/evidence/" + url.PathEscape(in.Format), query: q}, nil)
	if err != nil {
		return count, err
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	return c.sendImport(ctx, req, io.NopCloser(body), count, each)
}

// EvidenceFormats are the formats of files that bear evidence.
func (c *Client) EvidenceFormats(ctx context.Context) ([]EvidenceFormat, error) {
	out, err := call[struct{ Formats []EvidenceFormat }](ctx, c, request{method: http.MethodGet, path: "/evidence-formats"})
	return out.Formats, err
}

// EvidenceFiles are the files that were taken in, the latest first; cursor is the Next of
// the page before.
func (c *Client) EvidenceFiles(ctx context.Context, cursor string) (FilePage, error) {
	q := url.Values{}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return call[FilePage](ctx, c, request{method: http.MethodGet, path: "/files", query: q})
}

// EvidenceFile is one file, by its id or by twelve digits or more of its hash.
func (c *Client) EvidenceFile(ctx context.Context, id string) (plumbline.EvidenceFile, error) {
	return call[plumbline.EvidenceFile](ctx, c, request{method: http.MethodGet, path: "/files/" + url.PathEscape(id)})
}

// EvidenceLines are a line of a file, from 1, and at most 50 before and after it.
func (c *Client) EvidenceLines(ctx context.Context, id string, line, around int64) ([]FileLine, error) {
	q := url.Values{"line": {strconv.FormatInt(line, 10)}, "around": {strconv.FormatInt(around, 10)}}
	out, err := call[struct{ Lines []FileLine }](ctx, c, request{method: http.MethodGet, path: "/files/" + url.PathEscape(id) + "/lines", query: q})
	return out.Lines, err
}

// EvidenceBytes writes a file as it came, unpacked.
func (c *Client) EvidenceBytes(ctx context.Context, id string, out io.Writer) error {
	return c.download(ctx, request{method: http.MethodGet, path: "/files/" + url.PathEscape(id) + "/content"}, out)
}
