package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"time"
)

// A connection sends one request after another. It reads no more of an answer than it must: what it costs is taken from the
// server, since they share the machine.
type connection struct {
	net.Conn
	in      *bufio.Reader
	request []byte
}

func dial(addr string) (*connection, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &connection{Conn: c, in: bufio.NewReader(c)}, nil
}

// get asks for the path with a token, and says how long the answer took. Any other answer than 200 is an error.
func (c *connection) get(path, token string) (time.Duration, error) {
	c.request = fmt.Appendf(c.request[:0], "GET %s HTTP/1.1\r\nHost: load\r\nAuthorization: Bearer %s\r\n\r\n", path, token)
	begin := time.Now()
	if _, err := c.Write(c.request); err != nil {
		return 0, err
	}
	err := c.answer()
	return time.Since(begin), err
}

// answer reads an answer to its end.
func (c *connection) answer() error {
	line, err := c.line()
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("the answer is %q", line)
	}
	length := 0
	for len(line) > 0 && err == nil {
		if line, err = c.line(); err != nil {
			return err
		}
		if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			length, err = strconv.Atoi(string(value))
		}
	}
	if err == nil {
		_, err = c.in.Discard(length)
	}
	return err
}

// line is the next one, without its end.
func (c *connection) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}
