package inventory

import (
	"bytes"
	"strings"
)

// Lists of dependencies in files that are more than that.

// catalogs reads the versions that the packages of a workspace share:
// https://pnpm.io/catalogs.
func catalogs(data []byte, found func(dependency)) {
	in := false
	eachLine(data, func(text string, pos int) {
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
		case data[pos] != ' ':
			in = text == "catalog:" || text == "catalogs:"
		case in:
			key, value, _ := strings.Cut(text, ": ")
			if value = strings.Trim(strings.TrimSpace(value), `"'`); value != "" {
				found(dependency{"npm", strings.Trim(key, `"'`), value, pos})
			}
		}
	})
}

// scriptMetadata reads what a script of Python demands in its head:
// https://packaging.python.org/en/latest/specifications/inline-script-metadata/.
func scriptMetadata(data []byte, found func(dependency)) {
	_, block, _ := bytes.Cut(data, []byte("# /// script\n"))
	begin := len(data) - len(block)
	if end := bytes.Index(block, []byte("\n# ///")); end >= 0 {
		block = block[:end+1]
	}
	in := false
	eachLine(block, func(text string, pos int) {
		text = strings.TrimSpace(strings.TrimPrefix(text, "#"))
		if rest, ok := strings.CutPrefix(text, "dependencies"); ok {
			in, text = true, rest
		}
		for in {
			entry, rest, ok := firstQuoted(text)
			if !ok {
				break
			}
			if m := scriptDemand.FindStringSubmatch(entry); m != nil {
				found(dependency{"pypi", m[1], m[2], begin + pos})
			}
			text = rest
		}
		in = in && !strings.HasSuffix(text, "]")
	})
}

var scriptDemand = compile(`^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*([^;\s]*)`)

// charted are the endings of files that install charts of Helm: of Helmfile, Argo CD and
// Flux, and of Terraform.
var charted = map[string]bool{".yaml": true, ".yml": true, ".tf": true}

var (
	chartName    = compile(`^(?:-\s+)?chart\s*[:=]\s*["']?(?:[\w./:-]*/)?([a-z0-9-]+)["']?$`)
	chartVersion = compile(`^(?:-\s+)?(?:version|targetRevision)\s*[:=]\s*["']?([\w.+~^<>=* -]+?)["']?$`)
)

// chartOf reads the charts that a file installs, each with the version beside it.
func chartOf(data []byte, found func(dependency)) {
	const near = 4 // lines
	type entry struct {
		line int
		dependency
	}
	var charts []entry
	versions := map[int]string{}
	n := 0
	eachLine(data, func(text string, pos int) {
		n++
		if m := chartName.FindStringSubmatch(text); m != nil && morePackages["helm"][m[1]] != "" {
			charts = append(charts, entry{n, dependency{"helm", m[1], "", pos}})
		} else if m := chartVersion.FindStringSubmatch(text); m != nil {
			versions[n] = m[1]
		}
	})
	for _, c := range charts {
		for d := 1; d <= near && c.version == ""; d++ {
			if c.version = versions[c.line+d]; c.version == "" {
				c.version = versions[c.line-d]
			}
		}
		found(c.dependency)
	}
}
