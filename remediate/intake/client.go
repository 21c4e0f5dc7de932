package intake

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/google/go-github/v60/github"
)

// githubTimeout is how long one answer of GitHub may take.
const githubTimeout = time.Minute

// Client makes a client for GitHub or, if base is not empty, for the GitHub
// Enterprise Server at that address. The token is sent there and nowhere else: over
// TLS, or to this machine, and not along a redirect to another host.
func Client(base, token string) (*github.Client, error) {
	h := &http.Client{Timeout: githubTimeout, CheckRedirect: sameHost}
	client := github.NewClient(h).WithAuthToken(token)
	if base == "" {
		return client, nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, errors.New("the address of GitHub is no plain URL: write it as https://github.example.com")
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("the address of GitHub, %q, has no TLS: write it with https", u.Redacted())
	}
	return client.WithEnterpriseURLs(base, base)
}

// sameHost follows redirects on one host: a client adds its token to whatever it
// asks.
func sameHost(req *http.Request, via []*http.Request) error {
	if first := via[0].URL; req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
		return fmt.Errorf("it redirects to another host, %q: that is not followed", req.URL.Host)
	}
	if len(via) > 5 {
		return errors.New("it redirects for ever")
	}
	return nil
}
