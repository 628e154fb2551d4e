package memory

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAReaderLooksAgainWhenSomebodyWroteMeanwhile(t *testing.T) {
	for _, writes := range []int{0, 1, 3} {
		var g guard
		looks := 0
		g.read(func() {
			if looks++; looks <= writes {
				g.lock()
				g.unlock()
			}
		})
		assert.Equal(t, writes+1, looks)
	}
}

func TestAReaderDoesNotLookWhileAWriterIsAtWork(t *testing.T) {
	var g guard
	g.lock()
	started, looked := make(chan bool), make(chan bool)
	written := false
	go func() {
		started <- true
		var saw bool
		g.read(func() { saw = written })
		looked <- saw
	}()
	<-started
	for range 1000 {
		runtime.Gosched() // to a reader that does not wait
	}
	written = true
	g.unlock()
	assert.True(t, <-looked)
}
