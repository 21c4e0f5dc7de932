package hooks

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Made is how a commit came into this clone.
type Made struct {
	// Committed says that git commit made it here, which runs the hook pre-commit.
	// Rebase, cherry-pick, am and merge don't, and a fetched commit was made elsewhere.
	Committed bool
	At        time.Time // when, in whole seconds
	Head      string    // what HEAD was before; "" if there was no commit
	Since     time.Time // since when HEAD was that
}

// maxReflog bounds the reflog that is read, in bytes.
const maxReflog = 64 << 20

// Made looks a commit up in the reflogs of HEAD: of every work tree, because each has
// its own. It is zero if no reflog tells: they expire, and can be turned off.
func (r *Repo) Made(commit string) (Made, error) {
	logs := []string{filepath.Join(r.GitDir, "logs", "HEAD"), filepath.Join(r.CommonDir, "logs", "HEAD")}
	others, _ := filepath.Glob(filepath.Join(quoteGlob(r.CommonDir), "worktrees", "*", "logs", "HEAD"))
	for _, file := range append(logs, others...) {
		made, err := madeIn(file, commit)
		if err != nil || made.Committed {
			return made, err
		}
	}
	return Made{}, nil
}

// quoteGlob takes a path literally. On Windows a backslash is no escape there, and
// such a path is looked through for wildcards.
func quoteGlob(path string) string {
	if filepath.Separator == '\\' {
		return path
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// madeIn looks a commit up in one reflog: lines of the old and the new commit, who,
// when, and after a tab what did it.
func madeIn(file, commit string) (m Made, err error) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (!info.Mode().IsRegular() || info.Size() > maxReflog) {
		return m, nil
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return m, fmt.Errorf("read the reflog: %w", err)
	}
	for line := range bytes.Lines(text) {
		before, now, at, what, ok := reflogLine(string(line))
		if !ok {
			continue
		}
		if now == commit && strings.HasPrefix(what, "commit") {
			m.Committed, m.Since, m.At = true, m.At, at
			if strings.Trim(before, "0") != "" {
				m.Head = before
			}
			return m, nil
		}
		m.At = at
	}
	return Made{}, nil
}

// reflogLine takes a line apart.
func reflogLine(line string) (before, now string, at time.Time, what string, ok bool) {
	who, what, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
	words := strings.Fields(who)
	if len(words) < 4 {
		return "", "", at, "", false
	}
	seconds, err := strconv.ParseInt(words[len(words)-2], 10, 64)
	return words[0], words[1], time.Unix(seconds, 0).UTC(), what, err == nil
}
