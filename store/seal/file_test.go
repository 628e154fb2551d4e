package seal_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/seal"
)

func newFile(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "sesame.keys")
}

func TestCreateFile(t *testing.T) {
	path := newFile(t)
	made, err := seal.CreateFile(path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	assertAlone(t, path)

	again, err := seal.CreateFile(path)
	require.NoError(t, err)
	assert.Equal(t, made.Derive("x"), again.Derive("x"), "the second start reads what the first made")
	read, err := seal.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, made.Derive("x"), read.Derive("x"))
}

// assertAlone holds that nothing but the file itself is left in its directory.
func assertAlone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1)
	assert.Equal(t, filepath.Base(path), entries[0].Name())
}

func TestOfManyStartsOneCreatesTheFile(t *testing.T) {
	path := newFile(t)
	var wait sync.WaitGroup
	var rings sync.Map
	for range 32 {
		wait.Go(func() {
			ring, err := seal.CreateFile(path)
			if assert.NoError(t, err) {
				rings.Store(fmt.Sprint(ring), true)
			}
		})
	}
	wait.Wait()
	count := 0
	rings.Range(func(any, any) bool { count++; return true })
	assert.Equal(t, 1, count, "all read the same key")
	assertAlone(t, path)
}

func TestAMissingFileIsSaid(t *testing.T) {
	_, err := seal.ReadFile(newFile(t))
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = seal.CreateFile(filepath.Join(newFile(t), "in no directory"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestAFileThatOthersReachIsRefused(t *testing.T) {
	path := newFile(t)
	_, err := seal.CreateFile(path)
	require.NoError(t, err)
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o644, 0o666} {
		require.NoError(t, os.Chmod(path, mode))
		for _, open := range []func(string) (*seal.Ring, error){seal.ReadFile, seal.CreateFile} {
			_, err := open(path)
			assert.ErrorContains(t, err, fmt.Sprintf("mode %04o", mode))
			assert.ErrorContains(t, err, path)
		}
	}
	_, err = seal.ReadFile(t.TempDir())
	assert.ErrorContains(t, err, "is not a file")
}

func TestADamagedFileIsRefused(t *testing.T) {
	path := newFile(t)
	_, err := seal.CreateFile(path)
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	whole := string(text)
	line := whole[strings.LastIndexByte(strings.TrimSuffix(whole, "\n"), '\n')+1:]
	for name, damaged := range map[string]string{
		"empty":                      "",
		"comments alone":             "# nothing\n",
		"a letter of the secret":     whole[:len(whole)-10] + swap(whole[len(whole)-10]) + whole[len(whole)-9:],
		"a letter of the ID":         strings.Replace(whole, line, swap(line[0])+line[1:], 1),
		"cut off":                    whole[:len(whole)-5],
		"Windows line ends":          strings.ReplaceAll(whole, "\n", "\r\n"),
		"a key twice":                whole + line,
		"the secret alone":           whole + line[9:],
		"something else altogether":  "{}",
		"a line that is not a key":   whole + "key\n",
		"more than it can ever hold": whole + strings.Repeat("#\n", 40_000),
	} {
		require.NoError(t, os.WriteFile(path, []byte(damaged), 0o600))
		_, err := seal.CreateFile(path)
		if assert.Error(t, err, name) {
			assert.Contains(t, err.Error(), path, name)
			assert.NotContains(t, err.Error(), line[9:20], "%s: no secret in the error", name)
		}
		left, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, damaged, string(left), "%s: it is left for a person to look at", name)
	}
}

func swap(letter byte) string {
	if letter == 'a' {
		return "b"
	}
	return "a"
}

func TestKeysAreAddedThenUsed(t *testing.T) {
	path := newFile(t)
	before, err := seal.CreateFile(path)
	require.NoError(t, err)
	old := before.Seal(place, secret)

	id, err := seal.AddKey(path)
	require.NoError(t, err)
	added, err := seal.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, before.Derive("x"), added.Derive("x")[:1], "it does not seal yet")
	require.Len(t, added.Derive("x"), 2)

	require.NoError(t, seal.UseKey(path, id))
	used, err := seal.ReadFile(path)
	require.NoError(t, err)
	opened, stale, err := used.Open(place, old)
	require.NoError(t, err)
	assert.True(t, stale)
	assert.Equal(t, secret, opened)
	_, _, err = added.Open(place, used.Seal(place, secret))
	assert.NoError(t, err, "a process that has not restarted since opens what the new key seals")

	assert.ErrorIs(t, seal.UseKey(path, "00000000"), seal.ErrKeyMissing)
	assertAlone(t, path)
}

func TestRotationsDoNotOverwriteEachOther(t *testing.T) {
	path := newFile(t)
	_, err := seal.CreateFile(path)
	require.NoError(t, err)
	var wait sync.WaitGroup
	var ids sync.Map
	for range 16 {
		wait.Go(func() {
			if id, err := seal.AddKey(path); err == nil {
				ids.Store(id, true)
			} else {
				assert.ErrorContains(t, err, "somebody else")
			}
		})
	}
	wait.Wait()
	ring, err := seal.ReadFile(path)
	require.NoError(t, err)
	ids.Range(func(id, _ any) bool {
		return assert.Contains(t, fmt.Sprint(ring), id, "a key that was added is there")
	})
	assertAlone(t, path)
}

func TestAFailedRotationChangesNothing(t *testing.T) {
	path := newFile(t)
	_, err := seal.AddKey(path)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = os.Stat(path + ".next")
	assert.ErrorIs(t, err, fs.ErrNotExist, "the lock is gone")

	require.NoError(t, os.WriteFile(path, []byte("damaged"), 0o600))
	_, err = seal.AddKey(path)
	assert.Error(t, err)
	require.NoError(t, os.WriteFile(path+".next", nil, 0o600))
	_, err = seal.AddKey(path)
	assert.ErrorContains(t, err, path+".next", "it says what to remove after a crash")
}

func FuzzParse(f *testing.F) {
	path := newFile(f)
	_, err := seal.CreateFile(path)
	require.NoError(f, err)
	_, err = seal.AddKey(path)
	require.NoError(f, err)
	text, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(string(text))
	f.Add("")
	f.Add("# comment\n\n\n")
	f.Add("00000000 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
	f.Fuzz(func(t *testing.T, text string) {
		ring, err := seal.Parse(text)
		if err != nil {
			assert.Nil(t, ring)
			return
		}
		again, err := seal.Parse(strings.TrimRight(text, "\n") + "\n")
		require.NoError(t, err)
		assert.Equal(t, ring.Derive("x"), again.Derive("x"))
	})
}
