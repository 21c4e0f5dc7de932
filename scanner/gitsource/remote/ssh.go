package remote

import (
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
)

// sshKeys are the files that hold a user's keys by default, in the order of
// preference. https://man.openbsd.org/ssh_config#IdentityFile
var sshKeys = []string{"id_ed25519", "id_ecdsa", "id_rsa"}

// sshAuth gives what go-git's SSH transport takes: the keys of the agent, then
// those of the default files that need no passphrase, or the URL's password. The
// server's host key is checked against the known_hosts files, always.
func sshAuth(e transport.Endpoint, getenv func(string) string) (transport.AuthMethod, error) {
	name := sshUser(e, getenv)
	home := getenv("HOME")
	if home == "" {
		home = getenv("USERPROFILE")
	}
	check, err := hostKeys(e, home, getenv)
	if err != nil {
		return nil, err
	}
	if e.Password != "" {
		return &gitssh.Password{User: name, Password: e.Password, HostKeyCallbackHelper: check}, nil
	}
	method := &gitssh.PublicKeysCallback{User: name, HostKeyCallbackHelper: check}
	if getenv("SSH_AUTH_SOCK") != "" || os.PathSeparator == '\\' {
		if agent, err := gitssh.NewSSHAgentAuth(name); err == nil {
			method.Callback = agent.Callback
		}
	}
	files := make([]string, 0, len(sshKeys)+1)
	if file := gitssh.DefaultSSHConfig.Get(e.Host, "IdentityFile"); file != "" {
		files = append(files, strings.Replace(file, "~", home, 1))
	}
	for _, key := range sshKeys {
		files = append(files, filepath.Join(home, ".ssh", key))
	}
	for _, file := range files {
		key, err := gitssh.NewPublicKeysFromFile(name, file, "")
		if err != nil {
			continue // there is none, or it needs a passphrase
		}
		if method.Callback == nil {
			method.Callback = one(key.Signer)
		} else {
			method.Callback = both(method.Callback, one(key.Signer))
		}
	}
	if method.Callback == nil {
		return nil, errNoSSHKey
	}
	return method, nil
}

// sshUser is the user of the URL, of the SSH configuration, or the local one.
func sshUser(e transport.Endpoint, getenv func(string) string) string {
	if e.User != "" {
		return e.User
	}
	if name := gitssh.DefaultSSHConfig.Get(e.Host, "User"); name != "" {
		return name
	}
	if name := getenv("USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return gitssh.DefaultUsername
}

// hostKeys reads the known_hosts files. The algorithms are limited to those of
// which the host's key is known: else a server offers another of its keys, and
// that looks like a changed one.
func hostKeys(e transport.Endpoint, home string, getenv func(string) string) (gitssh.HostKeyCallbackHelper, error) {
	files := filepath.SplitList(getenv("SSH_KNOWN_HOSTS"))
	if len(files) == 0 {
		files = []string{filepath.Join(home, ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts"}
	}
	db, err := gitssh.NewKnownHostsDb(files...)
	if err != nil {
		return gitssh.HostKeyCallbackHelper{}, err
	}
	host, port := e.Host, strconv.Itoa(gitssh.DefaultPort)
	if e.Port != 0 {
		port = strconv.Itoa(e.Port)
	}
	// As go-git does when it connects.
	if name := gitssh.DefaultSSHConfig.Get(e.Host, "Hostname"); name != "" {
		host = name
		if p := gitssh.DefaultSSHConfig.Get(e.Host, "Port"); p != "" {
			port = p
		}
	}
	return gitssh.HostKeyCallbackHelper{
		HostKeyCallback:   db.HostKeyCallback(),
		HostKeyAlgorithms: db.HostKeyAlgorithms(net.JoinHostPort(strings.Trim(host, "[]"), port)),
	}, nil
}

// one and both build the list of keys without naming the SSH library's types.
func one[S any](signer S) func() ([]S, error) {
	return func() ([]S, error) { return []S{signer}, nil }
}

// both gives the keys of a and b; if one of them fails, those of the other.
func both[S any](a, b func() ([]S, error)) func() ([]S, error) {
	return func() ([]S, error) {
		first, errA := a()
		second, errB := b()
		if errA != nil && errB != nil {
			return nil, errA
		}
		return append(first, second...), nil
	}
}
