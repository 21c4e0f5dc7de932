package gitsource

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"leakline/scanner"
)

// textFiles are the files of a git directory, beside objects and refs, in which
// git keeps text of people and remotes; a name that ends in "/" is a folder with
// all below it. https://git-scm.com/docs/gitrepository-layout
var textFiles = []string{
	"config", "config.worktree", "FETCH_HEAD", "COMMIT_EDITMSG", "MERGE_MSG", "NOTES_EDITMSG", "SQUASH_MSG",
	"TAG_EDITMSG", "branches/", "hooks/", "logs/", "remotes/",
}

// emitFiles yields the text files of the git directories of all work trees.
func (w *walk) emitFiles() {
	p := w.repo.place
	dirs, _ := p.worktrees() // readRefs reported the error
	for _, dir := range dirs {
		prefix := ""
		if p.work != "" || p.git != p.common {
			prefix = ".git/"
		}
		if rel, err := filepath.Rel(p.common, dir); err == nil && rel != "." {
			prefix += filepath.ToSlash(rel) + "/"
		}
		for _, name := range textFiles {
			base, isDir := strings.CutSuffix(name, "/")
			if !isDir {
				w.emitFile(filepath.Join(dir, base), prefix+base)
				continue
			}
			w.emitFolder(filepath.Join(dir, base), prefix+base)
		}
	}
}

// emitFolder yields the files below a folder, without the samples of hooks that
// git puts there.
func (w *walk) emitFolder(base, name string) {
	_ = filepath.WalkDir(base, func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			w.report(classUnreadable, path, err)
		case !e.IsDir() && !strings.HasSuffix(path, ".sample"):
			rel, _ := filepath.Rel(base, path)
			w.emitFile(path, name+"/"+filepath.ToSlash(rel))
		}
		return nil
	})
}

// logHead matches what lines of reflogs and FETCH_HEAD begin with.
var logHead = regexp.MustCompile(`(?m)^[0-9a-f]{40}( [0-9a-f]{40})?[ \t]`)

// emitFile yields one file. The object ids that begin the lines of a reflog are
// blanked, bytes for bytes: a line of hexadecimal beside a word such as "key" in
// a message is what keys of many providers look like.
func (w *walk) emitFile(path, name string) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || w.stop() {
		return
	}
	c := scanner.Chunk{Location: scanner.Location{Source: scanner.SourceConfig, Repo: w.repo.name, Path: name}}
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = &readError{classSpecial, errors.New("it is not a regular file")}
	case info.Size() > w.repo.options.MaxBlob:
		err = w.streamFile(c, path)
	default:
		if c.Data, err = readSmall(path); err == nil {
			for _, at := range logHead.FindAllIndex(c.Data, -1) {
				for i := at[0]; i < at[1]-1; i++ {
					c.Data[i] = ' '
				}
			}
			if !w.newText(name, c.Data) {
				return
			}
			w.send(c, nil)
		}
	}
	if err != nil {
		bad := badness(err)
		w.report(bad.class, name, bad.err)
		return
	}
	w.objects["configs"]++
}

func (w *walk) streamFile(c scanner.Chunk, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return w.windows(c, f)
}
