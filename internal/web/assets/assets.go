// Package assets is what the browser loads beside a page: one script, one style
// sheet and one font, bundled by gen, committed in dist and built into the
// binary.
//
// Laws: names carry the hash of the content, so that a file is kept by the
// browser for ever and a new release is seen at once; nothing is fetched from
// anywhere else. The sources are in src; after changing them run
//
//	npm ci && go generate ./internal/web/assets
//
// in internal/web/assets and in the module's root. A test compares the sources
// with the hash in dist/manifest.json, so that a forgotten run is noticed
// without npm.
//
// The script knows no page. A page asks for what it wants by attributes:
//
//   - data-live and an id: the element is fetched again and morphed when the
//     event stream (body's data-live-url) says that something changed; a list
//     of keys as the value means changes of these items only. The page is asked
//     for with the header X-Live, which must not use up messages. X-Live: part
//     asks for the content alone, without what frames it.
//   - data-row, with one data-row-link in it: J, K and the arrows go from row to
//     row; a checkbox .row-pick in it is selected by X.
//   - data-hotkey="c", "g i": the key clicks the element (a field gets the
//     focus), in the focused row first; data-label is its name in the palette.
//     data-palette puts a link without a key there.
//   - form data-quiet: sent without leaving the page; the answer to Accept:
//     application/json is {"text", "undo": {"action", "fields"}, "location"} or
//     a problem with "detail" and perhaps "see", where to go on. A redirect is
//     followed. data-quiet="clear" empties the form.
//   - .card data-move, data-moves, data-version in a data-cards column: dragged
//     and moved by keys, to the columns whose numbers data-moves lists; posts
//     to, from and version to /move below the address of the card's link.
//   - data-fetch, data-part: shows the element with that id of another page.
//   - the event "renew" on the window renews the live regions of the page, from
//     the address that it has then.
//   - data-print: prints the page.
//
// On the pages about judgement, which load judging.js too:
//
//   - table data-sheet: its inputs are walked through with the arrows and Enter,
//     and take cells that are pasted from a spreadsheet.
//   - form data-trial: read with GET; as it changes, the address of the page
//     becomes that of the form, and the live regions are renewed. An input of
//     type range with data-slides moves the range in the field of that name,
//     which begins between data-low and data-high.
//
// On the pages about plans, which load planning.js too:
//
//   - data-pin-item="KEY" is dragged onto data-pin-by="2027Q1" or data-pin-out, which
//     leads to the page that says what the item would displace.
//
// And elsewhere:
//
//   - data-move-button: what the key M clicks. The address #move clicks #move.
//   - class needs-script: not offered when there is no script.
package assets

//go:generate go run ./gen

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// Prefix is where the handler must be mounted.
const Prefix = "/assets/"

// What is there compressed is embedded in that form only.
//
//go:embed dist/manifest.json dist/*.gz dist/*.woff2 dist/*.svg dist/*.txt
var dist embed.FS

// Manifest is dist/manifest.json: the hashed names, and what they were made of.
type Manifest struct {
	CSS   string `json:"css"`
	JS    string `json:"js"`
	Font  string `json:"font"`
	Icon  string `json:"icon"`
	Rooms map[Room]struct {
		CSS string `json:"css"`
		JS  string `json:"js"`
	} `json:"rooms"`
	Sources string         `json:"sources"` // SHA-256 over the sources, see gen
	Bytes   map[string]int `json:"bytes"`   // on the wire, compressed
}

var manifest = sync.OnceValue(func() Manifest {
	var m Manifest
	b, err := dist.ReadFile("dist/manifest.json")
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		panic(fmt.Sprintf("assets: the embedded manifest is unreadable: %v", err))
	}
	return m
})

// Built returns the manifest of what is embedded.
func Built() Manifest { return manifest() }

// CSS is the path of the style sheet.
func CSS() string { return Prefix + manifest().CSS }

// JS is the path of the script, an ES module.
func JS() string { return Prefix + manifest().JS }

// Room is a group of pages that load a style sheet, a script or both beside those
// of all pages.
type Room string

// The rooms.
const (
	Judging  Room = "judging"  // estimates, ranking, duties
	Limits   Room = "limits"   // constraints and what they are judged by
	Planning Room = "planning" // plan, scenarios, capacity, flow
)

// CSS is the path of the room's style sheet, or nothing.
func (r Room) CSS() string { return whole(manifest().Rooms[r].CSS) }

// JS is the path of the room's script, or nothing.
func (r Room) JS() string { return whole(manifest().Rooms[r].JS) }

func whole(name string) string {
	if name == "" {
		return ""
	}
	return Prefix + name
}

// Font is the path of the Inter variable font, to be preloaded.
func Font() string { return Prefix + manifest().Font }

// Icon is the path of the product's mark as an SVG, for the browser's tab.
func Icon() string { return Prefix + manifest().Icon }

// Licences is the text of the licences of what is embedded.
func Licences() string {
	b, _ := dist.ReadFile("dist/licences.txt")
	return string(b)
}

var types = [...][2]string{
	{".css", "text/css; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".woff2", "font/woff2"},
	{".svg", "image/svg+xml"},
	{".txt", "text/plain; charset=utf-8"},
}

// Handler serves the files under [Prefix]: hashed names for a year, the text of
// the licences for an hour, compressed where the browser can read it.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, Prefix)
		kind := typeOf(name)
		if kind == "" || path.Base(name) != name {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		body, err := fs.ReadFile(dist, "dist/"+name)
		packed, packedErr := fs.ReadFile(dist, "dist/"+name+".gz")
		if err != nil && packedErr != nil {
			// Not cached: an older page may ask for a file of its own release
			// while servers are being replaced.
			h.Set("Cache-Control", "no-store")
			http.NotFound(w, r)
			return
		}
		tag := name
		h.Set("Content-Type", kind)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", cacheFor(name))
		if packedErr == nil {
			h.Set("Vary", "Accept-Encoding")
			if acceptsGzip(r) {
				h.Set("Content-Encoding", "gzip")
				body, tag = packed, name+".gz"
			} else {
				body = unpacked(packed)
			}
		}
		h.Set("ETag", `"`+tag+`"`)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
	})
}

// unpacked is for the few who cannot read gzip. What is embedded can be read.
func unpacked(packed []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	b, _ := io.ReadAll(r)
	return b
}

func typeOf(name string) string {
	for _, t := range types {
		if strings.HasSuffix(name, t[0]) {
			return t[1]
		}
	}
	return ""
}

func cacheFor(name string) string {
	if name == "licences.txt" {
		return "public, max-age=3600"
	}
	return "public, max-age=31536000, immutable"
}

// acceptsGzip reads Accept-Encoding; "gzip;q=0" refuses it.
func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.000")
		}
	}
	return false
}
