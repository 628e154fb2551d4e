package main

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGarbageCostsLittleMemory(t *testing.T) {
	for _, c := range refusalCases() {
		if !strings.HasPrefix(c.subject, "garbage") {
			continue
		}
		t.Run(c.subject, func(t *testing.T) {
			const times = 200
			op := c.system().Op
			op(0)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for i := range times {
				op(i)
			}
			runtime.ReadMemStats(&after)
			assert.Less(t, (after.TotalAlloc-before.TotalAlloc)/times, uint64(4<<10), "bytes for each")
		})
	}
}
