package sample

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"go/ast"
	goparser "go/parser"
	"go/token"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// awkward are values that need escapes in one host or another.
func awkward(t *testing.T) []Text {
	t.Helper()
	block, err := Expand("hosts", "{pem:PRIVATE KEY:300}")
	if err != nil {
		t.Fatal(err)
	}
	return []Text{
		{Name: "ACME_API_KEY", Value: "tok_Ab12Cd34"},
		{Name: "ACME_API_KEY", Value: "tok_Ab12Cd34", Context: "https://acme.dev/v1 -- see <a> & b"},
		{Value: "tok_Ab12Cd34"},
		{Name: "ACME_API_KEY", Value: `a"b'c\d&e<f>g$h` + "`i%j+k=l m#n"},
		{Name: "ACME_PRIVATE_KEY", Value: block, Block: true},
		{Name: "ACME_CREDENTIALS", Value: "{\n  \"type\": \"x\",\n  \"key\": \"a\\nb/c+d==\"\n}", Block: true},
	}
}

func TestHostIDs(t *testing.T) {
	seen := map[string]bool{}
	for _, h := range Hosts() {
		if h.ID == "" || seen[h.ID] {
			t.Errorf("host ID %q is empty or stands twice", h.ID)
		}
		seen[h.ID] = true
	}
	for _, id := range strings.Fields(`env shell json yaml toml ini xml go python javascript typescript java csharp ruby
		php-array terraform dockerfile-env kubernetes-env notebook curl url markdown-fence crlf`) {
		if !seen[id] {
			t.Errorf("no host %q", id)
		}
	}
}

func TestHostsHoldEverything(t *testing.T) {
	mayRefuse := []string{"url", "curl", "ini", "dockerfile-env-blank"}
	for _, h := range Hosts() {
		for _, text := range awkward(t) {
			got := h.Render(text)
			if got == "" {
				if !text.Block || !slices.Contains(mayRefuse, h.ID) {
					t.Errorf("host %s refuses %s (block %v)", h.ID, text.Name, text.Block)
				}
				continue
			}
			if !strings.HasSuffix(got, "\n") {
				t.Errorf("host %s: no line end at the end", h.ID)
			}
			if text.Context != "" && !strings.Contains(got, "acme.dev/v1") {
				t.Errorf("host %s: no context in:\n%s", h.ID, got)
			}
			if strings.HasPrefix(text.Value, "tok_") && !strings.Contains(got, text.Value) {
				t.Errorf("host %s: no value in:\n%s", h.ID, got)
			}
			if text.Name == "" && strings.Contains(strings.ToLower(got), "acme_api_key") {
				t.Errorf("host %s: a name where there is none", h.ID)
			}
		}
	}
}

// values reads the file with the host's own parser and returns every text in it.
func values(t *testing.T, host, file string) []string {
	t.Helper()
	var out []string
	switch host {
	case "json", "json-string":
		var v map[string]any
		if err := json.Unmarshal([]byte(file), &v); err != nil {
			t.Fatalf("%s: %v in\n%s", host, err, file)
		}
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			} else if m, ok := x.(map[string]any); ok {
				b, err := json.Marshal(m)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, string(b))
			}
		}
	case "notebook":
		var v struct {
			Cells []struct{ Source []string }
		}
		if err := json.Unmarshal([]byte(file), &v); err != nil {
			t.Fatalf("%s: %v in\n%s", host, err, file)
		}
		cell := strings.Join(v.Cells[0].Source, "")
		_, rhs, _ := strings.Cut(cell, " = ")
		if body, ok := strings.CutPrefix(rhs, `"""`); ok {
			body, _, _ = strings.Cut(body, `"""`)
			return []string{strings.ReplaceAll(body, `\\`, `\`)}
		}
		rhs, _, _ = strings.Cut(rhs, "\n")
		s, err := strconv.Unquote(rhs)
		if err != nil {
			t.Fatalf("%s: %v in\n%s", host, err, cell)
		}
		out = append(out, s)
	case "xml", "xml-attribute":
		d := xml.NewDecoder(strings.NewReader(file))
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				return out
			}
			if err != nil {
				t.Fatalf("%s: %v in\n%s", host, err, file)
			}
			switch tok := tok.(type) {
			case xml.CharData:
				out = append(out, string(tok))
			case xml.StartElement:
				for _, a := range tok.Attr {
					out = append(out, a.Value)
				}
			}
		}
	case "go":
		f, err := goparser.ParseFile(token.NewFileSet(), "x.go", file, 0)
		if err != nil {
			t.Fatalf("%s: %v in\n%s", host, err, file)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil {
					out = append(out, s)
				}
			}
			return true
		})
	case "url":
		lines := strings.Split(strings.TrimSpace(file), "\n")
		u, err := url.Parse(lines[len(lines)-1])
		if err != nil {
			t.Fatalf("%s: %v in\n%s", host, err, file)
		}
		for _, vs := range u.Query() {
			out = append(out, vs...)
		}
	}
	return out
}

// TestHostsEscape reads the files back with parsers that are not ours.
func TestHostsEscape(t *testing.T) {
	for _, h := range Hosts() {
		if !slices.Contains([]string{"json", "json-string", "notebook", "xml", "xml-attribute", "go", "url"}, h.ID) {
			continue
		}
		for _, text := range awkward(t) {
			file := h.Render(text)
			if file == "" {
				continue
			}
			want := text.Value
			if h.ID == "json" && text.Block && strings.HasPrefix(want, "{") {
				var v any
				if err := json.Unmarshal([]byte(want), &v); err != nil {
					t.Fatal(err)
				}
				b, err := json.Marshal(v)
				if err != nil {
					t.Fatal(err)
				}
				want = string(b)
			}
			if got := values(t, h.ID, file); !slices.Contains(got, want) {
				t.Errorf("host %s: read back %q, want %q", h.ID, got, want)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"GROQ_API_KEY", "groqApiKey", "GroqAPIKey", "groq-api-key", "groq.api.key"} {
		for _, c := range []struct{ got, want string }{
			{camel(name), "groqApiKey"},
			{pascal(name), "GroqApiKey"},
			{snake(name), "groq_api_key"},
			{kebab(name), "groq-api-key"},
			{screaming(name), "GROQ_API_KEY"},
			{header(name), "Groq-Api-Key"},
		} {
			if c.got != c.want {
				t.Errorf("%s: %s, want %s", name, c.got, c.want)
			}
		}
	}
	if got := snake("AUTH0_CLIENT_SECRET"); got != "auth0_client_secret" {
		t.Error(got)
	}
}
