package hooks

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Beside is what the name of the hook that was there before ends in.
const Beside = ".before-leakline"

// seal begins the last line of a hook. The digest of what stands above follows.
const seal = "# leakline-hook 1 sha256:"

// script has the parts NAME, VERSION and BINARY, the last as a word of sh. It looks
// for the earlier hook under a fixed name: other tools rename hooks too. Without a
// leakline nothing would be checked, so that the commit or push is refused.
const script = `#!/bin/sh
# The NAME hook of leakline VERSION. "leakline hook uninstall" takes it away and
# puts back what was here before.
leakline=BINARY
if [ ! -x "$leakline" ]; then
	wanted=$leakline
	leakline=$(command -v leakline) || {
		echo "leakline: the NAME hook finds no leakline, neither $wanted nor in PATH: nothing was checked. Install leakline and run: leakline hook install NAME" >&2
		exit 2
	}
fi
before=${0%/*}/NAME` + Beside + `
if [ -x "$before" ]; then
	exec "$leakline" hook run NAME --chain "$before" -- "$@"
fi
exec "$leakline" hook run NAME -- "$@"
`

// Script is the hook of a name. Binary is the absolute path of leakline.
func Script(name Name, binary, version string) []byte {
	text := strings.NewReplacer("NAME", string(name), "VERSION", word(version), "BINARY", quoted(binary)).Replace(script)
	return fmt.Appendf(nil, "%s%s%x\n", text, seal, sha256.Sum256([]byte(text)))
}

// quoted is a text as a word of sh.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// word is a version without what could end a comment.
func word(version string) string {
	return strings.Join(strings.FieldsFunc(version, func(r rune) bool { return r <= ' ' || r == 0x7f }), "-")
}

// Seal says what the last line of a hook tells of it.
type Seal string

// The answers.
const (
	Foreign Seal = ""        // it was never leakline's
	Intact  Seal = "intact"  // it is as leakline wrote it
	Changed Seal = "changed" // leakline wrote it, and somebody has changed it since
)

// sealOf examines a hook.
func sealOf(text []byte) Seal {
	i := bytes.LastIndex(text, []byte(seal))
	switch {
	case i < 0:
		return Foreign
	case string(text[i:]) == fmt.Sprintf("%s%x\n", seal, sha256.Sum256(text[:i])):
		return Intact
	}
	return Changed
}

var scriptParts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^# The \S+ hook of leakline (\S*)\. "leakline(?s:.*?)\nleakline='((?:[^']|'\\'')*)'\n`)
})

// parse gives the version and the binary that a hook of leakline names.
func parse(text []byte) (version, binary string) {
	m := scriptParts().FindSubmatch(text)
	if m == nil {
		return "", ""
	}
	return string(m[1]), strings.ReplaceAll(string(m[2]), `'\''`, "'")
}
