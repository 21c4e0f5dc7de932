package inventory

import (
	"strings"
	"testing"
)

// Manifests of Elixir, Dart, Swift and CocoaPods, and what looks like them.
func TestOutlines(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"mix.exs", "  defp deps do\n    [\n      {:phoenix, \"~> 1.7\"},\n      {:pow, \"~> 1.0.18\"},\n      # {:guardian, \"~> 2.0\"}\n      {:local, path: \"../x\"}\n    ]", "phoenix ~> 1.7 3|pow ~> 1.0.18 4|local  6"},
		{"pubspec.yaml", "name: a\ndependencies:\n  flutter:\n    sdk: flutter\n  firebase_auth: ^5.1.0\n  msal_flutter: '2.0.1' # pinned\n\nflutter:\n  uses: x\n", "flutter  3|firebase_auth ^5.1.0 5|msal_flutter 2.0.1 6"},
		{"Package.swift", "dependencies: [\n  .package(url: \"https://github.com/auth0/Auth0.swift.git\", from: \"2.10.0\"),\n  .package(url: \"https://github.com/a/b\", branch: \"main\"),\n  .package(path: \"../x\"),\n]", "auth0/Auth0.swift 2.10.0 2|a/b main 3"},
		{"Podfile", "target 'A' do\n  pod 'FirebaseAuth', '~> 11.0'\n  pod \"Auth0\"\n  # pod 'MSAL'\nend\n", "FirebaseAuth ~> 11.0 2|Auth0  3"},
	} {
		f := &file{path: c.file, base: c.file, data: []byte(c.text)}
		var got []string
		manifestOf(f)(f.data, func(d dependency) {
			got = append(got, d.name+" "+d.version+" "+string(rune('0'+f.line(d.pos))))
		})
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: %q, not %q", c.file, s, c.want)
		}
	}
}
