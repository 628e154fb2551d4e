package apitest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// program is where the built server is, once [Main] ran.
var program = struct {
	sync.Once
	dir string
	err error
}{}

// Main runs a package's tests and removes what was built for them.
func Main(m *testing.M) {
	code := m.Run()
	if program.dir != "" {
		_ = os.RemoveAll(program.dir) // a temporary folder
	}
	os.Exit(code)
}

// Binary returns the path of the server, which the first call builds.
func Binary(t testing.TB) string {
	t.Helper()
	program.Do(func() { program.dir, program.err = build() })
	if program.err != nil {
		t.Fatal(program.err)
	}
	return filepath.Join(program.dir, "api")
}

func build() (dir string, err error) {
	dir, err = os.MkdirTemp("", "sesame-api-")
	if err != nil {
		return "", err
	}
	command := exec.Command("go", "build", "-o", dir, "github.com/seed-f67351ce/sesame/examples/api")
	if text, err := command.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("building the server: %w\n%s", err, text)
	}
	return dir, nil
}
