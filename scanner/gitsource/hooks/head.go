package hooks

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

// maxPacked bounds the packed refs that are looked through, in bytes.
const maxPacked = 16 << 20

// Head gives the commit that HEAD of a work tree leads to, without asking git: it is
// noted at every commit. It is "" before the first commit, and if it can't be read so.
// https://git-scm.com/docs/gitrepository-layout
func Head(gitDir, commonDir string) string {
	name := first(filepath.Join(gitDir, "HEAD"))
	for range 5 {
		ref, ok := strings.CutPrefix(name, "ref: ")
		if !ok {
			return name
		}
		if name = first(filepath.Join(commonDir, filepath.FromSlash(ref))); name == "" {
			return packed(filepath.Join(commonDir, "packed-refs"), ref)
		}
	}
	return ""
}

// first is the first line of a small file.
func first(file string) string {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > 4096 {
		return ""
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(line)
}

// packed looks a ref up among the packed ones: lines of commit and name.
func packed(file, ref string) string {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxPacked {
		return ""
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	before, _, ok := bytes.Cut(text, []byte(" "+ref+"\n"))
	if !ok {
		return ""
	}
	return string(before[bytes.LastIndexByte(before, '\n')+1:])
}
