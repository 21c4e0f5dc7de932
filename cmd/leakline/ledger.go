package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ledger"
)

// ledgerFlags say which ledger is meant, and with which key.
type ledgerFlags struct {
	url, keyFile string
}

// add adds the flags to a command and all below it.
func (l *ledgerFlags) add(cmd *cobra.Command) {
	fl := cmd.PersistentFlags()
	fl.StringVar(&l.url, "ledger", "", "the ledger: sqlite:`PATH` or postgres://… (else LEAKLINE_LEDGER, else the one of this user)")
	fl.StringVar(&l.keyFile, "key-file", "", "read the ledger's key from `FILE` (else LEAKLINE_KEY, else the ledger's key file)")
}

func newLedgerCommand(e *env) *cobra.Command {
	var l ledgerFlags
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Incidents over time: list them, prove them dead, check the evidence",
		Long: `The ledger keeps what became of every secret that a scan with --ledger reported:
when it came, when it was removed, when it was proven dead, and by what proof.
Without --ledger it is LEAKLINE_LEDGER or, if that is not set, ledger.db in
leakline's state folder (see: leakline help ledger).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	l.add(cmd)
	cmd.AddCommand(
		newLedgerListCommand(e, &l), newLedgerShowCommand(e, &l),
		newLedgerResolveCommand(e, &l), newLedgerReopenCommand(e, &l),
		newLedgerDismissCommand(e, &l), newLedgerRestoreCommand(e, &l),
		newLedgerAssignCommand(e, &l), newLedgerAckCommand(e, &l),
		newLedgerCheckCommand(e, &l), newLedgerExportCommand(e, &l), newLedgerImportCommand(e, &l),
		newLedgerTargetsCommand(e, &l), newLedgerReconcileCommand(e, &l), newLedgerEraseCommand(e, &l), newLedgerKeyCommand(e, &l),
	)
	return cmd
}

// sqliteScheme begins the URL of a ledger in a file.
const sqliteScheme = "sqlite:"

// where gives the ledger's URL.
func (l *ledgerFlags) where(e *env) (string, error) {
	if l.url != "" {
		return checkedLedger(l.url)
	}
	if u := e.getenv("LEAKLINE_LEDGER"); u != "" {
		return checkedLedger(u)
	}
	state, err := stateFolder(e)
	if err != nil {
		return "", err
	}
	return sqliteScheme + filepath.Join(state, "ledger.db"), nil
}

// checkedLedger refuses what is no URL of a ledger.
func checkedLedger(u string) (string, error) {
	path, isFile := strings.CutPrefix(u, sqliteScheme)
	if isFile && path != "" || strings.HasPrefix(u, "postgres://") || strings.HasPrefix(u, "postgresql://") {
		return u, nil
	}
	return "", hinted{fmt.Errorf("%q is no ledger", shownLedger(u)), "write sqlite:PATH or postgres://USER@HOST/DATABASE"}
}

// shownLedger is a ledger's URL without a password.
func shownLedger(u string) string {
	if strings.HasPrefix(u, sqliteScheme) || !strings.Contains(u, "@") && !strings.Contains(u, "?") {
		return u
	}
	scheme, rest, ok := strings.Cut(u, "://")
	if !ok {
		return "…" // anything of it may be a password
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	rest, _, _ = strings.Cut(rest, "?")
	return (&url.URL{Scheme: scheme, Opaque: "//" + rest}).String()
}

// ledgerFile is the file of a ledger, "" if it is a server's.
func ledgerFile(u string) string {
	path, ok := strings.CutPrefix(u, sqliteScheme)
	if !ok {
		return ""
	}
	return strings.TrimPrefix(path, "//")
}

// opened is an open ledger with what commands need beside it.
type opened struct {
	*ledger.Ledger
	url  string
	keys ledgerKeys
	e    *env
}

// read opens the ledger to read it.
func (l *ledgerFlags) read(ctx context.Context, e *env) (*opened, error) {
	return l.open(ctx, e, true)
}

// write opens the ledger to add to it. It must exist.
func (l *ledgerFlags) write(ctx context.Context, e *env) (*opened, error) {
	return l.open(ctx, e, false)
}

func (l *ledgerFlags) open(ctx context.Context, e *env, readOnly bool) (*opened, error) {
	u, err := l.where(e)
	if err != nil {
		return nil, err
	}
	if err := exists(u); err != nil {
		return nil, err
	}
	o := &opened{url: u, e: e}
	if !readOnly { // what is only read needs no key
		if o.keys, err = keysOf(ctx, e, u, l.keyFile, true); err != nil {
			return nil, err
		}
	}
	o.Ledger, err = ledger.Open(ctx, u, ledger.Options{Key: o.keys.now, Retired: o.keys.retired, Now: e.now, ReadOnly: readOnly})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// exists says what to do if there is no ledger yet.
func exists(u string) error {
	path := ledgerFile(u)
	if path == "" {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return hinted{
			fmt.Errorf("no ledger at %q yet", path),
			fmt.Sprintf("record one with: leakline git --ledger %s", u),
		}
	}
	return nil
}

// create opens the ledger to record into it; it is made if it does not exist. Of
// two that make it at the same time one is told of the other's key, and takes that.
func (l *ledgerFlags) create(ctx context.Context, e *env) (*opened, error) {
	u, err := l.where(e)
	if err != nil {
		return nil, err
	}
	if path := ledgerFile(u); path != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the ledger: %w", err)
		}
	}
	o := &opened{url: u, e: e}
	for try := 1; ; try++ {
		if o.keys, err = keysOf(ctx, e, u, l.keyFile, true); err != nil {
			return nil, err
		}
		o.Ledger, err = ledger.Open(ctx, u, ledger.Options{Key: o.keys.now, Retired: o.keys.retired, Now: e.now})
		var other *ledger.KeyError
		if !errors.As(err, &other) || !o.keys.made || try == 2 {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return o, nil
}

// bare opens the ledger for an import of events, which bring the ids of their keys:
// a ledger that has no key yet is given none.
func (l *ledgerFlags) bare(ctx context.Context, e *env) (*opened, error) {
	u, err := l.where(e)
	if err != nil {
		return nil, err
	}
	ids, err := ledger.KeyIDs(ctx, u)
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 {
		return l.create(ctx, e)
	}
	book, err := ledger.Open(ctx, u, ledger.Options{Now: e.now})
	if err != nil {
		return nil, err
	}
	return &opened{Ledger: book, url: u, e: e}, nil
}

// begun forgets that the ledger was about to begin, once something is recorded.
func (o *opened) begun() {
	if !o.keys.made {
		return
	}
	if folder, err := keyFolderOf(o.e); err == nil {
		folder.begun(o.url)
	}
}

// person gives who stands behind a name, and notes the name for the ledger.
func (o *opened) person(name string, people map[incident.Person]string) incident.Person {
	if name == "" {
		return ""
	}
	p := incident.PersonOf(o.keys.now, name)
	people[p] = name
	return p
}

// find gives the incident that an id or its begin means. Passwords have an incident
// in each repository under the same fingerprint: "3fa9c0d1e2b4@REPO" is one of them.
func (o *opened) find(ctx context.Context, id string) (*incident.Incident, error) {
	inc, err := o.Find(ctx, id)
	begin, repo, local := strings.Cut(id, "@")
	if errors.Is(err, ledger.ErrNone) && local && len(begin) >= minID {
		for inc, err := range o.List(ctx, ledger.Filter{Repos: []string{repo}, Now: o.e.now()}) {
			if err != nil || strings.HasPrefix(hexOf(inc.ID), begin) && strings.HasSuffix(string(inc.ID), "@"+repo) {
				return inc, err
			}
		}
	}
	switch {
	case errors.Is(err, ledger.ErrNone) && len(id) < minID:
		return nil, hinted{fmt.Errorf("%q is too short for an id", id), fmt.Sprintf("write %d digits at least", minID)}
	case errors.Is(err, ledger.ErrNone):
		return nil, hinted{fmt.Errorf("no incident %q", id), "see 'leakline ledger list'"}
	case errors.Is(err, ledger.ErrSeveral):
		return nil, hinted{fmt.Errorf("several incidents begin with %q", id), "write more of the id; of passwords, which each repository has for itself, write ID@REPOSITORY"}
	}
	return inc, err
}

// minID is how many digits of an id name an incident at least.
const minID = 6

// hexOf is the last part of an incident's fingerprint.
func hexOf(id incident.ID) string {
	fp := id.Fingerprint()
	return fp[strings.LastIndexByte(fp, ':')+1:]
}

// shortID is how lists show an incident's id: the first 12 digits of hexOf.
func shortID(id incident.ID) string {
	hex := hexOf(id)
	return hex[:min(12, len(hex))]
}

// layerText names the layer of an incident.
func layerText(f *incident.Facts) string {
	if !f.Ambiguous() {
		return string(f.Layer)
	}
	var names []string
	for _, l := range f.LayerCandidates {
		names = append(names, string(l))
	}
	return strings.Join(names, " or ")
}

// parseLayers checks names of layers.
func parseLayers(names []string) ([]detectors.Layer, error) {
	var out []detectors.Layer
	for _, n := range names {
		l, err := parseLayer(n)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

func parseLayer(name string) (detectors.Layer, error) {
	for _, l := range detectors.Layers() {
		if string(l) == name {
			return l, nil
		}
	}
	return "", hinted{fmt.Errorf("unknown layer %q", name), "the layers are " + layerNames()}
}
