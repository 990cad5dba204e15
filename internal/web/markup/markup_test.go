package markup_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"plumbline/internal/web/markup"
)

type shade string

func (s shade) String() string { return "shade " + string(s) }

func TestWords(t *testing.T) {
	part := markup.Part(func(ctx context.Context, b *markup.Buffer, children templ.Component) error {
		markup.Text(b, `a "b" <c>`)
		markup.Text(b, " ")
		markup.Text(b, shade("x"))
		markup.Text(b, 7)
		markup.Text(b, true)
		markup.URL(b, " javascript:alert(1)")
		markup.URL(b, templ.SafeURL("data:x"))
		return children.Render(ctx, b)
	})
	inside := markup.Inside(func(ctx context.Context, b *markup.Buffer) error {
		markup.Text(b, "|inside")
		return templ.GetChildren(ctx).Render(ctx, b) // it has none of its own
	})
	var out strings.Builder
	if err := part.Render(templ.WithChildren(t.Context(), inside), &out); err != nil {
		t.Fatal(err)
	}
	if want := "a &#34;b&#34; &lt;c&gt; shade x7trueabout:invalid#TemplFailedSanitizationURLdata:x|inside"; out.String() != want {
		t.Errorf("got  %s\nwant %s", out.String(), want)
	}
	out.Reset()
	if err := part.Render(t.Context(), &out); err != nil || strings.Contains(out.String(), "inside") {
		t.Errorf("without children: %q, %v", out.String(), err)
	}
}

type broken struct{ writes int }

var errFull = errors.New("full")

func (w *broken) Write([]byte) (int, error) { w.writes++; return 0, errFull }

// A write that fails is told at the end, and nobody writes on and on.
func TestFailedWritesAreTold(t *testing.T) {
	part := markup.Part(func(_ context.Context, b *markup.Buffer, _ templ.Component) error {
		for range 10_000 {
			markup.Text(b, "a page that nobody will see ")
		}
		return nil
	})
	w := &broken{}
	if err := part.Render(t.Context(), w); !errors.Is(err, errFull) || w.writes != 1 {
		t.Errorf("got %v after %d writes", err, w.writes)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := part.Render(ctx, &broken{}); !errors.Is(err, context.Canceled) {
		t.Errorf("of a request that is over: %v", err)
	}
}
