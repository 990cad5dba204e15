package main

import (
	"context"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

// noticesCommand shows what one was told, and marks it as read.
func (s *shell) noticesCommand() *cobra.Command {
	var all, read bool
	c := &cobra.Command{Use: "notices", Short: "What you were told, and why", Args: exactly(0),
		Long: "Lists the items about which there is something new, with what happened and why you are told."}
	c.Flags().BoolVar(&all, "all", false, "also what was read")
	c.Flags().BoolVar(&read, "read", false, "mark what is listed as read")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		page, err := d.Notices(ctx, !all, "")
		if err != nil {
			return err
		}
		err = s.show(page, func(w io.Writer) {
			out := [][]string{{"ITEM", "WHEN", "WHAT", "WHY", "TITLE"}}
			for _, g := range page.Groups {
				for _, l := range g.Lines {
					out = append(out, []string{string(g.Key), day(l.At), l.By + " " + l.Sentence, l.Reason.Label(), g.Title})
				}
			}
			table(w, out...)
		})
		if err != nil || !read {
			return err
		}
		for _, g := range page.Groups {
			if err := d.ReadNotices(ctx, g.Key, g.Last); err != nil {
				return err
			}
		}
		return nil
	}))
	return s.reading(c)
}

// webhookCommand manages the webhooks of others.
func (s *shell) webhookCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List the webhooks", Args: exactly(0)}
	list.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		hooks, err := d.Webhooks(ctx)
		if err != nil {
			return err
		}
		return s.show(map[string]any{"webhooks": hooks}, func(w io.Writer) {
			out := [][]string{{"ID", "NAME", "ADDRESS", "STATE", "LAST DELIVERY"}}
			for _, h := range hooks {
				out = append(out, []string{h.ID, h.Name, h.URL, hookState(h), day(h.Delivered)})
			}
			table(w, out...)
		})
	}))
	deliveries := &cobra.Command{Use: "deliveries ID", Short: "List the newest deliveries to a webhook", Args: exactly(1)}
	deliveries.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		sent, err := d.Deliveries(ctx, args[0])
		if err != nil {
			return err
		}
		return s.show(map[string]any{"deliveries": sent}, func(w io.Writer) {
			out := [][]string{{"TYPE", "STATUS", "TRIES", "RESULT"}}
			for _, l := range sent {
				out = append(out, []string{l.Type, string(l.Status), strconv.Itoa(l.Attempts), l.Result})
			}
			table(w, out...)
		})
	}))
	return group("webhook", "Addresses that are told of public changes", s.reading(list), s.webhookSet(), s.reading(deliveries),
		s.webhookDo("test", "Send a test delivery", "a test delivery to %s is on its way", func(ctx context.Context, d *desk, id string) error { return d.PingWebhook(ctx, id) }),
		s.webhookDo("on", "Turn a webhook on again", "%s turned on", func(ctx context.Context, d *desk, id string) error { return d.SetWebhook(ctx, id, true) }),
		s.webhookDo("off", "Turn a webhook off", "%s turned off", func(ctx context.Context, d *desk, id string) error { return d.SetWebhook(ctx, id, false) }),
		s.webhookDo("remove", "Remove a webhook", "%s removed", func(ctx context.Context, d *desk, id string) error { return d.DropWebhook(ctx, id) }))
}

func hookState(h plumbline.Webhook) string {
	switch {
	case !h.Disabled.IsZero():
		return "off: " + h.Why
	case !h.Failing.IsZero():
		return "failing"
	}
	return "in use"
}

func (s *shell) webhookSet() *cobra.Command {
	var in client.WebhookInput
	c := &cobra.Command{Use: "set ID URL", Short: "Make or change a webhook; the secret of a new one is printed this once", Args: exactly(2)}
	c.Flags().StringVar(&in.Name, "name", "", "what receives it; the ID when not said")
	c.Flags().StringSliceVar(&in.Types, "type", nil, "of events, such as item.moved; all when not said")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in.URL = args[1]
		if in.Name == "" {
			in.Name = args[0]
		}
		made, err := d.PutWebhook(ctx, args[0], in)
		if made.Secret == "" {
			return s.told(made, err, "%s changed", args[0])
		}
		return s.told(made, err, "%s", made.Secret)
	}))
	return s.reading(c)
}

// webhookDo is a command that does one thing with a webhook.
func (s *shell) webhookDo(word, short, done string, do func(ctx context.Context, d *desk, id string) error) *cobra.Command {
	return &cobra.Command{Use: word + " ID", Short: short, Args: exactly(1), RunE: run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		err := do(ctx, d, args[0])
		if err == nil {
			s.say(done, args[0])
		}
		return err
	}))}
}
