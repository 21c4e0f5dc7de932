package gitsource_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// layout is a way in which git may keep the objects of a repository.
type layout struct {
	name string
	// lay keeps the objects of f's repository in this way and gives the folder to
	// scan, which is another repository for some. It never loses an object unless
	// partial is set.
	lay     func(f *fixture) string
	partial bool // the folder to scan lacks objects, or refs to them
}

// layouts lists every way that git knows.
func layouts() []layout {
	repack := func(args ...string) func(f *fixture) string {
		return func(f *fixture) string {
			f.git(append([]string{"-c", "pack.threads=1"}, args...)...)
			return f.dir
		}
	}
	all := func(args ...string) []string {
		return append([]string{"repack", "-q", "-a", "-d", "-f", "-k"}, args...)
	}
	return []layout{
		{name: "as imported", lay: func(f *fixture) string { return f.dir }},
		{name: "deep chains", lay: repack(all("--depth=4095", "--window=200")...)},
		{name: "short chains", lay: repack(all("--depth=3", "--window=10")...)},
		{name: "no deltas", lay: repack(all("--depth=0", "--window=0")...)},
		{name: "ref deltas", lay: repack(append([]string{"-c", "repack.useDeltaBaseOffset=false"}, all("--depth=50", "--window=50")...)...)},
		{name: "cruft pack", lay: repack("repack", "-q", "-a", "-d", "-f", "--cruft", "--cruft-expiration=never")},
		{name: "loose", lay: loosen},
		{name: "several packs", lay: func(f *fixture) string { scatter(f, 4, 0); return f.dir }},
		{name: "packs and loose", lay: func(f *fixture) string { scatter(f, 3, 1); return f.dir }},
		{name: "objects twice", lay: twice},
		{name: "multi-pack index", lay: func(f *fixture) string {
			scatter(f, 3, 0)
			f.git("multi-pack-index", "write")
			return f.dir
		}},
		{name: "bitmaps and commit graph", lay: func(f *fixture) string {
			f.git(all("--write-bitmap-index", "--write-midx", "--depth=50")...)
			f.git("commit-graph", "write", "--reachable", "--changed-paths")
			return f.dir
		}},
		{name: "alternates", lay: borrow},
		{name: "thin packs", lay: receiveThin},
		{name: "linked work tree", lay: linkWorkTree, partial: true},
		{name: "bare", lay: mirror, partial: true},
		{name: "shallow", lay: cloneWith("--depth=3", "--no-single-branch"), partial: true},
		{name: "promisor", lay: cloneWith("--filter=blob:limit=2k"), partial: true},
		{name: "promisor without trees", lay: cloneWith("--filter=tree:2"), partial: true},
	}
}

// ids lists every object of the repository.
func (f *fixture) ids() []string {
	f.t.Helper()
	return strings.Fields(f.git("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"))
}

func (f *fixture) packs() []string {
	f.t.Helper()
	found, err := filepath.Glob(filepath.Join(f.objects(), "pack", "*"))
	must(f.t, err)
	return found
}

func removeAll(f *fixture, files []string) {
	f.t.Helper()
	for _, file := range files {
		must(f.t, os.RemoveAll(file))
	}
}

// output is what git writes, to the last byte.
func (f *fixture) output(stdin string, args ...string) []byte {
	f.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = f.dir, f.env(), strings.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		f.t.Fatalf("git %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// loosen stores every object as a file of its own.
func loosen(f *fixture) string {
	old := f.packs()
	away := filepath.Join(f.t.TempDir(), "packs")
	must(f.t, os.Mkdir(away, 0o777))
	for _, file := range old {
		must(f.t, os.Rename(file, filepath.Join(away, filepath.Base(file))))
	}
	for _, file := range old {
		if strings.HasSuffix(file, ".pack") {
			pack, err := os.ReadFile(filepath.Join(away, filepath.Base(file)))
			must(f.t, err)
			f.feed(string(pack), "unpack-objects", "-q")
		}
	}
	return f.dir
}

// scatter distributes the objects over n packs, by their names, so that versions
// of one file lie apart; the first few of the parts become loose objects.
func scatter(f *fixture, n, loose int) {
	parts := make([][]string, n)
	ids := f.ids()
	slices.Sort(ids)
	for i, id := range ids {
		parts[i%n] = append(parts[i%n], id)
	}
	old := f.packs()
	var packs []string
	dir := f.t.TempDir()
	for i, ids := range parts {
		if len(ids) == 0 {
			continue
		}
		stem := filepath.Join(dir, fmt.Sprintf("part%d", i))
		name := f.feed(strings.Join(ids, "\n")+"\n", "pack-objects", "-q", "--depth=50", "--window=50", stem)
		packs = append(packs, stem+"-"+name)
	}
	removeAll(f, old)
	for i, pack := range packs {
		if i < loose {
			data, err := os.ReadFile(pack + ".pack")
			must(f.t, err)
			f.feed(string(data), "unpack-objects", "-q")
			continue
		}
		_, name, _ := strings.Cut(filepath.Base(pack), "-")
		for _, ext := range []string{".pack", ".idx"} {
			must(f.t, os.Rename(pack+ext, filepath.Join(f.objects(), "pack", "pack-"+name+ext)))
		}
	}
}

// twice stores half of the objects in a second pack, with other deltas, and some
// as loose objects too.
func twice(f *fixture) string {
	ids := f.ids()
	stem := filepath.Join(f.objects(), "pack", "pack")
	f.feed(strings.Join(ids[:len(ids)/2], "\n")+"\n", "pack-objects", "-q", "--depth=5", "--window=3", "--no-reuse-delta", stem)
	return f.dir
}

// borrow moves all packs but one into another repository.
func borrow(f *fixture) string {
	scatter(f, 4, 1)
	lender := filepath.Join(f.t.TempDir(), "lender")
	f.run("", "init", "-q", "--bare", lender)
	own := ""
	for _, file := range f.packs() {
		stem := strings.TrimSuffix(file, filepath.Ext(file))
		if own == "" {
			own = stem
		}
		if stem != own {
			must(f.t, os.Rename(file, filepath.Join(lender, "objects", "pack", filepath.Base(file))))
		}
	}
	f.write(".git/objects/info/alternates", filepath.Join(lender, "objects")+"\n")
	return f.dir
}

// receiveThin rebuilds the store from packs as a fetch receives them: deltas
// against what came before, completed by git.
func receiveThin(f *fixture) string {
	ids, all := f.ids(), strings.Fields(f.git("rev-list", "--all", "--topo-order", "--reverse"))
	cut := all[len(all)/2]
	args := []string{"pack-objects", "-q", "--thin", "--revs", "--stdout", "--depth=50", "--window=100"}
	packs := [][]byte{f.output(cut+"\n", args...), f.output("^"+cut+"\n", append(args, "--all")...)}
	old := f.packs()
	rest := filepath.Join(f.t.TempDir(), "rest")
	lost := f.feed(strings.Join(ids, "\n")+"\n", "pack-objects", "-q", "--window=0", rest)
	removeAll(f, old)
	for _, pack := range packs {
		f.feed(string(pack), "index-pack", "--stdin", "--fix-thin")
	}
	// What no ref leads to is not fetched.
	data, err := os.ReadFile(rest + "-" + lost + ".pack")
	must(f.t, err)
	f.feed(string(data), "unpack-objects", "-q")
	return f.dir
}

func linkWorkTree(f *fixture) string {
	linked := filepath.Join(f.t.TempDir(), "linked")
	at := f.git("for-each-ref", "--count=1", "--format=%(objectname)", "refs/heads")
	f.git("worktree", "add", "-q", "--detach", "--no-checkout", linked, at)
	return linked
}

func mirror(f *fixture) string {
	dir := filepath.Join(f.t.TempDir(), "bare.git")
	f.run("", "clone", "-q", "--mirror", f.dir, dir)
	f.run(dir, "repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
	return dir
}

func cloneWith(args ...string) func(*fixture) string {
	return func(f *fixture) string {
		dir := filepath.Join(f.t.TempDir(), "clone")
		f.git("config", "uploadpack.allowFilter", "true")
		f.run("", append(append([]string{"clone", "-q", "--no-checkout"}, args...), "file://"+f.dir, dir)...)
		return dir
	}
}
