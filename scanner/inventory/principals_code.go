package inventory

import (
	"bytes"
	"slices"
	"strings"

	"leakline/detectors"
)

// constructWords are texts of which one stands in every program that builds
// infrastructure: of the AWS CDK, of Pulumi, SST and Amplify.
var constructWords = &words{texts: func() []string {
	return []string{"aws-cdk", "aws_cdk", "awscdk", "Amazon.CDK", "pulumi", "sst.aws", "aws-amplify/backend", "cdktf"}
}}

var (
	// assignedName is what a statement gives a name to.
	assignedName = compile(`^\s*(?:export\s+|public\s+|private\s+|protected\s+|static\s+|readonly\s+|final\s+)*(?:(?:const|let|var|val|[A-Z][\w.<>]*)\s+)?((?:this\.|self\.|_)?\w+)(?:\s*:\s*[\w.<>|\[\] ]+)?(?:,\s*\w+)?\s*:?=[^=>]`)
	// constructed is what a statement makes.
	constructed = compile(`(?:=|^|return|await)\s*(?:new\s+)?([A-Za-z_][\w.]*)\s*(?:\.\s*create\s*)?\(`)
	// calledOn is on what a statement calls what.
	calledOn = compile(`^\s*(?:await\s+)?((?:\w+(?:\(\))?[?!]*\s*\.\s*)*?\w+(?:\(\))?)[?!]*\s*\.\s*([A-Za-z]\w*)\s*\(`)

	principalType = compile(`(?:^|\.)(?:Role|User|Group|ServiceAccount|Account|UserAssignedIdentity|Application|\w*Function\w*|\w*TaskDefinition|\w*FargateService|StateMachine|Instance)$`)
	documentType  = compile(`(?i)(?:^|\.|_)(?:PolicyStatement|PolicyDocument|ManagedPolicy|Policy|get_?policy_?document(?:_?output)?|CustomRole|IAMCustomRole|create)$`)
	linkType      = compile(`(?:^|\.)(?:\w*Polic(?:y|ies)|\w*PolicyAttachment|\w*IAMMember|\w*IAMBinding|New\w*IAMMember|RoleAssignment|AppRoleAssignment|NewRolePolicy|NewRolePolicyAttachment)$`)
	grantCall     = compile(`(?i)^(?:grant\w*|attach_?to_?(?:role|user|group))$`)
	addCall       = compile(`(?i)^(?:add_?to_?\w*policy|attach_?inline_?policy|add_?managed_?policy)$`)
	// granteeOf is a member that says to whom a construct grants.
	granteeOf = compile(`(?i)\b(?:roles?|users?|groups?|members?|principal_?id|grantee)["']?\s*[:=]\s*\[?\s*(?:\w+\.apply\()?(?:pulumi\.interpolate\s*)?[^\w]{0,3}(?:this\.|self\.)?([A-Za-z_]\w*)`)
	roleLabel = compile(`(?:roleName|role_name|functionName|function_name|accountId|account_id|displayName|display_name)["']?\s*[:=]\s*["']([^"'\n]+)["']`)
)

// constructs reads the blocks of a program that builds infrastructure: statements that
// make a principal, a policy or what binds the two.
func constructs(f *file, lang language) []block {
	builds := false
	constructWords.find(f, func(int, int) { builds = true })
	if !builds || len(f.data) > maxSource {
		return nil
	}
	s := newSource(f, lang, nil)
	c := &constructReader{source: s, done: map[int]bool{}}
	granted(f.data, func(_ detectors.Layer, _ string, at int) {
		if s.quotedAt(at) {
			c.statementAt(at)
		}
	})
	for i := 0; i < len(c.out) && i < 200; i++ { // each block may name what has to be read, too
		b := &c.out[i]
		var names []string
		if b.kind == document {
			names = append(names, b.key)
		}
		names = append(names, b.of...)
		s.idents(0, len(s.code), func(id ident) {
			if slices.Contains(names, id.text) && (b.kind == document || c.declares(id)) {
				c.statementAt(id.from)
			}
		})
	}
	granted := map[string]bool{}
	for _, b := range c.out {
		for _, name := range b.of {
			granted[name] = true
		}
	}
	for i := range c.out {
		if b := &c.out[i]; b.param {
			if granted[b.key] && len(b.grants) == 0 {
				b.kind = principal
			}
			b.param = false
		}
	}
	// who is granted something and is not made here
	known := map[string]bool{}
	for _, b := range c.out {
		known[b.key] = true
	}
	for _, b := range slices.Clone(c.out) {
		for _, name := range b.of {
			if !known[name] {
				known[name] = true
				c.out = append(c.out, block{scope: f.path, key: name, kind: principal, text: name, path: f.path, line: b.line, label: strings.TrimPrefix(name, "this.")})
			}
		}
	}
	return c.out
}

type constructReader struct {
	*source
	done map[int]bool
	out  []block
}

// declares says whether a name is given a value where it stands.
func (c *constructReader) declares(id ident) bool {
	from, _ := c.outermost(id.from)
	m := assignedName.FindSubmatchIndex(c.code[from:min(len(c.code), id.to+80)])
	return m != nil && from+m[3] == id.to
}

// outermost gives the bounds of the statement around an offset that stands in a block of
// statements and no call's arguments.
func (c *constructReader) outermost(pos int) (from, to int) {
	for b := c.around(pos); b >= 0; b = c.brackets[b].parent {
		open := c.brackets[b].open
		if c.code[open] == '{' && c.block(open) {
			break
		}
		pos = open
	}
	return c.statement(pos)
}

// block says whether a brace opens statements and no object.
func (c *constructReader) block(open int) bool {
	last, at := c.before(open)
	switch {
	case last == ')':
		return true
	case last == '>':
		return at > 0 && c.code[at-1] == '='
	case !isWord(last):
		return false
	}
	line := bytes.TrimSpace(c.code[lineStart(c.code, open):open])
	switch c.lang {
	case csharp:
		return !bytes.Contains(line, []byte("new "))
	case golang:
		for _, w := range []string{"func ", "if ", "for ", "switch ", "else", "type "} {
			if bytes.HasPrefix(line, []byte(w)) || bytes.HasSuffix(line, []byte(" else")) {
				return true
			}
		}
		return false
	}
	return true
}

// statementAt reads the statement around an offset, once.
func (c *constructReader) statementAt(pos int) {
	from, to := c.outermost(pos)
	for from < to && isSpace(c.code[from]) {
		from++
	}
	if c.done[from] || to <= from {
		return
	}
	c.done[from] = true
	code, data := c.code[from:to], c.data[from:to]
	b := block{scope: c.path, path: c.path, line: c.line(from)}
	assigned := ""
	if m := assignedName.FindSubmatch(code); m != nil {
		assigned = plainName(string(m[1]))
	}
	make := ""
	if m := constructed.FindSubmatch(code); m != nil {
		make = string(m[1])
	}
	first := "" // the construct's own name
	if i := bytes.IndexByte(code, '('); i >= 0 {
		end := min(len(code), i+200)
		for k := i + 1; k < end; k++ {
			if text, _, ok := c.literal(from + k); ok && (code[k] == '"' || code[k] == '\'') {
				first = text
				break
			} else if strings.IndexByte("{(", code[k]) >= 0 {
				break
			}
		}
	}
	var receiver, call string
	if m := calledOn.FindSubmatch(code); m != nil && assigned == "" {
		receiver, call = plainName(string(m[1])), string(m[2])
	}
	grantee := func() {
		for _, m := range granteeOf.FindAllSubmatch(code, -1) {
			b.of = append(b.of, string(m[1]))
		}
	}
	switch {
	case addCall.MatchString(call):
		b.kind, b.of = link, []string{receiver}
	case grantCall.MatchString(call):
		b.kind = link
		if m := firstArgument.FindSubmatch(code); m != nil {
			b.of = []string{plainName(string(m[1]))}
		}
		b.refs = append(b.refs, receiver)
	case strings.HasSuffix(call, "addToPrincipal"):
		b.kind = link
		grantee()
	case linkType.MatchString(make) && granteeOf.Match(code):
		b.kind = link
		if assigned != "" {
			b.kind = document
		}
		grantee()
	case documentType.MatchString(make) || assigned != "" && !principalType.MatchString(make):
		b.kind, b.param = document, !documentType.MatchString(make) // or a principal that something of its own makes
	case principalType.MatchString(make):
		b.kind = principal
	default:
		return
	}
	b.key = assigned
	if b.key == "" {
		b.key = first
	}
	b.label = b.key
	if first != "" && (b.kind == principal || b.param) {
		b.label = first
	}
	if m := roleLabel.FindSubmatch(data); m != nil && b.kind == principal {
		b.label = string(m[1])
	}
	b.text = strings.TrimSpace(make + " " + b.key)
	c.idents(from, to, func(id ident) {
		if id.text != b.key {
			b.refs = append(b.refs, id.text)
		}
	})
	c.grants(&b, from, to)
	c.out = append(c.out, b)
}

var firstArgument = compile(`\(\s*((?:this\.|self\.)?[A-Za-z_]\w*)`)

// plainName is a name without what says whose it is.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '?' || r == '!' || r == ' ' || r == '\n' || r == '\t' {
			return -1
		}
		return r
	}, name)
	name = strings.TrimPrefix(strings.TrimPrefix(name, "this."), "self.")
	return strings.TrimPrefix(name, "_")
}
