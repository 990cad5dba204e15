package controls

import (
	"context"
	"strings"

	"plumbline"
	"plumbline/internal/app/sources"
	"plumbline/internal/format/oscal"
)

// The settings of the formats.
const (
	settingProduct   = "product"
	settingFramework = "framework"
	settingCatalog   = "catalog"
)

// ControlFormats are the files that say something about controls.
func (r *Room) ControlFormats() []sources.Format {
	product := sources.Setting{Name: settingProduct, Help: "the ref of the product that it is about"}
	framework := sources.Setting{Name: settingFramework, Help: "what the framework is called here, for example nist-800-53-low"}
	needs := func(s sources.Setting) sources.Setting {
		s.Required = true
		return s
	}
	return []sources.Format{
		{
			Name: "oscal", Help: "NIST's OSCAL as JSON or YAML: a catalog, a profile, a plan of action and milestones, the control states of a security plan, or assessment results", Max: oscal.MaxBytes,
			Settings: []sources.Setting{product, framework, {Name: settingCatalog, Help: "of a profile: the framework that it chooses from, as it is called here"}}, Read: r.reader(r.takeOSCAL),
		},
		{
			Name: "controls", Help: "how the controls of products stand, as CSV: our own export, or a table with a column for the control and its state",
			Settings: []sources.Setting{product, framework}, Read: r.reader(r.takeCSV),
		},
		{
			Name: "complianceascode", Help: "a control file of the ComplianceAsCode project: how far a platform meets each control",
			Settings: []sources.Setting{needs(product), framework}, Max: 16 << 20, Read: r.reader(r.takeControlFile),
		},
	}
}

// reader has a file read whole: those of controls are small.
func (r *Room) reader(take func(ctx context.Context, who plumbline.Actor, f sent, dry bool) (report, error)) sources.Reader {
	return func(ctx context.Context, who plumbline.Actor, f sources.File, tell func([]plumbline.RowReport) error) (plumbline.ImportCount, error) {
		data, err := f.Bytes()
		if err != nil {
			return plumbline.ImportCount{}, err
		}
		lower := func(name string) string { return strings.ToLower(strings.TrimSpace(f.Settings[name])) }
		out, err := take(ctx, who, sent{
			name: f.Name, data: data, product: plumbline.ProductRef(lower(settingProduct)), framework: plumbline.FrameworkRef(lower(settingFramework)),
			catalog: plumbline.FrameworkRef(lower(settingCatalog)), ref: f.Ref,
		}, f.DryRun)
		const most = 500 // rows that are told at once
		for rest := out.rows; len(rest) > 0; rest = rest[min(most, len(rest)):] {
			if err := tell(rest[:min(most, len(rest))]); err != nil {
				return out.count, err
			}
		}
		return out.count, err
	}
}
