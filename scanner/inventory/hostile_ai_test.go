package inventory

import (
	"strings"
	"testing"
	"time"
)

// Files that are made to hurt are read in the time of others, or not at all.
func TestHostileFiles(t *testing.T) {
	const size = maxFile - 1
	fill := func(text string) []byte { return []byte(strings.Repeat(text, size/len(text))) }
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"a.js", fill("OPENAI_API_KEY=")},
		{"a.js", fill("require(\"openai\"),")},
		{"a.json", fill("\"OPENAI_API_KEY\":[")},
		{"a.json", fill("{\"key\":")},
		{"package.json", fill("[{\"dependencies\":")},
		{"package.json", fill("/*")},
		{".mcp.json", fill("{\"mcpServers\":{\"a\":")},
		{"appsettings.json", fill("{\"Key\":\"api_key\"},")},
		{"application.yml", fill(" api-key:\n")},
		{"config/a.php", fill("'client_secret'=>['x'],")},
		{"pom.xml", fill("<dependency><artifactId>")},
		{"requirements.txt", fill("openai # via a,b\n")},
		{"pyproject.toml", fill("dependencies = [\"openai\",\n")},
		{"a.py", fill("from openai import (a, b, c,\n")},
		{"build.gradle", fill("'a:b:c'\"d:e\"")},
		{"a.ipynb", fill("[\"import openai\\n\",")},
	} {
		r, err := NewReader()
		if err != nil {
			t.Fatal(err)
		}
		f := &file{path: c.name, base: c.name[strings.LastIndexByte(c.name, '/')+1:], ext: c.name[max(0, strings.LastIndexByte(c.name, '.')):], data: c.data}
		begin := time.Now()
		for _, read := range []func(*Reader, *file, func(Sighting)){(*Reader).dependencies, (*Reader).imports, (*Reader).marks, (*Reader).references, (*Reader).servers} {
			read(r, f, func(Sighting) {})
		}
		t.Logf("%s %.20q %v", c.name, c.data[:20], time.Since(begin).Round(time.Millisecond))
	}
}
