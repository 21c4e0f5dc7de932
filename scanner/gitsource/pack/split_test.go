package pack_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"go.uber.org/goleak"

	"leakline/scanner/gitsource/pack"
)

// streamGit runs git and gives what it prints.
func streamGit(t testing.TB, dir string, stdin []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(stdin)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com",
		"GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}

// stream makes packs of a repository whose files change so many times, with a
// blob of so many bytes that do not compress.
func stream(t testing.TB, changes, random int, flags ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	streamGit(t, dir, nil, "init", "-q", "-b", "main")
	text := bytes.Repeat([]byte("one of many lines that stay\n"), 100)
	noise := make([]byte, random)
	seed := rand.NewChaCha8([32]byte{7})
	for i := range changes {
		_, _ = seed.Read(noise)
		for name, data := range map[string][]byte{"a": append(text, strconv.Itoa(i)...), "d/b": noise, "empty": nil} {
			path := filepath.Join(dir, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, data, 0o666)); err != nil {
				t.Fatal(err)
			}
		}
		streamGit(t, dir, nil, "add", "-A")
		streamGit(t, dir, nil, "commit", "-q", "-m", "change "+strconv.Itoa(i))
	}
	streamGit(t, dir, nil, "tag", "-a", "-m", "a tag", "v1")
	return streamGit(t, dir, nil, append([]string{"pack-objects", "-q", "--all", "--revs", "--stdout"}, flags...)...)
}

// gitOffsets asks git where the entries of a pack begin.
func gitOffsets(t testing.TB, data []byte) []int64 {
	t.Helper()
	dir := t.TempDir()
	streamGit(t, dir, nil, "init", "-q", "--bare")
	if err := os.WriteFile(filepath.Join(dir, "x.pack"), data, 0o666); err != nil {
		t.Fatal(err)
	}
	streamGit(t, dir, nil, "index-pack", "x.pack")
	var offsets []int64
	for line := range strings.Lines(string(streamGit(t, dir, nil, "verify-pack", "-v", "x.pack"))) {
		f := strings.Fields(line)
		if len(f) >= 5 && len(f[0]) == 40 {
			at, err := strconv.ParseInt(f[4], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			offsets = append(offsets, at)
		}
	}
	slices.Sort(offsets)
	return offsets
}

// split splits a stream, and checks that what was written is what was read.
func split(t testing.TB, r io.Reader, want []byte) ([]int64, error) {
	t.Helper()
	var out bytes.Buffer
	offsets, err := pack.Split(t.Context(), r, &out, nil)
	if err == nil && !bytes.Equal(out.Bytes(), want) {
		t.Fatal("what was written is not what was read")
	}
	if err != nil && offsets != nil {
		t.Error("offsets came with an error")
	}
	return offsets, err
}

// TestSplit compares with git, however the bytes come.
func TestSplit(t *testing.T) {
	defer goleak.VerifyNone(t)
	for name, data := range map[string][]byte{
		"offset deltas": stream(t, 20, 100, "--delta-base-offset"),
		"named deltas":  stream(t, 20, 100),
		"large":         stream(t, 3, 1<<20, "--delta-base-offset"),
		"stored":        stream(t, 3, 200_000, "--compression=0"),
		"packed hard":   stream(t, 3, 1000, "--compression=9"),
	} {
		t.Run(name, func(t *testing.T) {
			want := gitOffsets(t, data)
			if len(want) < 10 {
				t.Fatalf("git names %d objects only", len(want))
			}
			for way, r := range map[string]io.Reader{
				"at once": bytes.NewReader(data), "bytes": iotest.OneByteReader(bytes.NewReader(data)),
				"halves": iotest.HalfReader(bytes.NewReader(data)), "with the end": iotest.DataErrReader(bytes.NewReader(data)),
			} {
				got, err := split(t, r, data)
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: %v: got %d offsets, want %d", way, err, len(got), len(want))
				}
			}
		})
	}
	if got, err := split(t, bytes.NewReader(packOf()), packOf()); err != nil || len(got) != 0 {
		t.Errorf("empty pack: %v, %v", got, err)
	}
}

// TestSplitTells: the numbers only grow, and end with the whole.
func TestSplitTells(t *testing.T) {
	data := stream(t, 3, 1<<20, "--delta-base-offset")
	last, calls := [3]int{}, 0
	offsets, err := pack.Split(t.Context(), bytes.NewReader(data), io.Discard, func(objects, total int, n int64) {
		now := [3]int{objects, total, int(n)}
		for i := range now {
			if now[i] < last[i] {
				t.Errorf("told %v after %v", now, last)
			}
		}
		last = now
		calls++
	})
	if err != nil || calls < 10 || last != [3]int{len(offsets), len(offsets), len(data)} {
		t.Errorf("%v: told %v in %d calls, want %d objects in %d bytes", err, last, calls, len(offsets), len(data))
	}
}

// TestSplitAlters: no pack with one other byte, or without its last ones, passes.
func TestSplitAlters(t *testing.T) {
	data := stream(t, 2, 50, "--delta-base-offset")
	for i := range data {
		for _, bit := range []byte{1, 0x10, 0x80} {
			altered := bytes.Clone(data)
			altered[i] ^= bit
			if i == 7 && altered[7] == 3 {
				continue // version 3 is the same format
			}
			if _, err := split(t, bytes.NewReader(altered), altered); err == nil {
				t.Errorf("byte %d altered by %#x: no error", i, bit)
			} else if !errors.Is(err, pack.ErrBadStream) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("byte %d altered by %#x: %v", i, bit, err)
			}
		}
		if _, err := split(t, bytes.NewReader(data[:i]), nil); !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, pack.ErrBadStream) {
			t.Errorf("cut at byte %d: %v", i, err)
		}
	}
}

// packOf makes a pack of entries, with the right checksum at its end.
func packOf(entries ...[]byte) []byte {
	p := binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(len(entries)))
	return sealed(append(p, bytes.Join(entries, nil)...))
}

func sealed(p []byte) []byte {
	sum := sha1.Sum(p)
	return append(p, sum[:]...)
}

// packEntry makes an entry of a type that declares a size.
func packEntry(kind byte, size uint64, deflated []byte) []byte {
	c := kind<<4 | byte(size&15)
	var head []byte
	for size >>= 4; size > 0; size >>= 7 {
		head = append(head, c|0x80)
		c = byte(size & 0x7f)
	}
	return append(append(head, c), deflated...)
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// TestSplitLies: what an entry says of itself is not believed, and the error
// says which entry it is.
func TestSplitLies(t *testing.T) {
	good := packEntry(3, 5, deflate([]byte("hello")))
	second := 12 + len(good)
	bomb := deflate(make([]byte, 64<<20))
	dictionary := deflate([]byte("hello"))
	dictionary[0], dictionary[1] = 0x78, 0xbb
	for name, c := range map[string]struct {
		entry []byte
		want  string
	}{
		"too small":      {packEntry(3, 4, deflate([]byte("hello"))), "more than the size that it declares"},
		"too large":      {packEntry(3, 6, deflate([]byte("hello"))), "inflates to 5 bytes, not to the 6"},
		"bomb":           {packEntry(3, 10, bomb), "more than the size that it declares"},
		"huge":           {packEntry(3, 1<<56, deflate([]byte("hello"))), "not to the 72057594037927936"},
		"endless size":   {append([]byte{0xb5}, bytes.Repeat([]byte{0xff}, 20)...), "too many digits"},
		"type 0":         {packEntry(0, 5, deflate([]byte("hello"))), "unknown type 0"},
		"type 5":         {packEntry(5, 5, deflate([]byte("hello"))), "unknown type 5"},
		"no base":        {packEntry(6, 5, append([]byte{0}, deflate([]byte("hello"))...)), "0 bytes before it"},
		"base too early": {packEntry(6, 5, append([]byte{0x7f}, deflate([]byte("hello"))...)), "127 bytes before it"},
		"endless base":   {packEntry(6, 5, bytes.Repeat([]byte{0xff}, 20)), "too many digits"},
		"no zlib":        {packEntry(3, 5, []byte("hello, world")), "no zlib header"},
		"dictionary":     {packEntry(3, 5, dictionary), "no zlib header"},
		"checksum":       {packEntry(3, 5, append(deflate([]byte("hello"))[:len(deflate([]byte("hello")))-4], 1, 2, 3, 4)), "checksum of its inflated bytes"},
		"bad deflate":    {packEntry(3, 5, []byte{0x78, 0x9c, 0xff, 0xff, 0xff, 0xff, 0xff}), "flate"},
	} {
		data := packOf(good, c.entry)
		_, err := split(t, bytes.NewReader(data), data)
		place := fmt.Sprintf("entry 2 of 2 at offset %d", second)
		if !errors.Is(err, pack.ErrBadStream) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), place) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"no pack":   {[]byte("<html><body>"), "begins like no pack"},
		"version 4": {sealed([]byte("PACK\x00\x00\x00\x04\x00\x00\x00\x00")), "unknown pack version 4"},
		"goes on":   {append(packOf(good), 0), "more bytes follow"},
		"count":     {sealed(append([]byte("PACK\x00\x00\x00\x02\x00\x00\x00\x01"), bytes.Repeat(good, 2)...)), "more bytes follow"},
		"sum":       {append(packOf(good)[:len(packOf(good))-1], 0), "SHA-1"},
	} {
		if _, err := split(t, bytes.NewReader(c.data), c.data); !errors.Is(err, pack.ErrBadStream) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSplitFails: the errors of reader, writer and context come through, and the
// goroutine beside is gone in every case.
func TestSplitFails(t *testing.T) {
	defer goleak.VerifyNone(t)
	data := stream(t, 3, 1<<20, "--delta-base-offset")
	own := errors.New("an error of its own")
	if _, err := split(t, io.MultiReader(bytes.NewReader(data[:len(data)/2]), iotest.ErrReader(own)), nil); !errors.Is(err, own) || errors.Is(err, pack.ErrBadStream) {
		t.Errorf("reader: %v", err)
	}
	if _, err := pack.Split(t.Context(), bytes.NewReader(data), &full{left: 500_000, err: own}, nil); !errors.Is(err, own) || errors.Is(err, pack.ErrBadStream) {
		t.Errorf("writer: %v", err)
	}
	// The error of the last block is not lost either.
	if _, err := pack.Split(t.Context(), bytes.NewReader(data), &full{left: len(data) - 1, err: own}, nil); !errors.Is(err, own) {
		t.Errorf("writer at the end: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := pack.Split(ctx, bytes.NewReader(data), io.Discard, func(_, _ int, n int64) {
		if n > 500_000 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic of the reader did not come through")
			}
		}()
		_, _ = pack.Split(t.Context(), io.MultiReader(bytes.NewReader(data[:300_000]), panics{}), io.Discard, nil)
	}()
}

// full is a writer with so much room.
type full struct {
	left int
	err  error
}

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, f.err
	}
	f.left -= len(p)
	return len(p), nil
}

type panics struct{}

func (panics) Read([]byte) (int, error) { panic("a bug") }

// BenchmarkSplit needs a pack: LEAKLINE_PACK names its file.
func BenchmarkSplit(b *testing.B) {
	path := os.Getenv("LEAKLINE_PACK")
	if path == "" {
		b.Skip("SKIPPED, NOTHING MEASURED: LEAKLINE_PACK names no pack")
	}
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		offsets, err := pack.Split(context.Background(), f, io.Discard, nil)
		if err != nil {
			b.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(info.Size())
		b.ReportMetric(float64(len(offsets)), "objects")
		f.Close()
	}
}
