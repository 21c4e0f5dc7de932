package boundary

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
)

// Commit makes a repository of the application's history in an empty folder, with the
// git of this machine and none of its settings: the commits of its truth, each with its
// author and its day.
func (a App) Commit(dir string) error {
	git := func(env []string, args ...string) error {
		c := exec.Command("git", append([]string{"-C", dir, "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"}, args...)...)
		c.Env = slices.Concat(os.Environ(), env, []string{"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1"})
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w\n%s", args[0], err, out)
		}
		return nil
	}
	if err := git(nil, "init", "-q"); err != nil {
		return err
	}
	for i, c := range a.Truth.Commits {
		if err := a.Write(dir, c.Files...); err != nil {
			return err
		}
		if err := git(nil, append([]string{"add", "-f", "--"}, c.Files...)...); err != nil {
			return err
		}
		err := git([]string{
			"GIT_AUTHOR_NAME=" + c.Author, "GIT_AUTHOR_EMAIL=" + c.Email, "GIT_AUTHOR_DATE=" + c.At,
			"GIT_COMMITTER_NAME=" + c.Author, "GIT_COMMITTER_EMAIL=" + c.Email, "GIT_COMMITTER_DATE=" + c.At,
		}, "commit", "-q", "-m", fmt.Sprintf("step %d", i+1))
		if err != nil {
			return err
		}
	}
	return nil
}
