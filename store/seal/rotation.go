package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// AddKey puts a new key behind the first one of the file at path, where it opens and does not seal yet, and returns its
// ID.
func AddKey(path string) (id string, err error) {
	key := NewKey()
	err = rewrite(path, func(keys []Key) ([]Key, error) {
		return slices.Insert(keys, min(1, len(keys)), key), nil
	})
	if err != nil {
		return "", err
	}
	return key.ID(), nil
}

// UseKey puts the key with this ID to the front of the file at path: from the next start on it seals.
func UseKey(path, id string) error {
	return rewrite(path, func(keys []Key) ([]Key, error) {
		i := slices.IndexFunc(keys, func(k Key) bool { return k.ID() == id })
		if i < 0 {
			return nil, fmt.Errorf("%w: %s", ErrKeyMissing, id)
		}
		key := keys[i]
		return slices.Insert(slices.Delete(keys, i, i+1), 0, key), nil
	})
}

// rewrite replaces the keys of the file at path by what change makes of them. The next file is the lock at the same
// time: while it is there nobody else reads in order to write, and the rename that makes it the file takes it away.
func rewrite(path string, change func([]Key) ([]Key, error)) error {
	next := path + ".next"
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("seal: somebody else is changing the key ring; if not, remove %s, which was left behind", next)
	}
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	keys, err := readKeys(path)
	if err == nil {
		keys, err = change(keys)
	}
	if err != nil {
		return errors.Join(err, file.Close(), os.Remove(next))
	}
	if err := write(file, format(keys...)); err != nil {
		return errors.Join(fmt.Errorf("seal: %w", err), os.Remove(next))
	}
	if err := os.Rename(next, path); err != nil {
		return errors.Join(fmt.Errorf("seal: %w", err), os.Remove(next))
	}
	return syncDir(path)
}
