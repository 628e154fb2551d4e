package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/seed-f67351ce/sesame/bench/page"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// systems are measured in turn. The first is what the others are held against.
func systems(row int) []system {
	often := fmt.Sprintf(", each token %d times in a row", row)
	return []system{
		{"without authentication", open, 1},
		{"bearer, PostgreSQL", overSQL, 1},
		{"bearer, PostgreSQL, cache in Redis", overRedis, 1},
		{"bearer, PostgreSQL, cache in Redis" + often, overRedis, row},
		{"bearer, PostgreSQL, cache in Redis and in the process" + often, overMemory, row},
	}
}

// options are what the flags say.
type options struct {
	connections, pool, row, rounds int
	sizes                          int
	slice                          time.Duration
	readme, parameters             string
	pooler                         bool
	wanted, profile                string
	serve, redis                   string // of the server's process
}

func main() {
	var o options
	flag.IntVar(&o.connections, "connections", 500, "how many connections send requests")
	flag.IntVar(&o.pool, "pool", 8, "how many connections the server has to PostgreSQL")
	flag.IntVar(&o.row, "row", 50, "how often the same token is sent in a row, where the cache shall know it")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of turns")
	flag.DurationVar(&o.slice, "slice", 2*time.Second, "how long a turn is")
	flag.StringVar(&o.readme, "readme", "", "write the table into this `file`, between its load markers")
	flag.StringVar(&o.parameters, "parameters", "", "more `parameters` of the server's connections to PostgreSQL, such as default_query_exec_mode=exec")
	flag.StringVar(&o.wanted, "run", "", "measure only the systems whose `words` match, beside the first")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of the server into this `file`")
	flag.BoolVar(&o.pooler, "pgbouncer", false, "let the server reach PostgreSQL through a pgbouncer, which has as many connections to it")
	flag.IntVar(&o.sizes, "sizes", 0, "measure instead how many bytes a record of each kind takes: of so `many` in PostgreSQL, and of one in Redis")
	flag.StringVar(&o.serve, "serve", "", "be the server, over the PostgreSQL at this `URL`")
	flag.StringVar(&o.redis, "redis", "", "the `address` of the server's Redis")
	flag.Parse()
	if err := o.run(); err != nil {
		log.Fatal("load: ", err)
	}
}

func (o *options) run() error {
	if o.serve != "" {
		stop, err := profileInto(o.profile)
		if err != nil {
			return err
		}
		defer stop()
		return serve(o.serve, o.redis, o.pool)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if o.sizes > 0 {
		return errors.Join(sizes(ctx, o.sizes), redisSizes(ctx))
	}
	wanted, err := regexp.Compile(o.wanted)
	if err != nil {
		return err
	}
	all := systems(o.row)
	all = append(all[:1], slices.DeleteFunc(all[1:], func(s system) bool { return !wanted.MatchString(s.words) })...)
	samples, err := o.measure(ctx, all)
	if err != nil {
		return err
	}
	text := table(all, samples)
	fmt.Print(text, "\n", costs(all, samples))
	if o.readme == "" {
		return nil
	}
	return page.Put(o.readme, "load", text)
}

// profileInto writes a CPU profile into the file with this name, if any, until stop is called.
func profileInto(name string) (stop func(), err error) {
	if name == "" {
		return func() {}, nil
	}
	file, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	return pprof.StopCPUProfile, pprof.StartCPUProfile(file)
}

// measure starts what is needed, and stops it in the end.
func (o *options) measure(ctx context.Context, all []system) (samples []sample, err error) {
	database, err := postgrestest.Start()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, database.Stop()) }()
	cache, err := redistest.Start()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, cache.Stop()) }()
	tokens, err := fill(ctx, database.URL("postgres"))
	if err != nil {
		return nil, err
	}
	url, stopPooler, err := o.reach(database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stopPooler()) }()
	addr, stopServer, err := o.startServer(url, cache.Addr())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stopServer()) }()
	g, err := newGenerator(addr, o.connections, tokens)
	if err != nil {
		return nil, err
	}
	defer g.close()
	return g.measure(ctx, all, o.slice, o.rounds)
}

// reach is where the server finds the database: there, or behind a pooler.
func (o *options) reach(database *postgrestest.Server) (url string, stop func() error, err error) {
	parameters := strings.Fields(o.parameters)
	if !o.pooler {
		return database.URL("postgres", parameters...), func() error { return nil }, nil
	}
	pooler, err := postgrestest.StartPooler(database, fmt.Sprint("default_pool_size = ", o.pool))
	if err != nil {
		return "", nil, err
	}
	return pooler.URL("postgres", append(parameters, "default_query_exec_mode=exec")...), pooler.Stop, nil
}

// startServer starts this program once more, as the server.
func (o *options) startServer(url, redis string) (addr string, stop func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	command := exec.Command(self, "-serve", url, "-redis", redis, "-pool", strconv.Itoa(o.pool), "-cpuprofile", o.profile)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := command.Start(); err != nil {
		return "", nil, err
	}
	addr, err = bufio.NewReader(out).ReadString('\n')
	stop = func() error { return errors.Join(in.Close(), command.Wait()) }
	if err != nil {
		return "", nil, errors.Join(err, stop())
	}
	return strings.TrimSpace(addr), stop, nil
}
