package mailer_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A smtpServer speaks as much of RFC 5321 as a client of mail needs, on loopback.
type smtpServer struct {
	t        testing.TB
	listener net.Listener
	roots    *x509.CertPool
	tls      *tls.Config

	mu      sync.Mutex
	mails   []received
	calls   int
	logins  []string          // what came as credentials, decoded
	answers map[string]string // instead of the usual ones, by verb
	auth    bool              // asks for credentials, after STARTTLS or where there is none
	clear   bool              // offers no STARTTLS
}

// A received mail.
type received struct {
	from, to, data string
	encrypted      bool
}

func newSMTPServer(t testing.TB) *smtpServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &smtpServer{t: t, listener: listener, answers: map[string]string{}}
	s.certify()
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); open.Wait() })
	return s
}

// certify makes a certificate for 127.0.0.1 that only s.roots trusts.
func (s *smtpServer) certify() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(s.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(s.t, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(s.t, err)
	s.roots = x509.NewCertPool()
	s.roots.AddCert(leaf)
	s.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func (s *smtpServer) address() string { return s.listener.Addr().String() }

// answer makes s say text to a verb from now on; the empty text is silence.
func (s *smtpServer) answer(verb, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[verb] = text
}

// usual makes s answer as it should.
func (s *smtpServer) usual() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.answers)
}

func (s *smtpServer) inbox() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

func (s *smtpServer) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// A dialogue is one connection.
type dialogue struct {
	*smtpServer
	conn net.Conn
	in   *bufio.Reader
	mail received
}

func (s *smtpServer) serve(conn net.Conn) {
	s.mu.Lock()
	s.calls++
	s.mu.Unlock()
	d := &dialogue{smtpServer: s, conn: conn, in: bufio.NewReader(conn)}
	defer func() { _ = d.conn.Close() }()
	if !d.say("CONNECT", "220 test ESMTP") {
		return
	}
	for {
		line, err := d.in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, rest, _ := strings.Cut(line, " ")
		if !d.step(strings.ToUpper(verb), rest) {
			return
		}
	}
}

// say answers a verb, with something else where the test wants that. With nothing to say it waits for the client to go.
func (d *dialogue) say(verb, usual string) bool {
	d.mu.Lock()
	text, special := d.answers[verb]
	d.mu.Unlock()
	if !special {
		text = usual
	}
	if text == "" {
		_, _ = d.in.ReadByte()
		return false
	}
	_, err := d.conn.Write([]byte(text + "\r\n"))
	return err == nil && strings.HasPrefix(text, usual[:1])
}

func (d *dialogue) step(verb, rest string) bool {
	switch verb {
	case "EHLO":
		return d.say(verb, d.extensions())
	case "STARTTLS":
		if !d.say(verb, "220 go") {
			return false
		}
		conn := tls.Server(d.conn, d.tls)
		d.conn, d.in, d.mail.encrypted = conn, bufio.NewReader(conn), true
		return conn.Handshake() == nil
	case "AUTH":
		return d.login(rest)
	case "MAIL":
		d.mail.from, d.mail.to = rest, ""
		return d.say(verb, "250 ok")
	case "RCPT":
		d.mail.to = rest
		return d.say(verb, "250 ok")
	case "DATA":
		return d.say(verb, "354 go on") && d.data()
	case "QUIT":
		return d.say(verb, "221 bye") && false
	case "RSET", "NOOP":
		return d.say(verb, "250 ok")
	}
	return d.say(verb, "500 what?")
}

func (d *dialogue) extensions() string {
	text := "250-test\r\n250-8BITMIME\r\n"
	if !d.clear && !d.mail.encrypted {
		text += "250-STARTTLS\r\n"
	} else if d.auth {
		text += "250-AUTH PLAIN LOGIN\r\n"
	}
	return text + "250 SIZE 1000000"
}

func (d *dialogue) login(rest string) bool {
	_, encoded, _ := strings.Cut(rest, " ")
	text, _ := base64.StdEncoding.DecodeString(encoded)
	d.mu.Lock()
	d.logins = append(d.logins, string(text))
	d.mu.Unlock()
	return d.say("AUTH", "235 welcome")
}

func (d *dialogue) data() bool {
	var text strings.Builder
	for {
		line, err := d.in.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(line)
	}
	d.mail.data = text.String()
	d.mu.Lock()
	_, special := d.answers["SENT"]
	if !special {
		d.mails = append(d.mails, d.mail)
	}
	d.mu.Unlock()
	return d.say("SENT", "250 queued")
}
