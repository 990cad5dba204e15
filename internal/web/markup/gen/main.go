// Command gen makes what templ has generated smaller: what it repeats becomes calls
// of package markup. It is run after templ, with the folders of the pages. What is
// small already stays as it is.
package main

import (
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	for _, dir := range os.Args[1:] {
		if err := shrinkAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, "markup:", err)
			os.Exit(1)
		}
	}
}

func shrinkAll(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*_templ.go"))
	if err != nil {
		return err
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		out, err := shrink(string(src))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(name, out, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// rule turns what templ writes into what calls markup.
type rule struct {
	from *regexp.Regexp
	to   string
}

// written makes a rule from lines of templ's: @ stands for the prefix of its names,
// spaces begin lines at any depth.
func written(from, to string) rule {
	from = strings.ReplaceAll(from, "@", "templ_7745c5c3_")
	from = strings.ReplaceAll(from, "\n", `\n\s*`)
	return rule{regexp.MustCompile(from), strings.ReplaceAll(to, "@", "templ_7745c5c3_")}
}

const (
	unless = "\nif @Err != nil \\{\nreturn @Err\n\\}"
	input  = `templruntime\.GeneratedTemplate\(func\(@Input templruntime\.GeneratedComponentInput\) \(@Err error\) \{` +
		"\n@W, ctx := @Input\\.Writer, @Input\\.Context"
	buffer = "\n@Buffer, @IsBuffer := templruntime\\.GetBuffer\\(@W\\)\nif !@IsBuffer \\{\ndefer func\\(\\) \\{\n" +
		"@BufErr := templruntime\\.ReleaseBuffer\\(@Buffer\\)\nif @Err == nil \\{\n@Err = @BufErr\n\\}\n\\}\\(\\)\n\\}\nctx = templ\\.InitializeContext\\(ctx\\)"
	located = "\nif @Err != nil \\{\nreturn templ\\.Error\\{.*\\}\n\\}\n_, @Err = @Buffer\\.WriteString\\(templ\\.EscapeString\\((?:string\\()?@Var\\d+\\)?\\)\\)"
)

var rules = []rule{
	written(`@Err = templruntime\.WriteString\(@Buffer, \d+, ("(?:[^"\\]|\\.)*")\)`+unless, `_, _ = @Buffer.WriteString(${1})`),
	written(`var @Var\d+ string`+"\n"+`@Var\d+, @Err = templ\.JoinStringErrs\((.*)\)`+located+unless, `markup.Text(@Buffer, ${1})`),
	written(`var @Var\d+ templ\.SafeURL`+"\n"+`@Var\d+, @Err = templ\.JoinURLErrs\((.*)\)`+located+unless, `markup.URL(@Buffer, ${1})`),
	written(input+"\nif @CtxErr := ctx\\.Err\\(\\); @CtxErr != nil \\{\nreturn @CtxErr\n\\}"+buffer+
		"\n(@Var\\d+) := templ\\.GetChildren\\(ctx\\)\nif @Var\\d+ == nil \\{\n@Var\\d+ = templ\\.NopComponent\n\\}\nctx = templ\\.ClearChildren\\(ctx\\)",
		`markup.Part(func(ctx context.Context, @Buffer *markup.Buffer, ${1} templ.Component) (@Err error) {`),
	written(input+buffer, `markup.Inside(func(ctx context.Context, @Buffer *markup.Buffer) (@Err error) {`),
	written(`import templruntime "github\.com/a-h/templ/runtime"`+"\n", "import (\n\"context\"\n\n\"plumbline/internal/web/markup\"\n)\n\n"),
	written(`var _ = templruntime\.GeneratedTemplate`+"\n", ""),
}

// left is what no rule should have left over.
var left = regexp.MustCompile(`templruntime\.\w+|templ\.Join\w+`)

// shrink is the source of a page with calls of markup. It refuses what templ writes
// otherwise than the rules know.
func shrink(src string) ([]byte, error) {
	for _, r := range rules {
		src = r.from.ReplaceAllString(src, r.to)
	}
	if at := left.FindStringIndex(src); at != nil {
		line := 1 + strings.Count(src[:at[0]], "\n")
		return nil, fmt.Errorf("line %d: %s stands where no rule of internal/web/markup/gen knows it; a new version of templ needs new rules", line, src[at[0]:at[1]])
	}
	return format.Source([]byte(src))
}
