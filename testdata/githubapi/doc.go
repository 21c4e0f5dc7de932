// Package githubapi answers for tests "is this what GitHub documents?": it checks
// requests to GitHub, and the answers of a fake of it, against the description of its
// REST API that GitHub publishes.
//
// Principal types: [Description]; [Load] reads what testdata/tools/install.sh has put
// outside of the tree, [Description.Handler] stands before a fake and fails the test
// with a line for each difference, [Description.Fill] adds to an object of a fake what
// the description requires besides.
//
// The one decision: what the description does not have is a difference, too, so an
// object may have no member that its schema does not name. A fake that invents one, and
// a reader that lives on it, would agree with each other and with nobody else. For the
// same reason a status that an operation does not document is a difference: faults are
// tested without this.
//
// Source: https://github.com/github/rest-api-description (OpenAPI 3.0.3), as published
// in the package @octokit/openapi of npm. Two files of it are used: api.github.com.json
// and, for what only GitHub Enterprise Cloud has, ghec.json.
package githubapi
