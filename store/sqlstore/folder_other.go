//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package sqlstore

// withFolderLocked runs do. Here a file that is open cannot be removed or replaced, so there is nothing to be kept apart.
func withFolderLocked(_ string, do func() error) error { return do() }
