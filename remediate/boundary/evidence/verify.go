package evidence

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"leakline/detectors"
)

// Verified is what a bundle proves.
type Verified struct {
	Dir    string
	Layer  detectors.Layer
	Target string
	AsOf   time.Time
	Files  int
	// Signed says that a signature fits; Signer is its name among the allowed signers,
	// "" without such a file, and Key the key's fingerprint.
	Signed      bool
	Signer, Key string
	Owners      []string // that the bundle names
	// Wrong is everything that is not as it was made, in the order of files.
	Wrong []string
}

// ErrNone says that a folder has no bundle.
var ErrNone = errors.New("there is no bundle of evidence")

// Verify checks a bundle, or every bundle that lies in a folder: that each file is what
// the manifest says, that there is no further one, and the signature of the manifest. The error is of what could not be
// read; what is not proven stands in Wrong.
func Verify(ctx context.Context, dir string, t Trust) ([]Verified, error) {
	if t.Allowed == "" && t.Signer != "" {
		return nil, errors.New("a name of a signer says nothing without the file of allowed signers")
	}
	if t.Allowed != "" {
		if _, err := os.Stat(t.Allowed); err != nil {
			return nil, fmt.Errorf("allowed signers: %w", err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return ofBundle(e.Name()) }) {
		v, err := verify(ctx, dir, entries, t)
		return []Verified{v}, err
	}
	var all []Verified
	var strangers []string
	for _, e := range entries {
		if !e.IsDir() || !slices.Contains(Layers(), detectors.Layer(e.Name())) {
			strangers = append(strangers, fmt.Sprintf("%q belongs to no bundle", e.Name()))
			continue
		}
		at := filepath.Join(dir, e.Name())
		inner, err := os.ReadDir(at)
		if err != nil {
			return nil, err
		}
		v, err := verify(ctx, at, inner, t)
		if err != nil {
			return nil, err
		}
		if string(v.Layer) != e.Name() && len(v.Wrong) == 0 {
			v.Wrong = append(v.Wrong, fmt.Sprintf("it is the evidence of %q", v.Layer))
		}
		all = append(all, v)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w in %q", ErrNone, dir)
	}
	all[0].Wrong = append(all[0].Wrong, strangers...)
	return all, nil
}

func verify(ctx context.Context, dir string, entries []fs.DirEntry, t Trust) (Verified, error) {
	v := Verified{Dir: dir}
	wrong := func(format string, args ...any) { v.Wrong = append(v.Wrong, fmt.Sprintf(format, args...)) }
	files := map[string][]byte{}
	for _, e := range entries {
		if !ofBundle(e.Name()) || !e.Type().IsRegular() {
			wrong("%q does not belong to the bundle", e.Name())
			continue
		}
		var err error
		if files[e.Name()], err = readFile(filepath.Join(dir, e.Name())); err != nil {
			return v, err
		}
	}
	for _, name := range append([]string{manifestFile}, contents...) {
		if files[name] == nil {
			wrong("%q is missing", name)
		}
	}
	v.Files = len(files)
	v.content(files, wrong)
	signature := files[signatureFile]
	if signature == nil {
		return v, nil
	}
	var err error
	if v.Signer, v.Key, err = t.signer(ctx, files[manifestFile], signature); err != nil {
		if ctx.Err() != nil || errors.Is(err, os.ErrNotExist) {
			return v, err
		}
		wrong("%s", err)
		return v, nil
	}
	v.Signed = true
	return v, nil
}

// content checks everything but the signature.
func (v *Verified) content(files map[string][]byte, wrong func(string, ...any)) {
	var m Manifest
	if err := json.Unmarshal(files[manifestFile], &m); err != nil || m.Schema != ManifestName {
		wrong("%q is no manifest", manifestFile)
		return
	}
	v.Layer, v.Target, v.AsOf = m.Layer, m.Target, m.AsOf
	var b Bundle
	if err := json.Unmarshal(files[jsonFile], &b); err != nil || b.Schema != SchemaName {
		wrong("%q is no evidence", jsonFile)
		return
	}
	v.Owners = b.Owners.Owners
	expected, err := manifest(&b, files)
	if err == nil && !bytes.Equal(expected, files[manifestFile]) {
		was := map[string]File{}
		for _, f := range m.Files {
			was[f.Name] = f
		}
		var now Manifest
		_ = json.Unmarshal(expected, &now) // it was just written
		n := len(v.Wrong)
		for _, f := range now.Files {
			if was[f.Name] != f && files[f.Name] != nil {
				wrong("%q is not what the manifest says", f.Name)
			}
		}
		if len(v.Wrong) == n {
			wrong("the manifest is not that of these files")
		}
	}
}
