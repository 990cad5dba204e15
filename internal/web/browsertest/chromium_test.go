package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// shared is what all tests use: one browser, and the files of one demo.
type shared struct {
	chrome func() (context.Context, error)
	demo   func() (string, error)
	stop   context.CancelFunc
	dir    string
}

var common shared

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "plumbline-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	common = shared{dir: dir, chrome: sync.OnceValues(startChromium), demo: sync.OnceValues(makeDemo)}
	code := m.Run()
	if common.stop != nil {
		common.stop()
	}
	return code
}

// findChromium looks where ./do says, and then in the path.
func findChromium() (string, error) {
	for _, name := range []string{os.Getenv("PLUMBLINE_TEST_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("Chromium is needed: run ./do test") //nolint:staticcheck // a sentence for the person who runs it
}

// startChromium starts the browser that the tests share, with a profile that is
// thrown away.
func startChromium() (context.Context, error) {
	path, err := findChromium()
	if err != nil {
		return nil, err
	}
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(filepath.Join(common.dir, "profile")), chromedp.WindowSize(1280, 800),
	}
	for _, flag := range []string{
		"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-default-apps", "disable-extensions",
		"disable-background-timer-throttling", "disable-backgrounding-occluded-windows", "disable-renderer-backgrounding", "disable-dev-shm-usage",
	} {
		opts = append(opts, chromedp.Flag(flag, true))
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	common.stop = func() { stop(); stopAlloc() }
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return ctx, nil
}
