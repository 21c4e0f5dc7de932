package report

import (
	"maps"
	"slices"
	"strings"

	"leakline/scanner"
)

// alive says whether a secret still opens anything, if somebody was asked or a proof
// tells.
func (p *page) alive(v *scanner.Verification) {
	if v == nil {
		return
	}
	switch v.Status {
	case scanner.VerifiedActive:
		ws := in(red, prose("yes")...)
		if v.Host != "" {
			ws = append(after(ws, ","), prose("says "+v.Host)...)
		}
		if !v.CheckedAt.IsZero() {
			ws = append(ws, prose("on "+v.CheckedAt.UTC().Format("2006-01-02"))...)
		}
		p.field("alive", append(ws, prose(identityWords(v.Identity))...))
	case scanner.VerifiedInactive:
		text := "no"
		if v.Host != "" {
			text += ", says " + v.Host
		}
		p.field("alive", prose(text+because(v.Reason)))
	case scanner.VerifiedSkipped:
		p.field("alive", prose("not asked"+because(v.Reason)))
	default:
		p.field("alive", prose("unknown"+because(v.Reason)))
	}
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// identityWords says what the answer says of a credential, in parentheses.
func identityWords(identity map[string]string) string {
	var parts []string
	for _, field := range slices.Sorted(maps.Keys(identity)) {
		if value := identity[field]; value != "" {
			parts = append(parts, field+" "+value)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, "; ") + ")"
}

// verification is a copy of v without secrets.
func (c *cleaner) verification(v *scanner.Verification) *scanner.Verification {
	if v == nil {
		return nil
	}
	out := *v
	out.Reason = c.text(v.Reason)
	out.Identity = maps.Clone(v.Identity)
	for field, value := range out.Identity {
		out.Identity[field] = c.text(value)
	}
	return &out
}
