package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/detectors"
)

// keys are the keys of two owners, and a file that names both.
type keys struct{ platform, auth, allowed string }

func newKeys(t testing.TB) keys {
	t.Helper()
	dir := t.TempDir()
	k := keys{platform: filepath.Join(dir, "platform"), auth: filepath.Join(dir, "auth"), allowed: filepath.Join(dir, "allowed")}
	var lines []byte
	for name, path := range map[string]string{"platform@example.com": k.platform, "auth@example.com": k.auth} {
		if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path).CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen: %v\n%s", err, out)
		}
		public, err := os.ReadFile(path + ".pub")
		if err != nil {
			t.Fatal(err)
		}
		lines = fmt.Appendf(lines, "%s namespaces=%q %s", name, Namespace, public)
	}
	if err := os.WriteFile(k.allowed, lines, 0o600); err != nil {
		t.Fatal(err)
	}
	return k
}

// written makes the bundles of both layers in a folder, each signed by its owner.
func written(t testing.TB, k keys) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "evidence")
	for l, key := range map[detectors.Layer]string{detectors.AIPlatform: k.platform, detectors.ApplicationAuth: k.auth} {
		if _, err := write(t.Context(), dir, New(source(), l), SignWith(key)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// wrong is what a verification of a folder finds.
func wrong(t testing.TB, dir string, trust Trust) []string {
	t.Helper()
	all, err := Verify(t.Context(), dir, trust)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for _, v := range all {
		out = append(out, v.Wrong...)
		if len(v.Wrong) == 0 && !v.Signed {
			out = append(out, "not signed")
		}
	}
	return out
}

func second[T any](_ T, err error) error { return err }

func TestVerify(t *testing.T) {
	k := newKeys(t)
	dir := written(t, k)
	all, err := Verify(t.Context(), dir, Trust{Allowed: k.allowed})
	if err != nil || len(all) != 2 {
		t.Fatalf("%v: %+v", err, all)
	}
	for i, want := range []struct{ layer, signer string }{{"ai-platform", "platform@example.com"}, {"application-auth", "auth@example.com"}} {
		v := all[i]
		if string(v.Layer) != want.layer || v.Signer != want.signer || !v.Signed || !strings.HasPrefix(v.Key, "SHA256:") || len(v.Wrong) > 0 || v.Target != "acme/hive" || !v.AsOf.Equal(asOf) || v.Files != 8 {
			t.Errorf("%+v", v)
		}
		// What we write is what ssh-keygen itself accepts.
		c := exec.Command("ssh-keygen", "-Y", "verify", "-f", k.allowed, "-I", want.signer, "-n", Namespace, "-s", filepath.Join(v.Dir, signatureFile))
		manifest, err := os.ReadFile(filepath.Join(v.Dir, manifestFile))
		if err != nil {
			t.Fatal(err)
		}
		c.Stdin = bytes.NewReader(manifest)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("ssh-keygen: %v\n%s", err, out)
		}
		// One bundle alone is proven too, by the right owner only.
		if w := wrong(t, v.Dir, Trust{Allowed: k.allowed, Signer: want.signer}); w != nil {
			t.Error(w)
		}
		if w := wrong(t, v.Dir, Trust{Allowed: k.allowed, Signer: all[1-i].Signer}); len(w) != 1 {
			t.Errorf("the other owner's name is taken: %q", w)
		}
		if w := wrong(t, v.Dir, Trust{}); w != nil {
			t.Errorf("without allowed signers: %q", w)
		}
	}
	if _, err := Verify(t.Context(), t.TempDir(), Trust{}); !errors.Is(err, ErrNone) {
		t.Errorf("an empty folder: %v", err)
	}
	for what, err := range map[string]error{
		"no folder":          second(Verify(t.Context(), filepath.Join(dir, "none"), Trust{})),
		"no file of signers": second(Verify(t.Context(), dir, Trust{Allowed: filepath.Join(dir, "none")})),
	} {
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Verify(t.Context(), dir, Trust{Signer: "auth@example.com"}); err == nil {
		t.Error("a name is taken without allowed signers")
	}
}

// TestOneByteFlipped: any byte of any file that is another one makes the proof fail.
func TestOneByteFlipped(t *testing.T) {
	k := newKeys(t)
	dir := filepath.Join(written(t, k), string(detectors.AIPlatform))
	var names []string
	texts := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
		if texts[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	ctx, trusts := t.Context(), []Trust{{}, {Allowed: k.allowed}}
	try := func(t interface{ Fatalf(string, ...any) }, name string, at int, mask byte, trust Trust) {
		flipped := bytes.Clone(texts[name])
		flipped[at] ^= mask
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, flipped, 0o600); err != nil {
			t.Fatalf("%v", err)
		}
		defer func() { _ = os.WriteFile(path, texts[name], 0o600) }()
		all, err := Verify(ctx, dir, trust)
		if err == nil && len(all[0].Wrong) == 0 {
			t.Fatalf("%s with byte %d of %d made %q is taken as proven", name, at, len(flipped), flipped[at])
		}
	}
	if w := wrong(t, dir, trusts[1]); w != nil {
		t.Fatalf("nothing is flipped: %q", w)
	}
	t.Run("drawn", func(t *testing.T) {
		rapid.Check(t, func(r *rapid.T) {
			name := rapid.SampledFrom(names).Draw(r, "file")
			at := rapid.IntRange(0, len(texts[name])-1).Draw(r, "at")
			try(r, name, at, byte(rapid.IntRange(1, 255).Draw(r, "mask")), rapid.SampledFrom(trusts).Draw(r, "trust"))
		})
	})
	// Every byte of the signature, where ssh-keygen overlooks some; white space, case
	// and the lowest bit.
	t.Run("signature", func(t *testing.T) {
		for at := range texts[signatureFile] {
			for _, mask := range []byte{0x01, 0x20} {
				if testing.Short() && at%7 != 0 {
					continue
				}
				try(t, signatureFile, at, mask, Trust{})
			}
		}
	})
}

// TestNotAsMade: files that are missing, added, exchanged, signed for another purpose
// or by somebody else.
func TestNotAsMade(t *testing.T) {
	k := newKeys(t)
	manifest := filepath.Join("ai-platform", manifestFile)
	for name, change := range map[string]func(dir string) error{
		"a file is missing":        func(dir string) error { return os.Remove(filepath.Join(dir, "ai-platform", htmlFile)) },
		"the signature is missing": func(dir string) error { return os.Remove(filepath.Join(dir, "ai-platform", signatureFile)) },
		"a file is added":          func(dir string) error { return os.WriteFile(filepath.Join(dir, "ai-platform", "more.md"), nil, 0o600) },
		"a file is added above":    func(dir string) error { return os.WriteFile(filepath.Join(dir, "more.md"), nil, 0o600) },
		"a file is a link to itself": func(dir string) error {
			at := filepath.Join(dir, "ai-platform", htmlFile)
			if err := os.Rename(at, filepath.Join(dir, "..", "page")); err != nil {
				return err
			}
			return os.Symlink(filepath.Join(dir, "..", "page"), at)
		},
		"the layers are exchanged": func(dir string) error {
			if err := os.Rename(filepath.Join(dir, "ai-platform"), filepath.Join(dir, "x")); err != nil {
				return err
			}
			if err := os.Rename(filepath.Join(dir, "application-auth"), filepath.Join(dir, "ai-platform")); err != nil {
				return err
			}
			return os.Rename(filepath.Join(dir, "x"), filepath.Join(dir, "application-auth"))
		},
		"a file of the other layer": func(dir string) error {
			text, err := os.ReadFile(filepath.Join(dir, "application-auth", jsonFile))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "ai-platform", jsonFile), text, 0o600)
		},
		"signed for another purpose": func(dir string) error {
			text, err := os.ReadFile(filepath.Join(dir, manifest))
			if err != nil {
				return err
			}
			sig, err := sshKeygen(t.Context(), text, "-Y", "sign", "-q", "-n", "file", "-f", k.platform)
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "ai-platform", signatureFile), sig, 0o600)
		},
		"made anew by a stranger": func(dir string) error {
			stranger := newKeys(t)
			s := source()
			s.Input.Findings = nil
			_, err := write(t.Context(), dir, New(s, detectors.AIPlatform), SignWith(stranger.platform))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := written(t, k)
			if err := change(dir); err != nil {
				t.Fatal(err)
			}
			if w := wrong(t, dir, Trust{Allowed: k.allowed}); len(w) == 0 {
				t.Error("it is taken as proven")
			}
		})
	}
}

// TestWriteAgain: a bundle takes the place of another, the same bytes come out, and
// what is no bundle is not touched.
func TestWriteAgain(t *testing.T) {
	k := newKeys(t)
	read := func(dir string) map[string]string {
		out := map[string]string{}
		_ = filepath.Walk(dir, func(p string, i os.FileInfo, err error) error {
			if err == nil && !i.IsDir() {
				text, _ := os.ReadFile(p)
				rel, _ := filepath.Rel(dir, p)
				out[rel] = string(text)
			}
			return err
		})
		return out
	}
	dir := written(t, k)
	first := read(dir)
	if len(first) != 16 {
		t.Fatalf("%d files", len(first))
	}
	for _, l := range Layers() {
		key := map[detectors.Layer]string{detectors.AIPlatform: k.platform, detectors.ApplicationAuth: k.auth}[l]
		if _, err := write(t.Context(), dir, New(source(), l), SignWith(key)); err != nil {
			t.Fatal(err)
		}
	}
	if !maps.Equal(first, read(dir)) { // Ed25519 signs without chance
		t.Error("the same source gives other bytes")
	}
	if _, err := write(t.Context(), dir, New(source(), detectors.AIPlatform), nil); err != nil {
		t.Fatal(err)
	}
	if _, there := read(dir)[filepath.Join("ai-platform", signatureFile)]; there {
		t.Error("an old signature stands beside a new bundle")
	}
	if w := wrong(t, dir, Trust{}); !slices.Equal(w, []string{"not signed"}) {
		t.Errorf("unsigned: %q", w)
	}
	other := filepath.Join(t.TempDir(), "mine")
	file := filepath.Join(other, "ai-platform", "thesis.txt")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("years"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := write(t.Context(), other, New(source(), detectors.AIPlatform), nil); err == nil {
		t.Error("a folder with something else in it is overwritten")
	}
	if len(read(other)) != 1 {
		t.Errorf("%v", read(other))
	}
	if _, err := write(t.Context(), dir, New(source(), detectors.AIPlatform), SignWith(filepath.Join(other, "no key"))); err == nil {
		t.Error("signed without a key")
	}
}

// write seals a bundle and writes it.
func write(ctx context.Context, dir string, b *Bundle, sign Signer) (string, error) {
	s, err := Seal(ctx, dir, b, sign)
	if err != nil {
		return "", err
	}
	return s.Write(dir)
}
