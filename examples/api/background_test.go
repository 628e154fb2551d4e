package main

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

// deliver has an outbox deliver one notice, and returns what it logged.
func deliver(t *testing.T, o options) string {
	t.Helper()
	var log bytes.Buffer
	a := &api{options: o, base: "http://127.0.0.1:8080", store: &backend{records: memory.New()}, log: slog.New(slog.NewTextHandler(&log, nil))}
	require.NoError(t, a.buildOutbox())
	require.NoError(t, a.store.CreateUsers(t.Context(), store.User{ID: "1", Name: "Aladdin", Email: "aladdin@agrabah.example"}))
	require.NoError(t, a.store.AppendEvents(t.Context(), store.Event{
		ID: "1", Time: time.Now(), Type: tokens.EventCreated, User: "1", Address: "192.0.2.1",
		Details:  map[string]string{tokens.DetailKind: "developer token", tokens.DetailDescription: "the lamp", tokens.DetailScopes: "products:read"},
		Delivery: store.Delivery{State: store.DeliveryPending, Due: time.Now()},
	}))
	require.NoError(t, a.outbox.Deliver(t.Context()))
	left, err := a.store.Events(t.Context(), store.EventFilter{DueBy: time.Now().Add(24 * time.Hour)}, 10)
	require.NoError(t, err)
	assert.Empty(t, left, log.String())
	return log.String()
}

func TestWithoutAServerMailsGoToTheLog(t *testing.T) {
	text := deliver(t, options{})
	for _, says := range []string{"to=aladdin@agrabah.example", "about=token.created", "from=192.0.2.1", `details.description="the lamp"`, "details.scopes=products:read"} {
		assert.Contains(t, text, says)
	}
}

func TestMailsGoToTheServerThatIsNamed(t *testing.T) {
	address, mails := takeMail(t)
	assert.Empty(t, deliver(t, options{smtp: address}))
	text := <-mails
	for _, says := range []string{"no-reply@127.0.0.1", "aladdin@agrabah.example", "the lamp"} {
		assert.Contains(t, text, says)
	}
}

// takeMail is an SMTP server (RFC 5321) that takes one mail.
func takeMail(t *testing.T) (address string, mails <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	taken := make(chan string, 1)
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer connection.Close()
		taken <- converse(connection)
	}()
	return listener.Addr().String(), taken
}

// converse answers a client until it is done, and returns all that it said.
func converse(connection net.Conn) string {
	var said strings.Builder
	fmt.Fprint(connection, "220 ready\r\n")
	lines, inMail := bufio.NewScanner(connection), false
	for lines.Scan() {
		line := lines.Text()
		said.WriteString(line + "\n")
		switch {
		case inMail && line != ".":
		case line == "DATA":
			inMail = true
			fmt.Fprint(connection, "354 go on\r\n")
		case line == "QUIT":
			fmt.Fprint(connection, "221 bye\r\n")
			return said.String()
		default:
			inMail = false
			fmt.Fprint(connection, "250 ok\r\n")
		}
	}
	return said.String()
}
