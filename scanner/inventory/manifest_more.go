package inventory

import "strings"

// Manifests of Elixir, Dart and Swift, which are programs or outlines: one dependency a
// line, as people write them.

var (
	mixDep = compile(`^\{\s*:(\w+)\s*,\s*(?:"([^"]*)")?`)
	// pubDep is an entry of pubspec.yaml, with its version if it stands beside it.
	pubDep = compile(`^([a-z][a-z0-9_]*):\s*["']?([^"'#{]*)`)
	// swiftDep is a package of Swift: its version may be told in several ways.
	swiftDep = compile(`\.package\([^)]*?url:\s*"https?://(?:www\.)?git(?:hub|lab)\.com/([\w.-]+/[\w.-]+?)(?:\.git)?"\s*(?:,[^"]*"([^"]*)")?`)
	podDep   = compile(`^pod\s+['"]([\w/+.-]+)['"]\s*(?:,\s*['"]([^'"]*)['"])?`)
)

// outline reads a manifest with one dependency a line (mix.exs: https://hexdocs.pm/mix;
// Package.swift: https://docs.swift.org/package-manager; Podfile: https://guides.cocoapods.org).
func outline(eco string, line *pattern) manifestReader {
	return func(data []byte, found func(dependency)) {
		eachLine(data, func(text string, pos int) {
			if m := line.FindStringSubmatch(text); m != nil && !strings.HasPrefix(text, "//") {
				found(dependency{eco, m[1], m[2], pos})
			}
		})
	}
}

// pubspec reads pubspec.yaml (https://dart.dev/tools/pub/pubspec): what stands below
// its tables of dependencies.
func pubspec(data []byte, found func(dependency)) {
	in := false
	eachLine(data, func(text string, pos int) {
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
		case data[pos] != ' ' && data[pos] != '\t':
			in = text == "dependencies:" || text == "dev_dependencies:"
		case in && strings.HasPrefix(string(data[pos:pos+min(3, len(data)-pos)]), "  ") && data[pos+2] != ' ':
			if m := pubDep.FindStringSubmatch(text); m != nil {
				found(dependency{"pub", m[1], strings.TrimSpace(m[2]), pos})
			}
		}
	})
}
