package incident

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// word stands where a URL has a password: no name of a repository may hold it.
const word = "p4ssw0rd"

func TestRepoOf(t *testing.T) {
	const base, host = "/home/dev/app", "box"
	filled := strings.NewReplacer("USER", "user:"+word, "WORD", word)
	for from, want := range map[string]string{
		"https://example.com/team/app.git":         "example.com/team/app",
		"https://USER@example.com/team/app.git":    "example.com/team/app",
		"https://WORD@Example.COM:443/team/app/":   "example.com/team/app",
		"http://example.com:80/team/app":           "example.com/team/app",
		"http://example.com:8080/team/app":         "example.com:8080/team/app",
		"ssh://git@example.com:22/team/app.git":    "example.com/team/app",
		"ssh://git@example.com:2222/team/app.git":  "example.com:2222/team/app",
		"git://example.com:9418/team/app.git":      "example.com/team/app",
		"git@example.com:team/app.git":             "example.com/team/app",
		"git@example.com:/team/app.git":            "example.com/team/app",
		"example.com:team/app":                     "example.com/team/app",
		"git@github.com:Org/Repo.git":              "github.com/org/repo",
		"https://github.com/Org/Repo":              "github.com/org/repo",
		"https://example.com/Org/Repo":             "example.com/Org/Repo",
		"https://example.com//team///app.git//":    "example.com/team/app",
		"https://example.com/team/../app":          "example.com/app",
		"https://example.com/a%20b/c":              "example.com/a b/c",
		"https://example.com/app?private=WORD#x":   "example.com/app",
		"https://user:12/WORD@example.com/app.git": "example.com/app",
		"https://user%zz:WORD@example.com/app.git": "example.com/app",
		"https://user/WORD@example.com/app.git":    "example.com/app",
		"https://example.com/a@b/app.git":          "example.com/a@b/app",
		"https://[2001:db8::1]:8443/app":           "[2001:db8::1]:8443/app",
		"https://[2001:db8::1]:443/app":            "[2001:db8::1]/app",
		"https://[2001:db8::1]/app":                "[2001:db8::1]/app",
		"https://example.com":                      "example.com",
		"file:///srv/git/app.git":                  "box:/srv/git/app",
		"file://localhost/srv/git/app.git":         "box:/srv/git/app",
		"/srv/git/app.git":                         "box:/srv/git/app",
		"/srv/app/.git":                            "box:/srv/app",
		"/srv/app/":                                "box:/srv/app",
		"../app.git":                               "box:/home/dev/app",
		"./a:b":                                    "box:/home/dev/app/a:b",
		"/.git":                                    "box:/.git",
		`C:\src\app\.git`:                          "box:C:/src/app",
		"":                                         "box:/home/dev/app",
	} {
		from = filled.Replace(from)
		if got := RepoOf(from, base, host); got != want {
			t.Errorf("RepoOf(%q) = %q, want %q", from, got, want)
		}
	}
	if got := RepoOf("/srv/app", "", ""); got != "/srv/app" {
		t.Errorf("on this machine /srv/app is %q", got)
	}
	if got := RepoOf("https://example.com/app", "", host); got != "example.com/app" {
		t.Errorf("a URL names the machine: %q", got)
	}
}

// TestRepoOfSpellings: all spellings of a URL mean the same repository, and none
// of them lets user or password through.
func TestRepoOfSpellings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		host := rapid.StringMatching(`[a-z]{2,8}(\.[a-z]{2,3})?`).Draw(t, "host")
		path := rapid.StringMatching(`[A-Za-z0-9_-]{1,8}(/[A-Za-z0-9_-]{1,8}){0,3}`).Draw(t, "path")
		port := rapid.SampledFrom([]string{"", ":4433"}).Draw(t, "port")
		secret := "Q" + rapid.StringMatching(`[!-~]{6,12}`).Draw(t, "secret") + "Q"
		want := host + port + "/" + path
		upper := strings.ToUpper(host)
		for _, from := range []string{
			"https://" + host + port + "/" + path,
			"HTTPS://" + upper + port + "/" + path + ".git",
			"ssh://git@" + host + port + "/" + path + "/",
			"git://" + host + port + "//" + path + ".git/",
			"https://token@" + host + port + "/" + path + "?a=b",
		} {
			if got := RepoOf(from, "/base", "box"); got != want {
				t.Errorf("RepoOf(%q) = %q, want %q", from, got, want)
			}
		}
		if port == "" {
			if got := RepoOf("git@"+upper+":"+path+".git", "/base", "box"); got != want {
				t.Errorf("scp: %q, want %q", got, want)
			}
		}
		if from := "https://user:" + secret + "@" + host + "/" + path; !strings.ContainsAny(secret, "/?#\\") || strings.Count(from, "@") == 1 {
			if got := RepoOf(from, "/base", "box"); strings.Contains(got, secret) || strings.Contains(got, secret[:5]) {
				t.Errorf("RepoOf(%q) shows the password: %q", from, got)
			}
		}
	})
}

// TestRepoOfIsFixed: the name of a name is the name.
func TestRepoOfIsFixed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := "https://" + rapid.StringMatching(`[a-z]{2,6}(:[1-9][0-9]{1,3})?(/[ -~]{1,6}){1,3}`).Draw(t, "from")
		once := RepoOf(from, "", "")
		if strings.Contains(once, "%") || strings.ContainsAny(once, "?#@") {
			t.Skip("escapes are taken off once")
		}
		if again := RepoOf("https://"+once, "", ""); again != once && !strings.HasSuffix(once, ".git") {
			t.Errorf("RepoOf(%q) = %q, and of that %q", from, once, again)
		}
	})
}
