// Package house reads the repository's own sources, for tests that keep the house in order: who may import whom, which
// names are not used, that every page's Go code compiles, and that every message that a caller can get is explained.
//
// [Read] parses every Go file of every module, so that a file of another platform, or of a module that is not in the
// workspace, is seen too.
package house
