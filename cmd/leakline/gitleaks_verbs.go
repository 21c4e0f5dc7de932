package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// newDetectCommand and newProtectCommand take the arguments of gitleaks' older verbs
// and run the command that does the same.
func newDetectCommand(e *env) *cobra.Command {
	return newVerb("detect", "The same as git, or dir with --no-git, or stdin with --pipe; the target is --source",
		func(v *verb) (*cobra.Command, []string) {
			switch {
			case v.noGit:
				return newDirCommand(e), []string{"--", v.source}
			case v.pipe:
				return newStdinCommand(e), nil
			}
			return newGitCommand(e), []string{"--", v.source}
		})
}

func newProtectCommand(e *env) *cobra.Command {
	return newVerb("protect", "The same as git --staged; without --staged, what the work tree has beside the index",
		func(v *verb) (*cobra.Command, []string) {
			if v.staged {
				return newGitCommand(e), []string{"--staged", "--", v.source}
			}
			return newUnstagedCommand(e), []string{"--", v.source}
		})
}

// verb is what the arguments of an older verb say of the target. The flags of the
// command that runs stay as they are.
type verb struct {
	source              string
	noGit, pipe, staged bool
	rest                []string
}

// newVerb makes a hidden command. choose gives the command that runs, and what comes
// after its flags.
func newVerb(name, short string, choose func(*verb) (*cobra.Command, []string)) *cobra.Command {
	cmd := &cobra.Command{
		Use: name, Short: short, Hidden: true, DisableFlagParsing: true,
		Long: short + "\n(see: leakline help gitleaks).",
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		v, err := readVerb(name, args, func(v *verb) *cobra.Command {
			inner, _ := choose(v)
			return inner
		})
		if errors.Is(err, errHelp) {
			return cmd.Help()
		}
		if err != nil {
			return hinted{err, fmt.Sprintf("see 'leakline help gitleaks' and 'leakline %s --help'", name)}
		}
		inner, tail := choose(v)
		inner.SilenceUsage, inner.SilenceErrors = true, true
		inner.SetArgs(append(v.rest, tail...))
		inner.SetIn(cmd.InOrStdin())
		inner.SetOut(cmd.OutOrStdout())
		inner.SetErr(cmd.ErrOrStderr())
		return inner.ExecuteContext(cmd.Context())
	}
	return cmd
}

// errHelp says that help was asked for.
var errHelp = errors.New("help")

// readVerb tells the arguments that name the target from the flags of the command that
// runs. Which flags take a value, that command knows; which command it is, the
// arguments say: so they are read twice.
func readVerb(name string, args []string, command func(*verb) *cobra.Command) (*verb, error) {
	first := &verb{source: "."}
	if err := first.read(name, args, command(first)); err != nil {
		return nil, err
	}
	v := &verb{source: "."}
	return v, v.read(name, args, command(first))
}

func (v *verb) read(name string, args []string, inner *cobra.Command) error {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		var err error
		switch {
		case arg == "-h" || arg == "--help":
			return errHelp
		case strings.HasPrefix(arg, "--") && arg != "--":
			args, err = v.long(arg, args, inner)
		case strings.HasPrefix(arg, "-") && len(arg) > 1 && arg != "--":
			args, err = v.short(arg, args, inner)
		default:
			err = fmt.Errorf("%s takes no argument %q: the target is --source", name, arg)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// long reads --NAME, --NAME=VALUE or --NAME VALUE, and gives the arguments after it.
func (v *verb) long(arg string, args []string, inner *cobra.Command) ([]string, error) {
	name, value, given := strings.Cut(arg[2:], "=")
	takes := func() (string, error) {
		if given {
			return value, nil
		}
		if len(args) == 0 {
			return "", fmt.Errorf("flag needs an argument: --%s", name)
		}
		value, args = args[0], args[1:]
		return value, nil
	}
	var err error
	switch name {
	case "source":
		v.source, err = takes()
		return args, err
	case "no-git":
		v.noGit = value != "false"
		return args, nil
	case "pipe":
		v.pipe = value != "false"
		return args, nil
	case "staged":
		v.staged = value != "false"
		return args, nil
	}
	flag := inner.Flags().Lookup(name)
	if flag == nil && name == "log-opts" { // gitleaks takes it, and it means nothing there
		_, err = takes()
		return args, err
	}
	v.rest = append(v.rest, arg)
	if flag != nil && !given && flag.NoOptDefVal == "" {
		if _, err := takes(); err != nil {
			return args, err
		}
		v.rest = append(v.rest, value)
	}
	return args, nil
}

// short reads a group of flags of one letter, of which the last may have a value, and
// gives the arguments after it.
func (v *verb) short(arg string, args []string, inner *cobra.Command) ([]string, error) {
	for i := 1; i < len(arg); i++ {
		letter := arg[i : i+1]
		flag := inner.Flags().ShorthandLookup(letter)
		switch {
		case letter == "h":
			return args, errHelp
		case letter != "s" && (flag == nil || flag.NoOptDefVal != ""):
			v.rest = append(v.rest, "-"+letter)
			continue
		}
		value := strings.TrimPrefix(arg[i+1:], "=")
		if arg[i+1:] == "" {
			if len(args) == 0 {
				return args, fmt.Errorf("flag needs an argument: -%s", letter)
			}
			value, args = args[0], args[1:]
		}
		if letter == "s" {
			v.source = value
		} else {
			v.rest = append(v.rest, "-"+letter, value)
		}
		return args, nil
	}
	return args, nil
}
