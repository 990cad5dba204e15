package assets

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The script, the style sheet and the font leave room for the page itself in a
// first load of 100 kB.
func TestFirstLoad(t *testing.T) {
	const most = 83_000
	all, rooms := 0, map[string]int{}
	for kind, n := range Built().Bytes {
		t.Logf("%s: %d bytes on the wire", kind, n)
		if room, _, ok := strings.Cut(kind, " "); ok {
			rooms[room] += n
		} else {
			all += n
		}
	}
	if len(rooms) == 0 {
		t.Error("no room has a style sheet or a script of its own")
	}
	for room, n := range rooms {
		if all+n > most {
			t.Errorf("%d bytes on the wire for a page of the room %s, want at most %d", all+n, room, most)
		}
	}
}

func get(t *testing.T, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestHandler(t *testing.T) {
	for path, kind := range map[string]string{CSS(): "text/css; charset=utf-8", JS(): "text/javascript; charset=utf-8", Font(): "font/woff2", Icon(): "image/svg+xml"} {
		res := get(t, path)
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != kind {
			t.Errorf("%s: got %d %s, want 200 %s", path, res.StatusCode, res.Header.Get("Content-Type"), kind)
		}
		if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s: Cache-Control %q is not immutable", path, got)
		}
		if res := get(t, path, "If-None-Match", res.Header.Get("ETag")); res.StatusCode != http.StatusNotModified {
			t.Errorf("%s with its ETag: got %d, want 304", path, res.StatusCode)
		}
	}
	for _, path := range []string{Prefix, Prefix + "manifest.json", Prefix + "../assets.go", Prefix + "app-OLD.css", Prefix + "x.css.gz"} {
		if res := get(t, path); res.StatusCode != 404 {
			t.Errorf("%s: got %d, want 404", path, res.StatusCode)
		}
	}
}

func TestHandlerCompresses(t *testing.T) {
	plain, err := io.ReadAll(get(t, CSS()).Body)
	if err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]string{"gzip, br": "gzip", "br, GZIP;q=0.5": "gzip", "gzip;q=0": "", "": "", "gzipped": ""} {
		res := get(t, CSS(), "Accept-Encoding", accept)
		if got := res.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", accept, got, want)
			continue
		}
		if res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: no Vary header", accept)
		}
		if want == "" {
			continue
		}
		r, err := gzip.NewReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != string(plain) {
			t.Errorf("the compressed style sheet differs (%v)", err)
		}
	}
}

func TestLicences(t *testing.T) {
	for _, want := range []string{"SIL Open Font License", "Zero-Clause BSD", "SortableJS", "Lucide"} {
		if !strings.Contains(Licences(), want) {
			t.Errorf("the licences do not mention %q", want)
		}
	}
}
