package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plumbline"
)

// shell is one run of the program: what it reads and writes, and the flags that
// every command has.
type shell struct {
	in       io.Reader
	out, err io.Writer
	env      map[string]string
	clock    func() time.Time
	version  string
	began    bool // a command of ours runs: errors are its own

	flags struct {
		server, token, as      string
		data, database, config string
		json                   bool
	}
}

func (s *shell) getenv(name string) string { return s.env[name] }

// now is the clock as the use cases want it.
func (s *shell) now() plumbline.Time { return plumbline.At(s.clock()) }

// root is the whole tree of commands.
func (s *shell) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "plumbline",
		Short: "The infrastructure product manager's workbench",
		Long: "Plumbline takes requests in, weighs them, decides, hands them to teams' trackers and follows them until they are done.\n\n" +
			"Start with \"plumbline serve --demo\". \"plumbline help TOPIC\" explains commands, config, exit-codes and more.",
		SilenceErrors: true, SilenceUsage: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return plumbline.Errorf(plumbline.Invalid, "There is no command %q. See plumbline help.", args[0])
			}
			return nil
		},
		RunE:             func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRun: func(*cobra.Command, []string) { s.began = true },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return plumbline.Errorf(plumbline.Invalid, "%s See plumbline help %s.", sentence(err.Error()), strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), "plumbline"), " "))
	})
	f := root.PersistentFlags()
	f.StringVar(&s.flags.server, "server", "", "work through the server at this `URL` (PLUMBLINE_SERVER)")
	f.StringVar(&s.flags.token, "token", "", "API `TOKEN` for the server; better: PLUMBLINE_TOKEN or PLUMBLINE_TOKEN_FILE")
	f.StringVar(&s.flags.as, "as", "", "`HANDLE` to act as, when working on the store itself (PLUMBLINE_AS); the first administrator when not said")
	f.StringVar(&s.flags.data, "data", "", "`DIR` of the SQLite database (PLUMBLINE_DATA)")
	f.StringVar(&s.flags.database, "database", "", "PostgreSQL `URL` (PLUMBLINE_DATABASE)")
	f.StringVar(&s.flags.config, "config", "", "configuration `FILE` (PLUMBLINE_CONFIG)")
	root.AddGroup(&cobra.Group{ID: "work", Title: "Daily work:"}, &cobra.Group{ID: "run", Title: "Operation:"}, &cobra.Group{ID: "judge", Title: "Judges and policies:"})
	for _, g := range []struct {
		id   string
		cmds []*cobra.Command
	}{
		{"work", s.workCommands()},
		{"judge", s.judgeCommands()},
		{"run", s.runCommands()},
	} {
		for _, c := range g.cmds {
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
	root.SetHelpCommand(s.helpCommand(root))
	return root
}

func (s *shell) runCommands() []*cobra.Command {
	return []*cobra.Command{
		s.serveCommand(),
		s.syncCommand(),
		s.importCommand(),
		s.exportCommand(),
		s.evidenceCommand(),
		s.catalogCommand(),
		s.objectivesCommand(),
		s.costCommand(),
		s.capacityCommand(),
		s.incidentsCommand(),
		s.supportCommand(),
		s.reportCommand(),
		s.findingsCommand(),
		s.findingCommand(),
		s.backupCommand(),
		s.restoreCommand(),
		s.migrateCommand(),
		s.doctorCommand(),
		s.userCommand(),
		s.tokenCommand(),
		s.noticesCommand(),
		s.feedCommand(),
		s.webhookCommand(),
		s.configCommand(),
		s.versionCommand(),
	}
}

// exactly wants so many arguments and says how the command is used.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return plumbline.Errorf(plumbline.Invalid, "Use it as: %s.", cmd.UseLine())
		}
		return nil
	}
}

// atMost wants no more than so many.
func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return plumbline.Errorf(plumbline.Invalid, "Use it as: %s.", cmd.UseLine())
		}
		return nil
	}
}

// atLeast wants so many or more.
func atLeast(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return plumbline.Errorf(plumbline.Invalid, "Use it as: %s.", cmd.UseLine())
		}
		return nil
	}
}

// group is a command that only holds others.
func group(use, short string, cmds ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: use, Short: short, Args: func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return plumbline.Errorf(plumbline.Invalid, "%s has no command %q. See plumbline help %s.", cmd.CommandPath(), args[0], use)
		}
		return nil
	}, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	g.AddCommand(cmds...)
	return g
}

// reading gives a command the --json flag.
func (s *shell) reading(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&s.flags.json, "json", false, "print JSON")
	return c
}

// show prints a value as JSON when that is asked for, else as text does.
func (s *shell) show(v any, text func(w io.Writer)) error {
	if s.flags.json {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}
	text(s.out)
	return nil
}

// say prints a line for the person.
func (s *shell) say(format string, args ...any) { fmt.Fprintf(s.out, format+"\n", args...) }

// settings are the configuration with the flags laid over it.
func (s *shell) settings() (config, error) {
	file := s.flags.config
	if file == "" {
		file = s.env["PLUMBLINE_CONFIG"]
	}
	c, from, err := readConfig(file, s.env)
	if err != nil {
		return c, err
	}
	if s.flags.data != "" {
		c.Data, from.flags["data"] = s.flags.data, "--data"
		c.Database, c.DatabaseFile, c.DatabaseEnv = "", "", ""
	}
	if s.flags.database != "" {
		c.Database, from.flags["database"] = s.flags.database, "--database"
		c.DatabaseFile, c.DatabaseEnv = "", ""
	}
	return c, c.check(from)
}

// where is what store.Open takes: the PostgreSQL address, or the SQLite file.
func (s *shell) where(c config, demo bool) (string, error) {
	if c.Database != "" {
		return c.Database, nil
	}
	address, err := s.secret("database", c.DatabaseFile, c.DatabaseEnv)
	if err != nil || address != "" {
		if err == nil && !isPostgres(address) {
			err = plumbline.Errorf(plumbline.Invalid, "database: what the file or variable holds must begin with postgres://.")
		}
		return address, err
	}
	dir := c.Data
	if dir == "" {
		dir = defaultData(s.getenv, demo)
	}
	return filepath.Join(dir, "plumbline.db"), nil
}

// existing is where, of a database that is there already.
func (s *shell) existing() (string, error) {
	c, err := s.settings()
	if err != nil {
		return "", err
	}
	where, err := s.where(c, false)
	if err != nil || isPostgres(where) {
		return where, err
	}
	if _, err := os.Stat(where); err != nil {
		return "", &plumbline.Error{Kind: plumbline.NotFound, Text: fmt.Sprintf("There is no database at %s. \"plumbline serve\" or \"plumbline migrate\" makes one; --server works through a server.", where), Err: err}
	}
	return where, nil
}

// logger writes to standard error as the configuration says.
func (s *shell) logger(c logConfig) *slog.Logger {
	level := slog.LevelInfo
	switch c.Level {
	case "debug":
		level = slog.LevelDebug
	case "warn":
		level = slog.LevelWarn
	case "error":
		level = slog.LevelError
	}
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(s.err, o))
	}
	return slog.New(slog.NewTextHandler(s.err, o))
}

// quiet is a log that shows only what is wrong, for commands that people wait for.
func (s *shell) quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelError}))
}

// terminal says whether errors go to a terminal, where progress is shown.
func (s *shell) terminal() bool {
	f, ok := s.err.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}

// run makes a command's body out of one that needs only the context and the
// arguments.
func run(do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error { return do(cmd.Context(), args) }
}
