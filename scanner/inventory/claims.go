package inventory

import (
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
	{"user-management", compile(`(?i)\b(?:leavers?|offboard\w*|deprovision\w*)\b`)},
}

var (
	// aiEvidence names an AI platform, its console or its logs.
	aiEvidence = compile(`(?i)\b(?:OpenAI|ChatGPT|Anthropic|Claude|Gemini|Google AI Studio|Vertex AI|Azure OpenAI|AI Foundry|Bedrock|Mistral|Cohere|Hugging ?Face|Perplexity|Groq|DeepSeek|OpenRouter|Replicate|LangSmith|Pinecone)\b|generativelanguage\.googleapis\.com|aiplatform\.googleapis\.com|(?:api|platform|console)\.(?:openai|anthropic|mistral)\.(?:com|ai)`)
	// authEvidence names a system that signs a product's users in.
	authEvidence = compile(`\b(?:WorkOS|Auth0|Okta|Clerk|Stytch|Descope|Cognito|Keycloak|Entra External ID|Azure AD B2C|Firebase Auth\w*|Supabase Auth|FusionAuth|Frontegg|PropelAuth|ZITADEL|Ory|Ping(?:One|Federate))\b`)

	affirms  = compile(`(?i)\b(?:supports?|supported|enforced?|enforces|requires?|required|mandatory|enabled|available|provides?|provided|offers?|offered|via|through|with|by|uses?|using|signs? in|yes|certified|certification|audited|compliant|attested|accounts are|for all|has|have)\b|✅|✓`)
	denies   = compile(`(?i)\b(?:not|no|never|without|planned|plan to|soon|roadmap|todo|will|would|should|could|consider|future|upcoming|unsupported|lacks?|until|if you)\b|n't\b|\?\s*$|❌|✗`)
	product  = compile(`(?i)\b(?:our (?:sign-?in|log-?in|product|app(?:lication)?|service|platform|users)|the product|customers?|tenants?|end users?|all users|we are)\b`)
	attested = compile(`(?i)\b(?:report|certificate|certification|attestation|evidence|screenshot|letter)\b`)
	seats    = compile(`(?i)\b(?:team|staff|employees?|engineers?|developers?|workforce|colleagues|our people)\b`)
	aDay     = compile(`\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b`)

	claimFile    = compile(`(?i)(?:^|/)(?:security|trust|compliance|privacy|faq)[^/]*$|^readme[^/]*$|(?:^|/)(?:docs?|website|pages|content)/(?:[^/]+/)*[^/]*(?:security|trust|complian|questionnaire|assurance)[^/]*$`)
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
	case ".json", ".yml", ".yaml":
		if evidenceFile.MatchString(f.path) && evidenceWord.Match(f.data) {
			listClaims(f, add)
		}
	}
}

var evidenceWord = compile(`(?i)evidence|proof|art[ei]facts?|attachment`)

// documentClaims reads the sentences of a document.
func documentClaims(f *file, add func(Sighting)) {
	fenced := false
	at := 0
	for _, text := range strings.Split(string(f.data), "\n") {
		begin := at
		at += len(text) + 1
		trimmed := strings.TrimSpace(text)
		if strings.HasPrefix(trimmed, "```") {
			fenced = !fenced
		}
		if fenced || trimmed == "" || strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "```") || denies.MatchString(trimmed) || !affirms.MatchString(trimmed) {
			continue
		}
		for _, c := range claimed {
			m := c.words.FindString(text)
			if m == "" {
				continue
			}
			s := Sighting{Kind: Claim, Layer: detectors.ApplicationAuth, Name: c.name, How: ByText, Line: f.line(begin), Text: m}
			switch ai := aiEvidence.MatchString(text); {
			case ai && product.MatchString(text) && attested.MatchString(text):
				s.Grants = []string{string(detectors.AIPlatform)}
			case ai:
				s.Layer = detectors.AIPlatform
			}
			add(s)
		}
	}
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
	for _, text := range strings.Split(string(f.data), "\n") {
		trimmed := strings.TrimLeft(text, " \t")
		if m := anyKey.FindStringSubmatch(strings.TrimRight(strings.TrimSpace(text), ",")); m != nil {
			lines = append(lines, claimLine{at, len(text) - len(trimmed) + len(m[1]), strings.ToLower(m[2]), strings.Trim(m[3], `"' `)})
		} else if trimmed != "" && strings.Trim(trimmed, "{}[], \t\r") == "" {
			lines = append(lines, claimLine{at, len(text) - len(trimmed), "", ""}) // where an entry begins or ends
		}
		at += len(text) + 1
	}
	for i, l := range lines {
		if i > 5000 { // no list that somebody wrote
			break
		}
		if l.value == "" || l.key == "" || !evidenceKey.MatchString(l.key+": "+l.value) {
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
		s := Sighting{Kind: Claim, Layer: detectors.ApplicationAuth, Name: name, How: ByConfig, Line: f.line(l.at), Version: aDay.FindString(l.value)}
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
		m := aiEvidence.FindString(l.value)
		switch {
		case m != "":
			s.Grants, s.Text = []string{string(detectors.AIPlatform)}, m
		case apart != "":
			s.Grants, s.Text = []string{string(apart)}, "evidence"
		case treeFile.MatchString(l.value):
			s.Text = "evidence"
		case authEvidence.MatchString(l.value):
			s.Grants, s.Text = []string{string(detectors.ApplicationAuth)}, authEvidence.FindString(l.value)
		default:
			s.Text = "evidence"
		}
		add(s)
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
