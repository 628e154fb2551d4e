// Command api is the example API server: it mounts everything that the library offers, and real clients are pointed at it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program. It returns the exit status: 2 for a command line that is wrong, 1 for what does not work.
func run(ctx context.Context, args []string, out, problems io.Writer) int {
	o, err := parseFlags(args, out)
	if err == nil {
		err = start(ctx, o, out, slog.New(slog.NewTextHandler(problems, nil)))
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp), ctx.Err() != nil && errors.Is(err, context.Canceled):
		return 0 // the last: it was told to stop before it had started
	case errors.Is(err, errUsage):
		fmt.Fprintln(problems, "api:", oneLine(err), "(-h lists the flags)")
		return 2
	}
	fmt.Fprintln(problems, "api:", oneLine(err))
	return 1
}

// oneLine is what err says, in one line.
func oneLine(err error) string {
	return strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}
