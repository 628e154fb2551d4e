//go:build unix

package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// options are what the flags say, and where the run finds its things.
type options struct {
	duration time.Duration
	replays  int
	burst    int
	cycles   int
	stops    int
	seed     uint64
	only     []string
	prompt   time.Duration

	folder  string // temporary
	program string // the example server
}

// parseFlags reads the command line. For -h it writes the list of flags to out and returns [flag.ErrHelp].
func parseFlags(args []string, out io.Writer) (options, error) {
	var o options
	set := flag.NewFlagSet("faults", flag.ContinueOnError)
	set.SetOutput(out)
	set.DurationVar(&o.duration, "duration", time.Minute, "go on for so long, or until all of the goals are reached")
	set.IntVar(&o.replays, "replays", 0, "the goal of `attempts` at each kind of what is good once; 0 for no end")
	set.IntVar(&o.burst, "burst", 1000, "the `attempts` at one thing at once")
	set.IntVar(&o.cycles, "cycles", 0, "the goal of kill -9 and recovery, for each durable store; 0 for no end")
	set.IntVar(&o.stops, "stops", 0, "the goal of stopping a store and asking for every route, and of asking whether servers agree; 0 for no end")
	set.DurationVar(&o.prompt, "prompt", 2*time.Second, "how long a 503 may take while a store does not answer; 0 for as long as it likes")
	set.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "what is drawn follows from this")
	set.Func("only", "attack by these alone, `names` separated by commas: "+strings.Join(attackNames(), ", "), o.setOnly)
	if err := set.Parse(args); err != nil {
		return o, err
	}
	switch {
	case set.NArg() > 0:
		return o, fmt.Errorf("%q is no flag", set.Arg(0))
	case o.burst < 2, o.burst > 10_000:
		return o, fmt.Errorf("-burst is from 2 to 10000")
	case min(o.replays, o.cycles, o.stops) < 0:
		return o, fmt.Errorf("-replays, -cycles and -stops are not negative")
	}
	return o, nil
}

func (o *options) setOnly(text string) error {
	o.only = strings.Split(text, ",")
	for _, name := range o.only {
		if !slices.Contains(attackNames(), name) {
			return fmt.Errorf("there is no %q", name)
		}
	}
	return nil
}
