package main_test

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

func TestTwoThousandWrongPasswordsAtOnce(t *testing.T) {
	// A hash takes 19 MiB, as many run at once as there are CPUs, and the collector lets twice as much garbage lie about;
	// a connection takes some 30 KiB.
	bound := 160<<20 + runtime.NumCPU()*60<<20
	s := apitest.Start(t, "-throttle", "off")
	known := s.As("aladdin", s.NewRequest("GET", "/v2?client_key="+s.Key("aladdin_app")))
	require.Equal(t, 200, apitest.Do(t, known).Status)

	var statuses [600]atomic.Int32
	var storm sync.WaitGroup
	begin := make(chan struct{})
	for i := range 2000 {
		storm.Go(func() {
			r := s.NewRequest("GET", "/v2?client_key=x", "Authorization", basicField(fmt.Sprintf("thief %d:x", i)))
			<-begin
			answer, err := apitest.Try(r)
			if assert.NoError(t, err) {
				statuses[answer.Status].Add(1)
				assert.Equal(t, answer.Status == 503, answer.Header.Get("Retry-After") != "")
			}
		})
	}
	over := make(chan struct{})
	go func() { storm.Wait(); close(over) }()
	close(begin)
	served := 0
	for running := true; running; served++ {
		assert.Equal(t, 200, apitest.Do(t, known).Status, "a caller who is known is served meanwhile")
		assert.Equal(t, 200, apitest.Do(t, s.NewRequest("GET", "/healthz")).Status)
		select {
		case <-over:
			running = false
		default:
		}
	}
	assert.Equal(t, int32(2000), statuses[401].Load()+statuses[503].Load(), "each is refused, or told to come again")
	assert.Positive(t, statuses[401].Load())
	assert.Positive(t, statuses[503].Load())
	assert.Less(t, s.PeakMemory(), bound)
	t.Logf("401: %d, 503: %d, others served meanwhile: %d, peak memory: %d MiB of %d", statuses[401].Load(), statuses[503].Load(),
		served, s.PeakMemory()>>20, bound>>20)
}
