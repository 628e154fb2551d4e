package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A cpu is how long processes of each kind were on a processor.
type cpu struct{ server, postgres, redis time.Duration }

func (c cpu) minus(d cpu) cpu {
	return cpu{c.server - d.server, c.postgres - d.postgres, c.redis - d.redis}
}

func (c cpu) over(n int) cpu {
	return cpu{c.server / time.Duration(n), c.postgres / time.Duration(n), c.redis / time.Duration(n)}
}

// processors is what the processes that this one started, and theirs, have used so far. Their programs say of which kind
// they are. Where there is no /proc it is nothing.
func processors() (sum cpu) {
	all := processes()
	for _, p := range all {
		switch {
		case !p.ours(all):
		case p.program == "postgres", p.program == "pgbouncer":
			sum.postgres += p.used
		case p.program == "redis-server":
			sum.redis += p.used
		default:
			sum.server += p.used
		}
	}
	return sum
}

// A process is a line of /proc/PID/stat.
type process struct {
	program string
	parent  int
	used    time.Duration
}

func (p process) ours(all map[int]process) bool {
	for range len(all) {
		if p.parent == os.Getpid() {
			return true
		}
		p = all[p.parent]
	}
	return false
}

func processes() map[int]process {
	all := map[int]process{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is a good one
	for _, file := range files {
		if line, err := os.ReadFile(file); err == nil { // else it has ended meanwhile
			pid, p := parseProcess(line)
			all[pid] = p
		}
	}
	return all
}

// tick is the unit of times in /proc (proc(5)).
const tick = 10 * time.Millisecond

// parseProcess reads PID (PROGRAM) STATE PARENT and so on. A program's name can have anything in it.
func parseProcess(line []byte) (pid int, p process) {
	begin, end := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')')
	fmt.Sscan(string(line[:begin]), &pid)
	fields := bytes.Fields(line[end+1:])
	var user, system int64
	fmt.Sscan(string(fields[1]), &p.parent)
	fmt.Sscan(string(fields[11]), &user)
	fmt.Sscan(string(fields[12]), &system)
	p.program, p.used = string(line[begin+1:end]), time.Duration(user+system)*tick
	return pid, p
}
