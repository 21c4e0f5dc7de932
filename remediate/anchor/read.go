package anchor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"leakline/remediate/outbound"
)

// maxFile bounds the file of an anchor, in bytes. What is fetched is bounded by the
// client.
const maxFile = 16 << 20

// Read reads an anchor once, at a time. What goes wrong is the error and, in words,
// the state's Why: such a state is not complete, and [Judge] takes it for unknown.
// Neither holds an address or anything that was read. Without a client only files
// are read.
//
// The address of a discovery document (OpenID Connect Discovery 1.0, section 4; RFC
// 8414, section 3) is followed to its jwks_uri, which must be on the same host: what a
// document says never decides who is asked.
func Read(ctx context.Context, client *outbound.Client, a Anchor, now time.Time) (State, error) {
	s := State{Anchor: a.Name, Place: a.place(), At: now.UTC().Truncate(time.Millisecond)}
	data, age, err := a.fetch(ctx, client)
	if err == nil {
		s.Age, s.Digest = age, digest(data)
		s.Keys, s.Others, err = parse(a.Kind, data, s.At)
	}
	if err == nil && len(s.Keys) == 0 {
		err = errors.New("it shows no key that can be read, which proves nothing")
	}
	if err != nil {
		s.Keys, s.Why = nil, err.Error()
		return s, fmt.Errorf("trust anchor %q: %w", a.Name, err)
	}
	for i := range s.Keys {
		s.Keys[i].First, s.Keys[i].Last = s.At, s.At
	}
	s.sort()
	s.Complete = true
	return s, nil
}

// fetch gives the document, and how old the copy is.
func (a *Anchor) fetch(ctx context.Context, client *outbound.Client) ([]byte, time.Duration, error) {
	if a.URL == "" {
		data, err := readFile(a.File)
		return data, 0, err
	}
	if client == nil {
		return nil, 0, errors.New("nobody was asked: that takes --verify or leakline verify")
	}
	data, age, err := get(ctx, client, a.URL, hostOf(a.URL))
	if err != nil || a.Kind != JWKS || !isDiscovery(a.URL) {
		return data, age, err
	}
	keys, err := jwksURI(data, a.URL)
	if err != nil {
		return nil, 0, err
	}
	return get(ctx, client, keys, hostOf(a.URL))
}

// get asks one host, which is the anchor's.
func get(ctx context.Context, client *outbound.Client, address, host string) ([]byte, time.Duration, error) {
	answer, err := client.Do(ctx, outbound.Request{
		Method: http.MethodGet, URL: address, Hosts: []string{host},
		Header: http.Header{"Cache-Control": {"no-cache"}},
	})
	if err != nil {
		return nil, 0, err
	}
	if answer.Status != http.StatusOK {
		return nil, 0, fmt.Errorf("%s answers with the status %d", host, answer.Status)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(answer.Header.Get("Age")), 10, 31) // RFC 9111, section 5.1
	if err != nil || seconds < 0 {
		seconds = 0
	}
	return answer.Body, time.Duration(seconds) * time.Second, nil
}

// hostOf is the host of an address, with its port if it names one; "" if there is none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Host, ":443"))
}

// isDiscovery says whether an address is that of a discovery document.
func isDiscovery(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (strings.HasSuffix(u.Path, "/.well-known/openid-configuration") ||
		strings.Contains(u.Path, "/.well-known/oauth-authorization-server"))
}

// jwksURI reads the address of the key set from a discovery document.
func jwksURI(data []byte, from string) (string, error) {
	var doc struct {
		JWKS string `json:"jwks_uri"`
	}
	if err := strict(data, &doc); err != nil || doc.JWKS == "" {
		return "", errors.New("what it answers is no discovery document" + portal(data))
	}
	u, err := url.Parse(doc.JWKS)
	if err != nil || u.Scheme != "https" || u.User != nil || hostOf(doc.JWKS) != hostOf(from) {
		return "", errors.New("its discovery document names keys on another host or without TLS, which are not asked for; configure their own address")
	}
	return doc.JWKS, nil
}

// strict decodes JSON that is one value and nothing else. Its errors quote nothing.
func strict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	if d.Decode(v) != nil {
		return errors.New("it is no JSON, or not of the form that it should have")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows its JSON")
	}
	return nil
}

// portal says, for errors, that a page for people came.
func portal(data []byte) string {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("<")) {
		return ": a page came, perhaps of a portal or a proxy on the way"
	}
	return ""
}

// readFile reads the file of an anchor. Its errors name the file.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	var bad *fs.PathError
	switch {
	case errors.As(err, &bad):
		return nil, fmt.Errorf("file %q cannot be read: %w", path, bad.Err)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%q is no regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("file %q cannot be opened", path)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("file %q cannot be read", path)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("file %q is larger than %d bytes", path, maxFile)
	}
	return data, nil
}
