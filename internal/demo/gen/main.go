// Command gen writes internal/demo/digest.json.gz from the raw files in
// internal/demo/data. It is run by "go generate ./internal/demo", in the folder
// internal/demo. Laws: deterministic, no clock, no network.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"plumbline/internal/demo/digest"
)

func main() {
	if err := run("data", "digest.json.gz"); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(data, out string) error {
	d, err := build(data)
	if err != nil {
		return err
	}
	text, err := d.Text()
	if err != nil {
		return err
	}
	packed, err := digest.Pack(text)
	if err != nil {
		return err
	}
	fmt.Printf("%d proposals, %d teams, %d products, %d notes: %d bytes of text, %d packed\n",
		len(d.Proposals), len(d.Teams), len(d.Products), len(d.Notes), len(text), len(packed))
	if err := os.WriteFile(out, packed, 0o644); err != nil {
		return err
	}
	return writeBill(filepath.Join(data, "focus_sample.csv.gz"), "bill.csv.gz")
}

// build reads both archives.
func build(data string) (digest.Digest, error) {
	var d digest.Digest
	enhancements, err := unpack(filepath.Join(data, "kubernetes-enhancements.tar.gz"))
	if err != nil {
		return d, err
	}
	if err := readEnhancements(&d, enhancements); err != nil {
		return d, err
	}
	catalogs, err := unpack(filepath.Join(data, "giantswarm-catalogs.tar.gz"))
	if err != nil {
		return d, err
	}
	return d, readCatalogs(&d, catalogs)
}

// entry is one file of an archive.
type entry struct {
	name string
	data []byte
}

// unpack reads an archive's files in their order.
func unpack(name string) ([]entry, error) {
	packed, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var out []entry
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, h.Name, err)
		}
		out = append(out, entry{h.Name, b})
	}
}
