package remote

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
)

// schemes are the protocols that are spoken, by the scheme of a URL.
var schemes = map[string]string{
	"https": "https", "http": "http", "git": "git", "file": "file",
	"ssh": "ssh", "git+ssh": "ssh", "ssh+git": "ssh",
}

// withScheme matches what git takes for a URL with a scheme (RFC 3986, 3.1).
var withScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)

// scpLike matches user@host:path, the short form of an SSH URL: a colon before
// any slash. A drive letter is no host, and host::path is another thing of git's.
// https://git-scm.com/docs/git-clone#_git_urls
var scpLike = regexp.MustCompile(`^(?:[^@/\s]+@)?(?:[^@:/\s]{2,}|\[[0-9A-Fa-f:.]+\]):[^:\\].*$`)

// IsURL says whether an argument reads as the URL of a repository: it has a
// scheme, or is of the form user@host:path. Whether a file of that name exists,
// which then is meant, is the caller's to ask.
func IsURL(arg string) bool { return withScheme.MatchString(arg) || scpLike.MatchString(arg) }

// Shown gives a URL as it may be shown: without user, password, query and
// fragment.
func Shown(raw string) string {
	t, err := parse(raw)
	if err != nil {
		return hideUser(raw)
	}
	return t.shown
}

// target is a parsed URL.
type target struct {
	endpoint transport.Endpoint // with user and password
	shown    string
}

// parse reads a URL or a path. Its error shows nothing of what stands before the
// host.
func parse(raw string) (target, error) {
	if strings.ContainsFunc(raw, isControl) {
		return target{}, fmt.Errorf("URL %q has control characters", hideUser(raw))
	}
	if scheme, rest, ok := strings.Cut(raw, "://"); ok && withScheme.MatchString(raw) {
		known := schemes[strings.ToLower(scheme)]
		if known == "" {
			return target{}, fmt.Errorf("URL %q has the unknown protocol %q: known are https, http, ssh, git and file", hideUser(raw), scheme)
		}
		raw = known + "://" + rest
	}
	e, err := transport.NewEndpoint(raw)
	if err != nil { // the error repeats the URL
		return target{}, fmt.Errorf("URL %q cannot be read: check host and port, and write special characters as %%XX", hideUser(raw))
	}
	if e.Host == "" && e.Protocol != "file" {
		return target{}, fmt.Errorf("URL %q names no host", hideUser(raw))
	}
	// %0A in a URL would begin a new line of what is asked of git's credential
	// helpers, and so name another host.
	if strings.ContainsFunc(e.User+e.Host+e.Path, isControl) {
		return target{}, fmt.Errorf("URL %q has control characters", hideUser(raw))
	}
	return target{endpoint: *e, shown: show(*e)}, nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// show gives an endpoint without its secrets.
func show(e transport.Endpoint) string {
	e.User, e.Password = "", ""
	if e.Protocol == "file" {
		return e.String()
	}
	e.Path, _, _ = strings.Cut(e.Path, "?")
	e.Path, _, _ = strings.Cut(e.Path, "#")
	// A slash in a password that should have been escaped ends the host early, and
	// the rest of the password begins the path.
	if i := strings.LastIndexByte(e.Path, '@'); i >= 0 {
		e.Path = "/…" + e.Path[i:]
	}
	return e.String()
}

// hideUser removes what may be user and password from what could not be parsed:
// everything between the scheme and the last "@".
func hideUser(raw string) string {
	begin := 0
	if i := strings.Index(raw, "://"); i >= 0 {
		begin = i + len("://")
	}
	if at := strings.LastIndexByte(raw, '@'); at >= begin {
		raw = raw[:begin] + "…" + raw[at:]
	}
	raw, _, _ = strings.Cut(raw, "?")
	raw, _, _ = strings.Cut(raw, "#")
	return raw
}
