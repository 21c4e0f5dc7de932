package remote

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

const (
	connectTimeout = 30 * time.Second
	// maxRefBytes bounds the list of refs, which is held in memory: about ten
	// million refs.
	maxRefBytes = 1 << 30
	// maxErrorBytes bounds the page that comes with an HTTP error.
	maxErrorBytes = 64 << 10
)

// newHTTP makes go-git's HTTP transport with a client of its own. HTTP/2 would
// bring nothing for one long download.
func newHTTP(getenv func(string) string) (transport.Transport, *http.Transport, error) {
	t := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout: connectTimeout,
		DisableCompression:  true, // packs are compressed
		ReadBufferSize:      blockBytes,
	}
	// https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpsslCAInfo
	if file := getenv("GIT_SSL_CAINFO"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, fmt.Errorf("read GIT_SSL_CAINFO: %w", err)
		}
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		if !roots.AppendCertsFromPEM(pem) {
			return nil, nil, fmt.Errorf("GIT_SSL_CAINFO: %q holds no certificate", file)
		}
		t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return githttp.NewClient(&http.Client{Transport: guarded{t}}), t, nil
}

// guarded refuses answers that are not a git server's, before any of their bytes
// is held in memory. Redirects and their credentials are go-git's: it follows
// them for the list of refs only, and takes the credentials away when they lead
// to another host.
type guarded struct{ t http.RoundTripper }

func (g guarded) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := g.t.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	switch {
	case res.StatusCode < 200 || res.StatusCode > 299:
		res.Body = limited{io.LimitReader(res.Body, maxErrorBytes), res.Body}
	case req.Method == http.MethodGet:
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "application/x-git-upload-pack-advertisement") {
			_ = res.Body.Close()
			return nil, errWebPage
		}
		res.Body = limited{&bounded{res.Body, maxRefBytes}, res.Body}
	}
	return res, nil
}

type limited struct {
	io.Reader
	io.Closer
}

// bounded fails when more than left bytes come.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooMuch
	}
	return n, err
}
