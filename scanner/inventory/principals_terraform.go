package inventory

import (
	"path"
	"strings"

	"leakline/detectors"
)

var (
	blockHead  = compile(`(?m)^[ \t]*(resource|data|module|variable|locals|ephemeral)[ \t]*(?:"([\w-]+)"[ \t]*)?(?:"([\w-]+)"[ \t]*)?\{`)
	blockRef   = compile(`\b(?:data\.)?((?:aws|azuread|azurerm|azapi|google)_[a-z0-9_]+|module|local|var)\.([\w-]+)`)
	blockLabel = compile(`(?m)^\s*(?:name|display_name|account_id|role_name|function_name)\s*=\s*"([^"]+)"`)
	// blockFor is an argument of a link that says to whom it grants.
	blockFor = compile(`^(?:(?:iam_)?roles?(?:_names?)?|users?|user_name|groups?|members?|principal_id|principal_object_id|application_object_id|application_id|service_principal_object_id)$`)
	// argument is one of a block: its name, at the begin of a line.
	argument = compile(`(?m)^[ \t]*([a-z_]\w*)[ \t]*=`)
)

// terraformKind says what a block of Terraform is to principals.
func terraformKind(form, kind string) (k blockKind, known bool) {
	switch {
	case form == "module":
		return principal, true
	case form == "variable" || form == "locals":
		return document, true
	}
	switch kind {
	case "aws_iam_role", "aws_iam_user", "aws_iam_group", "azuread_application", "azuread_application_registration", "azurerm_user_assigned_identity", "google_service_account":
		return principal, true
	case "azuread_service_principal":
		return stand, true
	case "aws_iam_policy", "aws_iam_policy_document", "google_project_iam_custom_role", "google_organization_iam_custom_role", "google_iam_policy", "azurerm_role_definition":
		return document, true
	}
	switch {
	case strings.HasPrefix(kind, "aws_iam_"), strings.HasPrefix(kind, "azuread_") && strings.Contains(kind, "assignment"), kind == "azuread_application_api_access", kind == "azurerm_role_assignment",
		strings.HasPrefix(kind, "google_") && (strings.HasSuffix(kind, "_iam_member") || strings.HasSuffix(kind, "_iam_binding") || strings.HasSuffix(kind, "_iam_policy")):
		return link, true
	case strings.HasPrefix(kind, "azurerm_"): // what has an identity of its own
		return other, true
	}
	return 0, false
}

// terraform reads the blocks of a file of Terraform: a folder is a module, within which
// names are known.
func terraform(f *file) []block {
	heads := blockHead.FindAllSubmatchIndex(f.data, -1)
	if len(heads) == 0 {
		return nil
	}
	s := newSource(f, php, nil) // its comments and strings are written alike
	group := func(h []int, i int) string {
		if h[i] < 0 {
			return ""
		}
		return string(f.data[h[i]:h[i+1]])
	}
	var out []block
	for _, h := range heads {
		form, kind, name := group(h, 2), group(h, 4), group(h, 6)
		k, known := terraformKind(form, kind)
		if !known {
			continue
		}
		from, to := h[1], s.shut(h[1]-1)
		b := block{scope: folderOf(f), kind: k, key: kind + "." + name, text: kind + "." + name, path: f.path, line: f.line(h[2])}
		switch form {
		case "locals":
			out = append(out, s.locals(b, from, to)...)
			continue
		case "variable":
			b.key, b.param = "var."+kind, true
		case "module":
			b.key, b.text, name = "module."+kind, "module."+kind, kind
		}
		body := f.data[from:to]
		if l := blockLabel.FindSubmatchIndex(body); l != nil && k == principal {
			b.label = string(body[l[2]:l[3]])
			if strings.HasPrefix(kind, "aws_") {
				b.labelLine = f.line(from + l[2])
			}
		}
		if b.label == "" || strings.Contains(b.label, "${") {
			b.label = name
		}
		b.directory = strings.HasPrefix(kind, "azuread_")
		s.arguments(&b, from, to)
		if form == "module" {
			s.called(&b, from, to)
		}
		if form == "module" && len(b.of) > 0 { // it grants to what is made here
			b.kind = link
		}
		out = append(out, b)
	}
	return out
}

// arguments reads what a block of Terraform refers to and grants.
func (s *source) arguments(b *block, from, to int) {
	heads := argument.FindAllSubmatchIndex(s.code[from:to], -1)
	for _, m := range blockRef.FindAllSubmatchIndex(s.data[from:to], -1) {
		key := string(s.data[from+m[2]:from+m[3]]) + "." + string(s.data[from+m[4]:from+m[5]])
		arg := ""
		for _, h := range heads { // the last one before it that is around it or in its line
			if h[0] > m[0] {
				break
			}
			if name := string(s.code[from+h[2] : from+h[3]]); blockFor.MatchString(name) || name == "permissions_boundary" || s.line(from+h[2]) == s.line(from+m[0]) {
				arg = name
				if end := s.valueEnd(from + h[1]); end < from+m[0] {
					arg = ""
				}
			}
		}
		switch {
		case arg == "permissions_boundary": // takes away, and grants nothing
		case blockFor.MatchString(arg) || b.kind == stand:
			b.of = append(b.of, key)
			fallthrough // a role may be one of its own making
		default:
			b.refs = append(b.refs, key)
		}
	}
	s.grants(b, from, to)
}

var moduleSource = compile(`(?m)^\s*source\s*=\s*"(\.[^"\n]+)"`)

// called notes which folder a module is, and what is given to its variables.
func (s *source) called(b *block, from, to int) {
	m := moduleSource.FindSubmatch(s.data[from:to])
	if m == nil {
		return
	}
	b.calls, b.args = path.Join(path.Dir(s.path), string(m[1]))+"/", map[string][]string{}
	for _, h := range argument.FindAllSubmatchIndex(s.code[from:to], -1) {
		end := min(to, s.valueEnd(from+h[1]))
		for _, r := range blockRef.FindAllSubmatch(s.data[from+h[1]:end], -1) {
			name := string(s.code[from+h[2] : from+h[3]])
			b.args[name] = append(b.args[name], string(r[1])+"."+string(r[2]))
		}
	}
}

// valueEnd is where the value of an argument ends that begins at an offset.
func (s *source) valueEnd(pos int) int {
	for ; pos < len(s.code); pos++ {
		switch s.code[pos] {
		case '\n':
			return pos
		case '(', '[', '{':
			pos = s.shut(pos)
		}
	}
	return pos
}

// locals gives the local values of Terraform, each as a document.
func (s *source) locals(b block, from, to int) []block {
	var out []block
	for at := from; at < to; {
		m := argument.FindSubmatchIndex(s.code[at:to])
		if m == nil {
			break
		}
		end := min(to, s.valueEnd(at+m[1]))
		l := b
		l.key = "local." + string(s.code[at+m[2]:at+m[3]])
		l.text, l.line = l.key, s.line(at+m[2])
		s.arguments(&l, at+m[1], end)
		out = append(out, l)
		at = max(end, at+m[1])
	}
	return out
}

// grants adds what stands in strings between two offsets and is granted there.
func (s *source) grants(b *block, from, to int) {
	granted(s.data[from:to], func(l detectors.Layer, what string, at int) {
		at += from
		if s.quotedAt(at) && !s.denied(at, from) {
			b.grants = append(b.grants, Part{Kind: Principal, Layer: l, Path: s.path, Line: s.line(at), Text: what})
		}
	})
}
