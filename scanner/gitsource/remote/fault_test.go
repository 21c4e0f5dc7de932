package remote_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gitpack "leakline/scanner/gitsource/pack"
	"leakline/scanner/gitsource/remote"
)

// cutting breaks the connection in the middle of the first packs.
func cutting(times int32) handle {
	var sent atomic.Int32
	return func(w http.ResponseWriter, r *http.Request, back http.Handler) {
		if r.Method == http.MethodPost && sent.Add(1) <= times {
			w = &cutter{w, 200_000}
		}
		back.ServeHTTP(w, r)
	}
}

// TestRetry: what was cut is asked for again, as a whole.
func TestRetry(t *testing.T) {
	root, dir := history(t, "app", 400_000)
	s := serve(t, root, cutting(2))
	o := options(t)
	last := remote.Progress{}
	pauses := []int{}
	o.Progress = func(p remote.Progress) { last = p }
	o.Pause = func(_ context.Context, n int) error {
		pauses = append(pauses, n)
		empty(t, o.TempDir) // the part that came is gone before the next attempt
		return nil
	}
	r := fetch(t, s.URL+"/app.git", o)
	judge(t, r, dir)
	if s.posts() != 3 || last.Attempt != 3 || fmt.Sprint(pauses) != "[1 2]" {
		t.Errorf("%d requests, last attempt %d, pauses %v", s.posts(), last.Attempt, pauses)
	}
}

// TestAlwaysCut: after the last retry there is one error, and nothing on the disk.
func TestAlwaysCut(t *testing.T) {
	root, _ := history(t, "app", 400_000)
	s := serve(t, root, cutting(1000))
	e := refused(t, s.URL+"/app.git", options(t))
	if s.posts() != 4 || e.Attempts != 4 || !strings.Contains(e.Error(), "tried 4 times") || !strings.Contains(e.Error(), "before all had come") {
		t.Errorf("%d requests: %v", s.posts(), e)
	}
	o := options(t)
	o.Retries = -1
	if e := refused(t, s.URL+"/app.git", o); e.Attempts != 1 {
		t.Errorf("tried %d times", e.Attempts)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	o = options(t)
	o.Pause = func(ctx context.Context, _ int) error { cancel(); return ctx.Err() }
	if e := refusedBy(cancelled, t, s.URL+"/app.git", o); !errors.Is(e, context.Canceled) {
		t.Errorf("cancelled in a pause: %v", e)
	}
}

// TestBrokenPacks: a server that sends no whole pack is found out, and not asked
// again.
func TestBrokenPacks(t *testing.T) {
	root, dir := history(t, "app", 1000)
	whole := pack(t, dir, "--delta-base-offset")
	lie := func(delta int) []byte {
		p := bytes.Clone(whole)
		binary.BigEndian.PutUint32(p[8:], binary.BigEndian.Uint32(p[8:])+uint32(delta))
		sum := sha1.Sum(p[:len(p)-20])
		return append(p[:len(p)-20], sum[:]...)
	}
	flip := bytes.Clone(whole)
	flip[len(flip)-1] ^= 1
	for name, c := range map[string]struct {
		stream []byte
		want   string
	}{
		"announces more": {lie(+1), "of"},
		"announces less": {lie(-1), ""},
		"wrong checksum": {flip, "SHA-1"},
		"no pack":        {[]byte("<html>this is a page</html>"), "begins like no pack"},
		"goes on":        {append(bytes.Clone(whole), 0), "more bytes follow"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, root, func(w http.ResponseWriter, r *http.Request, back http.Handler) {
				if r.Method == http.MethodPost {
					sendPack(w, c.stream)
					return
				}
				back.ServeHTTP(w, r)
			})
			e := refused(t, s.URL+"/app.git", options(t))
			if !errors.Is(e, gitpack.ErrBadStream) || !strings.Contains(e.Reason, c.want) || e.Hint == "" || s.posts() != 1 {
				t.Errorf("%d requests: %v", s.posts(), e)
			}
		})
	}
}

// TestTooLarge: the bound holds over every protocol, while the server still
// sends.
func TestTooLarge(t *testing.T) {
	root, dir := history(t, "app", 5_000_000)
	for name, url := range map[string]string{
		"http": serve(t, root, nil).URL + "/app.git", "git": daemon(t, root) + "/app.git", "file": "file://" + dir,
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			o.MaxBytes = 1_000_000
			if e := refused(t, url, o); !errors.Is(e, remote.ErrTooLarge) || !strings.Contains(e.Error(), "1 MB") || e.Attempts != 1 {
				t.Errorf("%v", e)
			}
		})
	}
}

// TestCancel ends a fetch in the middle of the pack.
func TestCancel(t *testing.T) {
	root, dir := history(t, "app", 5_000_000)
	for name, url := range map[string]string{
		"http": serve(t, root, nil).URL + "/app.git", "git": daemon(t, root) + "/app.git", "file": "file://" + dir,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			o := options(t)
			blocks := 0
			o.Progress = func(p remote.Progress) {
				if p.Bytes > 0 {
					cancel()
					blocks++
				}
			}
			if e := refusedBy(ctx, t, url, o); !errors.Is(e, context.Canceled) {
				t.Errorf("%v", e)
			}
			if blocks == 0 || blocks > 5 {
				t.Errorf("%d blocks came", blocks)
			}
		})
	}
}

// TestPanic: the folder goes even if the caller's function panics.
func TestPanic(t *testing.T) {
	root, dir := history(t, "app", 1000)
	for _, url := range []string{serve(t, root, nil).URL + "/app.git", "file://" + dir} {
		o := options(t)
		o.Progress = func(p remote.Progress) {
			if p.Bytes > 0 {
				panic("a bug")
			}
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("it did not panic")
				}
			}()
			_, _ = remote.Fetch(t.Context(), url, o)
		}()
		empty(t, o.TempDir)
	}
}

// TestStall: a server that falls silent is given up.
func TestStall(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer silent.Close()
	root, _ := history(t, "app", 1000)
	hang := serve(t, root, func(w http.ResponseWriter, r *http.Request, back http.Handler) {
		if r.Method == http.MethodPost {
			w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
			_, _ = io.WriteString(w, "0008NAK\n0008\x01PAC")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			return
		}
		back.ServeHTTP(w, r)
	})
	for _, url := range []string{
		"git://" + silent.Addr().String() + "/app.git", "http://" + silent.Addr().String() + "/app.git", hang.URL + "/app.git",
	} {
		o := options(t)
		o.Stall, o.Retries = 300*time.Millisecond, 1
		if e := refused(t, url, o); !strings.Contains(e.Reason, "nothing came") || e.Attempts != 2 {
			t.Errorf("%v", e)
		}
	}
}

// answers are the ways in which an HTTP server can refuse, by the first part of
// the path.
func answers(w http.ResponseWriter, r *http.Request, back http.Handler) {
	packets := func(line string) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		_, _ = io.WriteString(w, "001e# service=git-upload-pack\n0000"+length(len(line)+4)+line+"0000")
	}
	switch first := strings.Split(r.URL.Path, "/")[1]; first {
	case "page":
		_, _ = io.WriteString(w, "<html>hello</html>")
	case "dumb":
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, strings.Repeat("ab", 20)+"\trefs/heads/main\n")
	case "busy":
		http.Error(w, strings.Repeat("busy\n", 100_000), http.StatusServiceUnavailable)
	case "teapot":
		http.Error(w, "no", http.StatusTeapot)
	case "forbidden":
		http.Error(w, "no", http.StatusForbidden)
	case "names":
		packets(strings.Repeat("ab", 20) + " refs/heads/a\x1bb\x00ofs-delta\n")
	case "says":
		packets("ERR come back\x1b[2J tomorrow\n")
	case "loop":
		http.Redirect(w, r, "/loop/info/refs", http.StatusFound)
	default:
		back.ServeHTTP(w, r)
	}
}

// nobody gives an address on which nothing answers.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	return l.Addr().String()
}

// TestRefused: one clear line for each way in which a server can refuse.
func TestRefused(t *testing.T) {
	root, _ := history(t, "app", 1000)
	work := filepath.Join(root, "work256")
	git(t, root, "init", "-q", "--object-format=sha256", work)
	change(t, work, "file", []byte("x"))
	s := serve(t, root, answers)
	tlsServer := httptest.NewUnstartedServer(http.NotFoundHandler())
	tlsServer.Config.ErrorLog = log.New(io.Discard, "", 0)
	tlsServer.StartTLS()
	t.Cleanup(tlsServer.Close)
	closed := nobody(t)
	for _, c := range []struct {
		url, reason string
		kind        error
		attempts    int
	}{
		{s.URL + "/nowhere.git", "repository not found", remote.ErrNotFound, 1},
		{"file://" + root + "/nowhere", "repository not found", remote.ErrNotFound, 1},
		{daemon(t, root) + "/nowhere.git", "repository not found", remote.ErrNotFound, 1},
		{s.URL + "/page", "no git server", remote.ErrNotGit, 1},
		{s.URL + "/dumb", "no git server", remote.ErrNotGit, 1},
		{s.URL + "/names", "a ref whose name", remote.ErrNotGit, 1},
		{s.URL + "/says", "the server says: come back [2J tomorrow", nil, 1},
		{s.URL + "/loop", "a redirect is refused", nil, 1},
		{s.URL + "/busy", "HTTP status 503", nil, 4},
		{s.URL + "/teapot", "HTTP status 418", nil, 1},
		{s.URL + "/forbidden", "refuses access", remote.ErrAuthentication, 1},
		{s.URL + "/work256/.git", "SHA-256", remote.ErrNotGit, 1},
		{"file://" + work, "SHA-256", remote.ErrNotGit, 1},
		{tlsServer.URL + "/app.git", "certificate is not trusted", remote.ErrUntrusted, 1},
		{"https://" + s.Listener.Addr().String() + "/app.git", "no TLS connection", remote.ErrUntrusted, 1},
		{"http://" + closed + "/app.git", "nothing answers on that port", nil, 1},
		{"git://" + closed + "/app.git", "nothing answers on that port", nil, 1},
	} {
		e := refused(t, c.url, options(t))
		if !strings.Contains(e.Reason, c.reason) || c.kind != nil && !errors.Is(e, c.kind) || e.Attempts != c.attempts {
			t.Errorf("%s: %v (%v)", c.url, e, e.Unwrap())
		}
		if !strings.Contains(e.Error(), e.URL) || !strings.Contains(e.URL, "://") {
			t.Errorf("error does not name the URL: %v", e)
		}
	}
	for url, want := range map[string]string{
		"ftp://127.0.0.1/a.git": `protocol "ftp"`, "https:///a.git": "names no host", "https://127.0.0.1:x/a": "cannot be read",
		"https://127.0.0.1/a%0ahost=example.com": "control characters",
	} {
		if _, err := remote.Fetch(t.Context(), url, options(t)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", url, err)
		}
	}
}
