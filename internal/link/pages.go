package link

import (
	"context"
	"net/url"
)

// Pages reads a list to its end. Servers cap the size of a page, so only the Link
// header says whether more follows. each is called once a page, and says whether
// it wants another.
func Pages(ctx context.Context, send func(context.Context, Call) (Answer, error), path string, query url.Values,
	each func(Answer) (more bool, err error)) error {
	for query != nil {
		a, err := send(ctx, Call{Path: path, Query: query})
		if err != nil {
			return err
		}
		more, err := each(a)
		if err != nil || !more {
			return err
		}
		next := a.Next()
		if next != nil && next.Encode() == query.Encode() {
			return &Fault{Kind: Invalid, Text: "The tracker's list goes in circles."}
		}
		query = next
	}
	return nil
}
