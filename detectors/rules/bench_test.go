package rules

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// source gives some megabytes of Go's own source.
func source(b *testing.B) []byte {
	b.Helper()
	var all []byte
	files, err := filepath.Glob(filepath.Join(goroot(b), "src", "net", "http", "*.go"))
	if err != nil || len(files) == 0 {
		b.Skip("no source of Go here")
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, data...)
	}
	b.SetBytes(int64(len(all)))
	b.ResetTimer()
	return all
}

func goroot(b *testing.B) string {
	b.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		b.Skip(err)
	}
	return strings.TrimSpace(string(out))
}

// BenchmarkFind runs gitleaks' own rules.
func BenchmarkFind(b *testing.B) {
	_, text := gitleaksConfig(b)
	c := load(b, text)
	data := source(b)
	for range b.N {
		c.Find("x.go", data)
	}
}

// BenchmarkWords looks for their keywords and literals.
func BenchmarkWords(b *testing.B) {
	_, text := gitleaksConfig(b)
	c := load(b, text)
	data := source(b)
	for range b.N {
		c.words.scan(data, func(int, int) {})
	}
}

// BenchmarkWordByWord looks for each of them by itself.
func BenchmarkWordByWord(b *testing.B) {
	_, text := gitleaksConfig(b)
	c := load(b, text)
	data := source(b)
	for range b.N {
		lower := bytes.ToLower(data)
		for _, word := range c.words.list {
			bytes.Contains(lower, []byte(word))
		}
	}
}
