package evidence

import (
	"bytes"
	_ "embed" // for the page
	"fmt"
	"html/template"
	"strings"
	"sync"

	"leakline/scanner"
)

//go:embed evidence.html.tmpl
var htmlPage string

// The templates are read when they are first needed: no other command pays for them.
var htmlTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("evidence").Funcs(words).Funcs(template.FuncMap{
		"e": func(v any) string { return scanner.Printable(strings.Join(strings.Fields(fmt.Sprint(v)), " ")) },
	}).Parse(htmlPage))
})

// html is the bundle as a page that needs nothing else: no script, no other file.
func (b *Bundle) html() ([]byte, error) {
	var out bytes.Buffer
	err := htmlTemplate().Execute(&out, b)
	return out.Bytes(), err
}
