package proof

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// selfHosted is what stands for the project in keys of servers that somebody runs
// himself.
// https://github.com/supabase/supabase/blob/master/docker/utils/add-new-auth-keys.sh
const selfHosted = "supabase-self-hosted"

// maxProjects bounds the refs of projects that are tried.
const maxProjects = 1000

// supabaseProject names the project that a key of Supabase was made for: of the refs,
// or selfHosted. The last 8 characters of "sb_secret_…" and "sb_publishable_…" are the
// first 8 of the base64url of the SHA-256 of the project's ref, "|", and what stands
// before the "_" in front of them. The script above says so for servers of one's own; for hosted
// projects it was seen to hold of published publishable keys. No match proves nothing:
// the project may be one that nobody named.
func supabaseProject(key string, refs []string) (project string, ok bool) {
	if !strings.HasPrefix(key, "sb_secret_") && !strings.HasPrefix(key, "sb_publishable_") {
		return "", false
	}
	const size = 8
	i := len(key) - size - 1
	if key[i] != '_' {
		return "", false
	}
	body, check := key[:i], key[i+1:]
	for _, ref := range append([]string{selfHosted}, refs...) {
		sum := sha256.Sum256([]byte(ref + "|" + body))
		if base64.RawURLEncoding.EncodeToString(sum[:])[:size] == check {
			return ref, true
		}
	}
	return "", false
}

// projectHost is the host of a hosted project: its API, its database and its storage.
// https://supabase.com/docs/guides/api
var projectHost = regexp.MustCompile(`\b([a-z]{20})\.(?:supabase|storage\.supabase|functions\.supabase)\.(?:co|in|net|red)\b`)

// SupabaseRefs gives the refs of the Supabase projects whose hosts a text names, in
// order, each once, at most 1,000.
func SupabaseRefs(text []byte) []string {
	var refs []string
	for _, m := range projectHost.FindAllSubmatch(text, maxProjects) {
		if ref := string(m[1]); !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// supabaseRef says that a text has the form of a project's ref.
func supabaseRef(s string) bool {
	return len(s) == 20 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}
