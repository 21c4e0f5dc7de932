// Package rules finds what users' own rules describe: rules in the TOML format of
// gitleaks 8, read as it is.
//
// Principal type: [Config], made by [Load]. It is a matcher beside the catalogue
// ([Config.Match], [Config.MatchPath]), and it says what the file's exceptions, which
// gitleaks calls allowlists, excuse of what the catalogue finds ([Config.Excuse]).
//
// The one decision: a rule is decided as gitleaks decides it, over the whole text, and
// only where is narrowed. From the tree of a rule's expression follow literals, one of
// which stands in every match, and how far around it a match can reach; so the
// expression runs in small windows around the literals that one pass over the text
// has found, and gives what it would give on all of it. A rule of which that cannot be
// told runs on all of the text.
//
// "useDefault = true" means the catalogue: it runs beside the file's rules, and what
// the file says of gitleaks' own rules, by their ids, is said of the detectors that
// find the same kinds (the table in known.go). gitleaks' rules themselves are no part
// of this package.
//
// Configurations are bounded (see limits.go), and so is what a text can make of them:
// a text has at most [MaxMatches] matches.
//
// Format: https://github.com/gitleaks/gitleaks#configuration, and the behaviour of
// gitleaks 8.30.1, which the tests run beside this package. Where the two packages
// differ on purpose, cmd/leakline/docs/gitleaks.md says so.
package rules
