package inventory

import (
	"slices"
	"strings"

	"leakline/detectors"
)

// app and platform make a line that shows a control of their layer.
func app(control, files, word, pattern string) line {
	return line{kind: Control, layer: detectors.ApplicationAuth, name: control, files: files, word: word, pattern: pattern, how: ByCode}
}

func platform(control, files, word, pattern string) line {
	return line{kind: Control, layer: detectors.AIPlatform, name: control, files: files, word: word, pattern: pattern, how: ByConfig}
}

// within makes a line count only in files in which a word stands, too.
func within(word string, l line) line {
	l.with = word
	return l
}

// enterprise are sign-in drivers of a customer's own directory, in which people work.
const enterprise = `(?:okta|azure(?:-?ad)?|azuread|entra|microsoft|saml2?|onelogin|auth0|zitadel|authentik|fusionauth|casdoor|oidc|openid(?:_?connect)?|sso|keycloak|workos|jumpcloud|ping\w*|adfs|google-workspace)`

// social are those of a person's own account elsewhere.
const social = `(?:google|github|gitlab|facebook|apple|twitter|linkedin|discord|slack|bitbucket|spotify|twitch)`

// aiScim are names of what provisions people into an AI platform.
const aiScim = `\b(?:CLAUDE|ANTHROPIC|OPENAI|CHATGPT|MISTRAL|GEMINI|CURSOR|COPILOT|PERPLEXITY|HUGGINGFACE|HF|GLEAN|LANGSMITH|DATABRICKS|LITELLM|COHERE|WANDB|ELEVENLABS|WRITER)_SCIM_\w+`

// each makes a line for each of several words, which costs less than a short word that
// all of them have.
func each(control, files, words, pattern string) []line {
	var out []line
	for _, word := range strings.Fields(words) {
		out = append(out, app(control, files, word, pattern))
	}
	return out
}

// called makes lines for calls in the words of any language: what is done, with whom.
// Verbs are written without their first letter, which may be a capital.
func called(control, files, verbs, nouns string) []line {
	var out []line
	for _, verb := range strings.Fields(verbs) {
		for _, noun := range strings.Fields(nouns) {
			for _, word := range []string{verb + noun, verb + "_" + strings.ToLower(noun)} {
				out = append(out, app(control, files, word, `\b[A-Za-z]`+word+`s?(?:(?:Of|For|By|Or|In|On|From|Access|Only|Level|Async|_of|_for|_by|_or|_in|_from|_access|_level)\w*)?\s*!?\(`))
			}
		}
	}
	return out
}

// inPrograms are files of programs.
const inPrograms = inScript + " .py .rb .go .java .kt .cs .php .rs .ex"

// applicationControls are the lines that show a control of the application.
func applicationControls() []line {
	return slices.Concat(signInControls(), factorControls(), roleControls(), peopleControls(), sessionControls(), tenantControls(), directoryControls(), spokenControls())
}
