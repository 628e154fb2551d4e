package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// ReadFile reads the key ring in the file at path. A file that others than its owner may read or write is refused, except
// on Windows, whose file modes do not tell.
func ReadFile(path string) (*Ring, error) {
	keys, err := readKeys(path)
	if err != nil {
		return nil, err
	}
	ring, err := New(keys...)
	if err != nil {
		return nil, fmt.Errorf("%w (in %s)", err, path)
	}
	return ring, nil
}

// CreateFile reads the key ring in the file at path, and where there is no such file makes one with a new key and mode
// 0600. Of any number of processes that do so at once one makes it and all read the same.
func CreateFile(path string) (*Ring, error) {
	ring, err := ReadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return ring, err
	}
	if err := create(path, format(NewKey())); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return ReadFile(path)
}

func readKeys(path string) ([]Key, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	defer file.Close()
	if err := checkMode(file); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("seal: %s is too long for a key ring", path)
	}
	keys, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%w (in %s)", err, path)
	}
	return keys, nil
}

// checkMode looks at the open file: at the path there may be another by now.
func checkMode(file *os.File) error {
	info, err := file.Stat()
	switch {
	case err != nil:
		return fmt.Errorf("seal: %w", err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("seal: %s is not a file", file.Name())
	case info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows":
		return fmt.Errorf("seal: %s has mode %04o, so that others can reach the keys: it must be 0600", file.Name(), info.Mode().Perm())
	}
	return nil
}

// create makes the file at path with this text, all or nothing; fs.ErrExist where there is one. It writes another file
// and links it to path, since who finds a file at path must find all of it.
func create(path, text string) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if err := write(file, text); err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil {
		return err
	}
	return syncDir(path)
}

// write puts text on the disk and closes file.
func write(file *os.File, text string) error {
	_, err := file.WriteString(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// syncDir makes a new name at path durable.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
