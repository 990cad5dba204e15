package rank

import (
	"embed"
	"slices"

	"plumbline"
)

//go:embed policies/*.yaml
var policies embed.FS

// builtin are the editions that come with the product, the newest first.
var builtin = [...]string{"gitlab-2026", "gitlab-2022"}

// Builtin are the policies that come with the product, the newest first.
func Builtin() ([]*Policy, error) {
	var out []*Policy
	for _, version := range builtin {
		p, err := Edition(version)
		if err != nil {
			return nil, &plumbline.Error{Kind: plumbline.Internal, Text: "a policy of the product is wrong", Err: err}
		}
		out = append(out, p)
	}
	return out, nil
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
	if version == "" {
		version = builtin[0]
	}
	src, err := BuiltinText(version)
	if err != nil {
		return nil, err
	}
	return ParsePolicy(version+".yaml", src)
}
