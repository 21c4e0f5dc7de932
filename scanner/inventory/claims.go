package inventory

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"

	"leakline/detectors"
)

// claimed are the controls and attestations that documents claim, by their words.
var claimed = []struct {
	name  string
	words *pattern
}{
	{"MFA", compile(`(?i)\bMFA\b|\b2FA\b|multi-?factor|two-?factor|2-?step verification|second factor|\bpasskeys?\b`)},
	{"SCIM", compile(`(?i)\bSCIM\b|directory sync|automatic (?:de)?provisioning`)},
	{"SSO", compile(`(?i)\bSSO\b|single[- ]sign[- ]?on|\bSAML\b`)},
	{"audit", compile(`(?i)\baudit(?:ing)? (?:logs?|trails?|logging)\b|\bactivity logs?\b`)},
	{"roles", compile(`(?i)\bRBAC\b|role-based access`)},
	{"SOC 2", compile(`(?i)\bSOC[ -]?2\b`)},
	{"ISO 27001", compile(`(?i)\bISO(?:/IEC)? ?27001\b`)},
	{"HIPAA", compile(`\bHIPAA\b`)},
	{"PCI DSS", compile(`\bPCI[ -]DSS\b`)},
	{"FedRAMP", compile(`(?i)\bFedRAMP\b`)},
}

// stated are words by which questionnaires mean a control without its name.
var stated = []struct {
	name  string
	words *pattern
}{
	{"audit", compile(`(?i)\b(?:is|are) (?:logged|recorded)\b|\blogs? of\b|\bsign-?in logs?\b|\baudit\b`)},
	{"SSO", compile(`(?i)\bsigns? (?:\w+ ){0,4}in\b.*\b(?:directory|identity provider|IdP)\b|\bown (?:directory|identity provider)\b`)},
	{"roles", compile(`(?i)\bleast privilege\b|\broles? and permissions?\b`)},
	{"sessions", compile(`(?i)\bsessions? (?:last|expire|end|time ?outs?|time-outs?|lifetimes?|lengths?|durations?)\b`)},
	{"network-allow-list", compile(`(?i)\b(?:network|IP|address) allow-? ?lists?\b|\bprivate (?:endpoint|link)s?\b`)},
	{"user-management", compile(`(?i)\b(?:leavers?|offboard\w*|deprovision\w*)\b`)},
}

var (
	// aiEvidence names an AI platform, its console or its logs.
	aiEvidence = compile(`(?i)\b(?:OpenAI|ChatGPT|Anthropic|Claude|Gemini|Google AI Studio|Vertex AI|Azure OpenAI|AI Foundry|Bedrock|Mistral|Cohere|Hugging ?Face|Perplexity|Groq|DeepSeek|OpenRouter|Replicate|LangSmith|Pinecone)\b|\bBedrock[A-Za-z-]*|generativelanguage\.googleapis\.com|aiplatform\.googleapis\.com|(?:api|platform|console)\.(?:openai|anthropic|mistral)\.(?:com|ai)`)
	// authEvidence names a system that signs a product's users in.
	authEvidence = compile(`\b(?:WorkOS|Auth0|Okta|Clerk|Stytch|Descope|Cognito|Keycloak|Entra External ID|Azure AD B2C|Firebase Auth\w*|Supabase Auth|FusionAuth|Frontegg|PropelAuth|ZITADEL|Ory|Ping(?:One|Federate))\b`)

	affirms  = compile(`(?i)(?:^|\|)\s*yes\b|\b(?:supports?|supported|enforced?|enforces|requires?|required|mandatory|enabled|available|provides?|provided|offers?|offered|via|through|with|by|uses?|using|signs? in|yes|certified|certification|audited|compliant|attested|accounts are|for all|has|have)\b|✅|✓`)
	denies   = compile(`(?i)\b(?:not|no|never|without|planned|plan to|soon|roadmap|todo|will|would|should|could|consider|future|upcoming|unsupported|lacks?|until|if you)\b|n't\b|\?\s*$|❌|✗`)
	product  = compile(`(?i)\b(?:our (?:sign-?in|log-?in|product|app(?:lication)?|service|platform|users)|the product|customers?|tenants?|end users?|all users|we are|every \w+'s (?:account|sign-?in)|your (?:account|data|people|staff|users?|organi[sz]ation)|accounts? of)\b`)
	attested = compile(`(?i)\b(?:reports?|certificates?|certifications?|attestations?|evidence|screenshots?|letters?|console|settings|workspace)\b`)
	// signInTo speaks of the sign-in of what its group names.
	signInTo = compile(`(?i)\b(?:sign-?ins?|log-?ins?|authentication) (?:to|into|of|in|for) ([\w-]+)`)
	seats    = compile(`(?i)\b(?:team|staff|employees?|engineers?|developers?|workforce|colleagues|our people)\b`)
	aDay     = compile(`\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b`)

	claimFile    = compile(`(?i)(?:^|/)(?:security|trust|compliance|privacy|faq)[^/]*$|^readme[^/]*$|(?:^|/)(?:docs?|website|pages|content)/(?:[^/]+/)*[^/]*(?:security|trust|complian|questionnaire|assurance|procurement|due-?diligence|enterprise|features|pricing|sales|faq|buyers?|customers?|for-[a-z]+)[^/]*$`)
	evidenceFile = compile(`(?i)complian|evidence|questionnaire|assurance|caiq|security|trust|audit|attest|controls?\.(?:ya?ml|json)$|vendor-?(?:review|assessment)`)
	evidenceKey  = compile(`(?i)^(?:-\s*)?["']?(evidence|proof|artifacts?|artefacts?|source|attachment|reference)["']?\s*:\s*(.*)$`)
	anyKey       = compile(`^(-\s*)?["']?([\w .-]+?)["']?\s*:(?:\s+(.*)|\s*)$`)
	treeFile     = compile(`(?:^|[\s"'])(?:[\w.-]+/)*[\w-]+\.(?:java|kt|rb|py|go|ts|tsx|js|php|cs|rs|tf|json|ya?ml|toml|properties|txt|md|bicep)\b`)
)

// claims finds what documents, questionnaires and lists of controls claim. A claim's
// layer is the one that it speaks of: the product, unless it says that it speaks of
// the team's AI platform. Its grants are the layers of the evidence that it names.
func (r *Reader) claims(f *file, add func(Sighting)) {
	switch f.ext {
	case ".md", ".mdx", ".rst", ".adoc", ".txt", ".html":
		if claimFile.MatchString(f.path) {
			documentClaims(f, add)
		}
	case ".csv", ".tsv":
		if (evidenceFile.MatchString(f.path) || claimFile.MatchString(f.path)) && evidenceWord.Match(f.data) {
			tableClaims(f, add)
		}
	case ".json", ".yml", ".yaml", ".toml":
		if evidenceFile.MatchString(f.path) && evidenceWord.Match(f.data) {
			listClaims(f, add)
		}
	}
}

var evidenceWord = compile(`(?i)evidence|proof|art[ei]facts?|attachment`)

// documentClaims reads the sentences of a document; one may go on over several lines.
func documentClaims(f *file, add func(Sighting)) {
	fenced, begin, at := false, -1, 0
	var table *claimTable
	rows := 0
	end := func(to int) { // of what was begun
		if begin >= 0 {
			sentences(f, begin, to, add)
		}
		begin = -1
	}
	for line := range bytes.Lines(f.data) {
		text := strings.TrimSpace(string(line))
		switch {
		case strings.HasPrefix(text, "```"):
			end(at)
			fenced = !fenced
		case fenced:
		case text == "" || strings.HasPrefix(text, "#"):
			end(at)
		case strings.HasPrefix(text, "|") && (rows == 0 || table != nil):
			end(at)
			cells := strings.Split(strings.Trim(text, "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			switch t := (&claimTable{}); {
			case rows == 0 && t.heads(cells):
				table = t
			case rows == 0:
				begin = at
			case strings.Trim(text, "|-: ") != "":
				table.row(cells, f.line(at), add)
			}
			rows++
			at += len(line)
			continue
		case begin < 0 || beginsAnew.MatchString(text) || at-begin > 4<<10:
			end(at)
			begin = at
		}
		if !strings.HasPrefix(text, "|") {
			table, rows = nil, 0
		}
		at += len(line)
	}
	end(at)
}

var (
	// beginsAnew is a line that goes on with nothing: an entry of a list, a row, a quote.
	beginsAnew  = compile(`^(?:[-*+>|]|[0-9]+[.)]\s)`)
	sentenceEnd = compile(`[.!?](?:\s|$)`)
)

// sentences reads a paragraph.
func sentences(f *file, from, to int, add func(Sighting)) {
	for from < to {
		next := to
		if m := sentenceEnd.FindIndex(f.data[from:to]); m != nil {
			next = from + m[1]
		}
		sentence(f, from, next, add)
		from = next
	}
}

func sentence(f *file, from, to int, add func(Sighting)) {
	text := strings.Join(strings.Fields(string(f.data[from:to])), " ")
	if text == "" || denies.MatchString(text) || !affirms.MatchString(text) {
		return
	}
	for _, c := range claimed {
		m := c.words.FindIndex(f.data[from:to])
		if m == nil {
			continue
		}
		s := Sighting{Kind: Claim, Layer: detectors.ApplicationAuth, Name: c.name, How: ByText, Line: f.line(from + m[0]), Text: strings.Join(strings.Fields(string(f.data[from+m[0]:from+m[1]])), " ")}
		switch ai := aiEvidence.MatchString(text); {
		case ai && (product.MatchString(text) || productSignIn(text)) && attested.MatchString(text) && !seats.MatchString(text):
			s.Grants = []string{string(detectors.AIPlatform)}
			if e := aiEvidence.FindIndex(f.data[from:to]); e != nil && f.line(from+e[0]) != s.Line {
				s.Parts = []Part{{Kind: Claim, Layer: detectors.AIPlatform, Path: f.path, Line: f.line(from + e[0]), Text: string(f.data[from+e[0] : from+e[1]])}}
			}
		case ai:
			s.Layer = detectors.AIPlatform
		}
		add(s)
	}
}

// productSignIn says whether a sentence speaks of the sign-in of something that is no AI
// platform.
func productSignIn(text string) bool {
	m := signInTo.FindStringSubmatch(text)
	return m != nil && !aiEvidence.MatchString(m[1]) && !strings.EqualFold(m[1], "the") && !strings.EqualFold(m[1], "our")
}

// entry is one entry of a list of controls: lines with keys at one indent.
type claimLine struct {
	at, indent int
	key, value string
}

// listClaims reads the entries of a questionnaire or a list of controls: a statement
// beside what is handed in as its evidence.
func listClaims(f *file, add func(Sighting)) {
	var lines []claimLine
	at := 0
	for _, line := range strings.Split(string(f.data), "\n") {
		text := line
		trimmed := strings.TrimLeft(text, " \t")
		if f.ext == ".toml" {
			if strings.HasPrefix(trimmed, "[") { // where a table begins
				lines = append(lines, claimLine{at, 0, "", ""})
			}
			trimmed = strings.Replace(trimmed, " = ", ": ", 1)
			text = trimmed
		}
		if m := anyKey.FindStringSubmatch(strings.TrimRight(strings.TrimSpace(text), ",")); m != nil {
			lines = append(lines, claimLine{at, len(text) - len(trimmed) + len(m[1]), strings.ToLower(m[2]), strings.Trim(m[3], `"' `)})
		} else if trimmed != "" && strings.Trim(trimmed, "{}[], \t\r") == "" {
			lines = append(lines, claimLine{at, len(text) - len(trimmed), "", ""}) // where an entry begins or ends
		}
		at += len(line) + 1
	}
	for i, l := range lines {
		if i > 5000 { // no list that somebody wrote
			break
		}
		if l.key == "" || !evidenceKey.MatchString(l.key+": "+l.value) {
			continue
		}
		handed := []claimLine{l}
		if l.value == "" {
			handed = itemsBelow(f.data, l)
		}
		if len(handed) == 0 {
			continue
		}
		said, section, refused := siblings(lines, i)
		name := nameOf(said)
		if name == "" {
			name = nameOf(section)
		}
		if name == "" || refused {
			continue
		}
		s := Sighting{Kind: Claim, Layer: detectors.ApplicationAuth, Name: name, How: ByConfig, Text: "evidence"}
		sections := strings.FieldsFunc(strings.ToLower(section), func(c rune) bool { return c == '\n' })
		apart := detectors.Layer("")
		for _, one := range sections {
			switch strings.ReplaceAll(one, "_", "-") {
			case "ai-platform", "ai", "platform", "ai-provider", "ai-service":
				apart = detectors.AIPlatform
			case "application-auth", "application", "product", "app", "customers":
				apart = detectors.ApplicationAuth
			}
		}
		switch {
		case apart != "":
			s.Layer = apart
		case seats.MatchString(said) && aiEvidence.MatchString(said):
			s.Layer = detectors.AIPlatform
		}
		for _, h := range handed {
			one := s
			one.Line, one.Version = f.line(h.at), aDay.FindString(h.value)
			one.handed(h.value, apart)
			add(one)
		}
	}
}

// itemsBelow are the entries of a list that is the value of a key.
func itemsBelow(data []byte, key claimLine) []claimLine {
	var out []claimLine
	at := key.at
	for line := range bytes.Lines(data[key.at:]) {
		text := strings.TrimSpace(string(line))
		item, ok := strings.CutPrefix(text, "- ")
		if depth := len(line) - len(bytes.TrimLeft(line, " \t")); at > key.at && (!ok || depth < key.indent) {
			break
		}
		if ok && at > key.at {
			out = append(out, claimLine{at, key.indent, key.key, strings.Trim(item, `"' `)})
		}
		at += len(line)
	}
	return out
}

// tableClaims reads a questionnaire that is a table: the question, the answer and what
// is handed in as its evidence stand in columns of these names.
func tableClaims(f *file, add func(Sighting)) {
	head, _, _ := bytes.Cut(f.data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(f.data))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	for _, sep := range []rune{'\t', ';', ','} {
		if bytes.ContainsRune(head, sep) {
			r.Comma = sep
			break
		}
	}
	var t claimTable
	for n := 0; n < 5000; n++ { // no list that somebody wrote has more
		row, err := r.Read()
		if err != nil || n == 0 && !t.heads(row) {
			return
		}
		if n > 0 && t.evidence < len(row) {
			line, _ := r.FieldPos(t.evidence)
			t.row(row, line, add)
		}
	}
}

// claimTable are the columns of a questionnaire: what is handed in, and the answer, if
// it has a column of its own.
type claimTable struct{ evidence, answer int }

// heads reads the titles of the columns; it says whether one is of evidence.
func (t *claimTable) heads(titles []string) bool {
	t.evidence, t.answer = -1, -1
	for i, title := range titles {
		switch title = strings.ToLower(strings.Trim(title, " *_`")); {
		case evidenceWord.MatchString(title):
			t.evidence = i
		case title == "answer", title == "response", title == "status":
			t.answer = i
		}
	}
	return t.evidence >= 0
}

// row reads one answer.
func (t *claimTable) row(row []string, line int, add func(Sighting)) {
	if t.evidence >= len(row) || row[t.evidence] == "" || t.answer >= 0 && t.answer < len(row) && refused.MatchString(row[t.answer]) {
		return
	}
	evidence := row[t.evidence]
	said := strings.Join(slices.Delete(slices.Clone(row), t.evidence, t.evidence+1), "\n")
	name := nameOf(said)
	if name == "" {
		return
	}
	s := Sighting{Kind: Claim, Layer: detectors.ApplicationAuth, Name: name, How: ByConfig, Line: line, Text: "evidence", Version: aDay.FindString(evidence)}
	if seats.MatchString(said) && aiEvidence.MatchString(said) || aiQuestion.MatchString(said) {
		s.Layer = detectors.AIPlatform
	}
	s.handed(evidence, "")
	add(s)
}

// refused is an answer that claims nothing, aiQuestion asks about the AI service.
var (
	refused    = compile(`(?i)^\s*(?:no\b|false\b|n/?a\b|none\b|partial|planned|nobody\b|not\b)`)
	aiQuestion = compile(`(?i)\b(?:AI|model|LLM) (?:provider|platform|service|vendor)|\bsub-?processors?\b`)
)

// handed notes the layer that the evidence of a claim is of; apart is the layer of the
// list in which it stands, if it has one.
func (s *Sighting) handed(evidence string, apart detectors.Layer) {
	m := aiEvidence.FindString(evidence)
	switch {
	case m != "":
		s.Grants, s.Text = []string{string(detectors.AIPlatform)}, m
	case apart != "":
		s.Grants = []string{string(apart)}
	case treeFile.MatchString(evidence):
	case authEvidence.MatchString(evidence):
		s.Grants, s.Text = []string{string(detectors.ApplicationAuth)}, authEvidence.FindString(evidence)
	}
}

// siblings gives what the entry of a line says beside it, the keys above the entry, one
// a line, and whether its answer is no.
func siblings(lines []claimLine, i int) (said, section string, refused bool) {
	depth := lines[i].indent
	take := func(l claimLine) bool {
		if l.indent < depth || l.key == "" && l.indent <= depth {
			return false
		}
		if l.indent == depth {
			said += "\n" + l.value
			refused = refused || (l.key == "answer" || l.key == "status" || l.key == "response") && slices.Contains([]string{"no", "false", "n/a", "partial", "planned"}, strings.ToLower(l.value))
		}
		return true
	}
	up := i - 1
	for ; up >= 0 && i-up < 12 && take(lines[up]); up-- {
		if lines[up].key == "id" { // the first of a list's entry
			break
		}
	}
	for down := i + 1; down < len(lines) && down-i < 6 && lines[down].key != "id" && take(lines[down]); down++ {
	}
	for k := i; k >= 0 && i-k < 1000; k-- {
		if lines[k].indent < depth && lines[k].key != "" && lines[k].value == "" {
			section = lines[k].key + "\n" + section
			depth = lines[k].indent
		}
	}
	return said, section, refused
}

// nameOf is the control that a text is about.
func nameOf(text string) string {
	for _, c := range claimed {
		if c.words.MatchString(text) {
			return c.name
		}
	}
	for _, c := range stated {
		if c.words.MatchString(text) {
			return c.name
		}
	}
	return ""
}
