// Package walkthrough holds the documentation to its word: the commands on its pages are run against the example server, as
// somebody would who pastes them.
package walkthrough
