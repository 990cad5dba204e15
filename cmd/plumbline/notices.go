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
			out := [][]string{{"TYPE", "STATUS", "TRIES", "RESULT", "ID"}}
			for _, l := range sent {
				out = append(out, []string{l.Type, string(l.Status), strconv.Itoa(l.Attempts), l.Result, l.ID})
			}
			table(w, out...)
		})
	}))
	return group("webhook", "Addresses that are told of public changes", s.reading(list), s.webhookSet(), s.reading(deliveries),
		s.webhookDo("test", "Send a test delivery", "a test delivery to %s is on its way", func(ctx context.Context, d *desk, id string) error { return d.PingWebhook(ctx, id) }),
		s.webhookDo("on", "Turn a webhook on again", "%s turned on", func(ctx context.Context, d *desk, id string) error { return d.SetWebhook(ctx, id, true) }),
		s.webhookDo("off", "Turn a webhook off", "%s turned off", func(ctx context.Context, d *desk, id string) error { return d.SetWebhook(ctx, id, false) }),
		s.webhookRetry(), s.webhookSecret(),
		s.webhookDo("resend", "Send one delivery again, by its ID in the list of deliveries", "delivery %s is sent again", func(ctx context.Context, d *desk, id string) error { return d.RetryDelivery(ctx, id) }),
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

func (s *shell) webhookRetry() *cobra.Command {
	c := &cobra.Command{Use: "retry ID", Short: "Send all failed deliveries again", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		n, err := d.RetryWebhook(ctx, args[0])
		return s.told(map[string]int{"retried": n}, err, "%d failed deliveries are sent again", n)
	}))
	return s.reading(c)
}

func (s *shell) webhookSecret() *cobra.Command {
	c := &cobra.Command{Use: "secret ID", Short: "Make a new signing secret, printed this once", Args: exactly(1),
		Long: "Makes a new signing secret, printed this once. The one before signs too for a day."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		secret, err := d.TurnWebhookSecret(ctx, args[0])
		return s.told(map[string]string{"secret": secret}, err, "%s", secret)
	}))
	return s.reading(c)
}

// feedCommand is about one's own address of feeds and calendar.
func (s *shell) feedCommand() *cobra.Command {
	show := &cobra.Command{Use: "show", Short: "Say whether you have a feed address", Args: exactly(0)}
	show.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		f, err := d.Feed(ctx)
		text := "you have no feed address"
		if f.Has {
			text = "you have a feed address, made " + day(f.Created)
		}
		return s.told(f, err, "%s", text)
	}))
	renew := &cobra.Command{Use: "new", Short: "Make a feed address in place of the one before; its secret is printed this once", Args: exactly(0),
		Long: "Makes a feed address in place of the one before. The secret, printed this once, stands as token in the addresses: /feeds/items.atom?token=…, /feeds/decisions.atom?token=…, /calendar/due.ics?token=…"}
	renew.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		secret, err := d.MakeFeed(ctx)
		return s.told(map[string]string{"secret": secret}, err, "%s", secret)
	}))
	end := &cobra.Command{Use: "end", Short: "End your feed address", Args: exactly(0)}
	end.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		return s.told(map[string]bool{"has": false}, d.EndFeed(ctx), "your feed address is good no longer")
	}))
	return group("feed", "Your address of feeds and calendar", s.reading(show), s.reading(renew), s.reading(end))
}
