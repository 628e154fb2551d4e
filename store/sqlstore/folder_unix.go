//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package sqlstore

import (
	"os"
	"path/filepath"
	"syscall"
)

// withFolderLocked runs do while this process alone makes or clears away files in the folder of path. What do did is on
// the disk when it returns.
func withFolderLocked(path string, do func() error) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer folder.Close() // and that ends the lock
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return folder.Sync()
}
