package incident

import (
	"net"
	"net/url"
	"path"
	"regexp"
	"strings"
	"sync"
)

// RepoOf gives the name under which a ledger keeps a repository: what all its
// clones have in common. Of a URL, or of user@host:path as git understands it
// (https://git-scm.com/docs/git-clone#_git_urls), that is the host in lower case
// and the path, without scheme, user, password, the scheme's own port, query,
// fragment and ".git": "github.com/org/repo". GitHub takes no notice of case in
// paths, so these are in lower case too. A path, or a file URL, gives the absolute
// path without "/.git" or ".git"; a relative one is taken from base. Host, if it is
// not empty, names the machine on which a path means something.
func RepoOf(from, base, host string) string {
	if scheme, rest, ok := strings.Cut(from, "://"); ok && isScheme().MatchString(scheme) {
		return ofURL(strings.ToLower(scheme), rest, host)
	}
	if m := scpLike().FindStringSubmatch(from); m != nil {
		return ofServer("ssh", m[1], m[2])
	}
	if !isAbs(from) {
		from = slashed(base) + "/" + slashed(from)
	}
	return Located(withoutGit(path.Clean(slashed(from))), host)
}

// Located gives the name of a path on a machine; on this one, if host is empty.
func Located(file, host string) string {
	if host == "" {
		return file
	}
	return strings.ToLower(host) + ":" + file
}

// isScheme matches the scheme of a URL.
var isScheme = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`) })

// scpLike has host and path: a colon before any slash, and no drive letter.
var scpLike = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:[^@/\\]+@)?([^@:/\\\s]{2,}|\[[0-9A-Fa-f:.]+\]):([^:\\].*)$`)
})

// ports are those that a scheme implies.
var ports = map[string]string{"http": "80", "https": "443", "ssh": "22", "git": "9418", "git+ssh": "22", "ssh+git": "22"}

// ofURL names what a URL without its scheme means.
func ofURL(scheme, rest, host string) string {
	u, err := url.Parse("any://" + rest)
	if err != nil || u.User == nil && strings.Contains(u.Path, "@") && !plainHost(u.Host) {
		// A password that is not escaped, most likely, with a slash in it maybe: nothing
		// before the last @ may be kept.
		rest = rest[strings.LastIndexByte(rest, '@')+1:]
		server, file, _ := strings.Cut(rest, "/")
		return ofServer(scheme, server, file)
	}
	if scheme == "file" {
		return Located(withoutGit(path.Clean("/"+u.Path)), host)
	}
	return ofServer(scheme, u.Host, u.Path)
}

// plainHost says that a host is no user or user:password: it has a dot and no port.
func plainHost(host string) bool { return strings.Contains(host, ".") && !strings.Contains(host, ":") }

// ofServer names what stands at a path of a server.
func ofServer(scheme, server, file string) string {
	server = strings.ToLower(server)
	if name, port, err := net.SplitHostPort(server); err == nil && (port == ports[scheme] || port == "") {
		server = name
		if strings.Contains(name, ":") {
			server = "[" + name + "]"
		}
	}
	file = withoutGit(path.Clean("/" + file))
	if server == "github.com" {
		file = strings.ToLower(file)
	}
	return server + strings.TrimSuffix(file, "/")
}

// withoutGit takes "/.git" or ".git" off the end of a path.
func withoutGit(file string) string {
	if cut := strings.TrimSuffix(file, "/.git"); cut != file && cut != "" {
		return cut
	}
	if cut := strings.TrimSuffix(file, ".git"); cut != file && !strings.HasSuffix(cut, "/") {
		return cut
	}
	return file
}

// isAbs says that a path is absolute, here or on Windows.
func isAbs(file string) bool {
	return strings.HasPrefix(file, "/") || len(file) > 2 && file[1] == ':' && (file[2] == '\\' || file[2] == '/')
}

// slashed gives a path with slashes, if it is one of Windows.
func slashed(file string) string {
	if len(file) > 2 && file[1] == ':' {
		return strings.ReplaceAll(file, `\`, "/")
	}
	return file
}
