// Package errors holds what Sesame says when it refuses: one error type, the kinds that a caller can match, and the
// only writers of failure bodies.
//
// Import it as autherr:
//
//	import autherr "github.com/seed-f67351ce/sesame/errors"
//
// An [Error] has two sides. Message, Additional and Reference are sent to the caller; Reason and Cause are for logs
// and are never sent. Whatever is not an [Error] becomes a 500 that says nothing. Two writers ship: [Document], with
// four members that are always present, and [Problem], the problem details of RFC 9457. A host that wants another
// shape implements [Writer].
package errors
