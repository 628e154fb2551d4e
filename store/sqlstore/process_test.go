package sqlstore_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// Some tests need other processes: this program, started again with the name of a part to play.
const (
	partVariable = "SESAME_TEST_PART"
	fileVariable = "SESAME_TEST_FILE"
	nameVariable = "SESAME_TEST_NAME"
)

// parts are what another process may play, with the file at path, or the PostgreSQL at that URL. It ends when it returns; what it waits for is a line, or
// the end, of its standard input.
var parts = map[string]func(path, name string) error{
	"migrate": playMigrate,
	"hold":    playHold,
	"claim":   playClaim,
	"work":    playWork,
}

func TestMain(m *testing.M) {
	play, ok := parts[os.Getenv(partVariable)]
	if !ok {
		code := m.Run()
		atEnd()
		os.Exit(code)
	}
	if err := play(os.Getenv(fileVariable), os.Getenv(nameVariable)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// atEnd is done when all tests are.
var atEnd = func() {}

// openAny opens the file, or the PostgreSQL at that URL.
func openAny(path string) (*sql.DB, sqlstore.Dialect, error) {
	if strings.HasPrefix(path, "postgres:") {
		db, err := openURL(path)
		return db, sqlstore.PostgreSQL, err
	}
	db, err := sqlstore.OpenSQLite(path, patience)
	return db, sqlstore.SQLite, err
}

// openURL opens a PostgreSQL as a host does.
func openURL(url string) (*sql.DB, error) {
	db, err := sql.Open("pgx", url)
	if err == nil {
		db.SetMaxOpenConns(12)
		db.SetMaxIdleConns(12)
	}
	return db, err
}

// openAnyStore opens a store over openAny, as the tenant that the tests of several processes share.
func openAnyStore(path string) (*sql.DB, *sqlstore.Store, error) {
	db, dialect, err := openAny(path)
	if err != nil {
		return nil, nil, err
	}
	s, err := sqlstore.New(db, dialect, patience)
	return db, s, err
}

// A process plays a part.
type process struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func start(t testing.TB, part, path, name string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0])}
	p.Env = append(os.Environ(), partVariable+"="+part, fileVariable+"="+path, nameVariable+"="+name)
	p.Stderr = os.Stderr
	var err error
	p.in, err = p.StdinPipe()
	require.NoError(t, err)
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	p.out = bufio.NewScanner(out)
	require.NoError(t, p.Start())
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// line waits for the next line of output.
func (p *process) line(t testing.TB) string {
	t.Helper()
	require.True(t, p.out.Scan(), "the other process ended")
	return p.out.Text()
}

// rest waits for the end and returns the lines until then.
func (p *process) rest() (lines []string) {
	for p.out.Scan() {
		lines = append(lines, p.out.Text())
	}
	return lines
}

// finish tells the process to go on, and waits until it has ended well.
func (p *process) finish(t testing.TB) {
	t.Helper()
	require.NoError(t, p.in.Close())
	p.rest()
	require.NoError(t, p.Wait())
}

// ready says so to the other side and waits for its answer.
func ready() {
	fmt.Println("ready")
	bufio.NewReader(os.Stdin).ReadString('\n')
}

func playMigrate(path, _ string) error {
	ready()
	db, dialect, err := openAny(path)
	if err != nil {
		return err
	}
	defer db.Close()
	return sqlstore.Migrate(context.Background(), db, dialect)
}

// playHold holds the database locked, with whatever pragma it is named for.
func playHold(path, pragma string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range []string{pragma, "BEGIN EXCLUSIVE", "SELECT COUNT(*) FROM sqlite_schema"} {
		if _, err := db.Exec(statement); err != nil {
			return err
		}
	}
	ready()
	_, err = db.Exec("ROLLBACK")
	return err
}

// contested is how many claims of each sort two processes race for.
const contested = 100

func playClaim(path, _ string) error {
	db, s, err := openAnyStore(path)
	if err != nil {
		return err
	}
	defer db.Close()
	ready()
	ctx := context.Background()
	for n := range contested {
		claims := map[string]error{
			"claim": s.Claim(ctx, store.DigestOf(fmt.Sprint("claim ", n)), end),
			"count": s.ClaimCount(ctx, store.DigestOf("count"), uint32(n), end),
		}
		for sort, err := range claims {
			if err == nil {
				fmt.Println(sort, n)
			} else if !errors.Is(err, store.ErrUsed) {
				return err
			}
		}
	}
	return nil
}
