package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	base, session := os.Args[1], os.Args[2]
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)
	a, c := chromedp.NewExecAllocator(context.Background(), opts...)
	defer c()
	ctx, cancel := chromedp.NewContext(a)
	defer cancel()
	ctx, cancel2 := context.WithTimeout(ctx, 120*time.Second)
	defer cancel2()
	must(chromedp.Do(ctx, chromedp.Navigate(base+"/signin")))
	must(chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: "plumbline_session", Value: session, URL: base})
		return err
	})))
	for i, p := range os.Args[3:] {
		for _, w := range []int64{1440, 390} {
			must(chromedp.Do(ctx, chromedp.EmulateViewport(w, 2600)))
			must(chromedp.Do(ctx, chromedp.Navigate(base+p)))
			b, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
			must(err)
			must(os.WriteFile(fmt.Sprintf("/tmp/costshot-%d-%d.png", i, w), b, 0o644))
		}
	}
}
