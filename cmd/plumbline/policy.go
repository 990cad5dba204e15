package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/limit"
	"plumbline/internal/rank"
	"plumbline/internal/rank/script"
)

func (s *shell) policyCommand() *cobra.Command {
	check := &cobra.Command{Use: "check FILE…", Short: "Say what is wrong with process and policy files", Args: atLeast(1),
		Long: "Reads process definitions, ranking policies and policies about constraints, and reports every mistake with its line. Folders are searched for .yaml and .yml files."}
	check.RunE = run(func(_ context.Context, args []string) error {
		files, err := yamlFiles(args)
		if err != nil {
			return err
		}
		return s.checkPolicies(files)
	})
	return group("policy", "Process definitions and ranking policies", check, s.policyTestCommand(), s.policyReplayCommand(), s.policyPrintCommand(),
		s.policyListCommand(), s.policyShowCommand(), s.policySaveCommand(), s.policyUseCommand())
}

// aRanking recognises a ranking policy among process definitions: it has a
// priority table.
var aRanking = regexp.MustCompile(`(?m)^\s*"?rows"?:`)

// aLimit recognises policies about constraints: they are a list of policies.
var aLimit = regexp.MustCompile(`(?m)^\s*"?policies"?:`)

func (s *shell) checkPolicies(files []string) error {
	var defs []*flow.Definition
	var bad []string
	for _, f := range files {
		src, err := readJudged(f)
		if err == nil && aRanking.Match(src) {
			var p *rank.Policy
			if p, err = rank.ParsePolicy(f, src); err == nil {
				s.say("%s: %s is good: %d models, %d clocks", f, p.Version, len(p.Models()), len(p.Clocks))
				continue
			}
		}
		if err == nil && aLimit.Match(src) {
			var b *limit.Book
			if b, err = limit.ParsePolicies(f, src); err == nil {
				s.say("%s: %s is good: %d policies about constraints", f, b.Version, len(b.Policies))
				continue
			}
		}
		var def *flow.Definition
		if err == nil {
			def, err = flow.Load(f, src)
		}
		if err != nil {
			bad = append(bad, plumbline.TextOf(err))
			continue
		}
		defs = append(defs, def)
		s.say("%s: %s is good: version %s, %d lanes", f, def.ID, def.Version, len(def.Lanes))
	}
	if len(bad) > 0 {
		return plumbline.Errorf(plumbline.Invalid, "%s", strings.Join(bad, "\n"))
	}
	_, err := flow.NewBook(defs...)
	return err
}

// editionOrFile finds a policy by its version, or reads it from a file.
func editionOrFile(name string) (*rank.Policy, error) {
	p, err := rank.Edition(name)
	if err == nil {
		return p, nil
	}
	if _, missing := os.Stat(name); missing != nil {
		return nil, err
	}
	src, err := readJudged(name)
	if err != nil {
		return nil, err
	}
	return rank.ParsePolicy(name, src)
}

func (s *shell) policyPrintCommand() *cobra.Command {
	c := &cobra.Command{Use: "print [VERSION]", Short: "Print a policy that comes with the product", Args: atMost(1),
		Long: "Prints a ranking policy that comes with the product, to begin one of your own with. Without a version, it lists them."}
	c.RunE = run(func(_ context.Context, args []string) error {
		if len(args) == 1 {
			src, err := rank.BuiltinText(args[0])
			if err != nil {
				return err
			}
			_, err = s.out.Write(src)
			return err
		}
		list, err := rank.Builtin()
		if err != nil {
			return err
		}
		for _, p := range list {
			s.say("%s  %s", p.Version, p.Name)
		}
		return nil
	})
	return c
}

func (s *shell) policyTestCommand() *cobra.Command {
	var under string
	c := &cobra.Command{Use: "test FILE…", Short: "Play stories that say what a policy must do", Args: atLeast(1),
		Long: "Plays stories in plain text about items, what happens to them, and how they rank on a day; says which lines do not hold. \"plumbline help ranking\" has the sentences."}
	c.Flags().StringVar(&under, "policy", "", "policy for stories that name none: a version, or a `FILE`")
	c.RunE = run(func(_ context.Context, args []string) error {
		var own *rank.Policy
		if under != "" {
			var err error
			if own, err = editionOrFile(under); err != nil {
				return err
			}
		}
		return s.playStories(args, own)
	})
	return c
}

func (s *shell) playStories(files []string, own *rank.Policy) error {
	w := script.World{Zone: time.LoadLocation, Policy: func(version string) (*rank.Policy, error) {
		if own != nil && version == own.Version {
			return own, nil
		}
		return editionOrFile(version)
	}}
	if own != nil {
		w.Under = own.Version
	}
	played := 0
	var bad []string
	for _, f := range files {
		src, err := readJudged(f)
		if err != nil {
			return err
		}
		for _, failure := range w.Play(f, string(src)) {
			bad = append(bad, failure.String())
		}
		played += len(script.Scenes(string(src)))
	}
	if len(bad) > 0 {
		return plumbline.Errorf(plumbline.Invalid, "%s", strings.Join(bad, "\n"))
	}
	s.say("%d stories hold", played)
	return nil
}

// replayed is what another policy does to the items of a file.
type replayed struct {
	From    string  `json:"from"`
	To      string  `json:"to"`
	Items   int     `json:"items"`
	Winners []moved `json:"winners"`
	Losers  []moved `json:"losers"`
}

type moved struct {
	ID   string `json:"id"`
	From int    `json:"from"`
	To   int    `json:"to"`
	In   bool   `json:"comes_in,omitempty"`
	Out  bool   `json:"falls_out,omitempty"`
	Why  string `json:"why"`
}

func (s *shell) policyReplayCommand() *cobra.Command {
	var from, to string
	c := &cobra.Command{Use: "replay --from POLICY --to POLICY [FILE]", Short: "Rank the same items under two policies", Args: atMost(1),
		Long: "Ranks what is open in the store and what was closed within a year, as it stood then, or the items of a file (see \"plumbline help rank\") under two policies, each a version or a file, and lists winners and losers."}
	c.Flags().StringVar(&from, "from", "gitlab-2022", "policy before: a version or a `FILE`")
	c.Flags().StringVar(&to, "to", "gitlab-2026", "policy after: a version or a `FILE`")
	c.RunE = run(func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return s.replayStored(ctx, from, to)
		}
		before, file, err := s.rankFile(args[0], from)
		if err != nil {
			return err
		}
		after, _, err := s.rankFile(args[0], to)
		if err != nil {
			return err
		}
		winners, losers, err := rank.Compare(before, after)
		if err != nil {
			return err
		}
		name := func(list []rank.Move) []moved {
			out := make([]moved, len(list))
			for i, m := range list {
				out[i] = moved{file.Subjects[m.Subject].ID, m.From, m.To, m.In, m.Out, m.Why}
			}
			return out
		}
		v := replayed{before.Policy, after.Policy, len(file.Subjects), name(winners), name(losers)}
		return s.show(v, func(w io.Writer) { printReplay(w, v) })
	})
	return s.reading(c)
}

func printReplay(w io.Writer, v replayed) {
	fmt.Fprintf(w, "%d items under %s, then under %s: %d come earlier, %d later.\n", v.Items, v.From, v.To, len(v.Winners), len(v.Losers))
	rows := [][]string{{"ITEM", "FROM", "TO", "", "WHY"}}
	for _, m := range append(append([]moved{}, v.Winners...), v.Losers...) {
		mark := ""
		switch {
		case m.In:
			mark = "comes in"
		case m.Out:
			mark = "falls out"
		}
		rows = append(rows, []string{m.ID, fmt.Sprint(m.From), fmt.Sprint(m.To), mark, m.Why})
	}
	if len(rows) > 1 {
		table(w, rows...)
	}
}
