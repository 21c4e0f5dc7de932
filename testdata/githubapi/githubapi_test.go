package githubapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// small is a description of one more thing than GitHub's says: how each part of it is
// read. The second document has what the first lacks.
const (
	small = `{"paths": {
  "/things/{id}": {
    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
    "get": {
      "parameters": [
        {"$ref": "#/components/parameters/per-page"},
        {"name": "state", "in": "query", "schema": {"type": "string", "enum": ["open", "closed"]}},
        {"name": "label", "in": "query", "schema": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}}},
        {"name": "since", "in": "query", "required": true, "schema": {"type": "string", "format": "date-time"}}
      ],
      "responses": {
        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/thing"}}}},
        "404": {"$ref": "#/components/responses/not-found"},
        "503": {"description": "not now"}
      }
    },
    "delete": {"deprecated": true, "responses": {"204": {"description": "gone"}}}
  },
  "/things/all": {
    "post": {
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}}}},
      "responses": {"204": {"description": "made"}}
    }
  }
 },
 "components": {
  "parameters": {"per-page": {"name": "per_page", "in": "query", "description": "How many (max 100).", "schema": {"type": "integer"}}},
  "responses": {"not-found": {"content": {"application/json": {"schema": {"type": "object", "properties": {"message": {"type": "string"}}}}}}},
  "schemas": {
    "thing": {
      "type": "object", "required": ["id", "owner", "at", "link", "kind", "gone", "parts"],
      "properties": {
        "id": {"type": "integer"}, "owner": {"$ref": "#/components/schemas/owner"}, "kind": {"type": "string", "enum": ["a", "b"]},
        "at": {"type": "string", "format": "date-time"}, "link": {"type": "string", "format": "uri"},
        "gone": {"type": "string", "nullable": true}, "parent": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/thing"}]},
        "parts": {"type": "array", "items": {"oneOf": [{"$ref": "#/components/schemas/owner"}, {"type": "integer"}]}}
      }
    },
    "basic-error": {"type": "object", "properties": {"message": {"type": "string"}, "status": {"type": "string"}}},
    "choice": {"type": "object", "required": ["one"], "properties": {"one": {"oneOf": [{"$ref": "#/components/schemas/owner"}]}}},
    "owner": {"type": "object", "required": ["login"], "properties": {"login": {"type": "string"}, "bot": {"type": "boolean"}}}
  }
 }}`
	more = `{"paths": {"/more": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/extra"}}}}}}}}},
 "components": {"schemas": {"extra": {"type": "integer"}}}}`
)

func description() *Description {
	text := func(s string) func() ([]byte, error) { return func() ([]byte, error) { return []byte(s), nil } }
	return read(text(small), text(more))
}

// recorder is a test that goes on, and keeps what it was told.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

// thing is an answer that is right, with one change.
func thing(before, after string) string {
	return strings.Replace(`{"id": 1, "owner": {"login": "ada"}, "at": "2026-01-02T03:04:05Z", "link": "https://example.com/x", "kind": "a", "gone": null, "parts": [1, {"login": "x"}]}`, before, after, 1)
}

func TestHandler(t *testing.T) {
	const get = "GET /things/7?since=2026-01-02T03:04:05Z"
	right := thing("", "")
	for name, c := range map[string]struct {
		request, header, body string // the header replaces one
		status                int
		answer, link          string
		want                  string // what is said; "": nothing
	}{
		"right":                    {get, "", "", 200, right, "", ""},
		"of an enterprise server":  {"GET /api/v3/things/7?since=2026-01-02T03:04:05Z", "", "", 200, right, "", ""},
		"all parameters":           {get + "&per_page=100&state=open&label=a&label=b", "", "", 200, right, "", ""},
		"in the second document":   {"GET /more", "", "", 200, `[1]`, "", ""},
		"its schema":               {"GET /more", "", "", 200, `["a"]`, "", `at "/0"`},
		"no such path":             {"GET /thing/7", "", "", 200, right, "", "no path"},
		"no such method":           {"PUT /things/7", "", "", 200, right, "", "no method PUT"},
		"a deprecated one":         {"DELETE /things/7", "", "", 204, "", "", "will remove"},
		"an id that is none":       {"GET /things/x?since=2026-01-02T03:04:05Z", "", "", 200, right, "", `parameter "id" is "x"`},
		"a literal path wins":      {"POST /things/all", "", `{"name": "x"}`, 204, "", "", ""},
		"a wrong body":             {"POST /things/all", "", `{"title": "x"}`, 204, "", "", "name"},
		"no body":                  {"POST /things/all", "", "", 204, "", "", "no body"},
		"a body too many":          {get, "", "{}", 200, right, "", "should have none"},
		"an answer too many":       {"POST /things/all", "", `{"name": "x"}`, 204, "{}", "", "should have none"},
		"a parameter missing":      {"GET /things/7", "", "", 200, right, "", `"since" is missing`},
		"a parameter of no date":   {"GET /things/7?since=1", "", "", 200, right, "", `"since" is "1"`},
		"a parameter unknown":      {get + "&limit=1", "", "", 200, right, "", `no query parameter "limit"`},
		"a parameter too large":    {get + "&per_page=101", "", "", 200, right, "", "more than 100"},
		"a parameter of no number": {get + "&per_page=many", "", "", 200, right, "", `"per_page" is "many"`},
		"a parameter twice":        {get + "&state=open&state=open", "", "", 200, right, "", "given 2 times"},
		"a parameter of no choice": {get + "&state=ajar", "", "", 200, right, "", `"state" is "ajar"`},
		"one of many is wrong":     {get + "&label=a&label=1", "", "", 200, right, "", `"label" is "1"`},
		"no version":               {get, "X-GitHub-Api-Version: ", "", 200, right, "", "X-GitHub-Api-Version"},
		"another version":          {get, "X-GitHub-Api-Version: 2020-01-01", "", 200, right, "", "X-GitHub-Api-Version"},
		"it wants a page":          {get, "Accept: text/html", "", 200, right, "", "Accept"},
		"another status":           {get, "", "", 500, right, "", "200, 404, 503 are"},
		"a status by reference":    {get, "", "", 404, `{"message": "no"}`, "", ""},
		"its body":                 {get, "", "", 404, `{"error": "no"}`, "", "error"},
		"an error not described":   {get, "", "", 503, `{"message": "no", "status": "503"}`, "", ""},
		"an error of nobody":       {get, "", "", 503, `{"error": "no"}`, "", "error"},
		"an error without a word":  {get, "", "", 503, "", "", ""},
		"no JSON":                  {get, "", "", 200, "<html>", "", "no JSON"},
		"a link":                   {get, "", "", 200, right, `<https://api.example.com/things/7?since=2026-01-02T03:04:05Z&per_page=2>; rel="next"`, ""},
		"a link of another kind":   {get, "", "", 200, right, `<https://api.example.com/things/7?since=2026-01-02T03:04:05Z&from=2>; rel="next"`, `"from"`},
		"a link to nowhere":        {get, "", "", 200, right, `</things>; rel="next"`, "Link"},
		"a member missing":         {get, "", "", 200, thing(`"id": 1, `, ""), "", "id"},
		"a member invented":        {get, "", "", 200, thing(`"id": 1`, `"id": 1, "nr": 2`), "", "nr"},
		"one invented within":      {get, "", "", 200, thing(`"ada"`, `"ada", "mail": ""`), "", `at "/owner"`},
		"an id of text":            {get, "", "", 200, thing(`"id": 1`, `"id": "1"`), "", `at "/id"`},
		"null where none may be":   {get, "", "", 200, thing(`"id": 1`, `"id": null`), "", `at "/id"`},
		"a kind of no choice":      {get, "", "", 200, thing(`"a"`, `"c"`), "", `at "/kind"`},
		"no date":                  {get, "", "", 200, thing("2026-01-02T", "2026-13-02T"), "", `at "/at"`},
		"no address":               {get, "", "", 200, thing("https://example.com/x", "x y"), "", `at "/link"`},
		"a parent":                 {get, "", "", 200, thing(`"id": 1`, `"id": 1, "parent": `+right), "", ""},
		"no parent":                {get, "", "", 200, thing(`"id": 1`, `"id": 1, "parent": null`), "", ""},
		"a wrong parent":           {get, "", "", 200, thing(`"id": 1`, `"id": 1, "parent": `+thing(`"a"`, `"c"`)), "", `at "/parent/kind"`},
		"one of neither":           {get, "", "", 200, thing(`[1,`, `[true,`), "", `at "/parts/0"`},
	} {
		method, path, _ := strings.Cut(c.request, " ")
		r := httptest.NewRequest(method, path, strings.NewReader(c.body))
		r.Header.Set("Accept", "application/vnd.github+json")
		r.Header.Set("X-GitHub-Api-Version", "2022-11-28")
		if name, value, ok := strings.Cut(c.header, ": "); ok {
			r.Header.Del(name)
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		said := &recorder{TB: t}
		w := httptest.NewRecorder()
		description().Handler(said, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if body, err := io.ReadAll(r.Body); err != nil || string(body) != c.body {
				t.Errorf("%s: the fake gets the body %q: %v", name, body, err)
			}
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			if c.link != "" {
				w.Header().Set("Link", c.link)
			}
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.answer)
		})).ServeHTTP(w, r)
		if w.Code != c.status || w.Body.String() != c.answer || w.Header().Get("Link") != c.link {
			t.Errorf("%s: the answer is another: %d %q", name, w.Code, w.Body)
		}
		all := strings.Join(said.said, "\n")
		if (c.want == "") != (len(said.said) == 0) || !strings.Contains(all, c.want) {
			t.Errorf("%s: it says %q, want %q", name, said.said, c.want)
		}
		for _, line := range said.said {
			if strings.Contains(line, "\n") {
				t.Errorf("%s: more than a line: %q", name, line)
			}
		}
	}
}

// TestFill: what is filled is right, and keeps what was given.
func TestFill(t *testing.T) {
	given := map[string]any{"id": 5, "owner": map[string]any{"bot": true}, "parent": map[string]any{"kind": "b"}}
	made := description().Fill(t, "thing", given)
	d := description().documents[0]
	if err := d.open(); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.validate(json.RawMessage(`{"$ref": "#/components/schemas/thing"}`), text); err != nil {
		t.Errorf("%v: %s", err, text)
	}
	choice := description().Fill(t, "choice", map[string]any{"one": map[string]any{"login": "ada"}})
	if choice["one"].(map[string]any)["login"] != "ada" {
		t.Errorf("%v", choice)
	}
	if made["id"] != 5 || made["owner"].(map[string]any)["bot"] != true || made["parent"].(map[string]any)["kind"] != "b" {
		t.Errorf("%v", made)
	}
	if len(given) != 3 || len(given["owner"].(map[string]any)) != 1 {
		t.Errorf("what was given is changed: %v", given)
	}
}

// TestUnreadable: a description that can't be read is a failure, not silence.
func TestUnreadable(t *testing.T) {
	for name, file := range map[string]func() ([]byte, error){
		"no file":     func() ([]byte, error) { return nil, errors.New("no such file") },
		"no JSON":     func() ([]byte, error) { return []byte("<html>"), nil },
		"nothing":     func() ([]byte, error) { return []byte(`{}`), nil },
		"a lost part": func() ([]byte, error) { return []byte(strings.Replace(small, `"not-found": {`, `"found": {`, 1)), nil },
	} {
		said := &recorder{TB: t}
		w := httptest.NewRecorder()
		read(file).Handler(said, http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/things/7?since=2026-01-02T03:04:05Z", nil))
		if len(said.said) == 0 {
			t.Errorf("%s: nothing is said", name)
		}
	}
}
