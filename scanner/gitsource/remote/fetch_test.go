package remote_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"leakline/scanner/gitsource"
	"leakline/scanner/gitsource/remote"
)

// TestFetch receives one repository over every protocol but SSH.
func TestFetch(t *testing.T) {
	root, dir := history(t, "app", 300_000)
	http := serve(t, root, nil)
	for name, url := range map[string]string{
		"http":         http.URL + "/app.git",
		"git":          daemon(t, root) + "/app.git",
		"file":         "file://" + filepath.ToSlash(dir),
		"path":         dir,
		"work tree":    filepath.Join(root, "work"),
		"without .git": http.URL + "/work/.git",
	} {
		t.Run(name, func(t *testing.T) {
			served := dir
			if strings.Contains(name, "w") {
				served = filepath.Join(root, "work")
			}
			o := options(t)
			var last remote.Progress
			o.Progress = func(p remote.Progress) { last = p }
			r := fetch(t, url, o)
			info, err := os.Stat(r.Dir)
			must(t, err)
			if info.Mode().Perm() != 0o700 || !strings.HasPrefix(filepath.Base(r.Dir), remote.Prefix) {
				t.Errorf("folder is %s with mode %o", filepath.Base(r.Dir), info.Mode().Perm())
			}
			if found, _ := filepath.Glob(filepath.Join(r.Dir, "objects", "pack", "*")); !slices.Equal(found, []string{r.Pack + ".pack"}) {
				t.Errorf("objects/pack holds %q", found)
			}
			if _, err := gitsource.Open(r.Dir, gitsource.Options{}); err != nil {
				t.Errorf("open what was received: %v", err)
			}
			if last.Objects != len(r.Offsets) || last.Total != len(r.Offsets) || last.Bytes != r.Bytes || last.Attempt != 1 {
				t.Errorf("last progress is %+v, received are %d objects in %d bytes", last, len(r.Offsets), r.Bytes)
			}
			judge(t, r, served)
		})
	}
}

// TestRequest: the pack is asked for with deltas by offset and complete in
// itself; the request has no effect on the server.
func TestRequest(t *testing.T) {
	root, _ := history(t, "app", 1000)
	s := serve(t, root, nil)
	fetch(t, s.URL+"/app.git", options(t))
	advertised := ""
	for _, r := range s.seen() {
		if strings.HasPrefix(r.path, "POST") {
			advertised = string(r.body)
		}
	}
	for _, want := range []string{"ofs-delta", "side-band-64k"} {
		if !strings.Contains(advertised, want) {
			t.Errorf("request has no %q: %q", want, advertised)
		}
	}
	for _, not := range []string{"thin-pack", "include-tag", "no-progress", "shallow", "deepen", "filter"} {
		if strings.Contains(advertised, not) {
			t.Errorf("request has %q: %q", not, advertised)
		}
	}
	ids := strings.Fields(git(t, filepath.Join(root, "app.git"), "for-each-ref", "--format=%(objectname)"))
	all := len(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if n := strings.Count(advertised, "want "); n != len(ids) || n == all {
		t.Errorf("%d wants for %d refs to %d objects", n, all, len(ids))
	}
}

// TestEmpty: a repository without refs is empty, not broken.
func TestEmpty(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "new.git")
	git(t, root, "init", "-q", "--bare", dir)
	for name, url := range map[string]string{
		"http": serve(t, root, nil).URL + "/new.git", "git": daemon(t, root) + "/new.git", "file": "file://" + dir,
	} {
		t.Run(name, func(t *testing.T) {
			r := fetch(t, url, options(t))
			if r.Pack != "" || len(r.Offsets) != 0 || len(r.Tips) != 0 {
				t.Errorf("received %+v of an empty repository", r)
			}
			if _, err := gitsource.Open(r.Dir, gitsource.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestHaves: a second fetch brings what is new and nothing else.
func TestHaves(t *testing.T) {
	root, dir := history(t, "app", 200_000)
	for name, url := range map[string]string{
		"http": serve(t, root, nil).URL + "/app.git", "git": daemon(t, root) + "/app.git", "file": "file://" + dir,
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			first := fetch(t, url, o)
			before := git(t, dir, "rev-parse", "refs/heads/trunk")

			o.Haves = first.Tips
			same := fetch(t, url, o)
			if same.Pack != "" || !slices.Equal(same.Tips, first.Tips) {
				t.Errorf("nothing is new, but %q came", same.Pack)
			}

			work := filepath.Join(root, "work")
			change(t, work, name+".txt", []byte("new in "+name+"\n"))
			git(t, work, "push", "-q", dir, "trunk")
			o.Haves = append(slices.Clone(first.Tips), plumbing.NewHash(strings.Repeat("ab", 20)))
			second := fetch(t, url, o)
			want := objects(t, dir, "refs/heads/trunk", "^"+before)
			if len(want) != 3 || len(second.Offsets) != len(want) {
				t.Errorf("%d objects came, %d are new", len(second.Offsets), len(want))
			}
			// The pack is complete in itself: index-pack reads it without the others.
			ids := indexed(t, second)
			slices.Sort(ids)
			if !slices.Equal(ids, want) {
				t.Errorf("received %v, want %v", ids, want)
			}
		})
	}
}

// TestHead: HEAD is what the server says.
func TestHead(t *testing.T) {
	root, dir := history(t, "app", 1000)
	url := serve(t, root, nil).URL + "/app.git"
	head := func() string {
		data, err := os.ReadFile(filepath.Join(fetch(t, url, options(t)).Dir, "HEAD"))
		must(t, err)
		return strings.TrimSpace(string(data))
	}
	if got := head(); got != "ref: refs/heads/trunk" {
		t.Errorf("HEAD is %q", got)
	}
	id := git(t, dir, "rev-parse", "refs/pull/7/head")
	git(t, dir, "update-ref", "--no-deref", "HEAD", id)
	git(t, dir, "update-ref", "-d", "refs/pull/7/head")
	if got := head(); got != id {
		t.Errorf("detached HEAD is %q, want %s", got, id)
	}
	r := fetch(t, url, options(t))
	indexed(t, r)
	git(t, r.Dir, "cat-file", "-e", id) // what only HEAD leads to came along
}

// TestShallow: the boundary of a server's shallow repository is taken over.
func TestShallow(t *testing.T) {
	root, dir := history(t, "app", 1000)
	git(t, root, "clone", "-q", "--bare", "--depth=2", "file://"+dir, filepath.Join(root, "cut.git"))
	r := fetch(t, serve(t, root, nil).URL+"/cut.git", options(t))
	judge(t, r, filepath.Join(root, "cut.git"))
	if _, err := os.Stat(filepath.Join(r.Dir, "shallow")); err != nil {
		t.Error(err)
	}
}

// TestRefDelta: a server may send deltas that name their base by id.
func TestRefDelta(t *testing.T) {
	root, dir := history(t, "app", 1000)
	stream := pack(t, dir) // pack-objects writes REF_DELTA unless it is told otherwise
	s := serve(t, root, func(w http.ResponseWriter, r *http.Request, back http.Handler) {
		if r.Method == http.MethodPost {
			sendPack(w, stream)
			return
		}
		back.ServeHTTP(w, r)
	})
	r := fetch(t, s.URL+"/app.git", options(t))
	data, err := os.ReadFile(r.Pack + ".pack")
	must(t, err)
	if !bytes.Equal(data, stream) {
		t.Error("the file is not the stream")
	}
	deltas := 0
	for _, at := range r.Offsets {
		if data[at]>>4&7 == byte(plumbing.REFDeltaObject) {
			deltas++
		}
	}
	if deltas == 0 {
		t.Fatal("the pack holds no REF_DELTA: nothing was tested")
	}
	judge(t, r, dir)
}

// TestServerText: what the server says is one clean line.
func TestServerText(t *testing.T) {
	root, dir := history(t, "app", 1000)
	stream := pack(t, dir)
	s := serve(t, root, func(w http.ResponseWriter, r *http.Request, back http.Handler) {
		if r.Method != http.MethodPost {
			back.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
		text := "\x02Counting\x1b[2J\x07 objects: 10%\rCounting objects: " + strings.Repeat("x", 1000) + "\n"
		_, _ = io.WriteString(w, "0008NAK\n"+length(len(text)+4)+text+"0005\x01"+length(len(stream)+5)+"\x01")
		_, _ = w.Write(stream)
		_, _ = io.WriteString(w, "0000")
	})
	o := options(t)
	var said []string
	o.Progress = func(p remote.Progress) {
		if p.Server != "" {
			said = append(said, p.Server)
		}
	}
	judge(t, fetch(t, s.URL+"/app.git", o), dir)
	if len(said) != 2 || said[0] != "Counting [2J objects: 10%" || len(said[1]) > 210 {
		t.Errorf("the server's text is shown as %q", said)
	}
}

func TestShown(t *testing.T) {
	filled := strings.NewReplacer("USER:12", "user:12", "USER/rd", "user:wo/rd", "USER", "user:word", "TOKEN", "word")
	for url, want := range map[string]string{
		"https://USER@example.com/a/b.git":             "https://example.com/a/b.git",
		"https://TOKEN@example.com/a/b.git":            "https://example.com/a/b.git",
		"https://USER/rd@example.com/a.git":            "https://…@example.com/a.git",
		"https://USER:12/word@example.com/a.git":       "https://user:12/…@example.com/a.git",
		"https://example.com/a.git?private_token=word": "https://example.com/a.git",
		"https://example.com:8443/a.git#word":          "https://example.com:8443/a.git",
		"ssh://USER@example.com:22/a.git":              "ssh://example.com/a.git",
		"git@example.com:team/a.git":                   "ssh://example.com/team/a.git",
		"https://USER%zz@example.com/a.git":            "https://…@example.com/a.git",
		"ftp://USER@example.com/a.git":                 "ftp://…@example.com/a.git",
		"https://USER@/a.git":                          "https://…@/a.git",
		"file:///srv/a.git":                            "file:///srv/a.git",
		"https://USER@[2001:db8::1]:8443/a b/c.git":    "https://[2001:db8::1]:8443/a b/c.git",
	} {
		url = filled.Replace(url)
		got := remote.Shown(url)
		if got != want {
			t.Errorf("Shown(%q) = %q, want %q", url, got, want)
		}
		if strings.Contains(got, "word") {
			t.Errorf("Shown(%q) shows the password: %q", url, got)
		}
		// Nothing is contacted: the URL is refused first.
		if _, err := remote.Fetch(t.Context(), url+"\x01", options(t)); err == nil || strings.Contains(err.Error(), "word") {
			t.Errorf("error for %q: %v", url, err)
		}
	}
}

func TestIsURL(t *testing.T) {
	for arg, want := range map[string]bool{
		"https://example.com/a": true, "ssh://git@example.com/a": true, "file:///a": true, "git+ssh://x/a": true, "ext::sh -c x": false,
		"git@example.com:a/b.git": true, "example.com:a/b.git": true, "[::1]:a": true,
		".": false, "a/b": false, "./a:b": false, "/a:b": false, `C:\a`: false, "C:/a": false, "": false, "a b:c": false, "-": false,
	} {
		if got := remote.IsURL(arg); got != want {
			t.Errorf("IsURL(%q) = %v", arg, got)
		}
	}
}
