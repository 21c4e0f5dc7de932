package remote_test

import (
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/crypto/ssh/knownhosts"

	"leakline/scanner/gitsource/remote"
)

// sshServer is an SSH server in this process that runs git-upload-pack, and
// nothing else.
type sshServer struct {
	addr string
	host ssh.PublicKey
	mu   sync.Mutex
	seen []string // commands, and keys that were offered
}

// newKey makes a key pair, new in each run.
func newKey(t *testing.T) (ed25519.PrivateKey, ssh.Signer) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	must(t, err)
	signer, err := ssh.NewSignerFromKey(private)
	must(t, err)
	return private, signer
}

// serveSSH serves the repositories below a folder to one user: with one key or
// one password.
func serveSSH(t *testing.T, root, user, password string, key ssh.PublicKey) *sshServer {
	t.Helper()
	s := &sshServer{}
	_, host := newKey(t)
	s.host = host.PublicKey()
	config := &ssh.ServerConfig{
		PublicKeyCallback: func(c ssh.ConnMetadata, offered ssh.PublicKey) (*ssh.Permissions, error) {
			s.note("key of " + c.User())
			if c.User() != user || key == nil || string(offered.Marshal()) != string(key.Marshal()) {
				return nil, errors.New("not this one")
			}
			return nil, nil
		},
		PasswordCallback: func(c ssh.ConnMetadata, offered []byte) (*ssh.Permissions, error) {
			if c.User() != user || password == "" || string(offered) != password {
				return nil, errors.New("not this one")
			}
			return nil, nil
		},
	}
	config.AddHostKey(host)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s.addr = l.Addr().String()
	var all sync.WaitGroup
	t.Cleanup(func() { must(t, l.Close()); all.Wait() })
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.connection(conn, config, root) })
		}
	})
	return s
}

func (s *sshServer) note(text string) {
	s.mu.Lock()
	s.seen = append(s.seen, text)
	s.mu.Unlock()
}

func (s *sshServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

func (s *sshServer) connection(conn net.Conn, config *ssh.ServerConfig, root string) {
	defer conn.Close()
	c, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	defer c.Close()
	go ssh.DiscardRequests(requests)
	for offer := range channels {
		channel, requests, err := offer.Accept()
		if err != nil {
			return
		}
		for r := range requests {
			if r.Type != "exec" {
				_ = r.Reply(false, nil)
				continue
			}
			_ = r.Reply(true, nil)
			s.run(channel, string(r.Payload[4:]), root)
		}
	}
}

var uploadPack = regexp.MustCompile(`^git-upload-pack '/?([^']*)'$`)

func (s *sshServer) run(channel ssh.Channel, command, root string) {
	s.note(command)
	status := uint32(1)
	if m := uploadPack.FindStringSubmatch(command); m != nil {
		cmd := exec.Command("git-upload-pack", filepath.Join(root, m[1]))
		cmd.Env, cmd.Stdout, cmd.Stderr = gitEnv(), channel, channel.Stderr()
		// Not cmd.Stdin: Wait would wait for the client to close its end.
		if in, err := cmd.StdinPipe(); err == nil && cmd.Start() == nil {
			go func() {
				buffer := make([]byte, 4096)
				for {
					n, err := channel.Read(buffer)
					if _, failed := in.Write(buffer[:n]); err != nil || failed != nil {
						_ = in.Close()
						return
					}
				}
			}()
			if cmd.Wait() == nil {
				status = 0
			}
		}
	}
	_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
	_ = channel.Close()
}

// home makes a home folder with keys and known hosts, and the environment that
// names it.
func home(t *testing.T, known string, private ed25519.PrivateKey) map[string]string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.Mkdir(filepath.Join(dir, ".ssh"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, ".ssh", "known_hosts"), []byte(known+"\n"), 0o600))
	if private != nil {
		block, err := ssh.MarshalPrivateKey(private, "")
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, ".ssh", "id_ed25519"), pem.EncodeToMemory(block), 0o600))
	}
	return map[string]string{"HOME": dir, "USER": "somebody"}
}

func knownLine(s *sshServer, key ssh.PublicKey) string {
	return knownhosts.Line([]string{knownhosts.Normalize(s.addr)}, key)
}

// startAgent runs an SSH agent that holds a key, and gives its socket.
func startAgent(t *testing.T, key ed25519.PrivateKey) string {
	t.Helper()
	ring := agent.NewKeyring()
	must(t, ring.Add(agent.AddedKey{PrivateKey: key}))
	// Not t.TempDir: its path may be too long for a socket.
	dir, err := os.MkdirTemp("", "agent")
	must(t, err)
	socket := filepath.Join(dir, "s")
	l, err := net.Listen("unix", socket)
	must(t, err)
	var all sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	t.Cleanup(func() {
		must(t, l.Close())
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		all.Wait()
		must(t, os.RemoveAll(dir))
	})
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			all.Go(func() { _ = agent.ServeAgent(ring, c) })
		}
	})
	return socket
}

// TestSSH receives over SSH with each kind of key, and from both forms of URL.
func TestSSH(t *testing.T) {
	root, dir := history(t, "app", 300_000)
	private, signer := newKey(t)
	other, _ := newKey(t)
	s := serveSSH(t, root, "git", "", signer.PublicKey())
	url := "ssh://git@" + s.addr + "/app.git"
	t.Setenv("SSH_AUTH_SOCK", startAgent(t, private))
	socket := os.Getenv("SSH_AUTH_SOCK")
	for name, c := range map[string]struct {
		url   string
		key   ed25519.PrivateKey
		agent string
	}{
		"key file":        {url, private, ""},
		"agent":           {url, nil, socket},
		"agent and file":  {url, other, socket},
		"git+ssh":         {"git+" + url, private, ""},
		"short with port": {"git@127.0.0.1:" + strings.TrimPrefix(s.addr, "127.0.0.1:") + ":app.git", private, ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := home(t, knownLine(s, s.host), c.key)
			env["SSH_AUTH_SOCK"] = c.agent
			o := options(t)
			o.Getenv = func(name string) string { return env[name] }
			judge(t, fetch(t, c.url, o), dir)
		})
	}
	t.Run("password", func(t *testing.T) {
		s := serveSSH(t, root, "git", word, nil)
		env := home(t, knownLine(s, s.host), nil)
		o := options(t)
		o.Getenv = func(name string) string { return env[name] }
		judge(t, fetch(t, "ssh://git:not%20a%2Freal%3Aword%40%C3%A9@"+s.addr+"/app.git", o), dir)
		o.TempDir = t.TempDir()
		e := refused(t, "ssh://git:not%20a%2Freal%3Aword@"+s.addr+"/app.git", o)
		silent(t, e)
		if !errors.Is(e, remote.ErrAuthentication) || !strings.Contains(e.Reason, "of the URL") {
			t.Errorf("%v", e)
		}
	})
}

// TestSSHRefused: an unknown or other host key ends it before any key is shown.
func TestSSHRefused(t *testing.T) {
	root, _ := history(t, "app", 1000)
	private, signer := newKey(t)
	stranger, _ := newKey(t)
	s := serveSSH(t, root, "git", "", signer.PublicKey())
	for name, c := range map[string]struct {
		known, path string
		key         ed25519.PrivateKey
		kind        error
		reason      string
	}{
		"unknown host":     {"", "/app.git", private, remote.ErrUntrusted, "host key is not known"},
		"other host key":   {knownLine(s, signer.PublicKey()), "/app.git", private, remote.ErrUntrusted, "another than the known one"},
		"other key":        {knownLine(s, s.host), "/app.git", stranger, remote.ErrAuthentication, "none of your SSH keys"},
		"no key":           {knownLine(s, s.host), "/app.git", nil, remote.ErrAuthentication, "no SSH agent"},
		"no such path":     {knownLine(s, s.host), "/nowhere.git", private, remote.ErrNotFound, "not found"},
		"no known_hosts":   {"-", "/app.git", private, remote.ErrUntrusted, "host key is not known"},
		"quoted in a path": {knownLine(s, s.host), "/app.git'; touch x; '", private, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := home(t, c.known, c.key)
			if c.known == "-" {
				env["SSH_KNOWN_HOSTS"] = filepath.Join(env["HOME"], "nothing")
			}
			o := options(t)
			o.Retries = -1
			o.Getenv = func(name string) string { return env[name] }
			before := s.count()
			e := refused(t, "ssh://git@"+s.addr+c.path, o)
			if c.kind != nil && !errors.Is(e, c.kind) || !strings.Contains(e.Reason, c.reason) {
				t.Errorf("%v", e)
			}
			if errors.Is(c.kind, remote.ErrUntrusted) && s.count() != before {
				t.Errorf("the server saw a key or a command")
			}
		})
	}
}
