package link

import (
	"context"

	"plumbline"
)

// Mailer sends mail. Only the worker calls it, for a letter that it has claimed.
// What went wrong is told in the result, in words that hold no secret.
type Mailer interface {
	Send(ctx context.Context, m plumbline.Mail) plumbline.Sent
}

// Poster delivers to webhooks. Only the worker calls it, for a letter that it
// has claimed.
type Poster interface {
	Post(ctx context.Context, p plumbline.Post) plumbline.Sent
}
