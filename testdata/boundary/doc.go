// Package boundary is a set of 40 small applications with a known truth: which AI
// platforms and which application-auth systems each uses and where that shows, which
// controls, credentials and joins between the two planes it has, and what in it goes
// against a rule of the identity boundary.
//
// Principal types: [App], one application; [Truth], what a reader of it has to say.
// [Load] reads the set, [App.Write] lays an application down as files.
//
// The one decision: the truth was written by people who read the application, before
// there was a rule to agree with. Where a rule and the truth differ, it is the rule
// that is looked at first; a truth that proves wrong is corrected in a change of its own.
//
// # The set
//
// There are five applications in each of eight stacks, in apps/NAME. Ten are clean:
// ordinary AI products, of which a check says nothing at all. The others hold planted
// violations, at least two of each rule in different stacks. Three play a breach that
// was in the news, by its pattern alone: an AI route with no identity check in front,
// tokens in published developer artefacts, keys in exported chats. For each rule at
// least one application looks as if it broke it and does not.
//
// Beside the set stand the applications of taught: written by people who had not read the
// readers and rules, in some forty stacks, and scored before anybody looked at what was
// missed; then what they showed to be unknown was learned. So they are no judges any
// more, and keep what was learned from being lost (testdata/golden/boundary-taught.txt).
// Several people wrote them and some truths contradict others: which package's version
// is a use's, whether a declaration is a control if the evidence is of the other layer,
// and to which of three lines of an open route a reader is sent.
//
// # The files
//
// They are read as they stand, with two exceptions. A name that the Go tool or git
// would act on here (go.mod, go.work, *.go, *.test, .gitignore, .gitattributes) has ".in"
// behind it, which is not part of the name. And no secret stands in them:
//
//	<<DETECTOR>> or <<DETECTOR:LABEL>>
//
// stands for a generated credential of a detector of the catalogue, its first sample.
// The same detector and label give the same secret everywhere in an application;
// without a label each place has its own. Two applications never share one.
//
// # The truth
//
// truth.toml in the application's folder. A place is "FILE:LINE", lines counted from 1;
// the line without the white space around it is repeated as its text, secrets in
// notation, so that a truth which is out of step with its files fails a test. Names of
// credentials are kept, values never.
//
//   - about, stack, clean, breach (the pattern, or empty), as_of (the day on which it is
//     asked; empty: 2026-01-05)
//   - use: an AI platform ("provider") or an application-auth system ("system"), the
//     version as the manifest writes it, and every place that shows it. A place is a
//     line with one of: the entry of a manifest (in a pom the artifactId); an import
//     (without one, the full name of a class of the client); the provider's
//     host; the name of its setting or variable; the action, resource or image of
//     Terraform, Bicep, Kubernetes or Compose; an MCP server; for "own" the
//     session, token or password library and the line that starts or verifies with it.
//     Not: a comment, documentation (*.md, *.txt), CODEOWNERS, .leakline.toml, a call
//     on an object that was imported elsewhere, a model's name, or a chat's text.
//     A place of which the credential's value is the only sign is not listed. All
//     places listed are to be found; a further line of a use that is listed is not
//     false, a use that is not listed is.
//     Names with a blank ("saml library", "oidc library", "scim library") are kinds.
//     A library that only checks another system's tokens (PyJWT beside Auth0) is not
//     "own", and sign-in of the team to the AI platform (Okta in front of ChatGPT) is no
//     system of the application: it is a control of the AI platform.
//   - control: layer, control, standing ("shown" by code, "declared" by whom and when),
//     and the one line that says it best; a reader may name further lines of the same
//     control. What is not listed is not shown.
//   - identity: a credential's or client's name, its layer, subject and privilege in the
//     words of package detectors: of the value where there is one, else what all
//     credentials of that name have in common (empty: not shown); the place that makes
//     it known best, and the owner: that of the layer in .leakline.toml, else what
//     CODEOWNERS says of the file, else none
//   - edge: a credential that joins the planes: from, to, by (an identity), its place
//   - violation: the rule, the place to which a reader is sent, the other places that
//     belong to it, and why
//   - near_miss: the rule that it looks like, the place, and why it is not one
//   - question: what is not shown and has to be asked, by control ("owner": who owns it)
//   - left: a person who has left, since when, and where that is written
//   - commit: author, email, time and files, oldest first; without any, all files came in
//     one commit on 2026-01-05
//
// # One fault, one rule
//
// A credential at fault is reported once, by the rule that says most. An AI key that
// signs is ai-key-signs and not same-secret-both-layers. An admin key whose use is seen
// to be project work is admin-key-for-project-work and not platform-admin-in-application,
// which is for admin and directory material that does its own work in the wrong place;
// a person's key is personal-key-in-production. Where a content check stands in the
// place of authentication it is safety-instead-of-authentication and not
// ai-route-without-identity. server-secret-in-client is for what a browser loads,
// secret-in-published-artefact for packages, images, extensions, their source maps and
// the outputs of notebooks. A key of either layer in an exported chat is
// key-in-exported-chat; auth-admin-in-ai-tooling is for what the tooling itself reads.
//
// # History and policy
//
// Some applications have, in .leakline.toml, two tables beyond owners, directories and
// environments, which are a proposal to the author of the rules:
// boundaries.policy.max_age (or max-age, as the help writes it), the age at which a
// credential is too old, and boundaries.people.left, who has left and when.
package boundary
