package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"leakline/remediate/ledger"
)

func newLedgerKeyCommand(e *env, l *ledgerFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "The key of the ledger's fingerprints: where it is, back it up, replace it",
		Long: `A fingerprint is made of a secret and the ledger's key, so that nobody who reads
the ledger can test guesses. The key is in a file beside the ledger, never in it;
who loses it can't recognise a secret that is already recorded. Back it up.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeyShowCommand(e, l), newKeyBackupCommand(e, l), newKeyRestoreCommand(e), newKeyRotateCommand(e, l))
	return cmd
}

func newKeyShowCommand(e *env, l *ledgerFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Print the ids of the ledger's keys and where they are, never a key",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ids, folder, err := l.keyIDs(cmd, e)
			if err != nil {
				return err
			}
			given, from, err := givenKey(e, l.keyFile)
			if err != nil {
				return err
			}
			for i, id := range ids {
				use := "retired"
				if i == len(ids)-1 {
					use = "in force"
				}
				where := "missing: restore it (see: leakline ledger key restore --help)"
				switch _, err := folder.read(e, id); {
				case given.ID() == id:
					where = from
				case err == nil:
					where = folder.path(id)
				case !errors.Is(err, fs.ErrNotExist):
					where = err.Error()
				}
				fmt.Fprintf(e.stdout, "%s  %-8s  %s\n", id, use, where)
			}
			return nil
		},
	}
}

// keyIDs gives the ids of a ledger's keys.
func (l *ledgerFlags) keyIDs(cmd *cobra.Command, e *env) (ids []string, folder keyFolder, err error) {
	u, err := l.where(e)
	if err != nil {
		return nil, "", err
	}
	if err := exists(u); err != nil {
		return nil, "", err
	}
	if ids, err = ledger.KeyIDs(cmd.Context(), u); err != nil {
		return nil, "", err
	}
	if len(ids) == 0 {
		return nil, "", hinted{
			fmt.Errorf("the ledger %q names no key yet: nothing is recorded in it", shownLedger(u)),
			"record a scan with: leakline git --ledger URL",
		}
	}
	folder, err = keyFolderOf(e)
	return ids, folder, err
}

func newKeyBackupCommand(e *env, l *ledgerFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the key in force to a new file that only you can read",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, folder, err := l.keyIDs(cmd, e)
			if err != nil {
				return err
			}
			id := ids[len(ids)-1]
			path := folder.path(id)
			if l.keyFile != "" {
				path = l.keyFile
			}
			key, text, err := readKey(e, path)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return lostKey(folder, id, "is kept under", err)
			case err != nil:
				return err
			case key.ID() != id:
				return fmt.Errorf("%q holds the key %s, and the ledger is kept under %s", path, key.ID(), id)
			}
			if err := writeNew(args[0], text); err != nil {
				if errors.Is(err, fs.ErrExist) {
					return hinted{fmt.Errorf("%q exists already", args[0]), "nothing is overwritten; choose another name"}
				}
				return fmt.Errorf("back the key up: %w", err)
			}
			_, err = fmt.Fprintf(e.stdout, "%s  %s\n", id, args[0])
			return err
		},
	}
}

func newKeyRestoreCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a key from a backup back to where leakline looks for it",
		Long: `Put a key from a backup, of whichever ledger, into leakline's folder of keys under
its id. It belongs to a ledger that names this id.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := os.Stat(args[0]); err != nil {
				return fmt.Errorf("restore the key: %w", err)
			}
			key, text, err := readKey(e, args[0])
			if err != nil {
				return err
			}
			folder, err := keyFolderOf(e)
			if err != nil {
				return err
			}
			if err := folder.put(key, text); err != nil {
				return err
			}
			_, err = fmt.Fprintf(e.stdout, "%s  %s\n", key.ID(), folder.path(key.ID()))
			return err
		},
	}
}

func newKeyRotateCommand(e *env, l *ledgerFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "rotate",
		Short: "Make a new key for what is recorded from now on",
		Long: `Make a new key for what is recorded from now on. The fingerprints that are there
can't be made anew: that needs the secrets, which the ledger does not have. So the
old key stays, as retired: a secret that is met again is recognised by it, and gets
its new fingerprint as another id. Whoever has got hold of the old key can test
guesses against the old fingerprints as long as these exist: nothing but revoking
the secrets helps against that. Keep the old key until nothing found under it is
open, and back the new one up.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			o, err := l.write(ctx, e) // needs the key in force: who lost it can't rotate
			if err != nil {
				return err
			}
			defer o.Close()
			folder, err := keyFolderOf(e)
			if err != nil {
				return err
			}
			key, err := folder.create() // first the key, then its name: it can't be lost between
			if err != nil {
				return err
			}
			if err := o.AddKey(ctx, key.ID()); err != nil {
				return err // the file stays: a connection may have broken after the ledger took the key
			}
			fmt.Fprintf(e.stdout, "%s  in force  %s\n%s  retired\n", key.ID(), folder.path(key.ID()), o.keys.now.ID())
			if l.keyFile != "" || e.getenv("LEAKLINE_KEY") != "" {
				fmt.Fprintln(e.stderr, "leakline: give the new key by --key-file or LEAKLINE_KEY from now on, and the old one by LEAKLINE_RETIRED_KEYS")
			}
			return nil
		},
	}
}
