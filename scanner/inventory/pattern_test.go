package inventory

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestPatternsCompile compiles every pattern that the package's source writes out.
func TestPatternsCompile(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(x ast.Node) bool {
			call, ok := x.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "compile" {
				return true
			}
			if text, ok := call.Args[0].(*ast.BasicLit); ok {
				n++
				s, err := strconv.Unquote(text.Value)
				if err == nil {
					_, err = regexp.Compile(s)
				}
				if err != nil {
					t.Errorf("%s: %s: %v", f.Name(), text.Value, err)
				}
			}
			return true
		})
	}
	if n < 50 {
		t.Errorf("only %d patterns are found in the source", n)
	}
}
