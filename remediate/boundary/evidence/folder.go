package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"leakline/detectors"
)

// The files of a bundle.
const (
	jsonFile      = "evidence.json"
	schemaFile    = "evidence.schema.json"
	markdownFile  = "evidence.md"
	htmlFile      = "evidence.html"
	planFile      = "assessment-plan.json"
	resultsFile   = "assessment-results.json"
	manifestFile  = "manifest.json"
	signatureFile = "manifest.json.sig"
)

// contents are the files that the manifest names.
var contents = []string{planFile, resultsFile, htmlFile, jsonFile, markdownFile, schemaFile}

// ManifestName names the form of a manifest.
const ManifestName = "leakline-evidence-manifest-1"

// Manifest names every file of a bundle. It is what is signed.
type Manifest struct {
	Schema string          `json:"schema"`
	Layer  detectors.Layer `json:"layer"`
	Target string          `json:"target"`
	AsOf   time.Time       `json:"as_of"`
	Files  []File          `json:"files"` // by name
}

// File is one file of a bundle.
type File struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // hexadecimal
}

// Files gives the contents of a bundle's files by name, with its manifest and without
// a signature.
func (b *Bundle) Files() (map[string][]byte, error) {
	files := map[string][]byte{schemaFile: []byte(Schema())}
	var err error
	if files[jsonFile], err = encode(b); err != nil {
		return nil, err
	}
	plan := b.plan()
	if files[planFile], err = encode(plan); err != nil {
		return nil, err
	}
	if files[resultsFile], err = encode(b.results()); err != nil {
		return nil, err
	}
	files[markdownFile] = b.markdown()
	if files[htmlFile], err = b.html(); err != nil {
		return nil, err
	}
	files[manifestFile], err = manifest(b, files)
	return files, err
}

// manifest gives the bytes of the manifest that a bundle with such files has.
func manifest(b *Bundle, files map[string][]byte) ([]byte, error) {
	m := Manifest{Schema: ManifestName, Layer: b.Layer, Target: b.Target, AsOf: b.AsOf}
	for _, name := range contents {
		sum := sha256.Sum256(files[name])
		m.Files = append(m.Files, File{Name: name, Size: len(files[name]), SHA256: hex.EncodeToString(sum[:])})
	}
	return encode(&m)
}

// encode writes JSON as all of a bundle's JSON is written.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return out.Bytes(), err
}

// Sealed is a bundle as its files, signed or not, before anything of it is written.
type Sealed struct {
	Bundle *Bundle
	files  map[string][]byte
}

// Seal makes the files of a bundle for a folder, signed unless sign is nil. Nothing is
// written: an error leaves all as it was.
func Seal(ctx context.Context, dir string, b *Bundle, sign Signer) (*Sealed, error) {
	if err := replaceable(filepath.Join(dir, string(b.Layer))); err != nil {
		return nil, err
	}
	files, err := b.Files()
	if err != nil {
		return nil, err
	}
	if sign != nil {
		if files[signatureFile], err = sign(ctx, files[manifestFile]); err != nil {
			return nil, err
		}
	}
	return &Sealed{b, files}, nil
}

// Write makes the folder DIR/LAYER with the bundle, and gives its path. A bundle that
// is there is replaced; a folder with anything else in it is not touched.
func (s *Sealed) Write(dir string) (string, error) {
	files, at := s.files, filepath.Join(dir, string(s.Bundle.Layer))
	if err := replaceable(at); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	made, err := os.MkdirTemp(dir, ".leakline-*")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(made) }()
	if err := os.Chmod(made, 0o755); err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(made, name), files[name], 0o644); err != nil {
			return "", err
		}
	}
	for _, name := range append([]string{manifestFile, signatureFile}, contents...) {
		if err := os.Remove(filepath.Join(at, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return at, os.Rename(made, at)
}

// replaceable refuses a folder that holds what no bundle does.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !ofBundle(e.Name()) || !e.Type().IsRegular() {
			return fmt.Errorf("%q is there and is no bundle: it holds %q", dir, e.Name())
		}
	}
	return nil
}

func ofBundle(name string) bool {
	return name == manifestFile || name == signatureFile || slices.Contains(contents, name)
}

// maxFile bounds what is read of a file, in bytes.
const maxFile = 1 << 30

// readFile reads a file that is one, and not too large.
func readFile(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is no file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%q is larger than %d bytes", path, maxFile)
	}
	return data, err
}
