package browser_test

import (
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A postbox speaks as much of RFC 5321 as taking mails needs, on loopback.
type postbox struct {
	address string
	mu      sync.Mutex
	mails   []string
}

func newPostbox(t *testing.T) *postbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	p := &postbox{address: listener.Addr().String()}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(textproto.NewConn(conn))
		}
	}()
	return p
}

func (p *postbox) serve(c *textproto.Conn) {
	defer c.Close()
	for answer, to := "220 postbox", ""; c.PrintfLine("%s", answer) == nil; {
		line, err := c.ReadLine()
		if err != nil {
			return
		}
		switch answer = "250 ok"; strings.ToUpper(line[:min(4, len(line))]) {
		case "RCPT":
			to = line
		case "DATA":
			_ = c.PrintfLine("354 go on") // where it fails the next read does
			text, err := c.ReadDotBytes()
			if err != nil {
				return
			}
			p.keep(to + "\n" + string(text))
		case "QUIT":
			_ = c.PrintfLine("221 bye")
			return
		}
	}
}

func (p *postbox) keep(mail string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, mail)
}

func (p *postbox) inbox() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.mails, "\n\n")
}

// htmls are the mails' parts for programs that show HTML.
func (p *postbox) htmls() (parts []string) {
	for _, mail := range strings.Split(p.inbox(), "Content-Type: text/html")[1:] {
		part, _, _ := strings.Cut(mail, "</html>")
		parts = append(parts, strings.ReplaceAll(part, "=\n", "")) // RFC 2045 §6.7: a soft line break
	}
	return parts
}

// gets waits for a mail to somebody that has these words in it, and checks that none holds the secret.
func (p *postbox) gets(t *testing.T, secret, to string, words ...string) {
	t.Helper()
	arrived := func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, mail := range p.mails {
			if containsAll(mail, append(words, to)) {
				return true
			}
		}
		return false
	}
	if !assert.Eventually(t, arrived, 30*time.Second, 20*time.Millisecond) {
		t.Logf("no mail to %s has %q:\n%s", to, words, p.inbox())
	}
	assert.NotContains(t, p.inbox(), secret)
}

func containsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
