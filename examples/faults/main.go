//go:build unix

// Command faults runs the example server as hosts do that cannot afford to be down: three processes behind a balancer, on
// PostgreSQL and a Redis Cluster of six. It breaks all of that while requests run, and checks against a model of its own that
// nothing which is good once is accepted twice, that nothing which was acknowledged is lost, that nothing which was revoked is
// alive, and that nobody is let in while a store does not answer.
//
//	go run ./examples/faults -duration 10m
//
// It starts and removes everything itself, and needs PostgreSQL and Redis to be installed. Its exit status is 1 where it found
// a violation, or where something did not recover.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(command(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// command is the program. It returns the exit status: 2 for a command line that is wrong.
func command(ctx context.Context, args []string, out, problems io.Writer) int {
	o, err := parseFlags(args, out)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(problems, "faults:", err)
		return 2
	}
	r := newReport()
	begin := time.Now()
	fmt.Fprintf(out, "-seed %d repeats this run, as far as the scheduler lets it\n", o.seed)
	err = run(ctx, o, r, out)
	r.print(out)
	fmt.Fprintf(out, "%v, -seed %d\n", time.Since(begin).Round(time.Second), o.seed)
	if err != nil {
		fmt.Fprintln(problems, "faults:", err)
	}
	if err != nil || len(r.found()) > 0 {
		return 1
	}
	return 0
}
