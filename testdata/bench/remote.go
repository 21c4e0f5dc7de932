package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// remoteWall is the target from a URL to findings, of what git takes to clone.
const remoteWall = 0.5

// remote measures a repository behind HTTP on this machine: one branch of
// git/git, packed and with a bitmap, as a hosting service keeps it.
func (b *bench) remote() error {
	r := b.find("git", "git")
	if r == nil {
		return nil
	}
	tip, err := git(r.dir, "rev-parse", "--short=12", "refs/heads/master")
	if err != nil {
		absent("remote: git/git", err.Error())
		return nil
	}
	if n, err := missing(r.dir, "refs/heads/master"); err != nil || n > 0 {
		absent("remote: git/git", fmt.Sprintf("%d objects of master are not in the repository (%v)", n, err))
		return nil
	}
	name := "git-master-" + strings.TrimSpace(string(tip)) + ".git"
	dir, err := b.derive(name, func(dir string) error {
		out, err := exec.Command("git", "clone", "--quiet", "--bare", "--no-local", "--single-branch", "--no-tags",
			"--branch", "master", r.dir, dir).CombinedOutput()
		if err != nil {
			return fmt.Errorf("git clone: %w: %s", err, out)
		}
		_, err = git(dir, "repack", "-a", "-d", "-q", "--write-bitmap-index")
		return err
	})
	if err != nil {
		return err
	}
	n, err := objects(dir)
	if err != nil {
		return err
	}
	url, stop, err := serve(b.cache)
	if err != nil {
		return err
	}
	defer stop()
	clone := filepath.Join(b.scratch, "clone.git")
	cloned := &contender{
		name:   "git clone --mirror",
		args:   []string{"git", "clone", "--quiet", "--mirror", url + name, clone},
		before: func() error { return os.RemoveAll(clone) },
	}
	leakline, account := b.scan("leakline git URL", url+name)
	race(0, b.runs, []*contender{cloned, leakline})
	table(fmt.Sprintf("over HTTP: git/git's master, %d objects", n), []*contender{cloned, leakline})
	target("wall, of git clone --mirror's", ratio(leakline, cloned, wall), remoteWall, " x")
	if leakline.failed == "" {
		return account.print()
	}
	return nil
}

// serve serves the repositories below a folder through git http-backend on a
// loopback address, and gives their URL up to the name.
// https://git-scm.com/docs/git-http-backend
func serve(root string) (url string, stop func(), err error) {
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		return "", nil, fmt.Errorf("find git's programs: %w", err)
	}
	backend := &cgi.Handler{
		Path:   filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"),
		Env:    []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1"},
		Stderr: io.Discard,
	}
	if _, err := os.Stat(backend.Path); err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: sized(backend), ReadHeaderTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	stop = func() {
		server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			fmt.Println("the HTTP server stopped:", err)
		}
	}
	return "http://" + listener.Addr().String() + "/", stop, nil
}

// sized gives every request a length: CGI has none for a body in chunks.
func sized(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength < 0 {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				http.Error(w, "unreadable request", http.StatusBadRequest)
				return
			}
			r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
		}
		next.ServeHTTP(w, r)
	})
}
