// Package markup is what generated pages stand on. templ repeats in every part the
// buffer, the children and the check of every write; gen puts calls of this package
// in their place, which keeps 1.7 MB out of the binary and saves a page the
// formatting of each word.
//
// Laws: what is written is what templ would have written. A write that fails is not
// looked at where it happens: the buffer keeps its first error, writes nothing more,
// and tells it when it is flushed.
package markup

import (
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"
	"github.com/a-h/templ/runtime"
)

// Buffer is what a part writes to.
type Buffer = runtime.Buffer

// Scalar is what a page can show as a word.
type Scalar interface {
	~string | ~bool | ~int | ~int64 | ~uint8 | ~uint64 | ~float64
}

// Text writes s as text or as the value of an attribute.
func Text[T Scalar](b *Buffer, s T) {
	text, plain := any(s).(string)
	if !plain {
		text = fmt.Sprint(s) // it may have a String method
	}
	_, _ = b.WriteString(templ.EscapeString(text))
}

// URL writes s as the value of an attribute that holds an address. Of a string, what
// is no address of the web or of mail is written as one that fails.
func URL[T ~string](b *Buffer, s T) {
	safe, ok := any(s).(templ.SafeURL)
	if !ok {
		safe = templ.URL(string(s))
	}
	_, _ = b.WriteString(templ.EscapeString(string(safe)))
}

// Part is a component that f writes. The children are what the component was called
// with, never nil.
func Part(f func(ctx context.Context, b *Buffer, children templ.Component) error) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		ctx = templ.InitializeContext(ctx)
		children := templ.GetChildren(ctx)
		if children == nil {
			children = templ.NopComponent
		}
		return into(w, func(b *Buffer) error { return f(templ.ClearChildren(ctx), b, children) })
	})
}

// Inside is what a component is called with, as f writes it.
func Inside(f func(ctx context.Context, b *Buffer) error) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return into(w, func(b *Buffer) error { return f(templ.InitializeContext(ctx), b) })
	})
}

// into writes to w, by a buffer if w is none.
func into(w io.Writer, f func(b *Buffer) error) (err error) {
	b, whole := runtime.GetBuffer(w)
	if !whole {
		defer func() {
			if told := runtime.ReleaseBuffer(b); err == nil {
				err = told
			}
		}()
	}
	return f(b)
}
