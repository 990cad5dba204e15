package client

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"

	"plumbline"
)

// ImportInput is how files are to be taken in.
type ImportInput struct {
	Format  string
	Source  string // empty: what the format says
	Process plumbline.ProcessID
	Map     map[string]string // of csv: header → field, "" leaves the column out
	DryRun  bool
}

func (in ImportInput) query() url.Values {
	q := url.Values{"format": {in.Format}}
	if in.Source != "" {
		q.Set("source", in.Source)
	}
	if in.Process != "" {
		q.Set("process", string(in.Process))
	}
	if in.DryRun {
		q.Set("dry_run", "1")
	}
	for h, f := range in.Map {
		q.Add("map", h+"="+f)
	}
	return q
}

// Import takes in files of another system. each is called with every part of the
// report as it is done. Doing it again, also after an error, changes nothing
// that was done.
func (c *Client) Import(ctx context.Context, in ImportInput, files []plumbline.ImportFile, each func([]plumbline.RowReport)) (plumbline.ImportCount, error) {
	count := plumbline.ImportCount{DryRun: in.DryRun}
	req, err := c.prepare(ctx, request{method: http.MethodPost, path: "/imports", query: in.query()}, nil)
	if err != nil {
		return count, err
	}
	body, to := io.Pipe()
	form := multipart.NewWriter(to)
	req.Header.Set("Content-Type", form.FormDataContentType())
	go func() { to.CloseWithError(writeFiles(form, files)) }()
	return c.sendImport(ctx, req, body, count, each)
}

// sendImport sends a body as it comes, closes it, and follows the report.
func (c *Client) sendImport(ctx context.Context, req *http.Request, body io.ReadCloser, count plumbline.ImportCount, each func([]plumbline.RowReport)) (plumbline.ImportCount, error) {
	req.Body, req.ContentLength = body, -1
	resp, err := c.http.Do(req)
	_ = body.Close() // ends who writes it when the server answered before it had read all
	if err != nil {
		return count, c.unreachable(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		return count, decodeProblem(resp, answer)
	}
	return c.followImport(ctx, resp, count, each)
}

func writeFiles(form *multipart.Writer, files []plumbline.ImportFile) error {
	for _, f := range files {
		part, err := form.CreateFormFile("file", f.Name)
		if err != nil {
			return err
		}
		if _, err := part.Write(f.Data); err != nil {
			return err
		}
	}
	return form.Close()
}

// followImport reads the report line by line.
func (c *Client) followImport(ctx context.Context, resp *http.Response, count plumbline.ImportCount, each func([]plumbline.RowReport)) (plumbline.ImportCount, error) {
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, maxAnswer)
	for lines.Scan() {
		var line struct {
			Rows    []plumbline.RowReport  `json:"rows"`
			Count   *plumbline.ImportCount `json:"count"`
			Problem json.RawMessage        `json:"problem"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return count, &plumbline.Error{Kind: plumbline.Internal, Text: "A line of the import's report could not be read.", Err: err}
		}
		if line.Count != nil {
			count = *line.Count
		}
		if len(line.Problem) > 0 {
			return count, decodeProblem(resp, line.Problem)
		}
		if line.Count != nil {
			return count, nil
		}
		each(line.Rows)
	}
	if err := lines.Err(); err != nil {
		return count, c.unreachable(ctx, err)
	}
	return count, plumbline.Errorf(plumbline.Unavailable, "The import's report broke off. Run it again: what is done is the same then.")
}

// Export writes all items that the filter shows to out, as csv or json lines.
func (c *Client) Export(ctx context.Context, f plumbline.Filter, format string, out io.Writer) error {
	f.Sort, f.Limit, f.Cursor = "", 0, ""
	q := f.Values()
	q.Set("format", format)
	return c.download(ctx, request{method: http.MethodGet, path: "/export", query: q}, out)
}

// ExportAudit writes all of the audit log that the query shows to out, as CSV.
// The query's names are item, person, type, from and until.
func (c *Client) ExportAudit(ctx context.Context, query url.Values, out io.Writer) error {
	return c.download(ctx, request{method: http.MethodGet, path: "/audit/export", query: query}, out)
}

func (c *Client) download(ctx context.Context, r request, out io.Writer) error {
	req, err := c.prepare(ctx, r, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "text/csv, application/x-ndjson, application/yaml")
	resp, err := c.http.Do(req)
	if err != nil {
		return c.unreachable(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		return decodeProblem(resp, answer)
	}
	if _, err := io.Copy(out, resp.Body); err != nil {
		return &plumbline.Error{Kind: plumbline.Unavailable, Text: "The export broke off; what was written is not whole.", Err: err}
	}
	return nil
}
