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
	scaled := flag.Bool("scale", false, "measure tokens by their number instead, and print a table")
	profile := flag.String("cpuprofile", "", "write a CPU profile of the case that is measured last into this `file`")
	flag.Parse()

	if *scaled {
		scale()
		return
	}
	wanted, err := regexp.Compile(*run)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
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
		floor, system := c.floor(), c.system() // which is long, and no part of a profile
		stop := startProfile(*profile)
		r := row{c, pair.Measure(floor, system, options)}
		stop()
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

// startProfile writes a profile into the file with this name, if any.
func startProfile(name string) (stop func()) {
	if name == "" {
		return func() {}
	}
	check(pprof.StartCPUProfile(must(os.Create(name))))
	return pprof.StopCPUProfile
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
	for _, some := range [][]benchCase{basicCases(), digestCases(), bearerCases(), apiKeyCases(), oauth1Cases(), issueCases(), codeFlowCases(), refusalCases()} {
		all = append(all, some...)
	}
	return all
}
