package main

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"plumbline"
)

// topics are the longer texts, a file each; the first line is the title.
//
//go:embed topics/*.txt
var topics embed.FS

// helpCommand explains commands and topics.
func (s *shell) helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{Use: "help [COMMAND | TOPIC]", Short: "Explain a command or a topic", Long: "Topics: " + strings.Join(topicNames(), ", ") + ".",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			names := topicNames()
			for _, c := range root.Commands() {
				names = append(names, c.Name())
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				if err := root.Help(); err != nil {
					return err
				}
				s.say("\nTopics of \"plumbline help\": %s.", strings.Join(topicNames(), ", "))
				return nil
			}
			if b, err := fs.ReadFile(topics, "topics/"+args[0]+".txt"); err == nil && len(args) == 1 {
				_, err := s.out.Write(b)
				return err
			}
			cmd, rest, err := root.Find(args)
			if err != nil || cmd == root || len(rest) > 0 {
				return plumbline.Errorf(plumbline.NotFound, "There is no command or topic %q. Topics are %s; \"plumbline help\" lists the commands.", strings.Join(args, " "), strings.Join(topicNames(), ", "))
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		}}
}

func topicNames() []string {
	files, err := fs.Glob(topics, "topics/*.txt")
	if err != nil {
		panic(fmt.Sprintf("the pattern is constant: %v", err))
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(f, "topics/"), ".txt")
	}
	return names
}
