package sqlstore_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// mount gives a small file system of its own, or skips the test where it may not mount one.
func mount(t *testing.T, size string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size="+size)
	if err != nil && os.Getenv("CI") != "" {
		t.Fatalf("cannot mount a small file system: %v", err)
	}
	if err != nil {
		t.Skipf("needs a small file system, which only root may mount: %v", err)
	}
	t.Cleanup(func() { assert.NoError(t, syscall.Unmount(folder, 0)) })
	return folder
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	ballast, err := os.Create(path)
	require.NoError(t, err)
	defer ballast.Close()
	for size := 1 << 16; size > 0; size /= 2 {
		for err = nil; err == nil; {
			_, err = ballast.Write(make([]byte, size))
		}
		require.ErrorIs(t, err, syscall.ENOSPC)
	}
}

func TestADiskIsFull(t *testing.T) {
	folder := mount(t, "6m")
	path := filepath.Join(folder, "sesame.db")
	db := openFile(t, path)
	s := storeOf(t, db)
	prepareCalls(t, s)
	fill(t, filepath.Join(folder, "ballast"))
	claimed, failures := 0, 0
	for n := 0; failures < 10 && n < 10_000; n++ { // what is left of the log's pages may take some
		switch err := timed(t, func() error { return s.Claim(t.Context(), store.DigestOf(fmt.Sprint(claimed)), end) }); {
		case err == nil:
			claimed++
		case errors.Is(err, store.ErrUsed): // it failed after it was done, which is allowed
			claimed++
		default:
			broken(t, err, "a claim on a full disk")
			failures++
		}
	}
	require.Equal(t, 10, failures)
	_, err := s.LookUpToken(t.Context(), store.DigestOf("t"))
	assert.NoError(t, err, "what is there can be read")

	require.NoError(t, os.Remove(filepath.Join(folder, "ballast")))
	heals(t, func() error { return s.Claim(t.Context(), store.DigestOf("after"), end) })
	for n := range claimed {
		assert.ErrorIs(t, s.Claim(t.Context(), store.DigestOf(fmt.Sprint(n)), end), store.ErrUsed)
	}
	sound(t, path)
}

func TestAFileCannotBeWritten(t *testing.T) {
	folder := mount(t, "6m")
	path := filepath.Join(folder, "sesame.db")
	db := openFile(t, path)
	s := storeOf(t, db)
	prepareCalls(t, s)
	db.SetMaxIdleConns(0) // a file that is open for writing keeps its file system so
	remount := func(flags uintptr) {
		require.NoError(t, syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT|flags, ""))
	}

	remount(syscall.MS_RDONLY)
	for name, call := range calls(t.Context(), s) {
		broken(t, timed(t, call), name)
	}
	_, err := sqlstore.OpenSQLite(path)
	assert.ErrorContains(t, err, "it cannot be written")
	remount(0)
	for name, call := range calls(t.Context(), s) {
		assert.NoError(t, call(), name)
	}
}
