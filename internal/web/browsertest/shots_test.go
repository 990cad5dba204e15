package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// shotsFolder names the folder that ./do shots wants pictures in.
const shotsFolder = "PLUMBLINE_TEST_SHOTS"

// TestShots takes a picture of every page, light and dark, on a desk and on a
// phone, into the folder that PLUMBLINE_TEST_SHOTS names; without it, of the
// board alone, into a folder that goes away.
func TestShots(t *testing.T) {
	s := demoSite(t)
	dir, list := os.Getenv(shotsFolder), append(pages(s, "mara"), "/signin")
	if dir == "" {
		dir, list = t.TempDir(), []string{"/board"}
	}
	type look struct {
		name, scheme string
		w, h         int64
	}
	looks := []look{{"phone-dark", "dark", 390, 844}, {"phone-light", "light", 390, 844}, {"desk-light", "light", 1440, 900}, {"desk-dark", "dark", 1440, 900}}
	if os.Getenv(shotsFolder) == "" {
		looks = looks[:1]
	}
	p := s.tab("mara")
	for _, path := range list {
		p.goTo(path)
		for _, look := range looks {
			p.media(look.scheme, "reduce")
			p.size(look.w, look.h)
			p.shoot(filepath.Join(dir, fileName(path)+"-"+look.name+".png"))
		}
	}
}

// fileName is a path as the name of a file.
func fileName(path string) string {
	return strings.Trim(strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-", ":", "-", "%", "-").Replace(path), "-")
}

// shoot keeps what the tab shows.
func (p *tab) shoot(file string) {
	p.t.Helper()
	ctx, cancel := p.within()
	defer cancel()
	b, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, b, 0o600)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	if len(b) < 5000 {
		p.t.Errorf("%s has %d bytes, which cannot be a page", file, len(b))
	}
}
