package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/pprof"
	"time"

	"github.com/seed-f67351ce/sesame/bench/pair"
)

func main() {
	run := flag.String("run", "", "measure only the cases whose `name` matches")
	list := flag.Bool("list", false, "list the cases and measure nothing")
	rounds := flag.Int("rounds", 7, "rounds of each case")
	round := flag.Duration("round", 250*time.Millisecond, "how long a round is")
	cores := flag.Int("cores", 1, "on how many cores at once")
	readme := flag.String("readme", "", "write the table into this `file`, between its bench markers")
	profile := flag.String("cpuprofile", "", "write a CPU profile into this `file`")
	flag.Parse()

	wanted, err := regexp.Compile(*run)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if *profile != "" {
		f := must(os.Create(*profile))
		check(pprof.StartCPUProfile(f))
		defer pprof.StopCPUProfile()
	}
	options := pair.Options{Slice: 4 * time.Millisecond, Round: *round, Rounds: *rounds, Cores: *cores}
	var rows []row
	for _, c := range cases() {
		if !wanted.MatchString(c.name()) {
			continue
		}
		if *list {
			fmt.Println(c.name())
			continue
		}
		r := row{c, pair.Measure(c.floor(), c.system(), options)}
		r.print(os.Stdout)
		rows = append(rows, r)
	}
	if *readme != "" {
		if err := writeInto(*readme, rows); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
}

// A benchCase is a system under a scheme, with the floor that it is held against. Both are made anew for each case.
type benchCase struct {
	scheme, subject string
	floor           func() pair.Op
	system          func() pair.System
}

func (c benchCase) name() string { return c.scheme + "/" + c.subject }

// A row is a case with its result.
type row struct {
	benchCase
	pair.Result
}

func (r row) print(w io.Writer) {
	fmt.Fprintf(w, "%-44s floor %9.0f ns   system %10.0f ns   x-floor %7.2f (%.2f–%.2f)   %6.0f B   %4.0f allocs\n",
		r.name(), r.Floor, r.System, r.Ratio, r.Low, r.High, r.Bytes, r.Allocs)
}

// cases are all that there is to measure, by scheme; Sesame comes first in each.
func cases() []benchCase {
	var all []benchCase
	for _, some := range [][]benchCase{basicCases(), digestCases(), bearerCases(), apiKeyCases(), refusalCases()} {
		all = append(all, some...)
	}
	return all
}
