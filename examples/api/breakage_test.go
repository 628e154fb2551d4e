package main_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

const serviceUnavailable = `{"status":503,"message":"Service unavailable: this is a problem on our side, not with your request","additional":"","reference":""}` + "\n"

// refusedSoon checks that an account of the demo that did not sign in before is answered 503.
func refusedSoon(t *testing.T, s *apitest.Server, user string) {
	t.Helper()
	begin := time.Now()
	answer := apitest.Do(t, s.As(user, s.NewRequest("GET", "/v2", "X-Client-Key", s.Key(user+"_app"))))
	assert.Equal(t, 503, answer.Status, answer.Body)
	assert.Equal(t, serviceUnavailable, answer.Body)
	assert.Equal(t, "1", answer.Header.Get("Retry-After"))
	if os.Getenv("SESAME_LONG") == "1" {
		assert.Less(t, time.Since(begin), 2*time.Second)
	}
}

// trialsLast is longer than what a trial of the store has shown is taken for true.
const trialsLast = 150 * time.Millisecond

// nobodyIsLetIn checks that neither an account that was let in before nor another is served, a moment after the store keeps
// nothing any more, and that the server says so of itself.
func nobodyIsLetIn(t *testing.T, s *apitest.Server) {
	t.Helper()
	time.Sleep(trialsLast)
	refusedSoon(t, s, "aladdin")
	refusedSoon(t, s, "jasmine")
	assert.Equal(t, 503, apitest.Do(t, s.NewRequest("GET", "/healthz")).Status)
	page := apitest.Do(t, s.NewRequest("GET", "/portal/tokens"))
	assert.Equal(t, 503, page.Status)
	assert.Equal(t, "1", page.Header.Get("Retry-After"))
	assert.Contains(t, page.Body, "<h1>Service unavailable</h1>", "people get a page")
}

// servedAgain waits until an account of the demo is let in.
func servedAgain(t *testing.T, s *apitest.Server, c apitest.Credentials, user string) {
	t.Helper()
	assert.Eventually(t, func() bool { return status(t, s, c, user) == 200 }, 20*time.Second, 50*time.Millisecond)
}

func TestAKillLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	flags := []string{"-store", "sqlite:" + path, "-throttle", "off"}
	var credentials apitest.Credentials
	refused := 0
	for range 2 {
		s := apitest.Start(t, flags...)
		if credentials.Users == nil {
			credentials = s.Credentials
			flags = append(flags, "-credentials", s.CredentialsFile)
		}
		assert.Equal(t, credentials.Users, s.Credentials.Users)
		assert.Equal(t, credentials.Clients, s.Credentials.Clients)
		assert.Equal(t, 200, status(t, s, credentials, "unicode"))
		refused += refusedUntilKilled(t, s, 40)
	}
	require.GreaterOrEqual(t, refused, 80)
	s := apitest.Start(t, flags...)
	assert.Equal(t, 200, status(t, s, credentials, "unicode"))
	assert.GreaterOrEqual(t, apitest.Count(t, path, "sesame_events WHERE type = 'signin.failed'"), 2*(10-5),
		"each process notes the first ten, of which five may not have been answered when it was killed")
}

// refusedUntilKilled sends wrong passwords from several callers, kills the server after most answers, and returns how many
// there were.
func refusedUntilKilled(t *testing.T, s *apitest.Server, most int) int {
	t.Helper()
	var refused atomic.Int32
	var callers sync.WaitGroup
	enough := make(chan struct{})
	for caller := range 6 {
		callers.Go(func() {
			for i := 0; ; i++ {
				r := s.NewRequest("GET", "/v2?client_key=x", "Authorization", basicField(fmt.Sprintf("Aladdin:%d %d", caller, i)))
				answer, err := apitest.Try(r)
				if err != nil {
					return // the server is dead
				}
				if answer.Status == 503 {
					continue // a machine that is very busy let it wait too long for its hash
				}
				assert.Equal(t, 401, answer.Status)
				if refused.Add(1) == int32(most) {
					close(enough)
				}
			}
		})
	}
	<-enough
	s.Kill()
	callers.Wait()
	return int(refused.Load())
}

func TestAKillDuringTheFirstStartDoesNoHarm(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, 30, 60, 90, 120, 200} {
		dir := t.TempDir()
		flags := []string{"-store", "sqlite:" + filepath.Join(dir, "sesame.db"), "-credentials", filepath.Join(dir, "credentials.json")}
		command := apitest.Command(t, flags...)
		require.NoError(t, command.Start())
		time.Sleep(after * time.Millisecond)
		require.NoError(t, command.Process.Kill())
		_ = command.Wait() // it was killed

		s := apitest.Start(t, flags...)
		assert.Equal(t, 200, status(t, s, s.Credentials, "aladdin"), after)
		assert.Equal(t, 403, status(t, s, s.Credentials, "locked"), after)
	}
}

func TestAnotherProcessHoldsTheDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	s := apitest.Start(t, "-store", "sqlite:"+path)
	assert.Equal(t, 200, status(t, s, s.Credentials, "aladdin"))

	other, err := apitest.OpenDatabase(t, path).Conn(context.Background())
	require.NoError(t, err)
	defer other.Close()
	_, err = other.ExecContext(context.Background(), "BEGIN EXCLUSIVE")
	require.NoError(t, err)
	nobodyIsLetIn(t, s)
	wrong := s.NewRequest("GET", "/v2?client_key=x", "Authorization", basicField("Aladdin:close sesame"))
	assert.Equal(t, 503, apitest.Do(t, wrong).Status, "a wrong password is not called wrong before the store could count it")

	_, err = other.ExecContext(context.Background(), "ROLLBACK")
	require.NoError(t, err)
	servedAgain(t, s, s.Credentials, "aladdin")
	servedAgain(t, s, s.Credentials, "jasmine")
}

func TestTheDatabaseIsMovedAway(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	s := apitest.Start(t, "-store", "sqlite:"+path)
	assert.Equal(t, 200, status(t, s, s.Credentials, "aladdin"))

	require.NoError(t, os.Rename(path, path+".away"))
	nobodyIsLetIn(t, s)

	require.NoError(t, os.Rename(path+".away", path))
	servedAgain(t, s, s.Credentials, "aladdin")
	servedAgain(t, s, s.Credentials, "jasmine")
	assert.Equal(t, 200, apitest.Do(t, s.NewRequest("GET", "/healthz")).Status)
}

func TestTheDatabaseIsReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	first := apitest.Start(t, "-store", "sqlite:"+path)
	assert.Equal(t, 200, status(t, first, first.Credentials, "aladdin"))

	require.NoError(t, os.Remove(path))
	nobodyIsLetIn(t, first)
	second := apitest.Start(t, "-store", "sqlite:"+path)
	servedAgain(t, first, second.Credentials, "aladdin")
	assert.Equal(t, 403, status(t, first, first.Credentials, "aladdin"), "the old client key went with the old file")
	assert.Equal(t, 200, status(t, second, second.Credentials, "aladdin"))
}
