package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/client"
)

func (s *shell) similarCommand() *cobra.Command {
	var body string
	var limit int
	c := &cobra.Command{Use: "similar TEXT...", Short: "Find what was asked before, with known answers", Args: cobra.MinimumNArgs(1)}
	c.Flags().StringVar(&body, "body", "", "what would be written below it; - reads it from standard input")
	c.Flags().IntVar(&limit, "limit", 0, "how many, at most 20")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		text, err := s.text(body)
		if err != nil {
			return err
		}
		v, err := d.Similar(ctx, strings.Join(args, " "), opening(text), limit)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printSimilar(w, v) })
	}))
	return s.reading(c)
}

// opening is as much of a text as the server compares.
func opening(text string) string {
	const most = 1000 // characters
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}

func printSimilar(w io.Writer, v client.Similar) {
	if len(v.Items) == 0 {
		fmt.Fprintln(w, "Nothing like it was asked before.")
	}
	for _, l := range v.Items {
		fmt.Fprintf(w, "%-10s %-9s %s\n", l.Key, l.Standing, l.Title)
		if l.Answer != "" {
			fmt.Fprintf(w, "%20s %s\n", "", l.Answer)
		}
	}
}

// ownCommands turn something of one's own about an item on and off again.
func (s *shell) ownCommands() []*cobra.Command {
	type call = func(c *client.Client, ctx context.Context, key plumbline.Key) error
	var out []*cobra.Command
	for _, v := range []struct {
		word, short, done string
		do                call
	}{
		{"vote", "Add your voice to an item and follow it", "your voice counts for %s", (*client.Client).Vote},
		{"unvote", "Take your voice back", "your voice is off %s", (*client.Client).Unvote},
		{"watch", "Follow an item", "you follow %s", (*client.Client).Watch},
		{"unwatch", "Stop following an item", "you no longer follow %s", (*client.Client).Unwatch},
		{"mute", "Hear nothing more of an item", "you hear no more of %s", (*client.Client).Mute},
		{"unmute", "Hear of an item again", "you hear of %s again", (*client.Client).Unmute},
	} {
		c := &cobra.Command{Use: v.word + " KEY", Short: v.short, Args: exactly(1)}
		c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
			key := plumbline.Key(args[0])
			return s.told(map[string]any{"key": key}, v.do(d.Client, ctx, key), v.done, key)
		}))
		out = append(out, s.reading(c))
	}
	return out
}

func (s *shell) mergeCommand() *cobra.Command {
	var version int64
	c := &cobra.Command{Use: "merge KEY INTO", Short: "Merge an item into the one that it repeats", Args: exactly(2),
		Long: "Merges an item into the one that it repeats. Votes, followers, demands, evidence and comments stay where they are and count there too, nobody twice; \"unmerge\" undoes it without loss."}
	c.Flags().Int64Var(&version, "version", 0, "refuse when the item is not this `VERSION` any more")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		it, err := d.Merge(ctx, plumbline.Key(args[0]), client.MergeInput{Into: plumbline.Key(args[1]), Version: version})
		return s.told(it, err, "%s merged into %s", it.Key, it.Merged)
	}))
	return s.reading(c)
}

func (s *shell) unmergeCommand() *cobra.Command {
	c := &cobra.Command{Use: "unmerge KEY", Short: "End the merge of an item", Args: exactly(1)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		it, err := d.Unmerge(ctx, plumbline.Key(args[0]))
		return s.told(it, err, "%s stands by itself again, in %s", it.Key, it.State)
	}))
	return s.reading(c)
}

func (s *shell) relateCommand() *cobra.Command {
	var off bool
	c := &cobra.Command{Use: "relate KEY KIND OTHER", Short: "Say how an item belongs with another", Args: exactly(3),
		Long: "Says how an item belongs with another. KIND is blocks, \"blocked by\", \"parent of\", \"child of\" or related."}
	c.Flags().BoolVar(&off, "off", false, "end the relation")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		key, in := plumbline.Key(args[0]), client.RelationInput{Kind: args[1], Other: plumbline.Key(args[2])}
		if off {
			return s.told(in, d.Unrelate(ctx, key, in), "%s is no longer %s %s", key, in.Kind, in.Other)
		}
		return s.told(in, d.Relate(ctx, key, in), "%s: %s %s", key, in.Kind, in.Other)
	}))
	return s.reading(c)
}
