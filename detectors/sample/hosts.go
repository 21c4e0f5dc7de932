package sample

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Host is a syntax in which credentials are found.
type Host struct {
	// ID names the host, for test output.
	ID string
	// Render puts a text into a small file of that syntax: the context on the line
	// before, the name in the host's own style, the value escaped as the syntax
	// demands. It gives "" where the host can't hold the text, which happens for
	// blocks only.
	Render func(t Text) string
}

// neutral is the name of a value whose name must not give it away.
const neutral = "value"

// Hosts lists the host syntaxes. Where a syntax has several common ways to hold
// a value, each is a host.
func Hosts() []Host {
	return []Host{
		{"env", env},
		{"shell", shellSingle},
		{"shell-double", shellDouble},
		{"json", jsonFile},
		{"json-string", jsonString},
		{"yaml", yamlFile},
		{"yaml-quoted", yamlQuoted},
		{"toml", toml},
		{"ini", ini},
		{"xml", xmlElement},
		{"xml-attribute", xmlAttribute},
		{"go", golang},
		{"python", python},
		{"javascript", javascript},
		{"typescript", typescript},
		{"java", java},
		{"csharp", csharp},
		{"ruby", ruby},
		{"php-array", phpArray},
		{"php-define", phpDefine},
		{"terraform", terraform},
		{"terraform-variable", terraformVariable},
		{"dockerfile-env", dockerfileEnv},
		{"dockerfile-env-blank", dockerfileEnvBlank},
		{"dockerfile-arg", dockerfileArg},
		{"kubernetes-env", kubernetesEnv},
		{"kubernetes-secret", kubernetesSecret},
		{"notebook", notebook},
		{"curl", curl},
		{"url", urlQuery},
		{"markdown-fence", markdownFence},
		{"markdown-inline", markdownInline},
		{"crlf", crlf},
	}
}

// named is the text's name in a style, or the neutral name.
func named(t Text, style func(string) string) string {
	if t.Name == "" {
		return style(neutral)
	}
	return style(t.Name)
}

// above is the context as a comment line, or nothing.
func above(t Text, indent, open, end string) string {
	if t.Context == "" {
		return ""
	}
	return indent + open + t.Context + end + "\n"
}

func several(t Text) bool { return strings.Contains(t.Value, "\n") }

// isJSON says that the value is a JSON object.
func isJSON(t Text) bool {
	return strings.HasPrefix(strings.TrimSpace(t.Value), "{") && json.Valid([]byte(t.Value))
}

// oneLine is a JSON object without line ends; any other value as it is.
func oneLine(t Text) string {
	if !isJSON(t) || !several(t) {
		return t.Value
	}
	var b strings.Builder
	for line := range strings.Lines(t.Value) {
		b.WriteString(strings.TrimSpace(line))
	}
	return b.String()
}

// indented puts an indent before every line.
func indented(s, indent string) string {
	return indent + strings.ReplaceAll(s, "\n", "\n"+indent)
}

// plainEnough says that a value needs no quotes in env files, YAML and shells.
func plainEnough(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !letter(c) && (c < '0' || c > '9') && strings.IndexByte("_./+=~-:@%,", c) < 0 {
			return false
		}
	}
	return s != "" && strings.IndexByte("-~=%@,", s[0]) < 0 && !strings.HasSuffix(s, ":") &&
		strings.Trim(s, "0123456789.+-_eE") != ""
}

// backslashed puts a backslash before each of the special characters, and writes
// line ends as \n.
func backslashed(s, special string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\\' || strings.IndexByte(special, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func env(t Text) string {
	return "PORT=8080\n" + above(t, "", "# ", "") + named(t, screaming) + "=" + envValue(t) + "\nREGION=eu-west-1\n"
}

func envValue(t Text) string {
	switch {
	case plainEnough(t.Value):
		return t.Value
	case isJSON(t) && !strings.Contains(t.Value, "'"):
		return "'" + oneLine(t) + "'"
	}
	return `"` + backslashed(t.Value, "\"$`") + `"`
}

func shellSingle(t Text) string {
	return "#!/bin/sh\nset -eu\n" + above(t, "", "# ", "") +
		"export " + named(t, screaming) + "='" + strings.ReplaceAll(t.Value, "'", `'\''`) + "'\nexec ./serve\n"
}

func shellDouble(t Text) string {
	// Within double quotes a line end stays a line end.
	value := strings.ReplaceAll(backslashed(t.Value, "\"$`"), `\n`, "\n")
	if strings.Contains(t.Value, `\n`) {
		return shellSingle(t)
	}
	return "#!/bin/bash\n" + above(t, "", "# ", "") + named(t, screaming) + `="` + value + "\"\n./serve --port 8080\n"
}

func crlf(t Text) string {
	doc := above(t, "", "# ", "") + named(t, screaming) + "=" + envValue(t)
	if t.Block {
		doc = above(t, "", "# ", "") + t.Value
	}
	return strings.ReplaceAll("PORT=8080\n"+doc+"\nREGION=eu-west-1\n", "\n", "\r\n")
}

func curl(t Text) string {
	head := above(t, "", "# ", "") + "curl -sS https://gateway.acme.dev/v1/items \\\n  -H \"Accept: application/json\" \\\n"
	if t.Block {
		if strings.Contains(t.Value, "'") {
			return ""
		}
		return head + "  --data-raw '" + t.Value + "'\n"
	}
	line := "Authorization: Bearer " + t.Value
	if t.Name != "" {
		line = header(t.Name) + ": " + t.Value
	}
	if strings.ContainsAny(t.Value, "\"$`\\") {
		return head + "  -H '" + strings.ReplaceAll(line, "'", `'\''`) + "'\n"
	}
	return head + "  -H \"" + line + "\"\n"
}

// urlQuery puts the value into a query. A value that is a URL stands by itself,
// and any other document has no place in a URL.
func urlQuery(t Text) string {
	switch {
	case urlShape.MatchString(t.Value):
		return above(t, "", "# ", "") + t.Value + "\n"
	case t.Block || several(t):
		return ""
	}
	return above(t, "", "# ", "") + "https://gateway.acme.dev/v1/items?page=2&" + named(t, snake) + "=" +
		queryEscaped(t.Value) + "&format=full\n"
}

var urlShape = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://\S+$`)

// queryEscaped percent-encodes what a query can't hold, and what a form decodes
// into something else (RFC 3986, section 3.4; WHATWG URL, the query set).
func queryEscaped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if letter(c) || c >= '0' && c <= '9' || strings.IndexByte("-._~:/?@!$*(),", c) >= 0 || c == '=' && i > 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func markdownFence(t Text) string {
	body := "export " + named(t, screaming) + "=" + envValue(t)
	if t.Block {
		body = t.Value
	}
	return "# Set-up\n\nRun this first:\n\n```sh\n" + above(t, "", "# ", "") + body + "\n```\n\nThen start the service.\n"
}

// markdownInline writes a value in running text; a block is indented, which
// Markdown shows as it stands.
func markdownInline(t Text) string {
	switch {
	case t.Block:
		return "The file has to look like this:\n\n" + above(t, "    ", "", "") + indented(t.Value, "    ") + "\n\nKeep it.\n"
	case t.Name == "":
		return above(t, "", "", "") + "We used `" + t.Value + "` until the last release.\n"
	}
	return above(t, "", "", "") + "Start it with `" + named(t, screaming) + "=" + envValue(t) + "` on your machine.\n"
}
