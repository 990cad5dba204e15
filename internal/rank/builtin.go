package rank

import (
	"embed"
	"slices"
	"sync"

	"plumbline"
)

//go:embed policies/*.yaml
var policies embed.FS

// builtin are the editions that come with the product, the newest first.
var builtin = [...]string{"gitlab-2026", "gitlab-2022"}

// editions reads them once: they never change.
var editions = sync.OnceValues(func() ([]*Policy, error) {
	out := make([]*Policy, len(builtin))
	for i, version := range builtin {
		src, err := BuiltinText(version)
		if err == nil {
			out[i], err = ParsePolicy(version+".yaml", src)
		}
		if err != nil {
			return nil, &plumbline.Error{Kind: plumbline.Internal, Text: "a policy of the product is wrong", Err: err}
		}
	}
	return out, nil
})

// Builtin are the policies that come with the product, the newest first.
func Builtin() ([]*Policy, error) {
	list, err := editions()
	return slices.Clone(list), err
}

// BuiltinText is a policy of the product as it is written.
func BuiltinText(version string) ([]byte, error) {
	if !slices.Contains(builtin[:], version) {
		return nil, plumbline.Errorf(plumbline.NotFound, "No policy %q comes with the product; there are %s.", version, both(builtin[:]))
	}
	return policies.ReadFile("policies/" + version + ".yaml")
}

// Edition is a policy of the product by its version; the newest when it is empty.
func Edition(version string) (*Policy, error) {
	list, err := editions()
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if p.Version == version || version == "" {
			return p, nil
		}
	}
	return nil, plumbline.Errorf(plumbline.NotFound, "No policy %q comes with the product; there are %s.", version, both(builtin[:]))
}
