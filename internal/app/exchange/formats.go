package exchange

import (
	"bytes"
	"iter"

	"plumbline"
	"plumbline/internal/format/canny"
	"plumbline/internal/format/csvdoc"
	"plumbline/internal/format/fider"
	"plumbline/internal/format/githubissues"
	"plumbline/internal/format/gitlabissues"
	"plumbline/internal/format/itemjson"
)

type rows = iter.Seq[plumbline.Incoming]

// format is one kind of file. Without a source of its own the import's source is
// the format's name.
type format struct {
	name   string
	mapped bool // its columns can be given
	read   func(in *Import) (rows, error)
}

// formats are in the order in which a person chooses.
var formats = [...]format{
	{"csv", true, readCSV},
	{"github", false, func(in *Import) (rows, error) {
		in.orSource("github")
		return githubissues.Read(in.Files...)
	}},
	{"gitlab", false, func(in *Import) (rows, error) { return in.oneByOne("gitlab", gitlabissues.Read) }},
	{"fider", false, func(in *Import) (rows, error) { return in.oneByOne("fider", fider.Read) }},
	{"canny", false, func(in *Import) (rows, error) { return in.oneByOne("canny", canny.Read) }},
	{own, false, func(in *Import) (rows, error) { return in.oneByOne(own, itemjson.Read) }},
}

// Formats are the names of the formats that are imported.
func Formats() []string {
	var out []string
	for _, f := range formats {
		out = append(out, f.name)
	}
	return out
}

func formatOf(name string) (format, bool) {
	for _, f := range formats {
		if f.name == name {
			return f, true
		}
	}
	return format{}, false
}

func (in *Import) orSource(name string) {
	if in.Source == "" {
		in.Source = name
	}
}

// oneByOne reads files that have nothing to do with each other.
func (in *Import) oneByOne(source string, read func(plumbline.ImportFile) (rows, error)) (rows, error) {
	in.orSource(source)
	var all []rows
	for _, f := range in.Files {
		one, err := read(f)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return after(all), nil
}

// readCSV reads tables. The numbers in two tables have nothing to do with each
// other, so each is a source of its own, save for our own exports.
func readCSV(in *Import) (rows, error) {
	var all []rows
	for _, f := range in.Files {
		sheet, err := csvdoc.Open(f.Name, f.Data, csvdoc.Guide{Map: in.Map})
		if err != nil {
			return nil, err
		}
		source := "csv:" + sourceOf(f.Name)
		if sheet.Own() {
			source = own
		}
		if in.Source != "" && in.Source != source && len(all) > 0 {
			return nil, plumbline.FieldError("source", "Import tables from different systems one after the other, or name their common source.")
		}
		in.orSource(source)
		all = append(all, sheet.Items())
	}
	return after(all), nil
}

// DefaultSource is the source of an import that names none: of a table that is
// no export of ours its file's name, else what the format says.
func (in Import) DefaultSource() string {
	if in.Format != "csv" || len(in.Files) == 0 {
		return in.Format
	}
	if f := in.Files[0]; !bytes.HasPrefix(bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf")), []byte(own+",")) {
		return "csv:" + sourceOf(f.Name)
	}
	return own
}

// own is the source of what was exported from a Plumbline.
const own = "plumbline"

func after(all []rows) rows {
	return func(yield func(plumbline.Incoming) bool) {
		for _, one := range all {
			for row := range one {
				if !yield(row) {
					return
				}
			}
		}
	}
}
