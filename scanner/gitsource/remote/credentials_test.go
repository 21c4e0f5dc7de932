package remote_test

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leakline/scanner/gitsource/remote"
)

// word stands for a password or token; it has what must be escaped in a URL.
const word = "not a/real:word@é"

// guarded wants one user and word.
func guarded(user string) handle {
	return func(w http.ResponseWriter, r *http.Request, back http.Handler) {
		if u, p, ok := r.BasicAuth(); !ok || u != user || p != word {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			http.Error(w, "tell me who you are", http.StatusUnauthorized)
			return
		}
		back.ServeHTTP(w, r)
	}
}

func withUser(t *testing.T, raw string, user *url.Userinfo) string {
	t.Helper()
	u, err := url.Parse(raw)
	must(t, err)
	u.User = user
	return u.String()
}

// lonely makes git's configuration that of this test: no helper but what it says.
func lonely(t *testing.T, config string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config")
	must(t, os.WriteFile(file, []byte(config), 0o600))
	t.Setenv("GIT_CONFIG_GLOBAL", file)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
}

// TestCredentials: URL, environment and helper, in this order.
func TestCredentials(t *testing.T) {
	root, dir := history(t, "app", 1000)
	store := filepath.Join(t.TempDir(), "helper")
	must(t, os.WriteFile(store, []byte("#!/bin/sh\ncat >"+store+".asked\nprintf 'username=%s\\npassword=%s\\n' me '"+word+"'\n"), 0o700))
	askpass := filepath.Join(t.TempDir(), "askpass")
	must(t, os.WriteFile(askpass, []byte("#!/bin/sh\ntouch "+askpass+".asked\necho "+word+"\n"), 0o700))
	t.Setenv("SSH_ASKPASS", askpass)
	t.Setenv("GIT_ASKPASS", askpass)
	for name, c := range map[string]struct {
		wanted string // user
		inURL  *url.Userinfo
		env    map[string]string
		config string
		fails  bool
	}{
		"in the URL":             {wanted: "me", inURL: url.UserPassword("me", word)},
		"wrong in the URL":       {wanted: "me", inURL: url.UserPassword("me", word+"x"), env: map[string]string{"LEAKLINE_GIT_TOKEN": word}, fails: true},
		"token":                  {wanted: "x-access-token", env: map[string]string{"LEAKLINE_GIT_TOKEN": word + "\n"}},
		"token and user":         {wanted: "me", inURL: url.User("me"), env: map[string]string{"LEAKLINE_GIT_TOKEN": word}},
		"GitHub's token":         {wanted: "x-access-token", env: map[string]string{"GITHUB_TOKEN": word}, fails: true},
		"helper":                 {wanted: "me", config: "[credential]\n\thelper = " + store + "\n"},
		"helper after the token": {wanted: "me", env: map[string]string{"LEAKLINE_GIT_TOKEN": word + "x"}, config: "[credential]\n\thelper = " + store + "\n"},
		"none":                   {wanted: "me", fails: true},
		"nobody is asked":        {wanted: "me", config: "[core]\n\taskPass = " + askpass + "\n", fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			lonely(t, c.config)
			s := serve(t, root, guarded(c.wanted))
			o := options(t)
			o.Getenv = func(name string) string { return c.env[name] }
			target := withUser(t, s.URL+"/app.git", c.inURL)
			if !c.fails {
				r := fetch(t, target, o)
				judge(t, r, dir)
				unseen(t, r.Dir)
				return
			}
			e := refused(t, target, o)
			if !errors.Is(e, remote.ErrAuthentication) || e.Hint == "" || e.Attempts != 1 {
				t.Errorf("%v", e)
			}
			silent(t, e)
			if s.posts() != 0 {
				t.Error("a pack was asked for")
			}
		})
	}
	if _, err := os.Stat(askpass + ".asked"); err == nil {
		t.Error("somebody was asked for a password")
	}
	asked, err := os.ReadFile(store + ".asked")
	must(t, err)
	if !strings.Contains(string(asked), "protocol=http\nhost=127.0.0.1:") || !strings.HasPrefix(string(asked), "protocol=") {
		t.Errorf("the helper was asked %q", asked)
	}
}

// TestAnonymousFirst: nothing is sent to a server that does not ask.
func TestAnonymousFirst(t *testing.T) {
	root, _ := history(t, "app", 1000)
	s := serve(t, root, nil)
	o := options(t)
	o.Getenv = func(name string) string {
		return map[string]string{"LEAKLINE_GIT_TOKEN": word, "GITHUB_TOKEN": word}[name]
	}
	fetch(t, s.URL+"/app.git", o)
	for _, r := range s.seen() {
		if r.auth != "" {
			t.Errorf("%s came with credentials", r.path)
		}
	}
}

// TestRedirect: credentials do not follow a redirect to another host, whatever
// that host says.
func TestRedirect(t *testing.T) {
	root, dir := history(t, "app", 1000)
	for _, asks := range []bool{false, true} {
		other := serve(t, root, func(w http.ResponseWriter, r *http.Request, back http.Handler) {
			if asks {
				guarded("me")(w, r, back)
				return
			}
			back.ServeHTTP(w, r)
		})
		first := serve(t, root, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			http.Redirect(w, r, other.URL+r.URL.Path+"?"+r.URL.RawQuery, http.StatusFound)
		})
		for _, user := range []*url.Userinfo{url.UserPassword("me", word), nil} {
			lonely(t, "")
			o := options(t)
			o.Getenv = func(name string) string {
				return map[string]string{"LEAKLINE_GIT_TOKEN": word}[name]
			}
			target := withUser(t, first.URL+"/app.git", user)
			if asks {
				silent(t, refused(t, target, o))
			} else {
				judge(t, fetch(t, target, o), dir)
			}
		}
		if len(other.seen()) == 0 {
			t.Fatal("the redirect was not followed: nothing was tested")
		}
		for _, r := range other.seen() {
			if r.auth != "" {
				t.Errorf("credentials followed the redirect: %s", r.path)
			}
		}
	}
}

// TestNotInTheOpen: what the URL does not hold is not sent over plain HTTP to
// another machine, and GITHUB_TOKEN to GitHub only.
func TestNotInTheOpen(t *testing.T) {
	for host, want := range map[string]bool{"127.0.0.1": true, "localhost": true, "[::1]": true, "192.0.2.1": false, "example.com": false} {
		if got := remote.SendsTokens("http://" + host + "/a.git"); got != want {
			t.Errorf("tokens for http://%s: %v", host, got)
		}
		if !remote.SendsTokens("https://" + host + "/a.git") {
			t.Errorf("no tokens for https://%s", host)
		}
	}
	if got := remote.TokenName("https://github.com/a/b"); got != "GITHUB_TOKEN" {
		t.Errorf("token of github.com is %q", got)
	}
	for _, other := range []string{"https://github.com.example.com/a", "https://gist.github.com/a", "https://example.com/github.com"} {
		if got := remote.TokenName(other); got != "" {
			t.Errorf("%s gets %s", other, got)
		}
	}
}

// silent fails if an error shows the word in any form.
func silent(t *testing.T, e *remote.Error) {
	t.Helper()
	text := e.Error() + e.Hint + e.URL + e.Reason
	if e.Unwrap() != nil {
		text += e.Unwrap().Error()
	}
	for _, form := range []string{word, url.QueryEscape(word), url.PathEscape(word), base64.StdEncoding.EncodeToString([]byte("me:" + word)), "word"} {
		if strings.Contains(text, form) {
			t.Errorf("the error shows the password: %q", text)
		}
	}
}

// unseen fails if a file or a file's name holds the word.
func unseen(t *testing.T, dir string) {
	t.Helper()
	files := 0
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		if strings.Contains(string(data)+path, word) || strings.Contains(string(data)+path, url.QueryEscape(word)) {
			t.Errorf("%s holds the password", path)
		}
		return err
	}))
	if files < 4 {
		t.Fatalf("looked at %d files only", files)
	}
}
