package main

import (
	"testing"
	"time"
)

func TestEachIsHeldAgainstTheFirst(t *testing.T) {
	systems := []system{{"without", open, 1}, {"with", overSQL, 1}}
	samples := []sample{
		medianOf([]sample{{rate: 900, p50: time.Second, p99: 3 * time.Second}, {rate: 1000, p50: 20 * time.Millisecond, p99: 40 * time.Millisecond}, {rate: 1100}}),
		{rate: 250.4, p50: 80 * time.Millisecond, p99: 160 * time.Millisecond, used: cpu{server: 90 * time.Microsecond}},
	}
	const want = `| server | requests a second | × | p50 | p99 | × |
|---|---:|---:|---:|---:|---:|
| without | 1000 | 1.00 | 20 ms | 40 ms | 1.00 |
| with | 250 | 0.25 | 80 ms | 160 ms | 4.00 |
`
	if got := table(systems, samples); got != want {
		t.Errorf("the table is\n%s", got)
	}
}

func TestAProcessIsReadWhateverItsName(t *testing.T) {
	line := "4711 (a) b (c) S 1147 4711 4711 0 -1 4194560 100 0 0 0 12 30 0 0 20 0 1 0 5 0 0\n"
	pid, p := parseProcess([]byte(line))
	if pid != 4711 || p != (process{"a) b (c", 1147, 420 * time.Millisecond}) {
		t.Errorf("%d is %+v", pid, p)
	}
}
