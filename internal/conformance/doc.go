// Package conformance joins the list of requirements with the tests that hold them.
//
// The list is docs/conformance/requirements.csv: one row for each thing that an RFC or a security practice asks of this
// library. A test holds a row by carrying the row's id in its name:
//
//	t.Run("RFC7617-2-03 split at the first colon only", …)
//
// and by passing: a test that failed, or of which everything was skipped, holds nothing. [Read] collects the outcomes
// of `go test -json`, [NewMatrix] joins them with the list, and the matrix is written as Markdown and compared with
// the committed one, so that a row that was held once cannot be lost unseen. [Plain] turns the same stream into what
// go test prints without -json, so that one run of the tests serves both.
package conformance
