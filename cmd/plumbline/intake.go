package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"plumbline"
	"plumbline/client"
)

// intakeCommands are what belongs to asking: one's own requests, links, what
// requests are asked with, and where they went.
func (s *shell) intakeCommands() []*cobra.Command {
	return []*cobra.Command{s.mineCommand(), s.attachLinkCommand(), s.convertCommand(), s.answerCommand(), s.templateCommand()}
}

func (s *shell) mineCommand() *cobra.Command {
	c := &cobra.Command{Use: "mine", Short: "Show what you asked for and follow, and what waits for you", Args: exactly(0)}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		v, err := d.Mine(ctx)
		if err != nil {
			return err
		}
		return s.show(v, func(w io.Writer) { printMine(w, v) })
	}))
	return s.reading(c)
}

func printMine(w io.Writer, m client.Mine) {
	for _, part := range []struct {
		title string
		rows  []client.MineRow
	}{{"You asked", m.Asked}, {"You follow", m.Followed}} {
		if len(part.rows) == 0 {
			continue
		}
		fmt.Fprintf(w, "%s\n", part.title)
		for _, r := range part.rows {
			fmt.Fprintf(w, "  %s  %s\n    %s\n", r.Key, oneLine(r.Title), oneLine(r.Where))
			for _, l := range [][2]string{{"we need", r.Need}, {"why", r.Why}, {"when", r.When}, {"we look again when", r.Again}} {
				if l[1] != "" {
					fmt.Fprintf(w, "    %s: %s\n", l[0], oneLine(l[1]))
				}
			}
		}
	}
	for _, a := range m.Accounts {
		fmt.Fprintf(w, "%s\n", oneLine(a.Name))
		for _, l := range a.Items {
			fmt.Fprintf(w, "  %s  %s\n    safe to send: %s\n", l.Key, oneLine(l.Title), oneLine(string(l.Say)))
		}
	}
}

func (s *shell) attachLinkCommand() *cobra.Command {
	var in client.AttachmentInput
	c := &cobra.Command{Use: "attach-link KEY URL", Short: "Attach a link to an item", Args: exactly(2)}
	c.Flags().StringVar(&in.Name, "name", "", "what it is; the address when not said")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		in.URL = args[1]
		a, err := d.AttachLink(ctx, plumbline.Key(args[0]), in)
		return s.told(a, err, "attached to %s: %s", args[0], a.Name)
	}))
	return s.reading(c)
}

func (s *shell) convertCommand() *cobra.Command {
	var class string
	c := &cobra.Command{Use: "convert KEY", Short: "Make a request of a question", Args: exactly(1)}
	c.Flags().StringVar(&class, "class", "", "the `CLASS` of request")
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		it, err := d.Convert(ctx, plumbline.Key(args[0]), plumbline.Class(class))
		return s.told(it, err, "%s became %s", args[0], it.Key)
	}))
	return s.reading(c)
}

func (s *shell) answerCommand() *cobra.Command {
	c := &cobra.Command{Use: "answer KEY TEXT", Short: "Note what those answered who own a redirected item", Args: exactly(2), Long: "Notes what those answered to whom an item was redirected. The requester reads it."}
	c.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		err := d.AnswerRedirect(ctx, plumbline.Key(args[0]), plumbline.PublicText(args[1]))
		return s.told(map[string]string{"key": args[0]}, err, "answer noted on %s", args[0])
	}))
	return s.reading(c)
}

func (s *shell) templateCommand() *cobra.Command {
	c := &cobra.Command{Use: "template", Short: "Show and change what requests are asked with"}
	list := &cobra.Command{Use: "list", Short: "List the templates", Args: exactly(0)}
	list.RunE = run(s.withDesk(func(ctx context.Context, d *desk, _ []string) error {
		all, err := d.Templates(ctx)
		if err != nil {
			return err
		}
		return s.show(all, func(w io.Writer) {
			rows := [][]string{{"CLASS", "TITLE", "FIELDS", "VERSION"}}
			for _, t := range all {
				version := "as it came"
				if !t.Shipped {
					version = strconv.FormatInt(t.Version, 10) + " by " + t.By
				}
				rows = append(rows, []string{t.Class, t.Title, strconv.Itoa(len(t.Fields)), version})
			}
			table(w, rows...)
		})
	}))
	show := &cobra.Command{Use: "show CLASS", Short: "Print the template of a class as YAML", Args: exactly(1)}
	show.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		t, err := d.Template(ctx, args[0])
		if err != nil {
			return err
		}
		return s.show(t, func(w io.Writer) { fmt.Fprint(w, plain(t.Source)) })
	}))
	put := &cobra.Command{Use: "set CLASS", Short: "Change the template of a class to the YAML on standard input", Args: exactly(1)}
	version := put.Flags().Int64("version", -1, "refuse when the template is not this `VERSION` any more")
	put.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		source, err := s.text("-")
		if err != nil {
			return err
		}
		t, err := d.PutTemplate(ctx, args[0], source, *version)
		return s.told(t, err, "%s is asked with version %d", args[0], t.Version)
	}))
	reset := &cobra.Command{Use: "reset CLASS", Short: "Go back to the template that came with the product", Args: exactly(1)}
	reset.RunE = run(s.withDesk(func(ctx context.Context, d *desk, args []string) error {
		t, err := d.ResetTemplate(ctx, args[0])
		return s.told(t, err, "%s is asked as it came with the product", args[0])
	}))
	c.AddCommand(s.reading(list), s.reading(show), s.reading(put), s.reading(reset))
	return c
}

// linkFlag is the flag for links that come with a new item.
func linkFlag(fl *pflag.FlagSet, links *[]string) {
	fl.StringArrayVar(links, "link", nil, "a link as `URL` or NAME=URL; may be repeated")
}

func linkList(list []string) []client.AttachmentInput {
	var out []client.AttachmentInput
	for _, l := range list {
		name, address, ok := strings.Cut(l, "=")
		if !ok || strings.Contains(name, "://") {
			name, address = "", l
		}
		out = append(out, client.AttachmentInput{Name: name, URL: address})
	}
	return out
}
