package sqlstore

import (
	"errors"
	"io/fs"
	"os"
)

// companions end the names of the files that SQLite has beside a database: its write-ahead log and the log's index.
var companions = [...]string{"-wal", "-shm"}

// files are a database and its companions, as they were at some time. None is the zero value.
type files [1 + len(companions)]os.FileInfo

// filesAt are the files at path now. It opens none of them.
func filesAt(path string) (files, error) {
	var now files
	for i, end := range append([]string{""}, companions[:]...) {
		info, err := os.Stat(path + end)
		if err != nil {
			return now, err
		}
		now[i] = info
	}
	return now, nil
}

// same says whether these are the same files, by device and inode.
func (f files) same(other files) bool {
	for i := range f {
		if f[i] == nil || other[i] == nil || !os.SameFile(f[i], other[i]) {
			return false
		}
	}
	return true
}

// clearAfter removes the companions that a database left at path, where another database is there by now: SQLite would
// apply the old one's log to it. The caller still has the files open, so that no other file can have their numbers. Where
// the path is empty they stay, for the database may come back.
func (f files) clearAfter(path string) error {
	return withFolderLocked(path, func() error {
		now, err := os.Stat(path)
		if err != nil || os.SameFile(now, f[0]) {
			return nil
		}
		for i, end := range companions {
			left, err := os.Stat(path + end)
			if err == nil && os.SameFile(left, f[1+i]) {
				err = os.Remove(path + end)
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return nil
	})
}
