package pair

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// An Op is one operation; i counts up, so that it can rotate over what a store holds.
type Op func(i int)

// A System is what is measured.
type System struct {
	Op Op
	// Prepare, where it is not nil, makes what the [Supply] operations from this index on will use up. It is called now
	// and then between slices, while no clock runs; at most twice as much lies ready.
	Prepare func(from int)
}

// Supply is how many operations a slice has at most.
const Supply = 1 << 15

// Options say how long to measure.
type Options struct {
	// Slice is how long each of the two runs before the other has its turn, Round how long a round of turns is, and Rounds
	// how many there are.
	Slice, Round time.Duration
	Rounds       int
	// Cores is on how many goroutines each runs at once; GOMAXPROCS is set to it.
	Cores int
}

// A Result compares a system with its floor.
type Result struct {
	// Floor and System are medians over the rounds, in nanoseconds for one operation.
	Floor, System float64
	// Ratio is the median of each round's own ratio, Low and High the least and the greatest of them.
	Ratio, Low, High float64
	// Allocs and Bytes are the system's for one operation.
	Allocs, Bytes float64
}

// Measure lets floor and system take turns.
func Measure(floor Op, system System, o Options) Result {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(o.Cores))
	allocs, bytes := allocations(system)
	floorMeter, systemMeter := meter{System: System{Op: floor}, cores: o.Cores}, meter{System: system, cores: o.Cores, next: sampled}
	floorMeter.run(o.Slice) // warm
	systemMeter.run(o.Slice)
	runtime.GC()
	var floors, systems, ratios []float64
	for range o.Rounds {
		var f, s sample
		for begin := time.Now(); time.Since(begin) < o.Round; {
			f.add(floorMeter.run(o.Slice))
			s.add(systemMeter.run(o.Slice))
		}
		floors, systems, ratios = append(floors, f.cost()), append(systems, s.cost()), append(ratios, s.cost()/f.cost())
	}
	return Result{
		Floor: median(floors), System: median(systems), Ratio: median(ratios),
		Low: slices.Min(ratios), High: slices.Max(ratios), Allocs: allocs, Bytes: bytes,
	}
}

// sampled is how many operations allocations are counted over; they come before those that are timed.
const sampled = 1 << 10

// allocations are those of one operation.
func allocations(system System) (allocs, bytes float64) {
	if system.Prepare != nil {
		system.Prepare(0)
	}
	system.Op(0) // what is made once is not an operation's
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := 1
	for begin := time.Now(); n < sampled && time.Since(begin) < time.Second; n++ {
		system.Op(n)
	}
	runtime.ReadMemStats(&after)
	return float64((after.Mallocs - before.Mallocs) / uint64(n-1)), float64((after.TotalAlloc - before.TotalAlloc) / uint64(n-1))
}

// A sample is how many operations took how long.
type sample struct {
	n    int
	took time.Duration
}

func (s *sample) add(t sample) { s.n, s.took = s.n+t.n, s.took+t.took }
func (s sample) cost() float64 { return float64(s.took) / float64(max(s.n, 1)) }

// A meter runs an operation on some goroutines for a slice at a time.
type meter struct {
	System
	cores int
	next  int
	ready int // what is prepared ends here
}

// chunk is how many operations run between two looks at the clock, for operations of a microsecond.
const chunk = 16

func (m *meter) run(slice time.Duration) sample {
	m.prepare()
	if m.cores == 1 {
		s := m.loop(slice, m.next, 1)
		m.next += s.n
		return s
	}
	samples := make([]sample, m.cores)
	var wait sync.WaitGroup
	for c := range m.cores {
		wait.Go(func() { samples[c] = m.loop(slice, m.next+c, m.cores) })
	}
	wait.Wait()
	var all sample
	for _, s := range samples {
		all.n, all.took = all.n+s.n, max(all.took, s.took)
	}
	m.next += Supply // goroutines use numbers of their own, and may get unequally far
	return all
}

// prepare makes sure that a slice has what it needs, and collects what that left behind: no slice shall pay for it.
func (m *meter) prepare() {
	if m.Prepare == nil || m.ready >= m.next+Supply {
		return
	}
	for m.ready < m.next+Supply {
		m.Prepare(m.ready)
		m.ready += Supply
	}
	runtime.GC()
}

// loop runs for a slice. On one core what counts is the process's own time on the processor, the collector's included,
// so that other programs on the machine do not; on several it is the time that passes, since a lock costs just that.
func (m *meter) loop(slice time.Duration, from, step int) (s sample) {
	begin, used := time.Now(), processTime()
	for passed := time.Duration(0); passed < slice && s.n < Supply/m.cores-chunk; passed = time.Since(begin) {
		for range chunk {
			m.Op(from + s.n*step)
			s.n++
		}
	}
	if s.took = time.Since(begin); m.cores == 1 {
		s.took = processTime() - used
	}
	return s
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
